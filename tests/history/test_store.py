from __future__ import annotations

import hashlib
import io
import math
import os
import stat
import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import ColumnElement, func, insert, select
from sqlalchemy.exc import IntegrityError

from tests.history.conftest import Open
from tests.history.making import ALICE, BOB, Clock, files, picture, report, saved, shelved
from unmask.history.errors import ReportExpired, ReportUnknown, StorageUnavailable
from unmask.history.listing import Filters
from unmask.history.opening import open_history
from unmask.history.reports import packed
from unmask.history.store import History
from unmask.history.tables import SAVED, SHELVED, Check, StoredPicture, Visitor
from unmask.history.thumbnails import make_thumbnail

RED = hashlib.sha256(picture("red")).hexdigest()


def count(history: History, table: type, *which: ColumnElement[bool]) -> int:
    with history.database.reading() as connection:
        return connection.scalar(select(func.count()).select_from(table).where(*which)) or 0


def test_what_is_saved_comes_back_whole(history: History, clock: Clock) -> None:
    made = report(name="portrait.png", probability=0.91)
    put = history.shelve(ALICE, made, picture())
    assert put is not None
    report_id, until = put
    assert until - clock() == timedelta(minutes=15)
    checked = clock()
    clock.forward(minutes=3)
    facts, new = history.save(ALICE, report_id)
    assert new
    assert (facts.id, facts.checked, facts.saved) == (report_id, checked, clock())
    assert (facts.name, facts.verdict, facts.model) == ("portrait.png", "generated", "tiny")
    assert (facts.faces, facts.width, facts.height, facts.format) == (2, 640, 480, "PNG")
    assert facts.probability_generated == 0.91
    assert history.report(ALICE, report_id).report == made
    with history.picture(ALICE, report_id)[1] as file:
        assert file.read() == picture()


def test_another_process_can_save_it(opened: Open) -> None:
    first, second = opened(), opened()
    report_id = shelved(first, ALICE)
    assert second.save(ALICE, report_id)[1]
    assert first.facts(ALICE, report_id).id == report_id


def test_saving_again_gives_the_same_entry(history: History, clock: Clock) -> None:
    report_id = shelved(history, ALICE)
    first, _ = history.save(ALICE, report_id)
    clock.forward(days=30)
    assert history.save(ALICE, report_id) == (first, False)
    assert count(history, Check, SAVED) == 1


@pytest.mark.parametrize("purged", [False, True])
def test_after_fifteen_minutes_it_has_expired(
    history: History, clock: Clock, tmp_path: Path, purged: bool
) -> None:
    late, saveable = shelved(history, ALICE), shelved(history, ALICE, picture("blue"))
    clock.forward(minutes=15, microseconds=-1)
    assert history.purge() == 0
    assert history.save(ALICE, saveable)[1]
    clock.forward(microseconds=1)
    if purged:
        assert history.purge() == 1
        assert files(tmp_path) == {hashlib.sha256(picture("blue")).hexdigest()}
        assert count(history, Check, SHELVED) == 0
    with pytest.raises(ReportExpired):
        history.save(ALICE, late)
    with pytest.raises(ReportUnknown):  # whoever asks in another's name learns nothing
        history.save(BOB, late)


def test_it_is_known_when_the_next_picture_is_to_go(
    history: History, clock: Clock, tmp_path: Path
) -> None:
    assert history.seconds_to_purge() == math.inf
    shelved(history, ALICE)
    clock.forward(minutes=1)
    shelved(history, BOB, picture("blue"))
    saved(history, BOB, picture("green"))
    assert history.seconds_to_purge() == 14 * 60
    clock.forward(minutes=14, milliseconds=-1)
    assert history.purge() == 0 and len(files(tmp_path)) == 3
    assert history.seconds_to_purge() == 0.001
    clock.forward(milliseconds=2)
    assert history.seconds_to_purge() == 0.0
    assert history.purge() == 1 and RED not in files(tmp_path)
    assert history.seconds_to_purge() == 59.999


