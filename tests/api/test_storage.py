from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from tests.api.keeping import HERE, Server, check, keep, save
from tests.api.test_detect import assert_problem
from tests.history.making import Clock
from unmask.api import tidying
from unmask.api.app import create_app
from unmask.api.services import services_of_app
from unmask.history.removal import SHELF_LIFE
from unmask.history.store import History
from unmask.settings import Settings


def pictures(folder: Path) -> list[Path]:
    return [path for path in (folder / "history/pictures").rglob("*") if path.is_file()]


def wait_until(holds: Callable[[], object]) -> None:
    end = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < end, "it does not come"
        time.sleep(0.01)


class TestWithoutStorage:
    def test_where_nothing_is_kept_pictures_are_checked(
        self, settings: Settings, tmp_path: Path, face_jpeg: bytes
    ) -> None:
        off = settings.model_copy(update={"history": False, "data_dir": tmp_path / "data"})
        with TestClient(create_app(off), headers=HERE) as client:
            report = check(client, face_jpeg)
            assert report["saveable_until"] is None and len(report["id"]) == 40
            assert datetime.now(UTC) - datetime.fromisoformat(report["created"]) < timedelta(
                hours=1
            )
            assert_problem(save(client, report["id"]), 403, "history-off")
            for path in ("images", "images/x", "images/x/picture", "export"):
                assert_problem(client.get(f"/api/history/{path}"), 403, "history-off")
            ready = client.get("/api/ready").json()
            assert ready["checks"] == {"model": "ok", "storage": "off"}
        assert not (tmp_path / "data").exists()

    def test_what_lay_on_the_shelf_before_is_still_purged(
        self, settings: Settings, tmp_path: Path, face_jpeg: bytes
    ) -> None:
        own, clock = settings.model_copy(update={"data_dir": tmp_path}), Clock()
        check(TestClient(create_app(own, clock=clock), headers=HERE), face_jpeg)
        assert pictures(tmp_path)
        clock.forward(minutes=15)
        off = own.model_copy(update={"history": False})
        with TestClient(create_app(off, clock=clock)):
            wait_until(lambda: not pictures(tmp_path))

    @pytest.mark.parametrize("broken", ["folder", "database"])
    def test_where_nothing_can_be_kept_pictures_are_checked(
        self, settings: Settings, tmp_path: Path, face_jpeg: bytes, broken: str,
        caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch,
    ) -> None:  # fmt: skip
        (tmp_path / "file").write_text("")
        changes = {
            "folder": {"data_dir": tmp_path / "file"},
            "database": {"database_url": "postgresql://me:secret@127.0.0.1:1/x",
                         "data_dir": tmp_path / "data"},
        }[broken]  # fmt: skip
        app = create_app(settings.model_copy(update=changes))
        client = TestClient(app, headers=HERE)
        report = check(client, face_jpeg)
        assert report["saveable_until"] is None
        for response in (save(client, report["id"]), client.get("/api/history/images")):
            assert_problem(response, 503, "storage-unavailable")
            assert int(response.headers["retry-after"]) > 0
        ready = client.get("/api/ready")
        problem = assert_problem(ready, 503, "not-ready")
        assert "storage" in problem["detail"] and "model" not in problem["detail"]
        assert str(tmp_path) not in ready.text and "secret" not in ready.text + caplog.text
        # Once it is there, it is used.
        monkeypatch.setattr("unmask.api.storage.RETRY_SECONDS", 0.0)
        if broken == "folder":
            (tmp_path / "file").unlink()
            assert client.get("/api/ready").status_code == 200
            assert keep(client, face_jpeg)

    def test_a_full_shelf_keeps_nothing_more(self, server: Server, face_jpeg: bytes) -> None:
        client = server.visitor(server.start(shelf_bytes=0))
        report = check(client, face_jpeg)
        assert report["saveable_until"] is None
        assert_problem(save(client, report["id"]), 404, "unknown-report")


