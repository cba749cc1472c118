"""Killed at any moment: no saved entry is lost, and none is without its picture."""

from __future__ import annotations

import multiprocessing
import random
import sys
import time
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest
from sqlalchemy import select

from tests.history import worker
from tests.history.making import files
from unmask.history import repair
from unmask.history.opening import open_history
from unmask.history.store import History
from unmask.history.tables import SAVED, Check, StoredPicture

KILLS = 100
AT_ONCE = 2


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
def test_a_kill_at_any_moment_loses_no_entry_and_leaves_none_without_its_picture(
    tmp_path: Path, database_url: str | None
) -> None:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.history.worker"])
    history = open_history(tmp_path, database_url, shelf_bytes=10**9)
    chance, log = random.Random(0), tmp_path / "log"
    for round_ in range(KILLS // AT_ONCE):
        # By lines and not by time alone: a busy machine would be killed before it has begun.
        enough = len(lines(log)) + AT_ONCE + chance.randrange(10)
        processes: list[BaseProcess] = [
            context.Process(
                target=worker.work, args=(tmp_path, database_url, log, AT_ONCE * round_ + seat)
            )
            for seat in range(AT_ONCE)
        ]
        for process in processes:
            process.start()
        wait_for_lines(log, enough, processes)
        time.sleep(chance.uniform(0.0, 0.03))
        for process in processes:
            process.kill()
        for process in processes:
            process.join()
            assert process.exitcode == -9, "a worker failed by itself"
            process.close()
        assert_nothing_is_lost(history, log)
    acknowledged = [line.split()[0] for line in lines(log)]
    assert acknowledged.count("saved") > KILLS / 2 and acknowledged.count("deleted") > KILLS / 4
    repair.check(history, older_than=0)
    with history.database.reading() as connection:
        referred = set(connection.scalars(select(Check.picture)))
        assert set(connection.scalars(select(StoredPicture.sha256))) == referred
    assert files(tmp_path) - {"log"} == referred
    assert_nothing_is_lost(history, log)
    history.close()


def lines(log: Path) -> list[str]:
    return log.read_text().splitlines() if log.exists() else []


def wait_for_lines(log: Path, number: int, processes: list[BaseProcess]) -> None:
    end = time.monotonic() + 60
    while len(lines(log)) < number:
        assert time.monotonic() < end, "the workers do nothing"
        assert all(process.is_alive() for process in processes), "a worker failed by itself"
        time.sleep(0.002)


def assert_nothing_is_lost(history: History, log: Path) -> None:
    """Hold the history against what its workers were told."""
    saved: dict[str, int] = {}
    deleting, deleted = set(), set()
    for line in lines(log):
        match line.split():
            case ["saved", _, entry, number]:
                saved[entry] = int(number)
            case ["deleting", _, entry]:
                deleting.add(entry)
            case ["deleted", _, entry]:
                deleted.add(entry)
    with history.database.reading() as connection:
        there = {
            row.id: row for row in connection.execute(select(Check.id, Check.picture).where(SAVED))
        }
    assert saved.keys() - deleting <= there.keys(), "a saved entry is lost"
    assert not deleted & there.keys(), "a deleted entry is back"
    pictures = {row.picture: history.files.read(row.picture) for row in there.values()}
    assert None not in pictures.values(), "an entry is without its picture"
    for entry, row in there.items():
        if entry in saved:
            assert pictures[row.picture] == worker.PICTURES[saved[entry]]
