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
from sqlalchemy import Connection, Select, event, insert

from tests.history.making import ALICE, BOB, Clock, report, saved
from tests.postgres import DATABASES, new_database
from unmask.bundles.verdict import Verdict
from unmask.history.database import put
from unmask.history.errors import BadCursor
from unmask.history.listing import (
    EntryFacts,
    Filters,
    Sort,
    count_statement,
    page,
    page_statement,
)
from unmask.history.opening import open_history
from unmask.history.reports import columns_of
from unmask.history.store import History
from unmask.history.tables import NO_SUSPICION, Check, StoredPicture, Visitor
from unmask.settings import Settings

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
        connection.execute(insert(Check), rows)
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


@pytest.fixture(scope="module", params=DATABASES)
def large(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[History]:
    """A history for 10,000 entries."""
    folder, url = tmp_path_factory.mktemp("large"), new_database(request, request.param)
    with closing(open_history(folder, url, shelf_bytes=0)) as history:
        yield history


@pytest.fixture(scope="module")
def rows(large: History) -> list[dict[str, Any]]:
    fill(large, 2_000, BOB, seed=1)
    rows = fill(large, 10_000)
    if not large.database.is_sqlite:  # PostgreSQL does it by itself, but not at once
        alone = large.database.engine.execution_options(isolation_level="AUTOCOMMIT")
        with alone.connect() as connection:
            connection.exec_driver_sql("CHECKPOINT")  # only what is on the disk counts as seen
            connection.exec_driver_sql("VACUUM ANALYZE checks")
    return rows


def plan_of(connection: Connection, statement: Select[Any], explain: str) -> list[Any]:
    """What the database says of a statement, the last column of each row."""
    text = statement.compile(connection, compile_kwargs={"literal_binds": True})
    return [row[-1] for row in connection.exec_driver_sql(f"{explain} {text}")]


def steps(connection: Connection, statement: Select[Any]) -> int:
    """Steps of SQLite's machine that a statement takes."""
    counted = [0]

    def count() -> int:
        counted[0] += 1
        return 0

    raw = connection.connection.driver_connection
    assert isinstance(raw, sqlite3.Connection)
    raw.set_progress_handler(count, 1)
    connection.execute(statement).all()
    raw.set_progress_handler(None, 0)
    return counted[0]


def rows_read(plan: dict[str, Any]) -> int:
    """Rows that PostgreSQL read in tables, by the plan that it followed; an index is no table."""
    below = sum(map(rows_read, plan.get("Plans", [])))
    if "Relation Name" not in plan:
        return below
    if plan["Node Type"] == "Index Only Scan":
        return below + int(plan["Heap Fetches"])
    each = plan["Actual Rows"] + plan.get("Rows Removed by Filter", 0)
    return below + int(each * plan["Actual Loops"])


def work(history: History, statement: Select[Any]) -> int:
    """What a statement costs: steps of SQLite, or rows that PostgreSQL reads."""
    with history.database.reading() as connection:
        if history.database.is_sqlite:
            return steps(connection, statement)
        # Most rows here are one visitor's, and to read them all is quick: not so among many.
        connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        ((followed,),) = plan_of(connection, statement, "EXPLAIN (ANALYZE, FORMAT JSON)")
        return rows_read(followed["Plan"])


ON_A_PAGE = 25
PAGE_WORK = {"sqlite": 2_000, "postgresql": ON_A_PAGE}
"""At most; to scan 10,000 entries takes many times that."""
COUNT_WORK = {"sqlite": 4, "postgresql": 0}
"""At most, for each entry that is counted: in the index alone, without a look at one of them."""


class TestTenThousand:
    """With 10,000 entries no page does more work than the first; measured in steps, not seconds.

    A page is two statements: its entries, and how many there are in all pages.
    """

    @pytest.mark.parametrize("sort", Sort)
    def test_the_last_page_is_as_quick_as_the_first(
        self, large: History, rows: list[dict[str, Any]], sort: Sort
    ) -> None:
        late = sorted(rows, key=ORDERS[sort])[-ON_A_PAGE - 1]
        start: tuple[Any, ...] = (late["checked"], late["id"])
        if sort is Sort.MOST_SUSPICIOUS:
            start = (late["suspicion"], *start)
        for begin in (None, start):
            statement = page_statement(ALICE, Filters(), sort, begin).limit(ON_A_PAGE)
            assert 0 < work(large, statement) <= PAGE_WORK[large.database.engine.name]

    @pytest.mark.parametrize("filters", [Filters(), Filters(verdict=Verdict.REAL),
                                         Filters(model="twin"), Filters(since=START)])  # fmt: skip
    def test_to_count_them_no_entry_is_read(
        self, large: History, rows: list[dict[str, Any]], filters: Filters
    ) -> None:
        counted = large.page(ALICE, filters, limit=1).total
        assert counted > 2_000
        taken = work(large, count_statement(ALICE, filters))
        assert taken <= COUNT_WORK[large.database.engine.name] * counted

    def test_a_visitor_may_save_as_many_where_nothing_is_set(self) -> None:
        assert Settings.model_fields["visitor_entries"].default >= 10_000

    def test_a_page_asks_nothing_else(self, large: History, rows: list[dict[str, Any]]) -> None:
        asked: list[str] = []
        with large.database.reading() as connection:
            event.listen(connection, "before_cursor_execute", lambda *given: asked.append(given[2]))
            assert len(page(connection, ALICE, Filters(), limit=ON_A_PAGE).items) == ON_A_PAGE
        assert len(asked) == 2 and "LIMIT" in asked[0] and "count(*)" in asked[1]

    @pytest.mark.parametrize("sort", Sort)
    @pytest.mark.parametrize("filters", [Filters(), Filters(verdict=Verdict.REAL),
                                         Filters(model="twin"), Filters(since=START)])  # fmt: skip
    def test_an_index_finds_them(
        self, large: History, rows: list[dict[str, Any]], sort: Sort, filters: Filters
    ) -> None:
        statement = page_statement(ALICE, filters, sort).limit(ON_A_PAGE)
        is_sqlite = large.database.is_sqlite
        with large.database.reading() as connection:
            explain = "EXPLAIN QUERY PLAN" if is_sqlite else "EXPLAIN"
            told = " | ".join(plan_of(connection, statement, explain))
        assert "ix_checks_visitor_id" in told
        assert ("SCAN" if is_sqlite else "Seq Scan") not in told
        if filters == Filters():
            assert ("TEMP B-TREE" if is_sqlite else "Sort") not in told

    def test_all_hundred_pages_are_there(self, large: History, rows: list[dict[str, Any]]) -> None:
        assert len({facts.id for facts in every(large, Filters())}) == 10_000
