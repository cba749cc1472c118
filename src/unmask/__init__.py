"""Unmask tells whether a face in a picture was photographed or generated.

>>> import unmask
>>> report = unmask.detect("face.jpg")
>>> report.verdict
<Verdict.GENERATED: 'generated'>

What is named here is the public interface; all else may change from version to version. Everything
is imported when it is first used, so that `import unmask` costs next to nothing.
"""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import TYPE_CHECKING, Final

from unmask.version import __version__

if TYPE_CHECKING:
    from unmask.bundles.listing import BundleError
    from unmask.bundles.verdict import Verdict
    from unmask.detection.detector import Detector
    from unmask.detection.judgement import Judgement
    from unmask.detection.loading import PictureInput
    from unmask.detection.options import DetectOptions
    from unmask.detection.report import Report
    from unmask.imaging.decode import PictureError
    from unmask.settings import SettingsError

__all__ = [
    "BundleError",
    "DetectOptions",
    "Detector",
    "Judgement",
    "PictureError",
    "Report",
    "SettingsError",
    "Verdict",
    "__version__",
    "detect",
    "load_model",
]

_HOMES: Final = {
    "BundleError": "unmask.bundles.listing",
    "DetectOptions": "unmask.detection.options",
    "Detector": "unmask.detection.detector",
    "Judgement": "unmask.detection.judgement",
    "PictureError": "unmask.imaging.decode",
    "Report": "unmask.detection.report",
    "SettingsError": "unmask.settings",
    "Verdict": "unmask.bundles.verdict",
}
"""Where the public names are that are imported when they are first used."""


def detect(
    picture: PictureInput,
    model: str | Detector | None = None,
    explain: bool = True,
    *,
    stability: bool = False,
    occlusion: bool = False,
    provenance: bool = False,
) -> Report:
    """Judge every face in a picture.

    >>> report = detect("face.jpg", stability=True)
    >>> [judgement] = report.faces[0].judgements
    >>> judgement.question
    'synthesis'
    >>> [copy.name for copy in judgement.stability.copies]
    ['original', 'jpeg_70', 'half_size', 'shifted']

    Args:
        picture: path of a file, its bytes, a file opened with mode `rb`, or pixels: a Pillow image
            or an array, (H, W, 3) uint8 RGB.
        model: name of a model, or what `load_model` gave; by default the one of the settings.
        explain: whether every face gets its heat maps and the regions that weigh.
        stability: whether every face is judged in copies, too; see `DetectOptions` for this and
            what follows.
        occlusion: whether the largest faces get a second map.
        provenance: whether to read what the file says of its own origin; of pixels there is no
            file to read.

    Returns:
        The report; `print` shows it as text, `.model_dump_json()` as the JSON that the API and
        `unmask detect --json` give.

    Raises:
        OSError: the file cannot be read.
        PictureError: the picture cannot be used.
        BundleError: there is no such model, or it is damaged.
        SettingsError: an environment variable UNMASK_... has a bad value.
        ValueError: an array of another shape or type was given, or a file opened as text.
    """
    from unmask.detection.loading import load_picture
    from unmask.detection.options import DetectOptions
    from unmask.settings import load_settings

    loaded = load_picture(picture, load_settings().limits)
    detector = load_model(model) if model is None or isinstance(model, str) else model
    options = DetectOptions(
        explain=explain, stability=stability, occlusion=occlusion, provenance=provenance
    )
    return detector.detect(loaded, options)


def load_model(model: str | Path | None = None) -> Detector:
    """A model, ready to judge pictures; loaded once a process, however often it is asked for.

    >>> detector = load_model("efficientnet-source")
    >>> detector.bundle.info.labels[0]
    'real'
    >>> detector.detect("no-face.png").faces
    []

    Args:
        model: its name, or the folder of its bundle as a path; by default the one of the settings.

    Raises:
        BundleError: there is no such model, or it is damaged.
        SettingsError: an environment variable UNMASK_... has a bad value.
    """
    from unmask.bundles.runtime import load_bundle
    from unmask.detection.detector import Detector
    from unmask.detection.registry import registry_for
    from unmask.settings import load_settings

    settings = load_settings()
    registry = registry_for(
        settings.model_folders, settings.model, settings.threads, settings.trust_file
    )
    if isinstance(model, Path):
        return Detector(load_bundle(model, settings.threads), registry.finder)
    return registry.get(model)


def __getattr__(name: str) -> object:
    if name in _HOMES:
        return getattr(importlib.import_module(_HOMES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
