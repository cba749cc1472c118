"""A picture as it was decoded, and how its upright whole lies in what is in memory.

Everybody reckons in pixels of the whole picture, upright. What was decoded may be turned, as the
camera held it, and may be a fraction of it: turning and enlarging it would cost more than what is
done with it. One affine map tells where a point of the picture lies in the raster.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

_STRIP: Final = 256
"""Rows that are turned and copied at once, so that a large picture is not held in every form."""


class Turn(NamedTuple):
    """What brings a raster upright.

    `along` and `down` are the raster's x and y as a point (x, y) of the upright picture has them: a
    coordinate that runs the other way is negative.
    """

    method: Image.Transpose | None
    along: tuple[int, int]
    down: tuple[int, int]


UPRIGHT: Final = Turn(None, (1, 0), (0, 1))


@dataclass(frozen=True)
class Raster:
    """Pixels of a picture: RGB, perhaps turned, perhaps at a fraction of the size.

    `width` and `height` are those of the whole upright picture, in pixels. A pixel of `image` is
    `fraction` of the picture's wide and high; where these do not fit, the last one is cut.
    """

    image: Image.Image
    width: int
    height: int
    turn: Turn = UPRIGHT
    fraction: int = 1

    @classmethod
    def of(cls, pixels: NDArray[np.uint8]) -> Raster:
        """A whole upright picture from (H, W, 3) uint8 RGB."""
        image = Image.fromarray(pixels)
        return cls(image, image.width, image.height)

    @property
    def scale(self) -> float:
        """Pixels of the raster in one of the picture, 1 or less."""
        return 1 / self.fraction

    def from_picture(self) -> NDArray[np.float64]:
        """(2, 3) affine map from pixels of the upright picture to those of `image`."""
        linear = np.array([self.turn.along, self.turn.down], dtype=np.float64)
        ends = np.minimum(linear, 0) @ np.array([self.width, self.height], dtype=np.float64)
        return np.column_stack([linear, -ends]) * self.scale

    def reduced(self, side: int) -> Image.Image:
        """The upright picture with its longest side brought to `side` pixels, if it is longer.

        `side` is at most what the raster has.
        """
        scale = min(1.0, side / max(self.width, self.height))
        if scale == 1.0:
            return self._upright(self.image)
        size = (max(1, round(self.width * scale)), max(1, round(self.height * scale)))
        halve = self.fraction > 1 and scale * self.fraction <= 0.5
        image, fraction = (self._half, 2 * self.fraction) if halve else (self.image, self.fraction)
        covered = (self.width / fraction, self.height / fraction)
        if self._sideways:
            size, covered = size[::-1], covered[::-1]
        return self._upright(
            image.resize(
                size, Image.Resampling.BILINEAR, box=(0.0, 0.0, *covered), reducing_gap=1.0
            )
        )

    def upright(self) -> NDArray[np.uint8]:
        """All of it, (H, W, 3) uint8 RGB, at the raster's own scale."""
        wide, high = self.image.size
        pixels = np.empty((*((wide, high) if self._sideways else (high, wide)), 3), np.uint8)
        for top in range(0, high, _STRIP):
            bottom = min(top + _STRIP, high)
            strip = self._upright(self.image.crop((0, top, wide, bottom)))
            against = min(self.turn.down) < 0
            place = slice(high - bottom, high - top) if against else slice(top, bottom)
            pixels[(slice(None), place) if self._sideways else place] = np.asarray(strip)
        return pixels

    @cached_property
    def _half(self) -> Image.Image:
        """Half as large: the finder looks twice at a large picture, which is gone through once."""
        return self.image.reduce(2)

    @property
    def _sideways(self) -> bool:
        """Whether the rows of the raster are columns of the picture."""
        return self.turn.down[1] == 0

    def _upright(self, image: Image.Image) -> Image.Image:
        return image if self.turn.method is None else image.transpose(self.turn.method)


class Picture:
    """A decoded picture, and facts of the file it came from; for one thread at a time."""

    def __init__(
        self,
        raster: Raster,
        *,
        format: str,
        file_size: int,
        sha256: str,
        decode_whole: Callable[[], Raster] | None = None,
    ) -> None:
        """Args: what is decoded; facts of the file; what decodes all where that is a fraction."""
        self.format = format
        self.file_size = file_size
        self.sha256 = sha256
        self._raster = raster
        self._decode_whole = decode_whole

    @classmethod
    def of(cls, pixels: NDArray[np.uint8], sha256: str = "") -> Picture:
        """A picture of pixels (H, W, 3) uint8 RGB that came from no file."""
        return cls(Raster.of(pixels), format="array", file_size=pixels.nbytes, sha256=sha256)

    @property
    def width(self) -> int:
        """Width of the whole upright picture in pixels."""
        return self._raster.width

    @property
    def height(self) -> int:
        """Height of the whole upright picture in pixels."""
        return self._raster.height

    def raster(self, scale: float = 1.0) -> Raster:
        """Its pixels at `scale` of its size or larger, decoded anew where they are not there yet.

        Of a picture that is too large to be held whole, they are at half of its size at most.

        Raises:
            PictureError: the file cannot be decoded.
        """
        if self._raster.scale < min(scale, 1.0) and self._decode_whole is not None:
            self._raster, self._decode_whole = self._decode_whole(), None
        return self._raster

    @cached_property
    def pixels(self) -> NDArray[np.uint8]:
        """All of it, (H, W, 3) uint8 RGB upright pixels; half as wide and high if it is too large.

        Raises:
            PictureError: as `raster`.
        """
        return self.raster().upright()


def as_picture(picture: Picture | NDArray[np.uint8]) -> Picture:
    """Pixels (H, W, 3) uint8 RGB as a picture; a picture as it is."""
    return picture if isinstance(picture, Picture) else Picture.of(picture)
