"""What only shows on a real socket: bodies that are refused while they still come in."""

from __future__ import annotations

import http.client
import json
import socket
import time
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest

from tests.api.serving import running
from unmask.api.contract.openapi import openapi_json
from unmask.api.guards import bodies
from unmask.settings import Settings

FORM = {"Content-Type": "multipart/form-data; boundary=x"}
HEAD = b'--x\r\nContent-Disposition: form-data; name="image"; filename="a.jpg"\r\n\r\n'
TAIL = b"\r\n--x--\r\n"


@pytest.fixture(scope="module")
def port(settings: Settings) -> Iterator[int]:
    with running(settings.model_copy(update={"max_bytes": 300_000})) as port:
        yield port


def post(port: int, body: Any, path: str = "/api/detect", **headers: str) -> tuple[int, Any]:
    """POST a form; a body that is no bytes goes in chunks, without its length."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    with closing(connection):
        connection.request("POST", path, body, {**FORM, **headers})
        response = connection.getresponse()
        return response.status, json.loads(response.read())


@pytest.fixture(autouse=True)
def _still_answers(port: int, face_jpeg: bytes) -> Iterator[None]:
    yield
    assert post(port, HEAD + face_jpeg + TAIL)[0] == 200


@pytest.mark.parametrize("size", [300_001, 366_000, 1_000_000])
@pytest.mark.parametrize("chunked", [False, True], ids=["declared", "chunked"])
def test_too_large_is_said_soon_and_in_full(port: int, size: int, chunked: bool) -> None:
    body = HEAD + bytes(size) + TAIL
    chunks = (body[start : start + 10_000] for start in range(0, len(body), 10_000))
    began = time.monotonic()
    status, problem = post(port, chunks if chunked else body)
    assert status == 413
    assert problem["type"] == "urn:unmask:problem:picture-too-large"
    assert time.monotonic() - began < 5


@pytest.mark.parametrize("size", [65_536, 65_537])
@pytest.mark.parametrize("chunked", [False, True], ids=["declared", "chunked"])
def test_where_no_picture_is_taken_little_may_be_sent(port: int, size: int, chunked: bool) -> None:
    body: Any = b'{"report_id": "' + bytes(size - 17).replace(b"\0", b"x") + b'"}'
    assert len(body) == size
    json_ = {"Content-Type": "application/json"}
    status, problem = post(port, iter([body]) if chunked else body, "/api/history/save", **json_)
    assert status == (413 if size > 65_536 else 404)
    if status == 413:
        assert "may have 66 kB" in problem["detail"]


def test_pictures_are_taken_where_the_document_says_so() -> None:
    paths = json.loads(openapi_json())["paths"]
    forms = {
        path
        for path, operations in paths.items()
        for operation in operations.values()
        if "multipart/form-data" in operation.get("requestBody", {}).get("content", {})
    }
    assert forms == bodies.UPLOADS


def test_who_asks_first_need_not_send(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(
            b"POST /api/detect HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n"
            b"Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 50000000\r\n\r\n"
        )
        assert connection.recv(1000).startswith(b"HTTP/1.1 413 ")


def test_an_endless_body_is_cut_off(port: int) -> None:
    sent = 0
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(
            b"POST /api/detect HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n"
            b"Content-Type: multipart/form-data; boundary=x\r\n\r\n"
        )
        connection.sendall(b"%x\r\n%s\r\n" % (len(HEAD), HEAD))
        with pytest.raises(OSError):  # the server closes while we still send
            while sent < 100_000_000:
                connection.sendall(b"2710\r\n" + bytes(10_000) + b"\r\n")
                sent += 10_000
    assert 300_000 < sent < 50_000_000


def test_who_hangs_up_in_the_middle_does_no_harm(port: int) -> None:
    for _ in range(3):
        with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
            connection.sendall(
                b"POST /api/detect HTTP/1.1\r\nHost: x\r\nContent-Length: 200000\r\n"
                b"Content-Type: multipart/form-data; boundary=x\r\n\r\n" + HEAD + bytes(1000)
            )


@pytest.mark.parametrize("length", ["-1", "many", "1e9", ""])
def test_a_length_that_is_no_number_is_refused(port: int, length: str) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(
            b"POST /api/detect HTTP/1.1\r\nHost: x\r\n"
            b"Content-Length: " + length.encode() + b"\r\n\r\n"
        )
        assert connection.recv(1000).startswith(b"HTTP/1.1 400 ")
