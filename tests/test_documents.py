"""What the documents name is there."""

from __future__ import annotations

import json
import re
from pathlib import Path

NAMED = re.compile(r"`([\w.-]+(?:/[\w.-]+)+\.(?:py|md|toml|ts|tsx|sh|onnx|json|html))(?:::\w+)*`")
"""A path with at least one folder, as a document writes it."""
PLACES = ("", "src", "src/unmask", "web", "web/src", "docs")


def missing(document: Path, root: Path) -> list[str]:
    """Files that a document names and that are nowhere, however it writes their paths."""
    places = [document.parent, *(root / place for place in PLACES)]
    named = NAMED.findall(document.read_text("utf-8"))
    return [path for path in named if not any((place / path).exists() for place in places)]


def test_every_file_that_a_document_names_is_there(root: Path) -> None:
    documents = [*root.glob("*.md"), *root.glob("docs/**/*.md"), *root.glob("tools/**/*.md")]
    assert len(documents) > 10
    gone = {str(one.relative_to(root)): paths for one in documents if (paths := missing(one, root))}
    assert gone == {}


def test_a_file_that_was_moved_is_missed(tmp_path: Path, root: Path) -> None:
    (tmp_path / "guide.md").write_text("see `imaging/align.py` and `imaging/moved_away.py`")
    assert missing(tmp_path / "guide.md", root) == ["imaging/moved_away.py"]


def test_what_the_shipped_models_say_of_themselves_is_there_in_romanian(root: Path) -> None:
    romanian = (root / "web/src/texts/ro.ts").read_text("utf-8")
    files = root.glob("src/unmask/weights/*/model.json")
    models = [json.loads(one.read_text("utf-8")) for one in files]
    said = {line for one in models for line in (one["title"], one["terms"], *one["limits"])}
    assert len(said) > len(models)
    assert {line for line in said if f'"{line}":' not in romanian} == set()


ROW = re.compile(r"^\| \[([\w-]+)\]\(src/unmask/weights/\1/CARD\.md\) \|(.+)\|$", re.MULTILINE)


def test_the_readme_is_short_and_its_table_says_what_the_benchmark_does(root: Path) -> None:
    readme = (root / "README.md").read_text("utf-8")
    assert readme.count("\n") <= 120
    weights = root / "src/unmask/weights"
    rows = {name: [float(cell) for cell in cells.split("|")] for name, cells in ROW.findall(readme)}
    assert set(rows) == {path.parent.name for path in weights.glob("*/benchmark.json")}
    for name, (*shares, milliseconds) in rows.items():
        figures = json.loads((weights / name / "benchmark.json").read_bytes())["figures"]
        assert shares == [
            round(100 * figures[key]["value"], 1) for key in ("tpr", "fpr", "unsure")
        ], name
        measured = re.search(
            rf"^{name} +\w+ +([\d.]+) ", (root / "docs/performance.md").read_text("utf-8"), re.M
        )
        assert measured is not None and float(measured[1]) == milliseconds, name
