"""All that the page says of a result, and what can be done with it."""

from __future__ import annotations

import base64
import json
import re
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, Request, expect

from tests.browser.actions import (
    CANNOT_TELL,
    CROP,
    GREY,
    answer,
    card,
    choose,
    face,
    failing_once,
    hold,
    lines,
    problem,
    reply,
    report,
    see,
    unusable,
    verdict,
    wait_until,
    wider_than_window,
)
from tests.browser.conftest import Visit
from tests.pictures import encoded, tinted

pytestmark = pytest.mark.browser

RED = (90, -40, -60)


def heatmap(label: str, colour: str | None = None, **changes: Any) -> dict[str, Any]:
    """A map that has evidence, and its overlay, where it has a colour."""
    uri = None
    if colour is not None:
        overlay = Image.new("RGBA", CROP, colour)
        uri = "data:image/png;base64," + base64.b64encode(encoded(overlay, "PNG")).decode()
    return {"method": "class_map", "label": label, "evidence": colour is not None, "peak": 9.0,
            "map": [[9.0, 0.0]], "overlay": uri} | changes  # fmt: skip


def sent(request: Request) -> str:
    """The form that a check sends."""
    return (request.post_data_buffer or b"").decode("latin-1")


def options(request: Request) -> dict[str, str]:
    """What a check asks for beside the verdict."""
    return dict(re.findall(r'name="(\w+)"\s+(true|false)', sent(request)))


def overlay(page: Page) -> Locator:
    """What lies over the first face."""
    return card(page, 1).locator("img")


MAPS = [
    heatmap("stylegan1", "#f00"),
    heatmap("sdxl", "#0f0"),
    heatmap("tpdne"),
    heatmap("real", "#00f"),
]
OCCLUSION = heatmap("generated", "#00f", method="occlusion")
COPIES = [("original", 0.97, "generated"), ("jpeg_70", 0.9, "unsure"),
         ("half_size", 0.95, "generated"), ("shifted", 0.97, "generated")]  # fmt: skip


def stability(steady: bool) -> dict[str, Any]:
    """How copies were judged."""
    copies = [
        {"name": name, "probability": p, "verdict": "generated" if steady else said}
        for name, p, said in COPIES
    ]
    return {"steady": steady, "copies": copies}


def test_each_label_has_its_own_map(page: Page) -> None:
    see(page, report("generated", face(maps=MAPS)), GREY)
    chooser = card(page, 1).get_by_label("What speaks for")
    assert chooser.locator("option").all_inner_texts() == [
        "StyleGAN",
        "Stable Diffusion XL",
        "thispersondoesnotexist.com",
        "A photograph",
    ]
    expect(overlay(page)).to_have_attribute("src", MAPS[0]["overlay"])
    chooser.select_option("sdxl")
    expect(overlay(page)).to_have_attribute("src", MAPS[1]["overlay"])
    expect(card(page, 1)).to_contain_text("speaks for Stable Diffusion XL")
    chooser.select_option("tpdne")
    expect(card(page, 1)).to_contain_text("The model found no part that speaks for this.")
    expect(overlay(page)).to_have_count(0)
    chooser.select_option("real")
    expect(overlay(page)).to_have_attribute("src", MAPS[3]["overlay"])
    expect(card(page, 1)).to_contain_text("speaks for a photograph")


def test_a_model_of_two_labels_names_its_maps(page: Page) -> None:
    maps = [heatmap("generated", "#f00"), heatmap("real", "#00f")]
    see(page, report("generated", face(maps=maps)), GREY)
    chooser = card(page, 1).get_by_label("What speaks for")
    assert chooser.locator("option").all_inner_texts() == ["A generator", "A photograph"]
    expect(card(page, 1)).to_contain_text("speaks for a generator")


