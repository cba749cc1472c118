from __future__ import annotations

import asyncio
import base64
import io
import zlib
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from fastapi.testclient import TestClient
from PIL import Image

from tests.api.keeping import Server, check, keep, save
from tests.api.test_detect import assert_problem
from tests.pictures import encoded, tinted
from unmask.api.contract.history_schemas import HistoryEntry
from unmask.api.services import services_of_app
from unmask.api.visitors import COOKIE
from unmask.detection.report import Report
from unmask.history.tables import Check


def test_a_check_says_until_when_it_can_be_saved(
    server: Server, alice: TestClient, face_jpeg: bytes
) -> None:
    report = check(alice, face_jpeg)
    until = datetime.fromisoformat(report["saveable_until"])
    assert until - server.clock() == timedelta(minutes=15)
    assert datetime.fromisoformat(report["created"]) == server.clock()
    assert len(report["id"]) == 40
    assert alice.get("/api/history/images").json() == {"items": [], "next": None, "total": 0}


def test_what_is_saved_can_be_looked_at_whole(
    server: Server, alice: TestClient, red_jpeg: bytes
) -> None:
    report = check(alice, red_jpeg, "porträt.jpg")
    server.clock.forward(minutes=2)
    response = save(alice, report["id"])
    assert response.status_code == 201
    entry = response.json()
    assert HistoryEntry.model_validate(entry)
    assert entry["id"] == report["id"] and entry["name"] == "porträt.jpg"
    assert entry["verdict"] == "generated" and entry["model"] == "tiny" and entry["faces"] == 1
    assert entry["probability_generated"] == report["faces"][0]["probability_generated"]
    created, saved = map(datetime.fromisoformat, (entry["created"], entry["saved"]))
    assert saved - created == timedelta(minutes=2) and saved == server.clock()
    assert (entry["width"], entry["height"], entry["format"]) == (400, 400, "JPEG")

    whole = alice.get(entry["self"]).json()
    assert whole["entry"] == entry
    assert whole["report"] == {
        name: value
        for name, value in report.items()
        if name not in ("id", "created", "saveable_until")
    }
    assert Report.model_validate(whole["report"])
    picture = alice.get(entry["picture"])
    assert (picture.content, picture.headers["content-type"]) == (red_jpeg, "image/jpeg")
    thumbnail = alice.get(entry["thumbnail"])
    assert thumbnail.headers["content-type"] == "image/webp"
    with Image.open(io.BytesIO(thumbnail.content)) as image:
        assert image.size == (320, 320)
    assert whole["heatmaps"] == [f"{entry['self']}/heatmaps/0"]
    heat = alice.get(whole["heatmaps"][0])
    assert heat.headers["content-type"] == "image/png"
    with Image.open(io.BytesIO(heat.content)) as image:
        assert image.size == (178, 218) and image.has_transparency_data
        assert image.convert("RGBA").getextrema()[3][1] > 0
    for address in (entry["picture"], entry["thumbnail"], entry["self"], whole["heatmaps"][0]):
        assert alice.get(address).headers["cache-control"] == "no-store"


def test_each_label_has_its_map_as_png(alice: TestClient, red_jpeg: bytes) -> None:
    entry = keep(alice, red_jpeg)
    whole = alice.get(entry["self"]).json()
    (face,) = whole["report"]["faces"]
    addresses = {one["label"]: one["path"] for one in whole["label_heatmaps"]}
    assert list(addresses) == ["stylegan1", "sdxl", "real"]
    assert {one["face"] for one in whole["label_heatmaps"]} == {0}
    drawn = {}
    for heat in face["judgements"][0]["explanation"]["maps"]:
        response = alice.get(addresses[heat["label"]])
        assert response.headers["content-type"] == "image/png"
        drawn[heat["label"]] = response.content
        if heat["evidence"]:
            assert response.content == base64.b64decode(heat["overlay"].partition(",")[2])
    assert drawn["stylegan1"] == alice.get(whole["heatmaps"][0]).content != drawn["sdxl"]
    for unknown in ("generated", "", "STYLEGAN1", "\0", "é"):
        response = alice.get(whole["heatmaps"][0], params={"label": unknown})
        assert_problem(response, 404, "unknown-report")


