"""What axe-core finds wrong with a page."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import Page


def violations(page: Page, root: Path) -> list[str]:
    """The rules that the page breaks as it is shown now, each with the first place."""
    axe = root / "web/node_modules/axe-core/axe.min.js"
    if not axe.is_file():
        pytest.skip("axe-core is not installed: run `npm ci` in web/")
    page.evaluate(axe.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run().then((results) => results.violations)")
    return [f"{one['id']}: {json.dumps(one['nodes'][0]['html'])}" for one in found]
