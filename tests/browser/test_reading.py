"""The pages to be read: how it works, and the limits."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.actions import wider_than_window
from tests.browser.audit import violations
from tests.browser.conftest import Visit

pytestmark = pytest.mark.browser


@pytest.fixture
def page(visit: Visit) -> Page:
    """A browser in which no address is open yet."""
    return visit()


def test_the_five_steps_are_told_in_order(page: Page) -> None:
    page.goto("/how")
    expect(page).to_have_title("How it works · Unmask")
    steps = page.get_by_role("list").filter(has_text="The file is opened").get_by_role("heading")
    expect(steps).to_contain_text(["Picture", "Face", "Crop", "Scores", "Verdict"])


def test_every_drawing_is_told_in_words(page: Page) -> None:
    for address, drawings in (("/how", 3), ("/limits", 1)):
        page.goto(address)
        expect(page.get_by_role("main").get_by_role("img")).to_have_count(drawings)
        for drawing in page.get_by_role("main").get_by_role("img").all():
            expect(drawing).to_have_accessible_name(re.compile("^Diagram.{20}"))


def test_the_squares_are_as_many_as_the_words_say(page: Page) -> None:
    page.goto("/limits")
    squares = page.get_by_role("img", name="Diagram of 85 squares").locator("rect")
    expect(squares).to_have_count(85)
    hollow = [square.evaluate("one => getComputedStyle(one).fill") for square in squares.all()]
    assert hollow.count("none") == 10


def test_how_it_works_leads_to_the_limits_and_on(page: Page) -> None:
    page.goto("/how")
    expect(page.get_by_role("main")).to_contain_text("Nothing, unless you say so.")
    page.get_by_role("link", name="Read what it cannot tell you").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Limits")
    expect(page.get_by_role("main")).to_contain_text("A result is not proof.")
    page.get_by_role("link", name="See how many they find").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Models")


def test_the_limits_name_what_the_models_know(page: Page) -> None:
    page.goto("/limits")
    expect(page.get_by_role("main")).to_contain_text("learned from: StyleGAN")
    body = {"default": None, "models": []}
    page.route("**/api/models", lambda route: route.fulfill(json=body))
    page.reload()
    expect(page.get_by_role("main")).to_contain_text("Generators that it never saw")
    expect(page.get_by_role("main")).not_to_contain_text("learned from:")


@pytest.mark.parametrize(
    ("address", "title", "words"),
    [
        ("/how", "Cum funcționează", "Nimic, dacă nu cereți."),
        ("/limits", "Limite", "Un rezultat nu este o dovadă."),
    ],
)
def test_they_speak_romanian(page: Page, address: str, title: str, words: str) -> None:
    page.goto(address)
    page.get_by_label("Language").select_option("ro")
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    expect(page.get_by_role("main")).to_contain_text(words)
    assert page.evaluate("document.documentElement.lang") == "ro"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("address", ["/how", "/limits"])
def test_axe_finds_nothing(page: Page, root: Path, address: str, width: int, scheme: str) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
    page.goto(address)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert violations(page, root) == []
    assert not wider_than_window(page)
