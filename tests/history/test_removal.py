"""Removing a large history: in many short transactions, so that nobody else waits long."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, event, insert, select

from tests.history.making import ALICE, BOB, files, saved
from unmask.history import removal
from unmask.history.identifiers import new_report_id
from unmask.history.store import History
from unmask.history.tables import Check

NUMBER, BATCH = 60, 20


def fill(history: History) -> None:
    """Save reports of so many different pictures."""
    saved(history, ALICE)
    with history.database.reading() as connection:
        row = connection.execute(select(Check.__table__)).one()._asdict()
    for number in range(1, NUMBER):
        staged = history.files.stage(number.to_bytes(2, "big"))
        history.files.publish(staged)
        with history.database.writing() as connection:
            connection.exec_driver_sql(
                f"INSERT INTO pictures (sha256, bytes) VALUES ('{staged.sha256}', 2)"
            )
            other = {"id": new_report_id(), "picture": staged.sha256}
            connection.execute(insert(Check).values(**row | other))


def test_of_many_each_transaction_removes_a_batch_and_waits_for_no_disk_but_its_own(
    history: History, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(history)
    shared = saved(history, BOB)  # has a picture that Alice has, too
    monkeypatch.setattr(removal, "BATCH", BATCH)
    told, engine = list[str](), history.database.engine
    removed, sync = Counter[int](), os.fsync

    def executed(connection: Connection, cursor: Any, statement: str, *others: object) -> None:
        if statement.startswith(("DELETE FROM checks", "DELETE FROM pictures")):
            told.append(statement.split()[2])
            removed[len(told)] = cursor.rowcount

    def committed(connection: Connection) -> None:
        told.append("commit")

    def synced(handle: int) -> None:
        told.append("sync")
        sync(handle)

    monkeypatch.setattr("unmask.history.pictures.os.fsync", synced)
    event.listen(engine, "after_cursor_execute", executed)
    event.listen(engine, "commit", committed)
    assert history.delete_all(ALICE) == NUMBER
    event.remove(engine, "after_cursor_execute", executed)
    event.remove(engine, "commit", committed)
    batches = NUMBER // BATCH
    assert told[: told.index("sync")].count("commit") <= 2 * batches + 3
    assert (told.count("checks"), told.count("pictures")) == (batches, batches)
    assert max(removed.values()) <= BATCH
    assert set(told[told.index("sync") :]) == {"sync"}
    assert files(tmp_path) == {history.facts(BOB, shared).picture}


def test_who_waits_to_write_comes_in_between(monkeypatch: pytest.MonkeyPatch) -> None:
    """SQLite's waiters look every 0.1 s: a rest must be longer, and never far away."""
    clock, rests = [0.0], list[float]()

    def sleep(seconds: float) -> None:
        rests.append(clock[0])
        assert seconds > 0.1
        clock[0] += seconds

    monkeypatch.setattr(removal.time, "monotonic", lambda: clock[0])
    monkeypatch.setattr(removal.time, "sleep", sleep)
    names = [str(number) for number in range(50 * removal.BATCH)]
    seen = list[str]()
    for batch in removal.in_batches(names):
        seen += batch
        clock[0] += 0.04  # what removing it takes
    assert seen == names
    gaps = [after - before for before, after in zip([0.0, *rests], [*rests, clock[0]], strict=True)]
    assert len(rests) >= 5 and max(gaps) < 0.5


def test_what_cannot_be_removed_does_not_keep_the_others(
    history: History, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(history)
    real, stuck = history.files.remove, sorted(files(tmp_path))[NUMBER // 2]

    def remove(sha256: str) -> None:
        if sha256 == stuck:
            raise PermissionError(1, "not permitted")
        real(sha256)

    with monkeypatch.context() as patch:
        patch.setattr(history.files, "remove", remove)
        assert history.delete_all(ALICE) == NUMBER
        assert files(tmp_path) == {stuck}
        history.purge()
        assert files(tmp_path) == {stuck}
    history.purge()
    assert files(tmp_path) == set()
