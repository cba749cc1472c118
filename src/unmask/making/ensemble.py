"""Several bundles become one that averages what they say: an ensemble.

Networks of different kinds err on different faces, so their mean errs less than the best of them.
Source: Dietterich 2000, Ensemble Methods in Machine Learning.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from pydantic import ValidationError

from unmask.bundles.listing import read_info
from unmask.bundles.model import BundleInfo, Member, members_digest
from unmask.dataset.identity import Identity, read_identity
from unmask.evaluation.crops import origin_of
from unmask.making.export import (
    UNFITTED,
    UNMEASURED,
    ExportError,
    check_name,
    complete,
    replacing,
)
from unmask.progress import Track, untracked


def make_ensemble(
    members: Sequence[Path],
    out: Path,
    data: Path,
    *,
    track: Track = untracked,
) -> BundleInfo:
    """Write the bundle of an ensemble into the folder `out`, after which it is named.

    Nothing is trained. Calibration and thresholds are fitted on the validation split, and figures
    are measured on test and unseen, as `export_run` does.

    Args:
        members: folders of at least two bundles with graphs and the same labels; each must lie
            beside `out`, or ship.
        out: folder of the bundle; an older one is replaced when everything is ready.
        data: folder of the dataset.
        track: shows progress.

    Raises:
        ExportError: there are fewer than two or too many, one is given twice or has a folder of
            another name, they tell apart different labels or were made from different datasets, or
            `out` is no place for a bundle or no name for one.
        RefusedBundle: a member is damaged, is an ensemble, or lies elsewhere.
        DatasetError: the dataset cannot be read.
    """
    check_name(out.name)
    infos = [read_info(member) for member in members]
    for member, info in zip(members, infos, strict=True):
        if member.resolve().name != info.name:
            raise ExportError(
                f"the bundle in {member} is called {info.name}, and is sought by that name: "
                "rename its folder"
            )
    if len(infos) < 2:
        raise ExportError("an ensemble needs at least two members")
    first, there = infos[0], read_identity(data)
    for info in infos:
        if (info.labels, info.left_out) != (first.labels, first.left_out):
            raise ExportError(
                f"{info.name} has other labels than {first.name}, or was trained without other "
                "generators"
            )
        if not origin_of(info).is_that_of(there):
            raise ExportError(
                f"{info.name} was made from the dataset {origin_of(info)}, but {data} holds "
                f"{there}; name its own with --data, or train its network anew"
            )
    names = ", ".join(f"`{info.name}`" for info in infos)
    recipe = f"none: the mean of {names}, each at its own temperature"
    try:
        draft = _draft(out.name, infos, there)
    except ValidationError as error:
        first_error = error.errors(include_url=False)[0]
        raise ExportError(f"no ensemble can be made of {names}: {first_error['msg']}") from error
    with replacing(out) as work:
        return complete(draft, work, data, recipe, track)


def _draft(name: str, infos: Sequence[BundleInfo], origin: Identity) -> BundleInfo:
    """A valid model.json before anything was fitted, so that the runtime can load the members."""
    members = tuple(
        Member(name=info.name, sha256=info.sha256, temperature=info.calibration.temperature)
        for info in infos
    )
    first = infos[0]
    bias = np.mean([np.divide(info.bias, info.calibration.temperature) for info in infos], axis=0)
    return BundleInfo(
        name=name,
        title=f"Ensemble of {', '.join(info.architecture for info in infos)}",
        architecture="ensemble",
        task=first.task,
        left_out=first.left_out,
        labels=first.labels,
        families=first.families,
        calibration=UNFITTED,
        thresholds=UNMEASURED,
        figures={},
        bias=tuple(bias.tolist()),
        dataset=origin.fingerprint,
        splits=origin.splits,  # which members of an older version do not name
        crop_version=origin.crop_version,
        run=", ".join(info.run for info in infos),
        sha256=members_digest(members),
        members=members,
        licence=first.licence,
        terms=first.terms,
        created=datetime.now(UTC).date(),
    )