def test_what_was_half_written_goes_within_the_fifteen_minutes_too(
    history: History, tmp_path: Path
) -> None:
    for name, minutes in (("old", 10), ("young", 9)):
        path = tmp_path / f"history/pictures/{name}.new"
        path.write_bytes(b"half a pict")
        written = time.time() - 60 * minutes
        os.utime(path, (written, written))
    history.purge()
    assert files(tmp_path) == {"young.new"}


def test_an_id_that_was_never_given_is_unknown(history: History) -> None:
    real = shelved(history, ALICE)
    changed = ("A" if real[-1] != "A" else "B").join([real[:-1], ""])
    for guess in (changed, "", "x" * 40, "../../etc/passwd", "\x00", "ä" * 40):
        with pytest.raises(ReportUnknown):
            history.save(ALICE, guess)
    ids = {shelved(history, ALICE) for _ in range(20)}
    assert len({one[8:] for one in ids}) == 20 and {len(one) for one in ids} == {40}


def test_nobody_reaches_what_is_anothers(history: History) -> None:
    entry = saved(history, ALICE)
    waiting = shelved(history, ALICE)
    for attempt in (
        lambda: history.save(BOB, waiting),
        lambda: history.save(BOB, entry),
        lambda: history.facts(BOB, entry),
        lambda: history.report(BOB, entry),
        lambda: history.picture(BOB, entry),
        lambda: history.delete(BOB, entry),
    ):
        with pytest.raises(ReportUnknown):
            attempt()
    assert history.delete_all(BOB) == 0
    assert history.page(BOB, Filters(), limit=10).total == 0
    assert list(history.reports(BOB, Filters())) == []
    assert history.picture(ALICE, entry)[1].read() == picture()
    assert history.save(ALICE, waiting)[1]


def test_a_picture_stays_as_long_as_any_report_has_it(
    history: History, tmp_path: Path, clock: Clock
) -> None:
    mine, again, theirs = saved(history, ALICE), saved(history, ALICE), saved(history, BOB)
    shelved(history, BOB)
    assert files(tmp_path) == {RED}
    history.delete(ALICE, mine)
    history.delete(BOB, theirs)
    assert history.picture(ALICE, again)[1].read() == picture()
    history.delete(ALICE, again)
    assert files(tmp_path) == {RED}  # on Bob's shelf
    clock.forward(minutes=15)
    history.purge()
    assert files(tmp_path) == set()
    assert count(history, StoredPicture) == 0


def test_removing_all_takes_the_shelf_along(history: History, tmp_path: Path) -> None:
    for colour in ("red", "green"):
        saved(history, ALICE, picture(colour))
    waiting = shelved(history, ALICE, picture("blue"))
    kept = saved(history, BOB, picture("white"))
    assert history.delete_all(ALICE) == 2
    assert files(tmp_path) == {hashlib.sha256(picture("white")).hexdigest()}
    with pytest.raises(ReportUnknown):
        history.save(ALICE, waiting)
    assert history.facts(BOB, kept).id == kept


def test_of_who_has_nothing_left_nothing_is_left(history: History, clock: Clock) -> None:
    shelved(history, ALICE)
    entry = saved(history, BOB)
    clock.forward(minutes=15)
    history.purge()
    assert count(history, Visitor) == 1
    history.delete(BOB, entry)
    shelved(history, ALICE)
    clock.forward(minutes=15)
    history.purge()
    assert count(history, Visitor) == 0


def test_a_full_shelf_takes_no_more(opened: Open, tmp_path: Path, database_url: str | None) -> None:
    data = picture()
    size = len(data) + len(packed(report()))
    small = open_history(tmp_path, database_url, shelf_bytes=2 * size)
    assert small.shelve(ALICE, report(), data) is not None
    second = small.shelve(BOB, report(), data)
    assert second is not None
    assert small.shelve(BOB, report(), data) is None
    small.save(BOB, second[0])  # what is saved is no longer on the shelf
    assert small.shelve(BOB, report(), data) is not None
    small.close()
    smaller = open_history(tmp_path, database_url, shelf_bytes=3 * size - 1)
    assert smaller.shelve(BOB, report(), data) is None
    smaller.close()


