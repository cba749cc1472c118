"""What is fuzzed, and what must hold whatever the bytes are."""

from __future__ import annotations

import faulthandler
import json
import time
from collections.abc import Callable, Collection
from functools import cache
from pathlib import Path
from typing import Final

from fastapi.testclient import TestClient
from hypothesis import strategies as st

from tests.fuzz.foreign import FOREIGN
from tests.fuzz.seeds import SEEDS, seed
from tests.fuzz.swelling import harm
from tests.tiny_bundle import write_bundle
from unmask.api.app import create_app
from unmask.api.contract.openapi import openapi_json
from unmask.detection.provenance.reading import read_provenance
from unmask.imaging.decode import DEFAULT_LIMITS, PictureError, decode
from unmask.settings import Settings

MAX_SECONDS: Final = 2.0
"""Of the processor, for one file: a busy machine must not look like a hang."""
ATTEMPTS: Final = 3
HANG_SECONDS: Final = 60
"""After which a process that works on one file is ended."""
MAX_MB: Final = 600
PATHS: Final = ("/api/detect", "/api/validate-face")


def harmed(seeds: Collection[str] = tuple(SEEDS)) -> st.SearchStrategy[bytes]:
    """Spoilt files, half of them of accepted types; one in fifty is swollen."""
    return st.builds(
        lambda name, number: harm(seed(name), number),
        st.sampled_from(list(seeds)) | st.sampled_from(list(FOREIGN)),
        st.integers(0, 2**32),
    )


OPTIONS: Final = {"/api/detect": {"provenance": "true", "stability": "true"}}


def bounded(look: Callable[[], object], stderr: int = 2) -> None:
    """See that looking at one file takes the processor no longer than it may.

    Once it may, for what comes between: garbage is collected, other threads work. What is slow is
    slow every time. What hangs is not stopped by that: it ends the process, and where it hung is
    written to `stderr`, a file's number.
    """
    for _ in range(ATTEMPTS):
        faulthandler.dump_traceback_later(HANG_SECONDS, exit=True, file=stderr)
        began = time.process_time()
        try:
            look()
        finally:
            faulthandler.cancel_dump_traceback_later()
        spent = time.process_time() - began
        if spent < MAX_SECONDS:
            return
    raise AssertionError(f"{spent:.1f} s")


def check_decoding(data: bytes) -> str:
    """Decode; nothing but our own errors may come of it.

    Returns:
        The name of the error, or `Picture`.
    """
    try:
        picture = decode(data)
    except PictureError as error:
        assert str(error)
        return type(error).__name__
    height, width, bands = picture.pixels.shape
    assert bands == 3 and width * height <= DEFAULT_LIMITS.max_pixels
    read_provenance(data, picture.format)
    return "Picture"


def make_client(folder: Path) -> TestClient:
    """A client of a server with the tiny model; an unforeseen error is raised at its caller."""
    write_bundle(folder / "models/tiny")
    settings = Settings(
        models_dir=folder / "models", model="tiny", threads=1, data_dir=folder / "data"
    )
    return TestClient(create_app(settings))


def check_answer(client: TestClient, path: str, data: bytes) -> int:
    """Upload; the status is one that the document names, and none of the server's own faults.

    Returns:
        The status.
    """
    response = client.post(path, files={"image": ("x", data)}, data=OPTIONS.get(path, {}))
    status = response.status_code
    assert status in _documented(path), f"{status}: {response.text}"
    assert status < 500, response.text
    kind = "application/json" if status == 200 else "application/problem+json"
    assert response.headers["content-type"] == kind
    assert response.json()
    return status


@cache
def _documented(path: str) -> frozenset[int]:
    return frozenset(map(int, json.loads(openapi_json())["paths"][path]["post"]["responses"]))
