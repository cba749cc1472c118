"""Train and measure the network that tells whether eyes or mouth of a face are hidden.

Faces of the training split are covered by code: a bar over the eyes, a mask, a hand or a scarf over
the mouth, whatever stands before one side. As many are left bare or covered where it does no harm:
hats, fringes, glasses, dark ones too, hands at the cheek, captions at the edge.

Run it with the training extra installed: python -m tools.face_checks.covered learn (or measure)
"""

from __future__ import annotations

import argparse
import hashlib
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter
from torch import Tensor, nn
from torch.nn.functional import avg_pool2d, binary_cross_entropy_with_logits

from unmask.dataset.manifest import Split, read_crop, read_crops
from unmask.imaging import laundering
from unmask.imaging.covered import MAX_SCORE, WEIGHTS, is_covered
from unmask.networks.graph import write_graph

Pixels = NDArray[np.uint8]
Points = list[tuple[float, float]]

BATCH: Final = 64
ROUNDS: Final = 10
_SPLITS: Final[tuple[Split, ...]] = ("validation", "test", "unseen")
VIEWS: Final[dict[str, Callable[[Pixels], Pixels]]] = {
    "as it is": lambda pixels: pixels,
    "JPEG 40": lambda pixels: laundering.jpeg(pixels, 40),
    "quarter size": lambda pixels: laundering.rescale(pixels, 0.25),
}

HIDING: Final[dict[str, Points]] = {
    "eyes": [(22, 76), (156, 76), (156, 112), (22, 112)],
    "mask": [(36, 108), (89, 96), (142, 108), (140, 160), (112, 192), (66, 192), (38, 160)],
    "mouth": [(46, 142), (132, 142), (140, 192), (38, 192)],
    "scarf": [(0, 128), (89, 118), (178, 128), (178, 218), (0, 218)],
    "side": [(-10, -10), (88, -10), (88, 230), (-10, 230)],
}
"""Corners, in pixels of the crop, of what covers something that must be seen."""
HARMLESS: Final[dict[str, Points]] = {
    "hat": [(-10, -10), (188, -10), (188, 60), (89, 48), (-10, 60)],
    "cheek": [(-10, 110), (34, 120), (30, 230), (-10, 230)],
    "chin": [(40, 196), (138, 196), (150, 230), (30, 230)],
    "caption": [(-10, 198), (188, 198), (188, 230), (-10, 230)],
}
"""Likewise, of what covers nothing of the kind."""


class CoveredNetwork(nn.Module):
    """Four small convolutions over a crop reduced to a quarter; 0.05 M parameters."""

    def __init__(self) -> None:
        """With random weights."""
        super().__init__()
        widths = (3, 16, 32, 48, 64)
        self.stages = nn.Sequential(
            *(
                nn.Sequential(
                    nn.Conv2d(before, after, 3, padding=1, bias=False),
                    nn.BatchNorm2d(after),
                    nn.ReLU(),
                    nn.MaxPool2d(2) if number < 3 else nn.Identity(),
                )
                for number, (before, after) in enumerate(pairwise(widths))
            )
        )
        self.head = nn.Sequential(nn.Dropout(0.3), nn.Linear(64 * 6 * 5, 1))

    def forward(self, pixels: Tensor) -> Tensor:
        """Scores (N,) of crops, (N, 3, 218, 178) float RGB in 0..1; the higher, the more hidden."""
        return self.of_reduced(avg_pool2d(pixels, 4))

    def of_reduced(self, pixels: Tensor) -> Tensor:
        """Scores (N,) of crops at a quarter, (N, 3, 54, 44)."""
        features = self.stages(pixels * 2 - 1)
        scores: Tensor = self.head(features.flatten(1))
        return scores.flatten()


def cover(pixels: Pixels, corners: Points, rng: np.random.Generator, other: Pixels) -> Pixels:
    """Lay something over a crop, (218, 178, 3) uint8 RGB.

    Args:
        pixels: the crop.
        corners: roughly, of what is laid over it.
        rng: decides shape and look.
        other: another crop, parts of which may be laid over this one.
    """
    moved = [(x + rng.normal(0, 4), y + rng.normal(0, 4)) for x, y in corners]
    shape = Image.new("L", (178, 218))
    draw = ImageDraw.Draw(shape)
    draw.polygon(moved, fill=255)
    if rng.random() < 0.5:  # round, as hands and scarves are
        shape = shape.filter(ImageFilter.GaussianBlur(8)).point(lambda value: 255 * (value > 110))
    if rng.random() < 0.5:
        shape = shape.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    blur = rng.uniform(0.3, 2.0)
    return _clipped(_laid(pixels, shape, blur, _stuff(pixels, rng, other)))


