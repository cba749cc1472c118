"""Why a file cannot be used as a picture, or no picture can be looked at."""

from __future__ import annotations

from typing import ClassVar


class PictureError(Exception):
    """A file that cannot be used as a picture; the message says why and what to do.

    `slug` names the kind to programs: the same on the command line and in the API.
    """

    slug: ClassVar[str] = "broken-picture"


class EmptyPicture(PictureError):
    """The file has no bytes."""

    slug = "empty-picture"


class UnsupportedPicture(PictureError):
    """The content is not a picture of an accepted type."""

    slug = "unsupported-picture"


class BrokenPicture(PictureError):
    """The content claims an accepted type but cannot be decoded."""


class PictureTooLarge(PictureError):
    """The file has too many bytes, or the picture too many pixels."""

    slug = "picture-too-large"


class DecodingHalted(PictureError):
    """No time or memory was left to decode the picture; nothing need be wrong with it."""

    slug = "busy"


class NetworkDamaged(Exception):
    """A network that comes with the package is missing or damaged; the message says what to do."""

    def __init__(self, what: str) -> None:
        super().__init__(f"{what}; install unmask again")
