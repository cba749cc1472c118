"""What surrounds all pages: addresses, titles, languages, tokens."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.actions import (
    GREY,
    answer,
    card,
    choose,
    face,
    problem,
    reply,
    report,
    see,
    tab_to,
    unusable,
    verdict,
    wider_than_window,
)
from tests.browser.audit import violations
from tests.browser.conftest import Visit

pytestmark = pytest.mark.browser

PAGES = {
    "History": "/history",
    "Models": "/models",
    "How it works": "/how",
    "Limits": "/limits",
    "Check": "/",
}


def test_the_navigation_leads_through_all_pages(page: Page) -> None:
    for name, path in PAGES.items():
        link = page.get_by_role("navigation", name="Pages").get_by_role("link", name=name)
        link.click()
        expect(page).to_have_url(path)
        expect(page).to_have_title(f"{name} · Unmask")
        expect(link).to_have_attribute("aria-current", "page")
        expect(page.get_by_role("heading", level=1)).to_have_count(1)
        expect(page.locator("#content")).to_be_focused()
        assert page.evaluate("window.scrollY") == 0


def test_every_page_can_be_opened_by_its_address_and_left_by_going_back(page: Page) -> None:
    page.goto("/limits")
    expect(page).to_have_title("Limits · Unmask")
    page.get_by_role("link", name="Models", exact=True).first.click()
    expect(page).to_have_title("Models · Unmask")
    page.go_back()
    expect(page).to_have_title("Limits · Unmask")


@pytest.mark.parametrize("path", ["/nowhere", "/limits/more", "/history/a/b"])
def test_an_address_without_a_page_says_so(page: Page, path: str) -> None:
    page.goto(path)
    expect(page.get_by_role("heading", level=1)).to_have_text("Nothing here")
    page.get_by_role("main").get_by_role("link").click()
    expect(page.get_by_role("button", name="Choose pictures")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_axe_finds_nothing_where_there_is_no_page(
    page: Page, root: Path, width: int, scheme: str
) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
    page.goto("/nowhere")
    expect(page.get_by_role("heading", level=1)).to_have_text("Nothing here")
    assert violations(page, root) == []
    assert not wider_than_window(page)


def test_without_javascript_the_page_says_in_both_languages_what_it_needs(visit: Visit) -> None:
    page = visit(java_script_enabled=False)
    page.goto("/")
    english, romanian = page.locator("noscript p").all()
    expect(english).to_be_visible()
    expect(english).to_have_text("Unmask needs JavaScript to show its answers.")
    expect(romanian).to_be_visible()
    expect(romanian).to_have_text("Unmask are nevoie de JavaScript ca să-și arate răspunsurile.")


def test_the_first_tab_skips_the_navigation(page: Page) -> None:
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    tab_to(page, page.get_by_role("button", name="Choose pictures"), most=1)


def test_a_part_that_cannot_be_loaded_says_what_to_do(page: Page) -> None:
    page.route("**/assets/LimitsPage*.js", lambda route: route.abort())
    page.get_by_role("link", name="Limits", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("Reload the page.")
    page.get_by_role("link", name="Check", exact=True).click()
    expect(page.get_by_role("button", name="Choose pictures")).to_be_visible()


def test_the_other_pages_are_only_loaded_when_they_are_opened(page: Page) -> None:
    loaded = "performance.getEntriesByType('resource').map((one) => one.name).join()"
    assert "HistoryPage" not in page.evaluate(loaded)
    page.get_by_role("link", name="History", exact=True).click()
    expect(page).to_have_title("History · Unmask")
    assert "HistoryPage" in page.evaluate(loaded)


ENGLISH = re.compile(
    r"\b(the|and|face|faces|picture|pictures|model|generated|photograph|likely|copy|choose)\b", re.I
)
OF_BOTH = ("model", "JPEG", "photo")


def english(page: Page) -> list[str]:
    """English words on the page, but for the names of models and files, and the server's words."""
    shown = page.evaluate(
        """() => {
          const copy = document.body.cloneNode(true);
          for (const one of copy.querySelectorAll("select, script, noscript, [lang=en]")) {
            one.remove();
          }
          const labels = [...copy.querySelectorAll("[aria-label], [alt], [title]")].flatMap(
            (one) => ["aria-label", "alt", "title"].map((name) => one.getAttribute(name) ?? ""),
          );
          return [copy.textContent, ...labels].join("\\n");
        }"""
    )
    return [word for word in ENGLISH.findall(shown) if word.lower() not in OF_BOTH]


