"""A bounded pool of threads for decoding and judging pictures, off the event loop."""

from __future__ import annotations

import asyncio
import contextvars
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Result = TypeVar("Result")


class PoolFull(Exception):
    """All workers are busy and the queue is full; try again later."""


class InferencePool:
    """Runs jobs on `workers` threads; at most `queue` more may wait."""

    def __init__(self, workers: int, queue: int) -> None:
        self._executor = ThreadPoolExecutor(workers, thread_name_prefix="unmask")
        self._workers = workers
        self.capacity = workers + queue
        """How many jobs it holds at most."""
        self._lock = threading.Lock()
        self.held = 0
        """How many jobs it holds now."""

    @property
    def full(self) -> bool:
        """Whether a job would be refused now."""
        return self.held >= self.capacity

    @property
    def waiting(self) -> int:
        """How many jobs wait for a worker."""
        return max(0, self.held - self._workers)

    async def run(self, job: Callable[[], Result]) -> Result:
        """Run a job on a worker and wait for it.

        A job that still waits when its caller is cancelled gives up its place, and what it holds.
        One that runs is not stopped, and nobody hears of it; see `leaving` for how it can stop.

        Raises:
            PoolFull: there is no place for it.
        """
        with self._lock:
            if self.full:
                raise PoolFull
            self.held += 1
        # The executor keeps what was cancelled until a worker comes by: only this empty box, then.
        box = [job]
        context = contextvars.copy_context()  # by it the log knows the request
        future = self._executor.submit(lambda: context.run(box.pop()))
        future.add_done_callback(lambda _: self._release(box))
        return await asyncio.wrap_future(future)

    def close(self) -> None:
        """Let running jobs end and drop those that wait."""
        self._executor.shutdown(wait=True, cancel_futures=True)

    def _release(self, box: list[Callable[[], Result]]) -> None:
        box.clear()
        with self._lock:
            self.held -= 1
