"""What the served page makes of every kind of answer; the answers are given."""

from __future__ import annotations

import base64

import numpy as np
import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Page, expect

from tests.browser.actions import (
    CANNOT_TELL,
    CROP,
    GREY,
    NO_EVIDENCE,
    answer,
    card,
    choose,
    face,
    pixels,
    problem,
    report,
    see,
    unusable,
    verdict,
)
from tests.pictures import encoded

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    ("said", "probability", "words", "number"),
    [
        ("generated", 0.97, "Probably generated", "97%"),
        ("generated", 0.99997, "Probably generated", "over 99.9%"),
        ("generated", 0.9304, "Probably generated", "93.04%"),
        ("unsure", 0.5, CANNOT_TELL, "50%"),
        ("unsure", 0.9296, CANNOT_TELL, "92.96%"),
        ("real", 0.03, "No sign of generation found", "3%"),
        ("real", 0.00002, "No sign of generation found", "under 0.1%"),
    ],
)
def test_verdict_and_probability_agree_in_words(
    page: Page, said: str, probability: float, words: str, number: str
) -> None:
    see(page, report(said, face(verdict=said, probability=probability)), GREY)
    expect(verdict(page)).to_have_text(words)
    expect(card(page, 1).get_by_role("heading", name="likely")).to_have_text(
        f"{number} likely to be generated"
    )


def test_the_unsure_band_is_drawn_to_scale(page: Page) -> None:
    see(page, report("unsure", face(verdict="unsure", probability=0.5)), GREY)
    scale = card(page, 1).get_by_role("img", name="Scale from 0 to 100 percent")
    track, band, needle = (
        part.bounding_box()
        for part in (scale, scale.locator("> :nth-child(2)"), scale.locator("> :nth-child(4)"))
    )
    assert track and band and needle
    at = lambda x: (x - track["x"]) / track["width"]  # noqa: E731
    assert at(band["x"]) == pytest.approx(0.12, abs=0.01)
    assert at(band["x"] + band["width"]) == pytest.approx(0.93, abs=0.01)
    assert at(needle["x"] + needle["width"] / 2) == pytest.approx(0.5, abs=0.01)


def test_sources_are_named_likeliest_first(page: Page) -> None:
    scores = {"real": 0.1, "stylegan1": 0.05, "stylegan2": 0.2, "tpdne": 0.6, "brandnew": 0.05}
    see(page, report("unsure", face(verdict="unsure", scores=scores)), GREY)
    rows = card(page, 1).locator("[data-source]")
    order = [row.get_attribute("data-source") for row in rows.all()]
    assert order[:3] == ["tpdne", "stylegan2", "real"]
    expect(rows.first).to_contain_text("it runs StyleGAN2")
    expect(card(page, 1)).to_contain_text("are the same engine")
    expect(card(page, 1).locator("[data-source=brandnew]")).to_contain_text("brandnew")


def test_a_model_that_only_says_generated_or_not_names_no_generator(page: Page) -> None:
    see(page, report("generated", face(scores={"real": 0.03, "generated": 0.97})), GREY)
    expect(card(page, 1).locator("[data-source]")).to_have_count(0)
    expect(page.get_by_role("main")).not_to_contain_text("most like those of")


def test_unusable_faces_say_why(page: Page) -> None:
    faces = unusable("too_small", "blurred"), unusable("turned_away")
    see(page, report("not_applicable", *faces), GREY)
    expect(verdict(page)).to_have_text("No face could be judged")
    expect(card(page, 1).get_by_role("listitem")).to_have_text(
        [
            "It is too small. Use a larger copy of the picture.",
            "It is too blurred. Use a sharper copy of the picture.",
        ]
    )
    expect(card(page, 2).get_by_role("listitem")).to_have_text(
        ["It is turned away. Both eyes must be seen."]
    )


def test_no_face_is_said_with_what_to_try(page: Page) -> None:
    see(page, report("not_applicable"), GREY)
    expect(verdict(page)).to_have_text("No face found")
    expect(page.get_by_text("Choose a picture in which both eyes can be seen.")).to_be_visible()
    expect(page.get_by_role("button", name="Save to the history")).to_be_visible()
    expect(page.get_by_role("button", name="Compare all models")).to_have_count(0)


def test_the_most_suspicious_face_is_named(page: Page) -> None:
    clear = face(verdict="real", probability=0.02)
    doubtful = face(verdict="unsure", probability=0.6, box=[150.0, 40.0, 60.0, 80.0])
    see(page, report("unsure", clear, doubtful, unusable("cut_off")), GREY)
    words = page.get_by_role("main")
    expect(words).to_contain_text(
        "3 faces: 1 unclear, 1 without a sign of generation and 1 not judged."
    )
    expect(words).to_contain_text("most suspicious face, Face 2")
    page.get_by_role("link", name=f"Face 2: {CANNOT_TELL}").click()
    expect(card(page, 2)).to_be_focused()


