"""The registry: names of networks and how each is made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from unmask.networks.pooled import PooledNetwork


class NetworkError(Exception):
    """A network that cannot be made; the message says what to do."""


class Factory(Protocol):
    """Makes a network of K classes.

    `weights` is a safetensors file of the backbone to start from. Without it, `pretrained` asks
    for the published weights, downloaded by timm; otherwise the network starts from scratch.
    """

    def __call__(self, classes: int, *, weights: Path | None, pretrained: bool) -> PooledNetwork:
        """Make the network."""
        ...


@dataclass(frozen=True)
class _Entry:
    factory: Factory
    backbone: str


_entries: dict[str, _Entry] = {}


def register(name: str, *, backbone: str) -> Callable[[Factory], Factory]:
    """Enter a factory under a name; `backbone` is what timm calls the weights it starts from."""

    def enter(factory: Factory) -> Factory:
        if name in _entries:
            raise ValueError(f"network {name!r} is registered twice")
        _entries[name] = _Entry(factory, backbone)
        return factory

    return enter


def list_networks() -> list[str]:
    """Names of all networks, sorted."""
    return sorted(_entries)


def backbone_of(name: str) -> str:
    """What timm calls the weights that a network starts from.

    Raises:
        NetworkError: there is no such network.
    """
    return _entry(name).backbone


def create_network(
    name: str, classes: int, *, weights: Path | None = None, pretrained: bool = False
) -> PooledNetwork:
    """Make a network by name.

    Raises:
        NetworkError: there is no such network, or its starting weights cannot be had.
    """
    return _entry(name).factory(classes, weights=weights, pretrained=pretrained)


def _entry(name: str) -> _Entry:
    if name not in _entries:
        raise NetworkError(f"no network {name!r}; there are: {', '.join(list_networks())}")
    return _entries[name]
