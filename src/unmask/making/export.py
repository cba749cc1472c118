"""A training run becomes a bundle: graph, calibration, thresholds, figures, card."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import numpy as np

from unmask.bundles.model import NAME_PATTERN, BundleInfo, Calibration, Thresholds
from unmask.bundles.runtime import Bundle, load_bundle
from unmask.dataset.manifest import labels_of, read_crops, read_description
from unmask.evaluation.measure import (
    CollectionRow,
    Track,
    by_collection,
    figures,
    score_crops,
)
from unmask.making.calibration import fit_calibration, fit_thresholds
from unmask.making.card import recipe_of, write_card
from unmask.making.limits import LIMITS
from unmask.making.map_scale import fit_map_scale, score_with_peaks
from unmask.networks import PooledNetwork
from unmask.networks.graph import Store, write_graph
from unmask.training.augmentation import web
from unmask.training.config import TrainConfig
from unmask.training.loop import load_best, load_config
from unmask.training.run import MLFLOW_RUN, store_of
from unmask.training.tracking import TrackingError, add_bundle

LICENCE: Final = "Apache-2.0"
TERMS: Final = (
    "The training pictures came under terms that allow research and other non-commercial use only "
    "(CelebA, FFHQ: CC BY-NC-SA 4.0, MEBeauty) or with no licence stated. Whether a model trained "
    "on them may be used commercially is not settled; take it for research and non-commercial use."
)
UNFITTED: Final = Calibration(temperature=1.0, bias=0.0)
UNMEASURED: Final = Thresholds(
    generated=0.5, real=0.49, false_positive_rate=1.0, false_negative_rate=1.0
)
"""Of a draft, before anything was fitted."""


class ExportError(Exception):
    """A run that cannot be exported; the message says what to do."""


def export_run(
    run: Path,
    out: Path,
    *,
    name: str | None = None,
    data: Path | None = None,
    store: Store = "float16",
    tracking_uri: str | None = None,
    track: Track = lambda items, _length, _text: items,
    say: Callable[[str], None] = lambda _line: None,
) -> BundleInfo:
    """Write the bundle of a run's best checkpoint into the folder `out`.

    The graph is written first, then run through the detector's own session code: over the
    validation split, clean and laundered, to fit calibration and thresholds, and over the test
    and unseen splits to report figures.

    Args:
        run: folder of the run.
        out: folder of the bundle; an older one is replaced when everything is ready.
        name: of the bundle; by default network and task.
        data: folder of the dataset; by default the one that the run was trained on.
        store: how large weights are stored; see `write_graph`.
        tracking_uri: MLflow store that the run is in, if it is in one; the bundle goes there too.
        track: shows progress.
        say: takes a line for people.

    Raises:
        ExportError: the folder holds no finished epoch of a run, `out` is no place for a bundle,
            or the name cannot be one.
        DatasetError: the dataset cannot be read.
    """
    try:
        config = load_config(run)
        network, labels = load_best(run)
    except FileNotFoundError as error:
        raise ExportError(f"no trained run in {run}: {error.filename} is missing") from error
    folder = data or config.data
    description = read_description(folder)
    if labels != tuple(labels_of(description, config.task)):
        raise ExportError(
            f"run {run} was trained for {', '.join(labels)}, "
            f"but the dataset in {folder} has {', '.join(labels_of(description, config.task))}"
        )
    with replacing(out) as work:
        write_graph(network, work / "model.onnx", store)
        info = _draft(config, network, labels, description, work, name, _run_id(run, config))
        info = complete(info, work, folder, recipe_of(config), track)
    if (run / MLFLOW_RUN).exists():
        try:
            add_bundle(store_of(run, tracking_uri), info.run, out, info.figures)
        except TrackingError as error:
            say(f"the bundle is complete, but was not put into its MLflow run: {error}")
    return info


def complete(draft: BundleInfo, work: Path, folder: Path, recipe: str, track: Track) -> BundleInfo:
    """Fit and measure a bundle whose graph, or whose members, are there; write the rest of it.

    Args:
        draft: what its `model.json` says but for what is fitted and measured.
        work: folder of the bundle.
        folder: of the dataset.
        recipe: how it was made, for the card.
        track: shows progress.
    """
    draft = draft.model_copy(update={"limits": LIMITS})
    _write_info(draft, work)
    info, tables = _fit_and_measure(draft, load_bundle(work), folder, track)
    _write_info(info, work)
    write_card(info, tables, read_description(folder), recipe, work / "CARD.md")
    load_bundle(work)
    return info


@contextmanager
def replacing(out: Path) -> Iterator[Path]:
    """An empty folder beside the bundle `out`, whose place it takes when all went well.

    Raises:
        ExportError: `out` is something other than a bundle.
    """
    if out.is_symlink() or (out.exists() and not out.is_dir()):
        raise ExportError(f"{out} is a link or a file, no folder of a bundle; name another folder")
    if out.exists() and not (out / "model.json").exists() and any(out.iterdir()):
        raise ExportError(f"{out} holds something other than a bundle; name another folder")
    out.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(dir=out.parent, prefix=".export-"))
    old = work.with_name(f"{work.name}-old")
    try:
        work.chmod(0o755)
        yield work
        try:
            if out.exists():
                out.rename(old)
            work.rename(out)
        except BaseException:
            if old.exists() and not out.exists():
                old.rename(out)
            raise
        shutil.rmtree(old, ignore_errors=True)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _fit_and_measure(
    info: BundleInfo, bundle: Bundle, folder: Path, track: Track
) -> tuple[BundleInfo, dict[str, Sequence[CollectionRow]]]:
    """Fit on validation, then report on test and, where there is any, on unseen."""
    validation = read_crops(folder, "validation", info.task).without(info.left_out)
    clean = score_with_peaks(bundle, validation.files, track=track, text="validation, clean")
    views = [
        clean.logits,
        score_crops(
            bundle,
            validation.files,
            laundering=lambda crop, number: web(crop, np.random.default_rng(number)),
            track=track,
            text="validation, laundered",
        ),
    ]
    calibration = fit_calibration(np.concatenate(views), np.tile(validation.targets, len(views)))
    thresholds = fit_thresholds(views, validation.targets, validation.collections, calibration)
    info = info.model_copy(
        update={
            "calibration": calibration,
            "thresholds": thresholds,
            "map_scale": fit_map_scale(clean.peaks, validation.targets),
        }
    )
    test = read_crops(folder, "test", info.task)
    logits = score_crops(bundle, test.files, track=track, text="test")
    measured = figures(info, logits, test.targets, test.collections)
    info = info.model_copy(update={"figures": {key: round(v, 4) for key, v in measured.items()}})
    tables: dict[str, Sequence[CollectionRow]] = {
        "test": by_collection(info, logits, test.collections)
    }
    tables["unseen"] = _measure_unseen(info, bundle, folder, track)
    return info, tables


def _measure_unseen(
    info: BundleInfo, bundle: Bundle, folder: Path, track: Track
) -> Sequence[CollectionRow]:
    if not any("unseen" in counts for counts in read_description(folder)["counts"].values()):
        return []
    unseen = read_crops(folder, "unseen", info.task)
    logits = score_crops(bundle, unseen.files, track=track, text="unseen")
    return by_collection(info, logits, unseen.collections)


def _draft(
    config: TrainConfig,
    network: PooledNetwork,
    labels: tuple[str, ...],
    description: dict[str, object],
    work: Path,
    name: str | None,
    run_id: str,
) -> BundleInfo:
    """A valid model.json before anything was fitted, so that the runtime can load the graph."""
    chosen = name or f"{config.network}-{config.task}"
    check_name(chosen)
    kinds = {"source": f"{len(labels)} sources", "binary": "real or generated"}
    return BundleInfo(
        name=chosen,
        title=f"{network.title}, {kinds[config.task]}",
        architecture=config.network,
        task=config.task,
        left_out=config.leave_out,
        labels=labels,
        families=labels_of(description, config.task),
        calibration=UNFITTED,
        thresholds=UNMEASURED,
        figures={},
        bias=tuple(float(value) for value in network.head.bias.detach()),
        dataset=str(description["fingerprint"]),
        run=run_id,
        sha256=hashlib.sha256((work / "model.onnx").read_bytes()).hexdigest(),
        licence=LICENCE,
        terms=TERMS,
        created=datetime.now(UTC).date(),
    )


def check_name(name: str) -> None:
    """Raise ExportError where a bundle cannot be called so."""
    if not re.fullmatch(NAME_PATTERN, name):
        raise ExportError(
            f"a bundle cannot be called {name!r}; use small letters, digits, dots and dashes"
        )


def _run_id(run: Path, config: TrainConfig) -> str:
    """Id of the run in MLflow; where it is in none, the fingerprint of its settings."""
    marker = run / MLFLOW_RUN
    return marker.read_text("utf-8").strip() if marker.exists() else config.fingerprint()


def _write_info(info: BundleInfo, folder: Path) -> None:
    text = json.dumps(info.model_dump(mode="json", by_alias=True), indent=2)
    (folder / "model.json").write_text(text + "\n", "utf-8")
