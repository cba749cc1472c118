"""The detectors of a process: one a model, made when it is first asked for, or has changed."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from unmask.bundles.listing import (
    BundleError,
    FoundBundles,
    ListedBundle,
    RefusedBundle,
    Stamp,
    bundle_stamps,
    find_bundles,
)
from unmask.bundles.runtime import start_bundle
from unmask.cpus import available_cores
from unmask.detection.detector import Detector
from unmask.imaging.align import CROP_HEIGHT, CROP_WIDTH
from unmask.imaging.covered import is_covered
from unmask.imaging.faces import FaceFinder
from unmask.imaging.photograph import is_drawn


@dataclass
class _Loaded:
    """A detector, the stamp of the bundle that it was made from, and when it was last asked for."""

    stamp: Stamp
    detector: Detector
    asked: float


class DetectorRegistry:
    """The detectors for the bundles of some folders, each made when it is first asked for.

    Where a bundle is replaced, whoever asks next gets one made from the new bundle; the old one
    goes when the last picture that is judged with it is done. Safe to share between threads.
    """

    def __init__(
        self,
        folders: Sequence[Path],
        default: str | None = None,
        threads: int | None = None,
        trust_file: Path | None = None,
    ) -> None:
        """Make none yet.

        Args:
            folders: of bundles.
            default: the model where none is asked for.
            threads: of one run, by default all cores.
            trust_file: where the list of trusted signers lies, if one is kept.
        """
        self._folders = tuple(folders)
        self._wanted = default
        self._trust_file = trust_file
        self._threads = threads or available_cores()
        self._lock = threading.Lock()
        self._finder_lock = threading.Lock()
        """Its own: whoever only looks for faces does not wait for a model to load."""
        self._finder: FaceFinder | None = None
        self._found: FoundBundles | None = None
        self._loaded: dict[Path, _Loaded] = {}

    @property
    def finder(self) -> FaceFinder:
        """The face finder that all detectors share."""
        with self._finder_lock:
            if self._finder is None:
                self._finder = FaceFinder(threads=self._threads)
            return self._finder

    def bundles(self) -> FoundBundles:
        """What bundles are there now; they are read again only where one of them has changed."""
        found = self._found
        try:
            if found is None or found.stamps != bundle_stamps(self._folders):
                found = self._found = find_bundles(self._folders)
        except OSError:  # this process may open no more files just now: what it knows still holds
            if found is None:
                raise
        return found

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
            NetworkDamaged: the face finder is missing or damaged.
        """
        while True:
            found = self.bundles()
            listed = found.get(found.default(self._wanted) if model is None else model)
            ready = self._loaded.get(listed.folder)
            if ready is not None and ready.stamp == found.stamps[listed.folder]:
                ready.asked = time.monotonic()
                return ready.detector
            with self._lock:
                self._load(listed, found)

    def check(self) -> None:
        """See that pictures can be judged with the default model; what it needs is loaded then.

        Raises:
            BundleError: the model is not there, or damaged.
            NetworkDamaged: a network that finds or checks faces is missing or damaged.
        """
        self.get()
        blank = np.zeros((CROP_HEIGHT, CROP_WIDTH, 3), dtype=np.uint8)
        for look in (is_covered, is_drawn):
            look(blank)

    def drop_idle(self, seconds: float) -> int:
        """Drop the detectors that nobody asked for within so many seconds, but the default one.

        What is judged with one of them just now is judged to its end.

        Returns:
            How many there were.
        """
        try:
            found = self.bundles()
            kept = found.get(found.default(self._wanted)).folder
        except BundleError:  # there is none, and so nobody asks for it
            kept = None
        with self._lock:
            before = time.monotonic() - seconds
            idle = [
                folder
                for folder, loaded in self._loaded.items()
                if loaded.asked <= before and folder != kept
            ]
            for folder in idle:
                del self._loaded[folder]
        return len(idle)

    def _load(self, listed: ListedBundle, found: FoundBundles) -> None:
        """Make the detector of a bundle, unless another thread just did, or it changes meanwhile.

        Raises:
            RefusedBundle: the bundle is damaged.
        """
        stamp = found.stamps[listed.folder]
        ready = self._loaded.get(listed.folder)
        if ready is not None and ready.stamp == stamp:
            return
        try:
            bundle = start_bundle(listed.info, listed.folder, self._threads)
        except RefusedBundle:
            if self.bundles() is found:
                raise
            return  # it was replaced while it was read
        for folder in self._loaded.keys() - found.stamps.keys():
            del self._loaded[folder]
        self._loaded[listed.folder] = _Loaded(
            stamp, Detector(bundle, self.finder, self._trust_file), time.monotonic()
        )


@lru_cache(maxsize=4)
def registry_for(
    folders: tuple[Path, ...],
    default: str | None,
    threads: int | None,
    trust_file: Path | None = None,
) -> DetectorRegistry:
    """The detectors of this process for these settings, made once."""
    return DetectorRegistry(folders, default, threads, trust_file)
