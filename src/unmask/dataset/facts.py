"""What a picture's file says of it without a look at the pixels."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from PIL import Image, JpegImagePlugin

from unmask.imaging.boxes import MAX_PARTS
from unmask.imaging.decode import ACCEPTED_FORMATS, Limits, decode
from unmask.imaging.heif import is_heif, read_heif

FACTS: Final = (
    "bytes",
    "width",
    "height",
    "bits_per_pixel",
    "format",
    "bands",
    "quantisation_tables",
    "luma_quantisation",
    "chroma_quantisation",
    "jpeg_quality",
    "chroma_subsampling",
    "progressive",
    "density",
    "exif_bytes",
    "profile_bytes",
    "metadata_entries",
)

_MAX_PIXELS: Final = 1_000_000_000
"""What has a crop was decoded within the limits of its time; memory has a limit of its own."""

# Sum of the luma table of quality 50, ITU-T T.81 annex K; libjpeg scales it by the quality.
_LUMA_SUM: Final = 3688


def file_facts(path: Path) -> list[float]:
    """Facts of a picture file, in the order of `FACTS`; what a format does not have is -1.

    Raises:
        OSError: the file cannot be read, or is no picture (PIL.UnidentifiedImageError).
        PictureError: a HEIF picture cannot be decoded.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        called_heif = is_heif(file.read(MAX_PARTS))
    if called_heif:
        return _of_heif(path.read_bytes())
    with Image.open(path) as image:
        info = image.info
        tables: dict[int, list[int]] = getattr(image, "quantization", {})
        sums = [float(sum(table)) for _, table in sorted(tables.items())]
        luma = sums[0] if sums else -1.0
        subsampling = (
            JpegImagePlugin.get_sampling(image)
            if isinstance(image, JpegImagePlugin.JpegImageFile)
            else -1
        )
        return [
            float(size),
            float(image.width),
            float(image.height),
            8.0 * size / (image.width * image.height),
            float(_index(ACCEPTED_FORMATS, str(image.format))),
            float(len(image.getbands())),
            float(len(sums)),
            luma,
            sums[1] if len(sums) > 1 else -1.0,
            _quality(luma),
            float(subsampling),
            float("progressive" in info or "progression" in info),
            float(info.get("dpi", (-1.0,))[0]),
            float(len(info.get("exif", b""))),
            float(len(info.get("icc_profile") or b"")),
            float(len(info)),
        ]


def _of_heif(data: bytes) -> list[float]:
    picture = decode(data, Limits(max_bytes=len(data), max_pixels=_MAX_PIXELS))
    known = {
        "bytes": len(data),
        "width": picture.width,
        "height": picture.height,
        "bits_per_pixel": 8.0 * len(data) / (picture.width * picture.height),
        "format": ACCEPTED_FORMATS.index("HEIF"),
        "exif_bytes": len(read_heif(data).exif or b""),
    }
    return [float(known.get(name, -1)) for name in FACTS]


def _index(names: tuple[str, ...], name: str) -> int:
    return names.index(name) if name in names else -1


def _quality(luma: float) -> float:
    """The libjpeg quality, 1 to 100, whose luma table has about this sum; -1 for none."""
    if luma < 0:
        return -1.0
    scale = 100.0 * luma / _LUMA_SUM
    return round((200.0 - scale) / 2 if scale <= 100 else 5000.0 / scale)
