"""What the tests of faults hold again and again."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI

from unmask.api.services import services_of_app
from unmask.history import repair
from unmask.settings import Settings


def stored(settings: Settings) -> set[str]:
    """The picture files, thumbnails and temporary files that are there."""
    return {
        str(path.relative_to(settings.data_dir))
        for kind in ("pictures", "thumbnails")
        for path in (settings.data_dir / "history" / kind).rglob("*")
        if path.is_file()
    }


def assert_nothing_kept(report: Any) -> None:
    """A picture was judged, and its report says that it cannot be saved."""
    assert report["verdict"] and len(report["faces"]) == 1
    assert report["saveable_until"] is None


def assert_sound(app: FastAPI) -> None:
    """Rows and files belong together, with nothing to mend."""
    found = repair.check(services_of_app(app).storage.open(), older_than=0)
    assert (found.temporary, found.orphans, found.shelved, found.lost) == (0, 0, 0, [])
