"""The benchmark: every bundle over the same crops, clean and laundered, known and never seen.

What ships is what is measured: bundles are run through the detector's own session code, at the
calibration and the thresholds that were frozen when they were exported.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, TypeVar

import numpy as np
import onnxruntime
import PIL

from unmask.bundles.benchmark import BENCHMARK
from unmask.bundles.runtime import Bundle
from unmask.dataset.files import write_whole
from unmask.dataset.manifest import read_description
from unmask.evaluation.benchmark.results import (
    BenchmarkResult,
    BundleResult,
    ErrorMap,
    LeftOutResult,
)
from unmask.evaluation.benchmark.runner import BenchmarkRun, Known, Suite, SuiteError
from unmask.evaluation.benchmark.shortcuts import measure_shortcuts
from unmask.evaluation.crops import BenchmarkCrops
from unmask.evaluation.intervals import DIGITS, SEED
from unmask.evaluation.scoring import ArrayCache
from unmask.evaluation.views import LAUNDERINGS
from unmask.progress import Track, untracked
from unmask.version import __version__

__all__ = [
    "SUITES",
    "Suite",
    "SuiteError",
    "add_to",
    "check_can_add",
    "run_suite",
    "write_into_bundle",
]

MAP_NAMES: Final = 40

_Named = TypeVar("_Named", BundleResult, LeftOutResult)


SUITES: Final = {
    one.name: one
    for one in (
        Suite("standard"),
        Suite("quick", tuple(view for view in LAUNDERINGS if view.headline), 200, shortcuts=False),
    )
}
"""To add a suite, add an entry."""


def run_suite(
    suite: Suite,
    bundles: Sequence[Bundle],
    data: Path,
    *,
    pool: Path | None = None,
    cache: Path | None = None,
    all_crops: bool = False,
    recut: bool = False,
    track: Track = untracked,
    say: Callable[[str], None] = lambda _line: None,
) -> BenchmarkResult:
    """Run a suite over bundles.

    Bundles that were trained without some generators are measured on those alone. What was scored
    is kept in the cache, so that an interrupted suite goes on.

    Args:
        suite: what is measured.
        bundles: no two of one name.
        data: folder of the dataset.
        pool: folder of the originals, of whose files one shortcut is made; None leaves it out.
        cache: folder where logits are kept; None keeps none.
        all_crops: run slow bundles over all crops of all views, too.
        recut: measure bundles, too, that were made from other crops of the same splits; what is
            found of them says so.
        track: shows progress.
        say: takes a line for people.

    Raises:
        SuiteError: names repeat, a bundle's labels are not the dataset's, or it was made from
            another dataset.
        DatasetError: the dataset cannot be read.
        BundleError: a bundle cannot be run.
    """
    arrays = ArrayCache(cache)
    run = BenchmarkRun(suite, data, cache=arrays, all_crops=all_crops, recut=recut, track=track)
    run.check([bundle.info for bundle in bundles])
    known: list[Known] = []
    for bundle in bundles:
        if not bundle.info.left_out:
            started = time.monotonic()
            known.append(run.measure(bundle))
            say(f"{bundle.info.name}: measured in {time.monotonic() - started:.0f} s")
    left_out = [
        run.measure_left_out(bundle).beside([one.result for one in known])
        for bundle in bundles
        if bundle.info.left_out
    ]
    shortcuts = []
    if suite.shortcuts:
        shortcuts = measure_shortcuts(
            data, pool, resamples=suite.resamples, cache=arrays, track=track
        )
    return BenchmarkResult(
        suite=suite.name,
        all_crops=all_crops,
        dataset=run.fingerprint,
        families=run.families,
        test_crops=len(run.test),
        unseen_crops=len(run.unseen),
        resamples=suite.resamples,
        seed=SEED,
        software=_software(),
        bundles=[one.result for one in known],
        left_out=left_out,
        shortcuts=shortcuts,
        without_originals=suite.shortcuts and pool is None,
        error_map=_error_map(known, run.test),
    )


def check_can_add(published: BenchmarkResult, suite: Suite, data: Path) -> None:
    """See that what a suite finds on a dataset can be put into a published benchmark.

    Raises:
        SuiteError: that was measured over other crops, or otherwise.
        DatasetError: the dataset cannot be read.
    """
    now = {
        "suite": suite.name,
        "dataset": read_description(data)["fingerprint"],
        "resamples": suite.resamples,
        "software": _software(),
    }
    for name, value in now.items():
        before = getattr(published, name)
        if before != value:
            raise SuiteError(
                f"what is there was measured otherwise ({name}: {before}, and now {value}); "
                "measure all bundles anew, or write to another folder"
            )


def add_to(published: BenchmarkResult, measured: BenchmarkResult) -> BenchmarkResult:
    """A published benchmark with bundles that were measured later, or anew, put into it.

    What it says of other bundles stays as it is; so do the crops that bundles get most wrong, where
    one of those that it compares was not measured again, and what shortcuts give, where the
    originals were not there this time.

    Args:
        published: the benchmark that is there.
        measured: of the same suite and dataset, see `check_can_add`.
    """
    compared = {one.name for one in measured.bundles} >= set(published.error_map.bundles)
    bundles = _replaced(published.bundles, measured.bundles)
    left_out = _replaced(published.left_out, measured.left_out)
    update = {
        "bundles": bundles,
        "left_out": [one.beside(bundles) for one in left_out],
        "error_map": measured.error_map if compared else published.error_map,
        "all_crops": published.all_crops or measured.all_crops,
    }
    if measured.without_originals:
        update |= {
            "shortcuts": published.shortcuts,
            "without_originals": published.without_originals,
        }
    return measured.model_copy(update=update)


def _software() -> dict[str, str]:
    return {
        "unmask": __version__,
        "onnxruntime": onnxruntime.__version__,
        "pillow": PIL.__version__,
        "numpy": np.__version__,
    }


def _replaced(before: list[_Named], now: list[_Named]) -> list[_Named]:
    """Those of before in their order, each in its newest form; then those that are new."""
    newest = {one.name: one for one in now}
    kept = [newest.pop(one.name, one) for one in before]
    return kept + list(newest.values())


def write_into_bundle(result: BundleResult, folder: Path) -> Path:
    """Write what a bundle's own page shows into its folder, and return the file's path."""
    path = folder / BENCHMARK
    write_whole(path, (result.benchmark.model_dump_json(indent=1) + "\n").encode())
    return path


def _error_map(known: Sequence[Known], crops: BenchmarkCrops) -> ErrorMap:
    """The crops that the bundles together get most wrong."""
    if not known:
        return ErrorMap(bundles=[], names=[], labels=[], probabilities=[])
    stated = np.stack([one.judged.probability for one in known], axis=1)
    gap = np.abs(stated - crops.generated[:, None]).mean(axis=1)
    rows = [int(row) for row in np.lexsort((crops.names, -gap))[:MAP_NAMES]]
    return ErrorMap(
        bundles=[one.result.name for one in known],
        names=[crops.names[row] for row in rows],
        labels=[crops.generators[row] for row in rows],
        probabilities=stated[rows].round(DIGITS).tolist(),
    )
