from __future__ import annotations

import codecs
import csv
import io
import json
import zlib
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.history.making import ALICE, BOB, Clock, report, saved
from unmask.history.export import to_csv, to_json
from unmask.history.listing import Filters
from unmask.history.removal import SHELF_LIFE
from unmask.history.reports import unpacked
from unmask.history.store import History


def read_csv(history: History) -> list[dict[str, str]]:
    """What a spreadsheet makes of ALICE's export."""
    text_ = "".join(to_csv(history.reports(ALICE, Filters()))).removeprefix("\ufeff")
    return list(csv.DictReader(io.StringIO(text_, newline="")))


class TestExport:
    def test_csv_holds_what_the_list_does(self, history: History, clock: Clock) -> None:
        entries = []
        for name in ("a.png", 'b, "c".png', None):
            clock.forward(seconds=1)
            entries.append(saved(history, ALICE, name=name, probability=0.5))
        clock.forward(seconds=1)
        entries.append(saved(history, ALICE, name="d.png", why_unsure="not_steady"))
        saved(history, BOB)
        rows = read_csv(history)
        assert [row["id"] for row in rows] == entries[::-1]
        assert [row["name"] for row in rows] == ["d.png", "", 'b, "c".png', "a.png"]
        whys = [(row["verdict"], row["why_unsure"]) for row in rows]
        assert whys == [("unsure", "not_steady"), *[("generated", "")] * 3]
        assert rows[1]["probability_generated"] == "0.5"
        assert datetime.fromisoformat(rows[0]["checked"]) == clock()

    @pytest.mark.parametrize(
        ("name", "cell"),
        [
            ("=HYPERLINK(1)", "'=HYPERLINK(1)"),
            ("+1", "'+1"),
            ("-1", "'-1"),
            ("@x", "'@x"),
            ("\tx", "'\tx"),
            ("\r=x", "'\r=x"),
            ("a=1", "a=1"),
        ],
    )
    def test_no_cell_is_a_formula(self, history: History, name: str, cell: str) -> None:
        saved(history, ALICE, name=name)
        (row,) = read_csv(history)
        assert row["name"] == cell

    def test_a_spreadsheet_can_tell_that_it_is_utf_8(self, history: History) -> None:
        saved(history, ALICE, name="portrețul.png")
        csv_, json_ = (
            "".join(form(history.reports(ALICE, Filters()))).encode() for form in (to_csv, to_json)
        )
        assert csv_.startswith(codecs.BOM_UTF8 + b"id,") and csv_.count(codecs.BOM_UTF8) == 1
        assert "portrețul.png" in csv_.decode("utf-8-sig")
        assert json_.startswith(b"[")  # by RFC 8259 JSON has none

    def test_json_holds_the_reports_without_maps(self, history: History) -> None:
        assert json.loads("".join(to_json(history.reports(ALICE, Filters())))) == []
        entry = saved(history, ALICE, name="ä.png")
        saved(history, ALICE)
        one, two = json.loads("".join(to_json(history.reports(ALICE, Filters()))))
        assert entry in (one["id"], two["id"])
        face = one["report"]["faces"][0]
        assert face["scores"]["stylegan1"] == 0.9
        explanation = face["judgements"][0]["explanation"]
        assert "maps" not in explanation and explanation["regions"]
        assert "data:image/png" not in json.dumps(one)

    def test_it_is_read_a_few_at_a_time(
        self, history: History, monkeypatch: pytest.MonkeyPatch, clock: Clock
    ) -> None:
        monkeypatch.setattr("unmask.history.store._BATCH", 3)
        made = []
        for _ in range(7):
            clock.forward(seconds=1)
            made.append(saved(history, ALICE))
        stream = to_csv(history.reports(ALICE, Filters()))
        assert next(stream).startswith("\ufeffid,checked,")
        assert next(stream).startswith(made[-1])
        history.delete(ALICE, made[0])
        rest = [line.split(",")[0] for line in stream]
        assert rest == made[-2:0:-1]


def test_a_report_that_this_version_saved_can_always_be_read(root: Path) -> None:
    """If this fails, saved ones could not be opened; see `unmask.detection.old_reports`."""
    text_ = (root / "tests/history/report-1.json").read_bytes()
    assert unpacked(zlib.compress(text_)).verdict == report().verdict


def test_the_shelf_is_for_fifteen_minutes() -> None:
    assert timedelta(minutes=15) == SHELF_LIFE
