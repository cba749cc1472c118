"""JSON in metadata: written by strangers, so nothing is taken for granted."""

from __future__ import annotations

import json
from typing import Any


def as_object(value: object) -> dict[str, Any] | None:
    """An object, given as such or as its text; None of anything else."""
    if isinstance(value, str):
        text = value.strip()
        if not (text.startswith("{") and text.endswith("}")):
            return None
        try:
            value = json.loads(text)
        except (ValueError, RecursionError):
            return None
    return value if isinstance(value, dict) else None


def at_path(value: object, path: str) -> Any:
    """What stands at a path such as `image.prompt`; None where nothing does.

    An object on the way may be written as a text.
    """
    for name in path.split("."):
        found = as_object(value)
        if found is None:
            return None
        value = found.get(name)
    return value