def glasses(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    """Put glasses on a crop, clear or dark."""
    image = Image.fromarray(pixels)
    lenses = Image.new("L", image.size)
    frame = Image.new("L", image.size)
    wide, high = rng.uniform(20, 30), rng.uniform(14, 26)
    for x in (60.0, 118.0):
        box = [x - wide, 94 - high, x + wide, 94 + high]
        ImageDraw.Draw(lenses).ellipse(box, fill=int(rng.choice([0, 60, 200, 250])))
        ImageDraw.Draw(frame).ellipse(box, outline=255, width=int(rng.integers(1, 6)))
    ImageDraw.Draw(frame).line([(60 + wide, 92), (118 - wide, 92)], fill=255, width=3)
    dark = _laid(pixels, lenses, 0.7, rng.uniform(0, 60, 3))
    return _clipped(_laid(dark, frame, 0.7, rng.uniform(0, 160, 3)))


def example(
    pixels: Pixels, rng: np.random.Generator, other: Pixels
) -> tuple[NDArray[np.float32], bool]:
    """What training sees of a crop, (54, 44, 3) float32 in 0..1, and whether parts are hidden."""
    hidden = bool(rng.random() < 0.5)
    if hidden:
        kinds = list(HIDING.values())
        pixels = cover(pixels, kinds[int(rng.integers(len(kinds)))], rng, other)
    elif rng.random() < 0.5:
        kinds = list(HARMLESS.values())
        number = int(rng.integers(len(kinds) + 2))
        pixels = (
            cover(pixels, kinds[number], rng, other)
            if number < len(kinds)
            else glasses(pixels, rng)
        )
    if rng.random() < 0.3:
        pixels = laundering.rescale(pixels, rng.uniform(0.2, 0.8))
    if rng.random() < 0.15:
        pixels = np.repeat(pixels.mean(axis=2, keepdims=True), 3, axis=2).astype(np.uint8)
    if rng.random() < 0.5:
        pixels = pixels[:, ::-1]
    top, left = rng.integers(0, 3, 2)
    whole = pixels[top : top + 216, left : left + 176].astype(np.float32)
    small = whole.reshape(54, 4, 44, 4, 3).mean(axis=(1, 3)) / 255
    tone = rng.uniform(0.7, 1.25) + rng.normal(0, 0.05, 3)
    return np.clip(small * tone, 0, 1).astype(np.float32), hidden


def learn(data: Path, out: Path, rounds: int = ROUNDS, batch: int = BATCH, seed: int = 0) -> None:
    """Train on the dataset's training split, print the loss of each round, and write the graph."""
    torch.manual_seed(seed)
    crops = _crops(data, "train")
    network = CoveredNetwork()
    optimiser = torch.optim.AdamW(network.parameters(), weight_decay=0.02)
    steps = rounds * (len(crops) // batch)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 3e-3, total_steps=steps)
    for number in range(rounds):
        rng = np.random.default_rng((seed, number))
        order = rng.permutation(len(crops))
        losses = []
        for start in range(0, len(order) - batch + 1, batch):
            seen = [
                example(crops[row], rng, crops[int(rng.integers(len(crops)))])
                for row in order[start : start + batch]
            ]
            pixels = torch.from_numpy(np.stack([one for one, _ in seen])).permute(0, 3, 1, 2)
            hidden = torch.tensor([float(label) for _, label in seen])
            loss = binary_cross_entropy_with_logits(network.of_reduced(pixels), hidden)
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimiser.step()
            schedule.step()
            losses.append(loss.item())
        print(f"round {number + 1} of {rounds}: loss {np.mean(losses):.4f}", flush=True)
    write_graph(network, out, outputs=["scores"])
    print(f"sha256 {hashlib.sha256(out.read_bytes()).hexdigest()}")


def measure(data: Path, splits: Sequence[Split] = _SPLITS) -> str:
    """What the shipped graph refuses of faces as they are, and of covered ones: a Markdown table.

    Args:
        data: the dataset.
        splits: of it; those of the test split are covered, too.
    """
    lines = [
        f"Threshold {MAX_SCORE}.",
        "",
        f"| refused | faces | {' | '.join(VIEWS)} |",
        f"|---|---:|{'---:|' * len(VIEWS)}",
    ]
    for split in splits:
        lines.append(_row(split, _crops(data, split)))
    crops, rng = _crops(data, "test"), np.random.default_rng(0)
    for name, corners in (HIDING | HARMLESS).items():
        made = [cover(crop, corners, rng, crops[-number]) for number, crop in enumerate(crops)]
        lines.append(_row(f"test, {name} covered", made))
    lines.append(_row("test, glasses", [glasses(crop, rng) for crop in crops]))
    return "\n".join(lines)


def _crops(data: Path, split: Split) -> list[Pixels]:
    return [read_crop(file) for file in read_crops(data, split, "binary").files]


def _row(name: str, crops: list[Pixels]) -> str:
    shares = [
        f"{np.mean([is_covered(view(crop)) for crop in crops]):.2%}" for view in VIEWS.values()
    ]
    return f"| {name} | {len(crops)} | {' | '.join(shares)} |"


def _laid(
    under: Pixels | NDArray[np.floating],
    shape: Image.Image,
    blur: float,
    over: NDArray[np.floating],
) -> NDArray[np.floating]:
    """One picture, or one colour, over another within a shape whose edge is blurred."""
    soft = np.asarray(shape.filter(ImageFilter.GaussianBlur(blur)), dtype=np.float32)
    share = soft[..., None] / 255
    return under * (1 - share) + over * share


def _stuff(pixels: Pixels, rng: np.random.Generator, other: Pixels) -> NDArray[np.float32]:
    """What something is made of, (218, 178, 3): cloth, skin, card, or a part of another picture."""
    kind = int(rng.integers(6))
    cheek = pixels[112:136, 44:60].reshape(-1, 3).mean(axis=0)
    if kind == 0:
        values = np.broadcast_to(rng.uniform(0, 255, 3), (218, 178, 3))
    elif kind == 1:  # skin, in its own light
        values = cheek * rng.uniform(0.75, 1.1) + _cloud(rng, 14, 5)[..., None] * 18
    elif kind == 2:  # fingers
        along = np.mgrid[:218, :178] * np.array([np.cos(0.3), np.sin(0.3)])[:, None, None]
        bars = np.abs(np.sin((along[0] + along[1]) / rng.uniform(4, 8)))[..., None]
        values = cheek * rng.uniform(0.8, 1.1) * (0.65 + 0.35 * np.sqrt(bars))
    elif kind == 3:  # cloth with a pattern
        y, x = np.mgrid[:218, :178]
        wave = np.sin((x * rng.normal() + y * rng.normal()) / rng.uniform(1, 6))[..., None]
        values = rng.uniform(40, 220, 3) + wave * rng.uniform(0, 40, 3)
    elif kind == 4:
        values = rng.uniform(0, 255, 3) + _cloud(rng, int(rng.integers(3, 30)), 5)[..., None] * 50
    else:
        turned = np.rot90(other[20:198], int(rng.integers(1, 4)))
        image = Image.fromarray(np.ascontiguousarray(turned)).resize((178, 218))
        values = np.asarray(image, dtype=np.float32)
    grain = rng.normal(0, rng.uniform(0, 5), (218, 178, 1))
    light = 1 + 0.15 * _cloud(rng, 4, 4)[..., None]
    return np.asarray(values * light + grain, dtype=np.float32)


def _cloud(rng: np.random.Generator, rows: int, columns: int) -> NDArray[np.float32]:
    """Soft spots, (218, 178), in -1..1."""
    field = rng.uniform(-1, 1, (rows, columns)).astype(np.float32)
    image = Image.fromarray(field).resize((178, 218), Image.Resampling.BICUBIC)
    return np.clip(np.asarray(image), -1, 1)


def _clipped(values: NDArray[np.floating]) -> Pixels:
    return np.clip(np.rint(values), 0, 255).astype(np.uint8)


def main() -> None:
    """Run one verb."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("verb", choices=("learn", "measure"))
    parser.add_argument("--data", type=Path, default=Path("data/faces"), help="the dataset")
    parser.add_argument("--out", type=Path, default=WEIGHTS, help="graph to write")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    if arguments.verb == "measure":
        print(measure(arguments.data))
    else:
        learn(arguments.data, arguments.out)


if __name__ == "__main__":
    main()
