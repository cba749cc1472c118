"""What the server logs: one line an event, as JSON, or as text where a person reads it."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any, Final, TextIO

REQUEST_ID: Final[ContextVar[str | None]] = ContextVar("request_id", default=None)
"""The id of the request that is being answered, in its task and in the threads that work for it."""
_FIELDS: Final = "fields"


def fields(**values: object) -> dict[str, Any]:
    """What a logging call takes as `extra` so that its line has these fields."""
    return {_FIELDS: values}


class JsonFormatter(logging.Formatter):
    """A record as one line of JSON: time, level, logger, message, request id, and its fields."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        line: dict[str, object] = {
            "time": _time_of(record).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if request_id := REQUEST_ID.get():
            line["request_id"] = request_id
        line |= _fields_of(record)
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str)


class TextFormatter(logging.Formatter):
    """A record as a line that a person reads at a terminal."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, and below it the traceback, if there is one."""
        parts = [f"{_time_of(record).astimezone():%H:%M:%S}", record.getMessage()]
        parts += [f"{name}={value}" for name, value in _fields_of(record).items()]
        line = " ".join(parts)
        return f"{line}\n{self.formatException(record.exc_info)}" if record.exc_info else line


def configure(stream: TextIO) -> None:
    """Send all that this process logs to a stream, in place of where it went."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(TextFormatter() if stream.isatty() else JsonFormatter())
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    logging.getLogger("unmask").setLevel(logging.INFO)
    logging.getLogger("python_multipart").setLevel(logging.ERROR)  # else what clients do wrong


def _time_of(record: logging.LogRecord) -> datetime:
    return datetime.fromtimestamp(record.created, UTC)


def _fields_of(record: logging.LogRecord) -> Mapping[str, object]:
    values = getattr(record, _FIELDS, {})
    assert isinstance(values, Mapping)
    return values
