"""The class maps of a face become its heat maps, the likeliest generator's first."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from unmask.bundles.model import BundleInfo
from unmask.bundles.verdict import evidence_map
from unmask.detection import heatmap
from unmask.detection.judgement import HeatMap, RegionWeight
from unmask.detection.regions import region_weights
from unmask.imaging.usable import SeenFace


def heat_maps(
    info: BundleInfo,
    scores: NDArray[np.float64],
    maps: NDArray[np.float32],
    overlay: bool,
) -> list[HeatMap]:
    """A heat map for every label: the generated ones, the likeliest first, then `real`.

    That of `real` says what speaks for it and against the likeliest generated label.

    Args:
        info: of the bundle.
        scores: of the labels, (K,), `real` first.
        maps: class maps of the face, (K, h, w).
        overlay: whether each comes as a PNG, too.
    """
    ranked = (1 + np.argsort(-scores[1:], kind="stable")).tolist()
    evidence = {label: evidence_map(maps, label) for label in ranked}
    evidence[0] = -evidence[ranked[0]]
    return [_heat_map(info, label, of_label, overlay) for label, of_label in evidence.items()]


def weights(
    scores: NDArray[np.float64], maps: NDArray[np.float32], seen: SeenFace
) -> list[RegionWeight]:
    """What each part of the face adds to the map of the likeliest generated label."""
    likeliest = 1 + int(np.argmax(scores[1:]))
    evidence = evidence_map(maps, likeliest)
    return region_weights(evidence, seen.face.landmarks, seen.crop)


def _heat_map(
    info: BundleInfo, label: int, evidence: NDArray[np.float64], overlay: bool
) -> HeatMap:
    shows = heatmap.has_evidence(evidence, info.map_scale)
    drawn = overlay and shows
    return HeatMap(
        method="class_map",
        label=info.labels[label],
        evidence=shows,
        peak=round(float(evidence.max()), heatmap.LOGIT_DIGITS),
        map=np.round(evidence, heatmap.LOGIT_DIGITS).tolist(),
        overlay=heatmap.overlay_data_uri(evidence, info.map_scale) if drawn else None,
    )
