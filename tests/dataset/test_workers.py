from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from tests.dataset import jobs
from unmask.dataset import workers
from unmask.dataset.catalogue import DatasetError
from unmask.dataset.workers import in_parallel

needs_ps = pytest.mark.skipif(shutil.which("ps") is None, reason="the command ps is missing")


@pytest.mark.parametrize("processes", [1, 2])
def test_every_item_is_worked_on_once(processes: int) -> None:
    results = [
        one
        for batch in in_parallel(jobs.multiplier, (3,), list(range(100)), processes)
        for one in batch
    ]
    assert sorted(value for value, _ in results) == list(range(0, 300, 3))
    processes_used = {process for _, process in results}
    assert (os.getpid() in processes_used) == (processes == 1)
    assert len(processes_used) <= processes


def test_nothing_to_do_starts_nothing() -> None:
    assert list(in_parallel(jobs.deserter, (), [], 4)) == []


@pytest.mark.parametrize("processes", [1, 2])
def test_an_error_of_the_work_comes_through(processes: int) -> None:
    with pytest.raises(DatasetError, match="30 is refused"):
        list(in_parallel(jobs.refuser, (), list(range(100)), processes))


def test_a_process_that_dies_is_an_error_with_advice() -> None:
    with pytest.raises(DatasetError, match=r"worker processes died.*fewer workers"):
        list(in_parallel(jobs.deserter, (), list(range(100)), 2))


def test_leaving_early_ends_the_processes() -> None:
    with closing(in_parallel(jobs.multiplier, (1,), list(range(400)), 2)) as batches:
        process = next(batches)[0][1]
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)


SCRIPT = """
import signal, sys
from tests.dataset import jobs
from unmask.dataset.workers import in_parallel

signal.signal(signal.SIGINT, signal.default_int_handler)
if __name__ == "__main__":
    try:
        for batch in in_parallel(jobs.sleeper, (), list(range(4000)), 2):
            print("batch", flush=True)
    except KeyboardInterrupt:
        print("interrupted", flush=True)
"""


def running(group: int) -> int:
    """How many processes of a process group there are."""
    listed = subprocess.run(["ps", "-eo", "pgid,stat"], capture_output=True, text=True, check=True)
    rows = [line.split() for line in listed.stdout.splitlines()[1:]]
    return sum(int(pgid) == group and not stat.startswith("Z") for pgid, stat in rows)


def test_processes_that_are_only_starting_ignore_ctrl_c(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    started: list[object] = []
    submit = ProcessPoolExecutor.submit

    def seen(self: ProcessPoolExecutor, *arguments: object) -> Future[object]:
        future = submit(self, *arguments)  # type: ignore[arg-type]
        started.append((signal.getsignal(signal.SIGINT), len(self._processes)))
        return future

    monkeypatch.setattr(ProcessPoolExecutor, "submit", seen)
    list(in_parallel(jobs.multiplier, (3,), list(range(100)), 2))
    ignored = [count for handler, count in started if handler == signal.SIG_IGN]
    assert max(ignored) == 2 == started[-1][1]


@needs_ps
@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_no_process_is_left_when_the_first_is_ended(
    end: signal.Signals, root: Path, tmp_path: Path
) -> None:
    script = tmp_path / "work.py"
    script.write_text(SCRIPT)
    paths = [str(root), str(Path(workers.__file__).parents[2])]
    process = subprocess.Popen(
        [sys.executable, str(script)],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(paths)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "batch\n"
    assert running(process.pid) >= 3
    if end == signal.SIGINT:
        os.killpg(process.pid, end)  # as Ctrl-C does
    else:
        os.kill(process.pid, end)  # the first alone, as a supervisor does
    output, errors = process.communicate(timeout=20)
    deadline = time.monotonic() + 10
    while running(process.pid) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert running(process.pid) == 0
    if end == signal.SIGINT:
        assert output.endswith("interrupted\n")
        assert errors == ""
