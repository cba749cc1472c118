from __future__ import annotations

import re
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.evaluation.conftest import MakeBundle
from unmask.bundles.runtime import Bundle
from unmask.evaluation.benchmark import runner
from unmask.evaluation.benchmark.report.document import markdown, page, write_reports
from unmask.evaluation.benchmark.report.tables import (
    laundering,
    main_section,
    percent_with_ends,
    sections,
)
from unmask.evaluation.benchmark.results import BenchmarkResult
from unmask.evaluation.benchmark.suite import Suite, add_to, run_suite
from unmask.evaluation.intervals import share_estimate


class Seen(HTMLParser):
    """What a page's elements say: what they load, their ids, and whether all were closed."""

    VOID = frozenset({"meta", "link", "br", "img", "input", "hr"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.loads: list[str] = []
        self.ids: Counter[str] = Counter()
        self.links: list[str] = []
        self.tags: Counter[str] = Counter()
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        if tag not in self.VOID:
            self.open.append(tag)
        self._read(attrs)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        self._read(attrs)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def _read(self, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name == "id":
                self.ids[value or ""] += 1
            elif name in ("href", "xlink:href"):
                self.links.append(value or "")
            elif name in ("src", "srcset", "data", "poster", "action"):
                self.loads.append(value or "")


@pytest.fixture(scope="module")
def result(
    faces: Path, make_bundle: MakeBundle, binary_bundle: Bundle, small_suite: Suite
) -> BenchmarkResult:
    bundles = [make_bundle(), binary_bundle, make_bundle("without", left_out=["sdxl"])]
    return run_suite(small_suite, bundles, faces)


def test_three_files_are_written_and_the_json_reads_back(
    result: BenchmarkResult, tmp_path: Path
) -> None:
    paths = write_reports(result, tmp_path / "out")
    assert [path.name for path in paths] == ["benchmark.json", "benchmark.md", "benchmark.html"]
    assert BenchmarkResult.model_validate_json(paths[0].read_bytes()) == result
    assert paths[1].read_text("utf-8") == markdown(result)
    before = [path.read_bytes() for path in paths]
    write_reports(result, tmp_path / "out")
    assert [path.read_bytes() for path in paths] == before


def test_the_page_loads_nothing_and_is_well_formed(result: BenchmarkResult) -> None:
    text = page(result)
    seen = Seen(text)
    assert not seen.open
    assert not seen.loads
    assert seen.links and all(link.startswith("#") for link in seen.links)
    assert not {"script", "link", "img", "image", "iframe", "object"} & set(seen.tags)
    assert "@import" not in text
    assert all(place.startswith("#") for place in re.findall(r"url\(([^)]*)\)", text))
    # One for ROC and one for robustness; two for each model.
    assert seen.tags["svg"] == seen.tags["figure"] == 2 + 2 * 2


def test_no_id_is_there_twice_and_every_link_leads_somewhere(result: BenchmarkResult) -> None:
    text = page(result)
    seen = Seen(text)
    assert seen.ids and set(seen.ids.values()) == {1}
    used = {link[1:] for link in seen.links} | set(re.findall(r"url\(#([^)]*)\)", text))
    assert used and used <= set(seen.ids)


def test_names_are_escaped(result: BenchmarkResult) -> None:
    worst = result.bundles[0].errors[0].model_copy(update={"path": "<b>&.png"})
    bundle = result.bundles[0].model_copy(update={"errors": [worst], "title": "x<y"})
    text = page(result.model_copy(update={"bundles": [bundle]}))
    assert "&lt;b&gt;&amp;.png" in text and "<b>&.png" not in text
    assert "x&lt;y" in text and "x<y" not in text


def test_no_error_reads_as_one_of_another_verdict(result: BenchmarkResult) -> None:
    error = result.bundles[0].errors[0]
    stated = {"generated": 0.97338, "unsure": 0.97336, "real": 1e-9}
    errors = [
        error.model_copy(update={"verdict": verdict, "probability_generated": value})
        for verdict, value in stated.items()
    ]
    bundle = result.bundles[0].model_copy(update={"errors": errors})
    text = page(result.model_copy(update={"bundles": [bundle]}))
    section = text[text.index("Errors of") :]
    for shown in ("97.338 %", "97.336 %", "under 0.001 %"):
        assert f"<td>{shown}</td>" in section


def test_every_table_is_in_both_reports(result: BenchmarkResult) -> None:
    found = sections(result)
    assert [one.name for one in found] == [
        "clean", "false-alarms", "laundering", "unseen", "left-out", "published",
    ]  # fmt: skip
    assert [table.title for table in found[2].tables] == [
        "accuracy over the labels, %",
        "AUC",
        "TPR at the frozen threshold, %",
        "FPR at the frozen threshold, %",
        "TPR at 0.5 % FPR, %",
    ]
    text, html = markdown(result), page(result)
    for one in found:
        assert f"## {one.title}\n\n{one.note}\n" in text
        assert f"<h2>{one.title}</h2>" in html
        for table in one.tables:
            assert table.rows and {len(row) for row in table.rows} == {len(table.headings)}
            for row in table.rows:
                assert f"| {' | '.join(row)} |" in text


def test_the_main_table_says_what_was_measured(result: BenchmarkResult) -> None:
    (table,) = main_section(result).tables
    source, two = table.rows
    cells = dict(zip(table.headings, source, strict=True))
    accuracy = result.bundles[0].benchmark.figures["accuracy"]
    assert cells["3 classes, %"].startswith(f"{100 * accuracy.value:.1f} (")
    ends = f"({100 * accuracy.low:.1f}-{100 * accuracy.high:.1f})"
    assert cells["3 classes, %"].endswith(ends)
    of_two = dict(zip(table.headings, two, strict=True))
    for heading in ("3 classes, %", "macro F1", "3 families, %"):
        assert of_two[heading] == "-" != cells[heading]
    f1 = result.bundles[1].benchmark.figures["f1_generated"]
    assert of_two["F1 of generated"].startswith(f"{f1.value:.4f} (")


def test_where_models_of_two_labels_and_of_many_share_a_column_they_have_the_same_figure(
    result: BenchmarkResult,
) -> None:
    tables = {one.title: one for one in laundering(result).tables}
    over_labels = tables.pop("accuracy over the labels, %")
    assert over_labels.headings == ["view", "tiny", "two"]
    assert all(row[1] != "-" and row[2] == "-" for row in over_labels.rows)
    assert not any("-" in row for table in tables.values() for row in table.rows)
    # Taken from what a report without this figure says: a dash, not a figure of something else.
    figures = dict(result.bundles[0].benchmark.figures)
    del figures["f1_generated"]
    bundle = result.bundles[0]
    benchmark = bundle.benchmark.model_copy(update={"figures": figures})
    without = bundle.model_copy(update={"benchmark": benchmark})
    (table,) = main_section(result.model_copy(update={"bundles": [without]})).tables
    assert dict(zip(table.headings, table.rows[0], strict=True))["F1 of generated"] == "-"


def test_a_share_is_rounded_once_where_it_is_shown() -> None:
    # 0.847 %: rounded to four decimals first it would be 0.85 %, and then 0.9 %.
    assert percent_with_ends(share_estimate(1, 118)).startswith("0.8 (")


def test_fewer_crops_are_starred_and_explained(
    faces: Path, make_bundle: MakeBundle, small_suite: Suite, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle = make_bundle()
    whole = laundering(run_suite(small_suite, [bundle], faces))
    assert "slow" not in whole.note
    assert not any("*" in row[1] for table in whole.tables for row in table.rows)
    monkeypatch.setattr(runner, "BUDGET", 0)
    fewer = laundering(run_suite(small_suite, [bundle], faces))
    assert "tiny is slow and saw 4 of the crops" in fewer.note
    for table in fewer.tables:
        assert [(row[0], row[1].endswith("*")) for row in table.rows] == [
            ("clean", False),
            ("JPEG 80", False),
            ("noise 4 levels", True),
        ]


def test_the_report_names_the_command_that_repeats_it(result: BenchmarkResult) -> None:
    assert "`unmask evaluate BUNDLE... --suite small` over 44 crops" in markdown(result)
    whole = result.model_copy(update={"all_crops": True})
    assert "`unmask evaluate BUNDLE... --suite small --all-crops` over" in markdown(whole)
    slow = result.bundles[0].model_copy(update={"name": "slow", "laundered_crops": 4})
    added = add_to(whole, result.model_copy(update={"bundles": [slow]}))
    assert "--all-crops` (for slow without `--all-crops`) over" in markdown(added)


def test_published_figures_stand_with_why_they_cannot_be_compared(result: BenchmarkResult) -> None:
    text = markdown(result)
    assert "can be compared with ours as it stands" in text
    assert "| TPR at 0.5 % FPR, JPEG 60 | 88.0 % | Porcile et al. 2024, arXiv:2311.08577 |" in text
    assert "| 62 % right | Bray et al. 2023" in text
