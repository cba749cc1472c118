"""Taking a photo, with the browser's pretended camera."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.actions import answer, face, report, tab_to, verdict, wait_until

pytestmark = pytest.mark.browser


def dialogue(page: Page) -> Locator:
    """What the camera's button opens."""
    return page.get_by_role("dialog", name="Take a photo")


def running(page: Page) -> int:
    """How many cameras the page holds open."""
    return int(page.evaluate("window.tracks.filter((one) => one.readyState === 'live').length"))


WATCH = """() => {
  window.tracks = [];
  const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  navigator.mediaDevices.getUserMedia = async (wish) => {
    const stream = await open(wish);
    window.tracks.push(...stream.getTracks());
    return stream;
  };
}"""


def test_a_photo_is_taken_and_checked(page: Page) -> None:
    page.context.grant_permissions(["camera"])
    page.evaluate(WATCH)
    answer(page, report("generated", face()))
    page.get_by_role("button", name="Take a photo").click()
    shutter = dialogue(page).get_by_role("button", name="Take it")
    expect(shutter).to_be_enabled()
    assert running(page) == 1
    with page.expect_request("**/api/detect") as request:
        shutter.click()
    sent = request.value.post_data_buffer or b""
    assert b'filename="photo-' in sent
    assert b"\xff\xd8\xff" in sent
    expect(verdict(page)).to_have_text("Probably generated")
    expect(dialogue(page)).to_have_count(0)
    assert running(page) == 0


def test_the_camera_is_let_go_when_nothing_is_taken(page: Page) -> None:
    page.context.grant_permissions(["camera"])
    page.evaluate(WATCH)
    button = page.get_by_role("button", name="Take a photo")
    tab_to(page, button)
    page.keyboard.press("Enter")
    expect(dialogue(page).get_by_role("button", name="Take it")).to_be_enabled()
    assert running(page) == 1
    page.keyboard.press("Escape")
    expect(dialogue(page)).to_have_count(0)
    expect(button).to_be_focused()
    wait_until(page, lambda: running(page) == 0)  # React tidies up after it has drawn


# Two cameras, of which one cannot be had; the browser opens the first where none is named.
TWO = """(broken) => {
  const media = navigator.mediaDevices;
  const open = media.getUserMedia.bind(media);
  const names = ["first", "second"];
  media.enumerateDevices = async () =>
    names.map((deviceId) => ({ kind: "videoinput", deviceId, label: deviceId }));
  media.getUserMedia = async (wish) => {
    const deviceId = wish.video.deviceId?.exact ?? "first";
    if (deviceId === broken) {
      throw new DOMException("no", "NotReadableError");
    }
    const stream = await open({ video: true });
    stream.getVideoTracks()[0].getSettings = () => ({ deviceId });
    return stream;
  };
}"""


def test_after_another_camera_that_fails_the_first_can_be_had_again(page: Page) -> None:
    page.context.grant_permissions(["camera"])
    page.evaluate(WATCH)
    page.evaluate(TWO, "second")
    page.get_by_role("button", name="Take a photo").click()
    shutter = dialogue(page).get_by_role("button", name="Take it")
    other = dialogue(page).get_by_role("button", name="Other camera")
    expect(shutter).to_be_enabled()
    other.click()
    expect(dialogue(page).get_by_role("alert")).to_contain_text("Another program is using")
    expect(dialogue(page).get_by_label("What the camera sees")).to_be_hidden()
    assert running(page) == 0
    other.click()
    expect(shutter).to_be_enabled()
    expect(dialogue(page).get_by_role("alert")).to_have_count(0)
    expect(dialogue(page).get_by_label("What the camera sees")).to_be_visible()
    assert running(page) == 1
    page.keyboard.press("Escape")
    wait_until(page, lambda: running(page) == 0)


def test_where_the_first_camera_fails_another_one_can_be_had(page: Page) -> None:
    page.context.grant_permissions(["camera"])
    page.evaluate(WATCH)
    page.evaluate(TWO, "first")
    page.get_by_role("button", name="Take a photo").click()
    expect(dialogue(page).get_by_role("alert")).to_contain_text("Another program is using")
    other = dialogue(page).get_by_role("button", name="Other camera")
    other.click()  # the one that failed, by its name
    other.click()
    expect(dialogue(page).get_by_role("button", name="Take it")).to_be_enabled()
    assert running(page) == 1


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("NotAllowedError", "does not let this page use the camera"),
        ("NotFoundError", "There is no camera here."),
        ("NotReadableError", "Another program is using the camera."),
        ("Error", "The camera did not start."),
    ],
)
def test_a_camera_that_cannot_be_had_is_explained(page: Page, name: str, words: str) -> None:
    page.evaluate(
        """(name) => {
          const refuse = () => Promise.reject(new DOMException("no", name));
          navigator.mediaDevices.getUserMedia = refuse;
        }""",
        name,
    )
    page.get_by_role("button", name="Take a photo").click()
    expect(dialogue(page).get_by_role("alert")).to_contain_text(words)
    expect(dialogue(page).get_by_role("button", name="Take it")).to_have_count(0)
    dialogue(page).get_by_role("button", name="Cancel").click()
    expect(dialogue(page)).to_have_count(0)


def test_a_page_without_camera_access_says_why(page: Page) -> None:
    page.evaluate("Object.defineProperty(navigator, 'mediaDevices', { value: undefined })")
    page.get_by_role("button", name="Take a photo").click()
    expect(dialogue(page).get_by_role("alert")).to_contain_text("opened over https")
