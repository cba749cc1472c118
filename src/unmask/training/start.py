"""What a run starts with: a network, made new or from another run's, and a teacher."""

from __future__ import annotations

from pathlib import Path

import torch

from unmask.dataset.identity import read_identity
from unmask.networks import NetworkError, PooledNetwork, create_network
from unmask.training.checkpoints import dataset_of, load_best
from unmask.training.config import TrainConfig
from unmask.training.teacher import Teacher


def start_network(config: TrainConfig, classes: int, *, begun: bool) -> PooledNetwork:
    """The network as it starts; as it comes where its run has begun, and will be restored.

    Raises:
        NetworkError: it cannot be made, or not from what it should start from.
        RunError: what it should start from does not say which dataset it was trained on.
    """
    run = config.weights if config.weights is not None and config.weights.is_dir() else None
    network = create_network(
        config.network,
        classes,
        weights=None if begun or run else config.weights,
        pretrained=config.pretrained and not (begun or run),
        without=config.without,
    )
    if run and not begun:
        earlier, _ = _trained(config, run, "start from")
        try:
            network.backbone.load_state_dict(earlier.backbone.state_dict())
        except RuntimeError as error:
            raise NetworkError(
                f"the run in {run} trained another network than {config.network}; start from one "
                "of the same network, made of the same parts"
            ) from error
    _check_parts_of_crops(config, network, config.network)
    return network


def start_teacher(
    config: TrainConfig, pupil: PooledNetwork, labels: tuple[str, ...], device: torch.device
) -> Teacher | None:
    """The teacher of a network, where it has one.

    Raises:
        NetworkError: there is no such run, or it is no teacher for this network.
        RunError: it does not say which dataset it was trained on.
    """
    if config.teacher is None:
        return None
    network, known = _trained(config, config.teacher, "learn from")
    if known != labels:
        raise NetworkError(
            f"the teacher in {config.teacher} tells {', '.join(known)} apart; "
            f"this run needs one for {', '.join(labels)}"
        )
    if config.patches < 1:
        raise NetworkError(
            "what a teacher sees lies on a grid, and random patches do not; set patches to 1 "
            "(--config), or leave --teacher out"
        )
    _check_parts_of_crops(config, network, f"the teacher in {config.teacher}")
    return Teacher(network, pupil.head.in_features).to(device)


def _trained(config: TrainConfig, run: Path, purpose: str) -> tuple[PooledNetwork, tuple[str, ...]]:
    """The best network of another run, and its labels."""
    try:
        best = load_best(run)
    except FileNotFoundError as error:
        raise NetworkError(f"there is no trained run in {run} to {purpose}") from error
    before, there = dataset_of(run), read_identity(config.data)
    if not there.same_splits(before.splits):
        raise NetworkError(
            f"the run in {run} was trained on the dataset {before}, but {config.data} holds "
            f"{there}, whose test split may have pictures that it was trained on; train one "
            f"anew to {purpose}"
        )
    return best


def _check_parts_of_crops(config: TrainConfig, network: PooledNetwork, name: str) -> None:
    """A transformer sees whole crops, or some of their patches; any other network, squares."""
    if network.has_patches and config.window is not None:
        raise NetworkError(f"{name} sees whole crops alone; set window to null (--config)")
    if config.patches < 1 and not network.has_patches:
        raise NetworkError(f"{name} has no patches to leave out; set patches to 1 (--config)")
