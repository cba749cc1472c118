"""Pictures a second that the server judges, by how many clients ask at once.

Run it where the package and wrk (Debian: apt-get install wrk) are installed:
python benchmarks/server.py
Before every row the bare loops run in this process, with as many workers and threads as the server
has: the network alone over the same crop, decoded; the way of a picture to its scores; and to the
whole answer with its maps. Each is compared with the row below it, so that whatever else the
machine does falls on both.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from measuring import PICTURES
from serving import Server, form, running

from unmask.api.services import workers_and_threads
from unmask.detection.detectors import Detectors
from unmask.imaging.decode import decode
from unmask.imaging.usable import see_faces
from unmask.settings import Settings, load_settings

PICTURE = PICTURES / "face.jpg"
SCRIPT = Path(__file__).with_name("detect.lua")


def bare_loops(settings: Settings, threads: int, data: bytes) -> dict[str, Callable[[], object]]:
    """What is done for a picture, by name: ever more of it."""
    detectors = Detectors(settings.model_folders, settings.model, threads)
    detector = detectors.get()
    (face,) = see_faces(detectors.finder, decode(data).pixels)
    crop = face.crop.pixels[None]

    def score() -> object:
        (seen,) = see_faces(detectors.finder, decode(data).pixels)
        return detector.bundle.run(np.stack([seen.crop.pixels]))

    return {
        "network": lambda: detector.bundle.run(crop),
        "scores": score,
        "answer": lambda: detector.detect(decode(data), overlay=True).model_dump_json(),
    }


def a_second(job: Callable[[], object], workers: int, seconds: float) -> float:
    """How often the job is done in a second, by so many workers at once."""
    done = [0] * workers
    job()  # warms up
    began = time.perf_counter()

    def work(number: int) -> None:
        while time.perf_counter() - began < seconds:
            job()
            done[number] += 1

    threads = [threading.Thread(target=work, args=(number,)) for number in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(done) / (time.perf_counter() - began)


def drive(server: Server, clients: int, seconds: int, body: Path) -> dict[str, float]:
    """What wrk says of so many clients, each of which asks as soon as it has its answer."""
    done = subprocess.run(
        ["wrk", "--threads", "1", "--connections", str(clients), "--duration", f"{seconds}s",
         "--timeout", "60s", "--script", SCRIPT, f"{server.address}/api/detect", "--", body],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return json.loads(done.stdout.splitlines()[-1])


def main() -> None:
    """Print a table, a row a number of clients."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=10, help="for each row; 10 if not given")
    parser.add_argument("--clients", type=int, nargs="+", default=[1, 2, 4, 8, 32])
    parser.add_argument("--workers", type=int, help="of the server; one a core if not given")
    parser.add_argument("--threads", type=int, help="of a worker; its share of the cores if not")
    parser.add_argument("--picture", type=Path, default=PICTURE, help="with one face")
    arguments = parser.parse_args()
    if shutil.which("wrk") is None:
        raise SystemExit("wrk is not installed (Debian: apt-get install wrk)")
    settings = load_settings(workers=arguments.workers, threads=arguments.threads)
    workers, threads = workers_and_threads(settings)
    data = arguments.picture.read_bytes()
    loops = bare_loops(settings, threads, data)
    with (
        tempfile.TemporaryDirectory() as folder,
        running(workers=workers, threads=threads) as server,
    ):
        body = Path(folder) / "form"
        body.write_bytes(form(data))
        drive(server, workers, max(1, arguments.seconds // 5), body)  # warms up
        print(f"{arguments.picture.name}, {workers} workers with {threads} threads each")
        print("         server                                     bare loop, a second   "
              "server's share of it")  # fmt: skip
        print("clients  a second  p50, ms  p95, ms  503s  MB   handles  network  scores  answer  "
              "network  scores  answer")  # fmt: skip
        for clients in arguments.clients:
            bare = [a_second(job, workers, arguments.seconds / 4) for job in loops.values()]
            row = drive(server, clients, arguments.seconds, body)
            rate = row["judged"] / row["seconds"]
            print(
                f"{clients:7}  {rate:8.1f}  {row['p50']:7.0f}  {row['p95']:7.0f}  "
                f"{row['refused']:4}  {server.megabytes:3.0f}  {server.handles:7}  "
                + "  ".join(f"{one:{width}.1f}" for one, width in zip(bare, (7, 6, 6), strict=True))
                + "  "
                + "  ".join(
                    f"{rate / one:{width}.2f}" for one, width in zip(bare, (7, 6, 6), strict=True)
                ),
                flush=True,
            )
            if row["failed"]:
                raise SystemExit(f"{row['failed']} requests failed")


if __name__ == "__main__":
    main()
