from __future__ import annotations

import sys
import time
from pathlib import Path

import httpx
import pytest

from benchmarks.serving import running
from unmask.api import memory
from unmask.bundles.listing import SHIPPED, find_bundles

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


@pytest.mark.slow
def test_who_compares_all_models_leaves_the_server_as_large_as_it_was(face_jpeg: bytes) -> None:
    with running(idle_seconds=1) as server:

        def check(model: str) -> None:
            answer = httpx.post(
                f"{server.address}/api/detect",
                files={"image": ("face.jpg", face_jpeg)},
                data={"model": model},
                timeout=120,
            )
            assert answer.status_code == 200, answer.text

        for _ in range(3):
            check("")
        before = server.megabytes
        for model in find_bundles([SHIPPED]).bundles:
            check(model)
        assert server.megabytes > 1.5 * before
        end = time.monotonic() + 6 * memory.LOOK_SECONDS
        while server.megabytes > 1.1 * before and time.monotonic() < end:
            time.sleep(0.5)
        assert server.megabytes <= 1.1 * before
        check("vit-source")


def test_freed_memory_goes_back_to_the_system() -> None:
    """Blocks too small for pages of their own, freed below one that is still in use."""

    def held() -> int:
        return int(Path("/proc/self/statm").read_text().split()[1])

    blocks = [bytearray(50_000) for _ in range(2_000)]
    del blocks[:-1]
    before = held()
    memory.give_back()
    if memory._trim() is not None:
        assert held() < before - 10_000  # pages of 4 kB
