"""What the verbs that make bundles print of them."""

from __future__ import annotations

from pathlib import Path

import typer

from unmask.bundles.model import BundleInfo


def tell_bundle(info: BundleInfo, out: Path) -> None:
    """Print where a bundle is, and how good."""
    typer.echo(f"{info.title}: bundle {info.name} is in {out}")
    for key, value in info.figures.items():
        typer.echo(f"  {key:24} {value:.4f}")
