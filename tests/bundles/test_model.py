from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from tests.tiny_bundle import INFO
from unmask.bundles.listing import SHIPPED, ListedBundle, read_info
from unmask.bundles.model import DEFAULT_MAP_SCALE, BundleInfo, MapScale

VALID: dict[str, Any] = {**INFO, "sha256": "0" * 64}
BINARY = {
    "task": "binary",
    "labels": ["real", "generated"],
    "families": {"real": "real", "generated": "generated"},
    "bias": [0.0, 0.0],
}


def test_what_was_read_is_written_again_unchanged() -> None:
    info = BundleInfo.model_validate(VALID)
    assert info.model_dump(mode="json") == VALID
    assert BundleInfo.model_validate_json(info.model_dump_json()) == info


def test_an_older_figure_of_another_meaning_is_not_shown_under_the_name(tmp_path: Path) -> None:
    def shown(name: str, splits: str) -> set[bool]:
        said = json.loads((SHIPPED / name / "model.json").read_text("utf-8"))
        said |= {"splits": splits, "figures": said["figures"] | {"f1_generated": 0.9}}
        (tmp_path / "model.json").write_text(json.dumps(said), "utf-8")
        shutil.copy(SHIPPED / name / "benchmark.json", tmp_path)
        listed = ListedBundle(read_info(tmp_path), tmp_path)
        assert listed.benchmark is not None and "auc" in listed.benchmark.figures
        return {"f1_generated" in one for one in (listed.info.figures, listed.benchmark.figures)}

    assert shown("efficientnet-source", "") == {False}  # of build 3a9b50d: by the likeliest label
    assert shown("efficientnet-source", "ab" * 32) == {True}
    assert shown("efficientnet-binary", "") == {True}  # of two labels it always was what it is


def test_a_binary_model_is_accepted() -> None:
    assert BundleInfo.model_validate({**VALID, **BINARY}).labels == ("real", "generated")


def test_the_scale_of_maps_is_the_bundles_own_or_else_that_of_the_first_bundle() -> None:
    assert BundleInfo.model_validate(VALID).map_scale == MapScale(floor=3.0, full=45.0)
    own = BundleInfo.model_validate({**VALID, "map_scale": {"floor": 0.5, "full": 4.0}})
    assert own.map_scale == MapScale(floor=0.5, full=4.0)
    older = {key: value for key, value in VALID.items() if key != "map_scale"}
    assert BundleInfo.model_validate(older).map_scale == DEFAULT_MAP_SCALE


@pytest.mark.parametrize("never", [{"generated": None}, {"real": None}])
def test_a_model_may_never_give_a_verdict_but_must_say_so(never: dict[str, None]) -> None:
    thresholds = {**INFO["thresholds"], **never}
    info = BundleInfo.model_validate({**VALID, "thresholds": thresholds})
    assert info.thresholds.model_dump() == thresholds
    silent = {key: value for key, value in thresholds.items() if key not in never}
    with pytest.raises(ValidationError):
        BundleInfo.model_validate({**VALID, "thresholds": silent})


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"labels": ["stylegan1", "real", "sdxl"]}, "first label must be `real`"),
        ({"labels": ["real", "sdxl", "sdxl"]}, "repeat"),
        ({"labels": ["real"]}, "labels"),
        ({"task": "binary"}, "binary model"),
        ({"families": {"real": "real", "stylegan1": "stylegan"}}, "a family for every label"),
        (
            {"families": {"real": "real", "stylegan1": "real", "sdxl": "sdxl"}},
            "of the family `real`",
        ),
        (
            {"families": {"real": "photo", "stylegan1": "stylegan", "sdxl": "sdxl"}},
            "of the family `real`",
        ),
        ({"bias": [0.0, 0.0]}, "bias has 2 values, but there are 3 labels"),
        ({"bias": [0.0, 0.0, float("nan")]}, "finite"),
        ({"calibration": {"temperature": 0.0, "bias": 0.0}}, "greater than 0"),
        ({"thresholds": {**INFO["thresholds"], "real": 0.9}}, "must be below"),
        ({"thresholds": {**INFO["thresholds"], "generated": 1.1}}, "less than or equal to 1"),
        ({"map_scale": {"floor": 4.0, "full": 4.0}}, "must be above"),
        ({"map_scale": {"floor": -1.0, "full": 4.0}}, "greater than or equal to 0"),
        ({"sha256": "0" * 63}, "sha256"),
        ({"name": "../tiny"}, "name"),
        ({"schema": 2}, "schema"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_what_does_not_fit_is_refused(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError) as caught:
        BundleInfo.model_validate({**VALID, **changes})
    assert said in str(caught.value)
