from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, closing
from pathlib import Path

import pytest

from tests.cli.conftest import Unmask
from tests.history.making import ALICE, saved
from tests.postgres import DATABASES, new_database
from unmask.history.opening import open_history
from unmask.history.store import History
from unmask.history.tokens import visitor_of_token

Opened = Callable[[], AbstractContextManager[History]]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture(params=DATABASES)
def opened(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, data: Path) -> Opened:
    """Opens the history that the commands have, once in SQLite and once in PostgreSQL."""
    url = new_database(request, request.param)
    if url is not None:
        monkeypatch.setenv("UNMASK_DATABASE_URL", url)
    return lambda: closing(open_history(data, url, shelf_bytes=10**9))


class TestToken:
    def test_it_is_shown_once_and_alone_on_its_line(self, unmask: Unmask, opened: Opened) -> None:
        done = unmask("token", "create", "--name", "newsroom")
        token = done.out.strip()
        assert done.status == 0 and done.out == f"{token}\n" and token.startswith("unmask_")
        assert "Authorization: Bearer" in done.err
        with opened() as history:
            assert visitor_of_token(history, token) is not None
        listed = unmask("token", "list")
        assert listed.out.split()[:6] == ["NAME", "MADE", "USED", "LAST", "REVOKED", "newsroom"]
        assert token not in listed.out

    def test_it_is_revoked_by_name(self, unmask: Unmask, opened: Opened) -> None:
        token = unmask("token", "create", "--name", "newsroom").out.strip()
        with opened() as history:
            done = unmask("token", "revoke", "--name", "newsroom")
            assert (done.status, done.out) == (0, "revoked: newsroom; its history is kept\n")
            assert visitor_of_token(history, token) is None
        done = unmask("token", "revoke", "--name", "newsroom", "--delete-history")
        assert done.out == "revoked: newsroom; 0 entries removed\n"

    def test_mistakes_are_one_line(self, unmask: Unmask, opened: Opened) -> None:
        unmask("token", "create", "--name", "newsroom")
        for arguments in (("create", "--name", "newsroom"), ("revoke", "--name", "other"),
                          ("create", "--name", "")):  # fmt: skip
            done = unmask("token", *arguments)
            assert (done.status, done.out, done.err.count("\n")) == (2, "", 1)
            assert done.err.startswith("unmask: ")


class TestHistoryCheck:
    def test_what_a_crash_left_is_told_and_mended(
        self, unmask: Unmask, opened: Opened, data: Path
    ) -> None:
        with opened() as history:
            saved(history, ALICE)
        orphan = data / "history/pictures/ab" / ("ab" * 32)
        orphan.parent.mkdir()
        orphan.write_bytes(b"of nobody")
        half = data / "history/pictures/half.new"
        half.write_bytes(b"half a pict")
        os.utime(half, (0, 0))
        done = unmask("history", "check")
        assert (done.status, done.out.splitlines()) == (0, [
            "pictures as they should be: 1",
            "files never wholly written, removed: 1",
            "pictures of no report, removed: 1",
        ])  # fmt: skip
        assert not orphan.exists() and not half.exists()
        assert unmask("history", "check").out == "pictures as they should be: 1\n"

    def test_a_missing_picture_is_told_by_the_exit_status(
        self, unmask: Unmask, opened: Opened, data: Path
    ) -> None:
        with opened() as history:
            entry = saved(history, ALICE)
        (picture,) = (path for path in (data / "history/pictures").rglob("*") if path.is_file())
        picture.unlink()
        done = unmask("history", "check")
        assert (done.status, done.out) == (1, "pictures as they should be: 0\n")
        assert f"entry {entry} lacks its picture" in done.err and "--drop-lost" in done.err
        assert unmask("history", "check", "--drop-lost").status == 0
        assert unmask("history", "check").status == 0

    def test_a_folder_that_cannot_be_written_is_one_line(
        self, unmask: Unmask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / "file").write_text("")
        monkeypatch.setenv("UNMASK_DATA_DIR", str(tmp_path / "file"))
        done = unmask("history", "check")
        assert (done.status, done.err.count("\n")) == (2, 1)
        assert "cannot be written" in done.err


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "mysql://me:secret@db/x"),
        ("PUBLIC_URL", "unmask.example"),
        ("PUBLIC_URL", "https://unmask.example/path"),
        ("REQUIRE_TOKEN", "perhaps"),
        ("SHELF_BYTES", "-1"),
    ],
)
def test_a_bad_setting_is_one_line_without_passwords(
    unmask: Unmask, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(f"UNMASK_{name}", value)
    done = unmask("settings")
    assert (done.status, done.out, done.err.count("\n")) == (2, "", 1)
    assert done.err.startswith(f"unmask: UNMASK_{name}=") and "secret" not in done.err


@pytest.mark.parametrize("value", ["postgresql://me:secret@db/x", "postgres://me:secret@db/x"])
def test_the_databases_password_is_not_shown(
    unmask: Unmask, monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("UNMASK_DATABASE_URL", value)
    done = unmask("settings")
    assert done.status == 0 and "secret" not in done.out and "me:***@db" in done.out


def test_without_a_folder_to_write_to_the_server_says_so_and_serves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("UNMASK_DATA_DIR", str(tmp_path / "file"))
    command = [sys.executable, "-u", "-m", "unmask.cli.main", "serve", "--port", "0"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout is not None and server.stderr is not None
        lines = [server.stdout.readline(), server.stdout.readline()]
        said = server.stderr.readline()
        server.send_signal(signal.SIGINT)
        server.wait(timeout=30)
    assert lines[1].startswith("Unmask is at http://127.0.0.1:")
    assert said.startswith("unmask: the folder ") and "UNMASK_DATA_DIR" in said
