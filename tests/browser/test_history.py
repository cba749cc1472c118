"""The history page: what this browser saved, and nobody else's."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Download, Locator, Page, Route, expect

from tests.browser.actions import (
    choose,
    failing_once,
    hold,
    problem,
    verdict,
    wait_until,
    wider_than_window,
)
from tests.browser.audit import violations
from tests.browser.conftest import Visit
from tests.browser.saving import entry, save
from tests.pictures import encoded, tinted

pytestmark = pytest.mark.browser

RED = (90, -40, -60)  # the tiny network takes red for StyleGAN, and blue for photographed
BLUE = (-80, -20, 90)
GREY = encoded(Image.new("RGB", (64, 64), (128, 128, 128)), "JPEG")


@pytest.fixture(scope="session")
def red(face_jpeg: bytes) -> bytes:
    return encoded(tinted(face_jpeg, *RED), "JPEG")


@pytest.fixture(scope="session")
def blue(face_jpeg: bytes) -> bytes:
    return encoded(tinted(face_jpeg, *BLUE), "JPEG")


@pytest.fixture
def filled(visit: Visit, served: str, red: bytes, blue: bytes) -> Page:
    """The history of a browser that has saved three checks, opened."""
    page = visit()
    save(page.context, served, red, "red.jpg")
    save(page.context, served, blue, "blue.jpg", "tiny-twin")
    save(page.context, served, GREY, "nobody.jpg")
    page.goto("/history")
    expect(entries(page)).to_have_count(3)
    return page


def entries(page: Page) -> Locator:
    """The saved checks that are shown."""
    return page.locator("[data-entry]")


def names(page: Page) -> Locator:
    """The links to them, which bear their names."""
    return entries(page).get_by_role("link")


def confirm(page: Page) -> Locator:
    """The dialogue that asks before something is deleted."""
    return page.get_by_role("dialog")


def check_again(page: Page) -> Locator:
    """Let the other tiny model judge the open entry; returns the part of the page for that."""
    again = page.get_by_role("region", name="What would another model say?")
    again.get_by_label("Model").select_option("tiny-twin")
    again.get_by_role("button", name="Check again").click()
    return again


def test_an_empty_history_says_what_it_is(visit: Visit) -> None:
    page = visit()
    page.goto("/history")
    expect(page.get_by_role("heading", name="Nothing saved yet")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("forgotten after 15 minutes")
    expect(page.get_by_label("Verdict")).to_have_count(0)
    page.get_by_role("link", name="Check a picture").click()
    expect(page.get_by_role("button", name="Choose pictures")).to_be_visible()


def test_a_check_saved_on_the_page_can_be_opened_again(visit: Visit, red: bytes) -> None:
    page = visit()
    page.goto("/")
    choose(page, red, "red.jpg")
    expect(verdict(page)).to_have_text("Probably generated")
    page.get_by_role("button", name=re.compile("^Save")).click()
    page.get_by_role("navigation", name="Pages").get_by_role("link", name="History").click()
    expect(names(page)).to_have_text(["red.jpg"])
    expect(entries(page)).to_contain_text("Probably generated")
    thumbnail = entries(page).locator("img")
    expect(thumbnail).to_have_js_property("complete", True)
    assert 0 < thumbnail.evaluate("image => image.naturalWidth") <= 320
    names(page).click()
    expect(page.get_by_role("heading", name="red.jpg")).to_be_visible()
    expect(verdict(page)).to_have_text("Probably generated")
    expect(page.get_by_alt_text("red.jpg")).to_be_visible()
    expect(page.get_by_role("slider", name="Heat map strength, Face 1")).to_be_visible()


def test_a_picture_of_a_phone_is_shown_though_the_browser_cannot(visit: Visit, red: bytes) -> None:
    phone = encoded(Image.open(io.BytesIO(red)), "HEIF", quality=90)
    page = visit()
    page.goto("/")
    page.locator("input[type=file]").set_input_files(
        {"name": "phone.heic", "mimeType": "image/heic", "buffer": phone}
    )
    expect(verdict(page)).to_have_text("Probably generated")

    def is_shown() -> None:
        picture = page.get_by_alt_text("phone.heic")
        expect(picture).to_be_visible()
        assert picture.evaluate("image => image.naturalWidth") == Image.open(io.BytesIO(red)).width
        expect(page.get_by_text("This browser cannot show this kind of file.")).to_have_count(0)
        expect(page.get_by_role("region", name="Face 1").locator("canvas")).not_to_have_count(0)

    is_shown()
    page.get_by_role("button", name=re.compile("^Save")).click()
    page.get_by_role("navigation", name="Pages").get_by_role("link", name="History").click()
    names(page).click()
    expect(page.get_by_role("heading", name="phone.heic")).to_be_visible()
    is_shown()
    again = check_again(page)
    again.get_by_text("The whole answer of Tiny, its twin").click()
    expect(again.get_by_alt_text("phone.heic")).to_be_visible()


def test_filters_narrow_the_list_and_stand_in_the_address(filled: Page) -> None:
    page = filled
    page.get_by_label("Verdict").select_option("generated")
    expect(names(page)).to_have_text(["red.jpg"])
    expect(page).to_have_url(re.compile(r"/history\?verdict=generated$"))
    expect(page.get_by_text("1 saved check fits the filters")).to_be_visible()
    page.get_by_label("Model").select_option("tiny-twin")
    expect(page.get_by_role("heading", name="No saved check fits these filters")).to_be_visible()
    page.go_back()
    expect(names(page)).to_have_text(["red.jpg"])
    page.reload()
    expect(page.get_by_label("Verdict")).to_have_value("generated")
    expect(names(page)).to_have_text(["red.jpg"])
    page.get_by_role("button", name="Clear the filters").click()
    expect(names(page)).to_have_text(["nobody.jpg", "blue.jpg", "red.jpg"])


def test_a_list_that_another_query_gave_is_not_taken_for_the_answer(filled: Page) -> None:
    page = filled
    page.get_by_label("Verdict").select_option("unsure")
    expect(page.get_by_role("heading", name="No saved check fits these filters")).to_be_visible()
    page.route("**/api/history/images?*", lambda route: route.abort())
    page.get_by_role("button", name="Clear the filters").click()
    expect(page.get_by_role("alert")).to_contain_text("The server cannot be reached")
    expect(page.get_by_text("Nothing saved yet")).to_have_count(0)
    page.unroute("**/api/history/images?*")
    page.get_by_role("button", name="Try again").click()
    expect(entries(page)).to_have_count(3)
    page.route("**/api/history/images?*", lambda route: route.abort())
    page.get_by_label("Verdict").select_option("generated")
    expect(page.get_by_role("alert")).to_contain_text("The server cannot be reached")
    expect(entries(page)).to_have_count(0)
    page.unroute("**/api/history/images?*")
    page.get_by_role("button", name="Try again").click()
    expect(names(page)).to_have_text(["red.jpg"])


def test_what_was_deleted_meanwhile_stays_away(visit: Visit) -> None:
    page = visit()
    first = {"items": [entry(number) for number in range(48)], "next": "more", "total": 49}
    held: list[Route] = []

    def answer(route: Route) -> None:
        if "cursor=more" in route.request.url:
            held.append(route)
        else:
            route.fulfill(json=first)

    page.route("**/api/history/images?*", answer)
    gone = problem("unknown-report", 404, "there is none")
    page.route("**/api/history/images/*", lambda route: route.fulfill(status=404, json=gone))
    page.goto("/history")
    page.get_by_role("button", name="Show more").click()
    wait_until(page, lambda: len(held) == 1)
    page.get_by_role("button", name="Delete picture-1.jpg").click()  # another tab was quicker
    confirm(page).get_by_role("button", name="Delete", exact=True).click()
    expect(entries(page)).to_have_count(47)
    held[0].fulfill(json={"items": [entry(48)], "next": None, "total": 48})
    expect(names(page).last).to_have_text("picture-48.jpg")
    expect(entries(page)).to_have_count(48)


def test_days_are_those_of_the_reader(filled: Page) -> None:
    page = filled
    today, yesterday = page.evaluate(
        """() => [0, 1].map((back) => {
          const day = new Date();
          day.setDate(day.getDate() - back);
          return [day.getFullYear(), day.getMonth() + 1, day.getDate()]
            .map((part) => String(part).padStart(2, "0")).join("-");
        })"""
    )
    page.get_by_label("From").fill(today)
    expect(page.get_by_text("3 saved checks fit the filters")).to_be_visible()
    page.get_by_label("To", exact=True).fill(today)
    expect(page).to_have_url(re.compile(f"since={today}&until={today}"))
    expect(entries(page)).to_have_count(3)
    page.goto(f"/history?until={yesterday}")
    expect(page.get_by_role("heading", name="No saved check fits these filters")).to_be_visible()
    page.goto("/history?until=2026-02-31&verdict=nonsense")
    expect(entries(page)).to_have_count(3)


def test_the_order_can_be_changed(filled: Page) -> None:
    page = filled
    expect(names(page)).to_have_text(["nobody.jpg", "blue.jpg", "red.jpg"])
    page.get_by_label("Order", exact=True).select_option("oldest")
    expect(names(page)).to_have_text(["red.jpg", "blue.jpg", "nobody.jpg"])
    page.get_by_label("Order", exact=True).select_option("most_suspicious")
    expect(names(page)).to_have_text(["red.jpg", "blue.jpg", "nobody.jpg"])
    expect(page.get_by_text("3 saved checks", exact=True)).to_be_visible()


def test_grid_or_list_is_remembered(filled: Page) -> None:
    page = filled
    first, second = (entries(page).nth(number).bounding_box() for number in (0, 1))
    assert first and second and first["y"] == second["y"]
    page.get_by_role("button", name="List").click()
    page.reload()
    expect(page.get_by_role("button", name="List")).to_have_attribute("aria-pressed", "true")
    expect(entries(page)).to_have_count(3)
    first, second = (entries(page).nth(number).bounding_box() for number in (0, 1))
    assert first and second and first["x"] == second["x"] and first["y"] < second["y"]


def test_one_entry_is_deleted_only_when_that_is_confirmed(filled: Page) -> None:
    page = filled
    page.get_by_role("button", name="Delete blue.jpg").click()
    expect(confirm(page)).to_contain_text("blue.jpg")
    page.keyboard.press("Escape")
    expect(confirm(page)).to_have_count(0)
    expect(entries(page)).to_have_count(3)
    page.get_by_role("button", name="Delete blue.jpg").click()
    confirm(page).get_by_role("button", name="Keep").click()
    expect(entries(page)).to_have_count(3)
    page.get_by_role("button", name="Delete blue.jpg").click()
    confirm(page).get_by_role("button", name="Delete", exact=True).click()
    expect(names(page)).to_have_text(["nobody.jpg", "red.jpg"])
    expect(page.get_by_text("blue.jpg was deleted.")).to_be_visible()
    expect(page.get_by_text("2 saved checks")).to_be_visible()
    page.reload()
    expect(names(page)).to_have_text(["nobody.jpg", "red.jpg"])


def test_an_entry_that_is_open_can_be_deleted(filled: Page) -> None:
    page = filled
    page.get_by_label("Verdict").select_option("generated")
    expect(names(page)).to_have_text(["red.jpg"])
    names(page).click()
    page.get_by_role("button", name="Delete", exact=True).click()
    confirm(page).get_by_role("button", name="Delete", exact=True).click()
    expect(page.get_by_role("heading", name="No saved check fits these filters")).to_be_visible()
    expect(page).to_have_url(re.compile(r"/history\?verdict=generated$"))


def test_everything_is_deleted_when_that_is_confirmed(filled: Page) -> None:
    page = filled
    page.get_by_role("button", name="Delete all").click()
    expect(confirm(page)).to_contain_text("All saved checks of this browser")
    confirm(page).get_by_role("button", name="Keep").click()
    expect(entries(page)).to_have_count(3)
    page.get_by_role("button", name="Delete all").click()
    confirm(page).get_by_role("button", name="Delete everything").click()
    expect(page.get_by_text("3 saved checks were deleted.")).to_be_visible()
    expect(page.get_by_role("heading", name="Nothing saved yet")).to_be_visible()


def test_a_deletion_that_fails_says_so_and_deletes_nothing(filled: Page) -> None:
    page = filled
    page.route("**/api/history/images/*", lambda route: route.abort())
    page.get_by_role("button", name="Delete red.jpg").click()
    confirm(page).get_by_role("button", name="Delete", exact=True).click()
    expect(confirm(page).get_by_role("alert")).to_contain_text("The server cannot be reached")
    page.unroute("**/api/history/images/*")
    confirm(page).get_by_role("button", name="Delete", exact=True).click()
    expect(entries(page)).to_have_count(2)


def test_a_deletion_under_way_cannot_be_taken_back(filled: Page) -> None:
    page = filled
    held = hold(page, "history/images/*")
    page.get_by_role("button", name="Delete red.jpg").click()
    confirm(page).get_by_role("button", name="Delete", exact=True).click()
    wait_until(page, lambda: len(held) == 1)
    expect(confirm(page).get_by_role("button", name="Keep")).to_be_disabled()
    for _ in range(3):  # the page cannot forbid a browser to close it at the second
        page.keyboard.press("Escape")
    expect(confirm(page).get_by_role("button", name="Deleting")).to_be_visible()
    held[0].continue_()
    expect(page.get_by_text("red.jpg was deleted.")).to_be_visible()
    expect(confirm(page)).to_have_count(0)
    expect(names(page)).to_have_text(["nobody.jpg", "blue.jpg"])


def text_of(download: Download) -> str:
    return Path(download.path()).read_text(encoding="utf-8-sig")


def test_the_history_is_exported(filled: Page) -> None:
    page = filled
    with page.expect_download() as as_csv:
        page.get_by_role("link", name="Export as CSV").click()
    assert as_csv.value.suggested_filename.endswith(".csv")
    rows = list(csv.DictReader(io.StringIO(text_of(as_csv.value))))
    assert [row["name"] for row in rows] == ["nobody.jpg", "blue.jpg", "red.jpg"]
    page.get_by_label("Verdict").select_option("generated")
    expect(entries(page)).to_have_count(1)
    with page.expect_download() as as_json:
        page.get_by_role("link", name="Export as JSON").click()
    assert as_json.value.suggested_filename.endswith(".json")
    assert len(json.loads(text_of(as_json.value))) == 1


def test_hundreds_of_entries_come_page_by_page(visit: Visit, served: str) -> None:
    page = visit()
    for number in range(120):
        save(page.context, served, GREY, f"{number}.jpg")
    page.goto("/history")
    expect(page.get_by_text("48 of 120 shown")).to_be_visible()
    expect(entries(page)).to_have_count(48)
    page.get_by_role("button", name="Show more").click()
    expect(entries(page)).to_have_count(96)
    expect(names(page).nth(48)).to_be_focused()
    page.get_by_role("button", name="Show more").click()
    expect(entries(page)).to_have_count(120)
    expect(page.get_by_role("button", name="Show more")).to_have_count(0)
    wanted = [f"{number}.jpg" for number in reversed(range(120))]
    assert names(page).all_text_contents() == wanted

    far = page.get_by_role("link", name="7.jpg", exact=True)
    far.scroll_into_view_if_needed()
    before = page.evaluate("window.scrollY")
    assert before > 1000
    far.click()
    expect(page.get_by_role("heading", name="7.jpg")).to_be_visible()
    page.go_back()
    expect(entries(page)).to_have_count(120)
    expect(far).to_be_in_viewport()


def test_ten_thousand_entries_leave_the_page_quick(visit: Visit) -> None:
    page = visit()
    total = 10_000

    def listing(route: Route) -> None:
        asked = re.search(r"cursor=(\d+)", route.request.url)
        limit = int(re.search(r"limit=(\d+)", route.request.url)[1])  # type: ignore[index]
        start = int(asked[1]) if asked else 0
        items = [entry(number) for number in range(start, start + limit)]
        body = {"items": items, "next": str(start + limit), "total": total}
        route.fulfill(json=body)

    page.route("**/api/history/images?*", listing)
    page.route("**/thumbnail", lambda route: route.fulfill(body=GREY, content_type="image/jpeg"))
    page.goto("/history")
    expect(page.get_by_text("48 of 10,000 shown")).to_be_visible()
    for pages in range(2, 12):
        page.get_by_role("button", name="Show more").click()
        expect(entries(page)).to_have_count(48 * pages)
    # What is far away is neither laid out nor painted, nor are its pictures fetched.
    skipped = page.evaluate(
        """() => [...document.querySelectorAll("[data-entry]")].filter(
          (one) => !one.querySelector("img").checkVisibility({ contentVisibilityAuto: true }),
        ).length"""
    )
    assert skipped > 400


def test_another_browser_sees_nothing_of_it(filled: Page, visit: Visit) -> None:
    ours, other = filled, visit()
    address = names(ours).first.get_attribute("href")
    pictures = [image.get_attribute("src") for image in entries(ours).locator("img").all()]
    assert address and all(pictures)
    other.goto("/history")
    expect(other.get_by_role("heading", name="Nothing saved yet")).to_be_visible()
    other.goto(address)
    expect(other.get_by_role("heading", name="This saved check is not here")).to_be_visible()
    for picture in pictures:
        assert other.context.request.get(str(picture)).status == 404
        assert ours.context.request.get(str(picture)).status == 200
    other.goto("/history")
    assert other.evaluate("fetch('/api/history/images', {method: 'DELETE'}).then(r => r.json())") \
        == {"deleted": 0}  # fmt: skip
    ours.reload()
    expect(entries(ours)).to_have_count(3)


def test_another_model_judges_a_saved_picture_again(filled: Page) -> None:
    page = filled
    names(page).filter(has_text="red.jpg").click()
    again = check_again(page)
    table = again.get_by_role("table", name="The two answers side by side")
    expect(table.get_by_role("columnheader")).to_have_text(
        ["Face", "Saved: Tiny, by colour", "Now: Tiny, its twin"]
    )
    expect(table.get_by_role("cell")).to_contain_text(["Probably generated"] * 2)
    expect(again.get_by_text("Both come to the same verdict.")).to_be_visible()
    again.get_by_text("The whole answer of Tiny, its twin").click()
    expect(again.get_by_role("region", name="Face 1")).to_be_visible()
    again.get_by_role("link", name=re.compile("^Face 1")).click()
    expect(again.get_by_role("region", name="Face 1")).to_be_focused()


def test_answers_that_disagree_are_called_no_answer(filled: Page) -> None:
    page = filled
    names(page).filter(has_text="red.jpg").click()
    expect(verdict(page)).to_be_visible()

    def turned(route: Route) -> None:
        body = route.fetch().json()
        body["verdict"] = "real"
        body["faces"][0]["judgements"][0] |= {"verdict": "real", "probability": 0.01}
        route.fulfill(json=body)

    page.route("**/api/detect", turned)
    page.get_by_role("button", name="Check again").click()
    expect(page.get_by_text("They disagree. Take that as no answer")).to_be_visible()


def test_a_second_check_waits_for_a_busy_server(filled: Page) -> None:
    page = filled
    names(page).filter(has_text="red.jpg").click()
    expect(verdict(page)).to_be_visible()
    kept = page.request.get(page.url.replace("/history/", "/api/history/images/")).json()["report"]
    said = kept | {"model": "tiny-twin", "id": "A" * 40, "saveable_until": None,
                   "created": "2030-01-31T12:00:00Z"}  # fmt: skip
    page.route("**/api/detect", failing_once(said, **{"Retry-After": "3"}))
    page.get_by_role("button", name="Check again").click()
    expect(page.get_by_text("The server is busy. Trying again in 3 seconds.")).to_be_visible()
    expect(page.get_by_text("Both come to the same verdict.")).to_be_visible()


def test_an_entry_gives_no_probability_against_its_verdict_without_the_reason(visit: Visit) -> None:
    page = visit()
    below = entry(1, probability_generated=0.8996)  # the mark of the tiny model is 0.9
    above = entry(2, probability_generated=0.97, why_unsure="not_steady")
    listed = {"items": [below, above], "next": None, "total": 2}
    page.route("**/api/history/images?*", lambda route: route.fulfill(json=listed))
    page.route("**/thumbnail", lambda route: route.fulfill(body=GREY, content_type="image/jpeg"))
    page.goto("/history")
    expect(entries(page).first).to_contain_text("89.96% likely generated")
    expect(entries(page).first).not_to_contain_text("the verdict does not hold")
    expect(entries(page).last).to_contain_text("97% likely generated")
    expect(entries(page).last).to_contain_text("the verdict does not hold")


def test_a_second_check_can_be_cancelled(filled: Page) -> None:
    page = filled
    names(page).filter(has_text="red.jpg").click()
    page.route("**/api/detect", lambda route: None)
    page.get_by_role("button", name="Check again").click()
    expect(page.get_by_text("Checking again…")).to_be_visible()
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("button", name="Check again")).to_be_visible()
    expect(page.get_by_text("Checking again…")).to_have_count(0)


def test_an_open_entry_says_what_it_does_not_prove_and_can_be_taken_along(filled: Page) -> None:
    page = filled
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    names(page).filter(has_text="red.jpg").click()
    expect(page.get_by_role("region", name="What this result does not prove")).to_be_visible()
    take = page.get_by_role("region", name="Take this result with you")
    with page.expect_download() as download:
        take.get_by_role("button", name="Download the report").click()
    assert download.value.suggested_filename == "unmask-report-red.json"
    kept = page.request.get(page.url.replace("/history/", "/api/history/images/")).json()
    assert json.loads(text_of(download.value)) == kept
    assert kept["entry"]["id"] in page.url and kept["entry"]["created"]
    take.get_by_role("button", name="Copy a link").click()
    expect(take).to_contain_text("The link was copied.")
    assert page.evaluate("navigator.clipboard.readText()") == page.url
    page.evaluate("window.print = () => { document.body.dataset.printed = 'yes'; }")
    take.get_by_role("button", name="Print or save as PDF").click()
    expect(page.locator("body")).to_have_attribute("data-printed", "yes")


def test_an_entry_on_paper_is_its_result_and_nothing_to_press(filled: Page) -> None:
    page = filled
    names(page).filter(has_text="red.jpg").click()
    again = page.get_by_role("heading", name="What would another model say?")
    expect(again).to_be_visible()
    page.emulate_media(media="print")
    expect(verdict(page)).to_be_visible()
    expect(page.get_by_role("region", name="What this result does not prove")).to_be_visible()
    expect(again).to_have_count(0)
    expect(page.get_by_role("button")).to_have_count(0)
    expect(page.get_by_role("link", name="Back to the history")).to_have_count(0)


def test_an_entry_names_the_page_and_says_when_it_was_checked(filled: Page) -> None:
    page = filled
    names(page).filter(has_text="red.jpg").click()
    expect(page).to_have_title("red.jpg · A saved check · Unmask")
    created = page.request.get(page.url.replace("/history/", "/api/history/images/")).json()
    time = page.get_by_role("figure").get_by_role("time")
    expect(time).to_have_attribute("datetime", created["entry"]["created"])
    expect(time).to_have_text(re.compile(r"^Checked \d+ \w+ \d{4}, \d+:\d\d"))


def test_an_entry_whose_picture_is_gone_still_shows_its_answer(filled: Page) -> None:
    page = filled
    page.route("**/picture", lambda route: route.fulfill(status=404, json={}))
    names(page).filter(has_text="red.jpg").click()
    expect(page.get_by_text("The picture of this check could not be fetched.")).to_be_visible()
    expect(verdict(page)).to_have_text("Probably generated")
    expect(page.get_by_role("button", name="Check again")).to_have_count(0)


def test_a_server_that_does_not_answer_is_asked_again(filled: Page) -> None:
    page = filled
    page.route("**/api/history/images?*", lambda route: route.abort())
    page.reload()
    expect(page.get_by_role("alert")).to_contain_text("The server cannot be reached")
    page.unroute("**/api/history/images?*")
    page.get_by_role("button", name="Try again").click()
    expect(entries(page)).to_have_count(3)


def test_a_problem_is_said_in_the_servers_words(visit: Visit) -> None:
    page = visit()
    body = problem("storage-unavailable", 503, "the server cannot use its database")
    page.route("**/api/history/images?*", lambda route: route.fulfill(status=503, json=body))
    page.goto("/history")
    expect(page.get_by_role("alert")).to_contain_text("The server cannot use its database.")


def test_with_a_token_pictures_and_exports_are_fetched_with_it(visit: Visit) -> None:
    page = visit()
    page.add_init_script('sessionStorage.setItem("unmask-token", "unmask_secret")')
    sent: dict[str, str | None] = {}

    def note(route: Route, **answer: object) -> None:
        what = route.request.url.split("/")[-1].split("?")[0]
        sent[what] = route.request.header_value("Authorization")
        route.fulfill(**answer)  # type: ignore[arg-type]

    listed = {"items": [entry(1)], "next": None, "total": 1}
    page.route("**/api/history/images?*", lambda route: note(route, json=listed))
    page.route("**/thumbnail", lambda route: note(route, body=GREY, content_type="image/jpeg"))
    page.route("**/export?*", lambda route: note(route, body="id\n", content_type="text/csv"))
    page.route("**/api/models", lambda route: route.fulfill(json={"default": None, "models": []}))
    page.goto("/history")
    expect(entries(page).locator("img")).to_have_attribute("src", re.compile("^blob:"))
    page.evaluate(
        """() => {
          window.revoked = [];
          URL.revokeObjectURL = (address) => window.revoked.push(address);
        }"""
    )
    with page.expect_download() as download:
        page.get_by_role("link", name="Export as CSV").click()
    assert text_of(download.value) == "id\n"
    assert page.evaluate("window.revoked") == []  # some browsers begin to read it only later
    assert sent == dict.fromkeys(("images", "thumbnail", "export"), "Bearer unmask_secret")


def with_token(visit: Visit, *items: dict[str, object]) -> Page:
    """A browser with a token, and a server that lists these entries."""
    page = visit()
    page.add_init_script('sessionStorage.setItem("unmask-token", "unmask_secret")')
    listed = {"items": items, "next": None, "total": len(items)}
    page.route("**/api/history/images?*", lambda route: route.fulfill(json=listed))
    page.route("**/api/models", lambda route: route.fulfill(json={"default": None, "models": []}))
    page.route("**/thumbnail", lambda route: route.fulfill(body=GREY, content_type="image/jpeg"))
    return page


def test_with_a_token_an_export_can_be_cancelled(visit: Visit) -> None:
    page = with_token(visit, entry(1))
    held = hold(page, "history/export?*")
    page.goto("/history")
    page.get_by_role("link", name="Export as CSV").click()
    expect(page.get_by_text("Preparing the file…")).to_be_visible()
    wait_until(page, lambda: len(held) == 1)
    with page.expect_event("requestfailed"):
        page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_text("Preparing the file…")).to_have_count(0)
    expect(page.get_by_role("alert")).to_have_count(0)


def test_with_a_token_pictures_are_fetched_where_they_come_near(visit: Visit) -> None:
    page = with_token(visit, *(entry(number) for number in range(48)))
    asked: list[str] = []

    def thumbnail(route: Route) -> None:
        asked.append(route.request.url)
        if "entry-1/" in route.request.url:
            route.abort()
        else:
            route.fulfill(body=GREY, content_type="image/jpeg")

    page.route("**/thumbnail", thumbnail)
    page.goto("/history")
    expect(entries(page).nth(0).locator("img")).to_be_visible()
    expect(entries(page).nth(1)).to_contain_text("The picture could not be fetched")
    page.wait_for_load_state("networkidle")
    assert 2 <= len(asked) < 40
    assert not any("entry-47/" in url for url in asked)
    entries(page).nth(47).scroll_into_view_if_needed()
    expect(entries(page).nth(47).locator("img")).to_have_attribute("src", re.compile("^blob:"))


def test_what_is_said_of_privacy_is_true_with_a_token(visit: Visit) -> None:
    page = with_token(visit, entry(1))
    page.goto("/history")
    main = page.get_by_role("main")
    expect(main).to_contain_text("Everyone who has it can see them.")
    expect(main).not_to_contain_text("this browser")
    page.get_by_role("button", name="Delete all").click()
    expect(confirm(page)).to_contain_text("for everyone who has it")
    gone = problem("unknown-report", 404, "there is none")
    page.route("**/api/history/images/*", lambda route: route.fulfill(status=404, json=gone))
    page.goto("/history/none")
    expect(main).to_contain_text("only with the token that it was saved with")
    expect(main).not_to_contain_text("browser")


def test_a_link_opens_for_who_has_the_token(visit: Visit, served: str, red: bytes) -> None:
    page = visit()
    kept = save(page.context, served, red, "red.jpg")
    saved = page.request.get(kept["self"]).json()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    copy = page.get_by_role("button", name="Copy a link")
    page.goto(f"/history/{kept['id']}")
    copy.click()
    expect(page.get_by_role("main")).to_contain_text("It opens in this browser only")
    page.add_init_script('sessionStorage.setItem("unmask-token", "unmask_secret")')
    page.route("**/api/models", lambda route: route.fulfill(json={"default": None, "models": []}))
    page.route("**/api/history/images/*", lambda route: route.fulfill(json=saved))
    page.route("**/picture", lambda route: route.fulfill(body=red, content_type="image/jpeg"))
    page.reload()
    copy.click()
    expect(page.get_by_role("main")).to_contain_text("It opens for everyone who has your token")


def test_the_keyboard_is_enough(filled: Page) -> None:
    page = filled
    page.get_by_label("Order", exact=True).focus()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Grid")).to_be_focused()
    for _ in range(2):
        page.keyboard.press("Tab")
    expect(names(page).first).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Delete nobody.jpg")).to_be_focused()
    page.keyboard.press("Enter")
    expect(confirm(page)).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Delete nobody.jpg")).to_be_focused()


def test_it_speaks_romanian(filled: Page) -> None:
    page = filled
    page.get_by_label("Language").select_option("ro")
    expect(page.get_by_role("heading", level=1)).to_have_text("Istoric")
    expect(page.get_by_text("Verificări salvate: 3")).to_be_visible()
    page.get_by_role("button", name="Șterge red.jpg").click()
    expect(confirm(page)).to_contain_text("Ștergeți această verificare salvată?")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(filled: Page, visit: Visit, root: Path, scheme: str) -> None:
    page = filled
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
    assert violations(page, root) == []
    page.set_viewport_size({"width": 320, "height": 700})
    assert violations(page, root) == []
    page.get_by_role("button", name="List").click()
    assert violations(page, root) == []
    page.get_by_role("button", name="Delete red.jpg").click()
    assert violations(page, root) == []
    page.keyboard.press("Escape")
    names(page).filter(has_text="red.jpg").click()
    expect(check_again(page).get_by_text("Both come to the same verdict.")).to_be_visible()
    assert violations(page, root) == []
    page.set_viewport_size({"width": 1280, "height": 900})
    assert violations(page, root) == []
    page.goto("/history?verdict=unsure")
    expect(page.get_by_role("heading", name="No saved check fits these filters")).to_be_visible()
    assert violations(page, root) == []
    empty = visit(color_scheme=scheme)
    for address, title in (("/history", "Nothing saved yet"), ("/history/none", "is not here")):
        empty.goto(address)
        expect(empty.get_by_role("heading", name=title)).to_be_visible()
        assert violations(empty, root) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_axe_finds_nothing_where_something_is_missing(
    filled: Page, root: Path, scheme: str, width: int
) -> None:
    page = filled
    page.set_viewport_size({"width": width, "height": 700})
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
    page.route("**/api/models", lambda route: route.abort())
    page.route("**/thumbnail", lambda route: route.abort())
    page.reload()
    expect(page.get_by_text("The picture could not be fetched")).to_have_count(3)
    assert violations(page, root) == []
    names(page).filter(has_text="red.jpg").click()
    expect(page.get_by_text("Its figures are not at hand")).to_be_visible()
    expect(page.get_by_text("There is no other model on this server.")).to_have_count(0)
    assert violations(page, root) == []
    assert not wider_than_window(page)
    page.route("**/api/history/images*", lambda route: route.abort())
    page.route("**/api/history/images/*", lambda route: route.abort())
    for address in ("/history", page.url):
        page.goto(address)
        expect(page.get_by_role("alert")).to_be_visible()
        assert violations(page, root) == []
        assert not wider_than_window(page)


def test_nothing_is_wider_than_a_phone(filled: Page) -> None:
    page = filled
    page.set_viewport_size({"width": 320, "height": 640})
    assert not wider_than_window(page)
    page.get_by_role("button", name="List").click()
    assert not wider_than_window(page)
    names(page).filter(has_text="red.jpg").click()
    expect(check_again(page).get_by_text("Both come to the same verdict.")).to_be_visible()
    assert not wider_than_window(page)
