from __future__ import annotations

import base64
import json
import random
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert

from tests.history.making import ALICE, BOB, Clock, report, saved
from unmask.detection.verdict import Verdict
from unmask.history.database import put
from unmask.history.errors import BadCursor
from unmask.history.listing import EntryFacts, Filters, Sort, page_statement
from unmask.history.opening import open_history
from unmask.history.reports import columns_of
from unmask.history.store import History
from unmask.history.tables import NO_SUSPICION, Entry, StoredPicture, Visitor

START = datetime(2026, 1, 1, tzinfo=UTC)


def fill(
    history: History, number: int, visitor: str = ALICE, seed: int = 0
) -> list[dict[str, Any]]:
    """Write many entries at once, a minute apart, with ties; returns their rows."""
    chance = random.Random(seed)
    facts = columns_of(report())
    rows = [
        facts
        | {
            "id": base64.urlsafe_b64encode(chance.randbytes(30)).decode(),
            "visitor_id": visitor,
            "picture": "0" * 64,
            "checked": START + timedelta(minutes=position // 3),
            "saved": START + timedelta(days=365),
            "bytes": 1,
            "verdict": chance.choice(list(Verdict)).value,
            "model": chance.choice(["tiny", "twin"]),
            "suspicion": chance.choice([NO_SUSPICION, 0.0, 0.25, 1 / 3, 0.1 + 0.2, 1.0]),
        }
        for position in range(number)
    ]
    chance.shuffle(rows)
    with history.database.writing() as connection:
        put(connection, StoredPicture, {"sha256": "0" * 64, "bytes": 1})
        put(connection, Visitor, {"id": visitor, "created": START})
        connection.execute(insert(Entry), rows)
    return rows


def every(
    history: History, filters: Filters, sort: Sort = Sort.NEWEST, limit: int = 100
) -> list[EntryFacts]:
    """All entries, page by page."""
    found: list[EntryFacts] = []
    cursor, pages = None, 0
    while True:
        page = history.page(ALICE, filters, sort, limit=limit, cursor=cursor)
        found += page.items
        pages += 1
        assert len(found) <= page.total, "an entry came twice"
        if page.next is None:
            assert page.total == len(found)
            assert pages == max(1, -(-len(found) // limit))
            return found
        assert len(page.items) == limit
        cursor = page.next


ORDERS: dict[Sort, Callable[[dict[str, Any]], Any]] = {
    Sort.NEWEST: lambda row: (-row["checked"].timestamp(), [-ord(sign) for sign in row["id"]]),
    Sort.OLDEST: lambda row: (row["checked"], row["id"]),
    Sort.MOST_SUSPICIOUS: lambda row: (
        -row["suspicion"],
        -row["checked"].timestamp(),
        [-ord(sign) for sign in row["id"]],
    ),
}


@pytest.mark.parametrize("sort", Sort)
def test_pages_give_every_entry_once_and_in_order(history: History, sort: Sort) -> None:
    rows = fill(history, 211)
    fill(history, 20, BOB, seed=1)
    expected = [row["id"] for row in sorted(rows, key=ORDERS[sort])]
    for limit in (1, 7, 100) if sort is Sort.NEWEST else (7,):
        assert [facts.id for facts in every(history, Filters(), sort, limit)] == expected


FILTERS: dict[str, tuple[Filters, Callable[[dict[str, Any]], bool]]] = {
    "verdict": (Filters(verdict=Verdict.UNSURE), lambda row: row["verdict"] == "unsure"),
    "model": (Filters(model="twin"), lambda row: row["model"] == "twin"),
    "no such model": (Filters(model="no\0such"), lambda row: False),
    "since": (
        Filters(since=START + timedelta(minutes=10)),
        lambda row: row["checked"] >= START + timedelta(minutes=10),
    ),
    "until": (
        Filters(until=START + timedelta(minutes=10)),
        lambda row: row["checked"] < START + timedelta(minutes=10),
    ),
    "all": (
        Filters(Verdict.REAL, "tiny", START + timedelta(minutes=5), START + timedelta(minutes=30)),
        lambda row: (
            row["verdict"] == "real"
            and row["model"] == "tiny"
            and START + timedelta(minutes=5) <= row["checked"] < START + timedelta(minutes=30)
        ),
    ),
    "any time there is": (
        Filters(since=datetime.min.replace(tzinfo=UTC), until=datetime.max.replace(tzinfo=UTC)),
        lambda row: True,
    ),
}


@pytest.mark.parametrize("name", FILTERS)
def test_filters_let_through_what_they_say(history: History, name: str) -> None:
    filters, passes = FILTERS[name]
    rows = fill(history, 150)
    expected = {row["id"] for row in rows if passes(row)}
    assert {facts.id for facts in every(history, filters, limit=40)} == expected


def test_a_page_goes_on_where_the_last_one_ended_whatever_came_between(
    history: History, clock: Clock
) -> None:
    made = []
    for _ in range(6):
        clock.forward(seconds=1)
        made.append(saved(history, ALICE))
    first = history.page(ALICE, Filters(), limit=2)
    clock.forward(seconds=1)
    saved(history, ALICE)
    history.delete(ALICE, made[5])
    second = history.page(ALICE, Filters(), limit=2, cursor=first.next)
    assert [facts.id for facts in first.items + second.items] == made[5:1:-1]


def cursor_of(key: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(key).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "cursor",
    [
        "", "x", "äöü", "!" * 20, "A" * 2000, "=" * 8,
        cursor_of(None), cursor_of([]), cursor_of({"newest": 1}),
        cursor_of(["newest", 1]), cursor_of(["newest", "1", "A" * 40]),
        cursor_of(["newest", 1.5, "A" * 40]), cursor_of(["newest", True, "A" * 40]),
        cursor_of(["newest", 10**30, "A" * 40]), cursor_of(["newest", 1, "A" * 39 + "\0"]),
        cursor_of(["oldest", 1, "A" * 40]), cursor_of(["most_suspicious", 0.5, 1, "A" * 40]),
        base64.urlsafe_b64encode(b"[" * 3000).decode(),
    ],
)  # fmt: skip
def test_what_is_no_cursor_is_refused(history: History, cursor: str) -> None:
    with pytest.raises(BadCursor):
        history.page(ALICE, Filters(), Sort.NEWEST, limit=1, cursor=cursor)


@pytest.mark.parametrize("suspicion", ["NaN", "Infinity", "-1.5", "2.0", "1", '"a"'])
def test_a_cursor_holds_a_probability_or_is_refused(history: History, suspicion: str) -> None:
    key = f'["most_suspicious", {suspicion}, 1, "{"A" * 40}"]'
    cursor = base64.urlsafe_b64encode(key.encode()).decode()
    with pytest.raises(BadCursor):
        history.page(ALICE, Filters(), Sort.MOST_SUSPICIOUS, limit=1, cursor=cursor)


def test_a_cursor_of_anothers_shows_nothing_of_theirs(history: History) -> None:
    fill(history, 5)
    cursor = history.page(ALICE, Filters(), limit=2).next
    assert cursor is not None
    page = history.page(BOB, Filters(), limit=2, cursor=cursor)
    assert (page.items, page.next, page.total) == ([], None, 0)


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Iterator[History]:
    """A history for 10,000 entries in SQLite, which counts the steps that it takes."""
    with closing(open_history(tmp_path_factory.mktemp("large"), shelf_bytes=0)) as history:
        yield history


@pytest.fixture(scope="module")
def rows(large: History) -> list[dict[str, Any]]:
    fill(large, 2_000, BOB, seed=1)
    return fill(large, 10_000)


class TestTenThousand:
    """With 10,000 entries no page does more work than the first; measured in steps, not seconds."""

    def steps(self, large: History, sort: Sort, start: tuple[Any, ...] | None) -> int:
        statement = page_statement(ALICE, Filters(), sort, start).limit(25)
        counted = [0]

        def count() -> int:
            counted[0] += 1
            return 0

        with large.database.reading() as connection:
            raw = connection.connection.driver_connection
            assert isinstance(raw, sqlite3.Connection)
            raw.set_progress_handler(count, 1)
            assert len(connection.execute(statement).all()) == 25
            raw.set_progress_handler(None, 0)
        return counted[0]

    @pytest.mark.parametrize("sort", Sort)
    def test_the_last_page_is_as_quick_as_the_first(
        self, large: History, rows: list[dict[str, Any]], sort: Sort
    ) -> None:
        late = sorted(rows, key=ORDERS[sort])[-26]
        start: tuple[Any, ...] = (late["checked"], late["id"])
        if sort is Sort.MOST_SUSPICIOUS:
            start = (late["suspicion"], *start)
        first, last = self.steps(large, sort, None), self.steps(large, sort, start)
        assert first < 2_000  # steps of its machine: a scan of 10,000 takes many times that
        assert last < 2_000

    @pytest.mark.parametrize("sort", Sort)
    @pytest.mark.parametrize("filters", [Filters(), Filters(verdict=Verdict.REAL),
                                         Filters(model="twin"), Filters(since=START)])  # fmt: skip
    def test_an_index_finds_them(self, large: History, sort: Sort, filters: Filters) -> None:
        with large.database.reading() as connection:
            compiled = page_statement(ALICE, filters, sort).limit(25).compile(connection.engine)
            plan = connection.exec_driver_sql(
                f"EXPLAIN QUERY PLAN {compiled}", tuple(
                    compiled.params[name] if not isinstance(compiled.params[name], datetime) else 0
                    for name in compiled.positiontup or ()
                )
            ).all()  # fmt: skip
        told = " | ".join(row[-1] for row in plan)
        assert "SEARCH entries USING INDEX ix_entries_visitor_id" in told
        assert "SCAN" not in told
        if filters == Filters():
            assert "TEMP B-TREE" not in told

    def test_all_hundred_pages_are_there(self, large: History, rows: list[dict[str, Any]]) -> None:
        assert len({facts.id for facts in every(large, Filters())}) == 10_000