def test_an_entry_that_an_older_version_saved_is_shown_as_it_was(
    server: Server, alice: TestClient, red_jpeg: bytes, root: Path
) -> None:
    entry = keep(alice, red_jpeg)
    old = (root / "tests/history/report-1.json").read_bytes()
    with services_of_app(server.app).storage.open().database.writing() as connection:
        rows = sa.update(Check).where(Check.id == entry["id"])
        connection.execute(rows.values(report=zlib.compress(old)))
    assert alice.get("/api/history/images").json()["items"] == [entry]
    whole = alice.get(entry["self"]).json()
    (judgement,) = whole["report"]["faces"][0]["judgements"]
    assert judgement["probability"] == 0.97 and judgement["stability"]["steady"] is True
    assert whole["heatmaps"] == [f"{entry['self']}/heatmaps/0"]
    labels = [one["label"] for one in whole["label_heatmaps"]]
    assert labels == ["stylegan1", "stylegan2"]
    shown = [one["label"] for one in judgement["explanation"]["maps"]]
    assert shown == [*labels, "generated"]
    drawn = base64.b64decode(judgement["explanation"]["maps"][0]["overlay"].partition(",")[2])
    assert alice.get(whole["heatmaps"][0]).content == drawn
    exported = alice.get("/api/history/export", params={"format": "json"}).json()
    assert exported[0]["report"]["faces"][0]["judgements"][0]["probability"] == 0.97
    rows_of_csv = alice.get("/api/history/export").text
    assert entry["id"] in rows_of_csv and "data:image" not in rows_of_csv


def test_a_map_without_evidence_is_transparent_and_none_is_not_found(
    alice: TestClient, face_jpeg: bytes
) -> None:
    blue = encoded(tinted(face_jpeg, -60, -60, 60), "JPEG")
    entry = keep(alice, blue)
    (address,) = alice.get(entry["self"]).json()["heatmaps"]
    with Image.open(io.BytesIO(alice.get(address).content)) as image:
        assert image.getextrema()[3] == (0, 0)
    unexplained = keep(alice, blue, explain="false")
    whole = alice.get(unexplained["self"]).json()
    assert whole["heatmaps"] == whole["label_heatmaps"] == []
    for wrong in (f"{unexplained['self']}/heatmaps/0", f"{entry['self']}/heatmaps/1"):
        assert_problem(alice.get(wrong), 404, "unknown-report")
    for malformed in ("-1", "x", "1e3", "99999999999999999999"):
        response = alice.get(f"{entry['self']}/heatmaps/{malformed}")
        assert_problem(response, 422, "malformed-request")


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "AVIF", "HEIF", "BMP", "GIF"])
def test_a_picture_has_the_type_of_its_content(
    alice: TestClient, face_jpeg: bytes, kind: str
) -> None:
    data = encoded(tinted(face_jpeg, 0, 0, 0, size=256), kind)
    entry = keep(alice, data, "misnamed.html")
    response = alice.get(entry["picture"])
    media = "image/heic" if kind == "HEIF" else f"image/{kind.lower()}"
    assert response.headers["content-type"] == media
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.content == data
    assert alice.get(entry["thumbnail"]).status_code == 200


@pytest.mark.parametrize("setting", ["visitor_entries", "visitor_bytes"])
def test_who_has_saved_enough_is_told_so_and_can_make_room(
    server: Server, face_jpeg: bytes, setting: str
) -> None:
    most = {"visitor_entries": 1, "visitor_bytes": 2 * len(face_jpeg)}[
        setting
    ]  # with a report each
    client = server.visitor(server.start(**{setting: most}))
    entry, waiting = keep(client, face_jpeg), check(client, face_jpeg)["id"]
    problem = assert_problem(save(client, waiting), 409, "quota-reached")
    assert "one visitor may" in problem["detail"] and "remove some" in problem["detail"]
    assert client.get(entry["self"]).status_code == 200
    assert client.delete(f"/api/history/images/{entry['id']}").status_code == 204
    assert save(client, waiting).status_code == 201


def test_a_picture_without_a_face_can_be_saved(alice: TestClient, no_face_jpeg: bytes) -> None:
    entry = keep(alice, no_face_jpeg)
    assert (entry["verdict"], entry["probability_generated"]) == ("not_applicable", None)
    assert alice.get(entry["self"]).json()["heatmaps"] == []


def test_saving_again_gives_the_same_entry(alice: TestClient, face_jpeg: bytes) -> None:
    entry = keep(alice, face_jpeg)
    again = save(alice, entry["id"])
    assert (again.status_code, again.json()) == (200, entry)
    assert alice.get("/api/history/images").json()["total"] == 1


def test_another_worker_process_can_save_and_show_it(
    server: Server, alice: TestClient, face_jpeg: bytes
) -> None:
    report_id = check(alice, face_jpeg)["id"]
    other = server.visitor(server.start())
    other.cookies = alice.cookies
    entry = save(other, report_id)
    assert entry.status_code == 201
    assert alice.get(entry.json()["picture"]).content == face_jpeg


