"""A real server in a process of its own, which a test may starve, stop or kill."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

SECONDS = 30
"""Longer than anything here takes, and shorter than anybody waits."""


@dataclass(frozen=True)
class Running:
    """A server that runs."""

    process: subprocess.Popen[str]
    address: str
    log: Path

    def browser(self) -> httpx.Client:
        """A browser with no cookies yet, on the server's own page."""
        return httpx.Client(
            base_url=self.address, headers={"Origin": self.address}, timeout=SECONDS
        )


@contextmanager
def serving(
    folder: Path, models_dir: Path, prepare: Callable[[], None] | None = None, **variables: str
) -> Iterator[Running]:
    """Serve from `folder`; what still runs at the end is killed.

    Args:
        folder: for its data and its log.
        models_dir: a folder with the tiny bundle.
        prepare: done in the new process before the server is.
        variables: more of its environment.
    """
    own = {"DATA_DIR": folder / "data", "MODELS_DIR": models_dir, "MODEL": "tiny", "THREADS": 1}
    environment = os.environ | {f"UNMASK_{name}": str(value) for name, value in own.items()}
    log = folder / "log"
    with (
        log.open("a") as errors,
        subprocess.Popen(
            [sys.executable, "-u", "-m", "unmask.cli.main", "serve", "--port", "0"],
            stdout=subprocess.PIPE, stderr=errors, text=True, env=environment | variables,
            preexec_fn=prepare,
        ) as process,
    ):  # fmt: skip
        assert process.stdout is not None
        try:
            lines = [process.stdout.readline(), process.stdout.readline()]
            assert "http://" in lines[1], log.read_text()
            yield Running(process, lines[1].split()[3], log)
        finally:
            process.kill()


def checked(browser: httpx.Client, data: bytes, **fields: str) -> Any:
    """The report of a picture."""
    response = browser.post("/api/detect", files={"image": ("photo.jpg", data)}, data=fields)
    assert response.status_code == 200, response.text
    return response.json()


def saved(browser: httpx.Client, report: Any) -> httpx.Response:
    return browser.post("/api/history/save", json={"report_id": report["id"]})
