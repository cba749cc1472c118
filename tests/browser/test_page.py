"""The whole path: a picture goes to the running server, and its answer is read from the page."""

from __future__ import annotations

import gzip
import io
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.actions import (
    CANNOT_TELL,
    DROP,
    PASTE,
    card,
    choose,
    give,
    tab_to,
    verdict,
    wider_than_window,
)
from tests.pictures import beside, encoded, tinted

pytestmark = pytest.mark.browser

RED = (90, -40, -60)  # the tiny network takes red for StyleGAN, and blue for photographed
BLUE = (-80, -20, 90)


@pytest.fixture(scope="session")
def red(face_jpeg: bytes) -> bytes:
    return encoded(tinted(face_jpeg, *RED), "JPEG")


@pytest.fixture(scope="session")
def blue(face_jpeg: bytes) -> bytes:
    return encoded(tinted(face_jpeg, *BLUE), "JPEG")


def test_a_chosen_picture_is_judged(page: Page, red: bytes) -> None:
    choose(page, red)
    expect(verdict(page)).to_have_text("Probably generated")
    expect(card(page, 1)).to_contain_text("likely to be generated")
    expect(card(page, 1).get_by_role("listitem").filter(has_text="StyleGAN")).to_be_visible()
    expect(page.get_by_alt_text("photo.jpg")).to_be_visible()


def test_a_picture_without_traces_is_not_called_photographed(page: Page, blue: bytes) -> None:
    choose(page, blue)
    expect(verdict(page)).to_have_text("No sign of generation found")
    expect(page.get_by_role("main")).to_contain_text("That is not proof of a photograph")
    expect(card(page, 1)).to_contain_text("The model found no part that speaks for this.")
    expect(page.get_by_role("slider")).to_have_count(0)


@pytest.mark.parametrize("way", [DROP, PASTE], ids=["dropped", "pasted"])
def test_a_picture_dropped_or_pasted_anywhere_is_judged(page: Page, red: bytes, way: str) -> None:
    give(page, way, red)
    expect(verdict(page)).to_have_text("Probably generated")


def test_two_faces_are_outlined_and_judged_apart(page: Page, face_jpeg: bytes) -> None:
    both = beside(tinted(face_jpeg, *RED), tinted(face_jpeg, *BLUE))
    choose(page, encoded(both, "JPEG", quality=92))
    expect(verdict(page)).to_have_text("Probably generated")
    outlines = page.locator("[data-face-outline]")
    expect(outlines).to_have_count(2)
    assert {one.get_attribute("data-verdict") for one in outlines.all()} == {"generated", "real"}
    picture = page.get_by_alt_text("photo.jpg").bounding_box()
    assert picture is not None
    middle = picture["x"] + picture["width"] / 2
    for outline, left in ((outlines.and_(page.locator("[data-verdict=generated]")), True),
                          (outlines.and_(page.locator("[data-verdict=real]")), False)):  # fmt: skip
        box = outline.bounding_box()
        assert box is not None
        assert (box["x"] + box["width"] / 2 < middle) is left


def test_another_model_judges_the_same_picture_again(page: Page, red: bytes) -> None:
    choose(page, red)
    expect(verdict(page)).to_have_text("Probably generated")
    with page.expect_response("**/api/detect") as response:
        page.get_by_label("Model", exact=True).select_option(label="Tiny, its twin")
    assert response.value.json()["model"] == "tiny-twin"
    expect(verdict(page)).to_have_text("Probably generated")


def test_the_shipped_model_judges_a_face(page: Page, face_jpeg: bytes, root: Path) -> None:
    if not (root / "src/unmask/weights/efficientnet-source/model.json").is_file():
        pytest.skip("efficientnet-source is not in src/unmask/weights")
    page.get_by_label("Model", exact=True).select_option("efficientnet-source")
    with page.expect_response("**/api/detect") as response:
        choose(page, face_jpeg)
    words = {
        "generated": "Probably generated",
        "unsure": CANNOT_TELL,
        "real": "No sign of generation found",
    }
    report = response.value.json()
    assert report["model"] == "efficientnet-source"
    expect(verdict(page)).to_have_text(words[report["verdict"]])


def test_a_text_file_by_a_picture_name_is_refused_in_words(page: Page, red: bytes) -> None:
    choose(page, b"Dear reader, this is no picture.\n" * 40)
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("This is not a picture that can be read")
    expect(alert).to_contain_text("accepted are JPEG")
    choose(page, red)
    expect(verdict(page)).to_have_text("Probably generated")
    expect(alert).to_have_count(0)


def test_the_keyboard_is_enough(page: Page, red: bytes) -> None:
    tab_to(page, page.get_by_role("button", name="Choose pictures"))
    file = page.locator("input[type=file]")
    # Noted here rather than by the browser's dialogue, which may open before it is watched for.
    file.evaluate(
        """input => input.addEventListener("click", (event) => {
          event.preventDefault();
          input.dataset.asked = "yes";
        }, { once: true })"""
    )
    page.keyboard.press("Enter")
    expect(file).to_have_attribute("data-asked", "yes")
    choose(page, red)
    expect(verdict(page)).to_be_visible()
    slider = page.get_by_role("slider", name="Heat map strength, Face 1")
    tab_to(page, slider)
    heat = card(page, 1).locator("img")
    for key, value, opacity in (
        ("Home", "0", "0"),
        ("ArrowRight", "5", "0.05"),
        ("End", "100", "1"),
    ):
        page.keyboard.press(key)
        expect(slider).to_have_value(value)
        expect(heat).to_have_css("opacity", opacity)


@pytest.mark.parametrize("width", [320, 360, 2560])
def test_nothing_is_wider_than_the_window(page: Page, face_jpeg: bytes, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 640})
    assert not wider_than_window(page)
    both = beside(tinted(face_jpeg, *RED), tinted(face_jpeg, *BLUE))
    choose(page, encoded(both, "JPEG"), "a-very-long-name-without-any-space-" * 3 + ".jpg")
    expect(verdict(page)).to_be_visible()
    page.get_by_text("About this check").click()
    assert not wider_than_window(page)


def test_the_script_of_the_page_is_small(root: Path) -> None:
    built = root / "src/unmask/api/page/assets"
    if not built.is_dir():
        pytest.skip("the page is not built: run `make page`")
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb") as file:
        for script in sorted(built.glob("*.js")):
            file.write(script.read_bytes())
    assert 0 < len(packed.getvalue()) < 250_000