def test_the_map_can_be_seen_beside_the_face(page: Page) -> None:
    see(page, report("generated", face(maps=MAPS)), GREY)
    card(page, 1).get_by_label("Side by side").check()
    views = card(page, 1).locator("canvas")
    expect(views).to_have_count(2)
    expect(overlay(page)).to_have_count(1)
    plain, covered = (view.bounding_box() for view in views.all())
    assert plain and covered
    assert plain["y"] == covered["y"] and plain["x"] + plain["width"] <= covered["x"]


def test_covering_parts_is_done_on_request(page: Page) -> None:
    see(page, report("generated", face(maps=MAPS)), GREY)
    page.route("**/api/detect", reply(report("generated", face(maps=[*MAPS, OCCLUSION]))))
    with page.expect_request("**/api/detect") as request:
        card(page, 1).get_by_role("button", name="Test this map by covering parts").click()
    expect(overlay(page)).to_have_attribute("src", OCCLUSION["overlay"])
    assert options(request.value) == dict.fromkeys(
        ("explain", "stability", "provenance", "occlusion"), "true"
    )
    assert re.search(r'name="model"\s+tiny', sent(request.value))
    expect(card(page, 1)).to_contain_text("the more the answer falls")
    card(page, 1).get_by_label("What speaks for").select_option("stylegan1")
    expect(overlay(page)).to_have_attribute("src", MAPS[0]["overlay"])


def test_where_parts_of_other_faces_were_covered_it_is_not_asked_again(page: Page) -> None:
    faces = face(maps=[*MAPS, OCCLUSION]), face(maps=MAPS)
    see(page, report("generated", *faces), GREY)
    expect(card(page, 2)).to_contain_text("for the largest faces of the picture only")
    expect(page.get_by_role("button", name="Test this map by covering parts")).to_have_count(0)


def test_the_report_with_the_second_map_is_the_one_that_is_kept(page: Page, tmp_path: Path) -> None:
    see(page, report("generated", face(maps=MAPS)), GREY)
    whole = report("generated", face(maps=[*MAPS, OCCLUSION]), id="B" * 40)
    page.route("**/api/detect", reply(whole))
    card(page, 1).get_by_role("button", name="Test this map by covering parts").click()
    expect(overlay(page)).to_have_attribute("src", OCCLUSION["overlay"])
    page.route("**/api/history/save", reply({"id": "B" * 40}, 201))
    with page.expect_request("**/api/history/save") as saving:
        page.get_by_role("button", name="Save to the history").click()
    assert saving.value.post_data_json == {"report_id": "B" * 40}
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the report").click()
    download.value.save_as(tmp_path / "report.json")
    assert json.loads((tmp_path / "report.json").read_text()) == whole


def test_where_the_second_map_finds_no_place_the_first_report_can_still_be_saved(
    page: Page,
) -> None:
    see(page, report("generated", face(maps=MAPS)), GREY)
    covered = face(maps=[*MAPS, OCCLUSION])
    page.route(
        "**/api/detect", reply(report("generated", covered, id="B" * 40, saveable_until=None))
    )
    card(page, 1).get_by_role("button", name="Test this map by covering parts").click()
    expect(overlay(page)).to_have_attribute("src", OCCLUSION["overlay"])
    page.route("**/api/history/save", reply({"id": "A" * 40}, 201))
    with page.expect_request("**/api/history/save") as saving:
        page.get_by_role("button", name="Save to the history").click()
    assert saving.value.post_data_json == {"report_id": "A" * 40}


def test_a_saved_check_holds_the_map_that_was_asked_for(page: Page, face_jpeg: bytes) -> None:
    choose(page, encoded(tinted(face_jpeg, *RED), "JPEG"))
    chooser = card(page, 1).get_by_label("What speaks for")
    card(page, 1).get_by_role("button", name="Test this map by covering parts").click()
    expect(chooser).to_have_value("occlusion")
    page.get_by_role("button", name="Save to the history").click()
    page.get_by_role("link", name="Open it there").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("photo.jpg")
    expect(chooser).to_have_value("occlusion")


