from __future__ import annotations

import threading
from contextlib import closing

import pytest

from unmask.cli.ordered_pool import in_order


def test_results_come_in_the_order_of_the_items_though_a_later_one_is_done_first() -> None:
    later = threading.Event()

    def work(item: int) -> int:
        if item == 0:
            assert later.wait(timeout=30)
        if item == 1:
            later.set()
        return 10 * item

    assert list(in_order(work, range(20), workers=2)) == [10 * item for item in range(20)]


def test_no_more_is_begun_than_is_soon_taken() -> None:
    begun: list[int] = []
    with closing(in_order(begun.append, range(1000), workers=2)) as results:
        for taken in range(1, 51):
            next(results)
            assert len(begun) < taken + 6
    assert len(begun) < 60


def test_closed_it_ends_what_is_begun_and_begins_nothing_more() -> None:
    begun: list[int] = []
    ended: list[int] = []
    go_on = threading.Event()

    def work(item: int) -> None:
        begun.append(item)
        assert item == 0 or go_on.wait(timeout=30)
        ended.append(item)

    results = in_order(work, range(10), workers=1)
    next(results)
    threading.Timer(0.3, go_on.set).start()
    results.close()
    assert begun == ended
    assert len(begun) <= 2


def test_what_an_item_raises_is_raised_in_its_turn_and_ends_it() -> None:
    begun: list[int] = []

    def work(item: int) -> int:
        begun.append(item)
        if item == 3:
            raise ValueError("no such thing")
        return item

    results = in_order(work, range(1000), workers=2)
    assert [next(results) for _ in range(3)] == [0, 1, 2]
    with pytest.raises(ValueError, match="no such thing"):
        next(results)
    assert len(begun) < 12
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("ordered")]


def test_nothing_to_do_gives_nothing() -> None:
    assert list(in_order(str, [], workers=4)) == []
