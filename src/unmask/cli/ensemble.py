"""`unmask ensemble`: make one bundle of several, which averages what they say."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from unmask.bundles.runtime import find_bundles
from unmask.cli.progress import track
from unmask.cli.telling import tell_bundle
from unmask.making.ensemble import make_ensemble
from unmask.settings import load_settings


def ensemble(
    out: Annotated[
        Path, typer.Argument(help="Folder of the new bundle, beside its members; it names it.")
    ],
    members: Annotated[
        list[str], typer.Argument(help="Folders of bundles, or names of installed ones.")
    ],
    data: Annotated[Path, typer.Option(help="Folder of the dataset.")] = Path("data/faces"),
) -> None:
    """Make a bundle that answers with the mean of others; nothing is trained.

    Networks of different kinds err on different faces, so the mean errs less than the best of
    them, at the time of all of them together.
    """
    found = find_bundles(load_settings().model_folders)
    info = make_ensemble([found.folder_of(name) for name in members], out, data, track=track)
    tell_bundle(info, out)
