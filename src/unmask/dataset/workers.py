"""Work spread over processes, that ends cleanly when it is interrupted."""

from __future__ import annotations

import multiprocessing
import multiprocessing.connection
import os
import signal
import threading
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from itertools import islice
from typing import Any, Final, TypeVar

from unmask.cpus import available_cores
from unmask.dataset.catalogue import DatasetError

Item = TypeVar("Item")
Result = TypeVar("Result")

_CHUNK: Final = 16
_AHEAD: Final = 3
"""Chunks a worker that are handed out at once: enough that none waits."""


def in_parallel(
    make: Callable[..., Callable[[Item], Result]],
    arguments: tuple[Any, ...],
    items: Sequence[Item],
    workers: int | None = None,
) -> Generator[list[Result]]:
    """Work on the items in processes, by default one a core.

    Args:
        make: called once in each process with `arguments`; it returns the function that works on
            one item. It must be importable, and so must what passes between the processes.
        arguments: for `make`.
        items: what to work on.
        workers: number of processes; one works in this process.

    Yields:
        The results of a few items at a time, in whatever order they end.

    Raises:
        DatasetError: a process died, most likely for want of memory.
    """
    chunks = [items[start : start + _CHUNK] for start in range(0, len(items), _CHUNK)]
    workers = min(workers or available_cores(), len(chunks))
    if workers <= 1:
        if chunks:
            work = make(*arguments)
            yield from ([work(item) for item in chunk] for chunk in chunks)
        return
    # Forked processes would inherit whatever threads of this one held locked.
    executor = ProcessPoolExecutor(
        workers,
        mp_context=multiprocessing.get_context("spawn"),
        initializer=_start,
        initargs=(make, arguments),
    )
    try:
        with _interrupts_ignored():
            for _ in range(workers):
                executor.submit(_work_on, ())  # starts a process, while none is ready yet
        yield from _results(executor, iter(chunks), _AHEAD * workers)
    except BrokenProcessPool as error:
        raise DatasetError(
            f"one of {workers} worker processes died, most likely for want of memory; "
            "run it again, with fewer workers"
        ) from error
    finally:
        # Also on Ctrl-C: what runs ends within a second, what waits never starts.
        executor.shutdown(cancel_futures=True)


def _results(
    executor: ProcessPoolExecutor, chunks: Iterator[Sequence[Any]], ahead: int
) -> Iterator[list[Any]]:
    running: set[Future[list[Any]]] = set()
    while True:
        running |= {executor.submit(_work_on, chunk) for chunk in islice(chunks, ahead)}
        if not running:
            return
        finished, running = wait(running, return_when=FIRST_COMPLETED)
        ahead = len(finished)
        for future in finished:
            yield future.result()


@contextmanager
def _interrupts_ignored() -> Iterator[None]:
    """Start processes that ignore Ctrl-C from the beginning on: they inherit that.

    Ctrl-C reaches the whole group of processes; the first of them ends the others in order.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


_work: Callable[[Any], Any] | None = None
"""In a worker process: what `make` made there."""


def _start(make: Callable[..., Callable[[Any], Any]], arguments: tuple[Any, ...]) -> None:
    """Make a worker process ready."""
    global _work
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_leave_with_parent, daemon=True).start()
    _work = make(*arguments)


def _leave_with_parent() -> None:
    """End this process when the first is killed, which could not tell it."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        multiprocessing.connection.wait([parent.sentinel])
        os._exit(1)


def _work_on(chunk: Sequence[Any]) -> list[Any]:
    assert _work is not None
    return [_work(item) for item in chunk]
