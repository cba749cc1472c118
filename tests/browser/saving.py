"""Saving checks without the page: what the history is filled with."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import BrowserContext, FilePayload


def save(
    context: BrowserContext, address: str, picture: bytes, name: str, model: str = "tiny"
) -> dict[str, Any]:
    """Check and save a picture as this browser; returns its entry."""
    headers = {"Origin": address}
    file = FilePayload(name=name, mimeType="image/jpeg", buffer=picture)
    checked = context.request.post(
        f"{address}/api/detect", headers=headers, multipart={"image": file, "model": model}
    )
    assert checked.ok, checked.text()
    saved = context.request.post(
        f"{address}/api/history/save", headers=headers, data={"report_id": checked.json()["id"]}
    )
    assert saved.ok, saved.text()
    entry: dict[str, Any] = saved.json()
    return entry


def entry(number: int, **changes: Any) -> dict[str, Any]:
    """An entry as the server lists it."""
    address = f"/api/history/images/entry-{number}"
    return {
        "id": f"entry-{number}",
        "created": "2026-01-31T09:30:00Z",
        "saved": "2026-01-31T09:31:00Z",
        "name": f"picture-{number}.jpg",
        "verdict": "unsure",
        "why_unsure": "between_thresholds",
        "probability_generated": 0.5,
        "model": "tiny",
        "faces": 1,
        "width": 240,
        "height": 240,
        "format": "JPEG",
        "picture": f"{address}/picture",
        "thumbnail": f"{address}/thumbnail",
        "self": address,
    } | changes
