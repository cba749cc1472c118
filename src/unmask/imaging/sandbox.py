"""Decodes one HEIF picture in a process of its own, which can open nothing and keep nothing.

libheif and libde265 now and then write over memory that is not theirs when a stream is spoilt. Here
that ends a process in which there is nothing but the picture. In, on standard input: a file that
`Heif.rewritten` made. Out: width and height, four bytes each, and the rows in RGB.
"""

from __future__ import annotations

import contextlib
import io
import os
import struct
import subprocess
import sys
import threading
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SECONDS: Final = 30
"""What a picture may take, by the clock and of the processor; the largest take three."""
MEMORY: Final = 600_000_000
"""Bytes of address space; the largest that are accepted take 460 million."""
SIZE: Final = struct.Struct(">II")
_COMMAND: Final = (sys.executable, "-P", "-m", "unmask.imaging.sandbox")
_PASSED_ON: Final = ("PATH", "PYTHONPATH", "LD_LIBRARY_PATH", "SYSTEMROOT")
"""Of the environment; what is in the others is none of its business."""
_STRIP: Final = 256


def decode_in_sandbox(
    file: bytes, max_pixels: int, command: tuple[str, ...] = _COMMAND
) -> NDArray[np.uint8] | None:
    """Upright pixels (H, W, 3) uint8 RGB of a HEIF file, or None where it cannot be decoded.

    Args:
        file: made by `Heif.rewritten`.
        max_pixels: what the picture may have.
        command: what decodes it.

    Raises:
        OSError: no process can be started.
    """
    import numpy as np  # which takes as long to load as all else that is needed apart

    environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        env=environment,
    ) as process:  # fmt: skip
        assert process.stdin is not None and process.stdout is not None
        watch = threading.Timer(SECONDS, process.kill)
        watch.start()
        try:
            with contextlib.suppress(BrokenPipeError):
                process.stdin.write(file)
                process.stdin.close()
            head = process.stdout.read(SIZE.size)
            if len(head) < SIZE.size:
                return None
            width, height = SIZE.unpack(head)
            if not 0 < width * height <= max_pixels:
                return None
            pixels = np.empty((height, width, 3), np.uint8)
            left = pixels.reshape(-1).data
            while left and (count := process.stdout.readinto(left)):  # type: ignore[attr-defined]
                left = left[count:]
            return None if left else pixels
        finally:
            watch.cancel()
            process.kill()


def main() -> None:
    """Decode what comes in."""
    data = sys.stdin.buffer.read()
    import pi_heif

    # What a report does not need is not looked at; the other cores have pictures of their own.
    pi_heif.options.THUMBNAILS = pi_heif.options.DEPTH_IMAGES = pi_heif.options.AUX_IMAGES = False
    pi_heif.options.DECODE_THREADS = 1
    confine()
    image = pi_heif.open_heif(io.BytesIO(data)).to_pillow()
    out = sys.stdout.buffer
    out.write(SIZE.pack(image.width, image.height))
    for top in range(0, image.height, _STRIP):
        strip = image.crop((0, top, image.width, min(top + _STRIP, image.height)))
        out.write(strip.convert("RGB").tobytes())
    out.flush()


def confine() -> None:
    """Open no file or connection from now on, write none, leave no memory behind; be bounded."""
    try:
        import resource
    except ImportError:  # Windows has no such limits
        return
    for limit, value in (
        (resource.RLIMIT_NOFILE, 0), (resource.RLIMIT_FSIZE, 0), (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_CPU, SECONDS), (resource.RLIMIT_AS, MEMORY),
    ):  # fmt: skip
        with contextlib.suppress(OSError, ValueError):  # a lower one holds already
            resource.setrlimit(limit, (value, value))


if __name__ == "__main__":
    main()
