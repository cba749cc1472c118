"""Files that are there whole or not at all, whatever interrupts their writing."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

_PARTIAL: Final = "partial"


def write_whole(path: Path, data: bytes) -> None:
    """Write a file, and its folder where that is missing; others see all of it or none.

    Raises:
        OSError: it cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(f".{os.getpid()}.{_PARTIAL}")
    try:
        partial.write_bytes(data)
        partial.replace(path)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise


def remove_partial(folder: Path) -> None:
    """Remove what processes left in the folder that were killed while they wrote."""
    for path in folder.glob(f"*.{_PARTIAL}"):
        if path.stem.rpartition(".")[2].isdecimal():
            path.unlink(missing_ok=True)