def test_covering_parts_shows_that_it_works_and_can_be_cancelled(page: Page) -> None:
    see(page, report("generated", face(maps=MAPS)), GREY)
    held = hold(page, "detect")
    ask = card(page, 1).get_by_role("button", name="Test this map by covering parts")
    ask.click()
    expect(card(page, 1).get_by_text("Covering one part after the other")).to_be_visible()
    expect(card(page, 1).locator("[data-runner]")).to_be_visible()
    expect(ask).to_have_count(0)
    wait_until(page, lambda: len(held) == 1)
    with page.expect_event("requestfailed"):
        card(page, 1).get_by_role("button", name="Cancel").click()
    expect(ask).to_be_focused()
    expect(card(page, 1).locator("[data-runner]")).to_have_count(0)
    expect(card(page, 1).get_by_role("alert")).to_have_count(0)
    expect(overlay(page)).to_have_attribute("src", MAPS[0]["overlay"])


def test_covering_parts_that_fails_leaves_the_result(page: Page) -> None:
    see(page, report("generated", face(maps=MAPS)), GREY)
    answer(page, problem("busy", 503, "too many"), 503)
    card(page, 1).get_by_role("button", name="Test this map").click()
    expect(card(page, 1).get_by_role("alert")).to_contain_text("Too much to do")
    expect(verdict(page)).to_have_text("Probably generated")


def test_a_verdict_that_holds_says_so(page: Page) -> None:
    see(page, report("generated", face(stability=stability(True))), GREY)
    expect(card(page, 1)).to_contain_text("Yes: copies of the picture")
    expect(card(page, 1).locator("[data-copy]")).to_have_count(4)


def without(*names: str) -> dict[str, Any]:
    """How copies were judged, but for those in which the face is too small or too blurred."""
    held = stability(True)
    copies = [one for one in held["copies"] if one["name"] not in names]
    return held | {"copies": copies, "steady": True if len(copies) > 1 else None}


def test_a_copy_that_could_not_be_judged_is_named(page: Page) -> None:
    see(page, report("generated", face(stability=without("half_size"))), GREY)
    expect(card(page, 1)).to_contain_text("the copies that could be judged get the same verdict")
    expect(card(page, 1)).not_to_contain_text("Yes: copies of the picture")
    shrunken = card(page, 1).locator("[data-copy=half_size]")
    expect(shrunken).to_have_text(re.compile("At half size.*Could not be judged"))
    expect(card(page, 1).locator("[data-copy=jpeg_70]")).to_contain_text("90%")


def test_without_any_copy_the_verdict_is_not_said_to_hold(page: Page) -> None:
    alone = without("jpeg_70", "half_size", "shifted")
    see(page, report("generated", face(stability=alone)), GREY)
    expect(card(page, 1)).to_contain_text("That cannot be told")
    expect(card(page, 1)).not_to_contain_text("the same verdict")
    expect(card(page, 1).locator("[data-copy][data-verdict=not_applicable]")).to_have_count(3)


def test_a_verdict_that_does_not_hold_says_why_it_is_unsure(page: Page) -> None:
    shaky = face(verdict="unsure", why_unsure="not_steady", stability=stability(False))
    see(page, report("unsure", shaky), GREY)
    expect(page.get_by_role("region", name=CANNOT_TELL, exact=True)).to_contain_text(
        "The verdict does not hold"
    )
    expect(card(page, 1)).to_contain_text("That is why the answer is")
    compressed = card(page, 1).locator("[data-copy=jpeg_70]")
    expect(compressed).to_contain_text("Saved anew as JPEG 70")
    expect(compressed).to_contain_text("90%")
    expect(compressed).to_have_attribute("data-verdict", "unsure")


def test_an_unsure_verdict_between_the_thresholds_says_nothing_of_copies(page: Page) -> None:
    between = face(verdict="unsure", why_unsure="between_thresholds", probability=0.5)
    see(page, report("unsure", between), GREY)
    expect(page.get_by_role("main")).to_contain_text("too little to decide")
    expect(page.get_by_role("main")).not_to_contain_text("does not hold")


