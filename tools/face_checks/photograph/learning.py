"""Crops of photographed and of drawn faces become a network that tells them apart."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn.functional import binary_cross_entropy_with_logits

from tools.face_checks.photograph.augmentation import launder
from tools.face_checks.photograph.drawings import Pixels
from tools.face_checks.photograph.network import PhotographNetwork
from unmask.dataset.manifest import read_crop, read_crops
from unmask.training.depthwise import speed_up_depthwise

BATCH: Final = 64
PASSES: Final = 2
"""How often a laundered crop is seen, mirrored or not: laundering takes most of the time."""
AVERAGE: Final = 0.99
DRAWN_SHARES: Final = {
    "wesnoth": 0.11, "openclipart": 0.03, "renpy": 0.01, "monarchs": 0.02, "busts": 0.06,
    "styled": 0.20, "masters": 0.07,
}  # fmt: skip
"""How much of what is seen is of each set; the other half are photographs and generated faces."""


@dataclass(frozen=True)
class Group:
    """Files of crops that are drawn from alike: `share` of all that is seen."""

    name: str
    drawn: bool
    share: float
    files: tuple[Path, ...]


@dataclass(frozen=True)
class Laundered:
    """Crops (N, 218, 178, 3) uint8 RGB, and whether each is drawn, (N,) float32."""

    pixels: Pixels
    drawn: NDArray[np.float32]


def learn(
    groups: Sequence[Group], rounds: int, crops: int, weights: Path | None, seed: int = 0
) -> Iterator[tuple[PhotographNetwork, float]]:
    """Train; after every round yield the running average of the weights, and the loss.

    Args:
        groups: what to learn from; their shares add up to one.
        rounds: how often a new set of crops is laundered and learned from.
        crops: how many crops such a set has.
        weights: what EfficientNet-Lite0 learned from ImageNet, a safetensors file; without it,
            from scratch.
        seed: decides every draw.
    """
    torch.manual_seed(seed)
    network = PhotographNetwork(weights).to(memory_format=torch.channels_last)
    average = PhotographNetwork(weights).eval()
    speed_up_depthwise(network)
    steps = rounds * PASSES * (crops // BATCH)
    optimiser = torch.optim.AdamW(network.parameters(), weight_decay=0.05)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 1.5e-3, total_steps=steps)
    done = 0
    with ProcessPoolExecutor(1) as pool:
        waiting = pool.submit(draw, groups, crops, (seed, 0))
        for number in range(rounds):
            these: Laundered = waiting.result()
            if number + 1 < rounds:
                waiting = pool.submit(draw, groups, crops, (seed, number + 1))
            losses = []
            for pixels, drawn in batches(these, np.random.default_rng((seed, number, 1))):
                with torch.autocast("cpu", torch.bfloat16):
                    scores = network(pixels)
                loss = binary_cross_entropy_with_logits(scores.float(), drawn)
                optimiser.zero_grad()
                loss.backward()
                optimiser.step()
                schedule.step()
                done += 1
                _follow(average, network, min(AVERAGE, done / (done + 9)))
                losses.append(loss.item())
            yield average, float(np.mean(losses))


def draw(groups: Sequence[Group], crops: int, seed: tuple[int, int]) -> Laundered:
    """Draw and launder crops of the groups, each as often as its share says."""
    rng = np.random.default_rng(seed)
    shares = np.array([group.share for group in groups])
    chosen = rng.choice(len(groups), size=crops, p=shares / shares.sum())
    pixels = np.empty((crops, 218, 178, 3), dtype=np.uint8)
    for row, number in enumerate(chosen):
        group = groups[number]
        pixels[row] = launder(read_crop(group.files[int(rng.integers(len(group.files)))]), rng)
    drawn = np.array([groups[number].drawn for number in chosen], dtype=np.float32)
    return Laundered(pixels, drawn)


def batches(
    laundered: Laundered, rng: np.random.Generator
) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
    """Batches of crops (B, 3, 218, 178) float32 in 0..1 and their labels, several times over."""
    for _ in range(PASSES):
        order = rng.permutation(len(laundered.drawn))
        for start in range(0, len(order) - BATCH + 1, BATCH):
            rows = order[start : start + BATCH]
            pixels = laundered.pixels[rows]
            if rng.random() < 0.5:
                pixels = pixels[:, :, ::-1]
            shift = tuple(int(number) for number in rng.integers(-4, 5, 2))
            pixels = np.roll(pixels, shift, (1, 2))
            tensor = torch.from_numpy(np.ascontiguousarray(pixels.transpose(0, 3, 1, 2)))
            scaled = tensor.float().div_(255).to(memory_format=torch.channels_last)
            yield scaled, torch.from_numpy(laundered.drawn[rows])


def _follow(average: PhotographNetwork, network: PhotographNetwork, share: float) -> None:
    """Move the average of the weights towards the network's."""
    with torch.no_grad():
        for one, other in zip(
            average.state_dict().values(), network.state_dict().values(), strict=True
        ):
            if one.dtype.is_floating_point:
                one.lerp_(other, 1 - share)
            else:
                one.copy_(other)


def groups_of(data: Path, drawn: Path) -> list[Group]:
    """The dataset's training crops, collection by collection, and the sets of drawn ones.

    Half of what is seen is photographed or generated; small collections and sets come oftener
    than they are large, and real drawings oftener than made ones.
    """
    table = read_crops(data, "train", "binary")
    shown: dict[str, list[Path]] = {}
    for file, collection in zip(table.files, table.collections, strict=True):
        shown.setdefault(collection, []).append(file)
    weights = {name: math.sqrt(len(files)) for name, files in shown.items()}
    whole = sum(weights.values())
    groups = [
        Group(name, False, 0.5 * weights[name] / whole, tuple(files))
        for name, files in sorted(shown.items())
    ]
    for name, share in DRAWN_SHARES.items():
        groups.append(Group(name, True, share, tuple(sorted((drawn / name).iterdir()))))
    return groups
