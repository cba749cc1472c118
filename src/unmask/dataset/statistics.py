"""Two dozen numbers of a crop as a whole, none of which knows what a face is.

What they say of the label is a shortcut that a network may take instead of looking at the face.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

STATISTICS: Final = (
    "sharpness",
    "gradient",
    "effective_resolution",
    "spectrum_slope",
    "spectrum_low",
    "spectrum_middle",
    "spectrum_high",
    "spectrum_top",
    "spectrum_corner",
    "spectrum_axes",
    "spectrum_peak",
    "blockiness_columns",
    "blockiness_rows",
    "noise",
    "noise_flat",
    "chroma_noise",
    "chroma_detail",
    "mean_red",
    "mean_green",
    "mean_blue",
    "contrast",
    "saturation",
    "saturation_spread",
    "dark",
    "bright",
    "histogram_gaps",
)

Plane = NDArray[np.float32]

_BANDS: Final = (0.03125, 0.0625, 0.125, 0.25, 0.375, 0.5)
"""Edges of the spectrum's bands in cycles a pixel."""


def crop_statistics(pixels: NDArray[np.uint8]) -> list[float]:
    """Statistics of a crop, (H, W, 3) uint8 RGB, in the order of `STATISTICS`."""
    values = pixels.astype(np.float32)
    red, green, blue = (values[:, :, band] for band in range(3))
    luma = 0.299 * red + 0.587 * green + 0.114 * blue
    detail = np.abs(_laplacian(luma))
    return [
        float(detail.mean()),
        float(np.hypot(luma[1:, 1:] - luma[1:, :-1], luma[1:, 1:] - luma[:-1, 1:]).mean()),
        *_spectrum(luma),
        _blockiness(np.abs(np.diff(luma, axis=1)).mean(axis=0)),
        _blockiness(np.abs(np.diff(luma, axis=0)).mean(axis=1)),
        *_noise(luma),
        *_chroma(values, luma, float(detail.mean())),
        *(float(value) for value in values.mean(axis=(0, 1))),
        float(luma.std()),
        *_saturation(values),
        float((luma < 8).mean()),
        float((luma > 247).mean()),
        _gaps(pixels),
    ]


def _laplacian(plane: Plane) -> Plane:
    inner = plane[1:-1, 1:-1]
    around = plane[:-2, 1:-1] + plane[2:, 1:-1] + plane[1:-1, :-2] + plane[1:-1, 2:]
    return around - 4 * inner


@lru_cache(maxsize=2)
def _frequencies(height: int, width: int) -> tuple[NDArray[np.float64], NDArray[np.float32]]:
    """Radius, (H, W/2+1) in cycles a pixel, of each frequency, and the window before it."""
    rows, columns = np.fft.fftfreq(height)[:, None], np.fft.rfftfreq(width)[None, :]
    window = np.hanning(height)[:, None] * np.hanning(width)[None, :]
    return np.hypot(rows, columns), window.astype(np.float32)


def _spectrum(luma: Plane) -> list[float]:
    """Resolution, slope, log power of five bands, the axes' share and the sharpest peak."""
    radius, window = _frequencies(*luma.shape)
    power = np.abs(np.fft.rfft2((luma - luma.mean()) * window)) ** 2 + 1e-3
    band = np.digitize(radius, _BANDS)
    count = np.bincount(band.ravel(), minlength=len(_BANDS) + 1)
    level = np.log10(np.bincount(band.ravel(), power.ravel(), len(_BANDS) + 1) / count)
    # The radius below which all but a thousandth of the detail lies: falls where it was enlarged.
    fine = np.flatnonzero(radius.ravel() >= _BANDS[1])
    order = fine[np.argsort(radius.ravel()[fine])]
    total = np.cumsum(power.ravel()[order])
    resolution = radius.ravel()[order[np.searchsorted(total, 0.999 * total[-1])]]
    high = power[(radius > 0.25) & (radius < 0.5)]
    on_axes = np.concatenate([power[:2, 45:].ravel(), power[-1:, 45:].ravel()])
    return [
        float(resolution),
        float(level[2] - level[4]),
        *(float(one) for one in level[2:7]),
        float(np.log10(on_axes.mean() / high.mean())),
        float(np.log10(high.max() / np.median(high))),
    ]


def _blockiness(steps: Plane) -> float:
    """How far the steps between neighbours stand out at one phase of a grid of 8 pixels.

    Source: Wang, Bovik and Evans 2000, Blind Measurement of Blocking Artifacts in Images, whose
    idea this is; here simply the largest of eight means over their mean.
    """
    phases = steps[: len(steps) // 8 * 8].reshape(-1, 8).mean(axis=0)
    return float(phases.max() / (phases.mean() + 1e-6))


def _noise(luma: Plane) -> list[float]:
    """Standard deviation of noise over all, and where the picture is flattest, in grey levels.

    Source of the first: Immerkaer 1996, Fast Noise Variance Estimation.
    """
    rows = luma[:-2] - 2 * luma[1:-1] + luma[2:]
    both = rows[:, :-2] - 2 * rows[:, 1:-1] + rows[:, 2:]
    height, width = both.shape[0] // 8 * 8, both.shape[1] // 8 * 8
    blocks = np.abs(both[:height, :width]).reshape(height // 8, 8, width // 8, 8).mean(axis=(1, 3))
    scale = np.sqrt(np.pi / 2) / 6
    return [float(scale * np.abs(both).mean()), float(scale * np.percentile(blocks, 10))]


def _chroma(values: NDArray[np.float32], luma: Plane, detail: float) -> list[float]:
    """Detail of the two colour differences, as such and in shares of the luma's."""
    chroma = [np.abs(_laplacian(values[:, :, band] - luma)).mean() for band in (0, 2)]
    return [float(np.mean(chroma)), float(np.mean(chroma) / (detail + 1e-6))]


def _saturation(values: NDArray[np.float32]) -> list[float]:
    """Mean and standard deviation of the saturation (HSV), 0 to 1."""
    most = values.max(axis=2)
    saturation = (most - values.min(axis=2)) / np.maximum(most, 1)
    return [float(saturation.mean()), float(saturation.std())]


def _gaps(pixels: NDArray[np.uint8]) -> float:
    """Share of the levels between the darkest and the brightest that no pixel of a band has."""
    shares = []
    for band in range(3):
        used = np.flatnonzero(np.bincount(pixels[:, :, band].ravel(), minlength=256))
        shares.append(1 - len(used) / (used[-1] - used[0] + 1))
    return float(np.mean(shares))
