"""`unmask export`: make a bundle of a training run."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from unmask.cli.progress import track
from unmask.cli.telling import tell_bundle
from unmask.making.export import export_run
from unmask.networks.graph import Store
from unmask.settings import load_settings


def export(
    run: Annotated[Path, typer.Argument(help="Folder of the run.")],
    out: Annotated[
        Path | None, typer.Option(help="Folder of the bundle; by default RUN/bundle.")
    ] = None,
    name: Annotated[
        str | None, typer.Option(help="Name of the bundle; by default network and task.")
    ] = None,
    store: Annotated[
        Store, typer.Option(help="How large weights are stored: float16, or int8 at half the size.")
    ] = "float16",
    data: Annotated[
        Path | None,
        typer.Option(help="Folder of the dataset; by default the one it was trained on."),
    ] = None,
) -> None:
    """Make a bundle: graph, calibration and thresholds from the validation split, card.

    Copy the folder into UNMASK_MODELS_DIR, or write it there with --out, and it shows in
    `unmask models`, in the API and on the page.
    """
    out = out or run / "bundle"
    info = export_run(
        run,
        out,
        name=name,
        data=data,
        store=store,
        tracking_uri=load_settings().tracking_uri,
        track=track,
        say=lambda line: typer.echo(line, err=True),
    )
    tell_bundle(info, out)
