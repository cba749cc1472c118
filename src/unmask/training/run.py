"""A whole run: train, measure once on the test split, and record all of it."""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from unmask.dataset.manifest import read_crops, read_description
from unmask.evaluation import metrics
from unmask.progress import Track, untracked
from unmask.settings import masked
from unmask.training.checkpoints import CONFIG, HISTORY, LAST, RunError, check_dataset, load_config
from unmask.training.config import TrainConfig
from unmask.training.loop import TrainResult, train
from unmask.training.tracking import Tracker, draw_confusion_matrix
from unmask.training.validation import score_table, uncalibrated_figures

TEST: Final = "test.json"
MLFLOW_RUN: Final = "mlflow-run"
"""File in a run's folder that holds the id of its MLflow run."""


def run_training(
    config: TrainConfig,
    folder: Path,
    *,
    tracking_uri: str | None = None,
    track: Track = untracked,
    say: Callable[[str], None] = lambda _line: None,
) -> dict[str, float]:
    """Train in `folder` and measure the best epoch's network once on the test split.

    A run that was interrupted goes on after its last epoch, in its MLflow run too.

    Args:
        config: of the run.
        folder: of the run; gets config.json, checkpoints, history.jsonl and test.json.
        tracking_uri: MLflow store; by default a SQLite file beside the folder.
        track: shows progress.
        say: takes a line for people.

    Returns:
        Figures on the test split.

    Raises:
        RunError: the folder holds a run of other settings, or of another dataset.
        DatasetError: the dataset cannot be read.
        NetworkError: the network cannot be made.
        TrackingError: MLflow cannot be reached, or has lost the run.
    """
    config = config.located()
    _check_same_settings(config, folder)
    if (folder / LAST).exists():
        check_dataset(folder, config.data)

    def report(figures: dict[str, float]) -> None:
        tracker.metrics(figures, step=int(figures["epoch"]))
        line = f"epoch {figures['epoch']:.0f}: loss {figures['loss']:.3f}"
        if "selection" in figures:
            line += "".join(
                f", validation {view} {figures[f'{view}_accuracy']:.1%} "
                f"AUC {figures[f'{view}_auc']:.4f}"
                for view in ("clean", "laundered")
            )
        say(line)

    with _tracked(config, folder, tracking_uri, say) as tracker:
        result = train(config, folder, track=track, on_epoch=report)
        figures = _measure(config, folder, result, tracker, track)
    say(", ".join(f"{name.replace('_', ' ')} {value:.4f}" for name, value in figures.items()))
    return figures


def store_of(run: Path, tracking_uri: str | None) -> str:
    """The MLflow store that a run is in: by default a SQLite file beside its folder."""
    return tracking_uri or f"sqlite:///{(run.parent / 'mlflow.db').resolve()}"


def _check_same_settings(config: TrainConfig, folder: Path) -> None:
    """A folder with another run's checkpoints must not be gone on with."""
    if not (folder / CONFIG).exists():
        return
    # How many processes read crops changes nothing that is learned.
    before = load_config(folder).located().model_dump(exclude={"workers"})
    if before != config.model_dump(exclude={"workers"}):
        raise RunError(
            f"{folder} holds a run of other settings; name another folder with --run, "
            f"or go on with its own: --config {folder / CONFIG}"
        )


@contextmanager
def _tracked(
    config: TrainConfig, folder: Path, uri: str | None, say: Callable[[str], None]
) -> Iterator[Tracker]:
    """An MLflow run around the training."""
    folder.mkdir(parents=True, exist_ok=True)
    marker = folder / MLFLOW_RUN
    # What failed before it began may have been told otherwise than what begins now.
    begun = (folder / CONFIG).exists() and marker.exists()
    earlier = marker.read_text("utf-8").strip() if begun else None
    tracker = Tracker(store_of(folder, uri), folder.name, folder.parent / "mlartifacts", earlier)
    if tracker.active:
        marker.write_text(tracker.run_id + "\n", "utf-8")
        say(f"tracked by MLflow at {masked(tracker.uri)}, run {tracker.run_id}")
    else:
        say("mlflow is not installed, so the run is recorded in its folder alone")
    status = "FAILED"
    try:
        if earlier is None:
            tracker.parameters(config.model_dump(mode="json"))
            tracker.parameters(
                {"dataset": read_description(config.data)["fingerprint"], "commit": _commit()}
            )
        yield tracker
        status = "FINISHED"
    except KeyboardInterrupt:
        status = "KILLED"
        raise
    finally:
        tracker.finish(status)


def _measure(
    config: TrainConfig, folder: Path, result: TrainResult, tracker: Tracker, track: Track
) -> dict[str, float]:
    """Measure on the test split, and record what the run left."""
    table = read_crops(config.data, "test", config.task)
    logits = score_table(result.network, table, config, track)
    figures = {
        f"test_{name}": value for name, value in uncalibrated_figures(logits, table.targets).items()
    }
    (folder / TEST).write_text(json.dumps(figures, indent=2) + "\n", "utf-8")
    tracker.metrics(figures)
    matrix = metrics.confusion_matrix(logits.argmax(axis=1), table.targets, len(table.labels))
    with tempfile.TemporaryDirectory() as temporary:
        picture = Path(temporary) / "confusion-matrix.png"
        draw_confusion_matrix(matrix, table.labels, picture)
        tracker.artefact(picture)
    for name in (CONFIG, HISTORY, TEST):
        tracker.artefact(folder / name)
    return figures


def _commit() -> str:
    """The git commit of the code, "-dirty" where it was changed; "unknown" outside a checkout."""
    command = ["git", "describe", "--always", "--dirty", "--abbrev=40", "--exclude=*"]
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            check=True,
            timeout=10,
            cwd=Path(__file__).parent,
        )
    except (OSError, subprocess.SubprocessError):
        return "unknown"
    return done.stdout.strip()
