from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import insert, select

from tests.history.making import ALICE, BOB, files, picture, saved, shelved
from unmask.history import repair
from unmask.history.errors import ReportUnknown
from unmask.history.listing import Filters
from unmask.history.pictures import Staged
from unmask.history.store import History
from unmask.history.tables import StoredPicture, Visitor


class TestMending:
    @pytest.fixture
    def damaged(self, history: History, tmp_path: Path) -> Iterator[Path]:
        """A history with one of everything that can be wrong."""
        folder = tmp_path / "history"
        for name in ("first", "second"):
            (folder / "pictures" / f"{name}.new").write_bytes(b"half a pict")
        (folder / "thumbnails/third.new").write_bytes(b"")
        for kind in ("pictures", "thumbnails"):
            (folder / kind / "ab").mkdir()
            (folder / kind / "ab" / ("ab" * 32)).write_bytes(b"of nobody")
        yield folder

    def test_what_a_crash_left_is_mended(
        self, history: History, damaged: Path, tmp_path: Path
    ) -> None:
        entry = saved(history, ALICE)
        waiting = shelved(history, BOB, picture("blue"))
        found = repair.check(history, older_than=0)
        assert found == repair.Findings(pictures=2, temporary=3, orphans=1, shelved=0)
        assert len(files(tmp_path)) == 2
        assert history.picture(ALICE, entry)[1].read() == picture()
        assert history.save(BOB, waiting)[1]
        again = repair.check(history, older_than=0)
        assert again == repair.Findings(pictures=2, temporary=0, orphans=0, shelved=0)

    def test_what_another_process_is_writing_is_left_alone(
        self, history: History, damaged: Path, tmp_path: Path
    ) -> None:
        before = files(tmp_path)
        found = repair.check(history)
        assert found.temporary == 0
        assert before - files(tmp_path) == {"ab" * 32}

    def test_where_it_is_told_since_when_it_looks_only_at_what_changed(
        self, history: History, damaged: Path, tmp_path: Path
    ) -> None:
        entry = saved(history, ALICE)
        old = damaged / "pictures/cd" / ("cd" * 32)
        old.parent.mkdir()
        old.write_bytes(b"of nobody, and long ago")
        os.utime(old.parent, (1e9, 1e9))
        with history.database.writing() as connection:  # a kill between the row and its picture
            connection.execute(insert(StoredPicture).values(sha256="ef" * 32, bytes=1))
        found = repair.check(history, since=time.time() - 60)
        assert (found.orphans, found.pictures) == (2, 1)
        assert files(tmp_path) >= {old.name, history.facts(ALICE, entry).picture}
        assert "ab" * 32 not in files(tmp_path)
        assert repair.check(history).orphans == 1
        assert old.name not in files(tmp_path)

    def test_visitors_whom_the_version_before_left_with_nothing_go(self, history: History) -> None:
        saved(history, ALICE)
        with history.database.writing() as connection:
            connection.execute(insert(Visitor).values(id=BOB, created=history.clock()))
        repair.check(history)
        with history.database.reading() as connection:
            assert list(connection.scalars(select(Visitor.id))) == [ALICE]

    def test_what_was_kept_again_meanwhile_is_not_taken_for_lost(
        self, history: History, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        entry = saved(history, ALICE)
        monkeypatch.setattr(history.files, "pictures", lambda part: set())  # the look before
        assert repair.check(history, drop_lost=True).lost == []
        assert history.facts(ALICE, entry).id == entry

    def test_a_lost_picture_is_told_and_its_entry_kept_unless_asked(
        self, history: History, tmp_path: Path
    ) -> None:
        entry, kept = saved(history, ALICE), saved(history, ALICE, picture("blue"))
        waiting = shelved(history, BOB)
        next(path for path in (tmp_path / "history/pictures").rglob("*") if path.is_file() and
             path.read_bytes() == picture()).unlink()  # fmt: skip
        found = repair.check(history)
        assert (found.lost, found.shelved, found.pictures) == ([entry], 1, 1)
        assert history.facts(ALICE, entry).id == entry
        with pytest.raises(ReportUnknown):
            history.picture(ALICE, entry)
        with pytest.raises(ReportUnknown):
            history.save(BOB, waiting)
        assert repair.check(history, drop_lost=True).lost == [entry]
        assert repair.check(history).lost == []
        assert history.page(ALICE, Filters(), limit=9).items == [history.facts(ALICE, kept)]

    def test_a_crash_before_the_row_leaves_a_file_too_many(
        self, history: History, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        publish = history.files.publish

        def crash(staged: Staged) -> None:
            publish(staged)
            raise KeyboardInterrupt

        monkeypatch.setattr(history.files, "publish", crash)
        with pytest.raises(KeyboardInterrupt):
            shelved(history, ALICE)
        monkeypatch.undo()
        assert len(files(tmp_path)) == 1
        assert repair.check(history).orphans == 1
        assert files(tmp_path) == set()
        assert history.picture(ALICE, saved(history, ALICE))[1].read() == picture()

    @pytest.mark.parametrize(
        "at", ["unmask.history.removal.sweep", "unmask.history.pictures.PictureFiles.remove"]
    )
    def test_a_crash_after_the_row_went_leaves_a_file_too_many(
        self, history: History, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: str
    ) -> None:
        def crash(*arguments: object) -> None:
            raise KeyboardInterrupt

        entry = saved(history, ALICE)
        monkeypatch.setattr(at, crash)
        with pytest.raises(KeyboardInterrupt):
            history.delete(ALICE, entry)
        monkeypatch.undo()
        with pytest.raises(ReportUnknown):
            history.facts(ALICE, entry)
        assert len(files(tmp_path)) == 1
        assert repair.check(history).orphans == 1
        assert files(tmp_path) == set()
        assert history.picture(BOB, saved(history, BOB))[1].read() == picture()
