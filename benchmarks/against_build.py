"""This build beside an older one, on the same bytes and in turn, bytes to report with heat maps.

python benchmarks/against_build.py [REVISION] [--bundle NAME]
The older build is taken from the repository's history into a temporary folder. Each runs in a
process of its own that stays alive, with the same Python and libraries; they take turns, so that
whatever else the machine does falls on both alike.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import subprocess
import sys
import tarfile
from base64 import b64encode
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from measuring import PICTURES, machine, p50, p95, portrait_jpeg, scratch, table
from PIL import Image

ROOT = Path(__file__).resolve().parent.parent
BEFORE = "3a9b50d"
"""The build that the aims are of."""
AIMS = {"portrait": ("all but the network", 0.40), "phone": ("all", 0.30)}
"""For each picture what is compared, and the share of the older build's time that it may take."""
STAGES = ("decode", "find", "cut the crop", "network", "all")
PHONE = (3000, 4000)
GRAIN = 5.0
"""Grey levels of noise, as a phone's sensor leaves them: a file of some 3 MB."""


def phone_jpeg() -> bytes:
    """A portrait of 12 MP as phones save them: lying on its side, colours halved, EXIF, grain."""
    with Image.open(PICTURES / "astronaut.jpg") as image:
        width, height = image.height * PHONE[0] // PHONE[1], image.height
        left = (image.width - width) // 2
        upright = image.convert("RGB").crop((left, 0, left + width, height))
    large = np.asarray(upright.resize(PHONE, Image.Resampling.BICUBIC), dtype=np.float32)
    grain = np.random.default_rng(0).normal(0.0, GRAIN, large.shape).astype(np.float32)
    photo = Image.fromarray(np.clip(np.rint(large + grain), 0, 255).astype(np.uint8))
    exif = Image.Exif()
    exif[0x0112] = 6
    buffer = io.BytesIO()
    lying = photo.transpose(Image.Transpose.ROTATE_90)
    lying.save(buffer, "JPEG", quality=92, subsampling="4:2:0", exif=exif)
    return buffer.getvalue()


class Worker:
    """A process that judges pictures with one build."""

    def __init__(self, source: Path, bundle: str, threads: int) -> None:
        environment = {**os.environ, "PYTHONPATH": str(source)}
        self._process = subprocess.Popen(
            [sys.executable, Path(__file__).with_name("build_worker.py"), bundle, str(threads)],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def judge(self, data: bytes) -> dict[str, Any]:
        """Milliseconds a stage, the probability of generated, and the most memory so far."""
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(b64encode(data).decode() + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise SystemExit("a worker has died; what it said stands above")
        answer: dict[str, Any] = json.loads(line)
        spent = answer["spent"]
        spent["all but the network"] = spent["all"] - spent["network"]
        return answer

    def close(self) -> None:
        """End the process."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()


@contextmanager
def workers(revision: str, bundle: str, threads: int) -> Iterator[tuple[Worker, Worker]]:
    """A worker of the older build, and one of this."""
    with scratch() as folder:
        archive = subprocess.run(
            ["git", "-C", ROOT, "archive", revision, "src"], check=True, capture_output=True
        )
        with tarfile.open(fileobj=io.BytesIO(archive.stdout)) as files:
            files.extractall(folder, filter="data")
        both = Worker(folder / "src", bundle, threads), Worker(ROOT / "src", bundle, threads)
        try:
            yield both
        finally:
            for one in both:
                one.close()


def compare(before: Worker, now: Worker, picture: str, data: bytes, rounds: int) -> None:
    """Print the stages of both builds, and the ratio that has an aim."""
    taken: tuple[dict[str, list[float]], ...] = (defaultdict(list), defaultdict(list))
    for number in range(rounds + 3):
        for worker, times in zip((before, now), taken, strict=True):
            answer = worker.judge(data)
            if number >= 3:  # the first rounds warm up
                for stage, spent in answer["spent"].items():
                    times[stage].append(spent)
                times["probability"].append(answer["probability"])
                times["megabytes"].append(answer["megabytes"])
    old, new = taken
    rows = []
    for stage in (*STAGES, "all but the network"):
        one, other = old[stage], new[stage]
        rows.append(
            (stage, *(f"{figure(times):.2f}" for figure in (p50, p95) for times in (one, other)),
             f"x {p50(other) / p50(one):.2f}")
        )  # fmt: skip
    print()
    table((picture, "before, p50", "now, p50", "before, p95", "now, p95", "now is"), rows)
    stage, aim = AIMS[picture]
    print(f"{stage}: x {p50(new[stage]) / p50(old[stage]):.2f} at p50; the aim is {aim:.2f}")
    print(
        f"probability of generated {old['probability'][-1]:.4f} before, "
        f"{new['probability'][-1]:.4f} now; most memory so far "
        f"{old['megabytes'][-1]:.0f} and {new['megabytes'][-1]:.0f} MB"
    )


def main() -> None:
    """Print a table a picture."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("revision", nargs="?", default=BEFORE)
    parser.add_argument("--bundle", default="efficientnet-source")
    parser.add_argument("--rounds", type=int, default=60)
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    print(machine())
    print(
        f"{arguments.bundle}, this build beside {arguments.revision}; {arguments.threads} threads, "
        f"{arguments.rounds} rounds in turn, ms"
    )
    with workers(arguments.revision, arguments.bundle, arguments.threads) as (before, now):
        # Not before: a process starts with the most memory that its parent ever had.
        portrait, phone = portrait_jpeg(1024), phone_jpeg()
        compare(before, now, "portrait", portrait, arguments.rounds)
        print(f"1024x1024 px, JPEG of {len(portrait) / 1000:.0f} kB")
        compare(before, now, "phone", phone, max(5, arguments.rounds // 3))
        print(f"{PHONE[0]}x{PHONE[1]} px, lying, JPEG 4:2:0 of {len(phone) / 1000:.0f} kB")


if __name__ == "__main__":
    main()
