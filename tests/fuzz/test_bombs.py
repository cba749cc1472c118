from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from PIL import ExifTags, Image

from tests.fuzz.bombs import (
    BOMBS,
    avif_declaring,
    avif_stream,
    declaring,
    noise_in_scans,
    scan_by_scan,
    scans,
)
from tests.fuzz.foreign import FOREIGN
from tests.fuzz.heifs import deep, single_in, tiled
from tests.fuzz.seeds import read_as, seed
from tests.fuzz.targets import MAX_SECONDS
from tests.pictures import encoded
from tests.pictures import face_jpeg as face_jpeg
from unmask.imaging.av1 import Stream, streams
from unmask.imaging.decode import (
    BrokenPicture,
    Limits,
    PictureTooLarge,
    UnsupportedPicture,
    decode,
)
from unmask.imaging.limits import MAX_SEGMENTS, has_more_scans

MAX_MB = 600
MAX_SECONDS_LARGEST = 10.0
"""Several times what docs/security.md says, for slower machines."""
MAX_MB_JUDGED = 750
"""With the face finder and the default model, which take 175 MB by themselves."""
HARMLESS = {"apng with many frames", "gif with a long comment", "gif with many frames",
            "webp with many frames", "jpeg with a long run of FF", "png with huge exif",
            "webp with huge exif", "png with a text of 500 MB", "png with many texts of 1 MB",
            "avif of 6000x6000 from 64x64", "heif of many tiles",
            "heif of many slices", "heif that is turned 250 times",
            "heif of much exif for many pictures",
            "heif of much xmp for many pictures",
            "heif of a long colour profile for many pictures"}  # fmt: skip
"""Those that are read as any picture, since they cost no more than one."""


