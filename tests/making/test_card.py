from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.tiny_bundle import INFO
from unmask.bundles.model import BundleInfo
from unmask.making.card import write_card


@pytest.mark.parametrize(
    ("generated", "real", "said"),
    [
        (0.9, 0.2, "*generated* from a probability of 90.00 % on, *real* up to 20.00 %, *unsure*"),
        (0.5, float(np.nextafter(0.5, 0)), "from a probability of 50.00 % on, *real* below."),
        (None, 0.2, "never *generated*: no threshold keeps the rate below, *real* up to 20.00 %"),
    ],
)
def test_a_card_gives_no_probability_two_verdicts(
    tmp_path: Path, generated: float | None, real: float, said: str
) -> None:
    thresholds = INFO["thresholds"] | {"generated": generated, "real": real}
    info = BundleInfo.model_validate({**INFO, "sha256": "0" * 64, "thresholds": thresholds})
    description = {"counts": {}, "collections": {}}
    write_card(info, {"test": [], "unseen": []}, description, "none", tmp_path / "CARD.md")
    assert said in " ".join((tmp_path / "CARD.md").read_text("utf-8").split())
