"""The whole way from a pool to a bundle, with the dataset built again in between."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.dataset.conftest import painter, pool
from tests.training.conftest import tiny_network
from unmask.bundles.listing import SHIPPED, read_info
from unmask.dataset.build import build_dataset
from unmask.dataset.identity import Identity, read_identity
from unmask.making.export import export_run
from unmask.making.limits import limits_of
from unmask.training.checkpoints import RunError
from unmask.training.config import TrainConfig
from unmask.training.loop import train

__all__ = ["painter", "pool", "tiny_network"]


def test_a_run_is_no_bundle_of_a_dataset_that_was_built_by_another_seed(
    pool: Path, tmp_path: Path
) -> None:
    data, run, bundle = (tmp_path / name for name in ("faces", "run", "bundle"))
    build_dataset(pool, data, seed=0, workers=1)
    first = read_identity(data)
    config = TrainConfig(network="tiny", data=data, epochs=1, batch_size=4, workers=0)
    train(config, run)
    build_dataset(pool, data, seed=7, workers=1)
    second = read_identity(data)
    with pytest.raises(RunError) as refused:
        export_run(run, bundle)
    for part in (str(run), str(first), str(second), "--seed"):
        assert part in str(refused.value)
    assert not bundle.exists()
    build_dataset(pool, data, seed=0, workers=1)  # which is what the message says to do
    info = export_run(run, bundle, licence="MIT")
    assert info.licence == "MIT"
    assert (info.dataset, info.splits) == (first.fingerprint, first.splits)
    assert info.crop_version == first.crop_version


def test_a_card_says_what_the_own_catalogue_says_and_nothing_of_other_collections(
    pool: Path, tmp_path: Path
) -> None:
    catalogue = pool / "catalogue.toml"
    facts = 'title = "My studio"\nlicence = "CC BY 4.0"\nterms = "name me"\norigin = "https://a.example"'
    text = catalogue.read_text("utf-8")
    catalogue.write_text(
        text.replace('collection = "studio"', f'collection = "studio"\n{facts}'), "utf-8"
    )
    data, run, bundle = (tmp_path / name for name in ("faces", "run", "bundle"))
    build_dataset(pool, data, workers=1)
    train(TrainConfig(network="tiny", data=data, epochs=1, batch_size=4, workers=0), run)
    info = export_run(run, bundle)
    assert info.licence == "not stated"
    assert info.terms == (
        "Terms of the training pictures: My studio (CC BY 4.0; name me). No terms are stated for "
        "holiday, dreams. Whether such terms bind a model that was trained on them is not settled."
    )
    card = " ".join((bundle / "CARD.md").read_text("utf-8").split())
    assert "| studio | My studio | photograph | CC BY 4.0; name me | not stated | https:" in card
    assert "| later | later | whole | not stated | not stated | not stated |" in card
    assert "sources than holiday, My studio: it was not measured on any." in card
    assert "Face swaps: it was not trained on any." in card
    for foreign in ("CelebA", "FFHQ", "MEBeauty", "Apache"):
        assert foreign not in card + (bundle / "model.json").read_text("utf-8")


def test_a_model_that_learned_from_swaps_is_not_said_to_know_none() -> None:
    swaps = {"title": "Swaps", "kind": "swap"}
    both = {"counts": {"s": {"train": 3}}, "collections": {"s": swaps}}
    apart = {"counts": {"s": {"unseen": 3}}, "collections": {"s": swaps}}
    for description, known in ((both, True), (apart, False)):
        said = [one for one in limits_of(description) if one.startswith("Face swaps")]
        assert bool(said) != known


def test_every_bundle_that_ships_names_the_splits_that_are_published(root: Path) -> None:
    published = read_identity(root / "docs/benchmark/splits")
    infos = [read_info(folder) for folder in SHIPPED.iterdir()]
    assert infos
    for info in infos:
        origin = Identity(info.dataset, info.splits, info.crop_version)
        assert origin == published, info.name
