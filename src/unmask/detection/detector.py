"""The detector: ties finding, aligning and judging faces to a bundle."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from unmask.bundles import verdict
from unmask.bundles.runtime import Bundle
from unmask.bundles.verdict import Verdict
from unmask.detection import heatmap
from unmask.detection.explanation import heat_maps, weights
from unmask.detection.judgement import (
    CopyName,
    DecisionThresholds,
    Explanation,
    FoundFace,
    JudgedFace,
    Judgement,
    WhyUnsure,
)
from unmask.detection.occlusion import occlusion_map
from unmask.detection.provenance.reading import read_provenance
from unmask.detection.report import FaceCheck, ImageFacts, Report
from unmask.detection.stability import crops_in_copies, judge_copies
from unmask.imaging.align import Crop
from unmask.imaging.decode import Picture
from unmask.imaging.faces import FaceFinder
from unmask.imaging.usable import SeenFace, see_faces
from unmask.version import __version__

PIXEL_DIGITS: Final = 2
MAX_OCCLUDED: Final = 4
"""Faces of a picture that get an occlusion map, which takes as long as judging 57 faces."""


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
        stability: bool = False,
        occlusion: bool = False,
        provenance: bytes | None = None,
        go_on: Callable[[], None] | None = None,
    ) -> Report:
        """Judge every face of a picture; all usable ones and their copies are scored together.

        Args:
            picture: the decoded picture.
            name: name of its file, for the report.
            explain: whether every judged face gets its heat maps and the regions that weigh.
            overlay: whether the maps come as PNG, too.
            stability: whether every face is judged in copies of the picture, too; where one of
                them gets another verdict, the face is `unsure`.
            occlusion: whether the largest faces, four at most, get an occlusion map; for each 57
                crops are scored.
            provenance: the bytes of the picture's file where the report is to say what the file
                says of its own origin.
            go_on: called again and again during the work; what it raises ends it.

        Raises:
            BundleError: the network returned what it must not.
        """
        seen = see_faces(self._finder, picture.pixels)
        usable = [one for one in seen if not one.reasons]
        judged: dict[int, list[Judgement]] = {}
        scored = self._views(usable, picture, stability, go_on)
        for place, (one, views) in enumerate(zip(usable, scored, strict=True)):
            covered = occlusion and place < MAX_OCCLUDED  # they come with the largest first
            wanted = _Wanted(explain, overlay, stability, covered)
            judged[id(one)] = [self._judge(one, views, wanted, go_on)]
        faces = [_judged(one, judged.get(id(one), [])) for one in seen]
        thresholds = self.bundle.info.thresholds
        return Report(
            verdict=most_suspicious(one for face in faces for one in face.judgements),
            model=self.bundle.info.name,
            software=__version__,
            image=_facts(picture, name),
            faces=faces,
            thresholds=DecisionThresholds(generated=thresholds.generated, real=thresholds.real),
            provenance=None if provenance is None else read_provenance(provenance, picture.format),
        )

    def _views(
        self,
        faces: Sequence[SeenFace],
        picture: Picture,
        copies: bool,
        go_on: Callable[[], None] | None,
    ) -> list[dict[CopyName, _View]]:
        """Score the faces, and their copies where wanted, in one batch; `original` first."""
        if not faces:
            return []
        crops: list[dict[CopyName, NDArray[np.uint8]]] = [
            {"original": one.crop.pixels, **crops_in_copies(picture.pixels, one)}
            if copies
            else {"original": one.crop.pixels}
            for one in faces
        ]
        together = np.stack([crop for views in crops for crop in views.values()])
        scores = self.bundle.run(together, go_on)
        rows = iter(map(_View, scores.logits, scores.maps))
        return [{view: next(rows) for view in views} for views in crops]

    def _judge(
        self,
        seen: SeenFace,
        views: Mapping[CopyName, _View],
        wanted: _Wanted,
        go_on: Callable[[], None] | None,
    ) -> Judgement:
        """Turn what the network says of a face and of its copies into the answer."""
        info = self.bundle.info
        temperature, bias = info.calibration.temperature, info.calibration.bias
        probabilities = {
            name: float(verdict.probability_generated(view.logits, temperature, bias))
            for name, view in views.items()
        }
        probability = probabilities["original"]
        logits, maps = views["original"].logits, views["original"].maps
        values = verdict.label_scores(logits, temperature, bias)
        scores = dict(zip(info.labels, values.tolist(), strict=True))
        decided = verdict.decide(
            probability, generated=info.thresholds.generated, real=info.thresholds.real
        )
        why: WhyUnsure | None = "between_thresholds" if decided is Verdict.UNSURE else None
        held = judge_copies(probabilities, info.thresholds) if wanted.stability else None
        if held is not None and held.steady is False:
            decided, why = Verdict.UNSURE, "not_steady"
        shown = heat_maps(info, values, maps, wanted.overlay) if wanted.explain else []
        if wanted.occlusion:
            shown.append(occlusion_map(self.bundle, seen.crop.pixels, wanted.overlay, go_on))
        regions = weights(values, maps, seen) if wanted.explain else []
        return Judgement(
            question=info.question,
            model=info.name,
            verdict=decided,
            why_unsure=why,
            probability=probability,
            scores=scores,
            families=verdict.family_scores(scores, info.families),
            explanation=Explanation(maps=shown, regions=regions) if shown else None,
            stability=held,
        )


@dataclass(frozen=True)
class _Wanted:
    """What is to be said of a face beside its verdict."""

    explain: bool
    overlay: bool
    stability: bool
    occlusion: bool


@dataclass(frozen=True)
class _View:
    """What the network says of one crop: logits (K,) and class maps (K, h, w)."""

    logits: NDArray[np.float32]
    maps: NDArray[np.float32]


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


def _judged(seen: SeenFace, judgements: list[Judgement]) -> JudgedFace:
    return JudgedFace(
        **_found(seen).model_dump(),
        crop_to_picture=_affine(seen.crop),
        judgements=judgements,
    )


def _affine(crop: Crop) -> heatmap.Affine:
    (a, c, e), (b, d, f) = crop.to_picture.tolist()
    return (a, b, c, d, e, f)


def most_suspicious(judgements: Iterable[Judgement]) -> Verdict:
    """The gravest verdict of all, not applicable where there is none.

    Without copies that is the verdict of the face with the highest probability of generated. With
    them, that face may be unsure and another one steadily generated; the other one counts.
    """
    verdicts = {one.verdict for one in judgements}
    gravest = (Verdict.GENERATED, Verdict.UNSURE, Verdict.REAL)
    return next((one for one in gravest if one in verdicts), Verdict.NOT_APPLICABLE)
