"""How every network that serves is run by onnxruntime."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Final, cast

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from unmask.imaging.errors import NetworkDamaged

_SPIN_MICROSECONDS: Final = 50
"""How long a thread waits awake for the next layer: longer than any is waited for within a run."""


def session_options(threads: int | None = None) -> onnxruntime.SessionOptions:
    """Options of a session that shares its cores; `threads` for one run, by default one a core."""
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    if threads is not None:
        options.intra_op_num_threads = threads
    # A thread that sleeps between two layers wakes up too late to be of use; one that spins without
    # end takes a core from whatever comes between two runs. So they spin, but not for long.
    spins = "0" if threads == 1 else "1"
    options.add_session_config_entry("session.intra_op.allow_spinning", spins)
    options.add_session_config_entry("session.intra_op.spin_duration_us", str(_SPIN_MICROSECONDS))
    return options


def score_crop(weights: Path, sha256: str, pixels: NDArray[np.uint8]) -> float:
    """What a small network that ships with the package says of one crop.

    Args:
        weights: its graph, with `pixels` (N, 3, 218, 178) float32 in 0..1 and `scores` (N,).
        sha256: of that file.
        pixels: a crop, (218, 178, 3) uint8 RGB.

    Raises:
        NetworkDamaged: the weights are missing or damaged.
    """
    batch = np.ascontiguousarray(pixels.transpose(2, 0, 1)[None], dtype=np.float32) / 255
    (scores,) = _small_session(weights, sha256).run(["scores"], {"pixels": batch})
    return float(cast("NDArray[np.float32]", scores)[0])


@lru_cache
def _small_session(weights: Path, sha256: str) -> onnxruntime.InferenceSession:
    """The session, built once; on one thread, since it takes about a millisecond."""
    try:
        graph = weights.read_bytes()
    except OSError as error:
        raise NetworkDamaged(f"cannot read {weights}: {error.strerror}") from error
    digest = hashlib.sha256(graph).hexdigest()
    if digest != sha256:
        raise NetworkDamaged(f"{weights} is damaged: its sha256 is {digest}")
    options = session_options(threads=1)
    # With the size of the batch known, what only depends on shapes is reckoned once: a third less.
    for batch in ("N", "batch"):
        options.add_free_dimension_override_by_name(batch, 1)
    return onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
