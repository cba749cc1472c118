"""The reports of a benchmark: benchmark.json, benchmark.md and benchmark.html."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from pathlib import Path
from string import Template
from typing import Final

from unmask.bundles import rounding
from unmask.dataset.files import write_whole
from unmask.evaluation.benchmark.report.plots import (
    confusion_plot,
    reliability_plot,
    robustness_plot,
    roc_plot,
)
from unmask.evaluation.benchmark.report.tables import Section, Table, percent, sections
from unmask.evaluation.benchmark.results import (
    REPORT,
    BenchmarkResult,
    BundleResult,
    ErrorMap,
    SampleError,
)

TITLE: Final = "Benchmark of Unmask's models"
_SHOWN_ERRORS: Final = 25

_PAGE: Final = Template("""\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>$title</title>
<style>
:root { color-scheme: light; }
body { font: 15px/1.5 system-ui, sans-serif; margin: 0 auto; padding: 1rem 1.5rem 4rem;
  max-width: 76rem; color: #1b1b1b; background: #fff; }
h1 { font-size: 1.7rem; } h2 { font-size: 1.25rem; margin-top: 2.5rem; } h3 { font-size: 1rem; }
p, .note { max-width: 46rem; } .note { color: #555; font-size: .9rem; }
.wide { overflow-x: auto; max-width: 100%; }
table { border-collapse: collapse; font-size: .85rem; font-variant-numeric: tabular-nums; }
th, td { padding: .3rem .7rem; text-align: right; border-bottom: 1px solid #e3e3e3; }
th { border-bottom: 2px solid #bbb; vertical-align: bottom; }
th:first-child, td:first-child { text-align: left; }
#published th, #published td { text-align: left; }
tbody th { border-bottom: 1px solid #e3e3e3; font-weight: 500; min-width: 8rem; }
.ends { display: inline-block; white-space: nowrap; color: #555; }
figure { margin: 0; } figure svg { max-width: 100%; height: auto; }
figcaption { color: #555; font-size: .85rem; }
.pair { display: flex; flex-wrap: wrap; gap: 1rem 2rem; align-items: end; }
code { font-size: .85em; overflow-wrap: anywhere; }
td.name { text-align: left; min-width: 16rem; }
</style>
</head>
<body>
<h1>$title</h1>
$intro
$body
</body>
</html>
""")


def write_reports(result: BenchmarkResult, folder: Path) -> list[Path]:
    """Write benchmark.json, benchmark.md and benchmark.html, and return their paths.

    Raises:
        OSError: they cannot be written.
    """
    written = {
        REPORT: result.model_dump_json(indent=1) + "\n",
        "benchmark.md": markdown(result),
        "benchmark.html": page(result),
    }
    paths = [folder / name for name in written]
    for path, text in zip(paths, written.values(), strict=True):
        write_whole(path, text.encode())
    return paths


def markdown(result: BenchmarkResult) -> str:
    """The tables as Markdown."""
    parts = [f"# {TITLE}", *_intro(result)]
    for section in sections(result):
        parts += [f"## {section.title}", section.note]
        for table in section.tables:
            parts += [f"### {table.title}"] if table.title else []
            parts.append(_markdown_table(table))
    return "\n\n".join(parts) + "\n"


def page(result: BenchmarkResult) -> str:
    """The tables with plots and named errors, as one HTML file that loads nothing."""
    parts = []
    for section in sections(result):
        parts.append(_html_section(section))
        if section.name == "false-alarms":
            parts += _plots(result.bundles)
    parts += [_error_map(result.error_map), *(_errors(one) for one in result.bundles)]
    return _PAGE.substitute(
        title=TITLE,
        intro="\n".join(f"<p>{_code(text)}</p>" for text in _intro(result)),
        body="\n".join(part for part in parts if part),
    )


def _intro(result: BenchmarkResult) -> list[str]:
    versions = ", ".join(f"{name} {version}" for name, version in result.software.items())
    command = (
        f"`unmask evaluate BUNDLE... --suite {result.suite}"
        + " --all-crops" * result.all_crops
        + "`"
    )
    fewer = [one.name for one in result.bundles if one.laundered_crops < result.test_crops]
    if result.all_crops and fewer:
        command += f" (for {', '.join(fewer)} without `--all-crops`)"
    return [
        f"Written by {command} over {result.test_crops} crops of "
        f"the test split and {result.unseen_crops} that no model has seen. Dataset "
        f"`{result.dataset[:16]}`, seed {result.seed}; {versions}. The same command on the same "
        "bundles gives the same figures; on another kind of processor, which rounds otherwise, the "
        "odd crop may be told otherwise.",
        *_recut(result),
        "Real or generated is decided at thresholds that were frozen on other faces when each "
        "model was exported: TPR is the share of generated faces called generated, FPR that of "
        "real faces called so. Unsure counts as neither.",
    ]


def _recut(result: BenchmarkResult) -> list[str]:
    """Which models were made from crops that were cut otherwise."""
    names = [one.name for one in result.bundles if one.benchmark.recut]
    names += [one.name for one in result.left_out if one.recut]
    if not names:
        return []
    return [
        f"These models were made from other crops of the same pictures in the same splits, cut by "
        f"an older version: {', '.join(names)}. None was trained on a picture of the test split."
    ]


def _markdown_table(table: Table) -> str:
    aligned = ["---", *("---:" for _ in table.headings[1:])]
    lines = [table.headings, aligned, *table.rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _html_section(section: Section) -> str:
    tables = "\n".join(_html_table(table) for table in section.tables)
    return (
        f'<section id="{section.name}">\n<h2>{escape(section.title)}</h2>\n'
        f'<p class="note">{escape(section.note)}</p>\n<div class="pair">{tables}</div>\n</section>'
    )


def _html_table(table: Table) -> str:
    head = "".join(f'<th scope="col">{escape(one)}</th>' for one in table.headings)
    rows = "".join(
        f'<tr><th scope="row">{escape(first)}</th>'
        + "".join(f"<td>{_with_ends(cell)}</td>" for cell in rest)
        + "</tr>\n"
        for first, *rest in table.rows
    )
    title = f"<h3>{escape(table.title)}</h3>\n" if table.title else ""
    return (
        f'<div class="wide">{title}<table><thead><tr>{head}</tr></thead>\n'
        f"<tbody>{rows}</tbody></table></div>"
    )


def _with_ends(cell: str) -> str:
    """A cell, the ends of an interval in it held together and on a line of their own."""
    return re.sub(r" (\([0-9.-]+\))", r' <span class="ends">\1</span>', escape(cell))


def _plots(bundles: Sequence[BundleResult]) -> list[str]:
    parts = [
        "<h2>Plots</h2>",
        _figure(
            roc_plot(bundles),
            "ROC curves near zero false positives, test split, clean; dotted lines at 0.5 % "
            "and 1 %.",
        ),
        _figure(
            robustness_plot(bundles),
            "What is left after each laundering, at frozen thresholds and over all thresholds.",
        ),
    ]
    for one in bundles:
        pair = _figure(
            confusion_plot(one), f"{one.name}: confusion matrix, test split, clean."
        ) + _figure(
            reliability_plot(one),
            f"{one.name}: reliability; a dot's area is the share of faces in its bin.",
        )
        parts.append(f'<h3>{escape(one.title)}</h3>\n<div class="pair">{pair}</div>')
    return parts


def _figure(svg: str, caption: str) -> str:
    named = svg.replace("<svg", f'<svg role="img" aria-label="{escape(caption)}"', 1)
    return f"<figure>{named}<figcaption>{escape(caption)}</figcaption></figure>\n"


def _error_map(found: ErrorMap) -> str:
    """Names of the hardest crops, each bundle's probability as a shade."""
    if not found.names:
        return ""
    head = "".join(f'<th scope="col">{escape(one)}</th>' for one in found.bundles)
    rows = []
    for name, label, stated in zip(found.names, found.labels, found.probabilities, strict=True):
        cells = "".join(
            f'<td style="background:{_shade(value, label)}">{value:.3f}</td>' for value in stated
        )
        rows.append(
            f'<tr><td class="name"><code>{escape(name)}</code></td><td>{escape(label)}</td>'
            f"{cells}</tr>\n"
        )
    return (
        f"<h2>Map of errors</h2>\n"
        f'<p class="note">The {len(found.names)} crops of the test split that these models '
        "together get most wrong, by the path of the original in the manifest; no picture is "
        "shown. Each cell is the probability of generated that a model stated; the darker, the "
        "further from the truth.</p>\n"
        '<div class="wide"><table><thead><tr><th scope="col">path</th><th scope="col">is</th>'
        f"{head}</tr></thead>\n<tbody>{''.join(rows)}</tbody></table></div>"
    )


def _shade(probability: float, label: str) -> str:
    """White where the probability is right, orange where it is wholly wrong."""
    gap = probability if label == "real" else 1 - probability
    return f"hsl(25 90% {100 - 40 * gap:.0f}%)"


def _errors(bundle: BundleResult) -> str:
    shown = bundle.errors[:_SHOWN_ERRORS]
    if not shown:
        return ""
    share = percent(bundle.error_count / bundle.benchmark.crops)
    digits = _digits(shown)
    named = "label" if bundle.task == "binary" else "family"
    table = Table(
        ["path", "is", "taken for", "probability of generated", "verdict"],
        [
            [
                one.path,
                one.label,
                one.predicted,
                rounding.percent(one.probability_generated, digits),
                one.verdict,
            ]
            for one in shown
        ],
    )
    return _html_section(
        Section(
            f"errors-{bundle.name}",
            f"Errors of {bundle.name}",
            f"{bundle.error_count} of {bundle.benchmark.crops} crops ({share}) got the wrong "
            f"{named} or the wrong verdict; the {len(shown)} worst, benchmark.json names more.",
            [table],
        )
    )


def _digits(errors: Sequence[SampleError]) -> int:
    """Decimals with which no two probabilities of different verdicts are shown as the same."""
    of = {
        verdict: [one.probability_generated for one in errors if one.verdict == verdict]
        for verdict in ("generated", "unsure", "real")
    }
    others = of["unsure"] + of["real"]
    return max(
        rounding.digits_beside(of["generated"], others),
        rounding.digits_beside(of["real"], of["unsure"]),
    )


def _code(text: str) -> str:
    """HTML of a text in which `...` is code."""
    pieces = escape(text).split("`")
    return "".join(
        f"<code>{piece}</code>" if number % 2 else piece for number, piece in enumerate(pieces)
    )
