"""Work for the tests of worker processes: it must be importable in them."""

from __future__ import annotations

import os
import time
from collections.abc import Callable

from unmask.dataset.catalogue import DatasetError


def multiplier(factor: int) -> Callable[[int], tuple[int, int]]:
    def work(number: int) -> tuple[int, int]:
        return factor * number, os.getpid()

    return work


def refuser() -> Callable[[int], int]:
    def work(number: int) -> int:
        if number == 30:
            raise DatasetError("30 is refused")
        return number

    return work


def deserter() -> Callable[[int], int]:
    def work(number: int) -> int:
        if number == 30:
            os._exit(9)
        return number

    return work


def sleeper() -> Callable[[int], int]:
    def work(number: int) -> int:
        time.sleep(0.05)
        return number

    return work
