"""The scoring core: faces become judgements, whether they were seen in a file or in a frame."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from unmask.bundles import verdict
from unmask.bundles.runtime import Bundle
from unmask.bundles.verdict import Verdict
from unmask.detection.explanation import heat_maps, weights
from unmask.detection.judgement import CopyName, Explanation, Judgement, WhyUnsure
from unmask.detection.occlusion import occlusion_map
from unmask.detection.options import DetectOptions
from unmask.detection.stability import crops_in_copies, judge_copies
from unmask.imaging.usable import SeenFace

MAX_OCCLUDED: Final = 4
"""Faces of a picture that get an occlusion map, which takes as long as judging 57 faces."""


def judge_faces(
    bundle: Bundle,
    pixels: NDArray[np.uint8],
    faces: Sequence[SeenFace],
    options: DetectOptions,
    go_on: Callable[[], None] | None = None,
) -> list[Judgement]:
    """Answer the question of a bundle for each face; all faces and their copies are scored at once.

    Args:
        bundle: what judges.
        pixels: that the faces were seen in, (H, W, 3) uint8 RGB.
        faces: usable ones, the largest first.
        options: what is said beside the verdict.
        go_on: called again and again during the work; what it raises ends it.

    Returns:
        One for each face, in their order.

    Raises:
        BundleError: the network returned what it must not.
    """
    if not faces:
        return []
    crops = [_crops(pixels, face, copies=options.stability) for face in faces]
    scored = _score(bundle, crops, go_on)
    return [
        _judge(
            bundle,
            face,
            copies,
            options.model_copy(update={"occlusion": options.occlusion and place < MAX_OCCLUDED}),
            go_on,
        )
        for place, (face, copies) in enumerate(zip(faces, scored, strict=True))
    ]


@dataclass(frozen=True)
class _Scored:
    """What the network says of one crop: logits (K,) and class maps (K, h, w)."""

    logits: NDArray[np.float32]
    maps: NDArray[np.float32]


def _crops(
    pixels: NDArray[np.uint8], face: SeenFace, *, copies: bool
) -> dict[CopyName, NDArray[np.uint8]]:
    """The crops of a face, (218, 178, 3): of the picture as it is, then of its copies if wanted."""
    return {"original": face.crop.pixels, **(crops_in_copies(pixels, face) if copies else {})}


def _score(
    bundle: Bundle,
    crops: Sequence[Mapping[CopyName, NDArray[np.uint8]]],
    go_on: Callable[[], None] | None,
) -> list[dict[CopyName, _Scored]]:
    """Score the crops of all faces in one batch."""
    together = np.stack([crop for of_face in crops for crop in of_face.values()])
    scores = bundle.run(together, go_on)
    rows = iter(map(_Scored, scores.logits, scores.maps))
    return [{name: next(rows) for name in of_face} for of_face in crops]


def _judge(
    bundle: Bundle,
    face: SeenFace,
    copies: Mapping[CopyName, _Scored],
    options: DetectOptions,
    go_on: Callable[[], None] | None,
) -> Judgement:
    """Turn what the network says of a face and of its copies into the answer."""
    info = bundle.info
    temperature, bias = info.calibration.temperature, info.calibration.bias
    probabilities = {
        name: float(verdict.probability_generated(scored.logits, temperature, bias))
        for name, scored in copies.items()
    }
    probability = probabilities["original"]
    logits, maps = copies["original"].logits, copies["original"].maps
    values = verdict.label_scores(logits, temperature, bias)
    scores = dict(zip(info.labels, values.tolist(), strict=True))
    decided = verdict.decide(
        probability, generated=info.thresholds.generated, real=info.thresholds.real
    )
    why: WhyUnsure | None = "between_thresholds" if decided is Verdict.UNSURE else None
    held = judge_copies(probabilities, info.thresholds) if options.stability else None
    if held is not None and held.steady is False:
        decided, why = Verdict.UNSURE, "not_steady"
    shown = heat_maps(info, values, maps, options.overlay) if options.explain else []
    if options.occlusion:
        shown.append(occlusion_map(bundle, face.crop.pixels, options.overlay, go_on))
    regions = weights(values, maps, face) if options.explain else []
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
