"""Spoilt files of every kind, the same ones in every run; `make fuzz` looks for new ones."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from PIL import Image

from tests.fuzz.foreign import FOREIGN
from tests.fuzz.seeds import SEEDS, read_as, seed, spoil
from tests.fuzz.targets import HARMED, MAX_SECONDS, PATHS, check_answer, check_decoding, make_client


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
@given(data=HARMED)
@many(16_000)
def test_a_spoilt_file_is_a_picture_or_one_of_our_errors(data: bytes) -> None:
    began = time.process_time()
    check_decoding(data)
    assert time.process_time() - began < MAX_SECONDS


@pytest.mark.slow
@given(data=HARMED, path=st.sampled_from(PATHS))
@many(3500)
def test_a_spoilt_file_gets_a_documented_answer(client: TestClient, data: bytes, path: str) -> None:
    began = time.process_time()
    check_answer(client, path, data)
    assert time.process_time() - began < MAX_SECONDS


def test_the_wreckage_is_of_every_sort() -> None:
    # Were all of it refused at the first look, the tests above would show nothing.
    outcomes = {check_decoding(spoil(seed(name), number)) for name in SEEDS for number in range(8)}
    assert outcomes >= {"Picture", "BrokenPicture", "UnsupportedPicture", "PictureTooLarge"}
