"""Which files a command line names: files as they are, and the pictures in folders."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path

from unmask.imaging.decode import PICTURE_SUFFIXES


def find_pictures(paths: Iterable[Path]) -> tuple[list[Path], list[tuple[Path, str]]]:
    """Files named, and picture files (by their suffix) in the folders named and those below.

    Returns:
        The files in the order of their naming, each once, folders sorted; and the folders that
        hold no picture or cannot be looked into, each with what is wrong.
    """
    files: dict[Path, None] = {}
    wrong: list[tuple[Path, str]] = []
    for path in paths:
        if not _is(Path.is_dir, path):
            files[path] = None  # what is wrong with one that is no file, reading it will tell
            continue
        inside, shut = _pictures_below(path)
        files.update(dict.fromkeys(inside))
        wrong += shut
        if not inside and not shut:
            wrong.append((path, f"no picture in this folder ({' '.join(PICTURE_SUFFIXES)})"))
    return list(files), wrong


def _is(kind: Callable[[Path], bool], path: Path) -> bool:
    """Whether there is such a thing, and it can be looked at."""
    try:
        return kind(path)
    except OSError:
        return False


def _pictures_below(folder: Path) -> tuple[list[Path], list[tuple[Path, str]]]:
    """Picture files below a folder, sorted, and the folders that cannot be listed, with why."""
    errors: list[OSError] = []
    found = [
        Path(inside, name)
        for inside, _, names in os.walk(folder, onerror=errors.append)
        for name in names
        if Path(name).suffix.lower() in PICTURE_SUFFIXES and _is(Path.is_file, Path(inside, name))
    ]
    return sorted(found), [(Path(error.filename), reason(error)) for error in errors]


def reason(error: Exception) -> str:
    """What went wrong with a file, without its name."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror[:1].lower() + error.strerror[1:]
    return str(error)
