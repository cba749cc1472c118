"""Why a file cannot be used as a picture, or no picture can be looked at."""

from __future__ import annotations


class PictureError(Exception):
    """A file that cannot be used as a picture; the message says why and what to do."""


class EmptyPicture(PictureError):
    """The file has no bytes."""


class UnsupportedPicture(PictureError):
    """The content is not a picture of an accepted type."""


class BrokenPicture(PictureError):
    """The content claims an accepted type but cannot be decoded."""


class PictureTooLarge(PictureError):
    """The file has too many bytes, or the picture too many pixels."""


class NetworkDamaged(Exception):
    """A network that comes with the package is missing or damaged; the message says what to do."""

    def __init__(self, what: str) -> None:
        super().__init__(f"{what}; install unmask again")
