"""Fixtures that every folder of tests shares."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from unmask.imaging.faces import FaceFinder

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def root() -> Path:
    """The root of the checkout."""
    return ROOT


@pytest.fixture(scope="session")
def finder() -> FaceFinder:
    return FaceFinder(threads=1)


@pytest.fixture(scope="session")
def data(root: Path) -> Path:
    """The folder of pictures that may be passed on; its README says where they are from."""
    return root / "tests/data"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with the picture pool; tests that need it are skipped where it is not.

    It is what UNMASK_SHARED names, by default `../shared`; relative to the root of the checkout.
    """
    named = os.environ.get("UNMASK_SHARED", "../shared")
    folder = (ROOT / named).resolve()
    if not (folder / "data").is_dir():
        pytest.skip(f"no picture pool: UNMASK_SHARED={named} leads to no folder with data/ in it")
    return folder
