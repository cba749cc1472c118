"""Writing pictures with the heat map, and the occlusion map, over their faces."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import typer
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
    _taken: set[Path] = field(default_factory=set)

    @classmethod
    def to(cls, target: Path, pictures: int, info: BundleInfo) -> HeatMapWriter:
        """A writer for so many pictures, judged by the model of that description.

        Raises:
            typer.BadParameter: the target is the name of no PNG and of no folder, or of a PNG
                where there are several pictures.
        """
        if target.is_dir() or not target.suffix:
            return cls(target, into_folder=True, info=info)
        if pictures != 1:
            raise typer.BadParameter(f"{target}: for several pictures, name a folder")
        if target.suffix.lower() != ".png":
            raise typer.BadParameter(f"{target}: it is written as PNG; name it so")
        return cls(target, into_folder=False, info=info)

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
        heats = [
            (np.array(face.heatmap.map), face.crop_to_picture)
            for face in report.faces
            if face.heatmap is not None
        ]
        covered = [
            (np.array(face.occlusion.map), face.crop_to_picture)
            for face in report.faces
            if face.occlusion is not None
        ]
        if self.into_folder:
            self.target.mkdir(parents=True, exist_ok=True)
        drawn = draw_on_picture(picture.pixels, heats, self.info.map_scale)
        Image.fromarray(drawn).save(path, "PNG")
        if covered:
            scale = occlusion.map_scale(self.info.calibration.temperature)
            drawn = draw_on_picture(picture.pixels, covered, scale)
            stem = path.stem.removesuffix(".heatmap")
            Image.fromarray(drawn).save(path.with_name(f"{stem}.occlusion.png"), "PNG")

    def path_for(self, file: Path) -> Path:
        """Where to write; in a folder, files of one name from several places get a number."""
        if not self.into_folder:
            return self.target
        path = self.target / f"{file.stem}.heatmap.png"
        number = 2
        while path in self._taken:
            path = self.target / f"{file.stem}-{number}.heatmap.png"
            number += 1
        self._taken.add(path)
        return path