@contextmanager
def working(root: Path, *arguments: str, **variables: str) -> Iterator[subprocess.Popen[str]]:
    """A process that decodes what it is told; its memory is measured, and its death harmless."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.fuzz.worker", *arguments],
        cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        env=os.environ | variables,
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


@dataclass(frozen=True)
class Large:
    """The largest picture of a kind that is accepted: one more pixel a side is too many."""

    kind: str
    mode: str
    side: int
    options: dict[str, object] = field(default_factory=dict)

    def made(self, more: int = 0) -> bytes:
        picture = Image.new(self.mode, (self.side + more, self.side + more), "red")
        if self.mode == "RGBA":
            picture.putalpha(77)
        turned = Image.Exif()
        turned[ExifTags.Base.Orientation] = 6
        return encoded(picture, self.kind, exif=turned, **self.options)


LARGEST = {
    "jpeg": Large("JPEG", "RGB", 6324),
    "jpeg in cmyk": Large("JPEG", "CMYK", 6324),
    "jpeg, progressive": Large("JPEG", "RGB", 6324, {"progressive": True, "subsampling": 0}),
    "jpeg in cmyk, progressive": Large("JPEG", "CMYK", 5773, {"progressive": True}),
    "png": Large("PNG", "RGBA", 6324, {"compress_level": 1}),
    "avif": Large("AVIF", "RGB", 6324, {"speed": 10}),
    "avif with alpha": Large("AVIF", "RGBA", 4472, {"speed": 10, "subsampling": "4:4:4"}),
    "webp": Large("WEBP", "RGBA", 5000, {"method": 0}),
    "heif": Large("HEIF", "RGB", 6320, {"chroma": 444, "enc_params": {"preset": "ultrafast"}}),
}
BOUND_BY_MEMORY = ["jpeg in cmyk, progressive", "avif with alpha", "webp"]


@pytest.fixture(scope="module")
def largest(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """The file with the largest picture of a kind; each is made once."""
    folder = tmp_path_factory.mktemp("largest")

    @cache
    def file(name: str) -> Path:
        path = folder / name
        path.write_bytes(LARGEST[name].made())
        return path

    return file


@pytest.mark.parametrize("name", LARGEST)
def test_the_largest_picture_takes_bounded_memory(
    root: Path, largest: Callable[[str], Path], name: str
) -> None:
    with working(root) as process:
        found = told(process, str(largest(name)))
    side = LARGEST[name].side
    assert found["detail"] == f"{side}x{side}"
    assert found["seconds"] < MAX_SECONDS_LARGEST
    assert found["peak_mb"] < MAX_MB


def test_tiles_of_ten_bits_take_bounded_memory(root: Path, tmp_path: Path) -> None:
    """Of what phones write it takes most: a canvas, tiles and the copy of it, all twice as deep."""
    tile = single_in(deep(Image.new("RGB", (512, 512), "red")), (512, 512))
    (tmp_path / "largest").write_bytes(tiled(tile, 8, 8))
    with working(root) as process:
        found = told(process, str(tmp_path / "largest"))
    assert found["detail"] == "4096x4096"
    assert found["seconds"] < MAX_SECONDS_LARGEST
    assert found["peak_mb"] < MAX_MB
    with pytest.raises(PictureTooLarge, match=r"MB to decode .* the limit is 400 MB; send"):
        decode(tiled(tile, 9, 9))


@pytest.mark.slow
def test_the_slowest_picture_that_we_know_takes_seconds(root: Path, tmp_path: Path) -> None:
    (tmp_path / "noise").write_bytes(noise_in_scans(6324))
    with working(root) as process:
        found = told(process, str(tmp_path / "noise"))
    assert found["outcome"] == "Picture"
    assert found["seconds"] < MAX_SECONDS_LARGEST
    assert found["peak_mb"] < MAX_MB


@pytest.mark.parametrize("name", BOUND_BY_MEMORY)
def test_what_takes_more_memory_is_refused_from_its_header(name: str) -> None:
    with pytest.raises(PictureTooLarge, match=r"MB to decode .* the limit is 400 MB; send"):
        decode(LARGEST[name].made(more=1))
    with pytest.raises(PictureTooLarge, match=r"the limit is (8|32) MP"):
        decode(LARGEST[name].made(), Limits(max_pixels=8_000_000))


def test_the_largest_jpeg_is_decoded_at_half_of_its_size() -> None:
    plain = encoded(Image.new("RGB", (64, 64)), "JPEG")
    largest = decode(declaring(plain, 12_648, 12_648))
    assert (largest.width, largest.pixels.shape[0]) == (12_648, 6324)
    with pytest.raises(PictureTooLarge, match="the limit is 160 MP"):
        decode(declaring(plain, 12_649, 12_649))
    scanned = encoded(Image.new("RGB", (64, 64)), "JPEG", progressive=True)
    with pytest.raises(PictureTooLarge, match="MB to decode"):
        decode(declaring(scanned, 12_648, 12_648))


def test_scans_are_what_takes_memory_and_not_the_word_progressive() -> None:
    plain = encoded(Image.new("CMYK", (64, 64)), "JPEG")
    assert decode(scan_by_scan(64, 3)).pixels.shape == (64, 64, 3)
    with pytest.raises(PictureTooLarge, match="MB to decode"):
        decode(declaring(scan_by_scan(64, 4), 6324, 6324))
    assert decode(declaring(plain, 6324, 6324)).width == 6324


@pytest.mark.slow
def test_judging_the_largest_pictures_takes_bounded_memory(
    root: Path, tmp_path: Path, largest: Callable[[str], Path], face_jpeg: bytes
) -> None:
    """More than decoding does: the finder needs the picture once more, as Pillow's own.

    The allocator gives back what is freed, as docs/security.md says how to have it; otherwise this
    would measure what it keeps.
    """
    face = Image.open(io.BytesIO(face_jpeg)).convert("RGB").resize((6324, 6324))
    (tmp_path / "face").write_bytes(encoded(face, "JPEG"))
    with working(root, "--judge", MALLOC_MMAP_THRESHOLD_=str(4 << 20)) as process:
        for path in (tmp_path / "face", *map(largest, LARGEST)):
            found = told(process, str(path))
            assert found["outcome"] == "Report", found
            assert found["seconds"] < MAX_SECONDS_LARGEST, (path.name, found)
            assert found["peak_mb"] < MAX_MB_JUDGED, (path.name, found)


@pytest.mark.parametrize("kind", sorted(FOREIGN))
def test_what_is_no_accepted_type_is_told_so_though_pillow_reads_it(kind: str) -> None:
    with pytest.raises(UnsupportedPicture):
        decode(seed(kind))


def test_pillow_would_read_most_of_them() -> None:
    assert len({read_as(seed(kind)) for kind in FOREIGN} - {None}) >= 35


def test_a_jpeg_may_have_so_many_scans_as_its_size_allows() -> None:
    assert decode(scans(240)).width == 2000
    with pytest.raises(BrokenPicture, match="more scans"):
        decode(scans(241))


def test_a_jpeg_may_have_so_many_segments() -> None:
    plain = encoded(Image.new("RGB", (64, 64), "red"), "JPEG")
    own = 1 + 2 + 1 + 4 + 1 + 1  # JFIF, quantisation, frame, Huffman tables, scan, end

    def with_segments(count: int) -> bytes:
        return plain[:-2] + b"\xff\xfe\0\2" * (count - own) + plain[-2:] + b"\xff\xda"

    assert decode(with_segments(MAX_SEGMENTS)).width == 64
    with pytest.raises(BrokenPicture, match="more segments"):
        decode(with_segments(MAX_SEGMENTS + 1))


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


@pytest.mark.parametrize(
    ("profile", "colours", "bytes_a_pixel"),
    [
        ("000", "00", 1.5),
        ("000", "10", 3.0),
        ("000", "01", 1.0),
        ("001", "0", 3.0),
        ("001", "1", 6.0),
        ("010", "0", 3.0),
        ("010", "110", 6.0),
        ("010", "111", 2.0),
    ],
)
def test_a_stream_says_how_deep_its_colours_are(
    profile: str, colours: str, bytes_a_pixel: float
) -> None:
    """The sequence header of a still picture of 48x48: profile, two flags, level, size, tools."""
    header = profile + "11" + "00000" + "0101" * 2 + "101111" * 2 + "000000" + colours
    body = int(header.ljust(48, "0"), 2).to_bytes(6, "big")
    found = streams(avif_stream(b"\x0a\x06" + body))
    assert found == [Stream(48 * 48, bytes_a_pixel)]


@pytest.mark.parametrize("shift", range(4))
def test_scans_are_counted_wherever_they_begin(shift: int) -> None:
    comment = b"\xff\xfe" + (2 + shift).to_bytes(2, "big") + bytes(shift)
    scan = b"\xff\xda\0\3\0" + bytes(shift)
    file = b"\xff\xd8" + comment + 3 * scan + b"\xff\xd9"
    assert has_more_scans(file, 2) and not has_more_scans(file, 3)
