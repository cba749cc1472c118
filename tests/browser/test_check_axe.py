"""No barrier that axe-core knows on the check and its results: light, dark, and on a phone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.actions import (
    GREY,
    answer,
    card,
    choose,
    face,
    hold,
    problem,
    reply,
    report,
    see,
    unusable,
    verdict,
)
from tests.browser.audit import violations
from tests.browser.test_check_result import CREDENTIALS, MAPS, NOTE, OCCLUSION, stability

pytestmark = pytest.mark.browser

REGIONS = [{"region": "eyes", "weight": 2.0}, {"region": "background", "weight": -1.0}]
FULL = report(
    "generated",
    face(maps=MAPS, regions=REGIONS, stability=stability(False)),
    face(verdict="unsure", probability=0.6, box=[5.0, 5.0, 50.0, 60.0]),
    face(verdict="real", probability=0.01, box=[150.0, 150.0, 50.0, 60.0]),
    unusable("too_small") | {"box": [200.0, 10.0, 20.0, 20.0]},
    provenance={"content_credentials": CREDENTIALS, "generator": NOTE},
)


def nothing(page: Page) -> None:
    """The page as it is opened."""


def finding(page: Page) -> None:
    """A check under way."""
    hold(page, "validate-face")
    choose(page, GREY)
    expect(page.get_by_role("heading", name="Looking for faces")).to_be_visible()


def judging(page: Page) -> None:
    """Several checks, one of them with faces found."""
    answer(page, FULL)
    hold(page, "detect")
    choose(page, GREY, "one.jpg", "two.jpg")
    expect(page.locator("[data-face-outline]")).to_have_count(4)


def several_faces(page: Page) -> None:
    """A result with all that can be said."""
    see(page, FULL, GREY)
    page.get_by_text("About this check").click()
    page.get_by_text("What the generator was asked for").click()
    card(page, 1).get_by_label("Side by side").check()


def compared(page: Page) -> None:
    """A result with the table of all models."""
    see(page, report("generated", face()), GREY)
    page.get_by_role("button", name="Compare all models").click()
    expect(page.get_by_role("table")).to_be_visible()
    expect(page.get_by_text("waiting…")).to_have_count(0)


def covered(page: Page) -> None:
    """A result with the map made by covering parts."""
    see(page, report("generated", face(maps=[*MAPS, OCCLUSION])), GREY)
    expect(card(page, 1)).to_contain_text("the more the answer falls")


def covering(page: Page) -> None:
    """A result whose second map is under way."""
    see(page, report("generated", face(maps=MAPS)), GREY)
    hold(page, "detect")
    card(page, 1).get_by_role("button", name="Test this map").click()
    expect(card(page, 1).get_by_role("button", name="Cancel")).to_be_visible()


def saved(page: Page) -> None:
    """A result that was saved."""
    see(page, report("generated", face()), GREY)
    page.route("**/api/history/save", reply({"id": "A" * 40}, 201))
    page.get_by_role("button", name="Save to the history").click()
    expect(page.get_by_text("Saved to the history of this browser.")).to_be_visible()


def romanian(page: Page) -> None:
    """The same result as `several_faces`, in Romanian."""
    see(page, FULL, GREY)
    page.get_by_label("Language").select_option("ro")
    expect(verdict(page)).to_have_text("Probabil generată: pixelii și fișierul spun la fel")


def no_face(page: Page) -> None:
    """Nothing that could be judged."""
    see(page, report("not_applicable"), GREY)


def a_problem(page: Page) -> None:
    """A check that did not work."""
    answer(page, problem("busy", 503, "too many pictures are waiting"), 503)
    choose(page, GREY)
    expect(page.get_by_role("alert")).to_be_visible()


def camera(page: Page) -> None:
    """The dialogue of the camera."""
    page.context.grant_permissions(["camera"])
    page.get_by_role("button", name="Take a photo").click()
    expect(page.get_by_role("button", name="Take it")).to_be_enabled()


def token(page: Page) -> None:
    """The dialogue that asks for a token."""
    answer(page, problem("token-missing", 401, "a token is needed"), 401)
    choose(page, GREY)
    expect(page.get_by_role("dialog")).to_be_visible()


@pytest.mark.parametrize(
    ("width", "scheme"), [(1280, "light"), (1280, "dark"), (320, "light"), (320, "dark")]
)
@pytest.mark.parametrize(
    "shown",
    [
        nothing,
        finding,
        judging,
        several_faces,
        compared,
        covering,
        covered,
        saved,
        romanian,
        no_face,
        a_problem,
        camera,
        token,
    ],
    ids=lambda shown: shown.__name__,
)
def test_axe_finds_no_barrier(
    page: Page, root: Path, shown: Callable[[Page], None], scheme: str, width: int
) -> None:
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
    page.set_viewport_size({"width": width, "height": 900})
    shown(page)
    assert violations(page, root) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_whole_check_can_be_done_and_left_by_the_keyboard(page: Page) -> None:
    """From a sample to a saved result, with Tab, Enter and the arrows alone."""
    answer(page, FULL)

    def press(name: str, key: str = "Enter") -> None:
        for _ in range(60):
            page.keyboard.press("Tab")
            focused = page.evaluate(
                "document.activeElement.getAttribute('aria-label')"
                " || document.activeElement.labels?.[0]?.textContent"
                " || document.activeElement.textContent"
            )
            if focused.startswith(name):
                page.keyboard.press(key)
                return
        raise AssertionError(f"60 times Tab did not reach {name}")

    press("A portrait")
    expect(verdict(page)).to_have_text("Probably generated: pixels and file agree")
    press("Side by side", "Space")
    expect(card(page, 1).locator("canvas")).to_have_count(2)
    press("What speaks for", "ArrowDown")
    expect(card(page, 1)).to_contain_text("speaks for Stable Diffusion XL")
    press("About this check")
    expect(page.get_by_text("ab" * 32)).to_be_visible()
    press("More on the limits")
    expect(page.locator("#content")).to_be_focused()
    expect(page).to_have_title("Limits · Unmask")
