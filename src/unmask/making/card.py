"""The card of a bundle: what it is, what it was trained and measured on, where it fails."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from pathlib import Path
from string import Template
from typing import Any, Final

from unmask.bundles.model import BundleInfo, Thresholds
from unmask.bundles.rounding import percent
from unmask.dataset.manifest import SPLITS
from unmask.evaluation.measure import CollectionRow
from unmask.making.facts import facts_table
from unmask.networks import backbone_of
from unmask.training.config import TrainConfig

_CARD: Final = Template("""\
# $title

Tells of an aligned face crop whether it was photographed or generated$by_which.
Made by `unmask $verb` on $created; every figure below was measured by that command.

| | |
|---|---|
| name | `$name` |
| architecture | $architecture |
| labels | $labels |
| input | crop of 178x218 px, RGB, eyes level and 58 px apart |
| training recipe | $recipe |
| dataset | fingerprint `$dataset` |
| licence of the weights | $licence |

## Terms

$terms

What the dataset's catalogue says of each collection:

$facts

## What it was trained on

Crops of each collection in each split; no subject and no near-duplicate straddles two splits.
`unseen` was never trained, calibrated or chosen on$left_out.

$counts

Training crops went through what the web does to pictures (rescaling, JPEG, WebP, blur, noise,
sharpening, colour) at random, whatever their label, so that encoding and resolution say little.

## How good it is

On the test split ($test_crops crops), as they are:

| figure | value |
|---|---|
$figures

The probability holds for a face that is as likely generated as real before it is seen
(temperature $temperature, bias $bias, fitted on the validation split).

## Verdicts

$verdicts. Fitted on the
validation split, clean and laundered, so that with a confidence of 95 % at most 0.5 % of faces like
its real ones are called generated. A real collection of 100 faces or more that was shown to be
worse is held to 1 % by itself. Of its generated faces at most 2 % are called real.

On the test split:

$test

On engines that it never saw, and on more real faces (split `unseen`):

$unseen

## Where it fails

$limits

## What not to use it for

Do not decide about a person by it alone: not in court, at a border, in hiring or in moderation
without a person who looks. It is one piece of evidence beside where a picture came from.
""")

_WIDTH: Final = 100
_FIGURES: Final = {
    "accuracy": "accuracy over the labels",
    "family_accuracy": "accuracy over the families",
    "macro_f1": "macro F1 over the labels",
    "f1_generated": "F1 of generated, at the probability 0.5",
    "auc": "AUC, real against generated",
    "balanced_accuracy": "balanced accuracy of the verdict generated",
    "tpr_at_fpr_0.005": "generated faces found at 0.5 % false positives",
    "tpr_at_fpr_0.01": "generated faces found at 1 % false positives",
    "unsure": "share unsure",
    "ece": "expected calibration error (15 bins)",
    "fpr": "real faces called generated",
    "tpr": "generated faces called generated",
}


def write_card(
    info: BundleInfo,
    rows: Mapping[str, Sequence[CollectionRow]],
    description: Mapping[str, Any],
    recipe: str,
    path: Path,
) -> None:
    """Write CARD.md of a bundle.

    Args:
        info: of the bundle, complete.
        rows: verdicts by collection, of the splits "test" and "unseen".
        description: content of dataset.json.
        recipe: how it was made.
        path: of the card.
    """
    path.write_text(
        _CARD.substitute(
            title=info.title,
            by_which=", and by which generator" if info.task == "source" else "",
            verb="ensemble" if info.members else "export",
            created=info.created,
            name=info.name,
            architecture=info.architecture,
            labels=", ".join(info.labels),
            recipe=recipe,
            dataset=info.dataset[:16],
            licence=info.licence,
            terms=info.terms,
            left_out=f", and neither was any crop of {', '.join(info.left_out)}"
            if info.left_out
            else "",
            counts=_counts(description["counts"]),
            facts=facts_table(description),
            limits="\n".join(map(_item, info.limits)),
            test_crops=sum(row.crops for row in rows["test"]),
            figures="\n".join(
                f"| {text} | {info.figures[key]:.4f} |"
                for key, text in _FIGURES.items()
                if key in info.figures
            ),
            temperature=f"{info.calibration.temperature:.3f}",
            bias=f"{info.calibration.bias:.3f}",
            verdicts=_where_they_begin(info.thresholds),
            test=_verdicts(rows["test"]),
            unseen=_verdicts(rows["unseen"])
            if rows["unseen"]
            else "None were there to measure on.",
        ),
        "utf-8",
    )


def _where_they_begin(thresholds: Thresholds) -> str:
    """From which probability on which verdict is given."""
    generated, real = (
        None if at is None else percent(at, 2) for at in (thresholds.generated, thresholds.real)
    )
    if generated and generated == real:  # nothing that can be told lies between
        return f"*generated* from a probability of {generated} on, *real* below"
    return ", ".join(
        [
            f"*generated* from a probability of {generated} on"
            if generated
            else "never *generated*: no threshold keeps the rate below",
            f"*real* up to {real}" if real else "never *real*: no threshold keeps the rate below",
            "*unsure* otherwise",
        ]
    )


def recipe_of(config: TrainConfig) -> str:
    """What a card says of how a network was trained."""
    settings = config.model_dump(mode="json", exclude={"data", "workers", "recipe"})
    if not backbone_of(config.network):
        del settings["pretrained"]
    # Of what it started from the name: paths are of the machine that it was trained on.
    settings |= {
        key: Path(settings[key]).name for key in ("weights", "teacher") if settings[key] is not None
    }
    told = ", ".join(f"{key} {value}" for key, value in settings.items())
    return f"`{config.recipe}`: {told}"


def _item(text: str) -> str:
    """An item of a list, broken where lines are."""
    return textwrap.fill(
        text,
        _WIDTH,
        initial_indent="- ",
        subsequent_indent="  ",
        break_long_words=False,
        break_on_hyphens=False,
    )


def _counts(counts: Mapping[str, Mapping[str, int]]) -> str:
    head = f"| collection | {' | '.join(SPLITS)} |\n|---|{'---:|' * len(SPLITS)}"
    rows = [
        f"| {name} | {' | '.join(str(splits.get(split, '')) for split in SPLITS)} |"
        for name, splits in counts.items()
    ]
    return "\n".join([head, *rows])


def _verdicts(rows: Sequence[CollectionRow]) -> str:
    head = "| collection | crops | called generated | unsure | called real |"
    lines = [
        f"| {row.name} | {row.crops} | {row.called_generated:.1%} | {row.unsure:.1%} "
        f"| {row.called_real:.1%} |"
        for row in rows
    ]
    return "\n".join([head, "|---|---:|---:|---:|---:|", *lines])
