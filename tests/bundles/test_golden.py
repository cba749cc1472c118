"""What the shipped bundles say of two crops, as numbers: another onnxruntime must say the same.

`python -m tests.bundles.test_golden` writes `golden.json` anew, which is right where a bundle is
new. Where only a library is, its scores have moved: the benchmark has to be run first.
"""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from unmask.bundles.listing import SHIPPED, find_bundles
from unmask.bundles.runtime import load_bundle

GOLDEN: Final = Path(__file__).with_name("golden.json")
PICTURES: Final = Path(__file__).resolve().parent.parent / "data"
BUNDLES: Final = find_bundles([SHIPPED]).bundles
DIGITS: Final = 4
CLOSE: Final = 1e-3
"""Logits; other kernels round some 1e-5 otherwise, a pixel of another colour does 1e-3 or more."""


def two_crops() -> NDArray[np.uint8]:
    """A photographed face and a generated one, (2, 218, 178, 3) uint8 RGB.

    They are cut by indices alone, so that they stay what they are when the cropping changes.
    """

    def pixels(name: str) -> NDArray[np.uint8]:
        with Image.open(PICTURES / name) as image:
            return np.asarray(image.convert("RGB"))

    photograph, generated = pixels("astronaut.jpg"), pixels("face.jpg")[::2, ::2]
    return np.stack([photograph[:218, 133:311], generated[19:237, 39:217]])


def golden() -> dict[str, Any]:
    """What `golden.json` holds: digests of pixels and graphs, and the logits that they give."""
    crops = two_crops()
    return {
        "pixels": sha256(crops.tobytes()).hexdigest(),
        "bundles": {
            name: {
                "sha256": listed.info.sha256,
                "logits": np.round(_logits(listed.folder, crops), DIGITS).tolist(),
            }
            for name, listed in sorted(BUNDLES.items())
        },
    }


def _logits(folder: Path, crops: NDArray[np.uint8]) -> NDArray[np.float64]:
    return load_bundle(folder).run(crops).logits.astype(np.float64)


@pytest.fixture(scope="module")
def held() -> dict[str, Any]:
    held: dict[str, Any] = json.loads(GOLDEN.read_text())
    return held


def test_pillow_still_decodes_the_pixels_that_the_logits_are_of(held: dict[str, Any]) -> None:
    assert sha256(two_crops().tobytes()).hexdigest() == held["pixels"]


def test_every_shipped_bundle_has_golden_logits(held: dict[str, Any]) -> None:
    assert {name: one["sha256"] for name, one in held["bundles"].items()} == {
        name: listed.info.sha256 for name, listed in BUNDLES.items()
    }


@pytest.mark.parametrize("name", sorted(BUNDLES))
@pytest.mark.parametrize("threads", [1, 2])
def test_a_shipped_bundle_still_gives_its_golden_logits(
    name: str, threads: int, held: dict[str, Any]
) -> None:
    bundle = load_bundle(BUNDLES[name].folder, threads)
    wanted = held["bundles"][name]["logits"]
    for crop, logits in zip(two_crops(), wanted, strict=True):
        first, again = (bundle.run(crop[None]).logits[0] for _ in range(2))
        np.testing.assert_allclose(first, logits, atol=CLOSE)
        np.testing.assert_array_equal(first, again)  # a score is the same in every run


if __name__ == "__main__":
    GOLDEN.write_text(json.dumps(golden(), indent=2) + "\n")
