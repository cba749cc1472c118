"""What is named at the root of the package: names, examples, what it takes."""

from __future__ import annotations

import doctest
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import unmask
from tests.pictures import face_jpeg as face_jpeg
from tests.tiny_bundle import write_bundle
from unmask.detection import options


@pytest.mark.parametrize("module", [unmask, options], ids=["root", "options"])
def test_the_examples_in_the_docstrings_hold(
    module: Any, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(data)
    result = doctest.testmod(module)
    assert result.attempted > 0 and result.failed == 0


def test_every_public_name_is_there_and_no_other_is_made_up() -> None:
    assert all(getattr(unmask, name) is not None for name in unmask.__all__)
    assert set(unmask.__all__) <= set(dir(unmask))
    with pytest.raises(AttributeError, match="no attribute 'detekt'"):
        _ = unmask.detekt


@pytest.fixture
def tiny(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = write_bundle(tmp_path / "models/tiny")
    monkeypatch.setenv("UNMASK_MODELS_DIR", str(folder.parent))
    monkeypatch.setenv("UNMASK_MODEL", "tiny")
    return folder


@pytest.mark.parametrize(
    "given",
    [str, Path, Path.read_bytes, lambda path: path.open("rb"), lambda path: io.BytesIO(
        path.read_bytes()), Image.open, lambda path: np.asarray(Image.open(path))],
    ids=["name", "path", "bytes", "file", "memory", "pillow", "array"],
)  # fmt: skip
def test_a_picture_may_be_given_in_many_forms(
    given: Callable[[Path], Any], tmp_path: Path, tiny: Path, face_jpeg: bytes
) -> None:
    file = tmp_path / "a.jpg"
    file.write_bytes(face_jpeg)
    picture = given(file)
    report = unmask.detect(picture)
    assert report.faces == unmask.detect(file).faces
    from_file = isinstance(picture, str | Path | bytes | io.BufferedReader | io.BytesIO)
    assert report.image.format == ("JPEG" if from_file else "array")
    named = isinstance(picture, str | Path | io.BufferedReader)
    assert report.image.name == (str(file) if named else None)


def test_a_pillow_image_is_turned_as_its_file_would_be(tiny: Path, face_jpeg: bytes) -> None:
    sideways = Image.open(io.BytesIO(face_jpeg)).transpose(Image.Transpose.ROTATE_90)
    exif = Image.Exif()
    exif[0x0112] = 6
    buffer = io.BytesIO()
    sideways.save(buffer, "PNG", exif=exif)
    assert unmask.detect(Image.open(buffer)).faces == unmask.detect(buffer.getvalue()).faces != []


def test_what_is_too_large_or_no_picture_is_refused(
    tmp_path: Path, tiny: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UNMASK_MAX_PIXELS", "1000000")
    with pytest.raises(unmask.PictureError, match="1001x1000"):
        unmask.detect(Image.new("RGB", (1001, 1000)))
    (tmp_path / "a.txt").write_text("no picture")
    with (tmp_path / "a.txt").open() as text, pytest.raises(ValueError, match="mode 'rb'"):
        unmask.detect(text)  # type: ignore[arg-type]
    with pytest.raises(unmask.BundleError, match="there is no model `none`"):
        unmask.load_model("none")


def test_a_model_is_loaded_by_name_or_from_its_folder(tiny: Path, face_jpeg: bytes) -> None:
    by_name, by_folder = unmask.load_model("tiny"), unmask.load_model(tiny)
    assert unmask.load_model() is by_name
    wanted = unmask.detect(face_jpeg)
    assert unmask.detect(face_jpeg, by_name) == unmask.detect(face_jpeg, by_folder) == wanted
    assert by_folder.detect(face_jpeg) == wanted
