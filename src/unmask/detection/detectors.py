"""The detectors of a process: one a model, made when it is first asked for."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from unmask.bundles.listing import FoundBundles, find_bundles
from unmask.bundles.runtime import load_bundle
from unmask.cores import available_cores
from unmask.detection.detector import Detector
from unmask.imaging.faces import FaceFinder


class Detectors:
    """The detectors for the bundles of some folders, each made once, when it is first asked for.

    Safe to share between threads.
    """

    def __init__(
        self, folders: Sequence[Path], default: str | None = None, threads: int | None = None
    ) -> None:
        """Args: folders of bundles; default model; threads of one run, by default all cores."""
        self._folders = tuple(folders)
        self._wanted = default
        self._threads = threads or available_cores()
        self._lock = threading.RLock()
        self._finder: FaceFinder | None = None
        self._detectors: dict[str | None, Detector] = {}

    @property
    def finder(self) -> FaceFinder:
        """The face finder that all detectors share."""
        with self._lock:
            if self._finder is None:
                self._finder = FaceFinder(threads=self._threads)
            return self._finder

    def bundles(self) -> FoundBundles:
        """What bundles are there now; a folder that was dropped in meanwhile is among them."""
        return find_bundles(self._folders)

    def default(self) -> str:
        """Name of the model that is used where none is asked for.

        Raises:
            BundleError: the model that the settings name is not there, or none at all.
        """
        return self.bundles().default(self._wanted)

    def get(self, model: str | None = None) -> Detector:
        """The detector with the model of that name, or with the default one.

        Raises:
            BundleError: there is no such model, or it is damaged.
        """
        ready = self._detectors.get(model)
        if ready is not None:
            return ready
        with self._lock:
            if model not in self._detectors:
                found = self.bundles()
                name = found.default(self._wanted) if model is None else model
                if name not in self._detectors:
                    bundle = load_bundle(found.get(name).folder, self._threads)
                    self._detectors[name] = Detector(bundle, self.finder)
                self._detectors[model] = self._detectors[name]
            return self._detectors[model]


@lru_cache(maxsize=4)
def detectors_for(folders: tuple[Path, ...], default: str | None, threads: int | None) -> Detectors:
    """The detectors of this process for these settings, made once."""
    return Detectors(folders, default, threads)
