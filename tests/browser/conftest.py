"""The served page in a real browser: an installed Chromium or Chrome, driven by Playwright."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.pictures import face_jpeg as face_jpeg
from tests.pictures import no_face_jpeg as no_face_jpeg
from tests.tiny_bundle import write_bundle

CHROMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MAC_CHROME = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"
FLAGS = [
    "--use-fake-device-for-media-stream",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
PATIENCE = 90_000  # milliseconds; the machine may be busy, and nothing waits longer than it must
expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="session")
def chrome() -> str:
    """The browser to drive: UNMASK_CHROMIUM, or the first that is installed."""
    named = os.environ.get("UNMASK_CHROMIUM")
    found = map(shutil.which, [named] if named else [*CHROMES, MAC_CHROME])
    path = next(filter(None, found), None)
    if path is None:
        pytest.skip(
            f"UNMASK_CHROMIUM={named} is no browser"
            if named
            else "no Chromium or Chrome: install one (Debian: chromium), or name it in "
            "UNMASK_CHROMIUM"
        )
    return path


@pytest.fixture(scope="session")
def served(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a running server; its default model is the tiny one that looks at colours."""
    if not (root / "src/unmask/api/page/index.html").is_file():
        pytest.skip("the page is not built: run `make page`")
    models = tmp_path_factory.mktemp("models")
    write_bundle(models / "tiny")
    write_bundle(models / "tiny-twin", title="Tiny, its twin")
    kept = {name: value for name, value in os.environ.items() if not name.startswith("UNMASK_")}
    settings = {
        "UNMASK_DATA_DIR": str(tmp_path_factory.mktemp("data")),
        "UNMASK_MODELS_DIR": str(models),
        "UNMASK_MODEL": "tiny",
        "PYTHONUNBUFFERED": "1",
    }
    command = [str(Path(sys.executable).with_name("unmask")), "serve", "--port", "0"]
    with subprocess.Popen(
        command, env=kept | settings, stdout=subprocess.PIPE, text=True
    ) as server:
        try:
            assert server.stdout is not None
            said = ""
            for line in server.stdout:
                said += line
                address = re.search(r"http://\S+", line)
                if address:
                    yield address[0]
                    break
            else:
                pytest.fail(f"`unmask serve` ended and said: {said!r}")
        finally:
            server.terminate()


# Not longer than a module: while Playwright runs, no other test can run an event loop of its own.
@pytest.fixture(scope="module")
def browser(chrome: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chrome, args=FLAGS)
        yield browser
        browser.close()


Visit = Callable[..., Page]


@pytest.fixture
def visit(browser: Browser, served: str) -> Iterator[Visit]:
    """Makes fresh profiles in which no address is open yet.

    Script errors and CSP violations in any of them fail the test.
    """
    mistakes: list[str] = []
    contexts = []

    def new(**options: object) -> Page:
        settings = {"viewport": {"width": 1280, "height": 900}, "locale": "en-GB"} | options
        context = browser.new_context(base_url=served, **settings)  # type: ignore[arg-type]
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: mistakes.append(str(error)))
        page.on(
            "console",
            lambda message: (
                mistakes.append(message.text) if "Content Security Policy" in message.text else None
            ),
        )
        return page

    yield new
    for context in contexts:
        context.close()
    assert mistakes == []


@pytest.fixture
def page(visit: Visit) -> Page:
    """The page, just opened in a fresh profile."""
    page = visit()
    page.goto("/")
    expect(page.get_by_role("button", name="Choose pictures")).to_be_visible()
    return page
