"""Several pictures at once: in which order they are checked, cancelled, shown."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.actions import (
    DROP,
    GREY,
    answer,
    choose,
    face,
    give,
    hold,
    problem,
    reply,
    report,
    unusable,
    verdict,
    wait_until,
)
from tests.pictures import encoded, tinted

pytestmark = pytest.mark.browser

RED = (90, -40, -60)


def entry(page: Page, name: str) -> Locator:
    """A picture in the list."""
    return page.locator("[data-step]").filter(has_text=name)


def test_each_picture_gets_its_own_result(
    page: Page, face_jpeg: bytes, no_face_jpeg: bytes
) -> None:
    choose(page, encoded(tinted(face_jpeg, *RED), "JPEG"), "red.jpg")
    expect(verdict(page)).to_have_text("Probably generated")
    expect(page.get_by_text("Pictures of this visit")).to_have_count(0)
    choose(page, no_face_jpeg, "house.jpg", "barn.jpg")
    expect(page.get_by_text("2 pictures added.")).to_be_visible()
    expect(page.get_by_text("3 of 3 checked")).to_be_visible()
    expect(verdict(page)).to_have_text("No face found")
    expect(page.get_by_alt_text("house.jpg")).to_be_visible()
    entry(page, "red.jpg").click()
    expect(verdict(page)).to_have_text("Probably generated")
    expect(page.get_by_alt_text("red.jpg")).to_be_visible()
    expect(entry(page, "red.jpg")).to_have_attribute("aria-current", "true")
    expect(entry(page, "barn.jpg")).to_have_accessible_name("barn.jpg No face found")


def test_a_new_picture_goes_before_the_one_under_way(page: Page) -> None:
    held = hold(page, "validate-face")
    choose(page, GREY, "slow.jpg")
    wait_until(page, lambda: bool(held))  # else the answer below would be given to this call
    answer(page, report("real", face(verdict="real", probability=0.01)))
    with page.expect_event("requestfailed"):
        choose(page, GREY, "quick.jpg")
    expect(page.get_by_alt_text("quick.jpg")).to_be_visible()
    expect(verdict(page)).to_have_text("No sign of generation found")
    expect(page.get_by_text("2 of 2 checked")).to_be_visible()


def test_the_only_check_can_be_cancelled(page: Page) -> None:
    held = hold(page, "validate-face")
    choose(page, GREY)
    expect(page.get_by_role("heading", name="Looking for faces")).to_be_visible()
    wait_until(page, lambda: len(held) == 1)
    with page.expect_event("requestfailed"):
        page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_text("The check was cancelled.")).to_be_visible()
    expect(page.get_by_role("button", name="Choose pictures")).to_be_focused()
    expect(verdict(page)).to_have_count(0)


def test_cancelling_one_of_several_goes_on_with_the_next(page: Page) -> None:
    held = hold(page, "validate-face")
    choose(page, GREY, "one.jpg", "two.jpg")
    expect(entry(page, "one.jpg")).to_have_accessible_name("one.jpg being checked")
    page.get_by_role("button", name="Cancel", exact=True).click()
    expect(entry(page, "one.jpg")).to_have_accessible_name("one.jpg cancelled")
    expect(entry(page, "two.jpg")).to_have_accessible_name("two.jpg being checked")
    wait_until(page, lambda: len(held) == 2)


def test_what_is_left_can_be_cancelled_and_taken_up_again(page: Page) -> None:
    held = hold(page, "validate-face")
    choose(page, GREY, "one.jpg", "two.jpg", "three.jpg")
    expect(entry(page, "two.jpg")).to_have_accessible_name("two.jpg waiting")
    wait_until(page, lambda: len(held) == 1)
    with page.expect_event("requestfailed"):
        page.get_by_role("button", name="Cancel what is left").click()
    for name in ("one.jpg", "two.jpg", "three.jpg"):
        expect(entry(page, name)).to_have_accessible_name(f"{name} cancelled")
    assert len(held) == 1
    page.unroute_all()
    answer(page, report("generated", face()))
    entry(page, "two.jpg").click()
    expect(page.get_by_text("it was cancelled")).to_be_visible()
    page.get_by_role("button", name="Check it now").click()
    expect(verdict(page)).to_have_text("Probably generated")
    expect(entry(page, "one.jpg")).to_have_accessible_name("one.jpg cancelled")


def test_the_list_can_be_cleared(page: Page) -> None:
    answer(page, report("generated", face()))
    choose(page, GREY, "one.jpg", "two.jpg")
    page.get_by_role("button", name="Clear the list").click()
    expect(page.get_by_role("button", name="Choose pictures")).to_be_focused()
    expect(page.locator("[data-step]")).to_have_count(0)


def test_a_full_list_says_what_was_taken_and_how_to_make_room(page: Page) -> None:
    hold(page, "validate-face")
    choose(page, GREY, *(f"{number}.jpg" for number in range(99)))
    expect(page.get_by_text("99 pictures added.")).to_be_visible()
    choose(page, GREY, "last.jpg", "left.jpg")
    room = "the list holds 100 at most. Clear it, or remove some, to make room."
    expect(page.get_by_text(f"Only 1 picture was taken: {room}")).to_be_visible()
    choose(page, GREY, "left.jpg")
    expect(page.get_by_text(f"No picture was taken: {room}")).to_be_visible()
    page.get_by_role("button", name="Remove 7.jpg from the list").click()
    expect(page.get_by_role("button", name="Remove 8.jpg from the list")).to_be_focused()
    choose(page, GREY, "left.jpg")
    expect(entry(page, "left.jpg")).to_have_attribute("aria-current", "true")
    expect(page.locator("[data-step]")).to_have_count(100)


def test_single_pictures_can_be_removed(page: Page) -> None:
    held = hold(page, "validate-face")
    choose(page, GREY, "one.jpg", "two.jpg", "three.jpg")
    wait_until(page, lambda: len(held) == 1)
    with page.expect_event("requestfailed"):
        page.get_by_role("button", name="Remove one.jpg from the list").click()
    expect(entry(page, "one.jpg")).to_have_count(0)
    expect(entry(page, "two.jpg")).to_have_accessible_name("two.jpg being checked")
    expect(page.get_by_alt_text("two.jpg")).to_be_visible()
    wait_until(page, lambda: len(held) == 2)
    page.get_by_role("button", name="Remove three.jpg from the list").click()
    expect(page.locator("[data-step]")).to_have_count(0)  # of one picture there is no list
    expect(page.get_by_role("button", name="Check another picture")).to_be_focused()
    expect(page.get_by_role("heading", name="Looking for faces")).to_be_visible()


def test_one_failure_does_not_stop_the_others(page: Page, face_jpeg: bytes) -> None:
    choose(page, b"no picture", "text.jpg")
    expect(page.get_by_role("alert")).to_be_visible()
    choose(page, encoded(tinted(face_jpeg, *RED), "JPEG"), "red.jpg")
    expect(entry(page, "red.jpg")).to_have_accessible_name("red.jpg Probably generated")
    expect(entry(page, "text.jpg")).to_have_accessible_name("text.jpg did not work")


def test_a_busy_server_is_asked_again_when_it_says(page: Page) -> None:
    body = report("generated", face())
    answer(page, body)
    asked: list[Route] = []

    def first_busy(route: Route) -> None:
        asked.append(route)
        busy = reply(problem("busy", 503, "too many"), 503, {"Retry-After": "3"})
        (busy if len(asked) == 1 else reply(body))(route)

    page.route("**/api/detect", first_busy)
    choose(page, GREY)
    expect(page.get_by_text(re.compile(r"Trying again in \d second"))).to_be_visible()
    expect(verdict(page)).to_have_text("Probably generated")
    assert len(asked) == 2


def test_the_faces_found_are_outlined_before_they_are_judged(page: Page) -> None:
    answer(page, report("generated", face(), unusable("blurred") | {"box": [1.0, 1.0, 9.0, 9.0]}))
    hold(page, "detect")
    choose(page, GREY)
    expect(page.get_by_text("2 faces found, of which 1 can be judged.")).to_be_visible()
    expect(page.locator("[data-face-outline]")).to_have_count(2)
    expect(page.locator("[aria-current=step]")).to_have_text("Judge them")


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("too_small", "It is too small."),
        ("blurred", "It is too blurred."),
        ("turned_away", "It is turned away."),
        ("cut_off", "It is cut off by the edge"),
        ("covered", "Its eyes or its mouth are covered."),
        ("uncertain", "It may not be a human face at all."),
        ("not_a_photograph", "It looks drawn, painted or carved."),
    ],
)
def test_what_is_wrong_with_a_face_is_said_before_anything_is_judged(
    page: Page, reason: str, words: str
) -> None:
    answer(page, report("not_applicable", unusable(reason)))
    hold(page, "detect")
    choose(page, GREY)
    expect(page.get_by_role("main")).to_contain_text("None of them can be judged")
    expect(page.get_by_role("listitem").filter(has_text=words)).to_be_visible()


def test_results_stay_while_other_pages_are_read(page: Page) -> None:
    answer(page, report("generated", face()))
    choose(page, GREY)
    expect(verdict(page)).to_be_visible()
    page.get_by_role("link", name="Limits", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(verdict(page)).to_have_count(0)
    page.go_back()
    expect(verdict(page)).to_have_text("Probably generated")


def test_a_picture_dropped_on_another_page_is_checked(page: Page) -> None:
    answer(page, report("generated", face()))
    page.goto("/how")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    give(page, DROP, GREY)
    expect(verdict(page)).to_have_text("Probably generated")
    expect(page).to_have_url("/")


@pytest.mark.parametrize("name", ["An astronaut", "A portrait", "Another portrait", "Two faces"])
def test_the_samples_have_faces_that_can_be_judged(page: Page, name: str) -> None:
    with page.expect_response("**/api/detect") as response:
        page.get_by_role("button", name=name).click()
    faces = response.value.json()["faces"]
    assert len(faces) == (2 if name == "Two faces" else 1)
    assert all(one["usable"] for one in faces)
    expect(verdict(page)).to_be_visible()


def test_a_sample_that_cannot_be_had_is_said(page: Page) -> None:
    page.route("**/samples/*.jpg", lambda route: route.abort())
    page.get_by_role("button", name="An astronaut").click()
    expect(page.get_by_text("That sample could not be loaded.")).to_be_visible()