def test_the_parts_that_weigh_are_named_and_drawn_to_both_sides(page: Page) -> None:
    weights = {"eyes": 2.0, "nose": 0.1, "mouth": 0.0, "skin": 1.0, "hair": -0.2,
               "background": -1.0}  # fmt: skip
    regions = [{"region": name, "weight": weight} for name, weight in weights.items()]
    see(page, report("generated", face(regions=regions)), GREY)
    expect(card(page, 1)).to_contain_text("Speaks for a generator: eyes and skin.")
    expect(card(page, 1)).to_contain_text("Speaks against it: background.")
    bars = {
        name: card(page, 1).locator(f"[data-region={name}] [data-side]")
        for name in ("eyes", "skin", "background")
    }
    boxes = {name: bar.bounding_box() for name, bar in bars.items()}
    eyes, skin, background = (boxes[name] for name in ("eyes", "skin", "background"))
    assert eyes and skin and background
    assert eyes["x"] == pytest.approx(skin["x"], abs=1)
    assert eyes["width"] == pytest.approx(2 * skin["width"], abs=2)
    assert background["x"] + background["width"] == pytest.approx(eyes["x"], abs=1)
    expect(card(page, 1).locator("[data-region=hair]")).to_contain_text("-0.20")


@pytest.mark.parametrize("language", ["en", "ro"])
def test_a_part_and_its_weight_stand_on_one_line_on_a_phone(page: Page, language: str) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    regions = [
        {"region": name, "weight": weight}
        for name, weight in {"skin": 15.16, "mouth": 1.93, "background": -10.97}.items()
    ]
    see(page, report("generated", face(regions=regions)), GREY)
    page.get_by_label("Language").select_option(language)
    expect(page.locator(f"html[lang={language}]")).to_have_count(1)
    rows = page.locator("[data-region]")
    expect(rows).to_have_count(3)
    for row in rows.all():
        name, bar, weight = row.locator("> *").all()
        assert (lines(name), lines(weight)) == (1, 1)
        box = bar.bounding_box()
        assert box and box["width"] > 60
    assert not wider_than_window(page)


def test_parts_that_weigh_nothing_are_not_named(page: Page) -> None:
    regions = [{"region": "eyes", "weight": 0.01}, {"region": "skin", "weight": -0.01}]
    see(page, report("real", face(verdict="real", regions=regions)), GREY)
    expect(card(page, 1)).to_contain_text("No part of the face weighs much")


CREDENTIALS = {
    "valid": True,
    "signer": "Example Imaging, Inc.",
    "issued": "2026-01-31T09:30:00+00:00",
    "software": "Example Generator 2.0",
    "says_generated": True,
    "problems": [],
}
NOTE = {
    "software": "Some Diffusion",
    "digital_source_type": "trainedAlgorithmicMedia",
    "says_generated": True,
    "parameters": "a portrait, <b>sharp</b>",
}


def test_signed_content_credentials_are_shown_with_their_signer(page: Page) -> None:
    said = {"content_credentials": CREDENTIALS, "generator": None}
    see(page, report("real", face(verdict="real"), provenance=said), GREY)
    box = page.get_by_role("region", name="What the file itself says")
    expect(box).to_contain_text("made with a generator")
    expect(box).to_contain_text("The signature holds")
    expect(box).to_contain_text("Example Imaging, Inc.")
    expect(box).to_contain_text("Example Generator 2.0")
    expect(box).to_contain_text("31 Jan 2026")
    expect(box).not_to_contain_text("note")


def test_a_broken_signature_is_called_that(page: Page) -> None:
    changed = {"state": "changed", "valid": False, "problems": ["the hash does not match"]}
    said = {"content_credentials": CREDENTIALS | changed, "generator": None}
    see(page, report("not_applicable", provenance=said), GREY)
    box = page.get_by_role("region", name="What the file itself says")
    expect(box).to_contain_text("changed since it was signed. Do not rely on it.")
    expect(box).to_contain_text("Before the change it said that a generator made the picture")
    expect(box).to_contain_text("the hash does not match")
    expect(box).not_to_contain_text("The signature holds")


