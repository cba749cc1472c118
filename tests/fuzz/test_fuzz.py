"""Spoilt files of every kind, the same ones in every run; `make fuzz` looks for new ones."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from PIL import Image

from tests.fuzz.foreign import FOREIGN
from tests.fuzz.seeds import SEEDS, read_as, seed, spoil
from tests.fuzz.swelling import MANY, harm, swell
from tests.fuzz.targets import (
    MAX_MB,
    PATHS,
    bounded,
    check_answer,
    check_decoding,
    harmed,
    make_client,
)
from tests.fuzz.worker import peak_mb

FORGETTING = Path("/proc/self/clear_refs")
"""Linux forgets how much memory the process ever held where 5 is written here."""


QUICK = harmed([name for name in SEEDS if name != "tiff"])
"""Each TIFF takes a process of its own, and half a second."""


def many(examples: int) -> Callable[[Any], Any]:
    return settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with make_client(tmp_path_factory.mktemp("fuzz")) as client:
        yield client


@pytest.fixture
def stderr(capfd: pytest.CaptureFixture[str]) -> Iterator[int]:
    """What pytest does not capture: a process that hangs tells there where, and is ended."""
    with capfd.disabled():
        number = os.dup(2)
    yield number
    os.close(number)


def look_at(look: Callable[[], object], stderr: int) -> None:
    """Look at one file: that takes neither long nor, beside what was held before, much memory."""
    before = math.inf
    if FORGETTING.exists():
        FORGETTING.write_text("5")  # the most that was ever held is now what is held
        before = peak_mb()
    bounded(look, stderr)
    assert peak_mb() - before < MAX_MB


@pytest.mark.parametrize("name", SEEDS)
def test_a_sound_file_is_read_and_judged(client: TestClient, name: str) -> None:
    check_decoding(seed(name))
    assert check_answer(client, "/api/detect", seed(name)) == 200


def test_every_type_that_pillow_reads_has_a_seed() -> None:
    Image.init()
    read = {read_as(seed(name)) for name in (*SEEDS, *FOREIGN)}
    assert set(Image.OPEN) <= {kind.upper() for kind in read if kind is not None}


# The two below take about half a minute together on two cores.
@pytest.mark.slow
@given(data=QUICK)
@many(16_000)
def test_a_spoilt_file_is_a_picture_or_one_of_our_errors(stderr: int, data: bytes) -> None:
    look_at(lambda: check_decoding(data), stderr)


@given(number=st.integers(0, 2**32))
@many(20)
def test_a_spoilt_tiff_is_a_picture_or_one_of_our_errors(stderr: int, number: int) -> None:
    look_at(lambda: check_decoding(harm(seed("tiff"), number)), stderr)


@pytest.mark.slow
@given(data=QUICK, path=st.sampled_from(PATHS))
@many(3500)
def test_a_spoilt_file_gets_a_documented_answer(
    client: TestClient, stderr: int, data: bytes, path: str
) -> None:
    look_at(lambda: check_answer(client, path, data), stderr)


@pytest.mark.parametrize("name", SEEDS)
def test_what_is_there_very_often_takes_no_longer(stderr: int, name: str) -> None:
    for number in range(12):
        look_at(partial(check_decoding, swell(seed(name), number)), stderr)


def test_one_spoilt_file_in_fifty_is_swollen() -> None:
    large = [number for number in range(200) if len(harm(seed("jpeg"), number)) > MANY / 4]
    assert large == [0, 50, 100, 150]


def test_what_is_slow_every_time_fails_and_what_is_so_once_does_not(
    stderr: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def takes(*seconds: float) -> Callable[[], float]:
        # The clock is asked before and after each look.
        moments = iter([moment for one in seconds for moment in (0.0, one)])
        return lambda: next(moments)

    monkeypatch.setattr("time.process_time", takes(2.8, 0.1))
    bounded(lambda: None, stderr)
    monkeypatch.setattr("time.process_time", takes(2.8, 2.7, 2.6))
    with pytest.raises(AssertionError, match=r"2\.6 s"):
        bounded(lambda: None, stderr)


def test_a_file_that_takes_much_memory_fails(stderr: int) -> None:
    if not FORGETTING.exists():
        pytest.skip("only Linux forgets the most memory that was held")
    look_at(lambda: bytearray(300_000_000), stderr)
    with pytest.raises(AssertionError):
        look_at(lambda: bytearray(650_000_000), stderr)


@pytest.mark.parametrize("data", [b"", b"\xff\xd8", b"\xff\xd8\xff\xda", b"\xff\xd8" + bytes(40)])
def test_any_file_can_be_swollen(data: bytes) -> None:
    for number in range(40):
        assert len(swell(data, number)) > MANY / 4


def test_the_wreckage_is_of_every_sort() -> None:
    # Were all of it refused at the first look, the tests above would show nothing.
    outcomes = {check_decoding(spoil(seed(name), number)) for name in SEEDS for number in range(8)}
    assert outcomes >= {"Picture", "BrokenPicture", "UnsupportedPicture", "PictureTooLarge"}
