"""A bounded pool of threads for decoding and judging pictures, off the event loop."""

from __future__ import annotations

import asyncio
import contextvars
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from starlette.concurrency import run_in_threadpool

Result = TypeVar("Result")


class PoolFull(Exception):
    """All workers are busy and the queue is full; try again later."""


class OneAtATime:
    """Runs jobs that many ask for in one thread of those that all share, and never in two."""

    def __init__(self) -> None:
        self._running: asyncio.Task[Any] | None = None

    async def run(self, job: Callable[[], Result]) -> Result:
        """Run the job; whoever asks while it runs waits for the same outcome."""
        if self._running is None:
            self._running = asyncio.create_task(run_in_threadpool(job))
            self._running.add_done_callback(self._done)
        result: Result = await asyncio.shield(self._running)
        return result

    def _done(self, task: asyncio.Task[Any]) -> None:
        self._running = None


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
        self.done = 0
        """How many jobs it held before."""

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
        One that runs is not stopped, and nobody hears of it; see `disconnect` for how it can stop.

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
            self.done += 1
