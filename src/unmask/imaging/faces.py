"""Finding faces of every size: a look at the whole picture reduced, then one close up."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from unmask.imaging.picture import Picture, as_picture
from unmask.imaging.retinaface import Face, RetinaFace, without_overlaps

__all__ = ["Face", "FaceFinder"]

COARSE_SIDE: Final = 320
"""Longest side, in pixels, at which large faces are sought: quick, and enough for a portrait."""
FINE_SCALE: Final = 0.8
"""Scale at which small faces are sought: 40 px become 32, about the least that is surely found."""
FINE_SIDE: Final = 3200
"""Longest side at which they are sought at most: a 4,000-px picture at that scale."""
SUBJECT: Final = 0.2
"""Share of the picture's longest side from which on a face is what the picture was taken of."""
SUBJECT_SCALE: Final = 0.3
"""Scale at which small faces are sought beside such a one: 120 px become 36."""
SUBJECT_SIDE: Final = 640
"""Up to this longest side, in pixels, those of 40 px are sought beside it all the same: it is quick
there."""
WHOLE_SIDE: Final = 1600
"""Longest side that is looked at in one piece; beyond it memory would grow with the picture."""
LARGE: Final = 320
"""Faces longer than this many pixels at the fine scale are left to the coarse look: close up, the
network takes parts of them for faces. Neighbouring pieces overlap by as much."""
MOST_MARGIN: Final = 80
"""Pixels laid around a whole picture at most."""
PIECE_MARGIN: Final = 32
"""Pixels laid around a piece."""
MAX_FACES: Final = 64


class FaceFinder:
    """Finds faces from 40 px to the whole of a picture. Safe to share between threads."""

    def __init__(self, threads: int | None = None) -> None:
        """Build the session; `threads` for one picture, by default one a core."""
        self._network = RetinaFace(threads)

    def find(self, picture: Picture | NDArray[np.uint8]) -> list[Face]:
        """Find the faces of a picture, decoded or (H, W, 3) uint8 RGB, largest first.

        Large faces are sought in a copy of 320 px. A second look finds the small ones, down to
        40 px in pictures of up to 4,000 px. It takes most of the time, so it looks for less where
        the picture has a subject: beside a face of a fifth of the picture those of 120 px or more
        are found, beside one that fills half of it only those of a tenth of it or more.
        """
        picture = as_picture(picture)
        longest = max(picture.width, picture.height)
        found = self._look(picture, COARSE_SIDE)
        scale = _fine_scale(longest, max((_length(face) for face in found), default=0.0))
        if scale * longest > COARSE_SIDE:
            most = LARGE / scale
            large = [face for face in found if _length(face) > most]
            for face in self._look_closely(picture, scale):
                # What is seen inside a large face is a part of it.
                if _length(face) <= most and not any(_holds(one, face) for one in large):
                    found.append(face)
        kept = without_overlaps(found)
        return sorted(kept, key=lambda face: -face.box[2] * face.box[3])[:MAX_FACES]

    def _look(self, picture: Picture, side: int) -> list[Face]:
        """Faces found with the picture's longest side brought to `side` pixels, if longer.

        The reduced picture is laid on a margin, so that a face that fills it is seen whole.
        """
        image, stretch = _reduced(picture, side)
        margin = min(max(image.size) // 8, MOST_MARGIN)
        return self._network.find(np.asarray(image), margin, (0, 0), stretch)

    def _look_closely(self, picture: Picture, scale: float) -> list[Face]:
        """Faces found at the fine scale, in a large picture piece by piece."""
        side = round(scale * max(picture.width, picture.height))
        if side <= WHOLE_SIDE:
            return self._look(picture, side)
        image, stretch = _reduced(picture, side)
        reduced = np.asarray(image)
        found: list[Face] = []
        for top, bottom in _pieces(image.height):
            for left, right in _pieces(image.width):
                piece = reduced[top:bottom, left:right]
                seen = self._network.find(piece, PIECE_MARGIN, (left, top), stretch)
                inner = (left > 0, top > 0, right < image.width, bottom < image.height)
                edges = np.array([[left, top], [right, bottom]], dtype=np.float32) * stretch
                found += [face for face in seen if not _is_cut(face, edges, inner)]
        return found


def _fine_scale(longest: int, face: float) -> float:
    """Scale of the close look at a picture, 0 where none is needed.

    Args:
        longest: the picture's longest side in pixels.
        face: length of the largest face that the coarse look found, 0 if none.
    """
    if face > 0.5 * longest:
        return 0.0
    if face > SUBJECT * longest and longest > SUBJECT_SIDE:
        return min(SUBJECT_SCALE, FINE_SIDE / longest)
    if FINE_SCALE * longest <= WHOLE_SIDE:
        return min(1.0, WHOLE_SIDE / longest)
    return min(FINE_SCALE, FINE_SIDE / longest)


def _reduced(picture: Picture, side: int) -> tuple[Image.Image, NDArray[np.float32]]:
    """The picture with its longest side brought to `side` pixels, if longer.

    With it come (2,) width and height of its pixels in those of the picture.
    """
    width, height = picture.width, picture.height
    image = picture.raster(side / max(width, height)).reduced(side)
    return image, np.array([width / image.width, height / image.height], dtype=np.float32)


def _pieces(length: int) -> list[tuple[int, int]]:
    """Cut a length into pieces of at most `WHOLE_SIDE` that overlap by `LARGE`."""
    count = max(1, math.ceil((length - LARGE) / (WHOLE_SIDE - LARGE)))
    step = (length - LARGE) / count if count > 1 else 0
    size = length if count == 1 else math.ceil(step + LARGE)
    starts = [min(round(index * step), length - size) for index in range(count)]
    return [(start, start + size) for start in starts]


def _is_cut(face: Face, edges: NDArray[np.float32], inner: tuple[bool, bool, bool, bool]) -> bool:
    """Whether a face crosses an edge of its piece beyond which the picture goes on.

    The neighbouring piece then holds it whole, or it is large enough for the coarse look. `edges`
    are (left, top) and (right, bottom), in pixels of the picture.
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