def test_a_certificate_that_ran_out_is_no_broken_signature(page: Page) -> None:
    ran_out = {"state": "intact", "certificate": "expired_since", "trust": "not_listed"}
    said = {"content_credentials": CREDENTIALS | ran_out, "generator": None}
    see(page, report("generated", face(), provenance=said), GREY)
    box = page.get_by_role("region", name="What the file itself says")
    expect(box).to_contain_text("The signature holds")
    expect(box).to_contain_text("has run out since")
    expect(box).to_contain_text("not on the list of trusted signers")
    expect(box).not_to_contain_text("What is wrong with it")


def test_the_headline_never_clears_a_file_that_calls_itself_generated(page: Page) -> None:
    said = {"content_credentials": None, "generator": NOTE}
    see(page, report("real", face(verdict="real"), provenance=said), GREY)
    summary = page.locator("[data-summary]")
    expect(summary.get_by_role("heading")).to_have_text(
        "By its own account generated; the pixels show no sign"
    )
    expect(summary).to_have_attribute("data-verdict", "unsure")
    expect(summary).to_contain_text("By the faces alone: No sign of generation found")


def test_what_the_file_says_is_not_called_no_answer(page: Page) -> None:
    said = {"content_credentials": None, "generator": NOTE}
    see(page, report("unsure", face(verdict="unsure"), provenance=said), GREY)
    summary = page.locator("[data-summary]")
    expect(summary).to_contain_text("By the faces alone: Can\u2019t tell.")
    expect(summary).not_to_contain_text("Take this as no answer")


def test_a_record_that_is_kept_elsewhere_is_not_called_wrong(page: Page) -> None:
    kept = {"state": "unchecked", "valid": False, "problems": ["the record is kept elsewhere"]}
    said = {"content_credentials": CREDENTIALS | kept, "generator": None}
    see(page, report("unsure", face(verdict="unsure"), provenance=said), GREY)
    box = page.get_by_role("region", name="What the file itself says")
    expect(box).to_contain_text("Why not")
    expect(box).not_to_contain_text("What is wrong with it")


def test_a_long_report_is_printed_with_its_blocks_under_each_other(page: Page) -> None:
    see(page, report("generated", face(), face()), GREY)
    page.emulate_media(media="print")
    about = page.get_by_text("About this check")
    displays = about.evaluate(
        """(element) => {
          const all = [];
          for (let one = element.parentElement; one; one = one.parentElement) {
            all.push(getComputedStyle(one).display);
          }
          return all;
        }"""
    )
    assert "grid" not in displays


def test_of_a_record_that_cannot_be_read_only_that_is_said(page: Page) -> None:
    nothing = dict.fromkeys(("signer", "issued", "software"))
    unread = {"valid": False, "says_generated": False, "problems": ["the record cannot be read"]}
    said = {"content_credentials": nothing | unread, "generator": None}
    see(page, report("generated", face(), provenance=said), GREY)
    box = page.get_by_role("region", name="What the file itself says")
    expect(box).to_contain_text("the record cannot be read")
    expect(box).to_contain_text("cannot be checked here")
    expect(box).not_to_contain_text("generator")
    expect(box).not_to_contain_text("signature")


def test_a_note_of_a_program_that_generates_nothing_is_not_called_a_generators(page: Page) -> None:
    note = NOTE | {"software": "GIMP 2.10", "says_generated": False}
    said = {"content_credentials": None, "generator": note | {"parameters": None}}
    see(page, report("real", face(verdict="real"), provenance=said), GREY)
    box = page.get_by_role("region", name="What the file itself says")
    expect(box).to_contain_text("GIMP 2.10")
    expect(box).not_to_contain_text("generator")


