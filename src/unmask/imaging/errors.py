"""Why a file cannot be used as a picture."""

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


class DecodingHalted(PictureError):
    """No time or memory was left to decode the picture; nothing need be wrong with it."""
