"""Two server processes with one folder and one database: what one checks, the other saves."""

from __future__ import annotations

from contextlib import ExitStack, closing
from datetime import timedelta
from pathlib import Path

import pytest

from tests.api.test_detect import assert_problem
from tests.faults.running import checked, saved, serving
from tests.history.making import report
from tests.postgres import DATABASES, new_database
from unmask.history.identifiers import hashed
from unmask.history.opening import open_history
from unmask.history.store import now


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
