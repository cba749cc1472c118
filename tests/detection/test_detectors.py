from __future__ import annotations

import gc
import threading
import weakref
from pathlib import Path

import pytest

from tests.tiny_bundle import write_bundle
from unmask.detection import detectors as module
from unmask.detection.detectors import Detectors

HOUR = 3600.0


@pytest.fixture
def detectors(tmp_path: Path) -> Detectors:
    """Two models; the default one is `tiny`."""
    for name in ("other", "tiny"):
        write_bundle(tmp_path / name)
    return Detectors([tmp_path], default="tiny", threads=1)


def test_an_idle_model_is_dropped_and_loaded_again_when_asked_for(detectors: Detectors) -> None:
    bundle = weakref.ref(detectors.get("other").bundle)
    assert detectors.drop_idle(HOUR) == 0
    gc.collect()
    assert bundle() is not None
    assert detectors.drop_idle(0) == 1
    gc.collect()
    assert bundle() is None
    assert detectors.get("other").bundle.info.name == "other"


def test_the_default_model_stays_however_idle(detectors: Detectors) -> None:
    kept = detectors.get()
    assert detectors.drop_idle(0) == 0
    assert detectors.get() is kept


def test_what_is_judged_with_a_dropped_model_is_judged_to_its_end(detectors: Detectors) -> None:
    held = detectors.get("other")
    detectors.drop_idle(0)
    assert detectors.get("other") is not held
    assert held.bundle.info.name == "other"


def test_nothing_is_kept_where_the_default_model_is_not_there(tmp_path: Path) -> None:
    write_bundle(tmp_path / "other")
    detectors = Detectors([tmp_path], default="gone", threads=1)
    detectors.get("other")
    assert detectors.drop_idle(0) == 1


def test_who_looks_for_faces_does_not_wait_for_a_model_to_load(
    detectors: Detectors, monkeypatch: pytest.MonkeyPatch
) -> None:
    loads, goes_on = threading.Event(), threading.Event()
    start = module.start_bundle

    def slow(*arguments: object) -> object:
        loads.set()
        assert goes_on.wait(20)
        return start(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(module, "start_bundle", slow)
    loading = threading.Thread(target=detectors.get)
    loading.start()
    assert loads.wait(20)
    looking = threading.Thread(target=lambda: detectors.finder)
    looking.start()
    looking.join(10)
    waited = looking.is_alive()
    goes_on.set()
    loading.join()
    looking.join()
    assert not waited
