"""Two processes with one folder and one database: what one checks, the other saves and removes."""

from __future__ import annotations

import time
from contextlib import ExitStack, closing
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import func, select

from tests.api.keeping import HERE, check
from tests.api.test_detect import assert_problem
from tests.faults.running import checked, saved, serving
from tests.history.making import report
from tests.postgres import DATABASES, new_database
from unmask.api.app import create_app
from unmask.api.services import services_of_app
from unmask.api.tidying import PURGE_SECONDS
from unmask.history.identifiers import hashed
from unmask.history.opening import open_history
from unmask.history.removal import SHELF_LIFE
from unmask.history.store import now
from unmask.history.tables import SHELVED, Check
from unmask.settings import Settings


@pytest.mark.parametrize("kind", DATABASES)
def test_every_process_saves_what_any_has_checked_and_tells_what_has_expired(
    request: pytest.FixtureRequest, kind: str, tmp_path: Path, models_dir: Path, face_jpeg: bytes
) -> None:
    url = new_database(request, kind)
    variables = {} if url is None else {"UNMASK_DATABASE_URL": url}
    with ExitStack() as stack:
        first, second = (
            stack.enter_context(serving(tmp_path, models_dir, **variables)) for _ in range(2)
        )
        here, there = (stack.enter_context(one.browser()) for one in (first, second))
        checked_here = checked(here, face_jpeg)
        there.cookies = here.cookies
        entry = saved(there, checked_here)
        assert entry.status_code == 201, entry.text
        assert saved(here, checked_here).status_code == 200
        assert here.get(entry.json()["picture"]).content == face_jpeg
        assert saved(here, checked(there, face_jpeg)).status_code == 201

        visitor = hashed(here.cookies["unmask_visitor"])

        def checked_before(age: timedelta) -> dict[str, str]:
            """A report that a third process put on the shelf at that time."""
            third = open_history(
                tmp_path / "data", url, shelf_bytes=10**9, clock=lambda: now() - age
            )
            with closing(third):
                put = third.shelve(visitor, report(), face_jpeg)
            assert put is not None
            return {"id": put[0]}

        assert saved(there, checked_before(timedelta(minutes=14))).status_code == 201
        late = checked_before(timedelta(minutes=15))
        for browser in (here, there):
            assert_problem(saved(browser, late), 410, "report-expired")


@pytest.mark.parametrize("kind", DATABASES)
def test_what_a_process_put_on_the_shelf_another_removes_in_time(
    request: pytest.FixtureRequest, kind: str, tmp_path: Path, models_dir: Path, face_jpeg: bytes,
    settings: Settings,
) -> None:  # fmt: skip
    url = new_database(request, kind)
    own = settings.model_copy(update={"data_dir": tmp_path / "data", "database_url": url})
    left = timedelta(seconds=3)
    # This process checks the picture, almost 15 minutes ago, and never purges anything itself.
    here = create_app(own, clock=lambda: now() - SHELF_LIFE + left)
    history = services_of_app(here).storage.open()

    def kept() -> tuple[int, int]:
        """Reports on the shelf, and files of pictures."""
        with history.database.reading() as connection:
            reports = connection.scalar(select(func.count()).select_from(Check).where(SHELVED)) or 0
        folder = tmp_path / "data/history/pictures"
        return reports, sum(path.is_file() for path in folder.rglob("*"))

    variables = {} if url is None else {"UNMASK_DATABASE_URL": url}
    with closing(services_of_app(here).storage), serving(tmp_path, models_dir, **variables):
        expiry = time.monotonic() + left.total_seconds()
        check(TestClient(here, headers=HERE), face_jpeg)
        while time.monotonic() < expiry:
            assert kept() == (1, 1)
            time.sleep(0.05)
        end = time.monotonic() + PURGE_SECONDS + 20
        while kept() != (0, 0):
            assert time.monotonic() < end, "the other process does not remove it"
            time.sleep(0.05)
