"""What the documents name is there."""

from __future__ import annotations

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