def test_a_generators_note_is_a_hint_and_shown_as_text(page: Page) -> None:
    said = {"content_credentials": None, "generator": NOTE}
    see(page, report("generated", face(), provenance=said), GREY)
    box = page.get_by_role("region", name="What the file itself says")
    expect(box).to_contain_text("Anyone can write or remove such a note.")
    box.get_by_text("What the generator was asked for").click()
    expect(box.get_by_text("a portrait, <b>sharp</b>")).to_be_visible()


def test_a_file_that_says_nothing_gets_no_word(page: Page) -> None:
    said = {"content_credentials": None, "generator": None}
    see(page, report("generated", face(), provenance=said), GREY)
    expect(page.get_by_text("What the file itself says")).to_have_count(0)


def test_everything_is_asked_for_but_the_slow_map(page: Page) -> None:
    answer(page, report("generated", face()))
    with page.expect_request("**/api/detect") as request:
        choose(page, GREY)
    assert options(request.value) == {
        "explain": "true",
        "stability": "true",
        "provenance": "true",
        "occlusion": "false",
    }


def test_the_model_says_how_good_it_is(page: Page) -> None:
    see(page, report("generated", face()), GREY)
    judge = page.get_by_role("region", name="Who says so")
    expect(judge).to_contain_text("Tiny, by colour judged this picture.")
    expect(judge).to_contain_text("for 50%")  # the accuracy of the tiny bundle


def test_models_that_could_not_be_listed_are_asked_for_with_the_next_check(visit: Visit) -> None:
    page = visit()
    page.route("**/api/models", lambda route: route.abort())
    with page.expect_event("requestfailed"):
        page.goto("/")
    see(page, report("generated", face()), GREY)
    judge = page.get_by_role("region", name="Who says so")
    expect(judge).to_contain_text("Its figures are not at hand")
    expect(judge).not_to_contain_text("no figures on how good it is")
    compare = page.get_by_role("button", name="Compare all models")
    expect(compare).to_have_count(0)
    page.unroute("**/api/models")
    choose(page, GREY, "next.jpg")
    expect(page.get_by_label("Model", exact=True)).to_have_value("tiny")
    expect(compare).to_be_visible()
    expect(judge).to_contain_text("Tiny, by colour judged this picture.")


def test_models_that_could_not_be_listed_are_asked_for_where_a_check_is_tried_again(
    visit: Visit,
) -> None:
    page = visit()
    page.route("**/api/*", lambda route: route.abort())
    with page.expect_event("requestfailed"):
        page.goto("/")
    choose(page, GREY)
    expect(page.get_by_role("alert")).to_contain_text("The server cannot be reached.")
    page.unroute("**/api/*")
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_label("Model", exact=True)).to_have_value("tiny")


def test_a_result_says_when_it_was_made_and_names_the_page(page: Page) -> None:
    see(page, report("generated", face(), created="2026-01-31T09:30:00Z"), GREY)
    expect(page.get_by_role("figure")).to_contain_text(re.compile(r"Checked 31 Jan 2026, \d+:30"))
    expect(page).to_have_title("photo.jpg · Check · Unmask")
    page.emulate_media(media="print")
    expect(page.get_by_text("Checked 31 Jan 2026")).to_be_visible()


def test_all_models_are_compared_on_one_click(page: Page, face_jpeg: bytes) -> None:
    choose(page, encoded(tinted(face_jpeg, *RED), "JPEG"))
    expect(verdict(page)).to_be_visible()
    page.get_by_role("button", name="Compare all models").click()
    models = page.request.get("/api/models").json()["models"]
    titles = [one["title"] for one in models]
    rows = page.get_by_role("table").locator("tbody tr")
    expect(rows.locator("th")).to_have_text(titles)
    for title in ("Tiny, by colour", "Tiny, its twin"):
        row = rows.filter(has=page.get_by_role("rowheader", name=title))
        expect(row).to_contain_text("Probably generated")
        expect(row).to_contain_text(re.compile(r"\d%"))
    expect(page.get_by_text(re.compile("^(All models say|The models do not)"))).to_be_visible()
    averaging = [f"“{one['title']}” averages other models" for one in models if one["members"]]
    assert averaging  # one ships
    expect(page.get_by_text("averages other models")).to_contain_text(averaging)


