from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from PIL import ExifTags, Image

from tests.fuzz.bombs import BOMBS, avif_declaring, scans
from tests.fuzz.seeds import FOREIGN, read_as, seed
from tests.pictures import encoded
from unmask.imaging.decode import (
    BrokenPicture,
    Limits,
    PictureTooLarge,
    UnsupportedPicture,
    decode,
)

MAX_SECONDS = 2.0
MAX_MB = 600
HARMLESS = {"apng with many frames", "gif with a long comment", "gif with many frames",
            "webp with many frames", "png with huge exif", "webp with huge exif",
            "avif of 6000x6000 from 64x64"}  # fmt: skip
"""Those that are read as any picture, since they cost no more than one."""


@contextmanager
def working(root: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that decodes what it is told; its memory is measured, and its death harmless."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.fuzz.worker"],
        cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        yield process
        process.kill()


@pytest.fixture(scope="module")
def worker(root: Path) -> Iterator[subprocess.Popen[str]]:
    with working(root) as process:
        yield process


def told(process: subprocess.Popen[str], name: str) -> dict[str, Any]:
    assert process.stdin is not None and process.stdout is not None
    print(name, file=process.stdin, flush=True)
    answer = process.stdout.readline()
    assert answer, f"the decoder died of {name}"
    found: dict[str, Any] = json.loads(answer)
    return found


@pytest.mark.parametrize("name", BOMBS)
def test_no_bomb_takes_long_or_much_memory(worker: subprocess.Popen[str], name: str) -> None:
    found = told(worker, name)
    assert (found["outcome"] == "Picture") is (name in HARMLESS), found
    assert found["seconds"] < MAX_SECONDS, found
    assert found["peak_mb"] < MAX_MB, found


@pytest.mark.parametrize(
    ("kind", "mode", "side"),
    [("JPEG", "RGB", 6324), ("PNG", "RGBA", 6324), ("AVIF", "RGB", 6324), ("WEBP", "RGBA", 5477)],
)
def test_the_largest_picture_takes_bounded_memory(
    root: Path, tmp_path: Path, kind: str, mode: str, side: int
) -> None:
    turned = Image.Exif()
    turned[ExifTags.Base.Orientation] = 6
    options: dict[str, dict[str, int]] = {"WEBP": {"method": 0}, "AVIF": {"speed": 10}}
    picture = Image.new(mode, (side, side), "red")
    (tmp_path / "large").write_bytes(encoded(picture, kind, exif=turned, **options.get(kind, {})))
    with working(root) as process:
        found = told(process, str(tmp_path / "large"))
    assert found["detail"] == f"{side}x{side}"
    assert found["seconds"] < 10
    assert found["peak_mb"] < MAX_MB


def test_a_webp_may_have_fewer_pixels() -> None:
    data = encoded(Image.new("RGB", (6000, 5001), "red"), "WEBP", method=0)
    with pytest.raises(PictureTooLarge, match="the limit for WebP is 30 MP"):
        decode(data)
    with pytest.raises(PictureTooLarge, match="the limit is 20 MP"):
        decode(data, Limits(max_pixels=20_000_000))


@pytest.mark.parametrize("kind", sorted(FOREIGN.keys() - {"heic"}))
def test_what_is_no_accepted_type_is_told_so_though_pillow_reads_it(kind: str) -> None:
    with pytest.raises(UnsupportedPicture, match="JPEG, PNG, WEBP, AVIF, BMP, GIF"):
        decode(seed(kind))


def test_pillow_would_read_most_of_them() -> None:
    assert len({read_as(seed(kind)) for kind in FOREIGN} - {None}) >= 10


@pytest.mark.parametrize("brand", [b"heic", b"heix", b"mif1"])
def test_heif_is_told_what_to_do(brand: bytes) -> None:
    data = seed("heic").replace(b"ftypheic", b"ftyp" + brand)
    with pytest.raises(UnsupportedPicture, match=r"HEIC.* convert it to JPEG or PNG"):
        decode(data)


def test_a_jpeg_may_have_so_many_scans_as_its_size_allows() -> None:
    assert decode(scans(240)).width == 2000
    with pytest.raises(BrokenPicture, match="more scans"):
        decode(scans(241))


def test_what_only_looks_like_scans_is_not_counted() -> None:
    plain = encoded(Image.new("RGB", (2000, 2000), "red"), "JPEG")
    tail = plain + b"\xff\xda\0\2" * 1000
    within = plain[:2] + b"\xff\xfe\x20\x02" + b"\xff\xda" * 0x1000 + plain[2:]
    assert decode(tail).width == decode(within).width == 2000


def test_an_avif_is_measured_by_its_stream_and_not_by_what_it_declares() -> None:
    lying = avif_declaring(64, stream_side=600)
    assert decode(lying, Limits(max_pixels=360_000)).width == 64
    with pytest.raises(PictureTooLarge, match="streams of the AVIF"):
        decode(lying, Limits(max_pixels=359_999))


@pytest.mark.parametrize("kind", ["avif", "avif-rgba", "avif-animated", "avif-signed"])
def test_sound_avif_files_are_measured_right(kind: str) -> None:
    # Of an animation only the number of bits is known: 48 needs six, which hold up to 64.
    side = 64 if kind == "avif-animated" else 48
    assert decode(seed(kind), Limits(max_pixels=side * side)).width == 48
    with pytest.raises(PictureTooLarge):
        decode(seed(kind), Limits(max_pixels=48 * 48 - 1))
