"""Reading a form with a picture in it.

Uploaded pictures are personal data: they stay in memory, where the limit on bodies bounds them, and
never go to a temporary file.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, Final, TypeVar

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from unmask.api.contract.schemas import FormOptions
from unmask.api.pool import PoolFull
from unmask.api.services import services_of
from unmask.imaging.decode import ACCEPTED_FORMATS

FIELD: Final = "image"
MAX_FIELDS: Final = 16
MAX_FIELD_BYTES: Final = 4096
MAX_NAME: Final = 255

Options = TypeVar("Options", bound=FormOptions)


@dataclass(frozen=True)
class Upload:
    """The bytes of an uploaded file, and the name that the client gave it."""

    data: bytes
    name: str | None


class _InMemoryParser(MultiPartParser):
    """Keeps files in memory: a spooled file with the maximum 0 never goes to the disk."""

    spool_max_size = 0


async def read_form(request: Request, options: type[Options]) -> tuple[Upload, Options]:
    """Read the picture of a form and its other fields.

    Raises:
        PoolFull: the picture could not be judged now, so it is not read either.
        RequestValidationError: the form is not as it must be.
    """
    if services_of(request).pool.full:
        raise PoolFull
    kind = request.headers.get("content-type", "")
    if kind.split(";")[0].strip().lower() != "multipart/form-data":
        raise _malformed("content-type", "send a form as multipart/form-data")
    parser = _InMemoryParser(
        request.headers,
        request.stream(),
        max_files=1,
        max_fields=MAX_FIELDS,
        max_part_size=MAX_FIELD_BYTES,
    )
    try:
        form = await parser.parse()
    except MultiPartException as error:
        raise _malformed("", error.message) from error
    except UnicodeError as error:  # a charset that is none
        raise _malformed("content-type", "the form names a charset that is not known") from error
    try:
        fields = form.multi_items()
        names = [name for name, _ in fields]
        if len(set(names)) != len(names):
            raise _malformed("", "a field of the form is there twice")
        file = dict(fields).get(FIELD)
        if not isinstance(file, UploadFile):
            raise _malformed(FIELD, "the form has no file of this name")
        upload = Upload(data=await file.read(), name=_plain_name(file.filename))
    finally:
        await form.close()
    try:
        return upload, options.model_validate(
            {name: value for name, value in fields if name != FIELD}
        )
    except ValidationError as error:
        raise RequestValidationError(error.errors(include_url=False)) from error


def form_document(options: type[FormOptions]) -> dict[str, Any]:
    """What the OpenAPI document says of a form with a picture and these options."""
    properties = options.model_json_schema().get("properties", {})
    return {
        "requestBody": {
            "required": True,
            "content": {
                "multipart/form-data": {
                    "schema": {
                        "type": "object",
                        "required": [FIELD],
                        "additionalProperties": False,
                        "properties": {
                            FIELD: {
                                "type": "string",
                                "format": "binary",
                                "description": "The picture file: "
                                f"{', '.join(ACCEPTED_FORMATS)}, told by content and not by name.",
                            },
                            **properties,
                        },
                    },
                    "encoding": {FIELD: {"contentType": "image/*"}},
                }
            },
        }
    }


def _plain_name(name: str | None) -> str | None:
    """The last part of a file name as a client gave it, without signs that cannot be printed."""
    last = PurePosixPath((name or "").replace("\\", "/")).name
    return "".join(sign for sign in last if sign.isprintable())[:MAX_NAME] or None


def _malformed(field: str, message: str) -> RequestValidationError:
    return RequestValidationError([{"loc": ("body", field) if field else (), "msg": message}])
