"""Crops of a dataset as batches of tensors, balanced by class."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset, Sampler

from unmask.dataset.manifest import CropTable, read_crop
from unmask.training.augmentation import Augmentation
from unmask.training.config import TrainConfig


class CropDataset(Dataset[tuple[Tensor, int]]):
    """Crops of a table, each augmented by a draw of its own.

    An item is asked for by its row and the number of the draw, so that what a crop goes through
    depends on the seed alone, not on which worker reads it.
    """

    def __init__(self, table: CropTable, augmentation: Augmentation | None, seed: int) -> None:
        """Without `augmentation` crops come as they are."""
        self._table = table
        self._augmentation = augmentation
        self._seed = seed

    def __len__(self) -> int:
        """Number of rows."""
        return len(self._table.files)

    def __getitem__(self, item: tuple[int, int]) -> tuple[Tensor, int]:
        """Crop as (3, 218, 178) uint8 tensor, and its target."""
        row, draw = item
        pixels = read_crop(self._table.files[row])
        if self._augmentation is not None:
            pixels = self._augmentation(pixels, np.random.default_rng((self._seed, row, draw)))
        tensor = torch.from_numpy(np.ascontiguousarray(pixels.transpose(2, 0, 1)))
        return tensor, int(self._table.targets[row])


class InOrder(Sampler[tuple[int, int]]):
    """Every row once, always with the same draw."""

    def __init__(self, length: int) -> None:
        """Of a table of `length` rows."""
        self._length = length

    def __iter__(self) -> Any:
        """Pairs of row and draw."""
        return ((row, 0) for row in range(self._length))

    def __len__(self) -> int:
        """Number of pairs."""
        return self._length


class Balanced(Sampler[tuple[int, int]]):
    """As many random rows as the table has, balanced by class; another set every epoch."""

    def __init__(
        self,
        table: CropTable,
        *,
        seed: int,
        real_share: float | None = None,
        balance_collections: bool = False,
    ) -> None:
        """See `TrainConfig` for what the settings mean."""
        self.epoch = 0
        self._seed = seed
        targets = table.targets
        classes = Counter(targets.tolist())
        cells = Counter(zip(targets.tolist(), table.collections, strict=True))
        in_class = Counter(target for target, _ in cells)
        weights = np.empty(len(targets))
        for row, (target, collection) in enumerate(
            zip(targets.tolist(), table.collections, strict=True)
        ):
            share = 1 / len(classes)
            if real_share is not None:
                share = real_share if target == 0 else (1 - real_share) / (len(classes) - 1)
            if balance_collections:
                weights[row] = share / in_class[target] / cells[target, collection]
            else:
                weights[row] = share / classes[target]
        self._weights = weights / weights.sum()

    def __iter__(self) -> Any:
        """Pairs of row and draw."""
        rng = np.random.default_rng((self._seed, self.epoch))
        rows = rng.choice(len(self._weights), size=len(self._weights), p=self._weights)
        draws = rng.integers(0, 2**31, size=len(rows))
        return iter(list(zip(rows.tolist(), draws.tolist(), strict=True)))

    def __len__(self) -> int:
        """Number of pairs."""
        return len(self._weights)


def load_batches(
    config: TrainConfig,
    table: CropTable,
    augmentation: Augmentation | None,
    sampler: Balanced | InOrder,
    device: torch.device,
) -> DataLoader[tuple[Tensor, int]]:
    """Batches of the crops of a table, (N, 3, 218, 178) uint8, with their targets, (N,) int64."""
    return DataLoader(
        CropDataset(table, augmentation, config.seed),
        batch_size=config.batch_size,
        sampler=sampler,
        num_workers=config.workers,
        # Workers read and augment with Pillow and numpy; torch's own threads would only compete.
        worker_init_fn=_one_thread,
        drop_last=isinstance(sampler, Balanced),
        pin_memory=device.type == "cuda",
    )


def _one_thread(_worker: int) -> None:
    torch.set_num_threads(1)
