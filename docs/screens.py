"""Make the screenshots in docs/screens: the real page and the shipped models, flow by flow.

Run by `make screens`; needs the page built, the test dependencies, and Chromium or Chrome. The
faces are generated ones, the only photograph is NASA's.
"""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image, PngImagePlugin
from playwright.sync_api import Browser, FilePayload, Locator, Page, expect, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
SCREENS = ROOT / "docs/screens"
SAMPLES = ROOT / "web/public/samples"
FACE = ROOT / "tests/data/face.jpg"
GENERATED = SAMPLES / "generated-2.jpg"
TWO_FACES = ROOT / "tests/data/two-faces.jpg"
SAVED = (
    ROOT / "tests/data/no-face.png",
    TWO_FACES,
    SAMPLES / "astronaut.jpg",
    FACE,
    GENERATED,
)
CHROMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGS = ("--no-sandbox", "--use-fake-device-for-media-stream")
DESK = {"width": 1200, "height": 1090}
PHONE = {"width": 390, "height": 844}
PATIENCE = 120_000  # milliseconds
LARGEST = 300_000  # bytes of a screenshot
# Lets a check wait for ever, without a call under way.
NO_ANSWER = """() => {
  const call = window.fetch;
  window.fetch = (path, ...rest) =>
    path === "/api/detect" ? new Promise(() => {}) : call(path, ...rest);
}"""

Flow = Callable[[Page], None]


def main() -> None:
    """Start a server, walk through each flow, and keep what the page shows."""
    chrome = next(filter(None, map(shutil.which, CHROMES)), None)
    if chrome is None:
        sys.exit("screenshots need Chromium or Google Chrome: install one")
    SCREENS.mkdir(exist_ok=True)
    with served() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chrome, args=ARGS)
        take_all(browser, address)
        browser.close()


@contextmanager
def served() -> Iterator[str]:
    """The address of a server that keeps its history in a folder of its own."""
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
            yield address[0]
        finally:
            server.terminate()


def take_all(browser: Browser, address: str) -> None:
    """Photograph the page at `address`: every flow at a desk, some in the dark and on a phone."""
    with opened(browser, address) as page:
        take(page, "check", start)
        take(page, "result", lambda page: check(page, GENERATED))
        take(page, "result-whole", stay, whole=True)
        take(page, "side-by-side", side_by_side)
        take(page, "occlusion", occlusion)
        take(page, "comparison", comparison)
        take(page, "printed", printed, whole=True)
    with opened(browser, address) as page:
        take(page, "map-per-class", map_per_class)
        take(page, "no-part-found", no_part_found)
        take(page, "several-pictures", several_pictures)
        take(page, "unsure", lambda page: check(page, SAMPLES / "astronaut.jpg"))
        take(page, "several-faces", lambda page: check(page, TWO_FACES))
        take(page, "no-face", lambda page: check(page, SAVED[0]))
        take(page, "unusable", lambda page: check(page, tiny_face()))
        take(page, "provenance", lambda page: check(page, noted()))
        take(page, "error", error)
        take(page, "progress", progress)
        take(page, "camera", camera)
        for picture in SAVED:
            save(page, picture)
        take(page, "history", history)
        take(page, "history-list", history_as_list)
        take(page, "history-filtered", history_filtered)
        take(page, "delete", delete)
        take(page, "entry", entry)
        take(page, "re-check", re_check)
        take(page, "models", lambda page: read(page, "/models"))
        take(page, "model-card", stay, part="article")
        take(page, "how", lambda page: read(page, "/how"), whole=True)
        take(page, "limits", lambda page: read(page, "/limits"), whole=True)
    with opened(browser, address, color_scheme="dark") as page:
        take(page, "check-dark", start)
        take(page, "result-dark", lambda page: check(page, GENERATED))
    with opened(browser, address) as page:
        take(page, "token", token)
    with opened(browser, address, locale="ro-RO") as page:
        take(page, "result-romanian", lambda page: check(page, GENERATED), whole=True)
    with opened(browser, address, viewport=PHONE, locale="ro-RO") as page:
        take(page, "phone-romanian", start)
    with opened(browser, address, viewport=PHONE) as page:
        take(page, "phone-result", lambda page: check(page, GENERATED), whole=True)
        take(page, "phone-comparison", comparison)
        for picture in SAVED:
            save(page, picture)
        take(page, "phone-history", history, whole=True)
        take(page, "phone-re-check", re_check)
        take(page, "phone-several-pictures", several_pictures)
        take(page, "phone-model-card", lambda page: read(page, "/models"), part="article")


