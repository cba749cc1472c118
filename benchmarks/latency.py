"""Milliseconds that one crop takes with every installed bundle: scores and class maps.

Run it where the package is installed: python benchmarks/latency.py [BUNDLE ...]
Bundles take turns, so that whatever else the machine does falls on all of them alike.
"""

from __future__ import annotations

import argparse
import statistics
import time
from pathlib import Path

import numpy as np

from unmask.bundles.runtime import CROP_SHAPE, Bundle, find_bundles, load_bundle
from unmask.cores import available_cores
from unmask.settings import load_settings


def milliseconds(bundle: Bundle, crop: np.ndarray) -> float:
    """One crop through a bundle, as the detector runs it."""
    start = time.perf_counter()
    bundle.run(crop)
    return 1000 * (time.perf_counter() - start)


def parameters(graph: Path) -> str:
    """Millions of numbers that the graph stores; needs the training extra."""
    try:
        import onnx
    except ModuleNotFoundError:
        return "-"
    stored = onnx.load(str(graph)).graph.initializer
    return f"{sum(int(np.prod(tensor.dims)) for tensor in stored) / 1e6:.1f}"


def main() -> None:
    """Print a table, a row a bundle."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("bundles", nargs="*", help="folders or names; by default all installed")
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--threads", type=int, default=available_cores())
    arguments = parser.parse_args()
    found = find_bundles(load_settings().model_folders)
    folders = [
        Path(name) if (Path(name) / "model.json").is_file() else found.get(name).folder
        for name in arguments.bundles or found.bundles
    ]
    bundles = [load_bundle(folder, arguments.threads) for folder in folders]
    crop = np.random.default_rng(0).integers(0, 256, (1, *CROP_SHAPE), dtype=np.uint8)
    taken: list[list[float]] = [[] for _ in bundles]
    for number in range(arguments.rounds + 5):
        for bundle, times in zip(bundles, taken, strict=True):
            spent = milliseconds(bundle, crop)
            if number >= 5:  # the first runs warm up
                times.append(spent)
    print(f"{arguments.threads} threads, median of {arguments.rounds}, batch of one")
    print("bundle                     architecture   ms a crop  fastest  parameters, M  file, MB")
    for bundle, times in zip(bundles, taken, strict=True):
        graph = bundle.folder / "model.onnx"
        print(
            f"{bundle.info.name:25}  {bundle.info.architecture:13}  "
            f"{statistics.median(times):9.1f}  {min(times):7.1f}  {parameters(graph):>13}  "
            f"{graph.stat().st_size / 1e6:8.1f}"
        )


if __name__ == "__main__":
    main()
