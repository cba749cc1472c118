"""A database of the version before, with 10,000 entries, becomes one of this: nothing is lost."""

from __future__ import annotations

import base64
import hashlib
import json
import multiprocessing
import random
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command

from tests.history import worker
from tests.history.making import ALICE, BOB, Clock, picture, report
from tests.history.test_migrations import config_of
from unmask.bundles.verdict import Verdict
from unmask.history.database import Database
from unmask.history.errors import ReportExpired
from unmask.history.identifiers import ReportIds, hashed, new_token
from unmask.history.listing import Filters
from unmask.history.migrate import migrate, newest_revision, revision
from unmask.history.opening import open_history
from unmask.history.pictures import PictureFiles
from unmask.history.quota import Quota
from unmask.history.removal import SHELF_LIFE
from unmask.history.reports import packed
from unmask.history.tables import microseconds
from unmask.history.tokens import visitor_of_token

ENTRIES, SHELVED = 10_000, 300
KEY, TOKEN = bytes(range(32)), new_token()
PROGRAM = hashed("a program")
RED = hashlib.sha256(picture()).hexdigest()
Rows = dict[str, list[tuple[Any, ...]]]


def old_rows(clock: Clock) -> dict[str, list[dict[str, Any]]]:
    """Rows of every table as the version before wrote them, in all their variety."""
    chance, ids = random.Random(0), ReportIds(KEY)
    bodies = [packed(report(probability=number / 50)) for number in range(50)]
    shas = [RED, *(hashlib.sha256(bytes([number])).hexdigest() for number in range(200))]

    def row(number: int, age: timedelta) -> dict[str, Any]:
        visitor, checked = chance.choice((ALICE, BOB, PROGRAM)), clock() - age
        unsure = chance.random() < 0.3
        return {
            "id": ids.new(visitor, checked), "visitor_id": visitor,
            "picture": shas[0 if number % 5 == 0 else chance.randrange(len(shas))],
            "checked": microseconds(checked) + chance.randrange(1_000_000),
            "name": chance.choice((None, "", "ă 'photo' %s.png", "x" * 255)),
            "verdict": "unsure" if unsure else chance.choice(("real", "generated")),
            "why_unsure": chance.choice(("not_steady", None)) if unsure else None,
            "suspicion": chance.choice((-1.0, 0.0, 1 / 3, 0.1 + 0.2, 1.0)),
            "model": chance.choice(("tiny", "twin")), "faces": chance.randrange(3),
            "width": 640, "height": chance.randrange(1, 9000), "format": "PNG",
            "bytes": chance.randrange(1, 2**40), "report": bodies[number % len(bodies)],
        }  # fmt: skip

    moment = microseconds(clock())
    return {
        "secrets": [{"name": "report-ids", "value": KEY}],
        "visitors": [{"id": one, "created": moment} for one in (ALICE, BOB, PROGRAM)],
        "tokens": [{"name": "newsroom", "secret_hash": hashed(TOKEN), "visitor_id": PROGRAM,
                    "created": moment, "used": None, "revoked": None}],
        "pictures": [{"sha256": one, "bytes": 7} for one in shas],
        "shelf": [row(number, timedelta(minutes=number % 15)) for number in range(SHELVED)],
        "entries": [row(number, timedelta(minutes=number)) | {"saved": moment - number}
                    for number in range(ENTRIES)],
    }  # fmt: skip


def rows_of(connection: sa.Connection, names: dict[str, str], which: str = "TRUE") -> Rows:
    """What is in these tables, each with the columns that are named, in one order."""
    return {
        table: list(
            map(tuple, connection.exec_driver_sql(
                f"SELECT {columns} FROM {table} WHERE {which} ORDER BY 1"
            ))
        )
        for table, columns in names.items()
    }  # fmt: skip


KEPT = {
    "secrets": "name, value",
    "visitors": "id, created",
    "tokens": "name, secret_hash, visitor_id, created, used, revoked",
    "pictures": "sha256, bytes",
}
COLUMNS = (
    "id, visitor_id, picture, checked, name, verdict, suspicion, model, faces, width, height, "
    "format, bytes, report, why_unsure"
)
SAVED = f"{COLUMNS}, saved"
OLD = KEPT | {"shelf": COLUMNS, "entries": SAVED}


def as_of_old(connection: sa.Connection) -> Rows:
    """What is in the tables of this version, in the words of the version before."""
    shelf = rows_of(connection, {"checks": COLUMNS}, "saved IS NULL")["checks"]
    entries = rows_of(connection, {"checks": SAVED}, "saved IS NOT NULL")["checks"]
    return rows_of(connection, KEPT) | {"shelf": shelf, "entries": entries}