class TestParts:
    @staticmethod
    def checked(app: FastAPI, address: str, picture: bytes) -> bool:
        """Whether somebody at that address, whom we have not seen, can save what is checked."""
        client = TestClient(app, client=(address, 50_000), headers=HERE)
        return check(client, picture)["saveable_until"] is not None

    @pytest.fixture
    def start(self, settings: Settings, tmp_path: Path) -> Callable[..., FastAPI]:
        own = settings.model_copy(update={"data_dir": tmp_path})
        return lambda **changes: create_app(own.model_copy(update=changes))

    def test_no_address_fills_the_shelf_for_all(
        self, start: Callable[..., FastAPI], face_jpeg: bytes
    ) -> None:
        part = 2 * len(face_jpeg)
        app = start(shelf_bytes=4 * part + 3, max_bytes=part)
        here = [self.checked(app, "203.0.113.7", face_jpeg) for _ in range(3)]
        assert here == [True, True, False]
        assert self.checked(app, "203.0.113.8", face_jpeg)
        own = [self.checked(app, "127.0.0.1", face_jpeg) for _ in range(3)]
        assert own == [True, True, True]  # this machine's own may have all

    def test_one_picture_has_always_room(
        self, start: Callable[..., FastAPI], face_jpeg: bytes
    ) -> None:
        app = start(shelf_bytes=3 * len(face_jpeg), max_bytes=len(face_jpeg))
        here = [self.checked(app, "203.0.113.9", face_jpeg) for _ in range(2)]
        assert here == [True, False]


def test_the_server_purges_the_shelf_by_itself(
    settings: Settings, tmp_path: Path, face_jpeg: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("unmask.api.tidying.PURGE_SECONDS", 0.02)
    clock = Clock()
    app = create_app(settings.model_copy(update={"data_dir": tmp_path}), clock=clock)
    with TestClient(app, headers=HERE) as client:
        check(client, face_jpeg)
        assert len(pictures(tmp_path)) == 1
        clock.forward(minutes=15)
        wait_until(lambda: not pictures(tmp_path))


def test_it_purges_in_time_however_rarely_it_looks(
    settings: Settings, tmp_path: Path, face_jpeg: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("unmask.api.tidying.PURGE_SECONDS", 3600.0)
    purge, purges = History.purge, list[int]()
    monkeypatch.setattr(History, "purge", lambda history: purges.append(purge(history)))
    own, clock = settings.model_copy(update={"data_dir": tmp_path}), Clock()
    check(TestClient(create_app(own, clock=clock), headers=HERE), face_jpeg)
    clock.forward(minutes=15, seconds=-0.2)
    with TestClient(create_app(own, clock=clock)):
        wait_until(lambda: purges)
        assert purges[0] == 0 and pictures(tmp_path)
        clock.forward(seconds=0.2)
        wait_until(lambda: not pictures(tmp_path))


def test_the_server_mends_what_a_crash_left_at_its_start_and_soon_after(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert SHELF_LIFE.total_seconds() > tidying.MEND_SECONDS + tidying.PURGE_SECONDS
    monkeypatch.setattr("unmask.api.tidying.PURGE_SECONDS", 0.02)
    monkeypatch.setattr("unmask.api.tidying.MEND_SECONDS", 0.1)
    own = settings.model_copy(update={"data_dir": tmp_path})
    services_of_app(create_app(own)).storage.open().close()
    orphan = tmp_path / "history/pictures/ab" / ("ab" * 32)
    orphan.parent.mkdir()
    orphan.write_bytes(b"of nobody")
    with TestClient(create_app(own)):
        wait_until(lambda: not orphan.exists())
        orphan.write_bytes(b"of nobody again")
        wait_until(lambda: not orphan.exists())


def test_metrics_count_by_route_and_say_nothing_of_anybody(server: Server, red_jpeg: bytes) -> None:
    app = server.start()
    client = server.visitor(app)
    entry = keep(client, red_jpeg, "secret-name.jpg")
    client.get(entry["self"])
    client.get("/api/nothing/secret-path")
    client.request("SECRET", "/api/models")
    client.get("/secret-page")
    response = client.get("/metrics")
    assert response.headers["content-type"].startswith("text/plain; version=")
    lines = dict(line.rsplit(" ", 1) for line in response.text.splitlines() if line[0] != "#")
    counted = "unmask_http_requests_total"
    assert lines[f'{counted}{{method="POST",route="/api/detect",status="200"}}'] == "1.0"
    assert lines[f'{counted}{{method="GET",route="/api/history/images/{{id}}",status="200"}}'] == (
        "1.0"
    )
    assert lines[f'{counted}{{method="GET",route="unmatched",status="404"}}'] == "1.0"
    assert any('method="other"' in line and 'status="405"' in line for line in lines)
    assert any('route="page"' in line for line in lines)
    assert lines['unmask_verdicts_total{model="tiny",verdict="generated"}'] == "1.0"
    assert lines['unmask_inference_seconds_count{model="tiny"}'] == "1.0"
    (took,) = (line for line in lines if line.startswith("unmask_http_request_seconds_count{")
               and "/api/detect" in line)  # fmt: skip
    assert lines[took] == "1.0"
    assert lines["unmask_queue_depth"] == "0.0"
    assert "secret" not in response.text.lower()
    assert entry["id"] not in response.text
    assert json.dumps(client.cookies["unmask_visitor"])[1:-1] not in response.text
