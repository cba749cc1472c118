"""Crops a second that training gets through, with torch's backward pass and with ours.

python benchmarks/training.py (with the training extra installed)
Both figures of a row come from the same run, turn by turn, so that their ratio means something.
"""

from __future__ import annotations

import argparse
import time

import torch
from measuring import machine, table

from unmask.networks import PooledNetwork, create_network, list_networks
from unmask.training.depthwise import speed_up_depthwise


def seconds_a_step(network: PooledNetwork, pixels: torch.Tensor, half: bool) -> float:
    """Forward and backward pass of one batch, in seconds."""
    start = time.perf_counter()
    with torch.autocast("cpu", torch.bfloat16, enabled=half):
        logits = network.score(pixels)
    logits.float().square().mean().backward()
    network.zero_grad(set_to_none=True)
    return time.perf_counter() - start


def main() -> None:
    """Print a table, a row a network and precision."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--batch-size", type=int, default=32)
    parser.add_argument("--steps", type=int, default=8)
    arguments = parser.parse_args()
    pixels = torch.rand(arguments.batch_size, 3, 218, 178)
    pixels = pixels.contiguous(memory_format=torch.channels_last)
    print(machine())
    print(f"{torch.get_num_threads()} threads, torch {torch.__version__}")
    rows = []
    for name in list_networks():
        for half in (False, True):
            pair = [create_network(name, 5).train() for _ in range(2)]
            speed_up_depthwise(pair[1])
            pair = [network.to(memory_format=torch.channels_last) for network in pair]
            best = [float("inf")] * 2
            # The first step of each warms up; then turn by turn, and the best of each counts.
            for step in range(arguments.steps + 1):
                for number, network in enumerate(pair):
                    seconds = seconds_a_step(network, pixels, half)
                    best[number] = min(best[number], seconds) if step else best[number]
            slow, quick = (arguments.batch_size / seconds for seconds in best)
            precision = "bfloat16" if half else "float32"
            rows.append((name, precision, f"{slow:.1f}", f"{quick:.1f}", f"x {quick / slow:.2f}"))
    table(("network", "precision", "torch's, crops/s", "ours, crops/s", "as quick"), rows)


if __name__ == "__main__":
    main()
