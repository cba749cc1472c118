"""Milliseconds that one crop takes with every installed bundle: scores and class maps.

python benchmarks/latency.py [BUNDLE ...]
Bundles take turns, so that whatever else the machine does falls on all of them alike; the first is
the baseline of the others.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from measuring import chosen_bundles, in_turns, machine, p50, table

from unmask.bundles.listing import graphs_of
from unmask.bundles.runtime import CROP_SHAPE, load_bundle
from unmask.cpus import available_cores


def parameters(graphs: list[Path]) -> str:
    """Millions of numbers that graphs store; needs the training extra."""
    try:
        import onnx
    except ModuleNotFoundError:
        return "-"
    stored = [tensor for graph in graphs for tensor in onnx.load(str(graph)).graph.initializer]
    return f"{sum(int(np.prod(tensor.dims)) for tensor in stored) / 1e6:.1f}"


def main() -> None:
    """Print a table, a row a bundle."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("bundles", nargs="*", help="folders or names; by default all installed")
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--threads", type=int, default=available_cores())
    arguments = parser.parse_args()
    bundles = [load_bundle(one, arguments.threads) for one in chosen_bundles(arguments.bundles)]
    crop = np.random.default_rng(0).integers(0, 256, (1, *CROP_SHAPE), dtype=np.uint8)
    taken = in_turns(
        [lambda bundle=bundle: bundle.run(crop) for bundle in bundles], arguments.rounds
    )
    print(machine())
    print(f"{arguments.threads} threads, p50 of {arguments.rounds}, batch of one")
    rows = []
    for bundle, times in zip(bundles, taken, strict=True):
        graphs = graphs_of(bundle.info, bundle.folder)
        rows.append(
            (
                bundle.info.name,
                bundle.info.architecture,
                f"{p50(times):.1f}",
                f"x {p50(times) / p50(taken[0]):.2f}",
                f"{min(times):.1f}",
                parameters(graphs),
                f"{sum(graph.stat().st_size for graph in graphs) / 1e6:.1f}",
            )
        )
    head = ("bundle", "architecture", "ms a crop", "beside", "fastest", "parameters, M", "file, MB")
    table(head, rows)


if __name__ == "__main__":
    main()
