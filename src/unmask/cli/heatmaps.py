"""Writing pictures with the heat map, and the occlusion map, over their faces."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import typer
from numpy.typing import NDArray
from PIL import Image

from unmask.bundles.model import BundleInfo
from unmask.detection import occlusion
from unmask.detection.heatmap import draw_on_picture
from unmask.detection.report import Report
from unmask.imaging.decode import Picture


@dataclass
class HeatMapWriter:
    """Writes a PNG for every picture: to `target` itself, or into the folder that it names.

    Occlusion maps are drawn on a copy of their own beside it.
    """

    target: Path
    into_folder: bool
    info: BundleInfo
    _taken: set[Path]

    @classmethod
    def to(cls, target: Path, pictures: Sequence[Path], info: BundleInfo) -> HeatMapWriter:
        """A writer for pictures, judged by the model of that description.

        Raises:
            typer.BadParameter: the target is the name of no PNG and of no folder, of a PNG where
                there are several pictures, or of the picture itself.
        """
        taken = {picture.resolve() for picture in pictures}
        if target.is_dir() or not target.suffix:
            return cls(target, into_folder=True, info=info, _taken=taken)
        if len(pictures) != 1:
            raise typer.BadParameter(f"{target}: for several pictures, name a folder")
        if target.suffix.lower() != ".png":
            raise typer.BadParameter(f"{target}: it is written as PNG; name it so")
        if taken & {target.resolve(), _covered(target).resolve()}:
            raise typer.BadParameter(f"{target}: it would replace the picture; name another file")
        return cls(target, into_folder=False, info=info, _taken=taken)

    def write(self, path: Path, picture: Picture, report: Report) -> None:
        """Write a picture with what its report explains; threads may share the writer.

        Where nothing speaks for generated, that is the picture as it is.

        Args:
            path: where to, as `path_for` has it.
            picture: what was judged.
            report: the answer.

        Raises:
            OSError: it cannot be written.
        """
        explained = [
            (judgement.explanation, face.crop_to_picture)
            for face in report.faces
            for judgement in face.judgements[:1]
            if judgement.explanation is not None
        ]
        heats = [
            (np.array(heat.map), place) for one, place in explained for heat in one.class_maps[:1]
        ]
        covered = [
            (np.array(one.occlusion.map), place)
            for one, place in explained
            if one.occlusion is not None
        ]
        if self.into_folder:
            self.target.mkdir(parents=True, exist_ok=True)
        drawn = draw_on_picture(picture.pixels, heats, self.info.map_scale)
        _save(drawn, path)
        if covered:
            scale = occlusion.map_scale(self.info.calibration.temperature)
            _save(draw_on_picture(picture.pixels, covered, scale), _covered(path))

    def path_for(self, file: Path) -> Path:
        """Where to write; in a folder, files of one name from several places get a number.

        No picture that is judged is ever written over.
        """
        if not self.into_folder:
            return self.target
        path = self.target / f"{file.stem}.heatmap.png"
        number = 2
        while self._taken & (both := {path.resolve(), _covered(path).resolve()}):
            path = self.target / f"{file.stem}-{number}.heatmap.png"
            number += 1
        self._taken |= both
        return path


def _covered(path: Path) -> Path:
    """Where the occlusion map lies, beside the heat map."""
    return path.with_name(f"{path.stem.removesuffix('.heatmap')}.occlusion.png")


def _save(pixels: NDArray[np.uint8], path: Path) -> None:
    """Write (H, W, 3) uint8 RGB as PNG, all of it or nothing, into a folder that is there."""
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        Image.fromarray(pixels).save(partial, "PNG")
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
