"""`unmask trust`: gets and shows the list of trusted signers of Content Credentials."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from unmask.detection.provenance.trust import ADDRESS, fetch_trust_list, read_trust_list
from unmask.settings import Settings, load_settings

app = typer.Typer(no_args_is_help=True)


@app.command()
def fetch(
    address: Annotated[
        str, typer.Option(metavar="URL", help="Where the list is published.")
    ] = ADDRESS,
    yes: Annotated[bool, typer.Option("--yes", help="Get it without asking again.")] = False,
) -> None:
    """Get C2PA's list of trusted signers, check it, and keep it in the data folder.

    Nothing else gets it, and no picture is sent anywhere. On a machine without a network, name a
    PEM file by UNMASK_C2PA_TRUST.
    """
    path = load_settings().trust_file
    typer.echo(f"from: {address}\nto:   {path}")
    if not yes:
        typer.confirm("Get it?", default=True, abort=True)
    found = fetch_trust_list(address, path, datetime.now(UTC))
    typer.echo(f"kept: {found.certificates} certificates")


@app.command()
def show() -> None:
    """Say which list is kept, of when, and whether it has grown old."""
    typer.echo(trust_line(load_settings(), datetime.now(UTC)))


def trust_line(settings: Settings, now: datetime) -> str:
    """One line on the list that is kept.

    Raises:
        TrustError: there is a file, and it cannot be used.
    """
    path = settings.trust_file
    if settings.c2pa_trust is None and not path.exists():
        return "trusted signers: no list is kept; `unmask trust fetch` gets C2PA's"
    found = read_trust_list(path)
    old = "; it has grown old, `unmask trust fetch` gets a new one" if found.is_old(now) else ""
    return (
        f"trusted signers: {found.certificates} authorities, list of {found.kept:%Y-%m-%d}, "
        f"{path}{old}"
    )
