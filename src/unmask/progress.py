"""How long work tells how far it is: one shape for every room, that knows nothing of terminals."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol, TypeVar

Item = TypeVar("Item")


class Track(Protocol):
    """Wraps a loop of known length, for whoever shows how far it is."""

    def __call__(self, items: Iterable[Item], length: int, text: str, /) -> Iterable[Item]:
        """The items, of which there are `length`, as they are; `text` says what is done."""
        ...


def untracked(items: Iterable[Item], _length: int, _text: str, /) -> Iterable[Item]:
    """The `Track` that shows nothing."""
    return items
