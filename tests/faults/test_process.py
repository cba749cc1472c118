"""What befalls the whole process: no file handles, SIGTERM, SIGKILL."""

from __future__ import annotations

import os
import resource
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from tests.faults.running import SECONDS, Running, checked, saved, serving

HANDLES = 96
SAVERS = 4
KILLS = 3


def connected(server: Running) -> socket.socket:
    where = urlsplit(server.address)
    return socket.create_connection((where.hostname, where.port), timeout=SECONDS)


class TestFileHandles:
    def test_without_any_left_it_goes_on_and_answers_again_when_there_are(
        self, tmp_path: Path, models_dir: Path, face_jpeg: bytes
    ) -> None:
        def few() -> None:
            resource.setrlimit(resource.RLIMIT_NOFILE, (HANDLES, HANDLES))

        with ExitStack() as stack:
            server = stack.enter_context(serving(tmp_path, models_dir, few))
            early = stack.enter_context(server.browser())
            report = checked(early, face_jpeg)
            assert report["saveable_until"] is not None
            assert early.get("/api/ready").status_code == 200
            with ExitStack() as idle:
                for _ in range(2 * HANDLES):  # those that it does not take wait in the kernel
                    idle.enter_context(connected(server))
                handles = Path(f"/proc/{server.process.pid}/fd")
                end = time.monotonic() + SECONDS
                while handles.is_dir() and len(list(handles.iterdir())) < HANDLES:
                    assert time.monotonic() < end, "there are still handles"
                    time.sleep(0.02)
                # Who is connected is still served, though nothing can be written.
                assert checked(early, face_jpeg)["saveable_until"] is None
                assert early.get("/api/health").status_code == 200
            with server.browser() as late:
                assert late.get("/api/ready").status_code == 200
            assert server.process.poll() is None
            assert saved(early, report).status_code == 201


class TestTermination:
    def test_sigterm_ends_what_runs_takes_nothing_new_and_leaves_with_0(
        self, tmp_path: Path, models_dir: Path, face_jpeg: bytes
    ) -> None:
        with ExitStack() as stack:
            server = stack.enter_context(serving(tmp_path, models_dir))
            browser = stack.enter_context(server.browser())
            assert browser.get("/api/ready").status_code == 200  # and its connection stays open
            body = browser.build_request(
                "POST", "/api/detect", files={"image": ("photo.jpg", face_jpeg)}
            )
            whole = body.read()
            running = stack.enter_context(connected(server))
            head = "".join(f"{name}: {value}\r\n" for name, value in body.headers.items())
            running.sendall(f"POST /api/detect HTTP/1.1\r\n{head}\r\n".encode() + whole[:1000])
            time.sleep(0.2)  # it is being read
            server.process.send_signal(signal.SIGTERM)
            end = time.monotonic() + SECONDS
            while True:
                assert time.monotonic() < end, "it still takes connections"
                try:
                    connected(server).close()
                except ConnectionError:
                    break
                time.sleep(0.02)
            assert server.process.poll() is None
            running.sendall(whole[1000:])
            answer = b"".join(iter(lambda: running.recv(65_536), b""))
            assert answer.startswith(b"HTTP/1.1 200 ") and b'"saveable_until":"' in answer
            assert server.process.wait(timeout=SECONDS) == 0
            log = server.log.read_text()
            assert "Traceback" not in log and '"level": "error"' not in log


class TestKilled:
    @pytest.mark.slow
    def test_under_load_nothing_that_was_acknowledged_is_lost(
        self, tmp_path: Path, models_dir: Path, face_jpeg: bytes
    ) -> None:
        """Each saver is a browser of its own, and each picture has bytes of its own."""
        savers = [Saver(face_jpeg, number) for number in range(SAVERS)]
        for _ in range(KILLS):
            with serving(tmp_path, models_dir) as server:
                threads = [threading.Thread(target=one.work, args=(server,)) for one in savers]
                before = sum(len(one.acknowledged) for one in savers)
                for thread in threads:
                    thread.start()
                end = time.monotonic() + SECONDS
                while sum(len(one.acknowledged) for one in savers) < before + 2 * SAVERS:
                    assert time.monotonic() < end, server.log.read_text()
                    time.sleep(0.005)
                server.process.kill()
                for thread in threads:
                    thread.join()
                assert server.process.wait(timeout=SECONDS) == -signal.SIGKILL
        with serving(tmp_path, models_dir) as server:
            for one in savers:
                one.assert_all_there(server)
        found = subprocess.run(
            [sys.executable, "-m", "unmask.cli.main", "history", "check"],
            capture_output=True, text=True, env=os.environ | {"UNMASK_DATA_DIR": tmp_path / "data"},
        )  # fmt: skip
        assert (found.returncode, found.stderr) == (0, ""), found.stderr


class Saver:
    """A browser that checks and saves until the server is gone, and remembers what it was told."""

    def __init__(self, picture: bytes, number: int) -> None:
        self._picture = picture
        self._number = number
        self._cookies = httpx.Cookies()
        self.acknowledged: dict[str, bytes] = {}

    def work(self, server: Running) -> None:
        with server.browser() as browser:
            browser.cookies = self._cookies
            try:
                while True:
                    mark = f"{self._number} {len(self.acknowledged)}".encode()
                    data = self._picture + mark  # what follows the end of a JPEG is not read
                    response = saved(browser, checked(browser, data, explain="false"))
                    assert response.status_code == 201, response.text
                    self.acknowledged[response.json()["picture"]] = data
            except httpx.TransportError:
                self._cookies = browser.cookies

    def assert_all_there(self, server: Running) -> None:
        with server.browser() as browser:
            browser.cookies = self._cookies
            assert len(self.acknowledged) > KILLS
            assert browser.get("/api/history/images").json()["total"] >= len(self.acknowledged)
            for address, picture in self.acknowledged.items():
                assert browser.get(address).content == picture
