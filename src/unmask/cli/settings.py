"""`unmask settings`: lists all settings."""

from __future__ import annotations

import json
import textwrap
from dataclasses import asdict
from typing import Annotated

import typer

from unmask.cli.tables import table
from unmask.detection.text import printable
from unmask.settings import explain_settings, load_settings, unknown_variables


def settings(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """List all settings: the environment variable, its value, where that is from, what it does.

    Flags of a verb come before the environment, and the environment before the defaults.
    """
    rows = explain_settings(load_settings())
    if as_json:
        typer.echo(json.dumps([asdict(row) for row in rows], indent=2))
    else:
        cells = [(row.variable, printable(row.value or "(not set)"), row.source) for row in rows]
        heading, *lines = table(("variable", "value", "from"), cells).splitlines()
        typer.echo(heading)
        for line, row in zip(lines, rows, strict=True):
            typer.echo(line)
            typer.echo(
                textwrap.fill(row.description, 88, initial_indent="    ", subsequent_indent="    ")
            )
    for name in unknown_variables():
        typer.echo(f"unmask: {name} is set in the environment, but is no setting", err=True)
