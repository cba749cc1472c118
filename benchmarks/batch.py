"""Pictures a second of `unmask detect FOLDER`, and whether its memory grows with the folder.

python benchmarks/batch.py [--many 10000]
Baselines over the same pictures: the network alone over crops that are ready, in batches; and a
plain loop that decodes, finds, aligns and scores a picture after the other with all cores.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import numpy as np
from measuring import Fresh, default_bundle, in_turns, machine, many_pictures, p50, scratch, table

from unmask.bundles.runtime import Bundle, load_bundle
from unmask.cpus import available_cores
from unmask.imaging.decode import read_picture
from unmask.imaging.faces import FaceFinder
from unmask.imaging.usable import see_faces

AIM = 0.9
"""Of the plain loop's pictures a second."""


def plain_loop(bundle: Bundle, finder: FaceFinder, files: list[Path]) -> tuple[float, np.ndarray]:
    """Seconds that a loop takes to score all faces, and the crops that it scored."""
    crops = []
    start = time.perf_counter()
    for file in files:
        seen = see_faces(finder, read_picture(file).pixels)
        usable = [one.crop.pixels for one in seen if not one.reasons]
        if usable:
            bundle.run(np.stack(usable))
        crops += usable
    return time.perf_counter() - start, np.stack(crops)


def batch_sizes(folder: Path, crops: np.ndarray, rounds: int) -> None:
    """Print what scoring several crops in one run of the session gives."""
    sizes, rows = (1, 2, 4, 8, 16), []
    sixteen = np.resize(crops, (16, *crops.shape[1:]))
    for threads in sorted({1, available_cores()}):
        bundle = load_bundle(folder, threads)

        def score(size: int, bundle: Bundle = bundle) -> None:
            for start in range(0, 16, size):
                bundle.run(sixteen[start : start + size])

        taken = in_turns([lambda size=size: score(size) for size in sizes], rounds)
        each = [p50(times) / 16 for times in taken]
        cells = [f"{one:.2f} (x {one / each[0]:.2f})" for one in each]
        rows.append((f"ms a crop, {threads} threads", *cells))
    table(("crops in one run", *map(str, sizes)), rows)


def main() -> None:
    """Print the rates, the memory, and what batches give."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--few", type=int, default=100, help="pictures in the small folder")
    parser.add_argument("--many", type=int, default=1000, help="pictures in the large folder")
    parser.add_argument("--loop", type=int, default=200, help="pictures of the plain loop")
    arguments = parser.parse_args()
    cores = available_cores()
    bundle_folder = default_bundle()
    bundle, finder = load_bundle(bundle_folder, cores), FaceFinder(cores)
    print(machine())
    print(f"model {bundle.info.name}; pictures of 512x512 to 1100x600 px with none to two faces")
    with scratch() as folder:
        fresh = Fresh(folder)
        few, many = (many_pictures(folder, count) for count in (arguments.few, arguments.many))
        files = sorted(many.iterdir())[: arguments.loop]
        command = ("-m", "unmask.cli.main", "detect", "--json", "--model", bundle.info.name)
        plain_loop(bundle, finder, files[:8])  # warms up
        before, crops = plain_loop(bundle, finder, files)
        small = fresh.python(*command, str(few))
        large = fresh.python(*command, str(many))
        after, _ = plain_loop(bundle, finder, files)
        start = time.perf_counter()
        bundle.run(crops)
        alone = time.perf_counter() - start
        # The start of the process is in both, and cancels out.
        ours = (arguments.many - arguments.few) / (large.seconds - small.seconds)
        loop = 2 * len(files) / (before + after)
        network = len(files) / alone
        table(
            ("way", "pictures/s", "beside the loop", "beside the network"),
            [
                (name, f"{rate:.1f}", f"x {rate / loop:.2f}", f"x {rate / network:.2f}")
                for name, rate in (
                    ("the network alone, crops ready, in batches", network),
                    ("plain loop: decode, find, align, score", loop),
                    (f"unmask detect FOLDER, {arguments.many} pictures", ours),
                )
            ],
        )
        print(f"the aim is {AIM} of the plain loop")
        print()
        table(
            ("memory of unmask detect FOLDER", "MB at most", "beside"),
            [
                (f"{arguments.few} pictures", f"{small.megabytes:.0f}", "x 1.00"),
                (
                    f"{arguments.many} pictures",
                    f"{large.megabytes:.0f}",
                    f"x {large.megabytes / small.megabytes:.2f}",
                ),
            ],
        )
        print()
        batch_sizes(bundle_folder, crops, rounds=5)


if __name__ == "__main__":
    main()
