"""`unmask train`: train a network on a dataset."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from pydantic import ValidationError

from unmask.cli.main import INTERRUPTED
from unmask.cli.progress import track
from unmask.networks import list_networks
from unmask.settings import load_settings
from unmask.training.config import RECIPES, TrainConfig, make_config
from unmask.training.run import RunError, run_training

DEFAULT_RECIPE: Final = "robust"


def train(
    network: Annotated[
        str | None, typer.Argument(help=f"Network to train: {', '.join(list_networks())}.")
    ] = None,
    data: Annotated[Path | None, typer.Option(help="Folder of the dataset.")] = None,
    task: Annotated[
        str | None, typer.Option(help="source: real and every generator; binary.")
    ] = None,
    recipe: Annotated[
        str | None,
        typer.Option(
            help=f"Named settings: {', '.join(RECIPES)}; by default that of --config, or else "
            f"{DEFAULT_RECIPE}."
        ),
    ] = None,
    config: Annotated[
        Path | None, typer.Option(help="JSON file with settings, such as an earlier run's.")
    ] = None,
    run: Annotated[
        Path | None, typer.Option(help="Folder of the run; one that was interrupted goes on.")
    ] = None,
    epochs: Annotated[int | None, typer.Option(min=1, help="Passes over the crops.")] = None,
    batch_size: Annotated[int | None, typer.Option(min=2, help="Crops a step.")] = None,
    learning_rate: Annotated[float | None, typer.Option(help="Highest rate.")] = None,
    seed: Annotated[int | None, typer.Option(min=0, help="Decides every draw.")] = None,
    workers: Annotated[
        int | None, typer.Option(min=0, help="Processes that read and augment crops.")
    ] = None,
    weights: Annotated[
        Path | None,
        typer.Option(help="Backbone to start from: a safetensors file, or a trained run."),
    ] = None,
    teacher: Annotated[
        Path | None, typer.Option(help="Trained run to learn from as well, of the same labels.")
    ] = None,
    leave_out: Annotated[
        list[str] | None, typer.Option(help="Label never to train on; may be given repeatedly.")
    ] = None,
    without: Annotated[
        list[str] | None,
        typer.Option(help="Part of the network to leave out, to see what it is worth; repeatable."),
    ] = None,
    pretrained: Annotated[
        bool | None, typer.Option(help="Start from published weights, or from scratch.")
    ] = None,
) -> None:
    """Train a network; the best epoch on validation crops is kept.

    Settings come from the recipe, then --config, then flags. The run's folder holds the effective
    settings, the checkpoints and the history; `unmask export` makes a bundle of it.
    """
    effective = _config(
        recipe,
        config,
        {
            "network": network, "data": data, "task": task, "epochs": epochs,
            "batch_size": batch_size, "learning_rate": learning_rate, "seed": seed,
            "workers": workers, "weights": weights, "pretrained": pretrained,
            "teacher": teacher, "leave_out": leave_out or None, "without": without or None,
        },
    )  # fmt: skip
    folder = run or Path("runs") / f"{effective.network}-{effective.task}-{effective.recipe}"
    try:
        run_training(
            effective,
            folder,
            tracking_uri=load_settings().tracking_uri,
            track=track,
            say=typer.echo,
        )
    except KeyboardInterrupt:
        typer.echo(f"interrupted; the same command goes on after the last epoch in {folder}")
        raise typer.Exit(INTERRUPTED) from None
    typer.echo(f"the run is in {folder}; make a bundle of it with: unmask export {folder}")


def _config(recipe: str | None, path: Path | None, flags: dict[str, Any]) -> TrainConfig:
    """Effective settings."""
    stored = _stored(path) if path else {}
    chosen = recipe or stored.get("recipe", DEFAULT_RECIPE)
    if chosen not in list(RECIPES):
        raise RunError(f"no recipe {chosen!r}; there are: {', '.join(RECIPES)}")
    given = {key: value for key, value in flags.items() if value is not None}
    try:
        return make_config(chosen, stored, given, {"recipe": chosen})
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        name = ".".join(str(part) for part in first["loc"])
        raise RunError(f"setting {name}={first['input']!r}: {first['msg']}") from error


def _stored(path: Path) -> dict[str, Any]:
    """The settings in a file."""
    try:
        stored = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError) as error:
        raise RunError(f"settings in {path} cannot be read: {error}") from error
    if not isinstance(stored, dict):
        raise RunError(f"settings in {path} are no JSON object, such as a run's config.json holds")
    return stored