def test_of_many_mistakes_ten_are_named(alice: TestClient) -> None:
    for count, more in ((10, ""), (11, "; and 1 more"), (5000, "; and 4990 more")):
        wrong = {f"x{number}": 0 for number in range(count)}
        response = alice.post("/api/history/save", json={"report_id": "x", **wrong})
        problem = assert_problem(response, 422, "malformed-request")
        assert len(problem["errors"]) == 10 and len(response.content) < 2000
        assert problem["detail"].endswith(f"x9: Extra inputs are not permitted{more}")


def test_a_picture_is_sent_in_parts(server: Server, alice: TestClient, face_jpeg: bytes) -> None:
    large = encoded(tinted(face_jpeg, 0, 0, 0, size=256), "BMP")
    assert len(large) > 2 * 65_536
    address, sent = keep(alice, large)["picture"], list[Any]()
    scope = {
        "type": "http", "asgi": {"version": "3.0", "spec_version": "2.3"}, "http_version": "1.1",
        "method": "GET", "path": address, "query_string": b"", "scheme": "http",
        "headers": [(b"cookie", f"{COOKIE}={alice.cookies[COOKIE]}".encode())],
    }  # fmt: skip

    async def receive() -> Any:
        return await asyncio.Event().wait()

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(server.app(scope, receive, send))
    parts = [message["body"] for message in sent[1:]]
    assert b"".join(parts) == large
    assert [len(part) for part in parts[:2]] == [65_536, 65_536]
    assert max(map(len, parts)) == 65_536
    assert dict(sent[0]["headers"])[b"content-length"] == str(len(large)).encode()


def test_after_fifteen_minutes_it_is_gone(
    server: Server, alice: TestClient, bob: TestClient, face_jpeg: bytes
) -> None:
    in_time, late = check(alice, face_jpeg)["id"], check(alice, face_jpeg)["id"]
    server.clock.forward(minutes=15, seconds=-1)
    assert save(alice, in_time).status_code == 201
    server.clock.forward(seconds=1)
    assert_problem(save(alice, late), 410, "report-expired")
    services_of_app(server.app).storage.open().purge()
    assert_problem(save(alice, late), 410, "report-expired")
    check(bob, face_jpeg)
    assert_problem(save(bob, late), 404, "unknown-report")


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"\xff", b"[]", b"{}", b'{"report_id": 1}', b'{"report_id": null}',
     b'{"report_id": "a", "more": 1}', b"[" * 60_000],
)  # fmt: skip
def test_a_malformed_request_to_save_is_told(alice: TestClient, body: bytes) -> None:
    response = alice.post(
        "/api/history/save", content=body, headers={"Content-Type": "application/json"}
    )
    assert_problem(response, 422, "malformed-request")


@pytest.mark.parametrize("report_id", ["", "x", "A" * 40, "../x", "\0", "é", "A" * 5000])
def test_an_unknown_report_is_told(alice: TestClient, face_jpeg: bytes, report_id: str) -> None:
    assert_problem(save(alice, report_id), 404, "unknown-report")  # with no cookie
    check(alice, face_jpeg)
    assert_problem(save(alice, report_id), 404, "unknown-report")


def test_a_removed_entry_is_gone_with_its_picture(
    server: Server, alice: TestClient, red_jpeg: bytes
) -> None:
    unique = red_jpeg + b"\0"  # what follows the end of a JPEG is not read
    entry = keep(alice, unique)
    folder = services_of_app(server.app).settings.data_dir
    before = {path for path in folder.rglob("*") if path.is_file()}
    response = alice.delete(f"/api/history/images/{entry['id']}")
    assert (response.status_code, response.content) == (204, b"")
    gone = before - {path for path in folder.rglob("*") if path.is_file()}
    assert {path.parent.parent.name for path in gone} == {"pictures", "thumbnails"}
    for address in (entry["self"], entry["picture"], entry["thumbnail"]):
        assert_problem(alice.get(address), 404, "unknown-report")
    response = alice.delete(f"/api/history/images/{entry['id']}")
    assert_problem(response, 404, "unknown-report")
    assert_problem(save(alice, entry["id"]), 404, "unknown-report")


def test_it_is_removed_at_the_address_of_the_version_before_too(
    alice: TestClient, face_jpeg: bytes
) -> None:
    entry = keep(alice, face_jpeg)
    assert alice.delete(f"/api/history/image/{entry['id']}").status_code == 204
    assert_problem(alice.get(entry["self"]), 404, "unknown-report")


def test_all_can_be_removed_at_once(alice: TestClient, face_jpeg: bytes) -> None:
    keep(alice, face_jpeg)
    keep(alice, face_jpeg)
    waiting = check(alice, face_jpeg)["id"]
    assert alice.delete("/api/history/images").json() == {"deleted": 2}
    assert alice.get("/api/history/images").json()["total"] == 0
    assert_problem(save(alice, waiting), 404, "unknown-report")
