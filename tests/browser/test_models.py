"""The page of the models: plain words, tables and drawings of what was measured."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.actions import problem, wider_than_window
from tests.browser.audit import violations
from tests.browser.conftest import Visit

pytestmark = pytest.mark.browser

CARD = """# Measured

Knows *two* generators; **not** proof. See [the paper](https://example.org/paper), not
[this](javascript:alert) <b>markup</b>.

| collection | found |
|---|---:|
| sdxl | 80.6% |

- one
  goes on
- two

```
rgb -> residual
```
"""


def estimate(value: float, low: float, high: float) -> dict[str, float]:
    return {"value": value, "low": low, "high": high}


def model(**changes: Any) -> dict[str, Any]:
    """A model as the server describes it; by default one with a benchmark."""
    return {
        "name": "measured",
        "title": "Measured",
        "architecture": "tracenet",
        "members": [],
        "task": "source",
        "labels": ["real", "stylegan1", "sdxl"],
        "families": {"real": "real", "stylegan1": "stylegan1", "sdxl": "sdxl"},
        "thresholds": {"generated": 0.9, "real": 0.1, "false_positive_rate": 0.005,
                       "false_negative_rate": 0.02},
        "figures": {"accuracy": 0.93, "fpr_celeba": 0.0},
        "limits": ["Faces in the *dark*, as written.", "Generators it does not know."],
        "licence": "Apache-2.0",
        "terms": "Research only.",
        "created": "2026-01-31",
        "card": CARD,
        "benchmark": {
            "version": 1,
            "suite": "standard",
            "dataset": "0123abcd",
            "sha256": "ab" * 32,
            "crops": 300,
            "figures": {
                "tpr": estimate(0.75, 0.7, 0.79),
                "fpr": estimate(0.0011, 0.0002, 0.004),
                "unsure": estimate(0.152, 0.13, 0.17),
                "accuracy": estimate(0.934, 0.91, 0.95),
            },
            "confusion": {"labels": ["real", "stylegan1", "sdxl"],
                          "counts": [[250, 1, 0], [5, 40, 5], [0, 0, 50]]},
            "reliability": [{"stated": 0.1, "observed": 0.2, "share": 0.5},
                            {"stated": 0.9, "observed": 0.9, "share": 0.5}],
            "robustness": [view("clean", "clean", 0.75), view("jpeg-60", "JPEG 60", 0.5),
                           view("half-size", "half size", 0.25), view("other", "by hand", 0.6)],
            "unseen": [
                {"collection": "unseen-sd21", "generated": True, "face_swap": False, "crops": 208,
                 "called_generated": estimate(0.024, 0.01, 0.05), "unsure": 0.59, "auc": 0.8},
                {"collection": "swapped", "generated": True, "face_swap": True, "crops": 100,
                 "called_generated": estimate(0.0, 0.0, 0.04), "unsure": 0.26, "auc": 0.5},
            ],
        },
    } | changes  # fmt: skip


def view(name: str, title: str, tpr: float) -> dict[str, Any]:
    return {"view": name, "title": title, "crops": 300, "accuracy": 0.9, "auc": 0.98,
            "tpr": tpr, "fpr": 0.004, "tpr_at_half_percent": 0.8}  # fmt: skip


@pytest.fixture
def page(visit: Visit) -> Page:
    """A browser in which no address is open yet."""
    return visit()


def show(page: Page, *models: dict[str, Any], default: str | None = "measured") -> None:
    """Open the page with these models."""
    body = {"default": default, "models": list(models)}
    page.route("**/api/models", lambda route: route.fulfill(json=body))
    page.goto("/models")


def card(page: Page, title: str) -> Locator:
    """All that is said of a model."""
    return page.get_by_role("article", name=title)


def cells(table: Locator) -> list[list[str]]:
    return [
        [cell.strip() for cell in row.locator("th, td").all_text_contents()]
        for row in table.locator("tbody tr").all()
    ]


def test_the_models_of_the_server_are_there(page: Page) -> None:
    page.goto("/models")
    tiny = card(page, "Tiny, by colour")
    expect(tiny).to_contain_text("Used unless you choose another")
    expect(tiny).to_contain_text("StyleGAN and Stable Diffusion XL")
    expect(tiny).to_contain_text("Of 100 faces it names the right source for 50")
    expect(tiny).to_contain_text("Made by a test.")
    twin = card(page, "Tiny, its twin")
    expect(twin).not_to_contain_text("Used unless you choose another")
    expect(twin.get_by_role("heading", name="What it takes for what")).to_have_count(0)
    page.get_by_role("link", name="Tiny, its twin").click()
    expect(twin).to_be_in_viewport()


def test_figures_are_counts_of_faces(page: Page) -> None:
    show(page, model())
    words = card(page, "Measured")
    expect(words).to_contain_text("Unmask\u2019s own network")
    expect(words).to_contain_text("Of 100 generated faces it finds 75")
    expect(words).to_contain_text("70 to 79, give or take (95% interval)")
    expect(words).to_contain_text("Of 1,000 photographs it accuses 1")
    expect(words).to_contain_text("Of 100 faces it cannot tell for 15")
    expect(words).to_contain_text("Of 100 faces it names the right source for 93")
    words.get_by_text("All figures").click()
    table = words.get_by_role("table").filter(has_text="95% interval")
    expect(table.get_by_role("row", name="Photographs of celeba called generated")).to_be_visible()
    expect(table.get_by_role("row", name="Right source named 93.4%")).to_be_visible()


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("tpr", 0.9996, "Of 10,000 generated faces it finds 9,996"),
        ("tpr", 0.004, "Of 1,000 generated faces it finds 4"),
        ("tpr", 1.0, "Of 100 generated faces it finds 100"),
        ("fpr", 0.0, "Of 1,000 photographs it accuses none"),
        ("fpr", 0.0003, "Of 10,000 photographs it accuses 3"),
        ("fpr", 0.05, "Of 1,000 photographs it accuses 50"),
    ],
)
def test_no_figure_is_rounded_to_all_or_nothing(
    page: Page, name: str, value: float, sentence: str
) -> None:
    show(page, model(figures={name: value}, benchmark=None))
    expect(card(page, "Measured").get_by_text(sentence, exact=True)).to_be_visible()


def test_a_model_without_figures_says_so(page: Page) -> None:
    show(page, model(figures={}, benchmark=None, card=" "), default=None)
    words = card(page, "Measured")
    expect(words).to_contain_text("Its makers give no such figures.")
    expect(words).to_contain_text("This model came without a card.")
    expect(words).not_to_contain_text("Used unless you choose another")


def test_the_confusion_matrix_is_a_table_of_hundredths(page: Page) -> None:
    show(page, model())
    table = page.get_by_role("table", name="What it takes for what")
    expect(table).to_be_visible()
    assert cells(table) == [
        ["Photograph", ">99", "<1", "0", "251"],
        ["StyleGAN", "10", "80", "10", "50"],
        ["Stable Diffusion XL", "0", "0", "100", "50"],
    ]
    strengths = [
        cell.evaluate("cell => getComputedStyle(cell).backgroundColor")
        for cell in table.locator("tbody tr").nth(1).locator("td").all()[:3]
    ]
    assert strengths[0] == strengths[2] != strengths[1]


def test_robustness_is_drawn_and_told(page: Page) -> None:
    show(page, model())
    drawn = page.get_by_role("img", name="Chart: of the generated faces")
    expect(drawn).to_have_accessible_name(
        "Chart: of the generated faces it finds 75% in untouched pictures, and 25% at worst, "
        "after: half the size. The table below has all the numbers."
    )
    box = drawn.bounding_box()
    dots = [one.bounding_box() for one in drawn.locator("circle").all()]
    assert box and all(dots) and len(dots) == 4
    middles = [(dot["x"] + dot["width"] / 2 - box["x"]) / box["width"] for dot in dots if dot]
    assert middles == pytest.approx([0.75, 0.5, 0.25, 0.6], abs=0.01)
    part = page.get_by_role("article").locator("section", has=drawn)
    part.get_by_text("The same as a table").click()
    assert cells(part.get_by_role("table")) == [
        ["nothing", "75%", "0.4%"],
        ["JPEG, quality 60", "50%", "0.4%"],
        ["half the size", "25%", "0.4%"],
        ["by hand", "60%", "0.4%"],
    ]


def test_stated_percentages_stand_against_true_ones(page: Page) -> None:
    show(page, model())
    drawn = page.get_by_role("img", name="Chart of stated against true shares")
    expect(drawn).to_have_accessible_name(
        "Chart of stated against true shares; on average they lie 5% apart. The table below has "
        "all the numbers."
    )
    expect(drawn.locator("circle")).to_have_count(2)


def test_strangers_are_named_with_what_becomes_of_them(page: Page) -> None:
    show(page, model())
    table = page.get_by_role("table").filter(has_text="Called generated, of 100")
    rows = table.locator("tbody tr")
    expect(rows.nth(0)).to_contain_text("Stable Diffusion 2.1")
    expect(rows.nth(0).get_by_role("cell")).to_contain_text(["2", "59", "208"])
    expect(rows.nth(1)).to_contain_text("swapped faces")


def test_the_card_is_shown_without_markup_of_its_own(page: Page) -> None:
    show(page, model())
    page.get_by_text("The whole model card").click()
    shown = page.locator("details", has_text="The whole model card")
    expect(shown.get_by_role("heading", name="Measured")).to_be_visible()
    expect(shown.get_by_role("emphasis")).to_have_text("two")
    expect(shown.get_by_role("strong")).to_have_text("not")
    expect(shown.get_by_role("link")).to_have_count(1)
    expect(shown.get_by_role("link")).to_have_attribute("href", "https://example.org/paper")
    expect(shown).to_contain_text("this <b>markup</b>.")
    assert cells(shown.get_by_role("table")) == [["sdxl", "80.6%"]]
    expect(shown.get_by_role("listitem")).to_have_text(["one goes on", "two"])
    expect(shown.locator("pre")).to_have_text("rgb -> residual")


def test_each_model_tells_its_own_limits(page: Page) -> None:
    show(page, model(), model(name="plain", title="Plain", limits=[]))
    limits = page.get_by_role("heading", name="Its limits").locator("..")
    expect(limits.first.get_by_role("listitem")).to_have_text(
        ["Faces in the *dark*, as written.", "Generators it does not know."]
    )
    expect(limits.first.locator("li[lang=en]")).to_have_count(2)
    expect(limits.last.get_by_role("listitem").first).to_have_text(
        "It searches for the generators that it learned from. Others it finds now and then, or "
        "never."
    )


def named(catalogue: str, *path: str) -> set[str]:
    """What stands before the colons in the braces behind these names of a catalogue."""
    found = catalogue
    for name in path:
        block = re.search(rf"^( *)(?:const )?{name}: [^\n]*\{{$(.*?)^\1\}}", found, re.M | re.S)
        assert block, f"no {name}"
        found = block[2]
    return {key.strip('"') for key in re.findall(r'^ *("[^"]+"|\w+):', found, re.M)}


@pytest.mark.parametrize("language", ["en", "ro"])
def test_all_that_shipped_models_were_measured_by_has_a_name(root: Path, language: str) -> None:
    words = (root / f"web/src/texts/{language}.ts").read_text(encoding="utf-8")
    bundles = sorted((root / "src/unmask/weights").glob("*/benchmark.json"))
    if not bundles:
        pytest.skip("no bundle with a benchmark is in src/unmask/weights")
    for path in bundles:
        measured = json.loads(path.read_text(encoding="utf-8"))
        told = json.loads(path.with_name("model.json").read_text(encoding="utf-8"))
        figures = {*measured["figures"], *told["figures"]}
        assert figures <= named(words, "models", "figures", "names")
        labels = {*measured["confusion"]["labels"], *told["labels"]} - {"real"}
        assert labels <= named(words, "generators")
        collections = {one["collection"] for one in measured["unseen"]}
        assert collections <= named(words, "models", "unseen", "names")
        kinds = "|".join(named(words, "models", "robustness", "kinds"))
        views = {one["view"] for one in measured["robustness"]}
        plain = {view for view in views if not re.fullmatch(rf"({kinds})-\d+", view)}
        assert plain <= named(words, "models", "robustness", "views")


def test_no_model_and_no_answer_are_told_apart(page: Page) -> None:
    show(page, default=None)
    expect(page.get_by_role("heading", name="No model is installed")).to_be_visible()
    page.unroute("**/api/models")
    body = problem("busy", 503, "too many are waiting")
    page.route("**/api/models", lambda route: route.fulfill(status=503, json=body))
    page.reload()
    expect(page.get_by_role("alert")).to_contain_text("Too many are waiting.")
    page.unroute("**/api/models")
    page.get_by_role("button", name="Try again").click()
    expect(card(page, "Tiny, by colour")).to_be_visible()


def test_it_speaks_romanian(page: Page) -> None:
    show(page, model())
    page.get_by_label("Language").select_option("ro")
    words = card(page, "Measured")
    expect(words).to_contain_text("Din 100 de fețe generate găsește 75")
    expect(words).to_contain_text("Făcut la 31 ianuarie 2026.")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_axe_finds_nothing(page: Page, root: Path, scheme: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
    show(page, model(), model(name="plain", title="Plain", benchmark=None, figures={}))
    expect(card(page, "Plain")).to_be_visible()
    for fold in page.locator("summary:visible").all():
        fold.click()
    assert violations(page, root) == []
    assert not wider_than_window(page)


def test_on_a_phone_one_model_is_open_at_a_time(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    show(page, model(), model(name="plain", title="Plain"))
    first, second = (
        card(page, title).get_by_role("heading", name="Its limits")
        for title in ("Measured", "Plain")
    )
    expect(first).to_be_visible()
    expect(second).to_be_hidden()
    card(page, "Plain").get_by_role("button", name="Its figures and limits").click()
    expect(second).to_be_visible()
    expect(first).to_be_hidden()
    expect(card(page, "Plain").get_by_role("heading", name="Plain")).to_be_in_viewport()
    page.get_by_role("link", name="Measured").click()
    expect(first).to_be_visible()
    page.set_viewport_size({"width": 1280, "height": 800})
    expect(second).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_axe_finds_nothing_where_there_is_nothing_to_show(
    page: Page, root: Path, scheme: str, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
    show(page, default=None)
    expect(page.get_by_role("heading", name="No model is installed")).to_be_visible()
    assert violations(page, root) == []
    page.unroute("**/api/models")
    page.route("**/api/models", lambda route: route.abort())
    page.reload()
    expect(page.get_by_role("alert")).to_be_visible()
    assert violations(page, root) == []
    assert not wider_than_window(page)
