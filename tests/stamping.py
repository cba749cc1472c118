"""An authority that stamps the time, on this machine (RFC 3161), by the openssl command."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from cryptography.x509.oid import ExtendedKeyUsageOID

from tests.signing import Signer

SETTINGS = """[tsa]
default_tsa = stamper
[stamper]
serial = {folder}/serial
signer_cert = {folder}/chain.pem
certs = {folder}/chain.pem
signer_key = {folder}/key.pem
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha384, sha512
ess_cert_id_alg = sha256
"""


@contextmanager
def stamping(folder: Path) -> Iterator[str]:
    """The address of the authority, for as long as it is there; its files lie in the folder."""
    stamper = Signer.make("Stampers", "TSA", usages=[ExtendedKeyUsageOID.TIME_STAMPING])
    (folder / "chain.pem").write_bytes(stamper.chain)
    (folder / "key.pem").write_bytes(stamper.key)
    (folder / "serial").write_text("01\n")
    (folder / "settings").write_text(SETTINGS.format(folder=folder))

    class Stamps(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            (folder / "query").write_bytes(self.rfile.read(int(self.headers["content-length"])))
            command = ["openssl", "ts", "-reply", "-config", folder / "settings", "-queryfile"]
            subprocess.run(
                [*command, folder / "query", "-out", folder / "reply"],
                check=True, capture_output=True,
            )  # fmt: skip
            reply = (folder / "reply").read_bytes()
            self.send_response(200)
            self.send_header("content-type", "application/timestamp-reply")
            self.send_header("content-length", str(len(reply)))
            self.end_headers()
            self.wfile.write(reply)

        def log_message(self, *_arguments: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Stamps) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()
            thread.join()