@contextmanager
def opened(browser: Browser, address: str, **options: object) -> Iterator[Page]:
    """The page as a new visitor sees it."""
    settings = {"viewport": DESK, "locale": "en-GB", "reduced_motion": "reduce"} | options
    context = browser.new_context(base_url=address, **settings)  # type: ignore[arg-type]
    context.set_default_timeout(PATIENCE)
    expect.set_options(timeout=PATIENCE)
    yield context.new_page()
    context.close()


def take(
    page: Page, name: str, flow: Flow, *, whole: bool = False, part: str | None = None
) -> None:
    """Walk through a flow, then keep what the page shows as docs/screens/NAME.png.

    That is the window, the `whole` page, or all of a `part`: the first element that fits this.
    """
    flow(page)
    page.wait_for_load_state("networkidle")
    path = SCREENS / f"{name}.png"
    seen = page.locator(part).first.screenshot() if part else page.screenshot(full_page=whole)
    shot = Image.open(io.BytesIO(seen)).convert("RGB")
    # A palette of 256 colours, well chosen, is a third of the size.
    shot.quantize(256, Image.Quantize.MAXCOVERAGE, kmeans=4).save(path, optimize=True)
    size = path.stat().st_size
    print(f"{path.relative_to(ROOT)}  {shot.width}x{shot.height}  {size // 1000} kB")
    if size > LARGEST:
        sys.exit(f"{path.name} is larger than {LARGEST // 1000} kB")


def start(page: Page) -> None:
    """The first thing that a visitor sees."""
    page.goto("/")
    expect(page.locator("main h1")).to_be_visible()


def give(page: Page, picture: Path | FilePayload) -> None:
    """Give a picture."""
    start(page)
    page.locator("main input[type=file]").first.set_input_files(picture)


def check(page: Page, picture: Path | FilePayload) -> None:
    """Give a picture and wait for its answer."""
    give(page, picture)
    expect(page.locator("[data-summary] h2")).to_be_visible()


def stay(page: Page) -> None:
    """What the flow before has led to."""


def side_by_side(page: Page) -> None:
    """The face of a result, and beside it the same under its heat map."""
    page.get_by_label("Side by side").check()
    scroll_to(page, page.locator("#face-1"))


def map_per_class(page: Page) -> None:
    """What speaks for one class of several: not the likeliest."""
    check(page, SAMPLES / "generated-1.jpg")
    page.get_by_label("What speaks for, Face 1").select_option("stylegan1")
    page.get_by_label("Heat map strength, Face 1").press("End")
    scroll_to(page, page.locator("#face-1"))


def no_part_found(page: Page) -> None:
    """A class for which no part of the face speaks."""
    check(page, GENERATED)
    chooser = page.get_by_label("What speaks for, Face 1")
    for option in chooser.locator("option").all():
        chooser.select_option(option.get_attribute("value"))
        if page.get_by_text("The model found no part that speaks for this.").count():
            scroll_to(page, page.locator("#face-1"))
            return
    sys.exit(f"in {GENERATED.name} there is a part that speaks for every class")


def occlusion(page: Page) -> None:
    """The second map of a result, made by covering parts."""
    page.get_by_label("Side by side").uncheck()
    page.get_by_role("button", name="Test this map by covering parts").click()
    expect(page.get_by_label("What speaks for, Face 1")).to_have_value("occlusion")
    scroll_to(page, page.locator("#face-1"))


def comparison(page: Page) -> None:
    """What the other models say of a result."""
    page.get_by_role("button", name="Compare all models").click()
    expect(page.get_by_text(re.compile("^(All models say|The models do not)"))).to_be_visible()
    scroll_to(page, page.get_by_role("heading", name="Who says so"))


def printed(page: Page) -> None:
    """A result as it is printed, at the width of A4 within its margins."""
    page.set_viewport_size({"width": 700, "height": 1000})
    page.emulate_media(media="print")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")


