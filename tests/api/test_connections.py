"""Clients that are slow, stand still, go away or send what is not HTTP, on a real socket."""

from __future__ import annotations

import contextlib
import http.client
import json
import logging
import select as sockets
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from typing import Any

import pytest
from fastapi import FastAPI, Response
from sqlalchemy import select

from tests.api.serving import running
from tests.api.test_over_http import FORM, HEAD, TAIL
from unmask.api.app import create_app
from unmask.api.guards import bodies, connections
from unmask.api.routes import detect as detecting
from unmask.api.services import Services, services_of_app
from unmask.api.storage import Storage
from unmask.bundles.runtime import _Graph
from unmask.detection.detector import Detector
from unmask.history.tables import SHELVED, Check
from unmask.settings import Settings

SOON = 10.0
"""Seconds in which the server must have closed; nothing here takes a tenth of that."""
LARGE = 20_000_000
GET = b"GET /api/health HTTP/1.1\r\nHost: x\r\n\r\n"
POST = b"POST /api/detect HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=x\r\n"


@pytest.fixture(scope="module", autouse=True)
def _impatient() -> Iterator[None]:
    """The server waits parts of a second where it waits many seconds else."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bodies, "GRACE_SECONDS", 0.5)
        patch.setattr(connections, "HEAD_SECONDS", 0.5)
        patch.setattr(connections, "REST_SECONDS", 0.5)
        patch.setattr(connections, "READING_SECONDS", 0.5)
        yield


@pytest.fixture(scope="module")
def app(settings: Settings) -> FastAPI:
    own = settings.model_copy(update={"max_bytes": 300_000, "workers": 1, "queue": 1})
    app = create_app(own)

    @app.get("/api/large")
    def large() -> Response:
        return Response(bytes(LARGE))

    return app


@pytest.fixture(scope="module")
def services(app: FastAPI) -> Services:
    return services_of_app(app)


@pytest.fixture(scope="module")
def port(app: FastAPI, services: Services) -> Iterator[int]:
    with running(services.settings, app) as port:
        yield port


@pytest.fixture(autouse=True)
def _still_answers(port: int, face_jpeg: bytes) -> Iterator[None]:
    yield
    assert detect(port, face_jpeg)[0] == 200


@contextmanager
def connected(port: int) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", port), timeout=SOON) as connection:
        yield connection


def detect(port: int, picture: bytes) -> tuple[int, Any, dict[str, str]]:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)) as connection:
        connection.request("POST", "/api/detect", HEAD + picture + TAIL, FORM)
        response = connection.getresponse()
        return response.status, json.loads(response.read()), dict(response.getheaders())


def answer_on(connection: socket.socket) -> tuple[int, dict[str, str], bytes]:
    """The next answer, which may come in pieces: its status, headers and body."""
    response = http.client.HTTPResponse(connection)
    response.begin()
    body = response.read()
    return response.status, dict(response.getheaders()), body


def trickle(connection: socket.socket, data: bytes = b"x", seconds: float = SOON) -> bytes:
    """Send data every 50 ms until the server closes; returns what it said. It must close soon."""
    said, end = b"", time.monotonic() + seconds
    connection.settimeout(0.05)
    while time.monotonic() < end:
        try:
            connection.sendall(data)
            part = connection.recv(65_536)
        except TimeoutError:
            continue
        except OSError:
            return said
        if not part:
            return said
        said += part
    raise AssertionError(f"the server still listens after {seconds} s; it said {said!r}")


def wait_until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + SOON
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.01)


def all_of(connection: socket.socket) -> bytes:
    """What the server says until it closes: one part may be the headers alone."""
    said = b""
    while part := connection.recv(65_536):
        said += part
    return said


def problem_of(said: bytes) -> tuple[bytes, Any]:
    head, _, body = said.partition(b"\r\n\r\n")
    return head, json.loads(body)


class TestSlow:
    @pytest.mark.parametrize("begun", [b"", b"GET", b"GET /api/health HTTP/1.1\r\nA: "])
    def test_headers_that_never_end_are_cut_off(self, port: int, begun: bytes) -> None:
        with connected(port) as connection:
            connection.sendall(begun)
            assert trickle(connection) == b""

    def test_who_connects_and_says_nothing_is_cut_off(self, port: int) -> None:
        with connected(port) as connection:
            assert connection.recv(100) == b""

    def test_the_next_request_of_a_connection_has_a_deadline_too(self, port: int) -> None:
        with connected(port) as connection:
            connection.sendall(GET)
            assert answer_on(connection)[0] == 200
            assert trickle(connection) == b""

    def test_headers_in_pieces_and_requests_at_once_are_answered(self, port: int) -> None:
        with connected(port) as connection:
            for piece in (GET[:10], GET[10:] + GET + GET[:20], GET[20:]):
                connection.sendall(piece)
                time.sleep(0.1)
            said = b""
            while said.count(b'"status":"ok"') < 3:
                said += connection.recv(65_536)
            assert said.count(b"HTTP/1.1 200") == 3

    @pytest.mark.parametrize("length", [b"Content-Length: 200000", b"Transfer-Encoding: chunked"])
    def test_a_body_that_trickles_is_answered_with_408(self, port: int, length: bytes) -> None:
        chunked = b"chunked" in length
        piece = b"1\r\nx\r\n" if chunked else b"x"
        with connected(port) as connection:
            connection.sendall(POST + length + b"\r\n\r\n")
            connection.sendall(b"%x\r\n%s\r\n" % (len(HEAD), HEAD) if chunked else HEAD)
            head, problem = problem_of(trickle(connection, piece))
        assert head.startswith(b"HTTP/1.1 408 ") and b"connection: close" in head.lower()
        assert b"application/problem+json" in head and b"nosniff" in head
        assert problem["type"] == "urn:unmask:problem:too-slow"

    def test_a_body_that_stops_is_answered_with_408_at_every_call(self, port: int) -> None:
        with connected(port) as connection:
            connection.sendall(
                b"POST /api/history/save HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                b'Content-Length: 60\r\n\r\n{"report_id": '
            )
            said = all_of(connection)
        assert problem_of(said)[1]["type"] == "urn:unmask:problem:too-slow"

    def test_a_body_that_comes_fast_and_then_stops_is_not_waited_for(self, port: int) -> None:
        with connected(port) as connection:
            connection.sendall(POST + b"Content-Length: 300000\r\n\r\n" + HEAD + bytes(290_000))
            head, problem = problem_of(all_of(connection))  # at the least rate, 29 s more
        assert head.startswith(b"HTTP/1.1 408 ")
        assert problem["type"] == "urn:unmask:problem:too-slow"

    def test_a_body_that_comes_steadily_may_take_longer(self, port: int, face_jpeg: bytes) -> None:
        body = HEAD + face_jpeg + TAIL
        step = len(body) // 20 + 1
        assert step / 0.1 > 2 * bodies.MIN_RATE  # it is as fast as it must be, and takes 2 s
        with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)) as connection:
            connection.putrequest("POST", "/api/detect")
            for name, value in {**FORM, "Content-Length": str(len(body))}.items():
                connection.putheader(name, value)
            connection.endheaders()
            for start in range(0, len(body), step):
                connection.send(body[start : start + step])
                time.sleep(0.1)
            assert connection.getresponse().status == 200

    def test_who_sends_on_after_the_answer_is_cut_off(self, port: int) -> None:
        with connected(port) as connection:
            connection.sendall(
                b"POST /api/nothing HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
            )
            assert trickle(connection, b"1\r\nx\r\n").startswith(b"HTTP/1.1 404 ")

    def test_who_does_not_read_the_answer_is_cut_off(self, port: int) -> None:
        with socket.socket() as connection:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            connection.settimeout(SOON)
            connection.connect(("127.0.0.1", port))
            connection.sendall(b"GET /api/large HTTP/1.1\r\nHost: x\r\n\r\n")
            time.sleep(2)  # four times what it is given
            read = 0
            with pytest.raises(OSError):  # what it did not send is not sent any more
                while part := connection.recv(1_000_000):
                    read += len(part)
                raise OSError
        assert 0 < read < LARGE

    def test_what_waits_for_readers_is_bounded_together(
        self, port: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(connections, "READING_SECONDS", 4 * SOON)
        monkeypatch.setattr(connections, "MAX_UNREAD", LARGE + 1000)
        asking = b"GET /api/large HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
        read = []
        with ExitStack() as stack:
            asked = []
            for _ in range(2):
                asked.append(stack.enter_context(connected(port)))
                asked[-1].sendall(asking)
                time.sleep(0.5)
            for connection in asked:
                read.append(0)
                with contextlib.suppress(OSError):
                    while part := connection.recv(1_000_000):
                        read[-1] += len(part)
        assert min(read) < LARGE < max(read)

    def test_who_reads_slowly_but_steadily_gets_it_all(self, port: int) -> None:
        with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)) as connection:
            connection.request("GET", "/api/large")
            response, read = connection.getresponse(), 0
            while part := response.read(1_000_000):
                read += len(part)
                time.sleep(0.1)
        assert read == LARGE


class TestMany:
    def test_beyond_a_number_of_clients_they_are_told_to_come_again(
        self, port: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        wait_until(lambda: self.get(port)[0] == 200)
        with monkeypatch.context() as patch:
            patch.setattr(connections, "MAX_CONNECTIONS", 3)
            patch.setattr(connections, "HEAD_SECONDS", SOON)
            with ExitStack() as stack:
                held = [stack.enter_context(connected(port)) for _ in range(3)]
                last = stack.enter_context(connected(port))
                last.sendall(GET)
                status, headers, body = answer_on(last)
                assert (status, json.loads(body)["type"]) == (503, "urn:unmask:problem:busy")
                assert headers["retry-after"] == "2" and "nosniff" in str(headers)
                assert "x-request-id" in headers  # it is noted like any other
                held[0].sendall(GET)  # who was there before is served
                assert answer_on(held[0])[0] == 200
                held[1].close()
                wait_until(lambda: self.asked_again(last) == 200)
        assert self.get(port)[0] == 200

    @staticmethod
    def get(port: int) -> tuple[int, dict[str, str], bytes]:
        with connected(port) as connection:
            connection.sendall(GET)
            return answer_on(connection)

    @staticmethod
    def asked_again(connection: socket.socket) -> int:
        connection.sendall(GET)
        return answer_on(connection)[0]


def shelf(services: Services) -> set[str]:
    """The ids of the reports that wait to be saved."""
    with services.storage.open().database.reading() as connection:
        return set(connection.scalars(select(Check.id).where(SHELVED)))


# In this order.
STEPS: dict[str, tuple[Any, str]] = {
    "decoding": (detecting, "decode"),
    "judging": (Detector, "detect"),
    "shelving": (Storage, "shelve"),
}


class TestGone:
    @pytest.fixture
    def busy(self, services: Services) -> Iterator[threading.Event]:
        """The only worker is busy until the event is set."""
        started, end = threading.Event(), threading.Event()

        def judge(*args: object, **options: object) -> None:
            started.set()
            end.wait(SOON)
            raise RuntimeError("nobody waits for this")

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("unmask.api.routes.detect.decode", judge)
            yield end
            end.set()
            wait_until(lambda: not services.pool.full and services.pool.waiting == 0)

    @contextmanager
    def asking(self, port: int, picture: bytes) -> Iterator[None]:
        """A client that sent a picture, and goes away without reading an answer."""
        body = HEAD + picture + TAIL
        with connected(port) as connection:
            connection.sendall(POST + b"Content-Length: %d\r\n\r\n" % len(body) + body)
            yield

    def test_who_goes_away_gives_up_the_place(
        self, port: int, services: Services, busy: threading.Event, face_jpeg: bytes
    ) -> None:
        pool = services.pool
        with self.asking(port, face_jpeg):  # has the worker
            wait_until(lambda: pool.held == 1)
            for _ in range(3):
                with self.asking(port, face_jpeg):  # waits
                    wait_until(lambda: pool.waiting == 1)
                    status, problem, headers = detect(port, face_jpeg)
                    assert (status, problem["type"]) == (503, "urn:unmask:problem:busy")
                    assert headers["retry-after"] == "2"
                wait_until(lambda: pool.waiting == 0)
        assert pool.held == 1  # it cannot be stopped
        busy.set()
        wait_until(lambda: pool.held == 0)

    @pytest.mark.parametrize("during", STEPS)
    def test_who_goes_away_leaves_nothing_on_the_shelf(
        self, port: int, services: Services, face_jpeg: bytes, during: str,
        monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture,
    ) -> None:  # fmt: skip
        caplog.set_level(logging.INFO, "unmask")
        reached, end, done = threading.Event(), threading.Event(), list[str]()

        def noted(name: str, step: Callable[..., Any]) -> Callable[..., Any]:
            def note(*arguments: Any, **options: Any) -> Any:
                result = step(*arguments, **options)
                done.append(name)
                if name == during:
                    reached.set()
                    end.wait(SOON)
                return result

            return note

        for name, (owner, attribute) in STEPS.items():
            monkeypatch.setattr(owner, attribute, noted(name, getattr(owner, attribute)))
        before = shelf(services)
        with self.asking(port, face_jpeg):
            assert reached.wait(SOON)
        wait_until(lambda: "the client went away" in caplog.text)
        end.set()
        wait_until(lambda: services.pool.held == 0)
        assert done == list(STEPS)[: list(STEPS).index(during) + 1]
        assert shelf(services) <= before

    def test_who_goes_away_stops_what_takes_many_runs(
        self, port: int, services: Services, face_jpeg: bytes, monkeypatch: pytest.MonkeyPatch,
        caplog: pytest.LogCaptureFixture,
    ) -> None:  # fmt: skip
        caplog.set_level(logging.INFO, "unmask")
        reached, end, runs, run = threading.Event(), threading.Event(), [0], _Graph.score

        def counted(graph: _Graph, crops: Any) -> Any:
            runs[0] += 1
            if runs[0] == 2:  # the first one judges the face, four more its covered copies
                reached.set()
                end.wait(SOON)
            return run(graph, crops)

        monkeypatch.setattr(_Graph, "score", counted)
        fields = b'\r\n--x\r\nContent-Disposition: form-data; name="occlusion"\r\n\r\ntrue'
        with self.asking(port, face_jpeg + fields):
            assert reached.wait(SOON)
        wait_until(lambda: "the client went away" in caplog.text)
        end.set()
        wait_until(lambda: services.pool.held == 0)
        assert runs == [2]

    def test_all_bodies_together_are_bounded(self, port: int) -> None:
        begun = POST + b"Content-Length: 300000\r\n\r\n" + HEAD + bytes(299_000)
        with connected(port) as one, connected(port) as two, connected(port) as three:
            for connection in (one, two, three):  # two fit: one for the worker, one for the queue
                connection.sendall(begun)
            ready, _, _ = sockets.select((one, two, three), (), (), SOON)
            assert len(ready) == 1
            status, headers, body = answer_on(ready[0])
        assert (status, headers["retry-after"]) == (503, "2")
        assert json.loads(body)["type"] == "urn:unmask:problem:busy"


class TestNotHttp:
    @pytest.mark.parametrize(
        "sent",
        [b"\x16\x03\x01\x02\x00\x01\x00", b"GET\r\n\r\n", b"GET / HTTP/1.1\r\n\r\n",
         b"GET / HTTP/1.1\r\nHost: x\r\nA: " + bytes(100_000)],
        ids=["TLS", "a word", "no host", "endless header"],
    )  # fmt: skip
    def test_it_is_answered_with_a_problem(self, port: int, sent: bytes) -> None:
        with connected(port) as connection:
            connection.sendall(sent + b"\r\n\r\n")
            said = b""
            try:
                while part := connection.recv(65_536):
                    said += part
            except ConnectionResetError:
                pass
        head, problem = problem_of(said)
        assert head.startswith(b"HTTP/1.1 400 ") and b"nosniff" in head
        assert problem["type"] == "urn:unmask:problem:bad-http"

    def test_in_the_middle_of_a_body_it_ends_the_request(self, port: int) -> None:
        with connected(port) as connection:
            connection.sendall(POST + b"Transfer-Encoding: chunked\r\n\r\nno chunk\r\n")
            status, _, body = answer_on(connection)
        assert (status, json.loads(body)["type"]) == (400, "urn:unmask:problem:bad-http")

    def test_no_other_protocol_is_spoken(self, port: int, services: Services) -> None:
        assert connections.server_of(FastAPI(), services.settings).config.ws == "none"
        with connected(port) as connection:
            connection.sendall(
                GET[:-2] + b"Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13"
                b"\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
            )
            assert answer_on(connection)[0] == 200


def test_no_answer_names_the_software_below(port: int) -> None:
    for request in (GET, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", b"nothing\r\n\r\n"):
        with connected(port) as connection:
            connection.sendall(request)
            _, headers, body = answer_on(connection)
        said = f"{headers} {body!r}".lower()
        assert "server" not in headers
        assert not any(name in said for name in ("uvicorn", "h11", "starlette", "fastapi"))