def test_a_model_that_fails_says_what_to_do_and_is_asked_again(page: Page) -> None:
    body = report("generated", face())
    see(page, body, GREY)
    page.route("**/api/detect", failing_once(body))
    page.get_by_role("button", name="Compare all models").click()
    again = page.get_by_role("button", name="Try again")
    expect(again).to_be_visible()
    table = page.get_by_role("table")
    expect(table).to_contain_text("Too much to do at the moment. The server is busy.")
    expect(page.get_by_text("All models say the same.")).to_have_count(0)
    again.click()
    expect(page.get_by_text("All models say the same.")).to_be_visible()
    expect(table).not_to_contain_text("Too much to do")
    expect(again).to_have_count(0)


def test_a_comparison_waits_for_a_busy_server(page: Page) -> None:
    body = report("generated", face())
    see(page, body, GREY)
    page.route("**/api/detect", failing_once(body, **{"Retry-After": "3"}))
    page.get_by_role("button", name="Compare all models").click()
    expect(page.get_by_text("The server is busy. Trying again in 3 seconds.")).to_be_visible()
    expect(page.get_by_text("All models say the same.")).to_be_visible()


def test_covering_parts_waits_for_a_busy_server(page: Page) -> None:
    see(page, report("generated", face(maps=MAPS)), GREY)
    covered = report("generated", face(maps=[*MAPS, OCCLUSION]))
    page.route("**/api/detect", failing_once(covered, **{"Retry-After": "3"}))
    card(page, 1).get_by_role("button", name="Test this map by covering parts").click()
    expect(page.get_by_text("The server is busy. Trying again in 3 seconds.")).to_be_visible()
    expect(overlay(page)).to_have_attribute("src", OCCLUSION["overlay"])


def test_a_comparison_can_be_stopped(page: Page) -> None:
    see(page, report("generated", face()), GREY)
    held = hold(page, "detect")
    page.get_by_role("button", name="Compare all models").click()
    wait_until(page, lambda: len(held) == 1)
    stop = page.get_by_role("button", name="Stop")
    with page.expect_event("requestfailed"):
        stop.click()
    expect(stop).to_have_count(0)
    table = page.get_by_role("table")
    expect(table).not_to_contain_text("waiting")
    expect(table.get_by_role("row").filter(has_text="Probably generated")).to_have_count(1)
    assert len(held) == 1


def test_a_result_is_saved_opened_and_its_link_copied(page: Page, face_jpeg: bytes) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    choose(page, encoded(tinted(face_jpeg, *RED), "JPEG"), "mine.jpg")
    keep = page.get_by_role("region", name="Keep this result")
    expect(keep).to_contain_text("Can be saved until")
    expect(keep.get_by_role("button", name="Copy a link")).to_have_count(0)
    keep.get_by_role("button", name="Save to the history").click()
    expect(keep).to_contain_text("Saved to the history of this browser.")
    expect(keep.get_by_role("button", name="Save to the history")).to_have_count(0)
    keep.get_by_role("button", name="Copy a link").click()
    expect(keep).to_contain_text("The link was copied.")
    link = page.evaluate("navigator.clipboard.readText()")
    keep.get_by_role("link", name="Open it there").click()
    expect(page).to_have_url(link)
    assert re.search(r"/history/[\w-]{20,}$", link)
    expect(page.get_by_role("heading", level=1)).to_contain_text("mine.jpg")
    page.go_back()
    expect(keep).to_contain_text("Saved to the history of this browser.")
    expect(keep.get_by_role("button", name="Save to the history")).to_have_count(0)
    keep.get_by_role("link", name="Open it there").click()
    page.get_by_role("button", name="Delete", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="Delete", exact=True).click()
    expect(page.get_by_role("heading", name="Nothing saved yet")).to_be_visible()
    page.get_by_role("link", name="Check", exact=True).click()
    expect(verdict(page)).to_be_visible()
    expect(page.get_by_text("Saved to the history of this browser.")).to_have_count(0)


