"""Running bundles with onnxruntime.

A bundle is refused, by name, where its graph is not the one that `model.json` was written for, or
has other inputs and outputs than the runtime feeds. Nothing in a bundle is ever unpickled.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, cast
from weakref import WeakValueDictionary

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from unmask.bundles.listing import (
    DEFAULT_MODEL,
    SHIPPED,
    BundleError,
    FoundBundles,
    ListedBundle,
    NoModel,
    RefusedBundle,
    UnknownModel,
    find_bundles,
    members_of,
    read_card,
    read_graph,
    read_info,
)
from unmask.bundles.model import BundleInfo
from unmask.cpus import available_cores
from unmask.imaging.sessions import session_options

__all__ = [
    "DEFAULT_MODEL",
    "MAX_BATCH",
    "SHIPPED",
    "Bundle",
    "BundleError",
    "FoundBundles",
    "ListedBundle",
    "NoModel",
    "RefusedBundle",
    "Scores",
    "UnknownModel",
    "find_bundles",
    "load_bundle",
    "start_bundle",
]

MAX_BATCH: Final = 4
"""Crops in one run of the session; more are scored in several, so that memory stays bounded.

A crop takes as long in a run of four as in one of sixteen, and a quarter of the memory.
"""
CROP_SHAPE: Final = (218, 178, 3)
_SESSIONS: Final = WeakValueDictionary[tuple[str, int], onnxruntime.InferenceSession]()
"""What runs now, by the graph's sha256 and threads: an ensemble need not hold weights twice."""


@dataclass(frozen=True)
class Scores:
    """What a network says of N crops, for K labels.

    `logits` is (N, K) float32. `maps` is (N, K, h, w) float32, the class maps: the mean of a map
    plus the label's `bias` is its logit.
    """

    logits: NDArray[np.float32]
    maps: NDArray[np.float32]


class Bundle:
    """A bundle, ready to run. Safe to share between threads."""

    def __init__(self, info: BundleInfo, folder: Path, network: _Graph | _Ensemble) -> None:
        """Use `load_bundle` instead, which checks what it reads."""
        self.info = info
        self.folder = folder
        self._network = network

    @property
    def card(self) -> str:
        """The text of `CARD.md`, empty where there is none."""
        return read_card(self.folder)

    @property
    def members(self) -> Sequence[Bundle]:
        """The bundles whose answers it averages; none where it has a graph of its own."""
        return self._network.members if isinstance(self._network, _Ensemble) else ()

    def run(self, crops: NDArray[np.uint8], go_on: Callable[[], None] | None = None) -> Scores:
        """Score crops, at most `MAX_BATCH` in one run of the session.

        Args:
            crops: (N, 218, 178, 3) uint8 RGB, N at least 1.
            go_on: called before each run; what it raises ends the work.

        Raises:
            ValueError: the crops have another shape or type.
            RefusedBundle: the graph returned shapes other than promised, or no finite numbers.
        """
        if crops.dtype != np.uint8 or crops.shape[1:] != CROP_SHAPE or len(crops) == 0:
            raise ValueError(
                f"crops must be (N, 218, 178, 3) uint8, not {crops.shape} {crops.dtype}"
            )
        parts = []
        for start in range(0, len(crops), MAX_BATCH):
            if go_on is not None:
                go_on()
            parts.append(self._network.score(crops[start : start + MAX_BATCH]))
        if len(parts) == 1:
            return parts[0]
        return Scores(
            logits=np.concatenate([part.logits for part in parts]),
            maps=np.concatenate([part.maps for part in parts]),
        )


class _Graph:
    """A graph in its session."""

    def __init__(self, info: BundleInfo, session: onnxruntime.InferenceSession) -> None:
        self._info = info
        self._session = session

    def score(self, crops: NDArray[np.uint8]) -> Scores:
        """Score at most `MAX_BATCH` crops (N, 218, 178, 3)."""
        pixels = np.ascontiguousarray(crops.transpose(0, 3, 1, 2), dtype=np.float32)
        pixels /= 255.0
        try:
            outputs = self._session.run(["logits", "maps"], {"pixels": pixels})
        except Exception as error:  # onnxruntime raises a dozen kinds of its own
            raise RefusedBundle(
                self._info.name, f"its graph cannot be run: {_first(error)}"
            ) from error
        logits, maps = (cast("NDArray[np.float32]", output) for output in outputs)
        expected = (len(crops), len(self._info.labels))
        fits = maps.ndim == 4 and maps.shape[:2] == expected
        # A map has a value for a field of pixels; there are no more fields than pixels.
        if not (
            fits and logits.shape == expected and maps[0, 0].size <= CROP_SHAPE[0] * CROP_SHAPE[1]
        ):
            raise RefusedBundle(
                self._info.name,
                f"its graph returned logits {logits.shape} and maps {maps.shape} "
                f"for {expected[0]} crops and {expected[1]} labels",
            )
        if not (np.isfinite(logits).all() and np.isfinite(maps).all()):
            raise RefusedBundle(self._info.name, "its graph returned values that are not finite")
        return Scores(logits=logits, maps=maps)


class _Ensemble:
    """The mean of several bundles' logits and maps, each divided by its temperature."""

    def __init__(self, members: Sequence[Bundle], temperatures: Sequence[float]) -> None:
        self.members = members
        self._temperatures = temperatures

    def score(self, crops: NDArray[np.uint8]) -> Scores:
        """Score at most `MAX_BATCH` crops (N, 218, 178, 3)."""
        parts = [member.run(crops) for member in self.members]
        grids = [part.maps.shape[2:] for part in parts]
        grid = max(high for high, _ in grids), max(wide for _, wide in grids)
        maps = [spread(part.maps, grid) for part in parts]
        return Scores(
            logits=averaged([part.logits for part in parts], self._temperatures),
            maps=averaged(maps, self._temperatures),
        )


