from __future__ import annotations

import base64
import hashlib
import io
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from PIL import Image

from tests.pictures import UNUSUAL, encoded, png, png_bomb, tinted, truncated
from unmask.api.app import create_app
from unmask.api.contract.schemas import FoundFaces
from unmask.detection.loading import LoadedPicture
from unmask.detection.registry import DetectorRegistry
from unmask.detection.report import Report
from unmask.imaging.decode import decode
from unmask.settings import Settings

BOTH = pytest.mark.parametrize("path", ["/api/detect", "/api/validate-face"])


def send(client: TestClient, path: str, data: bytes, name: str = "photo.jpg", **fields: str) -> Any:
    return client.post(path, files={"image": (name, data)}, data=fields)


def assert_problem(response: Any, status: int, slug: str) -> dict[str, Any]:
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    problem: dict[str, Any] = response.json()
    assert problem["type"] == f"urn:unmask:problem:{slug}"
    assert problem["status"] == status
    assert problem["title"] and problem["detail"]
    return problem


def test_the_report_is_that_of_python_with_overlays(
    client: TestClient, models_dir: Path, face_jpeg: bytes
) -> None:
    data = encoded(tinted(face_jpeg, 90, 0, -60), "PNG")
    response = send(client, "/api/detect", data, "red.png")
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/json"
    report = Report.model_validate_json(response.content)
    detector = DetectorRegistry([models_dir], threads=1).get("tiny")
    assert report == detector.detect(LoadedPicture(decode(data), "red.png", data))
    assert report.verdict == "generated"
    heat = report.faces[0].heatmap
    assert heat is not None and heat.evidence and heat.overlay is not None
    overlay = Image.open(io.BytesIO(base64.b64decode(heat.overlay.split(",")[1])))
    assert overlay.size == (178, 218)


def test_without_explain_there_is_no_map(client: TestClient, face_jpeg: bytes) -> None:
    for value, explained in (("true", True), ("false", False)):
        response = send(client, "/api/detect", face_jpeg, explain=value)
        (judgement,) = response.json()["faces"][0]["judgements"]
        assert (judgement["explanation"] is not None) is explained


def test_a_model_can_be_named_or_left_out(client: TestClient, face_jpeg: bytes) -> None:
    for fields in ({}, {"model": ""}, {"model": "tiny"}):
        assert send(client, "/api/detect", face_jpeg, **fields).json()["model"] == "tiny"


def test_a_face_is_found_and_not_judged(client: TestClient, face_jpeg: bytes) -> None:
    response = send(client, "/api/validate-face", face_jpeg)
    check = FoundFaces.model_validate_json(response.content)
    assert check.preview is None
    assert [face.usable for face in check.faces] == [True]
    assert check.image.sha256 == hashlib.sha256(face_jpeg).hexdigest()
    assert set(response.json()["faces"][0]) == {"box", "landmarks", "usable", "reasons"}


def test_a_small_copy_is_for_those_who_cannot_show_the_picture(
    client: TestClient, face_jpeg: bytes
) -> None:
    size = (1500, 1200)
    phone = encoded(Image.open(io.BytesIO(face_jpeg)).convert("RGB").resize(size), "HEIF")
    found = send(client, "/api/validate-face", phone, "phone.heic", preview="true").json()
    assert (found["image"]["format"], found["image"]["width"]) == ("HEIF", 1500)
    head, _, body = found["preview"].partition(",")
    assert head == "data:image/webp;base64"
    with Image.open(io.BytesIO(base64.b64decode(body))) as copy:
        assert (copy.format, copy.size) == ("WEBP", (1280, 1024))


@BOTH
def test_no_face_is_an_answer_and_no_error(
    client: TestClient, path: str, no_face_jpeg: bytes
) -> None:
    response = send(client, path, no_face_jpeg)
    assert response.status_code == 200
    assert response.json()["faces"] == []
    assert response.json().get("verdict", "not_applicable") == "not_applicable"


