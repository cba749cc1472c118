"""Does the server hold its memory and its files under mixed requests, for minutes on end?

Run it where the package and httpx are installed: python benchmarks/soak.py [--seconds 600]
With `--against REVISION` it first soaks that build in the same way, and compares the memory.
It asks a server of its own for everything that a visitor may ask for, broken uploads, clients that
hang up and bursts beyond the queue among it, at a bounded rate. It first warms up: everything
twice, by all visitors at once, and then the first fifth of the time. Compared is the median of the
first quarter of the samples since with that of the last quarter. The exit status is 1 where memory
grew by more than 5 % between them, where more files are open, or where it answered 5xx other than
the 503 that the bursts are meant to bring.
"""

from __future__ import annotations

import argparse
import itertools
import random
import socket
import statistics
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import measuring
from serving import QUIET_SECONDS, Server, running

PICTURES = [(measuring.PICTURES / name).read_bytes()
            for name in ("face.jpg", "two-faces.jpg", "no-face.png")]  # fmt: skip
FACE = PICTURES[0]
CLIENTS = 4
BURST = 40
WARM_UP = 0.2
GROWTH = 1.05
SPARE_HANDLES = 2
AIM = 0.6
"""What this build may take at the end of the memory that the other one takes."""


@dataclass
class Answers:
    """What the server answered. Safe to share between threads."""

    kinds: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, asked: str, response: httpx.Response) -> None:
        """Count an answer; one that must not be is remembered."""
        busy = response.status_code == 503 and "problem:busy" in response.text
        kind = "busy" if busy else f"{response.status_code // 100}xx"
        with self.lock:
            self.kinds[kind] += 1
            if kind == "5xx" or (busy and "retry-after" not in response.headers):
                self.wrong.append(f"{asked}: {response.status_code} {response.text[:200]}")


class Visitor:
    """A browser on the server's page, which asks for one thing after the other."""

    def __init__(self, server: Server, answers: Answers, seed: int) -> None:
        self._client = httpx.Client(
            base_url=server.address, headers={"Origin": server.address}, timeout=120
        )
        self._answers = answers
        self._random = random.Random(seed)
        self.steps: list[Callable[[], object]] = [
            self.check, self.validate, self.keep, self.explain, self.occlude, self.broken,
            self.malformed, self.hang_up, self.look_around, self.stranger,
        ]  # fmt: skip

    def ask(self, method: str, path: str, **options: object) -> httpx.Response:
        response = self._client.request(method, path, **options)  # type: ignore[arg-type]
        self._answers.note(f"{method} {path}", response)
        return response

    def send(self, picture: bytes, path: str = "/api/detect", **fields: str) -> httpx.Response:
        return self.ask("POST", path, files={"image": ("photo.jpg", picture)}, data=fields)

    def check(self) -> None:
        for picture in PICTURES:
            self.send(picture)

    def explain(self) -> None:
        self.send(FACE, stability="true", provenance="true")

    def occlude(self) -> None:
        self.send(FACE, occlusion="true")

    def validate(self) -> None:
        for picture in PICTURES:
            self.send(picture, "/api/validate-face")

    def keep(self) -> None:
        """Save a check, look at all of it, and remove it again."""
        checked = self.send(FACE)
        if checked.status_code != 200:
            return
        saved = self.ask("POST", "/api/history/save", json={"report_id": checked.json()["id"]})
        self.ask("GET", "/api/history/images")
        self.ask("GET", "/api/history/export?format=json")
        address = saved.json()["self"]
        for part in ("", "/picture", "/thumbnail", "/heatmaps/0"):
            self.ask("GET", address + part)
        self.ask("DELETE", f"/api/history/images/{saved.json()['id']}")

    def broken(self) -> None:
        cut = self._random.randrange(len(FACE))
        for picture in (FACE[:cut], b"", self._random.randbytes(2000), FACE + bytes(21_000_000)):
            self.send(picture)

    def malformed(self) -> None:
        self.ask("POST", "/api/detect", content=b"--x", headers={"Content-Type": "text/plain"})
        self.send(FACE, explian="true")
        self.send(FACE, model="unknown")
        self.ask("POST", "/api/history/save", content=b"{")
        self.ask("DELETE", "/api/history/images/x")

    def hang_up(self) -> None:
        """Go away in the middle of an upload, and before the answer."""
        place = urlsplit(str(self._client.base_url))
        request = self._client.build_request("POST", "/api/detect", files={"image": FACE})
        body = request.read()
        head = "".join(f"{name}: {value}\r\n" for name, value in request.headers.items())
        for part in (body[:1000], body):
            with socket.create_connection((place.hostname, place.port), timeout=30) as connection:
                connection.sendall(f"POST /api/detect HTTP/1.1\r\n{head}\r\n".encode() + part)

    def look_around(self) -> None:
        for path in ("/api/models", "/api/health", "/api/ready", "/metrics", "/api/nothing",
                     "/api/openapi.json", "/history"):  # fmt: skip
            self.ask("GET", path)

    def stranger(self) -> None:
        """Come anew, as a browser that was never here."""
        self._client.cookies.clear()
        self.check()

    def shuffle(self) -> None:
        """Ask in another order than others do."""
        self._random.shuffle(self.steps)

    def leave(self) -> None:
        self._client.close()


def burst(server: Server, answers: Answers) -> None:
    """Ask for more at once than the server may take."""

    def ask(number: int) -> None:
        with httpx.Client(base_url=server.address, timeout=120) as client:
            answers.note("burst", client.post("/api/detect", files={"image": FACE}))

    with ThreadPoolExecutor(BURST) as threads:
        list(threads.map(ask, range(BURST)))


