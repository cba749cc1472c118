"""The catalogue: what each folder of a pool holds."""

from __future__ import annotations

import csv
import tomllib
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from unmask.imaging.decode import PICTURE_SUFFIXES


class DatasetError(Exception):
    """A pool, catalogue or dataset that cannot be used; the message says what to do."""


class Source(BaseModel):
    """One folder of pictures; the fields are explained in catalogue.toml."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    collection: str
    folder: str
    label: Literal["real", "generated"]
    generator: str = ""
    family: str = ""
    use: Literal["learn", "unseen"]
    subjects: str | None = None

    @model_validator(mode="after")
    def _generated_names_its_generator(self) -> Source:
        if (self.label == "generated") != bool(self.generator and self.family):
            raise ValueError(
                f"source {self.collection!r}: generator and family go with label 'generated', "
                "and only with it"
            )
        return self


class Catalogue(BaseModel):
    """All sources of a pool."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    source: tuple[Source, ...]

    @model_validator(mode="after")
    def _collections_are_unique(self) -> Catalogue:
        names = [source.collection for source in self.source]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"collection named twice: {', '.join(twice)}")
        return self


@dataclass(frozen=True)
class PoolPicture:
    """A picture of the pool before it is looked at. `path` is relative to the pool."""

    path: str
    source: Source
    subject: str


def load_catalogue(pool: Path, path: Path | None = None) -> Catalogue:
    """Read a catalogue: the named file, else the pool's own catalogue.toml, else the shipped one.

    Raises:
        DatasetError: the file cannot be read or does not hold a catalogue.
    """
    own = pool / "catalogue.toml"
    try:
        if path is None and not own.exists():
            text = resources.files(__package__).joinpath("catalogue.toml").read_text("utf-8")
        else:
            text = (path or own).read_text("utf-8")
        return Catalogue.model_validate(tomllib.loads(text))
    except (OSError, tomllib.TOMLDecodeError, ValidationError) as error:
        raise DatasetError(f"catalogue {path or own} cannot be used: {error}") from error


def list_pictures(pool: Path, catalogue: Catalogue) -> list[PoolPicture]:
    """List the pictures of a pool in a fixed order.

    Raises:
        DatasetError: the pool holds none of the catalogue's folders.
    """
    pictures: list[PoolPicture] = []
    tables: dict[str, dict[str, str]] = {}
    for source in catalogue.source:
        folder = pool / source.folder
        if not folder.is_dir():
            continue
        if source.subjects is not None and source.subjects not in tables:
            tables[source.subjects] = _read_subjects(pool / source.subjects)
        subjects = tables.get(source.subjects or "", {})
        for path in sorted(folder.rglob("*")):
            if path.suffix.lower() in PICTURE_SUFFIXES and path.is_file():
                name = path.relative_to(pool).as_posix()
                pictures.append(PoolPicture(name, source, subjects.get(name, "")))
    if not pictures:
        folders = ", ".join(source.folder for source in catalogue.source)
        raise DatasetError(f"no pictures in {pool}: none of these folders has any: {folders}")
    return pictures


def _read_subjects(path: Path) -> dict[str, str]:
    try:
        with path.open(newline="", encoding="utf-8") as file:
            return {row["path"]: row["subject"] for row in csv.DictReader(file)}
    except (OSError, KeyError) as error:
        raise DatasetError(
            f"subjects table {path} cannot be used; it must be CSV with the columns path, subject"
        ) from error
