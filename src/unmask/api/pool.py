"""A bounded pool of threads for decoding and judging pictures, off the event loop."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

Result = TypeVar("Result")


class PoolFull(Exception):
    """All workers are busy and the queue is full; try again later."""


class InferencePool:
    """Runs jobs on `workers` threads; at most `queue` more may wait."""

    def __init__(self, workers: int, queue: int) -> None:
        self._executor = ThreadPoolExecutor(workers, thread_name_prefix="unmask")
        self._workers = workers
        self._capacity = workers + queue
        self._lock = threading.Lock()
        self._held = 0

    @property
    def full(self) -> bool:
        """Whether a job would be refused now."""
        return self._held >= self._capacity

    @property
    def waiting(self) -> int:
        """How many jobs wait for a worker."""
        return max(0, self._held - self._workers)

    async def run(self, job: Callable[[], Result]) -> Result:
        """Run a job on a worker and wait for it.

        A job that still waits when its caller is cancelled gives up its place.

        Raises:
            PoolFull: there is no place for it.
        """
        with self._lock:
            if self.full:
                raise PoolFull
            self._held += 1
        future = self._executor.submit(job)
        future.add_done_callback(self._release)
        return await asyncio.wrap_future(future)

    def close(self) -> None:
        """Let running jobs end and drop those that wait."""
        self._executor.shutdown(wait=True, cancel_futures=True)

    def _release(self, future: Future[Result]) -> None:
        with self._lock:
            self._held -= 1
