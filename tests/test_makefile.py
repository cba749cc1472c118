"""What `make` would do, without doing it."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

DRIVER = "constraints/postgres.txt"


@pytest.mark.parametrize(
    ("url", "needed"),
    [
        ("", False),
        ("sqlite:////var/lib/unmask/history.db", False),
        ("postgresql://me:p$(x@127.0.0.1/unmask", True),
        ("postgresql+psycopg://127.0.0.1/unmask", True),
        ("postgres://127.0.0.1/unmask", True),
    ],
)
def test_serving_installs_the_driver_where_the_history_is_in_postgresql(
    root: Path, tmp_path: Path, url: str, needed: bool
) -> None:
    if shutil.which("make") is None:
        pytest.skip("no make")
    done = subprocess.run(
        ["make", "--dry-run", "serve", f"VENV={tmp_path}"], cwd=root, capture_output=True,
        text=True, check=True, env=os.environ | {"UNMASK_DATABASE_URL": url},
    )  # fmt: skip
    assert "constraints/serving.txt" in done.stdout and "unmask serve" in done.stdout
    assert (DRIVER in done.stdout) is needed


def test_with_the_driver_all_else_is_as_without(root: Path) -> None:
    serving = pins(root / "constraints/serving.txt")
    added = pins(root / DRIVER) - serving
    assert pins(root / DRIVER) > serving
    assert {pin.split("==")[0] for pin in added} == {"psycopg", "psycopg-binary", "tzdata"}


def pins(path: Path) -> set[str]:
    """The packages in a file of constraints, with their versions."""
    return {line.split()[0] for line in path.read_text().splitlines() if "==" in line}