@pytest.mark.parametrize("orientation", [1, 6])
def test_the_heat_map_lies_where_it_belongs(page: Page, orientation: int) -> None:
    """A patch of the crop is painted on the picture and on the overlay: the two must cover."""
    patch = [(40, 60), (120, 60), (120, 130), (40, 130)]
    angle, scale = np.deg2rad(20), 1.4
    a, b = scale * np.cos(angle), scale * np.sin(angle)
    matrix = [a, b, -b, a, 140.0, 30.0]
    there = [(a * x - b * y + 140, b * x + a * y + 30) for x, y in patch]
    upright = Image.new("RGB", (420, 480), "white")
    ImageDraw.Draw(upright).polygon(there, fill=(255, 0, 0))
    overlay = Image.new("RGBA", CROP, (0, 0, 0, 0))
    ImageDraw.Draw(overlay).rectangle((*patch[0], patch[2][0] - 1, patch[2][1] - 1), "#00f")
    stored, exif = upright, Image.Exif()
    if orientation == 6:  # the camera was turned: to be shown turned clockwise by 90 degrees
        stored = upright.transpose(Image.Transpose.ROTATE_90)
        exif[0x0112] = orientation
    picture = encoded(stored, "JPEG", quality=95, subsampling=0, exif=exif)
    uri = "data:image/png;base64," + base64.b64encode(encoded(overlay, "PNG")).decode()
    heatmap = NO_EVIDENCE | {"evidence": True, "peak": 9.0, "map": [[1, 0], [9, 0]],
               "overlay": uri}  # fmt: skip
    body = report(
        "generated",
        face(box=[2.0, 2.0, 4.0, 4.0], crop_to_picture=matrix, maps=[heatmap]),
        size=upright.size,
    )
    see(page, body, picture)
    expect(card(page, 1)).to_contain_text("Strongest at the bottom left of the face.")

    view = card(page, 1).locator("canvas").locator("..")
    whole = page.get_by_alt_text("photo.jpg").locator("..")
    slider = page.get_by_role("slider")
    page.get_by_label("Heat maps here").check()
    slider.press("Home")
    expect(slider).to_have_value("0")
    red = [_mask(pixels(view), 0), _mask(pixels(whole), 0)]
    slider.press("End")
    expect(slider).to_have_value("100")
    blue = [_mask(pixels(view), 2), _mask(pixels(whole), 2)]

    for before, after in zip(red, blue, strict=True):
        assert before.sum() > 1000
        assert (before & after).sum() / (before | after).sum() > 0.96
    # In the view of the face it lies upright, at the place that it has in the crop.
    rows, columns = np.nonzero(red[0])
    height, width = red[0].shape
    found = [columns.min() / width, rows.min() / height, columns.max() / width, rows.max() / height]
    assert found == pytest.approx([40 / 178, 60 / 218, 120 / 178, 130 / 218], abs=0.015)


def _mask(shown: np.ndarray, channel: int) -> np.ndarray:
    """Where an (H, W, 3) picture is of one pure colour, and nothing else."""
    others = np.delete(shown, channel, axis=2)
    return (shown[:, :, channel] > 140) & (others < 115).all(axis=2)


def test_a_picture_that_the_browser_cannot_show_is_judged_all_the_same(page: Page) -> None:
    see(page, report("generated", face()), b"not shown by any browser")
    expect(verdict(page)).to_have_text("Probably generated")
    expect(page.get_by_text("This browser cannot show this kind of file.")).to_be_visible()
    expect(page.locator("[data-face-outline]")).to_have_count(1)
    expect(page.locator("canvas")).to_have_count(0)


@pytest.mark.parametrize(
    ("slug", "status", "title", "again"),
    [
        ("busy", 503, "Too much to do at the moment", True),
        ("picture-too-large", 413, "The picture is too large", False),
        ("no-model", 503, "No model is installed", True),
        ("internal-error", 500, "The server made a mistake", True),
        ("malformed-request", 422, "The server did not understand this page", True),
        ("something-new", 500, "That did not work", True),
    ],
)
def test_a_problem_says_what_and_what_to_do(
    page: Page, slug: str, status: int, title: str, again: bool
) -> None:
    answer(page, problem(slug, status, "the server says so; do this"), status)
    choose(page, GREY)
    alert = page.get_by_role("alert")
    expect(alert.get_by_role("heading")).to_have_text(title)
    expect(alert).to_contain_text("The server says so; do this.")
    expect(alert.get_by_role("button", name="Try again")).to_have_count(1 if again else 0)


def test_a_check_that_failed_can_be_tried_again(page: Page) -> None:
    page.route("**/api/validate-face", lambda route: route.abort())
    choose(page, GREY)
    expect(page.get_by_role("alert")).to_contain_text("The server cannot be reached.")
    answer(page, report("generated", face()))
    page.get_by_role("button", name="Try again").click()
    expect(verdict(page)).to_have_text("Probably generated")


def test_a_dropped_address_is_no_picture(page: Page) -> None:
    page.evaluate(
        """() => {
          const data = new DataTransfer();
          data.setData("text/uri-list", "https://example.org/face.jpg");
          const event = { dataTransfer: data, bubbles: true, cancelable: true };
          document.body.dispatchEvent(new DragEvent("drop", event));
        }"""
    )
    expect(page.get_by_text("save the picture first")).to_be_visible()


def test_light_and_dark_are_kept(page: Page) -> None:
    background = "getComputedStyle(document.documentElement).backgroundColor"
    light = page.evaluate(background)
    page.get_by_role("button", name="Dark page").click()
    dark = page.evaluate(background)
    assert dark != light
    page.reload()
    expect(page.get_by_role("button", name="Light page")).to_be_visible()
    assert page.evaluate(background) == dark
