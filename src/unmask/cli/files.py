"""Which files a command line names: files as they are, and the pictures in folders."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from unmask.imaging.decode import PICTURE_SUFFIXES


def find_pictures(paths: Iterable[Path]) -> tuple[list[Path], list[Path]]:
    """Files named, and picture files (by their suffix) in the folders named and those below.

    Returns:
        The files in the order of their naming, each once, folders sorted; and the folders that
        hold no picture.
    """
    files: dict[Path, None] = {}
    empty = []
    for path in paths:
        if not path.is_dir():
            files[path] = None
            continue
        inside = sorted(
            file
            for file in path.rglob("*")
            if file.suffix.lower() in PICTURE_SUFFIXES and file.is_file()
        )
        files.update(dict.fromkeys(inside))
        if not inside:
            empty.append(path)
    return list(files), empty


def reason(error: Exception) -> str:
    """What went wrong with a file, without its name."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror[:1].lower() + error.strerror[1:]
    return str(error)