def averaged(
    values: Sequence[NDArray[np.float32]], temperatures: Sequence[float]
) -> NDArray[np.float32]:
    """The mean of what an ensemble's members say, logits or maps, each by its temperature."""
    pairs = zip(values, temperatures, strict=True)
    mean: NDArray[np.float32] = np.mean([one / np.float32(by) for one, by in pairs], axis=0)
    return mean


def spread(maps: NDArray[np.float32], grid: tuple[int, int]) -> NDArray[np.float32]:
    """Maps (N, K, h, w) on another grid of the same area, (N, K, *grid).

    Each field gets the mean of what it covers, so the mean of a map stays what it was.
    """
    rows, columns = (_cover(*sides) for sides in zip(maps.shape[2:], grid, strict=True))
    moved: NDArray[np.float32] = np.einsum("rh,nkhw,cw->nkrc", rows, maps, columns, optimize=True)
    return moved


def _cover(before: int, after: int) -> NDArray[np.float32]:
    """Share of each of `after` equal parts of a line that lies in each of `before`, float32."""
    old, new = (np.linspace(0, 1, parts + 1) for parts in (before, after))
    shared = np.minimum(new[1:, None], old[1:]) - np.maximum(new[:-1, None], old[:-1])
    return (shared.clip(min=0) * after).astype(np.float32)


def load_bundle(folder: Path, threads: int | None = None) -> Bundle:
    """Read, check and start a bundle.

    Args:
        folder: the bundle's folder.
        threads: threads of one run; by default the cores that are available.

    Raises:
        RefusedBundle: something is missing or does not fit.
    """
    return start_bundle(read_info(folder), folder, threads)


def start_bundle(info: BundleInfo, folder: Path, threads: int | None = None) -> Bundle:
    """Check and start a bundle whose `model.json` has been read.

    Args:
        info: what its `model.json` says; only the graph that this was written for is run by it.
        folder: the bundle's folder.
        threads: threads of one run; by default the cores that are available.

    Raises:
        RefusedBundle: the graph is missing or does not fit.
    """
    if info.members:
        members = [start_bundle(one.info, one.folder, threads) for one in members_of(info, folder)]
        temperatures = [member.temperature for member in info.members]
        return Bundle(info, folder, _Ensemble(members, temperatures))
    session = _session(info, read_graph(info, folder), threads or available_cores())
    _check_graph(info, session)
    return Bundle(info, folder, _Graph(info, session))


def _session(info: BundleInfo, graph: bytes, threads: int) -> onnxruntime.InferenceSession:
    """A session with a graph; the one that is there already, where another bundle runs it, too."""
    there = _SESSIONS.get((info.sha256, threads))
    if there is not None:
        return there
    options = session_options(threads)
    options.inter_op_num_threads = 1
    # One block for all of a run, for each number of crops, would lie beside what the arena has.
    options.enable_mem_pattern = False
    options.use_deterministic_compute = True
    # Weights in other files would not be among the bytes that were hashed, and by default they are
    # sought in the working directory. Nothing can lie in this place.
    options.add_session_config_entry(
        "session.model_external_initializers_file_folder_path", os.devnull
    )
    try:
        # The very bytes that were hashed, not the file again.
        session = onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime raises a dozen kinds of its own
        raise RefusedBundle(
            info.name, f"onnxruntime cannot load its graph: {_first(error)}"
        ) from error
    _SESSIONS[info.sha256, threads] = session
    return session


def _check_graph(info: BundleInfo, session: onnxruntime.InferenceSession) -> None:
    """Hold the graph's declared inputs and outputs against what the runtime feeds and reads."""
    declared = {
        node.name: (str(node.type), list(node.shape))
        for node in [*session.get_inputs(), *session.get_outputs()]
    }
    labels = len(info.labels)
    expected: dict[str, list[int | str]] = {
        "pixels": ["N", 3, 218, 178],
        "logits": ["N", labels],
        "maps": ["N", labels, "h", "w"],
    }
    if set(declared) != set(expected):
        raise RefusedBundle(
            info.name,
            "its graph must have the input `pixels` and the outputs `logits` and `maps`, "
            f"but it has {', '.join(sorted(declared))}",
        )
    for name, wanted in expected.items():
        kind, shape = declared[name]
        if kind != "tensor(float)":
            raise RefusedBundle(info.name, f"`{name}` of its graph is {kind}, not tensor(float)")
        if len(shape) != len(wanted) or any(map(_differ, shape, wanted)):
            raise RefusedBundle(
                info.name,
                f"`{name}` of its graph has the shape {shape}, "
                f"but for {labels} labels it must be {wanted}",
            )
    if isinstance(declared["pixels"][1][0], int):
        raise RefusedBundle(info.name, "its graph has a fixed batch size; it must be dynamic")


def _first(error: Exception) -> str:
    """The first line of what onnxruntime says."""
    return (str(error).splitlines() or [""])[0]


def _differ(given: object, wanted: int | str) -> bool:
    """Whether a declared size is another than the wanted one; names stand for any size."""
    return isinstance(given, int) and isinstance(wanted, int) and given != wanted
