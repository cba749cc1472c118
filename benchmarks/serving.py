"""A server of its own for a benchmark, and what it takes of the machine. For Linux."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

BOUNDARY = "unmask"
QUIET_SECONDS = 7.0
"""Idle connections are closed within this time."""


@dataclass(frozen=True)
class Server:
    """A running server."""

    address: str
    process: int

    @property
    def megabytes(self) -> float:
        """Memory that it holds now."""
        pages = int(Path(f"/proc/{self.process}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 1e6

    @property
    def most_megabytes(self) -> float:
        """The most memory that it ever held."""
        status = Path(f"/proc/{self.process}/status").read_text()
        kilobytes = re.search(r"VmHWM:\s+(\d+)", status)
        assert kilobytes is not None
        return int(kilobytes[1]) * 1024 / 1e6

    @property
    def handles(self) -> int:
        """Files and sockets that it has open now."""
        return len(list(Path(f"/proc/{self.process}/fd").iterdir()))


@contextmanager
def running(source: Path | None = None, **settings: object) -> Iterator[Server]:
    """`unmask serve` on a free port, with a data folder of its own; its log goes nowhere.

    Settings come from the environment, and over it from those that are not None here. `source` is
    the `src` of another build that is to serve.
    """
    with tempfile.TemporaryDirectory() as folder:
        own = {"data_dir": folder, **settings}
        named = {f"UNMASK_{name.upper()}": str(value) for name, value in own.items()
                 if value is not None}  # fmt: skip
        if source is not None:
            named["PYTHONPATH"] = str(source)
        with subprocess.Popen(
            [sys.executable, "-u", "-m", "unmask.cli.main", "serve", "--port", "0"],
            env=os.environ | named, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        ) as process:  # fmt: skip
            try:
                assert process.stdout is not None
                said = ""
                for line in process.stdout:
                    said += line
                    if found := re.search(r"http://\S+", line):
                        yield Server(found[0], process.pid)
                        break
                else:
                    raise SystemExit(f"`unmask serve` ended and said: {said!r}")
            finally:
                process.terminate()


def form(picture: bytes) -> bytes:
    """The body of a form with a picture."""
    head = 'Content-Disposition: form-data; name="image"; filename="picture"'
    return f"--{BOUNDARY}\r\n{head}\r\n\r\n".encode() + picture + f"\r\n--{BOUNDARY}--\r\n".encode()