def test_what_the_database_refuses_tells_nothing_of_anybody(history: History) -> None:
    entry = saved(history, ALICE, name="my holidays.png")
    row = select(Check).where(Check.id == entry)
    with history.database.reading() as connection:
        found = connection.execute(row).one()._asdict()
    with pytest.raises(IntegrityError) as refused, history.database.writing() as connection:
        connection.execute(insert(Check).values(**found))
    assert "holidays" not in str(refused.value)


def test_a_report_without_a_usable_face_has_no_probability(history: History) -> None:
    entry = saved(history, ALICE, usable=False, verdict="not_applicable")
    assert history.facts(ALICE, entry).probability_generated is None


class TestThumbnail:
    def test_it_is_small_and_made_once(self, history: History, tmp_path: Path) -> None:
        facts = history.facts(ALICE, saved(history, ALICE, picture(size=(640, 480))))
        data = make_thumbnail(history, facts)
        with Image.open(io.BytesIO(data)) as image:
            assert (image.format, image.size) == ("WEBP", (320, 240))
        assert history.files.thumbnail(facts.picture) == data == make_thumbnail(history, facts)
        history.delete(ALICE, facts.id)
        assert files(tmp_path) == set()

    def test_none_is_left_of_an_entry_that_went_meanwhile(
        self, history: History, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        facts = history.facts(ALICE, saved(history, ALICE))
        stage = history.files.stage_thumbnail

        def slow(sha256: str, max_pixels: int) -> object:
            staged = stage(sha256, max_pixels)
            history.delete(ALICE, facts.id)
            return staged

        monkeypatch.setattr(history.files, "stage_thumbnail", slow)
        with pytest.raises(ReportUnknown):
            make_thumbnail(history, facts)
        assert files(tmp_path) == set()


@pytest.mark.skipif(os.name == "nt", reason="Windows has other permissions")
def test_nobody_else_on_the_machine_can_read_it(history: History, tmp_path: Path) -> None:
    make_thumbnail(history, history.facts(ALICE, saved(history, ALICE)))
    modes = {path: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "history").rglob("*")}
    assert set(modes.values()) == {0o600, 0o700}
    assert stat.S_IMODE((tmp_path / "history").stat().st_mode) == 0o700


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageUnavailable, match=r"cannot be written.*UNMASK_DATA_DIR"):
        open_history(tmp_path / "file", shelf_bytes=0)


def test_a_full_disk_is_told_and_leaves_nothing(
    history: History, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("unmask.history.pictures.os.fsync", full)
    with pytest.raises(StorageUnavailable, match="No space left"):
        shelved(history, ALICE)
    assert files(tmp_path) == set()
    assert count(history, Check, SHELVED) == 0


def test_many_at_once_keep_rows_and_files_together(opened: Open, tmp_path: Path) -> None:
    """The same picture is saved and removed by several processes' worth of connections."""
    rounds, mistakes = 12, []
    start = threading.Barrier(4)

    def work(history: History, visitor: str) -> None:
        try:
            start.wait()
            for _ in range(rounds):
                entry = saved(history, visitor)
                assert history.picture(visitor, entry)[1].read() == picture()
                history.delete(visitor, entry)
        except BaseException as error:
            mistakes.append(error)

    histories = [opened() for _ in range(4)]
    threads = [
        threading.Thread(target=work, args=(history, visitor))
        for history, visitor in zip(histories, (ALICE, ALICE, BOB, BOB), strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert mistakes == []
    assert files(tmp_path) == set()
    assert count(histories[0], StoredPicture) == 0
