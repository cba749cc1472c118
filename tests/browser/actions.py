"""What a person does to the page, and what the server may answer."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Callable
from typing import Any

import numpy as np
from PIL import Image
from playwright.sync_api import FilePayload, Locator, Page, Route, expect

from tests.pictures import encoded
from unmask.bundles.verdict import Verdict
from unmask.detection.conclusion import conclude
from unmask.detection.provenance.claims import Provenance

CROP = (178, 218)
GREY = encoded(Image.new("RGB", (240, 240), (128, 128, 128)), "JPEG")
"""A picture without a face."""
CANNOT_TELL = "Can\u2019t tell"

# Gives the browser files the way that a drag or the clipboard would.
DROP = """([name, type, base64]) => {
  const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  const data = new DataTransfer();
  data.items.add(new File([bytes], name, { type }));
  const event = { dataTransfer: data, bubbles: true, cancelable: true };
  document.body.dispatchEvent(new DragEvent("dragenter", event));
  document.body.dispatchEvent(new DragEvent("dragover", event));
  document.body.dispatchEvent(new DragEvent("drop", event));
}"""
PASTE = """([name, type, base64]) => {
  const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  const data = new DataTransfer();
  data.items.add(new File([bytes], name, { type }));
  const event = { clipboardData: data, bubbles: true, cancelable: true };
  document.body.dispatchEvent(new ClipboardEvent("paste", event));
}"""


def choose(page: Page, content: bytes, *names: str) -> None:
    """Choose a file in the file dialogue, or copies of it by several names."""
    files = [
        FilePayload(name=name, mimeType="image/jpeg", buffer=content)
        for name in names or ("photo.jpg",)
    ]
    page.locator("input[type=file]").set_input_files(files)


def give(page: Page, script: str, content: bytes) -> None:
    """Drop or paste a file."""
    page.evaluate(script, ["photo.jpg", "image/jpeg", base64.b64encode(content).decode()])


def verdict(page: Page) -> Locator:
    """The verdict on the picture."""
    return page.locator("[data-summary] h2")


def card(page: Page, number: int) -> Locator:
    """All that is said of a face."""
    return page.get_by_role("region", name=f"Face {number}")


def tab_to(page: Page, wanted: Locator, most: int = 30) -> None:
    """Press Tab until the element has the focus."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if wanted.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError(f"{most} times Tab did not reach {wanted}")


def pixels(element: Locator) -> np.ndarray:
    """What an element looks like: (H, W, 3) uint8 RGB."""
    return np.asarray(Image.open(io.BytesIO(element.screenshot())).convert("RGB"))


def wider_than_window(page: Page) -> bool:
    """Whether the page would have to be scrolled sideways."""
    return bool(page.evaluate("document.documentElement.scrollWidth > window.innerWidth"))


def lines(element: Locator) -> int:
    """On how many lines the text of an element stands."""
    return int(
        element.evaluate(
            """element => {
              const text = document.createRange();
              text.selectNodeContents(element);
              return new Set([...text.getClientRects()].map((line) => line.top)).size;
            }"""
        )
    )


NO_EVIDENCE = {"method": "class_map", "label": "stylegan1", "evidence": False, "peak": -1,
               "map": [[-1.0]], "overlay": None}  # fmt: skip
"""A heat map with nothing to show."""


def face(**changes: Any) -> dict[str, Any]:
    """A face as the server reports it; by default one that was surely generated.

    Changes are of the face, or of its judgement; `maps` and `regions` are of its explanation.
    """
    explanation = {
        "maps": changes.pop("maps", [NO_EVIDENCE]),
        "regions": changes.pop("regions", []),
    }
    judgement = {
        "question": "synthesis",
        "model": "tiny",
        "verdict": "generated",
        "why_unsure": None,
        "probability": 0.97,
        "scores": {"real": 0.03, "stylegan1": 0.9, "stylegan2": 0.05, "tpdne": 0.01, "sdxl": 0.01},
        "families": {"real": 0.03, "stylegan1": 0.9, "stylegan2": 0.06, "sdxl": 0.01},
        "explanation": explanation,
        "stability": None,
    }
    judgement |= {name: changes.pop(name) for name in judgement.keys() & changes.keys()}
    return {
        "box": [60.0, 40.0, 120.0, 160.0],
        "landmarks": [[90, 100], [150, 100], [120, 130], [95, 160], [145, 160]],
        "usable": True,
        "reasons": [],
        "crop_to_picture": [1.0, 0.0, 0.0, 1.0, 31.0, 8.0],
        "judgements": [judgement],
    } | changes


