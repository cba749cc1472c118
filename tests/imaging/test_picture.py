from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import ExifTags, Image

from tests.pictures import encoded
from unmask.imaging import decode as decoding
from unmask.imaging.align import align
from unmask.imaging.decode import LOOK_SIDE, BrokenPicture, Limits, PictureTooLarge, decode
from unmask.imaging.faces import FaceFinder
from unmask.imaging.picture import Raster
from unmask.imaging.usable import see_faces

SIZE = (2891, 3003)
"""Odd, so that a fraction of it does not come to whole pixels."""


def large(data: Path, size: tuple[int, int] = SIZE) -> Image.Image:
    """A portrait, the face's eyes some 240 px apart."""
    with Image.open(data / "astronaut.jpg") as image:
        return image.resize(size, Image.Resampling.BICUBIC)


def jpeg(image: Image.Image, orientation: int = 1, sampling: str = "4:2:0") -> bytes:
    """A JPEG that comes out upright as the image when what EXIF says is done."""
    undone = {
        1: None,
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }[orientation]
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    stored = image if undone is None else image.transpose(undone)
    return encoded(stored, "JPEG", quality=92, subsampling=sampling, exif=exif)


def blocks() -> Image.Image:
    """Squares of 64 px in random colours; 2,944 px a side."""
    small = np.random.default_rng(0).integers(0, 256, (46, 45, 3), np.uint8)
    return Image.fromarray(small).resize((45 * 64, 46 * 64), Image.Resampling.NEAREST)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_point_of_the_picture_lies_where_the_map_says(orientation: int) -> None:
    whole = np.asarray(blocks())
    picture = decode(jpeg(blocks(), orientation, "4:4:4"))
    raster = picture.raster(0)
    assert raster.fraction == 2
    assert (picture.width, picture.height) == blocks().size
    x, y = np.meshgrid(np.arange(32, whole.shape[1], 64), np.arange(32, whole.shape[0], 64))
    to_raster = raster.from_picture()
    points = to_raster @ np.stack([x.ravel(), y.ravel(), np.ones(x.size)])
    columns, rows = np.floor(points).astype(int)
    got = np.asarray(raster.image)[rows, columns].astype(int)
    assert np.abs(got - whole[y.ravel(), x.ravel()]).max() < 8
    # And so it is with what is made of it.
    upright = raster.upright()
    assert upright.shape == (whole.shape[0] // 2, whole.shape[1] // 2, 3)
    assert np.abs(upright[y // 2, x // 2].astype(int) - whole[y, x]).max() < 8
    tiny = np.asarray(raster.reduced(736)).astype(int)
    assert np.abs(tiny[y // 4, x // 4] - whole[y, x]).max() < 8
    assert np.abs(picture.pixels[y, x].astype(int) - whole[y, x]).max() < 8


@pytest.mark.parametrize("orientation", [1, 6])
def test_faces_and_crops_are_the_same_from_a_fraction(
    finder: FaceFinder, data: Path, orientation: int
) -> None:
    file = jpeg(large(data), orientation)
    picture = decode(file)
    (seen,) = see_faces(finder, picture)
    assert picture.raster(0).fraction == 2  # nobody has asked for more
    (whole,) = see_faces(finder, decode(file).pixels)
    eyes = whole.crop.eye_distance
    assert eyes > 200
    assert np.abs(seen.face.landmarks - whole.face.landmarks).max() < 0.01 * eyes
    assert seen.face.box == pytest.approx(whole.face.box, abs=0.02 * eyes)
    assert seen.crop.inside == whole.crop.inside
    # Of the very same landmarks.
    cut = align(Raster.of(decode(file).pixels), seen.face.landmarks)
    assert np.array_equal(cut.to_picture, seen.crop.to_picture)
    assert np.abs(cut.pixels.astype(int) - seen.crop.pixels).mean() < 1.3


def test_a_small_face_in_a_large_picture_is_cut_from_the_whole(
    finder: FaceFinder, data: Path
) -> None:
    canvas = Image.new("RGB", SIZE, (120, 125, 130))
    canvas.paste(large(data, (900, 900)), (1000, 1000))
    picture = decode(jpeg(canvas))
    (seen,) = see_faces(finder, picture)
    assert seen.crop.eye_distance < 100
    assert picture.raster(0).fraction == 1


@pytest.mark.parametrize(
    ("sampling", "longest", "fraction"),
    [
        ("4:2:0", 2 * LOOK_SIDE, 2),
        ("4:4:4", 2 * LOOK_SIDE, 2),
        ("4:2:2", 2 * LOOK_SIDE, 1),  # libjpeg would halve the colours once more
        ("4:2:0", 2 * LOOK_SIDE - 1, 1),
        ("4:2:0", 4 * LOOK_SIDE, 4),
    ],
)
def test_only_what_is_large_and_sampled_evenly_is_decoded_at_a_fraction(
    sampling: str, longest: int, fraction: int
) -> None:
    picture = decode(jpeg(Image.new("RGB", (longest, 301), "teal"), 1, sampling))
    assert picture.raster(0).fraction == fraction
    assert (picture.width, picture.height) == (longest, 301)
    assert picture.raster(0).image.size == (-(-longest // fraction), -(-301 // fraction))
    assert picture.raster(1).fraction == 1
    assert picture.pixels.shape == (301, longest, 3)


def test_other_kinds_are_decoded_whole() -> None:
    for image, kind in (
        (Image.new("CMYK", (2 * LOOK_SIDE, 64)), "JPEG"),
        (Image.new("RGB", (2 * LOOK_SIDE, 64)), "PNG"),
    ):
        assert decode(encoded(image, kind)).raster(0).fraction == 1
    grey = decode(encoded(Image.new("L", (2 * LOOK_SIDE, 64), 90), "JPEG"))
    assert grey.raster(0).fraction == 2
    assert (grey.pixels == 90).all()


def test_limits_hold_for_half_of_a_jpeg_and_for_no_smaller_fraction(data: Path) -> None:
    file, half = jpeg(large(data)), ((SIZE[0] + 1) // 2) * ((SIZE[1] + 1) // 2)
    assert decode(file, Limits(len(file), half)).raster(0).fraction == 2
    with pytest.raises(PictureTooLarge, match="limit is"):
        decode(file, Limits(len(file), half - 1))


def test_a_cut_file_is_refused_at_once_and_not_when_the_whole_is_asked_for(data: Path) -> None:
    file = jpeg(large(data))
    with pytest.raises(BrokenPicture):
        decode(file[: len(file) // 2])


def test_what_goes_wrong_with_the_whole_is_said_as_ever(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    picture = decode(jpeg(large(data)))
    monkeypatch.setattr(decoding, "open_picture", lambda data: Image.open(io.BytesIO(b"")))
    with pytest.raises(BrokenPicture, match="damaged"):
        picture.raster()
