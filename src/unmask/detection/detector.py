"""The detector: ties finding, aligning and judging faces to a bundle."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

import unmask
from unmask.bundles.runtime import Bundle
from unmask.detection import heatmap, verdict
from unmask.detection.report import (
    DecisionThresholds,
    FaceCheck,
    FoundFace,
    HeatMap,
    ImageFacts,
    JudgedFace,
    Report,
)
from unmask.detection.verdict import Verdict
from unmask.imaging.align import Crop
from unmask.imaging.decode import Picture
from unmask.imaging.faces import FaceFinder
from unmask.imaging.usable import SeenFace, see_faces

PIXEL_DIGITS: Final = 2
LOGIT_DIGITS: Final = 4


def check_faces(finder: FaceFinder, picture: Picture, name: str | None = None) -> FaceCheck:
    """The faces of a picture and whether they can be judged; no model is needed for that."""
    return FaceCheck(
        image=_facts(picture, name),
        faces=[_found(seen) for seen in see_faces(finder, picture.pixels)],
    )


class Detector:
    """Judges pictures with one bundle. Safe to share between threads."""

    def __init__(self, bundle: Bundle, finder: FaceFinder) -> None:
        self.bundle = bundle
        self._finder = finder

    def detect(
        self,
        picture: Picture,
        *,
        name: str | None = None,
        explain: bool = True,
        overlay: bool = False,
    ) -> Report:
        """Judge every face of a picture; all usable ones are scored together.

        Args:
            picture: the decoded picture.
            name: name of its file, for the report.
            explain: whether every judged face gets its heat map.
            overlay: whether that heat map comes as a PNG, too.

        Raises:
            BundleError: the network returned what it must not.
        """
        seen = see_faces(self._finder, picture.pixels)
        usable = [one for one in seen if not one.reasons]
        judged: dict[int, JudgedFace] = {}
        if usable:
            scores = self.bundle.run(np.stack([one.crop.pixels for one in usable]))
            for one, logits, maps in zip(usable, scores.logits, scores.maps, strict=True):
                judged[id(one)] = self._judge(one, logits, maps if explain else None, overlay)
        faces = [judged.get(id(one)) or _not_judged(one) for one in seen]
        thresholds = self.bundle.info.thresholds
        return Report(
            verdict=_most_suspicious(faces),
            model=self.bundle.info.name,
            software=unmask.__version__,
            image=_facts(picture, name),
            faces=faces,
            thresholds=DecisionThresholds(generated=thresholds.generated, real=thresholds.real),
        )

    def _judge(
        self,
        seen: SeenFace,
        logits: NDArray[np.float32],
        maps: NDArray[np.float32] | None,
        overlay: bool,
    ) -> JudgedFace:
        """Turn the logits (K,) and class maps (K, h, w) of one face into its verdict."""
        info = self.bundle.info
        temperature, bias = info.calibration.temperature, info.calibration.bias
        probability = float(verdict.probability_generated(logits, temperature, bias))
        values = verdict.label_scores(logits, temperature, bias)
        scores = dict(zip(info.labels, values.tolist(), strict=True))
        likeliest = 1 + int(np.argmax(values[1:]))
        return JudgedFace(
            **_found(seen).model_dump(),
            verdict=verdict.decide(
                probability, generated=info.thresholds.generated, real=info.thresholds.real
            ),
            probability_generated=probability,
            scores=scores,
            families=verdict.family_scores(scores, info.families),
            crop_to_picture=_affine(seen.crop),
            heatmap=None
            if maps is None
            else _heat(info.labels[likeliest], maps[[0, likeliest]], overlay),
        )


def _facts(picture: Picture, name: str | None) -> ImageFacts:
    return ImageFacts(
        name=name,
        width=picture.width,
        height=picture.height,
        format=picture.format,
        bytes=picture.file_size,
        sha256=picture.sha256,
    )


def _found(seen: SeenFace) -> FoundFace:
    x, y, width, height = (round(value, PIXEL_DIGITS) for value in seen.face.box)
    return FoundFace(
        box=(x, y, width, height),
        landmarks=[
            (round(float(x), PIXEL_DIGITS), round(float(y), PIXEL_DIGITS))
            for x, y in seen.face.landmarks
        ],
        usable=not seen.reasons,
        reasons=list(seen.reasons),
    )


def _not_judged(seen: SeenFace) -> JudgedFace:
    return JudgedFace(
        **_found(seen).model_dump(),
        verdict=None,
        probability_generated=None,
        scores=None,
        families=None,
        crop_to_picture=_affine(seen.crop),
        heatmap=None,
    )


def _heat(label: str, maps: NDArray[np.float32], overlay: bool) -> HeatMap:
    """The explanation by the class maps (2, h, w) of `real` and of the likeliest label."""
    evidence = heatmap.evidence_map(maps, 1)
    shows = heatmap.has_evidence(evidence)
    return HeatMap(
        label=label,
        evidence=shows,
        peak=round(float(evidence.max()), LOGIT_DIGITS),
        map=np.round(evidence, LOGIT_DIGITS).tolist(),
        overlay=heatmap.overlay_data_uri(evidence) if overlay and shows else None,
    )


def _affine(crop: Crop) -> heatmap.Affine:
    (a, c, e), (b, d, f) = crop.to_picture.tolist()
    return (a, b, c, d, e, f)


def _most_suspicious(faces: Sequence[JudgedFace]) -> Verdict:
    """Verdict of the usable face with the highest probability of generated."""
    judged = [
        (face.probability_generated, face.verdict)
        for face in faces
        if face.probability_generated is not None and face.verdict is not None
    ]
    if not judged:
        return Verdict.NOT_APPLICABLE
    return max(judged, key=lambda one: one[0])[1]
