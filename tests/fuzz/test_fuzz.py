"""Spoilt files of every kind, the same ones in every run; `make fuzz` looks for new ones."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.fuzz.seeds import FOREIGN, SEEDS, seed, spoil
from tests.fuzz.targets import check_answer, check_decoding, make_client

MAX_SECONDS = 2.0
HARMED = st.builds(
    lambda name, number: spoil(seed(name), number),
    st.sampled_from([*SEEDS, *FOREIGN]),
    st.integers(0, 2**32),
)


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


@given(data=HARMED)
@many(4000)
def test_a_spoilt_file_is_a_picture_or_one_of_our_errors(data: bytes) -> None:
    began = time.process_time()
    check_decoding(data)
    assert time.process_time() - began < MAX_SECONDS


@given(data=HARMED, path=st.sampled_from(["/api/detect", "/api/validate-face"]))
@many(500)
def test_a_spoilt_file_gets_a_documented_answer(client: TestClient, data: bytes, path: str) -> None:
    began = time.process_time()
    check_answer(client, path, data)
    assert time.process_time() - began < MAX_SECONDS


def test_the_wreckage_is_of_every_sort() -> None:
    # Were all of it refused at the first look, the tests above would show nothing.
    outcomes = {check_decoding(spoil(seed(name), number)) for name in SEEDS for number in range(8)}
    assert outcomes >= {"Picture", "BrokenPicture", "UnsupportedPicture", "PictureTooLarge"}
