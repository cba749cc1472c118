"""A server that answers only who has a token: the page asks for it, and then all works."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.actions import choose, verdict
from tests.browser.conftest import Visit
from tests.faults.running import serving
from tests.tiny_bundle import write_bundle
from unmask.history.opening import open_history
from unmask.history.tokens import create_token

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("required")


@pytest.fixture(scope="module")
def served(root: Path, folder: Path) -> Iterator[str]:
    """The address of a server that requires tokens, in place of the one of the other tests."""
    if not (root / "src/unmask/api/page/index.html").is_file():
        pytest.skip("the page is not built: run `make page`")
    write_bundle(folder / "models/tiny")
    with serving(folder, folder / "models", UNMASK_REQUIRE_TOKEN="true") as running:
        yield running.address


def test_the_page_asks_for_the_token_and_then_checks_and_saves(
    visit: Visit, folder: Path, face_jpeg: bytes
) -> None:
    page = visit()
    page.goto("/")
    choose(page, face_jpeg)
    dialogue = page.get_by_role("dialog", name="This server asks for a token")
    dialogue.get_by_label("Token").fill("unmask_wrong")
    page.keyboard.press("Enter")
    expect(dialogue.get_by_role("alert")).to_have_text("The server did not accept that token.")
    expect(verdict(page)).to_have_count(0)

    with closing(open_history(folder / "data", shelf_bytes=0)) as history:
        token = create_token(history, "page")
    dialogue.get_by_label("Token").fill(token)
    page.keyboard.press("Enter")
    expect(dialogue).to_have_count(0)
    expect(verdict(page)).to_be_visible()
    page.get_by_role("button", name="Save to the history").click()
    expect(page.get_by_role("button", name="Save to the history")).to_have_count(0)
    page.goto("/history")
    expect(page.locator("[data-entry]")).to_have_count(1)
