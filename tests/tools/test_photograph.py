from __future__ import annotations

from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch

from tools.face_checks.photograph import gather, learning
from tools.face_checks.photograph.drawings import DRAWN, old_master
from tools.face_checks.photograph.heads import HEAD, bust, read_off
from tools.face_checks.photograph.learning import DRAWN_SHARES, groups_of, learn
from tools.face_checks.photograph.measuring import VIEWS, measure
from tools.face_checks.photograph.network import PhotographNetwork
from tools.face_checks.photograph.statues import statue
from unmask.dataset.crops import encode_crop
from unmask.imaging import photograph
from unmask.networks.graph import write_graph

CROP = np.random.default_rng(0).integers(60, 200, (218, 178, 3), dtype=np.uint8)
PYRAMID = """OFF
# seen from the front, its tip to the viewer
5 5 0
-1 -1 0
1 -1 0
1 1 0
-1 1 0
0 0 1
3 0 1 4
3 1 2 4
3 2 3 4
3 3 0 4
4 3 2 1 0
"""


@pytest.mark.parametrize("style", dict.fromkeys([*DRAWN, old_master, statue]))
def test_a_style_changes_every_crop_as_its_seed_says(style: object) -> None:
    before = CROP.copy()
    one, same, other = (style(CROP, np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert one.shape == CROP.shape and one.dtype == np.uint8
    assert np.array_equal(one, same) and not np.array_equal(one, other)
    assert np.abs(one.astype(int) - CROP).mean() > 3
    assert np.array_equal(CROP, before)


def test_a_bust_is_lit_where_the_mesh_is(tmp_path: Path) -> None:
    path = tmp_path / "pyramid.off"
    path.write_text(PYRAMID, "utf-8")
    mesh = read_off(path, np.eye(3))
    assert len(mesh.triangles) == 6  # the base is a square
    assert np.ptp(mesh.points[:, 1]) == pytest.approx(HEAD)
    picture = bust(mesh, np.random.default_rng(0))
    assert picture.shape == (360, 320, 3) and picture.dtype == np.uint8
    middle, corner = picture[150:210, 130:190], picture[:30, :30]
    assert np.abs(middle.mean(axis=(0, 1)) - corner.mean(axis=(0, 1))).max() > 10


def test_whose_pictures_are_measured_is_never_learned_from(tmp_path: Path) -> None:
    for name in ("freecol/a/monarch/king.png", "freecol/a/foundingFathers/smith.jpg",
                 "freecol/a/foundingFathers/smith.size6.jpg", "naev-data/portraits/x/pilot.png",
                 "wesnoth-1.16-data/portraits/elves/lady.png"):  # fmt: skip
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    found = {
        use: [
            file.name
            for source in gather.read_sources()
            if source.use == use
            for file in source.files(tmp_path)
        ]
        for use in ("learn", "measure")
    }
    assert found == {"learn": ["lady.png", "king.png"], "measure": ["pilot.png", "smith.jpg"]}


@pytest.fixture
def drawn(tmp_path: Path) -> Path:
    """Two crops of each set: white, where the dataset's are grey."""
    for name in DRAWN_SHARES:
        folder = tmp_path / "drawn/learn" / name
        folder.mkdir(parents=True)
        for number in range(2):
            white = np.full_like(CROP, 250 - number)
            (folder / f"{number}.png").write_bytes(encode_crop(white))
    return tmp_path / "drawn"


def test_what_was_learned_is_what_the_graph_says(
    dataset: Path, drawn: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(learning, "BATCH", 8)
    groups = groups_of(dataset, drawn / "learn")
    assert sum(group.share for group in groups) == pytest.approx(1.0)
    assert sum(group.share for group in groups if group.drawn) == pytest.approx(0.5)
    ((network, loss),) = learn(groups, rounds=1, crops=16, weights=None)
    assert isinstance(network, PhotographNetwork) and 0 < loss < 5
    # The head starts at nothing.
    assert network.head.weight.abs().max() > 0
    path = tmp_path / "photograph.onnx"
    write_graph(network, path, outputs=["scores"])
    pixels = np.stack([CROP, CROP[::-1], 255 - CROP]).transpose(0, 3, 1, 2) / np.float32(255)
    (scores,) = onnxruntime.InferenceSession(path).run(["scores"], {"pixels": pixels})
    with torch.inference_mode():
        expected = network(torch.from_numpy(pixels)).numpy()
    assert scores == pytest.approx(expected, abs=1e-3)


def test_the_figures_name_every_view_collection_and_set(dataset: Path, tmp_path: Path) -> None:
    (tmp_path / "sketches").mkdir()
    (tmp_path / "sketches/flat.png").write_bytes(encode_crop(np.full_like(CROP, 90)))
    text = measure(dataset, tmp_path, splits=("validation", "test"))
    assert all(f"refused, {view}" in text for view in VIEWS)
    assert "| **test** | 15 |" in text and "| dotted-1 |" in text
    assert "| sketches | 1 | 100.00% |" in text
    assert f"Threshold {photograph.MAX_SCORE}" in text
