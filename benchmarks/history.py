"""Milliseconds that a page of a history takes, with 10,000 entries and with 100.

python benchmarks/history.py [--many 10000]
Real rows in SQLite, each with the report of a portrait and its heat maps, asked for over HTTP. The
baseline is the same call for a visitor with 100 entries in the same database.
"""

from __future__ import annotations

import argparse
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from itertools import cycle
from pathlib import Path
from typing import Any

import httpx
from measuring import in_turns, machine, p50, portrait_jpeg, scratch, table
from serving import running
from sqlalchemy import insert

from unmask.api.contract.history_schemas import IMAGES
from unmask.api.visitors import COOKIE
from unmask.bundles.verdict import Verdict
from unmask.detection.registry import DetectorRegistry
from unmask.detection.report import Report
from unmask.history.identifiers import hashed, new_report_id, new_secret
from unmask.history.opening import open_history
from unmask.history.reports import columns_of
from unmask.history.store import History
from unmask.history.tables import Entry
from unmask.imaging.decode import decode
from unmask.settings import load_settings

AT_ONCE = 500
"""Rows that are written at once."""
PAGES: dict[str, dict[str, str]] = {
    "newest": {},
    "oldest": {"sort": "oldest"},
    "most suspicious": {"sort": "most_suspicious"},
    "one verdict": {"verdict": "unsure"},
    "one verdict and model": {"verdict": "unsure", "model": "other"},
}


@dataclass(frozen=True)
class Owner:
    """A browser with so many entries."""

    entries: int
    secret: str

    def page(self, client: httpx.Client, **query: str) -> Any:
        """One page of the entries."""
        response = client.get(IMAGES, params=query, headers={"Cookie": f"{COOKIE}={self.secret}"})
        return response.raise_for_status().json()

    def last(self, client: httpx.Client, **query: str) -> str:
        """The cursor of the last full page; each but the first has one."""
        cursors, page = [""], self.page(client, **query)
        while page["next"]:
            cursors.append(page["next"])
            page = self.page(client, **query, cursor=page["next"])
        return cursors[-1]


def fill(history: History, entries: int, report: Report, picture: bytes) -> Owner:
    """Give a new visitor so many entries, a minute apart, of all verdicts and of two models."""
    owner = Owner(entries, new_secret())
    visitor = hashed(owner.secret)
    shelved = history.shelve(visitor, report, picture)
    assert shelved is not None
    first, _ = history.save(visitor, shelved[0])
    same = columns_of(report) | {
        "visitor_id": visitor, "picture": first.picture, "bytes": len(picture),
        "saved": first.saved,
    }  # fmt: skip
    kinds = cycle((verdict.value, model) for verdict in Verdict for model in ("one", "other"))
    for start in range(1, entries, AT_ONCE):
        rows = [
            same
            | {
                "id": new_report_id(), "checked": first.checked - timedelta(minutes=number),
                "suspicion": number / entries, "verdict": verdict, "model": model,
            }
            for number, (verdict, model) in zip(
                range(start, min(start + AT_ONCE, entries)), kinds, strict=False
            )
        ]  # fmt: skip
        with history.database.writing() as connection:
            connection.execute(insert(Entry), rows)
    return owner


def owners(folder: Path, url: str, counts: tuple[int, int]) -> list[Owner]:
    """Visitors with so many entries each, whose reports are those of a portrait."""
    settings = load_settings()
    picture = portrait_jpeg(512)
    detector = DetectorRegistry(settings.model_folders, settings.model).get()
    report = detector.detect(decode(picture))
    with closing(open_history(folder, url, shelf_bytes=settings.shelf_bytes)) as history:
        return [fill(history, count, report, picture) for count in counts]


def main() -> None:
    """Print a table, a row a kind of page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--few", type=int, default=100, help="entries of the baseline")
    parser.add_argument("--many", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=50)
    arguments = parser.parse_args()
    print(machine())
    rows = []
    with scratch() as folder:
        url = f"sqlite:///{folder / 'history.db'}"
        few, many = owners(folder, url, (arguments.few, arguments.many))
        with (
            running(data_dir=folder, database_url=url) as server,
            httpx.Client(base_url=server.address, timeout=60) as client,
        ):
            for name, query in PAGES.items():
                end = query | {"cursor": many.last(client, limit="100", **query)}
                taken = in_turns(
                    [lambda query=query: few.page(client, **query),
                     lambda query=query: many.page(client, **query),
                     lambda end=end: many.page(client, **end)],
                    arguments.rounds,
                )  # fmt: skip
                base, *others = map(p50, taken)
                cells = [f"{one:.1f} (x {one / base:.2f})" for one in others]
                rows.append((name, f"{base:.1f}", *cells))
    table(
        ("page of 24, ms", f"first of {few.entries}", f"first of {many.entries}", "last of these"),
        rows,
    )


if __name__ == "__main__":
    main()
