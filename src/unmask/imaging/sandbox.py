"""Decodes one picture in a process of its own, which can open nothing and keep nothing.

libheif and libde265 now and then write over memory that is not theirs when a stream is spoilt, and
libtiff reads what a hundred programs of forty years wrote. Here that ends a process in which there
is nothing but the picture. In, on standard input: a HEIF file that `Heif.rewritten` made, or a TIFF
as it came. Out: width and height, four bytes each, and the rows in RGB; of a TIFF they are sRGB.
"""

from __future__ import annotations

import contextlib
import io
import os
import struct
import subprocess
import sys
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Final, Literal

from unmask.imaging.errors import DecodingHalted, PictureTooLarge, UnsupportedPicture

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL import Image

SECONDS: Final = 30
"""What a picture may take, by the clock and of the processor; the largest take three."""
MEMORY: Final = 600_000_000
"""Bytes of address space; the largest that are accepted take 460 million."""
SIZE: Final = struct.Struct(">II")
NO_MEMORY: Final = 3
UNKNOWN: Final = 4
RAW: Final = 5
"""How the process ends where it says more than that the picture cannot be decoded."""
_COMMAND: Final = (sys.executable, "-P", "-m", "unmask.imaging.sandbox")
_PASSED_ON: Final = ("PATH", "PYTHONPATH", "LD_LIBRARY_PATH", "SYSTEMROOT")
"""Of the environment; what is in the others is none of its business."""
_STRIP: Final = 256
_TIFF_MODES: Final = ("1", "L", "LA", "P", "PA", "RGB", "RGBA", "RGBX", "CMYK", "YCbCr", "I;16",
                      "I;16B")  # fmt: skip
_NEW_SUBFILE_TYPE: Final = 254
_REDUCED: Final = 1
"""Of a picture that is a small copy of another one in the file. Source: TIFF 6.0, section 8."""
_DNG_VERSION: Final = 50706

Kind = Literal["HEIF", "TIFF"]


def decode_in_sandbox(
    kind: Kind, file: bytes, max_pixels: int, command: tuple[str, ...] = _COMMAND
) -> NDArray[np.uint8] | None:
    """Upright pixels (H, W, 3) uint8 RGB of a file, or None where it cannot be decoded.

    Args:
        kind: of the file.
        file: of HEIF, what `Heif.rewritten` made.
        max_pixels: what the picture may have.
        command: what decodes it.

    Raises:
        DecodingHalted: it took too long, or memory was short.
        OSError: no process can be started.
        PictureTooLarge: the picture has more pixels.
        UnsupportedPicture: the file is of a kind of TIFF that is not read.
    """
    import numpy as np  # which takes as long to load as all else that is needed apart

    environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    # Each thread of it would take of the address space that the picture needs.
    environment["OPENBLAS_NUM_THREADS"] = "1"
    late = threading.Event()
    with subprocess.Popen(
        (*command, kind, str(max_pixels)), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, env=environment,
    ) as process:  # fmt: skip
        assert process.stdin is not None and process.stdout is not None

        def end() -> None:
            late.set()
            process.kill()

        watch = threading.Timer(SECONDS, end)
        watch.start()
        try:
            with contextlib.suppress(BrokenPipeError):
                process.stdin.write(file)
                process.stdin.close()
            head = process.stdout.read(SIZE.size)
            if len(head) == SIZE.size:
                width, height = SIZE.unpack(head)
                if width * height > max_pixels:
                    raise PictureTooLarge(
                        f"picture is {width}x{height} px ({width * height / 1e6:.0f} MP); "
                        f"the limit is {max_pixels / 1e6:.0f} MP; send a smaller copy"
                    )
                pixels = np.empty((height, width, 3), np.uint8)
                left = pixels.reshape(-1).data
                while left and (count := process.stdout.readinto(left)):  # type: ignore[attr-defined]
                    left = left[count:]
                if pixels.size and not left:
                    return pixels
            process.stdout.close()
            _explain(kind, process.wait(), late.is_set())
            return None
        finally:
            watch.cancel()
            process.kill()


def _explain(kind: Kind, code: int, is_late: bool) -> None:
    """Say why a process ended, where it is not that the picture is damaged."""
    if is_late or code == -24:  # SIGXCPU
        raise DecodingHalted(
            f"the {kind} picture took more than {SECONDS} s to decode; try again, or send it as "
            "JPEG"
        )
    if code in (NO_MEMORY, -9):  # SIGKILL, which is how a system that is short of memory helps
        raise DecodingHalted(
            f"memory did not suffice to decode the {kind} picture; try again, or send a smaller "
            "copy"
        )
    if code == RAW:
        raise UnsupportedPicture(
            "the file is a camera's raw picture, with a small copy of it; develop it, and send "
            "the JPEG"
        )
    if code == UNKNOWN:
        raise UnsupportedPicture(
            "the TIFF file is of a kind that is not read here, or damaged; save it as TIFF with "
            "8 bits in RGB, or as JPEG or PNG"
        )


def main() -> None:
    """Decode what comes in."""
    kind, max_pixels = sys.argv[1], int(sys.argv[2])
    data = sys.stdin.buffer.read()
    try:
        if kind == "TIFF":
            _write_tiff(data, max_pixels)
        else:
            _write_heif(data)
    except MemoryError:
        sys.exit(NO_MEMORY)


def _write_heif(data: bytes) -> None:
    import pi_heif

    # What a report does not need is not looked at; the other cores have pictures of their own.
    pi_heif.options.THUMBNAILS = pi_heif.options.DEPTH_IMAGES = pi_heif.options.AUX_IMAGES = False
    pi_heif.options.DECODE_THREADS = 1
    confine()
    image = pi_heif.open_heif(io.BytesIO(data)).to_pillow()
    _write(image, lambda strip: strip.convert("RGB"))


def _write_tiff(data: bytes, max_pixels: int) -> None:
    """Of the first picture in the file; Pillow turns it upright."""
    # All of it is loaded now: Pillow loads some of it late, when no file can be opened any more.
    from PIL import ImageOps, TiffImagePlugin  # noqa: F401

    from unmask.imaging.colour import conversion, to_rgb

    confine()
    try:
        image = TiffImagePlugin.TiffImageFile(io.BytesIO(data))
    except SyntaxError as error:
        sys.exit(UNKNOWN if "unknown" in str(error) else 1)
    tags = image.tag_v2
    if tags.get(_NEW_SUBFILE_TYPE, 0) == _REDUCED or _DNG_VERSION in tags:
        sys.exit(RAW)
    if image.mode not in _TIFF_MODES:
        sys.exit(UNKNOWN)
    if image.width * image.height > max_pixels:
        sys.stdout.buffer.write(SIZE.pack(image.width, image.height))
        return
    image.load()
    convert = conversion(image, data)
    _write(image, lambda strip: to_rgb(strip, convert))


def _write(image: Image.Image, to_rgb: Callable[[Image.Image], Image.Image]) -> None:
    out = sys.stdout.buffer
    out.write(SIZE.pack(image.width, image.height))
    for top in range(0, image.height, _STRIP):
        strip = image.crop((0, top, image.width, min(top + _STRIP, image.height)))
        out.write(to_rgb(strip).tobytes())
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
