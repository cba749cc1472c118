from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from tests.dataset.painter import Painter
from tests.pictures import encoded
from unmask.dataset.facts import FACTS, file_facts
from unmask.dataset.statistics import STATISTICS, crop_statistics
from unmask.imaging import laundering


def facts(path: Path) -> dict[str, float]:
    return dict(zip(FACTS, file_facts(path), strict=True))


def statistics(pixels: np.ndarray) -> dict[str, float]:
    return dict(zip(STATISTICS, crop_statistics(pixels), strict=True))


@pytest.fixture
def image(painter: Painter) -> Image.Image:
    return painter.picture(3)


@pytest.fixture
def crop(image: Image.Image) -> np.ndarray:
    return np.asarray(image.resize((178, 218), Image.Resampling.LANCZOS))


@pytest.mark.parametrize("quality", [30, 50, 75, 92, 95])
def test_the_quality_of_a_jpeg_is_read_from_its_tables(
    image: Image.Image, tmp_path: Path, quality: int
) -> None:
    image.save(tmp_path / "a.jpg", quality=quality)
    assert facts(tmp_path / "a.jpg")["jpeg_quality"] == pytest.approx(quality, abs=1)


def test_facts_of_a_picture_of_a_phone(image: Image.Image, tmp_path: Path) -> None:
    path = tmp_path / "phone.HEIC"
    path.write_bytes(encoded(image, "HEIF"))
    found = facts(path)
    assert (found["width"], found["height"], found["jpeg_quality"]) == (260, 240, -1)
    assert found["bytes"] == path.stat().st_size
    image.save(path, "JPEG")  # as some call what they converted
    assert facts(path)["luma_quantisation"] > 0


@pytest.mark.parametrize("name", ["phone.jpg", "phone.hif", "phone"])
def test_a_picture_of_a_phone_is_told_by_content(
    image: Image.Image, tmp_path: Path, name: str
) -> None:
    path = tmp_path / name
    path.write_bytes(encoded(image, "HEIF"))
    assert (facts(path)["width"], facts(path)["jpeg_quality"]) == (260, -1)


def test_facts_of_a_jpeg(image: Image.Image, tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x010F] = "a camera"
    image.save(tmp_path / "plain.jpg", quality=80, subsampling=0)
    image.save(
        tmp_path / "rich.jpg", quality=80, subsampling=2, progressive=True, exif=exif, dpi=(72, 72)
    )
    plain, rich = facts(tmp_path / "plain.jpg"), facts(tmp_path / "rich.jpg")
    assert (plain["width"], plain["height"], plain["bands"]) == (260, 240, 3)
    assert plain["bytes"] == (tmp_path / "plain.jpg").stat().st_size
    assert plain["bits_per_pixel"] == pytest.approx(8 * plain["bytes"] / (260 * 240))
    assert plain["luma_quantisation"] == rich["luma_quantisation"] > 0
    different = {name for name in FACTS if plain[name] != rich[name]}
    assert different == {
        "bytes", "bits_per_pixel", "chroma_subsampling", "progressive", "density", "exif_bytes",
        "metadata_entries",
    }  # fmt: skip


def test_facts_of_a_png_tell_compression_and_text(image: Image.Image, tmp_path: Path) -> None:
    text = PngInfo()
    text.add_text("Software", "a generator")
    image.save(tmp_path / "one.png", compress_level=0)
    image.save(tmp_path / "two.png", compress_level=9)
    image.save(tmp_path / "three.png", compress_level=0, pnginfo=text)
    one, two, three = (facts(tmp_path / f"{name}.png") for name in ("one", "two", "three"))
    assert one["bytes"] > two["bytes"]
    assert three["metadata_entries"] == one["metadata_entries"] + 1
    assert one["jpeg_quality"] == one["chroma_subsampling"] == -1


def test_every_statistic_is_a_number_even_of_a_plain_crop(crop: np.ndarray) -> None:
    for pixels in (crop, np.zeros_like(crop), np.full_like(crop, 255)):
        assert np.isfinite(crop_statistics(pixels)).all()
    assert 20 <= len(STATISTICS) == len(crop_statistics(crop)) <= 30


def test_blur_lowers_sharpness_and_resolution(crop: np.ndarray) -> None:
    sharp, soft = statistics(crop), statistics(laundering.rescale(crop, 0.4))
    for name in ("sharpness", "gradient", "effective_resolution", "spectrum_top", "noise"):
        assert soft[name] < sharp[name], name


def test_effective_resolution_follows_the_size_that_a_crop_was_enlarged_from() -> None:
    noise = np.random.default_rng(0).integers(0, 256, (218, 178, 3), np.uint8)
    found = [
        statistics(laundering.rescale(noise, factor))["effective_resolution"]
        for factor in (1.0, 0.7, 0.5, 0.3)
    ]
    assert found == sorted(found, reverse=True)
    assert found[0] > 0.65  # noise reaches to the corner of the spectrum, at 0.71
    assert found[-1] < 0.4


def test_blockiness_shows_a_jpeg_grid_at_any_phase(crop: np.ndarray) -> None:
    clean = statistics(crop)
    for offset in ((0, 0), (3, 6)):
        blocks = statistics(laundering.jpeg(crop, 8, offset=offset))
        assert blocks["blockiness_columns"] > 1.15 * clean["blockiness_columns"]
        assert blocks["blockiness_rows"] > 1.15 * clean["blockiness_rows"]


def test_noise_is_measured_in_grey_levels() -> None:
    grey = np.full((218, 178, 3), 128, np.uint8)
    noisy = np.repeat(
        np.rint(128 + np.random.default_rng(0).normal(0, 6, (218, 178, 1))).astype(np.uint8), 3, 2
    )
    assert statistics(grey)["noise"] == 0
    assert statistics(noisy)["noise"] == pytest.approx(6, rel=0.05)


def test_colour_statistics_of_a_known_crop() -> None:
    crop = np.zeros((218, 178, 3), np.uint8)
    crop[:109] = (200, 100, 100)
    found = statistics(crop)
    assert (found["mean_red"], found["mean_green"], found["mean_blue"]) == (100, 50, 50)
    assert found["saturation"] == pytest.approx(0.25)
    assert found["dark"] == pytest.approx(0.5)
    assert found["bright"] == 0


def test_a_stretched_histogram_has_gaps(crop: np.ndarray) -> None:
    assert statistics(crop // 4 * 4)["histogram_gaps"] > 0.6
    assert statistics(crop)["histogram_gaps"] < 0.2
