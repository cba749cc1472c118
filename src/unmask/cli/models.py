"""`unmask models`: lists the models."""

from __future__ import annotations

import json
from typing import Annotated, Final

import typer

from unmask.bundles.listing import ListedBundle, find_bundles
from unmask.bundles.model import BundleInfo
from unmask.cli.tables import table
from unmask.settings import load_settings

_FIGURES: Final = {
    "accuracy": "right source",
    "auc": "AUC",
    "fpr": "false alarms",
    "tpr": "found",
}
"""The figures that are worth a column, and what people call them."""


def models(
    as_json: Annotated[bool, typer.Option("--json", help="Print what model.json says.")] = False,
) -> None:
    """List the models, the default one first, and what they are good for."""
    settings = load_settings()
    found = find_bundles(settings.model_folders)
    damaged = {name: bundle.damage for name, bundle in found.bundles.items()}
    for refused in (*found.refused.values(), *filter(None, damaged.values())):
        typer.echo(f"unmask: {refused}", err=True)
    default = found.default(settings.model)
    bundles = sorted(
        (bundle for name, bundle in found.bundles.items() if damaged[name] is None),
        key=lambda bundle: bundle.info.name != default,
    )
    if as_json:
        infos = [bundle.info.model_dump(mode="json") for bundle in bundles]
        typer.echo(json.dumps({"default": default, "models": infos}))
    else:
        headings = ("model", "", "tells apart", *_FIGURES.values())
        typer.echo(table(headings, [_row(bundle, default) for bundle in bundles]))
        typer.echo(
            "\nShares of the test split, whose generators the models know: faces named rightly by "
            "those\nthat tell sources apart; real ones called generated; generated ones called so. "
            "Cards say more."
        )


def _row(bundle: ListedBundle, default: str) -> tuple[str, ...]:
    info = bundle.info
    return (
        info.name,
        "default" if info.name == default else "",
        ", ".join(info.labels),
        *(_figure(info, name) for name in _FIGURES),
    )


def _figure(info: BundleInfo, name: str) -> str:
    # Of two labels the accuracy is another figure, which must not stand in the same column.
    if name not in info.figures or (name == "accuracy" and info.task == "binary"):
        return "-"
    return f"{info.figures[name]:.4f}"
