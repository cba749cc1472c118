"""How long `unmask detect one.jpg` takes in a fresh process, and the memory that it holds.

python benchmarks/cold_start.py
The baseline is a process that does no more than import numpy, Pillow and onnxruntime.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import onnxruntime
from measuring import PICTURES, Fresh, default_bundle, in_turns, machine, p50, scratch, table

from unmask.bundles.runtime import CROP_SHAPE
from unmask.cpus import available_cores
from unmask.imaging.sessions import session_options

AIM_SECONDS = 0.9
AIM_MEGABYTES = 350
LEVELS = {
    "all": onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL,
    "none": onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL,
}


def session(graph: Path, level: str, optimised: Path | None = None) -> object:
    """A session as a bundle has it, but for the optimisation; `optimised` is written if given."""
    options = session_options(available_cores())
    options.graph_optimization_level = LEVELS[level]
    if optimised is not None:
        options.optimized_model_filepath = str(optimised)
    return onnxruntime.InferenceSession(str(graph), options, providers=["CPUExecutionProvider"])


def compare_sessions(graph: Path, folder: Path, rounds: int) -> None:
    """Print what optimising the graph costs at the start, and what it gives."""
    ready = folder / "optimised.onnx"
    session(graph, "all", ready)
    kinds = {
        "optimised at the start": (graph, "all"),
        "not optimised": (graph, "none"),
        "optimised ahead": (ready, "none"),
    }
    made = in_turns([lambda kind=kind: session(*kind) for kind in kinds.values()], rounds)
    sessions = [session(*kind) for kind in kinds.values()]
    pixels = np.random.default_rng(0).random((1, 3, *CROP_SHAPE[:2]), dtype=np.float32)
    ran = in_turns(
        [lambda one=one: one.run(None, {"pixels": pixels}) for one in sessions], 3 * rounds
    )
    both = [p50(start) + p50(run) for start, run in zip(made, ran, strict=True)]
    table(
        ("graph", "session, ms", "a run, ms", "one picture"),
        [
            (kind, f"{p50(start):.1f}", f"{p50(run):.1f}", f"x {total / both[0]:.2f}")
            for kind, start, run, total in zip(kinds, made, ran, both, strict=True)
        ],
    )


def main() -> None:
    """Print two tables: processes, and sessions."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=9)
    arguments = parser.parse_args()
    print(machine())
    with scratch() as folder:
        fresh = Fresh(folder)
        commands = {
            "import numpy, PIL, onnxruntime": ("-c", "import numpy, PIL, onnxruntime"),
            "unmask detect one.jpg": (
                "-m", "unmask.cli.main", "detect", str(PICTURES / "astronaut.jpg"),
            ),
        }  # fmt: skip
        runs: dict[str, list[tuple[float, float]]] = {name: [] for name in commands}
        for number in range(arguments.rounds + 1):
            for name, command in commands.items():
                run = fresh.python(*command)
                if number:  # the first compiles the bytecode
                    runs[name].append((run.seconds, run.megabytes))
        seconds = {name: p50([one[0] for one in taken]) for name, taken in runs.items()}
        memory = {name: max(one[1] for one in taken) for name, taken in runs.items()}
        bare = next(iter(commands))
        print(f"fresh processes, p50 of {arguments.rounds}, and the most memory of any")
        table(
            ("process", "seconds", "beside", "MB", "beside"),
            [
                (
                    name,
                    f"{seconds[name]:.2f}",
                    f"x {seconds[name] / seconds[bare]:.2f}",
                    f"{memory[name]:.0f}",
                    f"x {memory[name] / memory[bare]:.2f}",
                )
                for name in commands
            ],
        )
        print(f"the aims are {AIM_SECONDS} s and {AIM_MEGABYTES} MB")
        print()
        compare_sessions(default_bundle() / "model.onnx", folder, arguments.rounds)


if __name__ == "__main__":
    main()
