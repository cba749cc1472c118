"""A process that saves and deletes until it is killed, and writes down what was acknowledged."""

from __future__ import annotations

import os
import random
import signal
from pathlib import Path

import alembic.op
import psycopg  # noqa: F401  (loaded once, before this process is copied)

from tests.history.making import ALICE, BOB, report
from unmask.history.database import Database
from unmask.history.migrate import migrate
from unmask.history.opening import open_history

REPORT = report()
PICTURES = [random.Random(number).randbytes(20_000 + number) for number in range(3)]
"""So few that the processes often save and delete the same one."""


def work(folder: Path, url: str | None, log: Path, seed: int) -> None:
    """Save, save again and delete at random, one line in `log` before and after each.

    A line is written with one call, so that it is there wholly or not at all.
    """
    chance = random.Random(seed)
    visitor = (ALICE, BOB)[seed % 2]
    told = os.open(log, os.O_CREAT | os.O_APPEND | os.O_WRONLY)

    def say(*words: object) -> None:
        os.write(told, f"{' '.join(map(str, words))}\n".encode())

    history = open_history(folder, url, shelf_bytes=10**9)
    own: list[str] = []
    say("started")
    while True:
        number = chance.randrange(len(PICTURES))
        shelved = history.shelve(visitor, REPORT, PICTURES[number])
        assert shelved is not None
        if chance.random() < 0.8:
            entry, _ = history.save(visitor, shelved[0])
            say("saved", visitor, entry.id, number)
            own.append(entry.id)
        if own and chance.random() < 0.6:
            going = own.pop(chance.randrange(len(own)))
            say("deleting", visitor, going)
            history.delete(visitor, going)
            say("deleted", visitor, going)


def die_migrating(url: str) -> None:
    """Migrate, and be killed when all is in the new tables and one of the old is gone."""
    drop = alembic.op.drop_table

    def killed(table: str) -> None:
        drop(table)
        os.kill(os.getpid(), signal.SIGKILL)

    alembic.op.drop_table = killed
    migrate(Database(url))
