"""The tables of a benchmark: the same rows for Markdown, for HTML and for the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from unmask.bundles.benchmark import Estimate, RobustnessPoint, UnseenCollection
from unmask.evaluation.benchmark.published import CANNOT_BE_COMPARED, PUBLISHED
from unmask.evaluation.benchmark.results import BenchmarkResult, BundleResult
from unmask.labels import REAL

NONE: Final = "-"


@dataclass(frozen=True)
class Table:
    """Rows under headings; the first column is a name. `title` is empty where it stands alone."""

    headings: Sequence[str]
    rows: Sequence[Sequence[str]]
    title: str = ""


@dataclass(frozen=True)
class Section:
    """A part of the report: its heading, what must be known to read it, its tables.

    `name` is for those who look for one.
    """

    name: str
    title: str
    note: str
    tables: Sequence[Table]


def percent(share: float) -> str:
    """A share as a percentage, one decimal."""
    return f"{100 * share:.1f} %"


def percent_with_ends(estimate: Estimate) -> str:
    """A share as a percentage with the ends of its interval."""
    return f"{100 * estimate.value:.1f} ({100 * estimate.low:.1f}-{100 * estimate.high:.1f})"


def number_with_ends(estimate: Estimate) -> str:
    """A number with the ends of its interval, four decimals and three."""
    return f"{estimate.value:.4f} ({estimate.low:.3f}-{estimate.high:.3f})"


_MAIN: Final = {
    "accuracy": ("{classes} classes, %", percent_with_ends),
    "macro_f1": ("macro F1", number_with_ends),
    "family_accuracy": ("{families} families, %", percent_with_ends),
    "f1_generated": ("F1 of generated", number_with_ends),
    "auc": ("AUC", number_with_ends),
    "balanced_accuracy": ("balanced accuracy, %", percent_with_ends),
    "tpr_at_fpr_0.005": ("TPR at 0.5 % FPR, %", percent_with_ends),
    "tpr_at_fpr_0.01": ("TPR at 1 % FPR, %", percent_with_ends),
    "unsure": ("unsure, %", percent_with_ends),
    "ece": ("ECE", number_with_ends),
}
_OF_SOURCES: Final = ("accuracy", "macro_f1", "family_accuracy")
"""Figures over the labels, which a model of two labels has in another sense."""
_LAUNDERED: Final = {
    "accuracy": "accuracy over the labels, %",
    "auc": "AUC",
    "tpr": "TPR at the frozen threshold, %",
    "fpr": "FPR at the frozen threshold, %",
    "tpr_at_half_percent": "TPR at 0.5 % FPR, %",
}


def sections(result: BenchmarkResult) -> list[Section]:
    """Every part of a benchmark's report that has rows, in order."""
    parts = [
        main_section(result),
        false_alarms(result),
        laundering(result),
        unseen(result),
        left_out(result),
        shortcuts(result),
        published(),
    ]
    return [part for part in parts if any(table.rows for table in part.tables)]


def main_section(result: BenchmarkResult) -> Section:
    """The test split as it is: the headline."""
    table = Table(
        ["model", *(_heading(result, name) for name in _MAIN)],
        [[one.name, *_main_cells(one)] for one in result.bundles],
    )
    older = [one.name for one in result.bundles if "f1_generated" not in one.benchmark.figures]
    return Section(
        "clean",
        "Test split, clean",
        f"{result.test_crops} crops, on which no model was trained, calibrated or chosen. In "
        f"brackets the ends of the 95 % interval: bootstrap, {result.resamples} resamples, "
        "stratified by class. Balanced accuracy and unsure are at the frozen thresholds; ECE has "
        "15 bins, real and generated weighing alike; drawing crops again makes it larger, so its "
        "interval can lie above it. F1 of generated counts as generated what has a calibrated "
        "probability of 0.5 or more, of whatever labels. A "
        "model of two labels has no figures of classes or families."
        + f" F1 of generated is left out of {', '.join(older)}: it was measured by the likeliest "
        "label, and can only be measured anew." * bool(older),
        [table],
    )


def _heading(result: BenchmarkResult, name: str) -> str:
    families = result.families
    return _MAIN[name][0].format(classes=len(families), families=len(set(families.values())))


def _main_cells(bundle: BundleResult) -> list[str]:
    figures = bundle.benchmark.figures
    return [
        NONE
        if name not in figures or (bundle.task == "binary" and name in _OF_SOURCES)
        else write(figures[name])
        for name, (_, write) in _MAIN.items()
    ]


def false_alarms(result: BenchmarkResult) -> Section:
    """Real faces called generated, each collection by itself."""
    first = result.bundles[0].collections if result.bundles else []
    real = [(row.collection, row.crops) for row in first if row.generator == REAL]
    rows = []
    for bundle in result.bundles:
        found = {row.collection: row.called_generated for row in bundle.collections}
        whole = bundle.benchmark.figures["fpr"]
        cells = [percent_with_ends(found[name]) for name, _ in real]
        rows.append([bundle.name, percent_with_ends(whole), *cells])
    return Section(
        "false-alarms",
        "Real faces called generated",
        "False-positive rate in % at the frozen threshold, test split, clean, of all and of "
        "each real collection, with exact 95 % intervals.",
        [Table(["model", "all", *(f"{name}, n = {crops}" for name, crops in real)], rows)],
    )