@pytest.fixture
def rows(clock: Clock) -> dict[str, list[dict[str, Any]]]:
    return old_rows(clock)


@pytest.fixture
def old(
    tmp_path: Path, database_url: str | None, rows: dict[str, list[dict[str, Any]]]
) -> Iterator[Database]:
    """A database of the version before, with its folder."""
    files = PictureFiles(tmp_path / "history")
    files.create()
    files.publish(files.stage(picture()))
    database = Database(database_url or f"sqlite:///{tmp_path / 'history/history.db'}")
    with database.migrating() as connection:
        command.upgrade(config_of(connection), "0002")
        for table, found in rows.items():
            columns: list[sa.ColumnClause[Any]] = [sa.column(name) for name in found[0]]
            connection.execute(sa.insert(sa.table(table, *columns)), found)
    yield database
    database.close()


def test_every_field_of_every_row_is_there_and_goes_back(old: Database) -> None:
    with old.reading() as connection:
        before = rows_of(connection, OLD)
    assert {table: len(found) for table, found in before.items()} == {
        "secrets": 1, "visitors": 3, "tokens": 1, "pictures": 201,
        "shelf": SHELVED, "entries": ENTRIES,
    }  # fmt: skip
    migrate(old)
    with old.reading() as connection:
        assert as_of_old(connection) == before
        assert not {"shelf", "entries"} & set(sa.inspect(connection).get_table_names())
    with old.migrating() as connection:
        command.downgrade(config_of(connection), "0002")
    with old.reading() as connection:
        assert rows_of(connection, OLD) == before


def test_links_pages_tokens_and_what_waits_are_as_good_as_ever(
    old: Database, tmp_path: Path, database_url: str | None, clock: Clock,
    rows: dict[str, list[dict[str, Any]]],
) -> None:  # fmt: skip
    own = [row for row in rows["entries"] if row["visitor_id"] == ALICE]
    own.sort(key=lambda row: (row["checked"], row["id"]), reverse=True)
    waiting = [row for row in rows["shelf"] if row["visitor_id"] == ALICE]
    with closing(open_history(tmp_path, database_url, shelf_bytes=1, clock=clock)) as history:
        key = ["newest", own[99]["checked"], own[99]["id"]]
        cursor = base64.urlsafe_b64encode(json.dumps(key).encode()).decode().rstrip("=")
        found = history.page(ALICE, Filters(), limit=100, cursor=cursor)
        assert [one.id for one in found.items] == [row["id"] for row in own[100:200]]
        assert found.total == len(own)
        unsure = history.page(ALICE, Filters(verdict=Verdict.UNSURE), limit=1).total
        assert unsure == sum(row["verdict"] == "unsure" for row in own)
        red = next(row["id"] for row in own if row["picture"] == RED)
        assert history.report(ALICE, red).report.faces
        assert history.picture(ALICE, red)[1].read() == picture()
        assert visitor_of_token(history, TOKEN) == PROGRAM
        assert history.purge() == 0
        clock.forward(minutes=1, seconds=1)
        late = [row for row in rows["shelf"] if row["checked"] + 15 * 60e6 <= microseconds(clock())]
        assert history.purge() == len(late) > 0
        gone = next(row for row in late if row["visitor_id"] == ALICE)
        with pytest.raises(ReportExpired):
            history.save(ALICE, gone["id"])
        saveable = next(row for row in waiting if row not in late and row["picture"] == RED)
        assert history.save(ALICE, saveable["id"], Quota(len(own) + 1, 2**60))[1] is True
        assert history.page(ALICE, Filters(), limit=1).total == len(own) + 1
    assert timedelta(minutes=15) == SHELF_LIFE


def test_killed_in_the_middle_it_begins_anew(old: Database, database_url: str | None) -> None:
    with old.reading() as connection:
        before = rows_of(connection, OLD)
    old.close()
    url = database_url or str(old.engine.url)
    process = multiprocessing.get_context("forkserver").Process(
        target=worker.die_migrating, args=(url,)
    )
    process.start()
    process.join(60)
    assert process.exitcode == -9
    with old.reading() as connection:
        assert revision(connection) == "0002"
        assert rows_of(connection, OLD) == before
    migrate(old)
    with old.reading() as connection:
        assert revision(connection) == newest_revision()
        assert as_of_old(connection) == before
