"""What colours do to a verdict: twins of pictures in other spaces beside the pictures in sRGB.

python benchmarks/colour.py [--pictures FOLDER] [--most N] [--model NAME]
The baseline is the same encoding of the picture in sRGB: how a file is compressed moves a
probability, too. Without a folder it takes the portraits that the tests have.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final

import numpy as np
from measuring import PICTURES, chosen_bundles, table
from numpy.typing import NDArray
from PIL import Image
from twins import SPACES, Space, deep_heif, deep_png, file_of, with_points

from unmask.bundles.runtime import load_bundle
from unmask.detection.detector import Detector
from unmask.imaging.decode import PictureError, decode, read_picture
from unmask.imaging.faces import FaceFinder

AIM: Final = 0.006
SIDE: Final = 512

Pixels = NDArray[np.uint8]
Ways = Mapping[str, Callable[[Pixels, Space], bytes]]

WAYS: Final[Ways] = {
    "PNG, profile": lambda pixels, space: file_of(space.pixels(pixels), icc_profile=space.profile),
    "JPEG 95, profile": lambda pixels, space: file_of(
        space.pixels(pixels), "JPEG", quality=95, subsampling=0, icc_profile=space.profile
    ),
    "PNG, cICP": lambda pixels, space: with_points(file_of(space.pixels(pixels)), space),
    "PNG of 16 bits, cICP": lambda pixels, space: with_points(
        deep_png(space.values(pixels)), space
    ),
    "HEIF of 10 bits, nclx": lambda pixels, space: deep_heif(space.values(pixels), space),
}


def twins(pixels: Pixels) -> Iterator[tuple[str, str, bytes, bytes]]:
    """Space, way, the twin, and the picture in sRGB written in the same way."""
    for way, write in WAYS.items():
        plain = write(pixels, SPACES["sRGB"])
        for name, space in SPACES.items():
            fits = space.curve if way.endswith("profile") else space.points != (2, 2)
            if name != "sRGB" and fits:
                yield name, way, write(pixels, space), plain


def probability(detector: Detector, data: bytes) -> float | None:
    """That the largest face is generated; None where none is judged."""
    faces = detector.detect(decode(data), explain=False).faces
    return next((face.probability_generated for face in faces), None)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pictures", type=Path, default=PICTURES)
    parser.add_argument("--most", type=int, default=20)
    parser.add_argument("--model", default="efficientnet-source")
    arguments = parser.parse_args()
    (folder,) = chosen_bundles([arguments.model])
    detector = Detector(load_bundle(folder), FaceFinder())
    moved: dict[tuple[str, str], list[float]] = {}
    files = sorted(one for one in arguments.pictures.rglob("*") if one.suffix in (".jpg", ".png"))
    for path in files[: arguments.most]:
        try:
            image = Image.fromarray(read_picture(path).pixels)
        except PictureError:
            continue
        image.thumbnail((SIDE, SIDE))
        for space, way, twin, plain in twins(np.asarray(image)):
            before, after = probability(detector, plain), probability(detector, twin)
            if before is not None and after is not None:
                moved.setdefault((way, space), []).append(abs(after - before))
    rows = [
        [way, space, str(len(all_)), f"{np.mean(all_):.4f}", f"{max(all_):.3f}"]
        for (way, space), all_ in moved.items()
    ]
    table(["file", "space", "faces", f"mean change (aim {AIM})", "largest"], rows)


if __name__ == "__main__":
    main()
