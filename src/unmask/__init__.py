"""Unmask tells whether a face in a picture was photographed or generated.

`unmask.detect(picture)` is the whole of it from Python; everything that it needs is imported when
it is first called, so that `import unmask` costs next to nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from unmask.version import __version__

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from unmask.detection.report import Report

__all__ = ["__version__", "detect"]


def detect(
    picture: str | Path | bytes | NDArray[np.uint8],
    model: str | None = None,
    explain: bool = True,
    *,
    stability: bool = False,
    occlusion: bool = False,
    provenance: bool = False,
) -> Report:
    """Judge every face in a picture.

    Args:
        picture: path of a file, the bytes of one, or pixels as (H, W, 3) uint8 RGB.
        model: name of a model; by default the one that the settings name.
        explain: whether every face gets its heat maps and the regions that weigh.
        stability: whether every face is judged in re-compressed, shrunken and shifted copies of
            the picture, too; where one of them gets another verdict, the face is `unsure`.
        occlusion: whether the largest faces, four at most, get a second map, made by covering
            parts of them; takes as long as judging 57 faces for each.
        provenance: whether to read what the file says of its own origin; of pixels there is no
            file to read.

    Returns:
        The report; `print` shows it as text, `.model_dump_json()` as the JSON that the API and
        `unmask detect --json` give.

    Raises:
        OSError: the file cannot be read.
        unmask.imaging.decode.PictureError: the picture cannot be used.
        unmask.bundles.listing.BundleError: there is no such model, or it is damaged.
        unmask.settings.SettingsError: an environment variable UNMASK_... has a bad value.
        ValueError: an array of another shape or type was given.
    """
    from unmask.detection.loading import load_picture
    from unmask.detection.options import DetectOptions
    from unmask.detection.registry import registry_for
    from unmask.settings import load_settings

    settings = load_settings()
    loaded = load_picture(picture, settings.limits)
    detector = registry_for(settings.model_folders, settings.model, settings.threads).get(model)
    options = DetectOptions(
        explain=explain, stability=stability, occlusion=occlusion, provenance=provenance
    )
    return detector.detect(loaded, options)
