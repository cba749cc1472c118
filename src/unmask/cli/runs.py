"""`unmask runs`: lists the training runs that MLflow holds."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from unmask.cli.tables import table
from unmask.settings import load_settings, masked
from unmask.training.tracking import EXPERIMENT, check_store, complaints_of

DEFAULT_STORE: Final = Path("runs/mlflow.db")
_PARAMETERS: Final = ("network", "task", "recipe")
_VALIDATION: Final = {
    "clean_accuracy": "validation accuracy over its labels",
    "clean_auc": "validation AUC",
    "laundered_auc": "validation AUC, laundered",
}
_TEST: Final = {
    "test_accuracy": "test accuracy over its labels",
    "test_macro_f1": "test macro F1 over its labels",
    "test_auc": "test AUC",
    "test_tpr_at_half_percent": "test TPR at 0.5 % FPR",
}
_SELECTION: Final = "selection"
"""The metric whose best epoch is kept."""


class NoRuns(Exception):
    """There is no run to list; the message says where they were sought."""


def runs(
    store: Annotated[
        str | None,
        typer.Option(
            help="MLflow tracking server or store; by default UNMASK_TRACKING_URI, or else "
            "runs/mlflow.db."
        ),
    ] = None,
) -> None:
    """List the training runs, the newest first: recipe, figures, time.

    `unmask train NETWORK --task TASK --recipe RECIPE` repeats one; one that was told more is
    repeated by `unmask train --config runs/RUN/config.json --run FOLDER`.
    """
    uri = store or load_settings().tracking_uri
    if uri is None:
        if not DEFAULT_STORE.is_file():
            raise NoRuns(
                f"no runs: there is no {DEFAULT_STORE} here; train a network with `unmask train`, "
                "or name a store with --store or UNMASK_TRACKING_URI"
            )
        uri = f"sqlite:///{DEFAULT_STORE.resolve()}"
    check_store(uri)
    headings = (
        "run", *_PARAMETERS, "epochs", *_VALIDATION.values(), *_TEST.values(), "status", "began",
        "took",
    )  # fmt: skip
    rows = _rows(uri)
    if not rows:
        raise NoRuns(f"no runs in {masked(uri)}; train a network with `unmask train`")
    typer.echo(table(headings, rows))
    typer.echo(
        "\nValidation figures are those of the epoch that was kept; all are before calibration. "
        "Accuracy and\nmacro F1 are over a run's own labels: compare them within a task only."
    )


def _rows(uri: str) -> list[tuple[str, ...]]:
    """A row for every run of our experiment, the newest first.

    Raises:
        NoRuns: the store has no such experiment.
        TrackingError: it cannot be read.
    """
    import mlflow  # takes its time

    with complaints_of(uri):
        client = mlflow.MlflowClient(uri)
        experiment = client.get_experiment_by_name(EXPERIMENT)
        if experiment is None:
            raise NoRuns(f"no runs in {masked(uri)}: it has no experiment called {EXPERIMENT}")
        rows = []
        token = None
        while True:
            page = client.search_runs(
                [experiment.experiment_id],
                order_by=["attributes.start_time DESC"],
                page_token=token,
            )
            rows += [_row(run, _kept_epoch(client, run.info.run_id)) for run in page]
            token = page.token
            if not token:
                return rows


def _kept_epoch(client: Any, run: str) -> dict[str, float]:
    """Validation figures of the epoch whose network was kept."""
    history = client.get_metric_history(run, _SELECTION)
    if not history:
        return {}
    best = max(history, key=lambda one: (one.value, one.step)).step  # of two alike the later
    return {
        name: one.value
        for name in _VALIDATION
        for one in client.get_metric_history(run, name)
        if one.step == best
    }


def _row(run: Any, kept: dict[str, float]) -> tuple[str, ...]:
    parameters, metrics = run.data.params, run.data.metrics
    figures = {name: metrics[name] for name in _TEST if name in metrics} | kept
    done = metrics.get("epoch")
    asked = parameters.get("epochs", "?")
    return (
        run.info.run_name,
        *(parameters.get(name, "-") for name in _PARAMETERS),
        "-" if done is None else f"{done:.0f} of {asked}",
        *(f"{figures[name]:.4f}" if name in figures else "-" for name in (*_VALIDATION, *_TEST)),
        run.info.status.lower(),
        datetime.fromtimestamp(run.info.start_time / 1000, UTC).strftime("%Y-%m-%d %H:%M"),
        _took(run.info.start_time, run.info.end_time),
    )


def _took(start: int, end: int | None) -> str:
    """Time between two moments in milliseconds, in minutes; nothing for what has not ended."""
    return "-" if end is None else f"{(end - start) / 60_000:.1f} min"