def test_a_save_under_way_ends_though_another_page_is_looked_at(page: Page) -> None:
    see(page, report("generated", face()), GREY)
    held = hold(page, "history/save")
    page.get_by_role("button", name="Save to the history").click()
    wait_until(page, lambda: len(held) == 1)
    page.get_by_role("link", name="Models", exact=True).click()
    expect(page.get_by_role("heading", level=1, name="Models")).to_be_visible()
    reply({"id": "B" * 40}, 201)(held[0])
    page.get_by_role("link", name="Check", exact=True).click()
    expect(page.get_by_text("Saved to the history of this browser.")).to_be_visible()


def test_a_result_that_is_too_old_says_so(page: Page) -> None:
    see(page, report("generated", face()), GREY)
    page.route("**/api/history/save", reply(problem("report-expired", 410, "too old"), 410))
    save = page.get_by_role("button", name="Save to the history")
    save.click()
    expect(page.get_by_text("Too late to save")).to_be_visible()
    expect(save).to_be_disabled()


def test_a_save_that_failed_can_be_tried_again(page: Page) -> None:
    see(page, report("generated", face()), GREY)
    page.route("**/api/history/save", lambda route: route.abort())
    page.get_by_role("button", name="Save to the history").click()
    expect(page.get_by_role("alert")).to_contain_text("The server cannot be reached.")
    page.route("**/api/history/save", reply({"id": "B" * 40}, 201))
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_text("Saved to the history of this browser.")).to_be_visible()


def test_nothing_is_offered_to_save_where_nothing_was_kept(page: Page) -> None:
    see(page, report("generated", face(), saveable_until=None), GREY)
    expect(page.get_by_text("This server saves nothing at the moment.")).to_be_visible()
    expect(page.get_by_role("button", name="Save to the history")).to_have_count(0)


def test_the_report_is_downloaded_as_the_server_gave_it(page: Page, tmp_path: Path) -> None:
    body = report("generated", face(stability=stability(True)))
    see(page, body, GREY)
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the report").click()
    assert download.value.suggested_filename == "unmask-report-photo.json"
    download.value.save_as(tmp_path / "report.json")
    assert json.loads((tmp_path / "report.json").read_text()) == body


def test_paper_shows_the_result_and_nothing_to_press(page: Page) -> None:
    see(page, report("generated", face(maps=MAPS, stability=stability(True))), GREY)
    not_proved = page.get_by_role("region", name="What this result does not prove")
    expect(not_proved).to_be_visible()
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    page.emulate_media(media="print")
    expect(not_proved).to_be_visible()
    expect(not_proved).to_contain_text("no ground to accuse anyone")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    expect(verdict(page)).to_be_visible()
    expect(page.get_by_text("ab" * 32)).to_be_visible()  # the fingerprint, else folded away
    expect(page.get_by_role("button")).to_have_count(0)
    expect(page.get_by_role("navigation")).to_have_count(0)
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(27, 26, 24)"
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    expect(page.get_by_text("ab" * 32)).to_be_hidden()
    assert page.pdf().startswith(b"%PDF")


def test_a_face_that_could_not_be_judged_has_no_map_and_no_scale(page: Page) -> None:
    see(page, report("generated", face(), unusable("too_small")), GREY)
    expect(card(page, 1).get_by_role("img", name="Scale from")).to_have_count(1)
    expect(card(page, 2).get_by_role("img", name="Scale from")).to_have_count(0)
    expect(card(page, 2).get_by_role("slider")).to_have_count(0)
