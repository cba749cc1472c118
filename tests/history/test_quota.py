"""What one visitor may save: so many reports, and so many bytes of them and their pictures."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.history.making import ALICE, BOB, picture, report, saved, shelved
from unmask.history import pictures
from unmask.history.errors import QuotaReached
from unmask.history.quota import Quota
from unmask.history.reports import packed
from unmask.history.store import History

MANY = 1_000_000


def test_so_many_reports_may_be_saved(history: History) -> None:
    quota = Quota(entries=2, bytes=MANY)
    reports = [shelved(history, ALICE) for _ in range(3)]
    for one in reports[:2]:
        history.save(ALICE, one, quota)
    with pytest.raises(QuotaReached, match=r"2 reports are saved.* may have 2; remove some"):
        history.save(ALICE, reports[2], quota)
    # What is saved can be saved again, others are not touched, and room can be made.
    assert history.save(ALICE, reports[0], quota)[1] is False
    assert history.save(BOB, shelved(history, BOB), quota)[1] is True
    history.delete(ALICE, reports[0])
    assert history.save(ALICE, reports[2], quota)[1] is True


def test_so_many_bytes_may_be_saved(history: History) -> None:
    size = len(picture()) + len(packed(report()))
    quota = Quota(entries=MANY, bytes=2 * size)
    reports = [shelved(history, ALICE) for _ in range(3)]
    for one in reports[:2]:
        history.save(ALICE, one, quota)
    with pytest.raises(QuotaReached, match="MB"):
        history.save(ALICE, reports[2], quota)
    with pytest.raises(QuotaReached, match="MB"):
        history.save(ALICE, reports[2], Quota(MANY, 3 * size - 1))
    assert history.save(ALICE, reports[2], Quota(MANY, 3 * size))[1] is True


def test_saving_at_once_does_not_get_around_it(history: History) -> None:
    reports = [shelved(history, ALICE) for _ in range(8)]

    def save(report_id: str) -> bool:
        try:
            return history.save(ALICE, report_id, Quota(entries=3, bytes=MANY))[1]
        except QuotaReached:
            return False

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(save, reports)) == 3


def test_where_the_disk_is_nearly_full_nothing_is_put_on_the_shelf(
    history: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = saved(history, ALICE)
    monkeypatch.setattr(pictures, "SPARE_BYTES", 1 << 60)
    assert history.shelve(ALICE, report(), picture()) is None
    assert history.picture(ALICE, entry)[1].read() == picture()
