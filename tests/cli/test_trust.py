from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.cli.conftest import Unmask
from tests.signing import Signer

COMMENTED = b"# the signers of a test\nSubject CN=Test Root\n"


@contextmanager
def publishing(body: bytes, status: int = 200) -> Iterator[str]:
    """The address of a server on this machine that gives a list, or sends elsewhere."""

    class Gives(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            if status == 302:
                self.send_header("location", "http://127.0.0.1:9/elsewhere")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_arguments: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Gives) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/list.pem"
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture(scope="module")
def signer() -> Signer:
    return Signer.make("Known Works", "Known Signer")


@pytest.fixture
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("UNMASK_DATA_DIR", str(tmp_path / "data"))
    return tmp_path / "data"


def test_a_list_is_got_when_asked_for_and_its_signers_are_named(
    unmask: Unmask, data_dir: Path, tmp_path: Path, signer: Signer, face_jpeg: bytes
) -> None:
    picture = tmp_path / "signed.jpg"
    picture.write_bytes(signer.sign(face_jpeg, "image/jpeg"))
    asked = ("detect", str(picture), "--provenance")
    assert "nobody here has a list" in " ".join(unmask(*asked).out.split())
    assert not data_dir.exists()  # nothing was got by itself
    assert "no list is kept" in unmask("trust", "show").out
    with publishing(COMMENTED + signer.root) as address:
        done = unmask("trust", "fetch", "--yes", "--address", address)
    assert done.status == 0 and done.out.startswith(f"from: {address}\n")
    assert "kept: 1 certificates" in done.out
    assert f"1 authorities, list of {datetime.now(UTC):%Y-%m-%d}" in unmask("trust", "show").out
    assert "The signer is on the list" in unmask(*asked).out
    (kept,) = data_dir.iterdir()
    assert kept.read_bytes().strip() == signer.root.strip()
    os.utime(kept, (1.7e9, 1.7e9))
    assert "it has grown old" in unmask("trust", "show").out


@pytest.mark.parametrize(
    ("body", "status", "told"),
    [
        (b"<html>", 200, "holds no certificate"),
        (b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----", 200, "cannot be read"),
        (b"x" * 2_000_001, 200, "the limit is 2000000"),
        (b"", 404, "cannot be reached"),
        (b"", 302, "cannot be reached"),
    ],
)
def test_what_is_no_list_leaves_the_old_one_where_it_is(
    unmask: Unmask, data_dir: Path, signer: Signer, body: bytes, status: int, told: str
) -> None:
    data_dir.mkdir()
    kept = data_dir / "c2pa-trust.pem"
    kept.write_bytes(signer.root)
    with publishing(body, status) as address:
        done = unmask("trust", "fetch", "--yes", "--address", address)
    assert done.status == 2 and told in done.err and done.err.count("\n") == 1
    assert list(data_dir.iterdir()) == [kept] and kept.read_bytes() == signer.root


def test_a_list_is_asked_for_over_https_only(unmask: Unmask, data_dir: Path) -> None:
    done = unmask("trust", "fetch", "--yes", "--address", "http://example.org/list.pem")
    assert done.status == 2 and "does not begin with https://" in done.err
    assert not data_dir.exists()


def test_a_named_file_takes_the_place_of_the_list(
    unmask: Unmask, tmp_path: Path, signer: Signer, face_jpeg: bytes,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    picture, named = tmp_path / "signed.jpg", tmp_path / "own.pem"
    picture.write_bytes(signer.sign(face_jpeg, "image/jpeg"))
    monkeypatch.setenv("UNMASK_C2PA_TRUST", str(named))
    done = unmask("detect", str(picture), "--provenance")
    assert done.status == 2 and str(named) in done.err
    named.write_bytes(signer.root)
    assert "The signer is on the list" in unmask("detect", str(picture), "--provenance").out
    named.write_bytes(Signer.make("Others").root)
    assert "The signer is unknown" in unmask("detect", str(picture), "--provenance").out
