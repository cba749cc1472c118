"""The whole way from a pool to a bundle, with the dataset built again in between."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.dataset.conftest import painter, pool
from tests.training.conftest import tiny_network
from unmask.dataset.build import build_dataset
from unmask.dataset.identity import read_identity
from unmask.making.export import export_run
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
    info = export_run(run, bundle)
    assert (info.dataset, info.splits) == (first.fingerprint, first.splits)
    assert info.crop_version == first.crop_version
