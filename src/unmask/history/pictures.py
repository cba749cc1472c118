"""Picture files, named by the SHA-256 of their content; each thumbnail bears its picture's name.

A file appears under its name only when it is wholly on the disk. Who may add or remove one is
decided by rows of the database (see `store`), not here. Nobody but the user who runs the server
can read any of it.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
import shutil
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final, TypeVar

from unmask.history.errors import StorageUnavailable
from unmask.imaging.decode import Limits, decode
from unmask.imaging.preview import small_copy

THUMBNAIL_SIDE: Final = 320
SPARE_BYTES: Final = 500_000_000
"""What is left free of the disk, for the database and whatever else lives there."""
PARTS: Final = tuple(f"{number:02x}" for number in range(256))
"""What names begin with; each has a folder."""
_PICTURES: Final = "pictures"
_THUMBNAILS: Final = "thumbnails"
_TEMPORARY: Final = ".new"

_Found = TypeVar("_Found")


@dataclass(frozen=True)
class Staged:
    """A picture that is wholly on the disk, but not yet under its name."""

    sha256: str
    bytes: int
    path: Path


class PictureFiles:
    """The folder of picture files: `pictures/ab/ab...` and `thumbnails/ab/ab...`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def create(self) -> None:
        """Make the folder and see that it can be written.

        Raises:
            OSError: it cannot be made or written.
        """
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for kind in (_PICTURES, _THUMBNAILS):
            (self._folder / kind).mkdir(exist_ok=True, mode=0o700)
        probe = self._temporary(_PICTURES)
        _write(probe, b"")
        probe.unlink()

    def has_room(self, size: int) -> bool:
        """Whether the disk has room for so many bytes, and enough is left for all else on it.

        Raises:
            OSError: the folder is not there.
        """
        return shutil.disk_usage(self._folder).free >= SPARE_BYTES + size

    def stage(self, data: bytes) -> Staged:
        """Write a picture under a temporary name and see it onto the disk.

        Raises:
            OSError: it cannot be written.
        """
        return self._stage(_PICTURES, hashlib.sha256(data).hexdigest(), data)

    def publish(self, staged: Staged) -> None:
        """Give a staged picture its name, unless a file of that name is there.

        Raises:
            OSError: it cannot be renamed.
        """
        if self.has(staged.sha256):
            self.discard(staged)
        else:
            self._rename(staged, self._path(_PICTURES, staged.sha256))

    def discard(self, staged: Staged) -> None:
        """Drop a staged picture."""
        staged.path.unlink(missing_ok=True)

    def has(self, sha256: str) -> bool:
        """Whether the picture is there.

        Raises:
            StorageUnavailable: the disk does not say.
        """
        return _if_there(self._path(_PICTURES, sha256).stat) is not None

    def open(self, sha256: str) -> BinaryIO | None:
        """A picture, to be read and then closed; None where it is not there.

        Raises:
            StorageUnavailable: it is there, but cannot be read.
        """
        path = self._path(_PICTURES, sha256)
        return _if_there(lambda: path.open("rb"))

    def read(self, sha256: str) -> bytes | None:
        """The bytes of a picture; None where it is not there.

        Raises:
            StorageUnavailable: it is there, but cannot be read.
        """
        return _if_there(self._path(_PICTURES, sha256).read_bytes)

    def remove(self, sha256: str) -> None:
        """Remove a picture and its thumbnail, where they are there. `sync` sees it onto the disk.

        Raises:
            OSError: they cannot be removed.
        """
        for kind in (_THUMBNAILS, _PICTURES):
            self._path(kind, sha256).unlink(missing_ok=True)

    def sync(self, removed: Iterable[str]) -> None:
        """Wait until it is on the disk that these pictures are gone; that may fail in vain.

        What a power cut brings back is a file too many.
        """
        for folder in {self._path(_PICTURES, sha256).parent for sha256 in removed}:
            with contextlib.suppress(OSError):
                _sync_folder(folder)

    def thumbnail(self, sha256: str) -> bytes | None:
        """The thumbnail of a picture, WebP; None where it is not made yet.

        Raises:
            StorageUnavailable: it is there, but cannot be read.
        """
        return _if_there(self._path(_THUMBNAILS, sha256).read_bytes)

    def stage_thumbnail(self, sha256: str, max_pixels: int) -> Staged | None:
        """Make the thumbnail of a picture under a temporary name; None where the picture is gone.

        Raises:
            StorageUnavailable: the picture cannot be read.
            PictureError: the file on the disk is not what was checked.
            OSError: it cannot be written.
        """
        data = self.read(sha256)
        if data is None:
            return None
        picture = decode(data, Limits(len(data), max_pixels))
        return self._stage(_THUMBNAILS, sha256, small_copy(picture, THUMBNAIL_SIDE))

    def publish_thumbnail(self, staged: Staged) -> None:
        """Give a staged thumbnail its name."""
        self._rename(staged, self._path(_THUMBNAILS, staged.sha256))

    def any(self) -> bool:
        """Whether there is a picture or a thumbnail."""
        return any(self.pictures(part) or self.thumbnails(part) for part in PARTS)

    def pictures(self, part: str) -> set[str]:
        """The names of the pictures that begin with these two digits."""
        return _names(self._folder / _PICTURES / part)

    def thumbnails(self, part: str) -> set[str]:
        """The names of the thumbnails that begin with these two digits."""
        return _names(self._folder / _THUMBNAILS / part)

    def changed(self, part: str) -> float:
        """When one of either last came or went, in seconds since 1970; 0 if none ever was."""
        folders = [self._folder / kind / part for kind in (_PICTURES, _THUMBNAILS)]
        return max((one.stat().st_mtime for one in folders if one.is_dir()), default=0.0)

    def drop_temporary(self, older_than: float) -> int:
        """Remove temporary files that nobody has written to for so many seconds.

        Returns:
            How many there were.
        """
        dropped, now = 0, time.time()
        for path in self._folder.glob(f"*/*{_TEMPORARY}"):
            try:
                if now - path.stat().st_mtime >= older_than:
                    path.unlink()
                    dropped += 1
            except FileNotFoundError:  # just renamed, or removed by another process
                continue
        return dropped

    def _stage(self, kind: str, sha256: str, data: bytes) -> Staged:
        path = self._temporary(kind)
        try:
            _write(path, data)
        except OSError:
            path.unlink(missing_ok=True)
            raise
        return Staged(sha256, len(data), path)

    def _temporary(self, kind: str) -> Path:
        return self._folder / kind / f"{secrets.token_hex(8)}{_TEMPORARY}"

    def _path(self, kind: str, sha256: str) -> Path:
        return self._folder / kind / sha256[:2] / sha256

    def _rename(self, staged: Staged, path: Path) -> None:
        try:
            path.parent.mkdir(mode=0o700)
        except FileExistsError:
            pass
        else:
            _sync_folder(path.parent.parent)
        staged.path.replace(path)
        _sync_folder(path.parent)


def _names(folder: Path) -> set[str]:
    return {path.name for path in folder.glob("*") if len(path.name) == 64}


def _if_there(look: Callable[[], _Found]) -> _Found | None:
    """What looking at a file comes to; None where there is no file.

    Raises:
        StorageUnavailable: the disk does not say.
    """
    try:
        return look()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise StorageUnavailable(f"a picture cannot be read: {error.strerror}") from error


def _write(path: Path, data: bytes) -> None:
    """Write a new file, readable by nobody else, and wait until it is on the disk."""
    handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    """Wait until the names in a folder are on the disk; Windows has no such call."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
