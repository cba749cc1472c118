"""Milliseconds that a page of a history takes, with 10,000 entries and with 100; and removing it.

python benchmarks/history.py [--many 10000]
Real rows in SQLite, each with the report of a portrait and its heat maps, asked for over HTTP. The
baseline is the same call for a visitor with 100 entries in the same database. Then the 10,000,
each with a picture of its own, are removed while somebody else has pictures checked.
"""

from __future__ import annotations

import argparse
import hashlib
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from itertools import cycle
from pathlib import Path
from typing import Any

import httpx
from measuring import in_turns, machine, p50, portrait_jpeg, scratch, table
from serving import running
from sqlalchemy import insert, select, update

from unmask.api.contract.history_schemas import IMAGES
from unmask.api.visitors import COOKIE
from unmask.bundles.verdict import Verdict
from unmask.detection.registry import DetectorRegistry
from unmask.detection.report import Report
from unmask.history.database import put
from unmask.history.identifiers import hashed, new_report_id, new_secret
from unmask.history.opening import open_history
from unmask.history.reports import columns_of
from unmask.history.store import History
from unmask.history.tables import Check, StoredPicture
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
            connection.execute(insert(Check), rows)
    return owner


def owners(folder: Path, url: str, counts: tuple[int, ...]) -> list[Owner]:
    """Visitors with so many entries each, whose reports are those of a portrait."""
    settings = load_settings()
    picture = portrait_jpeg(512)
    detector = DetectorRegistry(settings.model_folders, settings.model).get()
    report = detector.detect(decode(picture))
    with closing(open_history(folder, url, shelf_bytes=settings.shelf_bytes)) as history:
        return [fill(history, count, report, picture) for count in counts]


def give_pictures(folder: Path, url: str, owner: Owner) -> None:
    """Give each entry of a visitor a picture and a thumbnail of its own, as large as a portrait's.

    Written past `PictureFiles`, which would wait for the disk each time.
    """
    picture = portrait_jpeg(512)
    own = Check.visitor_id == hashed(owner.secret)
    with closing(open_history(folder, url, shelf_bytes=0)) as history:
        with history.database.reading() as connection:
            ids = connection.scalars(select(Check.id).where(own)).all()
        for start in range(0, len(ids), AT_ONCE):
            with history.database.writing() as connection:
                for entry in ids[start : start + AT_ONCE]:
                    data = picture + entry.encode()
                    sha256 = hashlib.sha256(data).hexdigest()
                    for kind, content in (("pictures", data), ("thumbnails", data[:8_000])):
                        path = folder / "history" / kind / sha256[:2] / sha256
                        path.parent.mkdir(exist_ok=True)
                        path.write_bytes(content)
                    put(connection, StoredPicture, {"sha256": sha256, "bytes": len(data)})
                    connection.execute(
                        update(Check).where(Check.id == entry).values(picture=sha256)
                    )


def check(client: httpx.Client, picture: bytes) -> float:
    """Seconds that a check of somebody whom the server has not seen takes.

    Raises:
        httpx.HTTPStatusError: it was refused.
        RuntimeError: it could not be kept.
    """
    start = time.perf_counter()
    answer = client.post("/api/detect", files={"image": ("portrait.jpg", picture)})
    taken = time.perf_counter() - start
    if answer.raise_for_status().json()["saveable_until"] is None:
        raise RuntimeError("a check was not kept")
    return taken


def remove(client: httpx.Client, owner: Owner) -> float:
    """Seconds that removing a history takes."""
    start = time.perf_counter()
    headers = {"Cookie": f"{COOKIE}={owner.secret}", "Sec-Fetch-Site": "same-origin"}
    answer = client.delete(IMAGES, headers=headers).raise_for_status()
    assert answer.json()["deleted"] == owner.entries
    return time.perf_counter() - start


def removal(client: httpx.Client, quiet: Owner, busy: Owner) -> list[tuple[str, str, str]]:
    """Removes one history while nobody else asks, and one while somebody has pictures checked."""
    picture = portrait_jpeg(512)
    alone = remove(client, quiet)
    before = [check(client, picture) for _ in range(20)]
    meanwhile = []
    with ThreadPoolExecutor(1) as other:
        removing = other.submit(remove, client, busy)
        while not removing.done():
            meanwhile.append(check(client, picture))
            time.sleep(0.1)
    return [
        ("nobody else asks", f"{alone:.1f}", "under 10"),
        ("while another has pictures checked", f"{removing.result():.1f}", ""),
        ("a check of another's before, p50", f"{p50(before):.2f}", ""),
        ("meanwhile, p50", f"{p50(meanwhile):.2f}", ""),
        ("meanwhile, the slowest above that p50", f"{max(meanwhile) - p50(before):.2f}", "under 1"),
    ]


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
        few, many, busy = owners(folder, url, (arguments.few, arguments.many, arguments.many))
        with (
            running(data_dir=folder, database_url=url) as server,
            httpx.Client(base_url=server.address, timeout=300) as client,
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
            for owner in (many, busy):
                give_pictures(folder, url, owner)
            removed = removal(client, many, busy)
    table(
        ("page of 24, ms", f"first of {few.entries}", f"first of {many.entries}", "last of these"),
        rows,
    )
    table((f"removing {many.entries} entries, seconds", "", "aim"), removed)


if __name__ == "__main__":
    main()
