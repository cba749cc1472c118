"""A PostgreSQL server of the tests' own, on a free port, gone with everything in it afterwards."""

from __future__ import annotations

import itertools
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

ATTEMPTS = 3
SAFETY_OFF = ["fsync=off", "synchronous_commit=off", "full_page_writes=off", "jit=off"]


class Postgres:
    """A server on a port of its own; running, but between `stop` and `start`."""

    def __init__(self, programs: Path, user: str | None, folder: Path) -> None:
        self._pg_ctl, self._user, self._folder = programs / "pg_ctl", user, folder
        self._names = itertools.count()
        for _ in range(ATTEMPTS):
            with socket.create_server(("127.0.0.1", 0)) as free:
                self._port = int(free.getsockname()[1])
            try:
                self.start()
            except subprocess.CalledProcessError:  # somebody was quicker to take the port
                continue
            return
        pytest.fail(f"PostgreSQL does not start: {(folder / 'log').read_text()}")

    def start(self) -> None:
        options = [f"-c {one}" for one in SAFETY_OFF]
        options += [f"-p {self._port}", "-c listen_addresses=127.0.0.1", f"-k {self._folder}"]
        self._control("-l", self._folder / "log", "-w", "-o", " ".join(options), "start")

    def stop(self) -> None:
        """Stop it and cut off whoever is connected; what was committed is there afterwards."""
        self._control("-m", "fast", "stop")

    def _control(self, *command: object) -> None:
        _run(self._user, self._pg_ctl, "-D", self._folder / "data", *command)

    def fresh(self) -> str:
        """The URL of a new, empty schema: to us the same as a database, and quicker to make."""
        name = f"unmask{next(self._names)}"
        server = f"postgresql://postgres@127.0.0.1:{self._port}/postgres"
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f"CREATE SCHEMA {name}".encode())
        return f"{server}?options=-csearch_path%3D{name}"


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A server; skipped where PostgreSQL is not installed, which `make test` sees to."""
    programs = _programs()
    if programs is None:
        pytest.skip("no PostgreSQL: install it (Debian: postgresql), or run `make test`")
    folder = Path(tempfile.mkdtemp(prefix="unmask-postgres-"))
    user = _unprivileged()
    if user is not None:
        shutil.chown(folder, user)
    data = folder / "data"
    try:
        _run(user, programs / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "--no-sync")
        server = Postgres(programs, user, folder)
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


DATABASES = ("sqlite", "postgresql")


def new_database(request: pytest.FixtureRequest, kind: str) -> str | None:
    """What UNMASK_DATABASE_URL is set to for one of DATABASES, which is empty: None for SQLite."""
    if kind == "sqlite":
        return None
    server: Postgres = request.getfixturevalue("postgres")
    return server.fresh()


def _programs() -> Path | None:
    """The folder of initdb and pg_ctl; Debian has them in none of PATH's."""
    found = [Path(path) for path in [shutil.which("initdb")] if path]
    found += sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), reverse=True)
    folders = [path.resolve().parent for path in found]
    return next((folder for folder in folders if (folder / "pg_ctl").exists()), None)


def _unprivileged() -> str | None:
    """Whom to run it as: PostgreSQL refuses root."""
    if sys.platform == "win32" or os.getuid() != 0:
        return None
    import pwd  # Windows has none

    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def _run(user: str | None, *command: object) -> None:
    subprocess.run(
        [str(part) for part in command],
        check=True,
        user=user,
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        timeout=120,
    )
