"""`unmask history`: looks after what was saved."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from unmask.cli.opening import opened_history
from unmask.history import repair

LOST: Final = 1

app = typer.Typer(no_args_is_help=True)


@app.callback()
def _look_after() -> None:
    """Look after what was saved."""


@app.command()
def check(
    drop_lost: Annotated[
        bool,
        typer.Option("--drop-lost", help="Remove entries whose picture is missing, too."),
    ] = False,
) -> None:
    """Hold the database against the folder of pictures, and mend what a crash left.

    May run while the server does. Where saved entries lack their picture, which no crash but only
    a hand can do, they are named and the exit status is 1.
    """
    with opened_history() as opened:
        found = repair.check(opened, drop_lost=drop_lost)
        purged = opened.purge()
    typer.echo(f"pictures as they should be: {found.pictures}")
    for what, number in (
        ("files never wholly written, removed", found.temporary),
        ("pictures of no report, removed", found.orphans),
        ("unsaved reports without their picture, removed", found.shelved),
        ("unsaved reports older than 15 minutes, removed", purged),
    ):
        if number:
            typer.echo(f"{what}: {number}")
    for entry in found.lost:
        typer.echo(
            f"entry {entry} lacks its picture: "
            + ("removed" if drop_lost else "put the file back, or use --drop-lost"),
            err=True,
        )
    if found.lost and not drop_lost:
        raise typer.Exit(LOST)