def test_a_reader_of_romanian_is_answered_in_romanian(browser: Browser, served: str) -> None:
    context = browser.new_context(base_url=served, locale="ro-RO")
    page = context.new_page()
    page.goto("/")
    expect(page.get_by_role("button", name="Alegeți imagini")).to_be_visible()
    assert page.evaluate("document.documentElement.lang") == "ro"
    assert english(page) == []
    shaky = face(verdict="unsure", why_unsure="not_steady", probability=0.5)
    see(page, report("unsure", shaky, unusable("blurred")), GREY)
    expect(verdict(page)).to_have_text("Nu se poate spune")
    first = page.get_by_role("region", name="Fața 1")
    expect(first.get_by_role("heading", name="probabilitate")).to_have_text(
        re.compile("^50\\s%.* să fie generată$")
    )
    expect(page.get_by_role("main")).to_contain_text("2 fețe: 1 neclară și 1 nejudecată.")
    assert english(page) == []
    context.close()


def test_what_comes_in_english_is_marked_as_that(page: Page) -> None:
    page.get_by_label("Language").select_option("ro")
    answer(page, problem("busy", 503, "too many pictures are waiting"), 503)
    choose(page, GREY)
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("Serverul spune (în engleză): Too many pictures are waiting.")
    expect(alert.locator("[lang=en]")).to_have_text("Too many pictures are waiting.")
    assert english(page) == []
    page.unroute_all()
    see(page, report("generated", face()), GREY)
    page.get_by_text("Despre această verificare").click()
    terms = page.get_by_role("definition").filter(has_text="Made by a test.")
    expect(terms).to_have_attribute("lang", "en")


def test_the_language_is_switched_at_once_and_kept(page: Page) -> None:
    see(page, report("generated", face()), GREY)
    page.get_by_label("Language").select_option("ro")
    expect(verdict(page)).to_have_text("Probabil generată")
    expect(page).to_have_title("photo.jpg · Verificare · Unmask")
    assert page.evaluate("document.documentElement.lang") == "ro"
    page.reload()
    expect(page.get_by_role("button", name="Alegeți imagini")).to_be_visible()
    page.get_by_label("Limba").select_option("en")
    expect(page.get_by_role("button", name="Choose pictures")).to_be_visible()


@pytest.mark.parametrize("width", [320, 390])
def test_no_romanian_word_is_wider_than_a_phone(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 640})
    page.get_by_label("Language").select_option("ro")
    assert not wider_than_window(page)
    see(page, report("generated", face()), GREY)
    assert not wider_than_window(page)


def test_romanian_has_its_own_letters_and_one_word_for_heat_maps(root: Path) -> None:
    words = (root / "web/src/texts/ro.ts").read_text(encoding="utf-8")
    assert not set("şţŞŢ") & set(words)  # with a cedilla they are Turkish, or wrong
    assert set("șțăâî") <= set(words)
    assert "căldur" not in words  # a heat map is a „hartă termică” throughout


def test_a_token_is_asked_for_once_and_sent_with_every_call(page: Page) -> None:
    sent: list[str | None] = []
    body = report("generated", face())
    answer(page, body)

    def guarded(route: Route) -> None:
        token = route.request.headers.get("authorization")
        sent.append(token)
        if token == "Bearer right":
            route.fallback()
        else:
            slug = "token-invalid" if token else "token-missing"
            reply(problem(slug, 401, "a token is needed"), 401)(route)

    page.route("**/api/*", guarded)
    choose(page, GREY)
    dialogue = page.get_by_role("dialog", name="This server asks for a token")
    dialogue.get_by_label("Token").fill("wrong")
    page.keyboard.press("Enter")
    expect(dialogue.get_by_role("alert")).to_have_text("The server did not accept that token.")
    dialogue.get_by_label("Token").fill("right")
    dialogue.get_by_role("button", name="Use the token").click()
    expect(dialogue).to_have_count(0)
    expect(verdict(page)).to_have_text("Probably generated")
    assert sent == [None, "Bearer wrong", "Bearer right", "Bearer right"]
    page.reload()
    choose(page, GREY)
    expect(verdict(page)).to_have_text("Probably generated")
    assert set(sent[4:]) == {"Bearer right"}


def test_without_a_token_the_check_fails_in_words(page: Page) -> None:
    answer(page, problem("token-missing", 401, "a token is needed"), 401)
    choose(page, GREY)
    page.get_by_role("dialog").get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("alert")).to_contain_text("Ask whoever runs it for a token")
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("dialog")).to_be_visible()


def test_nothing_moves_where_motion_is_unwanted(page: Page) -> None:
    page.emulate_media(reduced_motion="reduce")
    page.route("**/api/validate-face", lambda route: None)
    choose(page, GREY)
    expect(page.get_by_role("heading", name="Looking for faces")).to_be_visible()
    assert page.evaluate("document.getAnimations().length") == 0


def test_the_picture_keeps_its_place_while_it_is_checked(page: Page) -> None:
    held: list[Route] = []
    body = report("generated", face())
    answer(page, body)
    page.route("**/api/validate-face", lambda route: held.append(route))
    choose(page, GREY)
    picture = page.get_by_alt_text("photo.jpg")
    expect(picture).to_be_visible()
    page.wait_for_timeout(200)
    before = picture.bounding_box()
    found = {"image": body["image"], "faces": []}
    reply(found)(held[0])
    expect(card(page, 1)).to_be_visible()
    assert picture.bounding_box() == before
