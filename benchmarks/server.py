"""Pictures a second that the server judges, by how many clients ask at once, and why not more.

Run it where the package and wrk (Debian: apt-get install wrk) are installed:
python benchmarks/server.py
Before every row the bare loops run in this process, with as many workers and threads as the server
has: the network alone over the same crop, decoded; the way of a picture to its scores; and to the
whole answer with its maps. Each is compared with the row below it, so that whatever else the
machine does falls on both. By default that is done for one worker, and for one a core. The last
table shows what a request takes beside the network's own run, all of it in this process.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from fastapi import Request
from measuring import PICTURES, in_turns, machine, p50, table
from pipeline import STAGES, measure
from serving import BOUNDARY, QUIET_SECONDS, Server, form, running

from unmask.api.app import create_app
from unmask.api.contract.schemas import DetectOptions
from unmask.api.services import services_of_app, workers_and_threads
from unmask.api.upload import read_form
from unmask.cpus import available_cores
from unmask.detection.detector import Detector
from unmask.detection.registry import DetectorRegistry
from unmask.history.identifiers import hashed, new_token
from unmask.imaging.decode import decode
from unmask.imaging.usable import see_faces
from unmask.settings import Settings, load_settings

PICTURE = PICTURES / "face.jpg"
SCRIPT = Path(__file__).with_name("detect.lua")


def bare_loops(settings: Settings, threads: int, data: bytes) -> dict[str, Callable[[], object]]:
    """What is done for a picture, by name: ever more of it."""
    detectors = DetectorRegistry(settings.model_folders, settings.model, threads)
    detector = detectors.get()
    (face,) = see_faces(detectors.finder, decode(data).pixels)
    crop = face.crop.pixels[None]

    def score() -> object:
        (seen,) = see_faces(detectors.finder, decode(data).pixels)
        return detector.bundle.run(np.stack([seen.crop.pixels]))

    return {
        "network": lambda: detector.bundle.run(crop),
        "scores": score,
        "answer": lambda: detector.detect(decode(data)).model_dump_json(),
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


def of_a_request(settings: Settings, threads: int, data: bytes, rounds: int) -> None:
    """Print where the time of a request goes, one after the other, without HTTP and the client."""
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(settings.model_copy(update={"data_dir": Path(folder)}))
        services, owner = services_of_app(app), hashed(new_token())
        body, boundary = form(data), f"multipart/form-data; boundary={BOUNDARY}".encode()

        async def parsed() -> object:
            async def receive() -> dict[str, object]:
                return {"type": "http.request", "body": body, "more_body": False}

            scope = {"type": "http", "method": "POST", "app": app, "path": "/", "query_string": b""}
            scope["headers"] = [(b"content-type", boundary)]
            return await read_form(Request(scope, receive), DetectOptions)

        detectors = DetectorRegistry(settings.model_folders, settings.model, threads)
        bundle, finder = detectors.get().bundle, detectors.finder
        report = Detector(bundle, finder).detect(decode(data))
        assert services.storage.shelve(owner, report, data) is not None
        with asyncio.Runner() as runner:
            parse, shelve = in_turns(
                [
                    lambda: runner.run(parsed()),
                    lambda: services.storage.shelve(owner, report, data),
                ],
                rounds,
            )
        services.pool.close()
        services.storage.close()
    taken = measure(bundle, finder, data, rounds)
    stages = {"read the form": parse, **{stage: taken[stage] for stage in STAGES}, "shelve": shelve}
    network, whole = p50(taken["network"]), sum(p50(times) for times in stages.values())
    print(f"\na request beside the network; {threads} threads, {rounds} rounds")
    rows = [(stage, f"{p50(times):.2f}", f"x {p50(times) / network:.2f}",
             f"{p50(times) / whole:.0%}") for stage, times in stages.items()]  # fmt: skip
    rows.append(("all", f"{whole:.2f}", f"x {whole / network:.2f}", "100%"))
    table((bundle.info.name, "p50, ms", "network's time", "share"), rows)


def main() -> None:
    """Print a table a number of workers, a row a number of clients; then what a request takes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=10, help="for each row; 10 if not given")
    parser.add_argument("--clients", type=int, nargs="+", default=[1, 2, 4, 8, 32, 32])
    parser.add_argument(
        "--workers", type=int, nargs="+", help="of the server; 1, then one a core if not given"
    )
    parser.add_argument("--threads", type=int, help="of a worker; its share of the cores if not")
    parser.add_argument("--picture", type=Path, default=PICTURE, help="with one face")
    parser.add_argument("--rounds", type=int, default=50, help="of the last table")
    arguments = parser.parse_args()
    if shutil.which("wrk") is None:
        raise SystemExit("wrk is not installed (Debian: apt-get install wrk)")
    data = arguments.picture.read_bytes()
    print(machine())
    for workers in arguments.workers or sorted({1, available_cores()}):
        settings = load_settings(workers=workers, threads=arguments.threads)
        _, threads = workers_and_threads(settings)
        loops = bare_loops(settings, threads, data)
        with running(workers=workers, threads=threads) as server:
            print(f"\n{arguments.picture.name}, {workers} workers with {threads} threads each")
            _print_rows(server, loops, workers, data, arguments.clients, arguments.seconds)
    of_a_request(settings, threads, data, arguments.rounds)


def _print_rows(
    server: Server,
    loops: dict[str, Callable[[], object]],
    workers: int,
    data: bytes,
    numbers: Sequence[int],
    seconds: int,
) -> None:
    """Drive the server with ever more clients."""
    single = None
    with tempfile.TemporaryDirectory() as folder:
        body = Path(folder) / "form"
        body.write_bytes(form(data))
        drive(server, workers, max(1, seconds // 5), body)  # warms up
        print("         server                                               "
              "bare loop, a second     server's share of it")  # fmt: skip
        print("clients  a second  p50, ms  p95, ms  beside one  503s   MB  handles  "
              "network  scores  answer  network  scores  answer")  # fmt: skip
        for clients in numbers:
            bare = [a_second(job, workers, seconds / 4) for job in loops.values()]
            row = drive(server, clients, seconds, body)
            single = single or row["p50"]
            rate, widths = row["judged"] / row["seconds"], (7, 6, 6)
            parts = [
                f"{clients:7}  {rate:8.1f}  {row['p50']:7.0f}  {row['p95']:7.0f}",
                f"x {row['p95'] / single:.1f}".rjust(10),
                f"{row['refused']:4}  {server.megabytes:3.0f}  {server.handles:7}",
                *(f"{one:{width}.1f}" for one, width in zip(bare, widths, strict=True)),
                *(f"{rate / one:{width}.2f}" for one, width in zip(bare, widths, strict=True)),
            ]
            print("  ".join(parts), flush=True)
            if row["failed"]:
                raise SystemExit(f"{row['failed']} requests failed")
    time.sleep(QUIET_SECONDS)
    print(f"nobody connected: {server.megabytes:.0f} MB, {server.handles} handles")


if __name__ == "__main__":
    main()
