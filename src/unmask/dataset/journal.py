"""The journal of a build: what became of each picture so far, so that a build can go on."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from unmask.dataset.crops import NOT_DECODED, CropRecord
from unmask.dataset.files import write_whole

JOURNAL: Final = "build.jsonl"


class Journal:
    """A file with a line a picture, below a first line with the parameters of the crops."""

    def __init__(self, folder: Path, parameters: dict[str, Any]) -> None:
        """Of the dataset in `folder`."""
        self._folder = folder
        self._path = folder / JOURNAL
        self._header = json.dumps({"parameters": parameters})

    def read(self, pool: Path) -> dict[str, CropRecord] | None:
        """Read the records that still hold, by path; None where the parameters were others.

        A record holds while the picture has the size and the time of change that it had, and the
        crop is there. That of a picture that could not be read or decoded never does: it may be the
        next time, by a reader that was installed meanwhile.
        """
        lines = self._path.read_text("utf-8").splitlines() if self._path.exists() else []
        if not lines or lines[0] != self._header:
            return None
        records = {}
        for line in lines[1:]:
            try:
                record = CropRecord(**json.loads(line))
            except (json.JSONDecodeError, TypeError):
                continue  # the line that an interruption cut short
            if self._holds(record, pool):
                records[record.path] = record
        return records

    def start(self, records: Iterable[CropRecord]) -> None:
        """Write the journal anew with the records that hold, none of them cut short."""
        write_whole(self._path, "".join([self._header + "\n", *map(_line, records)]).encode())

    def add(self, records: Iterable[CropRecord]) -> None:
        """Append records."""
        with self._path.open("a", encoding="utf-8") as file:
            file.write("".join(map(_line, records)))

    def _holds(self, record: CropRecord, pool: Path) -> bool:
        try:
            now = (pool / record.path).stat()
        except OSError:
            return False
        if record.reason == NOT_DECODED:
            return False
        same = (now.st_size, now.st_mtime_ns) == (record.file_size, record.modified)
        return same and (not record.crop or (self._folder / record.crop).exists())


def _line(record: CropRecord) -> str:
    return json.dumps(asdict(record)) + "\n"
