"""Where the time goes from the bytes of a portrait to the report with its heat maps.

python benchmarks/pipeline.py [BUNDLE ...]
The baseline is the network itself: the session's run on the crop, in the very same calls.
"""

from __future__ import annotations

import argparse
import io
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest.mock import patch

import numpy as np
from measuring import chosen_bundles, in_turns, machine, p50, p95, portrait_jpeg, table
from PIL import Image

from unmask.bundles import runtime
from unmask.bundles.runtime import Bundle, load_bundle
from unmask.cpus import available_cores
from unmask.detection import detector as detector_module
from unmask.detection.detector import Detector
from unmask.imaging import usable
from unmask.imaging.decode import decode
from unmask.imaging.faces import FINE_SCALE, FaceFinder

AIM = 15.0
LARGE_SIDE = 3464
"""Pixels: a picture of 12 MP, as telephones take them."""
"""Milliseconds that everything but the network may take at p50."""
STAGES = (
    "decode", "find", "cut the crop", "checks", "covered or not", "drawn or not", "network",
    "pack", "map", "explain", "encode",
)  # fmt: skip


class Clock:
    """Notes how long each part of a call took."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = defaultdict(float)

    def timed(self, part: str, work: Callable[..., Any]) -> Callable[..., Any]:
        """`work`, whose time is added up under that name."""

        def noted(*arguments: Any) -> Any:
            began = time.perf_counter()
            try:
                return work(*arguments)
            finally:
                self.spent[part] += time.perf_counter() - began

        return noted

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Note the functions that a detector calls by their names in its modules."""
        places = {
            (usable, "align"): "cut the crop", (usable, "why_not_usable"): "checks",
            (usable, "is_covered"): "covered or not", (usable, "is_drawn"): "drawn or not",
            (detector_module, "heat_maps"): "map",
        }  # fmt: skip
        with ExitStack() as patches:
            for (module, name), part in places.items():
                work = self.timed(part, getattr(module, name))
                patches.enter_context(patch.object(module, name, work))
            for session in runtime._SESSIONS.values():
                work = self.timed("network", session.run)
                patches.enter_context(patch.object(session, "run", work))
            yield


def detector_with(clock: Clock, bundle: Bundle, finder: FaceFinder) -> Detector:
    """A detector that notes its parts."""
    clocked = Bundle(bundle.info, bundle.folder, bundle._network)
    clocked.run = clock.timed("score", clocked.run)  # type: ignore[method-assign]
    watched = FaceFinder.__new__(FaceFinder)
    watched.find = clock.timed("find", finder.find)  # type: ignore[method-assign]
    return Detector(clocked, watched)


def measure(bundle: Bundle, finder: FaceFinder, data: bytes, rounds: int) -> dict[str, list[float]]:
    """Milliseconds of each stage in every round, of all, and of all but the network."""
    taken: dict[str, list[float]] = defaultdict(list)
    for number in range(rounds + 5):
        clock = Clock()
        detector = detector_with(clock, bundle, finder)
        with clock.watching():
            start = time.perf_counter()
            picture = decode(data)
            decoded = time.perf_counter()
            report = detector.detect(picture)
            judged = time.perf_counter()
            report.model_dump_json()
            end = time.perf_counter()
        spent = clock.spent
        spent["pack"] = spent.pop("score") - spent["network"]
        spent["checks"] -= spent["covered or not"] + spent["drawn or not"]
        spent["explain"] = judged - decoded - sum(spent.values())
        spent |= {"decode": decoded - start, "encode": end - judged, "all": end - start}
        spent["all but the network"] = spent["all"] - spent["network"]
        if number >= 5:  # the first rounds warm up
            for stage in (*STAGES, "all", "all but the network"):
                taken[stage].append(1000 * spent[stage])
    assert len(report.faces) == 1 and report.faces[0].heatmap is not None
    return taken


def decoded_at_half(data: bytes) -> np.ndarray:
    """JPEG decoded at half its size, as libjpeg can while it decodes."""
    image = Image.open(io.BytesIO(data))
    image.draft("RGB", (image.width // 2, image.height // 2))
    return np.asarray(image)


def main() -> None:
    """Print a table a bundle, and what was not taken up."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("bundles", nargs="*", help="folders or names; by default all installed")
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--side", type=int, default=1024, help="of the portrait, in pixels")
    parser.add_argument("--threads", type=int, default=available_cores())
    arguments = parser.parse_args()
    data = portrait_jpeg(arguments.side)
    finder = FaceFinder(arguments.threads)
    print(machine())
    print(
        f"portrait of {arguments.side}x{arguments.side} px, JPEG of {len(data) / 1000:.0f} kB, "
        f"bytes to report with heat maps; {arguments.threads} threads, {arguments.rounds} rounds"
    )
    for folder in chosen_bundles(arguments.bundles):
        bundle = load_bundle(folder, arguments.threads)
        taken = measure(bundle, finder, data, arguments.rounds)
        network = p50(taken["network"])
        print()
        table(
            (bundle.info.name, "p50, ms", "p95, ms", "network's time"),
            [
                (stage, f"{p50(times):.2f}", f"{p95(times):.2f}", f"x {p50(times) / network:.2f}")
                for stage, times in taken.items()
            ],
        )
        rest = p50(taken["all but the network"])
        print(f"all but the network: {rest:.1f} ms at p50; the aim is {AIM:.0f} ms")
    _print_alternatives(data, finder, max(5, arguments.rounds // 10))


def _print_alternatives(data: bytes, finder: FaceFinder, rounds: int) -> None:
    """What was left out: a close look beside the subject, and decoding at half the size."""
    pixels, large = decode(data).pixels, portrait_jpeg(LARGE_SIDE)
    found, close, whole, half, large_whole, large_half = in_turns(
        [
            lambda: finder.find(pixels),
            lambda: finder._look_closely(
                pixels, max(FINE_SCALE, min(1.0, 1600 / max(pixels.shape)))
            ),
            lambda: decode(data),
            lambda: decoded_at_half(data),
            lambda: decode(large),
            lambda: decoded_at_half(large),
        ],
        rounds,
    )
    print()
    table(
        ("not done", "p50, ms", "beside"),
        [
            (
                "a second look for faces of 40 px",
                f"{p50(close):.2f}",
                f"x {p50(close) / p50(found):.2f} find",
            ),
            (
                "decoding at half the size",
                f"{p50(half):.2f}",
                f"x {p50(half) / p50(whole):.2f} decode",
            ),
            (
                f"the same with {LARGE_SIDE**2 / 1e6:.0f} MP",
                f"{p50(large_half):.2f}",
                f"x {p50(large_half) / p50(large_whole):.2f} decode",
            ),
        ],
    )


if __name__ == "__main__":
    main()