def laundering(result: BenchmarkResult) -> Section:
    """What is left after the web was at the crops: a table a figure, a row a view."""
    note = "Test split. Calibration and thresholds stay frozen."
    for one in result.bundles:
        if one.laundered_crops < result.test_crops:
            note += (
                f" {one.name} is slow and saw {one.laundered_crops} of the crops, drawn once and "
                "for all, the same share of each collection, in the views marked with a star."
            )
    points = [{point.view: point for point in one.benchmark.robustness} for one in result.bundles]
    views = result.bundles[0].benchmark.robustness if result.bundles else []
    tables = [
        Table(
            ["view", *(one.name for one in result.bundles)],
            [
                [
                    view.title,
                    *(
                        NONE
                        if one.task == "binary" and name in _OF_SOURCES
                        else _point(of, view.view, name, result.test_crops)
                        for one, of in zip(result.bundles, points, strict=True)
                    ),
                ]
                for view in views
            ],
            title=heading,
        )
        for name, heading in _LAUNDERED.items()
    ]
    return Section("laundering", "Laundering", note, tables)


def _point(of: dict[str, RobustnessPoint], view: str, name: str, crops: int) -> str:
    point = of[view]
    value = float(getattr(point, name))
    text = f"{value:.4f}" if name == "auc" else f"{100 * value:.1f}"
    return text + ("*" if point.crops < crops else "")


def unseen(result: BenchmarkResult) -> Section:
    """Engines that were never seen, and real faces beside them."""
    first = result.bundles[0].benchmark.unseen if result.bundles else []
    rows = []
    for number, row in enumerate(first):
        alike = [one.benchmark.unseen[number] for one in result.bundles]
        rows.append([_unseen_name(row), str(row.crops), *map(_unseen_cell, alike)])
    return Section(
        "unseen",
        "Engines never seen",
        "Engines of which no model saw anything, and more real faces of collections of which they "
        "saw others. Share called generated in % at the frozen threshold, with its exact 95 % "
        "interval: the higher the better for generated faces, the lower for real ones; AUC is "
        "against all real collections here. Nothing was trained, calibrated or chosen on them. "
        "Face swaps are an outlook, not a promise: no model was made for them.",
        [Table(["collection", "crops", *(one.name for one in result.bundles)], rows)],
    )


def _unseen_name(row: UnseenCollection) -> str:
    if row.face_swap:
        return f"{row.collection} (face swaps: an outlook, not a promise)"
    return f"{row.collection} ({'generated' if row.generated else 'real'})"


def _unseen_cell(row: UnseenCollection) -> str:
    share = percent_with_ends(row.called_generated)
    return share if row.auc is None else f"{share}, AUC {row.auc:.4f}"


def left_out(result: BenchmarkResult) -> Section:
    """Generators that were left out of training, on the test split."""
    rows = [
        [
            one.name,
            ", ".join(one.left_out),
            row.collection,
            str(row.crops),
            percent_with_ends(row.called_generated),
            f"{row.auc:.4f}",
            NONE if row.known is None else f"{percent_with_ends(row.known)}, {one.known_by}",
            percent_with_ends(one.false_positive_rate),
        ]
        for one in result.left_out
        for row in one.collections
    ]
    headings = [
        "model", "trained without", "collection", "crops", "TPR at the frozen threshold, %",
        "AUC against real", "TPR of the one that knew it, %", "FPR on real, %",
    ]  # fmt: skip
    return Section(
        "left-out",
        "Leave one generator out",
        "The same network trained without some generators, on the crops of the test split that "
        "they made; beside it the model that knew them.",
        [Table(headings, rows)],
    )


def shortcuts(result: BenchmarkResult) -> Section:
    """What could be had without looking at a face."""
    note = (
        "Learned on the training split and measured on the test split, clean. A network that is "
        "not far above these rows may know no more than they do. The originals' files are what "
        "the dataset's build removes."
    )
    if result.without_originals:
        note += " The originals were not there, so their files are left out (--pool)."
    measured = [(one.title, one.figures) for one in result.shortcuts]
    measured += [(one.name, one.benchmark.figures) for one in result.bundles if measured]
    two = {one.name for one in result.bundles if one.task == "binary"}
    shown = list(result.shortcuts[0].figures) if result.shortcuts else []
    rows = [
        [
            title,
            *(
                NONE if title in two and name in _OF_SOURCES else _MAIN[name][1](figures[name])
                for name in shown
            ),
        ]
        for title, figures in measured
    ]
    table = Table(["what", *(_heading(result, name) for name in shown)], rows)
    return Section("shortcuts", "What shortcuts would give", note, [table])


def published() -> Section:
    """What others published."""
    rows = [[one.what, one.result, one.source] for one in PUBLISHED]
    table = Table(["what", "result", "source"], rows)
    return Section("published", "Published figures", CANNOT_BE_COMPARED, [table])
