"""Which files a command line names: files as they are, and the pictures in folders."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from unmask.cli.heatmaps import MAP_SUFFIXES
from unmask.detection.loading import name_of
from unmask.detection.text import printable
from unmask.imaging.decode import ACCEPTED_FORMATS, PICTURE_SUFFIXES
from unmask.imaging.errors import PictureError
from unmask.imaging.signatures import is_picture

NAMED: Final = 3
"""Files left out of a folder that are called by their names."""


@dataclass
class FoundFiles:
    """What a command line names."""

    pictures: list[Path] = field(default_factory=list)
    """In the order of their naming, each once, folders sorted."""
    wrong: list[tuple[Path, str]] = field(default_factory=list)
    """Folders that hold no picture or cannot be looked into, each with what is wrong."""
    left_out: list[tuple[Path, str]] = field(default_factory=list)
    """Folders that hold other files, too, each with how many these are and of which names."""


def find_pictures(paths: Iterable[Path]) -> FoundFiles:
    """Files named, and the pictures in the folders named and those below.

    A file in a folder is a picture by its suffix, or else by its first bytes. Heat maps that were
    written there are none, and hidden files that are none are not worth a word.
    """
    found = FoundFiles()
    files: dict[Path, None] = {}
    for path in paths:
        if not _is(Path.is_dir, path):
            files[path] = None  # what is wrong with one that is no file, reading it will tell
            continue
        inside, others, shut = _pictures_below(path)
        files.update(dict.fromkeys(inside))
        found.wrong += shut
        if others:
            found.left_out.append((path, _left_out(others)))
        if not inside and not shut:
            found.wrong.append((path, f"no picture in this folder ({' '.join(ACCEPTED_FORMATS)})"))
    found.pictures = list(files)
    return found


def failure(file: Path, error: Exception) -> dict[str, Any]:
    """What stands in place of a report, in JSON, where a file could not be judged."""
    slug = error.slug if isinstance(error, PictureError) else "unreadable-file"
    return {
        "image": {"name": name_of(file)},
        "error": {"slug": slug, "message": reason(error)},
    }


def _is(kind: Callable[[Path], bool], path: Path) -> bool:
    """Whether there is such a thing, and it can be looked at."""
    try:
        return kind(path)
    except OSError:
        return False


def _pictures_below(folder: Path) -> tuple[list[Path], list[Path], list[tuple[Path, str]]]:
    """Pictures and other files below a folder, sorted, and the folders that cannot be listed."""
    errors: list[OSError] = []
    pictures: list[Path] = []
    others: list[Path] = []
    for inside, _, names in os.walk(folder, onerror=errors.append):
        for path in (Path(inside, name) for name in names):
            if _is(Path.is_file, path):
                (pictures if _is(_counts, path) else others).append(path)
    visible = [path for path in others if not path.name.startswith(".")]
    shut = [(Path(error.filename), reason(error)) for error in errors]
    return sorted(pictures), sorted(visible), shut


def _counts(path: Path) -> bool:
    """Whether a file in a folder is to be judged."""
    if path.name.lower().endswith(MAP_SUFFIXES):
        return False
    return path.suffix.lower() in PICTURE_SUFFIXES or is_picture(path)


def _left_out(files: list[Path]) -> str:
    named = [printable(file.name) for file in files[:NAMED]]
    more = [] if len(files) <= NAMED else [f"{len(files) - NAMED} more"]
    return f"{len(files)} left out, not a picture: {', '.join(named + more)}"


def reason(error: Exception) -> str:
    """What went wrong with a file, without its name."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror[:1].lower() + error.strerror[1:]
    return str(error)
