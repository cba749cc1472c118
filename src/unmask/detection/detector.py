"""The detector: sees the faces of a picture, has them judged, and puts the report together."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

from unmask.bundles.runtime import Bundle
from unmask.bundles.verdict import Verdict
from unmask.detection import heatmap
from unmask.detection.judgement import DecisionThresholds, FoundFace, JudgedFace, Judgement
from unmask.detection.judging import judge_faces
from unmask.detection.loading import LoadedPicture, PictureInput, load_picture
from unmask.detection.options import DetectOptions
from unmask.detection.provenance.reading import read_provenance
from unmask.detection.provenance.trust import kept_trust_list
from unmask.detection.report import FaceCheck, ImageFacts, Report
from unmask.imaging.align import Crop
from unmask.imaging.decode import DEFAULT_LIMITS, Picture
from unmask.imaging.faces import FaceFinder
from unmask.imaging.usable import SeenFace, see_faces
from unmask.version import __version__

PIXEL_DIGITS: Final = 2
DEFAULT_OPTIONS: Final = DetectOptions()


def check_faces(finder: FaceFinder, picture: Picture, name: str | None = None) -> FaceCheck:
    """The faces of a picture and whether they can be judged; no model is needed for that."""
    return FaceCheck(
        image=_facts(picture, name),
        faces=[_found(seen) for seen in see_faces(finder, picture)],
    )


class Detector:
    """Judges pictures with one bundle. Safe to share between threads."""

    def __init__(self, bundle: Bundle, finder: FaceFinder, trust_file: Path | None = None) -> None:
        self.bundle = bundle
        self._finder = finder
        self._trust_file = trust_file

    def detect(
        self,
        picture: PictureInput | Picture | LoadedPicture,
        options: DetectOptions = DEFAULT_OPTIONS,
        *,
        go_on: Callable[[], None] | None = None,
    ) -> Report:
        """Judge every face of a picture.

        Args:
            picture: a path, a file or its bytes, pixels, or what was loaded from one of them; only
                of what came from a file can be said what the file says of its origin.
            options: what is said beside the verdict.
            go_on: called again and again during the work; what it raises ends it.

        Raises:
            BundleError: the network returned what it must not.
            OSError, PictureError, ValueError: see `load_picture`.
        """
        loaded = load_picture(picture, DEFAULT_LIMITS)
        info, seen = self.bundle.info, see_faces(self._finder, loaded.picture)
        usable = [one for one in seen if not one.reasons]
        judgements = iter(judge_faces(self.bundle, loaded.picture, usable, options, go_on))
        faces = [_judged(one, [] if one.reasons else [next(judgements)]) for one in seen]
        told = loaded.data if options.provenance else None
        return Report(
            verdict=most_suspicious(one for face in faces for one in face.judgements),
            model=info.name,
            software=__version__,
            image=_facts(loaded.picture, loaded.name),
            faces=faces,
            thresholds=DecisionThresholds(
                generated=info.thresholds.generated, real=info.thresholds.real
            ),
            provenance=None
            if told is None
            else read_provenance(told, loaded.picture.format, kept_trust_list(self._trust_file)),
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