def tiny_face() -> FilePayload:
    """A copy of a portrait in which the face is too small to be judged."""
    with Image.open(FACE) as picture:
        small = picture.resize((picture.width // 11, picture.height // 11))
    ground = Image.new("RGB", (480, 360), (150, 160, 165))
    ground.paste(small, (200, 120))
    return png(ground, "far-away.png")


def noted() -> FilePayload:
    """A generated portrait with the note that a generator leaves in the file."""
    note = PngImagePlugin.PngInfo()
    note.add_text("parameters", "portrait photo, soft light\nSteps: 28, Sampler: Euler a, Seed: 7")
    with Image.open(GENERATED) as picture:
        return png(picture.convert("RGB"), "from-a-generator.png", pnginfo=note)


def png(picture: Image.Image, name: str, **options: object) -> FilePayload:
    """A picture as a file that can be given."""
    file = io.BytesIO()
    picture.save(file, "PNG", **options)
    return FilePayload(name=name, mimeType="image/png", buffer=file.getvalue())


def error(page: Page) -> None:
    """A file that is no picture."""
    give(page, FilePayload(name="letter.jpg", mimeType="image/jpeg", buffer=b"Dear reader"))
    expect(page.get_by_role("alert")).to_be_visible()


def progress(page: Page) -> None:
    """A check under way, the faces found and not judged yet."""
    start(page)
    page.evaluate(NO_ANSWER)
    page.locator("main input[type=file]").first.set_input_files(TWO_FACES)
    expect(page.locator("[data-face-outline]")).to_have_count(2)


def camera(page: Page) -> None:
    """The camera's dialogue; the browser pretends to have one."""
    page.context.grant_permissions(["camera"])
    start(page)
    page.get_by_role("button", name="Take a photo").click()
    expect(page.get_by_role("button", name="Take it")).to_be_enabled()


def token(page: Page) -> None:
    """The question for a token, put before anything is answered."""
    missing = {"type": "urn:unmask:problem:token-missing", "title": "A token is needed",
               "status": 401, "detail": "this server answers only who has a token"}  # fmt: skip
    page.route("**/api/*", lambda route: route.fulfill(status=401, json=missing))
    start(page)
    expect(page.get_by_role("dialog")).to_be_visible()


def several_pictures(page: Page) -> None:
    """Several pictures given at once, and the answer to one of them."""
    start(page)
    page.locator("main input[type=file]").first.set_input_files([GENERATED, FACE, TWO_FACES])
    expect(page.get_by_text("3 of 3 checked")).to_be_visible()


def scroll_to(page: Page, element: Locator) -> None:
    """Let an element stand near the top of the window."""
    element.evaluate("element => scrollTo(0, element.getBoundingClientRect().top + scrollY - 24)")


def save(page: Page, picture: Path) -> None:
    """Check a picture and save the answer."""
    check(page, picture)
    with page.expect_response("**/api/history/save"):
        page.get_by_role("button", name=re.compile("^Save")).click()


def history(page: Page) -> None:
    """All that was saved."""
    read(page, "/history")
    expect(page.locator("[data-entry]")).to_have_count(len(SAVED))


def history_as_list(page: Page) -> None:
    """The same, line by line."""
    history(page)
    page.get_by_role("button", name="List").click()


def history_filtered(page: Page) -> None:
    """Only what was called generated, the most suspicious first."""
    history(page)
    page.get_by_role("button", name="Grid").click()
    page.get_by_label("Verdict").select_option("generated")
    page.get_by_label("Order", exact=True).select_option("most_suspicious")
    expect(page.get_by_role("button", name="Clear the filters")).to_be_visible()
    expect(page.get_by_text(re.compile("fits? the filters$"))).to_be_visible()


def delete(page: Page) -> None:
    """The question before a saved check is deleted."""
    history(page)
    page.get_by_role("button", name=f"Delete {GENERATED.name}").click()
    expect(page.get_by_role("dialog")).to_be_visible()


def entry(page: Page) -> None:
    """What was saved of one picture."""
    history(page)
    page.get_by_role("link", name=GENERATED.name, exact=True).click()
    expect(page.locator("[data-summary] h2")).to_be_visible()


def re_check(page: Page) -> None:
    """What another model says of a saved picture."""
    entry(page)
    again = page.get_by_role("region", name="What would another model say?")
    again.get_by_role("button", name="Check again").click()
    expect(again.get_by_role("table")).to_be_visible()
    scroll_to(page, again)


def read(page: Page, path: str) -> None:
    """A page of the shell."""
    page.goto(path)
    expect(page.locator("main h1")).to_be_visible()


if __name__ == "__main__":
    main()
