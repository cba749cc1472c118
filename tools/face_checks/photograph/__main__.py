"""Train and measure the network that tells photographs from drawings, paintings and statues.

Run it with the training extra installed: python -m tools.face_checks.photograph VERB
"""

from __future__ import annotations

import argparse
import hashlib
from pathlib import Path

import torch

from tools.face_checks.photograph.gather import gather
from tools.face_checks.photograph.learning import groups_of, learn
from tools.face_checks.photograph.measuring import measure
from tools.face_checks.photograph.network import PhotographNetwork
from unmask.imaging.photograph import WEIGHTS
from unmask.networks.graph import write_graph


def main() -> None:
    """Run one verb."""
    parser = argparse.ArgumentParser(description=__doc__)
    verbs = parser.add_subparsers(dest="verb", required=True)
    for name, what in (
        ("gather", "make the sets of drawn, painted and carved faces"),
        ("learn", "train the network and write its graph"),
        ("measure", "print what the card says of the shipped graph"),
    ):
        verb = verbs.add_parser(name, help=what)
        verb.add_argument("--data", type=Path, default=Path("data/faces"), help="the dataset")
        verb.add_argument("--drawn", type=Path, default=Path("data/drawn"), help="the sets")
        if name == "gather":
            verb.add_argument("--packages", type=Path, required=True, help="unpacked packages")
        if name == "learn":
            verb.add_argument("--backbone", type=Path, required=True, help="ImageNet weights")
            verb.add_argument("--out", type=Path, default=WEIGHTS, help="graph to write")
            verb.add_argument("--rounds", type=int, default=8)
            verb.add_argument("--crops", type=int, default=4000, help="crops a round")
    arguments = parser.parse_args()
    if arguments.verb == "gather":
        gather(arguments.packages, arguments.data, arguments.drawn, _count)
    elif arguments.verb == "measure":
        print(measure(arguments.data, arguments.drawn / "measure"))
    else:
        torch.set_num_threads(1)
        network = PhotographNetwork()
        groups = groups_of(arguments.data, arguments.drawn / "learn")
        for number, (learned, loss) in enumerate(
            learn(groups, arguments.rounds, arguments.crops, arguments.backbone), 1
        ):
            print(f"round {number} of {arguments.rounds}: loss {loss:.4f}", flush=True)
            network = learned
        write_graph(network, arguments.out, outputs=["scores"])
        print(f"sha256 {hashlib.sha256(arguments.out.read_bytes()).hexdigest()}")


def _count(name: str, crops: int) -> None:
    print(f"{name}: {crops} crops", flush=True)


if __name__ == "__main__":
    main()
