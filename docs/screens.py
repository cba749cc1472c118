"""Make the screenshot in this folder: the real page, the shipped model, a generated face.

Run by `make screens`; needs the page built, the test dependencies, and Chromium or Chrome.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import expect, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
FACE = ROOT / "tests/data/face.jpg"
CHROMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
SCREEN = {"width": 1200, "height": 1090}


def main() -> None:
    """Start a server, give the page a picture, and keep what it shows."""
    chrome = next(filter(None, map(shutil.which, CHROMES)), None)
    if chrome is None:
        sys.exit("screenshots need Chromium or Google Chrome: install one")
    command = [str(Path(sys.executable).with_name("unmask")), "serve", "--port", "0"]
    with (
        tempfile.TemporaryDirectory() as kept,
        subprocess.Popen(
            command, stdout=subprocess.PIPE, text=True, env={"UNMASK_DATA_DIR": kept}
        ) as server,
    ):
        try:
            assert server.stdout is not None
            address = next(filter(None, (re.search(r"http://\S+", line) for line in server.stdout)))
            take(chrome, address[0])
        finally:
            server.terminate()


def take(chrome: str, address: str) -> None:
    """Photograph the page at `address` when it has judged the face."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chrome, args=["--no-sandbox"])
        page = browser.new_page(viewport=SCREEN)
        page.goto(address)
        page.locator("input[type=file]").set_input_files(FACE)
        expect(page.locator("#verdict")).to_be_visible(timeout=60_000)
        page.screenshot(path=ROOT / "docs/page.png")
        browser.close()


if __name__ == "__main__":
    main()
