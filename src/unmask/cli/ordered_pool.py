"""Work on some items at once, the results in the order of the items."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


def in_order(
    work: Callable[[Item], Result], items: Iterable[Item], workers: int
) -> Generator[Result]:
    """Work on the items in threads, and yield the results in the order of the items.

    However many items there are, at most `3 * workers` results are made or waiting to be taken, so
    that memory stays the same. When the generator is closed, what is being worked on is ended and
    nothing more is begun; close it where the loop over it can be left early.

    Raises:
        Exception: whatever `work` raised, in place of its result.
    """
    pool = ThreadPoolExecutor(workers, thread_name_prefix="ordered")
    pending: deque[Future[Result]] = deque()
    try:
        for item in items:
            pending.append(pool.submit(work, item))
            if len(pending) == 3 * workers:
                yield pending.popleft().result()
        while pending:
            yield pending.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)
