"""`unmask token`: makes, lists and revokes the tokens that programs send to the API."""

from __future__ import annotations

from typing import Annotated

import typer

from unmask.cli.opening import opened_history
from unmask.cli.tables import table
from unmask.history import tokens

app = typer.Typer(no_args_is_help=True)
Name = Annotated[str, typer.Option(help="What the token is for, such as `newsroom`.")]


@app.command()
def create(name: Name) -> None:
    """Make a token and print it. It is stored nowhere, so it cannot be shown again.

    A name keeps its history: made anew after it was revoked, a token goes on with it.
    """
    with opened_history() as opened:
        typer.echo(tokens.create_token(opened, name))
    typer.echo("Send it as `Authorization: Bearer TOKEN`. It will not be shown again.", err=True)


@app.command("list")
def list_() -> None:
    """List the tokens: when each was made, used last, and revoked."""
    with opened_history() as opened:
        found = tokens.list_tokens(opened)
    rows = [
        (
            one.name,
            one.created.date().isoformat(),
            one.used.isoformat() if one.used else "never",
            one.revoked.date().isoformat() if one.revoked else "-",
        )
        for one in found
    ]
    typer.echo(table(("name", "made", "used last", "revoked"), rows))


@app.command()
def revoke(
    name: Name,
    delete_history: Annotated[
        bool, typer.Option("--delete-history", help="Remove what was saved with it, too.")
    ] = False,
) -> None:
    """Let a token be valid no more, at once."""
    with opened_history() as opened:
        removed = tokens.revoke_token(opened, name, delete_history=delete_history)
    kept = f"; {removed} entries removed" if delete_history else "; its history is kept"
    typer.echo(f"revoked: {name}{kept}")
