"""The registry: names of networks and how each is made."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import timm
from safetensors import SafetensorError
from safetensors.torch import load_file

from unmask.networks.pooled import PooledNetwork


class NetworkError(Exception):
    """A network that cannot be made; the message says what to do."""


AnyFactory = TypeVar("AnyFactory", bound=Callable[..., PooledNetwork])
"""Makes a network of K classes: `factory(classes, *, weights, pretrained)`.

`weights` is a safetensors file of the backbone to start from. Without it, `pretrained` asks for the
published weights, downloaded by timm; otherwise the network starts from scratch. A factory that was
registered with `parts` also takes `without`, a frozenset of those to leave out.
"""


@dataclass(frozen=True)
class _Entry:
    factory: Callable[..., PooledNetwork]
    backbone: str
    parts: tuple[str, ...]


_entries: dict[str, _Entry] = {}


def register(
    name: str, *, backbone: str = "", parts: tuple[str, ...] = ()
) -> Callable[[AnyFactory], AnyFactory]:
    """Enter a factory under a name.

    Args:
        name: of the network.
        backbone: what timm calls the weights that it starts from; empty where there are none.
        parts: what can be left out of it, to see what each is worth.
    """

    def enter(factory: AnyFactory) -> AnyFactory:
        if name in _entries:
            raise ValueError(f"network {name!r} is registered twice")
        _entries[name] = _Entry(factory, backbone, parts)
        return factory

    return enter


def list_networks() -> list[str]:
    """Names of all networks, sorted."""
    return sorted(_entries)


def backbone_of(name: str) -> str:
    """What timm calls the weights that a network starts from; empty where it starts from none.

    Raises:
        NetworkError: there is no such network.
    """
    return _entry(name).backbone


def create_network(
    name: str,
    classes: int,
    *,
    weights: Path | None = None,
    pretrained: bool = False,
    without: Sequence[str] = (),
) -> PooledNetwork:
    """Make a network by name, all of it or without some of its parts.

    Raises:
        NetworkError: there is no such network or part, or its starting weights cannot be had.
    """
    entry = _entry(name)
    unknown = sorted(set(without) - set(entry.parts))
    if unknown:
        parts = f"; there are: {', '.join(entry.parts)}" if entry.parts else ""
        raise NetworkError(f"{name} has no part {', '.join(unknown)} to leave out{parts}")
    if weights is not None and not entry.backbone:
        raise NetworkError(f"{name} starts from scratch; leave --weights out")
    options = {"without": frozenset(without)} if entry.parts else {}
    return entry.factory(classes, weights=weights, pretrained=pretrained, **options)


def make_backbone(name: str, *, weights: Path | None, pretrained: bool, **options: Any) -> Any:
    """A timm network by its name there, with local weights, published ones or none.

    Raises:
        NetworkError: the published weights cannot be downloaded, or the local ones not read.
    """
    try:
        network = timm.create_model(name, pretrained=pretrained and weights is None, **options)
    except Exception as error:  # timm and its hub client raise many kinds when offline
        raise NetworkError(
            f"the published weights of {name} could not be downloaded ({error}); "
            "name a local file with --weights, or train from scratch with --no-pretrained"
        ) from error
    if weights is not None:
        try:
            network.load_state_dict(load_file(weights), strict=True)
        except (OSError, SafetensorError) as error:
            raise NetworkError(f"the weights in {weights} cannot be read: {error}") from error
        except RuntimeError as error:
            raise NetworkError(f"the weights in {weights} are not those of {name}") from error
    return network


def _entry(name: str) -> _Entry:
    if name not in _entries:
        raise NetworkError(f"no network {name!r}; there are: {', '.join(list_networks())}")
    return _entries[name]
