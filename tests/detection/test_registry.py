from __future__ import annotations

import gc
import threading
import weakref
from pathlib import Path

import pytest

from tests.tiny_bundle import write_bundle
from unmask.detection import registry as module
from unmask.detection.registry import DetectorRegistry

HOUR = 3600.0


@pytest.fixture
def registry(tmp_path: Path) -> DetectorRegistry:
    """Two models; the default one is `tiny`."""
    for name in ("other", "tiny"):
        write_bundle(tmp_path / name)
    return DetectorRegistry([tmp_path], default="tiny", threads=1)


def test_an_idle_model_is_dropped_and_loaded_again_when_asked(
    registry: DetectorRegistry,
) -> None:
    bundle = weakref.ref(registry.get("other").bundle)
    assert registry.drop_idle(HOUR) == 0
    gc.collect()
    assert bundle() is not None
    assert registry.drop_idle(0) == 1
    gc.collect()
    assert bundle() is None
    assert registry.get("other").bundle.info.name == "other"


def test_the_default_model_stays_however_idle(registry: DetectorRegistry) -> None:
    kept = registry.get()
    assert registry.drop_idle(0) == 0
    assert registry.get() is kept


def test_what_a_dropped_model_is_judging_is_judged_to_its_end(
    registry: DetectorRegistry,
) -> None:
    held = registry.get("other")
    registry.drop_idle(0)
    assert registry.get("other") is not held
    assert held.bundle.info.name == "other"


def test_nothing_is_kept_where_the_default_model_is_not_there(tmp_path: Path) -> None:
    write_bundle(tmp_path / "other")
    registry = DetectorRegistry([tmp_path], default="gone", threads=1)
    registry.get("other")
    assert registry.drop_idle(0) == 1


def test_who_looks_for_faces_does_not_wait_for_a_model_to_load(
    registry: DetectorRegistry, monkeypatch: pytest.MonkeyPatch
) -> None:
    loads, goes_on = threading.Event(), threading.Event()
    start = module.start_bundle

    def slow(*arguments: object) -> object:
        loads.set()
        assert goes_on.wait(20)
        return start(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(module, "start_bundle", slow)
    loading = threading.Thread(target=registry.get)
    loading.start()
    assert loads.wait(20)
    looking = threading.Thread(target=lambda: registry.finder)
    looking.start()
    looking.join(10)
    waited = looking.is_alive()
    goes_on.set()
    loading.join()
    looking.join()
    assert not waited
