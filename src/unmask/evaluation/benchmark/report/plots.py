"""The plots of a benchmark, each as SVG text that can stand in a page."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Sequence
from typing import Any, Final

import matplotlib
import numpy as np
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from unmask.evaluation.benchmark.results import BundleResult
from unmask.evaluation.judging import ROC_UP_TO

_STYLE: Final = {
    "svg.fonttype": "none",  # text stays text: small, and it can be read aloud and searched
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.color": "#e3e3e3",
    "axes.axisbelow": True,
    "figure.facecolor": "none",
}
_COLOURS: Final = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00", "#000000")
"""Told apart by the colour-blind too. Source: Okabe and Ito 2008, Color Universal Design."""
_LINES: Final = ("-", "--", "-.", ":")


def roc_plot(bundles: Sequence[BundleResult]) -> str:
    """ROC curves near zero false positives, where a detector is used."""

    def draw(figure: Figure) -> None:
        axes = figure.add_subplot()
        for number, bundle in enumerate(bundles):
            corners = np.array(bundle.roc)
            # A step: no rate between two corners can be had by a threshold.
            axes.step(*corners.T, where="post", label=bundle.name, **_line(number))
        for rate in (0.005, 0.01):
            axes.axvline(rate, color="#888888", linewidth=0.8, linestyle=":")
        axes.set(xlim=(0, ROC_UP_TO), ylim=(0, 1.01))
        axes.set(xlabel="false-positive rate", ylabel="true-positive rate")
        axes.xaxis.set_major_formatter(PercentFormatter(1, decimals=1))
        axes.yaxis.set_major_formatter(PercentFormatter(1))
        axes.legend(loc="lower right", frameon=False)

    return _svg(draw, (6.4, 4.2), "roc")


def robustness_plot(bundles: Sequence[BundleResult]) -> str:
    """TPR at the frozen threshold and AUC, view by view."""

    def draw(figure: Figure) -> None:
        above, below = figure.subplots(2, 1, sharex=True)
        titles = [point.title for point in bundles[0].benchmark.robustness]
        for number, bundle in enumerate(bundles):
            points = bundle.benchmark.robustness
            for axes, values in (
                (above, [point.tpr for point in points]),
                (below, [point.auc for point in points]),
            ):
                axes.plot(titles, values, marker="o", markersize=3, label=bundle.name,
                          **_line(number))  # fmt: skip
        above.set(ylabel="TPR, frozen threshold", ylim=(0, 1.02))
        above.yaxis.set_major_formatter(PercentFormatter(1))
        below.set(ylabel="AUC")
        below.tick_params(axis="x", rotation=45)
        for label in below.get_xticklabels():
            label.set(ha="right", rotation_mode="anchor")
        above.legend(loc="lower left", frameon=False, ncols=2)

    return _svg(draw, (7.6, 5.6), "robustness")


def reliability_plot(bundle: BundleResult) -> str:
    """Observed share of generated faces against the probability that was stated."""

    def draw(figure: Figure) -> None:
        axes = figure.add_subplot()
        bins = bundle.benchmark.reliability
        stated, observed = [one.stated for one in bins], [one.observed for one in bins]
        axes.plot([0, 1], [0, 1], color="#888888", linewidth=0.8, linestyle=":")
        axes.plot(stated, observed, color=_COLOURS[0], linewidth=1)
        # The area of a dot is the share of the faces in its bin.
        axes.scatter(stated, observed, [12 + 300 * one.share for one in bins], color=_COLOURS[0])
        axes.set(xlim=(-0.05, 1.05), ylim=(-0.05, 1.05), aspect="equal")
        axes.set(xlabel="stated probability of generated", ylabel="share generated")

    return _svg(draw, (3.6, 3.4), f"reliability-{bundle.name}")


def confusion_plot(bundle: BundleResult) -> str:
    """Confusion matrix: counts, shaded by the share of the true label."""

    def draw(figure: Figure) -> None:
        axes = figure.add_subplot()
        table = bundle.benchmark.confusion
        counts = np.array(table.counts)
        shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
        # Squares, not a picture in a picture: sharp at any size, and nothing to decode.
        axes.pcolormesh(shares, cmap="Blues", vmin=0, vmax=1, edgecolors="white", linewidth=1)
        places = np.arange(len(table.labels)) + 0.5
        axes.set_xticks(places, table.labels, rotation=35, ha="right", rotation_mode="anchor")
        axes.set_yticks(places, table.labels)
        axes.set(xlabel="predicted", ylabel="true", aspect="equal")
        axes.invert_yaxis()
        axes.grid(visible=False)
        for (row, column), count in np.ndenumerate(counts):
            colour = "white" if shares[row, column] > 0.5 else "black"
            axes.text(column + 0.5, row + 0.5, str(count), ha="center", va="center", color=colour)

    return _svg(draw, (3.8, 3.6), f"confusion-{bundle.name}")


def _line(number: int) -> dict[str, Any]:
    return {
        "color": _COLOURS[number % len(_COLOURS)],
        "linestyle": _LINES[number // len(_COLOURS) % len(_LINES)],
        "linewidth": 1.4,
    }


def _svg(draw: Callable[[Figure], None], inches: tuple[float, float], name: str) -> str:
    """The drawing as an SVG element whose ids are its own, the same every time."""
    with matplotlib.rc_context({**_STYLE, "svg.hashsalt": name}):
        figure = Figure(figsize=inches, layout="constrained")
        FigureCanvasSVG(figure)
        draw(figure)
        written = io.StringIO()
        nothing = dict.fromkeys(("Date", "Creator", "Format", "Type"))
        figure.savefig(written, format="svg", metadata=nothing)
    text = written.getvalue()
    text = text[text.index("<svg") :]
    # Several drawings stand in one page, where an id must not be there twice.
    text = re.sub(r'\bid="', f'id="{name}-', text)
    text = re.sub(r'\b(xlink:href|href)="#', rf'\1="#{name}-', text)
    return re.sub(r"url\(#", f"url(#{name}-", text).strip()
