"""Prints the OpenAPI document: `python -m unmask.api.contract.openapi`."""

from __future__ import annotations

import json
import sys

from unmask.api.app import create_app
from unmask.settings import Settings


def openapi_json() -> str:
    """The OpenAPI document as it is committed: indented JSON with a newline at its end."""
    # Nothing in the document depends on a setting, so the environment is left out.
    app = create_app(Settings.model_construct())
    return json.dumps(app.openapi(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.stdout.write(openapi_json())
