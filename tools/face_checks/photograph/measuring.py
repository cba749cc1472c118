"""What the shipped graph does: photographs that it refuses, drawings that it catches, its cost."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tools.face_checks.photograph.augmentation import launder
from tools.face_checks.photograph.drawings import Pixels, luma, to_bytes
from unmask.dataset.manifest import Split, read_crop, read_crops
from unmask.imaging import laundering
from unmask.imaging.photograph import MAX_SCORE, drawn_score, is_drawn_flat
from unmask.imaging.usable import MIN_SHARPNESS, sharpness

View = Callable[[Pixels, int], Pixels]
Scores = Mapping[str, NDArray[np.float64]]
_SPLITS: Final[tuple[Split, ...]] = ("validation", "test", "unseen")
ALLOWED: Final = 0.002
"""Share of validation faces, photographed and generated, that may be refused in any view."""


def grey(pixels: Pixels) -> Pixels:
    """Without colour."""
    return to_bytes(np.repeat(luma(pixels)[..., None], 3, axis=2))


VIEWS: Final[dict[str, View]] = {
    "as it is": lambda pixels, _: pixels,
    "JPEG 40": lambda pixels, _: laundering.jpeg(pixels, 40),
    "half size": lambda pixels, _: laundering.rescale(pixels, 0.5),
    "quarter size": lambda pixels, _: laundering.rescale(pixels, 0.25),
    "grey": lambda pixels, _: grey(pixels),
    "laundered": lambda pixels, number: launder(pixels, np.random.default_rng(number)),
}


def measure(data: Path, drawn: Path, splits: Sequence[Split] = _SPLITS) -> str:
    """The tables of the card, in Markdown.

    Args:
        data: the dataset of photographed and generated faces.
        drawn: a folder with a folder of crops for each set of drawn ones.
        splits: of the dataset; the first is the one that the threshold was chosen on.
    """
    of_split = {split: _score_split(data, split) for split in splits}
    views = of_split[splits[0]][0].values()
    highest = max(np.nanquantile(scores, 1 - ALLOWED) for scores in views)
    lines = [
        f"Threshold {MAX_SCORE}; on {splits[0]} faces {ALLOWED:.1%} lie above {highest:.2f} in the "
        "worst view.",
        "",
        _heading("refused", "faces"),
    ]
    for split in splits:
        scores, collections = of_split[split]
        lines.append(_row(f"**{split}**", scores))
        for name in sorted(set(collections)):
            chosen = np.array([one == name for one in collections])
            lines.append(_row(name, {view: of[chosen] for view, of in scores.items()}))
    lines += ["", _heading("caught", "faces")]
    for folder in sorted(path for path in drawn.iterdir() if path.is_dir()):
        lines.append(
            _row(folder.name, _score([read_crop(one) for one in sorted(folder.iterdir())]))
        )
    return "\n".join([*lines, "", f"{_milliseconds():.2f} ms a face on one core"])


def _score_split(data: Path, split: Split) -> tuple[Scores, list[str]]:
    table = read_crops(data, split, "binary")
    return _score([read_crop(file) for file in table.files]), table.collections


def _score(crops: list[Pixels]) -> Scores:
    """Scores (N,) in every view: infinite where drawn flat, NaN where too blurred to be asked."""
    return {
        name: np.array([_refusal(view(crop, number)) for number, crop in enumerate(crops)])
        for name, view in VIEWS.items()
    }


def _refusal(pixels: Pixels) -> float:
    if is_drawn_flat(pixels):
        return math.inf
    return math.nan if sharpness(pixels) < MIN_SHARPNESS else drawn_score(pixels)


def _heading(what: str, of: str) -> str:
    names = " | ".join(f"{what}, {view}" for view in VIEWS)
    return f"| | {of} | {names} |\n|---|---:|{'---:|' * len(VIEWS)}"


def _row(name: str, scores: Scores) -> str:
    shares = " | ".join(_share(of) for of in scores.values())
    return f"| {name} | {len(next(iter(scores.values())))} | {shares} |"


def _share(scores: NDArray[np.float64]) -> str:
    asked = scores[~np.isnan(scores)]
    return f"{(asked > MAX_SCORE).mean():.2%}" if len(asked) else "-"


def _milliseconds() -> float:
    """What a face costs, in milliseconds: the median of many."""
    crop = np.random.default_rng(0).integers(0, 256, (218, 178, 3), dtype=np.uint8)
    seconds = []
    for _ in range(200):
        start = time.perf_counter()
        drawn_score(crop)
        seconds.append(time.perf_counter() - start)
    return 1000 * float(np.median(seconds))
