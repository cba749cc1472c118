"""Is a face good enough to judge, and if not, why not."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from unmask.imaging.align import CROP_WIDTH, EYE_DISTANCE, Crop, align
from unmask.imaging.covered import is_covered
from unmask.imaging.faces import Face, FaceFinder
from unmask.imaging.photograph import is_drawn, is_drawn_flat

MIN_EYE_DISTANCE: Final = 14.0
"""Pixels between the eyes below which too little of a generator's traces is left."""
MIN_FACE_SCORE: Final = 0.9
MIN_INSIDE: Final = 0.5
"""Share of the crop that must lie within the picture."""
MAX_TURN: Final = 1.0
"""How far the nose may stand from the middle between the eyes, in half eye distances."""
MIN_SHARPNESS: Final = 1.2
"""Mean absolute Laplacian of the crop's grey values below which nothing but a blur is left."""


class Reason(StrEnum):
    """Why a face cannot be judged."""

    TOO_SMALL = "too_small"
    TURNED_AWAY = "turned_away"
    BLURRED = "blurred"
    CUT_OFF = "cut_off"
    UNCERTAIN = "uncertain"
    COVERED = "covered"
    NOT_A_PHOTOGRAPH = "not_a_photograph"

    @property
    def text(self) -> str:
        """The reason as a sentence for people."""
        return _TEXTS[self]


_TEXTS: Final = {
    Reason.TOO_SMALL: "The face is too small to judge; use a larger copy of the picture.",
    Reason.TURNED_AWAY: "The face is turned away; both eyes must be seen.",
    Reason.BLURRED: "The face is too blurred to judge; use a sharper copy of the picture.",
    Reason.CUT_OFF: "The face is cut off by the edge of the picture.",
    Reason.UNCERTAIN: "This may not be a human face.",
    Reason.COVERED: "Something covers the eyes or the mouth; the whole face must be seen.",
    Reason.NOT_A_PHOTOGRAPH: (
        "This looks drawn, painted or carved, not photographed; only photographs can be judged."
    ),
}


@dataclass(frozen=True)
class SeenFace:
    """A face with its crop, and why it cannot be judged (empty where it can)."""

    face: Face
    crop: Crop
    reasons: tuple[Reason, ...]

    @property
    def good_quality(self) -> bool:
        """Whether it is large, sharp, whole and turned to the camera, whatever it shows."""
        return set(self.reasons) <= {Reason.COVERED, Reason.NOT_A_PHOTOGRAPH}


def see_faces(finder: FaceFinder, pixels: NDArray[np.uint8]) -> list[SeenFace]:
    """Find, align and check the faces of a picture, (H, W, 3) uint8 RGB, the largest first."""
    seen = []
    for face in finder.find(pixels):
        try:
            crop = align(pixels, face.landmarks)
        except ValueError:  # both eyes on one point: whatever was found there, it is no face
            continue
        seen.append(SeenFace(face, crop, why_not_usable(face, crop)))
    return seen


def why_not_usable(face: Face, crop: Crop) -> tuple[Reason, ...]:
    """Say why a face cannot be judged; empty where it can."""
    reasons = []
    if crop.eye_distance < MIN_EYE_DISTANCE:
        reasons.append(Reason.TOO_SMALL)
    if _turn(face.landmarks) > MAX_TURN:
        reasons.append(Reason.TURNED_AWAY)
    if sharpness(crop.pixels) < MIN_SHARPNESS:
        reasons.append(Reason.BLURRED)
    if crop.inside < MIN_INSIDE:
        reasons.append(Reason.CUT_OFF)
    if face.score < MIN_FACE_SCORE:
        reasons.append(Reason.UNCERTAIN)
    # Of a face that is blurred or cut off, the networks would not see what they know.
    if not reasons and is_covered(crop.pixels):
        reasons.append(Reason.COVERED)
    elif is_drawn_flat(crop.pixels) or (not reasons and is_drawn(crop.pixels)):
        reasons.append(Reason.NOT_A_PHOTOGRAPH)
    return tuple(reasons)


def _turn(landmarks: NDArray[np.float32]) -> float:
    """How far the nose is from the middle of the eyes, along them, in half eye distances."""
    eyes = landmarks[1] - landmarks[0]
    nose = landmarks[2] - (landmarks[0] + landmarks[1]) / 2
    return float(2 * abs(np.dot(nose, eyes)) / max(np.dot(eyes, eyes), 1e-6))


def sharpness(pixels: NDArray[np.uint8]) -> float:
    """Mean absolute Laplacian of grey values over the face, 0 for a flat picture.

    Args:
        pixels: a crop, (218, 178, 3) uint8 RGB.
    """
    margin = (CROP_WIDTH - int(2 * EYE_DISTANCE)) // 2
    grey = pixels[margin:-margin, margin:-margin].astype(np.float32).mean(axis=2)
    centre = grey[1:-1, 1:-1]
    laplacian = grey[:-2, 1:-1] + grey[2:, 1:-1] + grey[1:-1, :-2] + grey[1:-1, 2:] - 4 * centre
    return float(np.abs(laplacian).mean())