def visit(server: Server, answers: Answers, seconds: float, rate: float, seed: int) -> None:
    """Ask at a bounded rate, as several visitors, for so long; then leave."""
    end = time.monotonic() + seconds

    def work(number: int) -> None:
        visitor = Visitor(server, answers, seed + number)
        visitor.shuffle()
        for step in itertools.cycle(visitor.steps):
            if (began := time.monotonic()) >= end:
                break
            step()
            time.sleep(max(0.0, min(began + CLIENTS / rate, end) - time.monotonic()))
        visitor.leave()

    with ThreadPoolExecutor(CLIENTS) as threads:
        list(threads.map(work, range(CLIENTS)))  # an error in a thread ends the run


def warm_up(server: Server, answers: Answers) -> None:
    """Have the server do everything at once, so that it has all the room that it ever needs.

    All visitors ask for the same at once: only when all workers are at the most that they may be
    asked for do the sessions take the memory that they keep.
    """
    visitors = [Visitor(server, answers, number) for number in range(CLIENTS)]
    with ThreadPoolExecutor(BURST) as threads, httpx.Client(base_url=server.address) as client:
        for _ in range(2):
            for steps in zip(*(visitor.steps for visitor in visitors), strict=True):
                list(threads.map(lambda step: step(), steps))
        list(threads.map(lambda _: client.get("/api/history/images"), range(10 * BURST)))
    for visitor in visitors:
        visitor.leave()


@dataclass(frozen=True)
class Sample:
    """What the server took at a moment, with nobody connected, and the most that it ever took."""

    megabytes: float
    most: float
    handles: int


def main() -> None:
    """Print a table over time, and what is wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--rate", type=float, default=4, help="steps a second, of all visitors")
    parser.add_argument("--samples", type=int, default=20, help="lines of the table")
    parser.add_argument("--against", metavar="REVISION", help="soak that build first, alike")
    arguments = parser.parse_args()
    before = None
    if arguments.against:
        print(f"the build of {arguments.against}")
        with measuring.older_build(arguments.against) as source:
            samples, _ = soak(arguments, source)
        before = samples
        print(memory_of(samples) + "\n\nthis build")
    samples, answers = soak(arguments)
    problems = what_is_wrong(samples, answers)
    print(memory_of(samples))
    if before is not None:
        share = level(ends(samples)[1]) / level(ends(before)[1])
        most = samples[-1].most / before[-1].most
        print(
            f"memory at the end: x {share:.2f} that build's; the aim is {AIM:.2f}; "
            f"the most at any moment: x {most:.2f}"
        )
        if share > AIM:
            problems.append("that is more than the aim")
    print("\n".join(problems) or "memory and handles are flat, and nothing failed")
    raise SystemExit(bool(problems))


def soak(arguments: argparse.Namespace, source: Path | None = None) -> tuple[list[Sample], Answers]:
    """Soak a server, of another build where its `src` is given; prints a line a sample."""
    answers, samples = Answers(), []
    with running(source) as server:
        print("seconds   2xx   4xx  busy  5xx  MB     handles", flush=True)
        warm_up(server, answers)
        started = time.monotonic()
        for number in range(arguments.samples):
            burst(server, answers)
            end = started + arguments.seconds * (number + 1) / arguments.samples
            seconds = max(1.0, end - time.monotonic() - QUIET_SECONDS)
            visit(server, answers, seconds, arguments.rate, 100 * number)
            time.sleep(QUIET_SECONDS)
            samples.append(Sample(server.megabytes, server.most_megabytes, server.handles))
            counts = "".join(
                f"{answers.kinds[kind]:{width}}"
                for kind, width in (("2xx", 6), ("4xx", 6), ("busy", 6), ("5xx", 5))
            )
            print(
                f"{time.monotonic() - started:7.0f}{counts}  {samples[-1].megabytes:5.1f}  "
                f"{samples[-1].handles:7}",
                flush=True,
            )
    return samples, answers


def ends(samples: list[Sample]) -> tuple[list[Sample], list[Sample]]:
    """The samples after the warm-up that are compared: the first quarter, and the last."""
    warm = samples[int(WARM_UP * len(samples)) :]
    share = max(1, len(warm) // 4)
    return warm[:share], warm[-share:]


def level(samples: list[Sample]) -> float:
    """Megabytes that the samples are about."""
    return statistics.median(one.megabytes for one in samples)


def memory_of(samples: list[Sample]) -> str:
    """One line: the levels that are compared, and how far all samples since are from the first."""
    before, after = (level(part) for part in ends(samples))
    warm = [one.megabytes / before - 1 for one in samples[int(WARM_UP * len(samples)) :]]
    return (
        f"memory: {before:.1f} MB after the warm-up, {after:.1f} MB at the end, "
        f"{after / before - 1:+.1%} (at most {GROWTH - 1:+.0%}); "
        f"in between {min(warm):+.1%} to {max(warm):+.1%}; "
        f"never more than {samples[-1].most:.1f} MB"
    )


def what_is_wrong(samples: list[Sample], answers: Answers) -> list[str]:
    """What the run showed that must not be, a line each."""
    before, after = ends(samples)
    held, kept = max(one.handles for one in before), min(one.handles for one in after)
    found = [f"it failed: {one}" for one in answers.wrong[:10]]
    if level(after) > GROWTH * level(before):
        found.append("memory grew beyond that")
    if kept > held + SPARE_HANDLES:
        found.append(f"open files grew from {held} to {kept}")
    if not answers.kinds["busy"]:
        found.append("no burst was answered 503: the queue was never full")
    return found


if __name__ == "__main__":
    main()
