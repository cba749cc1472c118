"""Experiment tracking: MLflow where it is installed, silence that says so where it is not."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from unmask.settings import masked

EXPERIMENT: Final = "unmask"


class TrackingError(Exception):
    """MLflow that cannot be written or read; the message says why."""


class Tracker:
    """Records one run in MLflow, or nowhere if mlflow is not installed (`active` says which)."""

    def __init__(self, uri: str, name: str, artefacts: Path, run_id: str | None = None) -> None:
        """Start a run named `name` at a tracking URI, or take up the run `run_id` again.

        A new experiment of a local store keeps its files in the folder `artefacts`.

        Raises:
            TrackingError: the store cannot be used, or has no such run.
        """
        self.uri = uri
        self._mlflow: ModuleType | None = None
        self.run_id = ""
        if importlib.util.find_spec("mlflow") is None:
            return
        import mlflow

        self._mlflow = mlflow
        mlflow.set_tracking_uri(uri)
        with complaints_of(uri):
            if uri.startswith("sqlite:") and mlflow.get_experiment_by_name(EXPERIMENT) is None:
                mlflow.create_experiment(EXPERIMENT, artefacts.resolve().as_uri())
            mlflow.set_experiment(EXPERIMENT)
            run = mlflow.start_run(run_id=run_id, run_name=None if run_id else name)
        self.run_id = run.info.run_id

    @property
    def active(self) -> bool:
        """Whether anything is recorded."""
        return self._mlflow is not None

    def parameters(self, values: Mapping[str, Any]) -> None:
        """Record what the run was told."""
        if self._mlflow is not None:
            self._mlflow.log_params({key: str(value) for key, value in values.items()})

    def metrics(self, values: Mapping[str, float], step: int | None = None) -> None:
        """Record figures, of an epoch or of the whole run."""
        if self._mlflow is not None:
            self._mlflow.log_metrics({key: float(value) for key, value in values.items()}, step)

    def artefact(self, path: Path) -> None:
        """Record a file."""
        if self._mlflow is not None:
            self._mlflow.log_artifact(str(path))

    def finish(self, status: str = "FINISHED") -> None:
        """End the run: "FINISHED", "KILLED" or "FAILED"."""
        if self._mlflow is not None:
            self._mlflow.end_run(status)


def check_store(uri: str) -> None:
    """See that a local store is there, since MLflow makes an empty one where there is none.

    Raises:
        TrackingError: it is not.
    """
    file = Path(uri.removeprefix("sqlite:///"))
    if uri.startswith("sqlite:///") and not file.is_file():
        raise TrackingError(f"there is no MLflow store {file}")


def add_bundle(uri: str, run_id: str, bundle: Path, figures: Mapping[str, float]) -> None:
    """Put a bundle and its figures into the run that it was made of, which stays as it ended.

    Raises:
        TrackingError: the store cannot be used, or has no such run.
    """
    if importlib.util.find_spec("mlflow") is None:
        return
    from mlflow import MlflowClient

    check_store(uri)
    with complaints_of(uri):
        client = MlflowClient(uri)
        client.log_artifacts(run_id, str(bundle), "bundle")
        for key, value in figures.items():
            client.log_metric(run_id, f"bundle_{key}", float(value))


@contextmanager
def complaints_of(uri: str) -> Iterator[None]:
    """What MLflow complains of while it uses a store, as our own error in one line.

    Raises:
        TrackingError: it did.
    """
    from mlflow.exceptions import MlflowException

    try:
        yield
    except MlflowException as error:
        first = (str(error).splitlines() or [""])[0].strip().replace(uri, masked(uri))
        raise TrackingError(f"MLflow cannot use {masked(uri)}: {first}") from error


def draw_confusion_matrix(matrix: NDArray[np.int64], labels: tuple[str, ...], path: Path) -> None:
    """Draw a confusion matrix, (K, K) counts with a row a true class, as a PNG file."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(1.1 * len(labels) + 1.5, 1.0 * len(labels) + 1.2), layout="tight")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    shares = matrix / np.maximum(matrix.sum(axis=1, keepdims=True), 1)
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    axes.set_xticks(range(len(labels)), labels, rotation=30, ha="right")
    axes.set_yticks(range(len(labels)), labels)
    axes.set_xlabel("predicted")
    axes.set_ylabel("true")
    for (row, column), count in np.ndenumerate(matrix):
        colour = "white" if shares[row, column] > 0.5 else "black"
        axes.text(column, row, str(count), ha="center", va="center", color=colour)
    figure.savefig(path, dpi=120)