@BOTH
@pytest.mark.parametrize("kind", UNUSUAL)
def test_unusual_pictures_are_read(
    client: TestClient, path: str, kind: str, face_jpeg: bytes
) -> None:
    response = send(client, path, UNUSUAL[kind](face_jpeg))
    assert response.status_code == 200
    assert [face["usable"] for face in response.json()["faces"]] == [True]


BAD: dict[str, tuple[Callable[[bytes], bytes], int, str]] = {
    "empty": (lambda face: b"", 400, "empty-picture"),
    "text": (lambda face: b"This is no picture.\n" * 50, 415, "unsupported-picture"),
    "svg": (lambda face: b"<svg xmlns='http://www.w3.org/2000/svg'/>", 415, "unsupported-picture"),
    "pdf": (lambda face: b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", 415, "unsupported-picture"),
    "tiff": (
        lambda face: encoded(Image.new("RGB", (64, 64)), "TIFF"), 415, "unsupported-picture",
    ),
    "truncated": (truncated, 400, "broken-picture"),
    "noise after the header": (
        lambda face: face[:700] + bytes(range(256)) * 40, 400, "broken-picture",
    ),
    "bomb": (lambda face: png_bomb(), 413, "picture-too-large"),
    "41 megapixels": (lambda face: png(41_000, 1_000, 1), 413, "picture-too-large"),
    "no pixels": (lambda face: png(0, 0, 0), 400, "broken-picture"),
    "cut in its header": (lambda face: face[:12], 400, "broken-picture"),
    "one pixel": (lambda face: png(1, 1, 1), 400, "broken-picture"),
    "one byte too large": (
        lambda face: face + bytes(20_000_001 - len(face)), 413, "picture-too-large",
    ),
    "far too large": (lambda face: face + bytes(25_000_000), 413, "picture-too-large"),
}  # fmt: skip


@BOTH
@pytest.mark.parametrize("kind", BAD)
def test_bad_input_is_a_clear_problem_and_the_server_goes_on(
    client: TestClient, path: str, kind: str, face_jpeg: bytes
) -> None:
    make, status, slug = BAD[kind]
    assert_problem(send(client, path, make(face_jpeg)), status, slug)
    assert send(client, path, face_jpeg).status_code == 200


def test_exactly_the_largest_file_is_read(client: TestClient, face_jpeg: bytes) -> None:
    data = face_jpeg + bytes(20_000_000 - len(face_jpeg))
    assert send(client, "/api/detect", data).status_code == 200


def test_a_smaller_limit_is_kept(settings: Settings, face_jpeg: bytes) -> None:
    small = settings.model_copy(update={"max_bytes": len(face_jpeg) - 1})
    response = send(TestClient(create_app(small)), "/api/detect", face_jpeg)
    assert_problem(response, 413, "picture-too-large")
    few = settings.model_copy(update={"max_pixels": 100})
    response = send(TestClient(create_app(few)), "/api/detect", face_jpeg)
    assert_problem(response, 413, "picture-too-large")


def test_uploads_never_touch_the_disk(
    client: TestClient, face_jpeg: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    def rollover(self: object) -> None:
        raise AssertionError("an uploaded picture went to a temporary file")

    monkeypatch.setattr(tempfile.SpooledTemporaryFile, "rollover", rollover)
    data = face_jpeg + bytes(5_000_000)
    assert send(client, "/api/detect", data).status_code == 200


def test_an_unknown_model_is_answered_with_those_there_are(
    client: TestClient, face_jpeg: bytes
) -> None:
    problem = assert_problem(
        send(client, "/api/detect", face_jpeg, model="best"), 404, "unknown-model"
    )
    assert "`best`" in problem["detail"] and "tiny" in problem["detail"]


@pytest.mark.parametrize("name", ["../tiny", "/etc", "tiny/../tiny", "."])
def test_a_model_is_a_name_and_never_a_path(
    client: TestClient, name: str, face_jpeg: bytes
) -> None:
    assert_problem(send(client, "/api/detect", face_jpeg, model=name), 404, "unknown-model")


def test_a_damaged_model_is_refused_and_gives_nothing_away(
    client: TestClient, models_dir: Path, face_jpeg: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    response = send(client, "/api/detect", face_jpeg, model="damaged")
    problem = assert_problem(response, 503, "model-refused")
    assert "`damaged`" in problem["detail"] and int(response.headers["retry-after"]) > 0
    assert str(models_dir) not in response.text and "sha256" not in response.text
    assert "bundle `damaged` is refused: sha256" in caplog.text
    assert send(client, "/api/detect", face_jpeg).status_code == 200


def test_without_any_model_faces_are_found_but_not_judged(tmp_path: Path, face_jpeg: bytes) -> None:
    app = create_app(Settings(data_dir=tmp_path / "data"))
    app.state.services = replace(
        app.state.services, detectors=DetectorRegistry([tmp_path / "models"])
    )
    client = TestClient(app)
    response = send(client, "/api/detect", face_jpeg)
    assert_problem(response, 503, "no-model")
    assert int(response.headers["retry-after"]) > 0
    assert client.get("/api/health").status_code == 200
    assert send(client, "/api/validate-face", face_jpeg).status_code == 200


FORM = b'--a\r\nContent-Disposition: form-data; name="image"; filename="x"\r\n\r\nx\r\n--a--\r\n'


@BOTH
@pytest.mark.parametrize(
    ("request_", "field"),
    [
        ({"json": {"image": "x"}}, "content-type"),
        ({"content": b"x", "headers": {"content-type": "image/jpeg"}}, "content-type"),
        ({}, "content-type"),
        ({"files": {"photo": b"x"}}, "image"),
        ({"files": {"image": (None, "text")}}, "image"),
        ({"files": [("image", b"x"), ("image", b"y")]}, ""),
        ({"files": {"image": b"x"}, "data": {"explian": "true"}}, "explian"),
        ({"content": b"x", "headers": {"content-type": "multipart/form-data"}}, ""),
        ({"content": b"x", "headers": {"content-type": "multipart/form-data; boundary=a"}}, ""),
        ({"content": FORM, "headers": {"content-type":
          "multipart/form-data; boundary=a; charset=undefined"}}, "content-type"),
        ({"files": {"image": b"x"}, "data": {"model": "x" * 5000}}, ""),
        ({"files": {"image": b"x"}, "data": {str(n): "x" for n in range(50)}}, ""),
    ],
    ids=["json", "bare", "nothing", "other field", "no file", "two", "misspelt", "no boundary",
         "no form", "no charset", "long", "many"],
)  # fmt: skip
def test_a_malformed_request_names_the_field(
    client: TestClient, path: str, request_: dict[str, Any], field: str
) -> None:
    problem = assert_problem(client.post(path, **request_), 422, "malformed-request")
    assert [error["field"] for error in problem["errors"]] == [field]


@pytest.mark.parametrize(
    ("fields", "field"), [({"explain": "maybe"}, "explain"), ({"model": "x" * 101}, "model")]
)
def test_a_bad_option_is_named(
    client: TestClient, fields: dict[str, str], field: str, face_jpeg: bytes
) -> None:
    problem = assert_problem(
        send(client, "/api/detect", face_jpeg, **fields), 422, "malformed-request"
    )
    assert [error["field"] for error in problem["errors"]] == [field]


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("photo.jpg", "photo.jpg"),
        ("../../etc/passwd", "passwd"),
        ("C:\\pictures\\photo.jpg", "photo.jpg"),
        ("x" * 300, "x" * 255),
        ("porträt.jpg", "porträt.jpg"),
    ],
)
def test_of_a_file_name_the_last_part_is_kept(
    client: TestClient, given: str, kept: str, no_face_jpeg: bytes
) -> None:
    response = send(client, "/api/validate-face", no_face_jpeg, given)
    assert response.json()["image"]["name"] == kept
