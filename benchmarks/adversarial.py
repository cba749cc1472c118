"""How far a bundle's verdict can be moved by changes that nobody sees: PGD beside plain noise.

Run it with the training extra installed: python benchmarks/adversarial.py [BUNDLE ...]
The attacker knows the bundle, which ships, and may move every value of a crop by two grey levels.
It follows the gradient of the log-odds of generated, down for generated faces and up for real ones
(Madry et al. 2018, Towards Deep Learning Models Resistant to Adversarial Attacks). What it made is
rounded to whole grey levels and judged by the bundle itself, at its frozen threshold. Uniform noise
of the same size shows what such a change does when nobody aims it.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import onnx
import torch
from measuring import chosen_bundles
from numpy.typing import NDArray

from unmask.bundles.runtime import Bundle, load_bundle
from unmask.bundles.verdict import called_generated, probability_generated
from unmask.dataset.manifest import CropTable, read_crop, read_crops
from unmask.networks import PooledNetwork, create_network
from unmask.training.optimiser import bfloat16_is_quick

RADIUS = 2
"""Grey levels by which a value may be moved."""
STEP = 0.5
STEPS = 20
BATCH = 10
TOLERANCE = 1e-3

Pixels = NDArray[np.uint8]


def torch_network(graph: Path, architecture: str, classes: int) -> PooledNetwork:
    """The network of a graph with its gradients: made anew, with the weights that are stored."""
    initializers = onnx.load(str(graph)).graph.initializer
    stored = {tensor.name: onnx.numpy_helper.to_array(tensor) for tensor in initializers}

    def weights(name: str) -> torch.Tensor:
        if f"{name}.int8" in stored:
            values = stored[f"{name}.int8"] * stored[f"{name}.scale"]
        else:
            values = stored[f"{name}.half" if f"{name}.half" in stored else name]
        return torch.from_numpy(np.array(values, dtype=np.float32))

    network = create_network(architecture, classes, pretrained=False)
    # How many batches were seen is counted in training, and is in no graph.
    names = [name for name in network.state_dict() if not name.endswith("num_batches_tracked")]
    network.load_state_dict({name: weights(name) for name in names}, strict=False)
    return network.eval().requires_grad_(False)


def check(network: PooledNetwork, bundle: Bundle, crops: Pixels) -> None:
    """Stop where the two do not say the same: an attack on another network would prove nothing."""
    ours = network(as_tensor(crops))[0].numpy()
    apart = float(np.abs(ours - bundle.run(crops).logits).max())
    if apart > TOLERANCE:
        raise SystemExit(f"{bundle.info.name}: logits are {apart:.2g} apart; nothing was attacked")


def as_tensor(crops: NDArray[np.generic]) -> torch.Tensor:
    """(N, 3, 218, 178) float32 in 0..1 of crops (N, 218, 178, 3) in grey levels."""
    return torch.from_numpy(crops.astype(np.float32) / 255).permute(0, 3, 1, 2).contiguous()


def attacked(network: PooledNetwork, crops: Pixels, sign: int, rng: np.random.Generator) -> Pixels:
    """Crops moved so that generated gets likelier (sign 1) or less likely (sign -1)."""
    clean = as_tensor(crops)
    # The gradient's sign is all that counts, so half precision does where it is quick.
    half = bfloat16_is_quick()
    pixels = clean + as_tensor(rng.uniform(-RADIUS, RADIUS, crops.shape))
    for _ in range(STEPS):
        pixels = pixels.clamp(0, 1).requires_grad_()
        with torch.autocast("cpu", torch.bfloat16, enabled=half):
            logits = network.score(pixels).float()
        odds = logits[:, 1:].logsumexp(dim=1) - logits[:, 0]
        (gradient,) = torch.autograd.grad(odds.sum(), pixels)
        pixels = pixels.detach() + sign * STEP / 255 * gradient.sign()
        pixels = clean + (pixels - clean).clamp(-RADIUS / 255, RADIUS / 255)
    return as_levels(255 * pixels.permute(0, 2, 3, 1).numpy())


def noisy(crops: Pixels, rng: np.random.Generator) -> Pixels:
    """Crops with noise of the same size, aimed at nothing."""
    return as_levels(crops + rng.uniform(-RADIUS, RADIUS, crops.shape))


def as_levels(values: NDArray[np.floating]) -> Pixels:
    """Whole grey levels."""
    return np.clip(np.rint(values), 0, 255).astype(np.uint8)


def called(bundle: Bundle, crops: Pixels) -> NDArray[np.bool_]:
    """Which the bundle calls generated, at its frozen threshold."""
    fitted = bundle.info.calibration
    odds = probability_generated(bundle.run(crops).logits, fitted.temperature, fitted.bias)
    return called_generated(odds, bundle.info.thresholds.generated)


def drawn(table: CropTable, count: int, seed: int) -> tuple[Pixels, Pixels]:
    """So many crops, half of them generated and half real; the same for every bundle."""
    rng = np.random.default_rng(seed)
    halves = []
    for rows in (np.flatnonzero(table.targets != 0), np.flatnonzero(table.targets == 0)):
        chosen = rng.choice(rows, min(count // 2, len(rows)), replace=False)
        halves.append(np.stack([read_crop(table.files[row]) for row in chosen]))
    return halves[0], halves[1]


def after(bundle: Bundle, network: PooledNetwork, crops: Pixels, sign: int) -> list[int]:
    """How many of the crops are called generated: after noise, and after the attack."""
    rng = np.random.default_rng(0)
    counts = [0, 0]
    for start in range(0, len(crops), BATCH):
        some = crops[start : start + BATCH]
        counts[0] += int(called(bundle, noisy(some, rng)).sum())
        made = attacked(network, some, sign, rng)
        assert np.abs(made.astype(int) - some).max() <= RADIUS
        counts[1] += int(called(bundle, made).sum())
    return counts


def share(count: int, of: int) -> str:
    """A share for people; the numbers that it comes from, too."""
    return f"{count / of:.2f} ({count} of {of})" if of else "-"


def main() -> None:
    """Print a table, a row a bundle."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("bundles", nargs="*", help="folders or names; by default all installed")
    parser.add_argument("--data", type=Path, default=Path("data/faces"))
    parser.add_argument("--crops", type=int, default=200, help="of the test split")
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    torch.manual_seed(arguments.seed)
    generated, real = drawn(
        read_crops(arguments.data, "test", "source"), arguments.crops, arguments.seed
    )
    print(f"{len(generated)} generated and {len(real)} real crops of the test split, changed by at")
    print(f"most {RADIUS} of 255 grey levels; PGD of {STEPS} steps of {STEP} levels.\n")
    print("| bundle | generated, with noise | generated, attacked | real, with noise | ", end="")
    print("real, attacked |\n|---|---|---|---|---|")
    for folder in chosen_bundles(arguments.bundles):
        bundle = load_bundle(folder)
        if bundle.info.members:
            continue  # it has no graph that could be followed back to the pixels
        graph, info = bundle.folder / "model.onnx", bundle.info
        network = torch_network(graph, info.architecture, len(info.labels))
        check(network, bundle, np.concatenate([generated[:4], real[:4]]))
        caught = generated[called(bundle, generated)]
        passed = real[~called(bundle, real)]
        cells = [share(count, len(caught)) for count in after(bundle, network, caught, -1)]
        cells += [share(count, len(passed)) for count in after(bundle, network, passed, 1)]
        print(f"| {bundle.info.name} | {' | '.join(cells)} |", flush=True)
    print("\nShares that are called generated: of the generated faces, those that are called so as")
    print("they are; of the real ones, those that are not.")


if __name__ == "__main__":
    main()