def unusable(*reasons: str) -> dict[str, Any]:
    """A face that could not be judged."""
    return face(usable=False, reasons=list(reasons), judgements=[])


def report(
    verdict: str, *faces: dict[str, Any], size: tuple[int, int] = (240, 240), **changes: Any
) -> dict[str, Any]:
    """A report as the server gives it, with all that is left out of its provenance."""
    told = changes.get("provenance")
    origin = None if told is None else Provenance.model_validate(told)
    if origin is not None:
        changes["provenance"] = origin.model_dump(mode="json")
    concluded = conclude(Verdict(verdict), origin).model_dump(mode="json")
    return {
        "schema": 2,
        "kind": "picture",
        "verdict": verdict,
        "model": "tiny",
        "software": "0.1.0",
        "image": {"name": "photo.jpg", "width": size[0], "height": size[1], "format": "JPEG",
                  "bytes": 12_345, "sha256": "ab" * 32},
        "faces": list(faces),
        "thresholds": {"generated": 0.93, "real": 0.12},
        "provenance": None,
        "conclusion": concluded,
        "id": "A" * 40,
        "created": "2030-01-31T12:00:00Z",
        "saveable_until": "2030-01-31T12:15:00Z",
    } | changes  # fmt: skip


FOUND = ("box", "landmarks", "usable", "reasons")


def answer(
    page: Page, body: dict[str, Any], status: int = 200, headers: dict[str, str] | None = None
) -> None:
    """Let the server answer every check with this: both calls, or the first one with a problem."""
    faces = [{name: one[name] for name in FOUND} for one in body.get("faces", [])]
    found = {"image": body.get("image"), "faces": faces}
    for path, said in (("validate-face", found if status == 200 else body), ("detect", body)):
        page.route(f"**/api/{path}", reply(said, status, headers))


def reply(
    body: dict[str, Any], status: int = 200, headers: dict[str, str] | None = None
) -> Callable[[Route], None]:
    """What answers a call with this document."""
    kind = "application/json" if status < 400 else "application/problem+json"

    def fulfil(route: Route) -> None:
        said = {"Content-Type": kind} | (headers or {})
        route.fulfill(status=status, body=json.dumps(body), headers=said)

    return fulfil


def failing_once(body: dict[str, Any], **headers: str) -> Callable[[Route], None]:
    """A server that is busy when it is asked first, and then answers with this report."""
    asked: list[Route] = []

    def fulfil(route: Route) -> None:
        asked.append(route)
        busy = reply(problem("busy", 503, "too many"), 503, headers)
        (busy if len(asked) == 1 else reply(body))(route)

    return fulfil


def hold(page: Page, path: str) -> list[Route]:
    """Let calls of a path wait for ever; they are in the list that is given back."""
    held: list[Route] = []
    page.route(f"**/api/{path}", lambda route: held.append(route))
    return held


def wait_until(page: Page, holds: Callable[[], bool]) -> None:
    """Let the page go on until something that the test itself sees holds; 30 seconds at most."""
    for _ in range(600):
        if holds():
            return
        page.wait_for_timeout(50)
    raise AssertionError("it did not come to hold in 30 seconds")


def problem(slug: str, status: int, detail: str) -> dict[str, Any]:
    """A problem document."""
    return {"type": f"urn:unmask:problem:{slug}", "title": slug, "status": status, "detail": detail}


def see(page: Page, body: dict[str, Any], picture: bytes) -> None:
    """Check a picture with the server's answer given, and wait until it is shown."""
    answer(page, body)
    choose(page, picture)
    expect(verdict(page)).to_be_visible()
