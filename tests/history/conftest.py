"""Fixtures for this folder: a history, once in SQLite and once in PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from tests.history.making import Clock
from tests.postgres import DATABASES, new_database
from tests.postgres import postgres as postgres
from unmask.history.opening import open_history
from unmask.history.store import History

Open = Callable[[], History]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(params=DATABASES)
def database_url(request: pytest.FixtureRequest) -> str | None:
    return new_database(request, request.param)


@pytest.fixture
def opened(tmp_path: Path, database_url: str | None, clock: Clock) -> Iterator[Open]:
    """Opens the same history as another process would have it."""
    with ExitStack() as stack:

        def open_one() -> History:
            history = open_history(tmp_path, database_url, shelf_bytes=10**9, clock=clock)
            return stack.enter_context(closing(history))

        yield open_one


@pytest.fixture
def history(opened: Open) -> History:
    return opened()
