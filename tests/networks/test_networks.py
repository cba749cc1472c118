"""Every network in the registry keeps the contract; a new one is tested by being registered."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import timm
import torch
from numpy.typing import NDArray
from safetensors.torch import save_file

from unmask.bundles.export import write_graph
from unmask.networks import NetworkError, PooledNetwork, create_network, list_networks

CLASSES = 5


@pytest.fixture(scope="module", params=list_networks())
def network(request: pytest.FixtureRequest) -> PooledNetwork:
    torch.manual_seed(0)
    made = create_network(request.param, CLASSES).eval()
    # Untrained statistics of normalisation are trivial; these make a mistake in them visible.
    for module in made.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            torch.nn.init.normal_(module.running_mean, std=0.1)
            torch.nn.init.uniform_(module.running_var, 0.5, 1.5)
    torch.nn.init.normal_(made.head.bias)
    return made


@pytest.fixture(scope="module")
def pixels() -> torch.Tensor:
    return torch.rand(3, 3, 218, 178, generator=torch.Generator().manual_seed(1))


def grad_cam(network: PooledNetwork, pixels: torch.Tensor, label: int) -> NDArray[np.float32]:
    """Grad-CAM before its ReLU, by autograd: (N, h, w). Selvaraju et al. 2017, equations 1, 2."""
    features = network.features(pixels)
    features.retain_grad()
    network.head(features.mean(dim=(2, 3)))[:, label].sum().backward()
    assert features.grad is not None
    weights = features.grad.mean(dim=(2, 3), keepdim=True)
    return (weights * features).sum(dim=1).detach().numpy()


def test_scores_and_maps_have_the_contracted_shapes(
    network: PooledNetwork, pixels: torch.Tensor
) -> None:
    logits, maps = network(pixels)
    assert logits.shape == (3, CLASSES)
    assert maps.shape[:2] == (3, CLASSES)
    assert torch.allclose(network.score(pixels), logits, atol=1e-4)


def test_mean_of_map_plus_bias_is_the_logit(network: PooledNetwork, pixels: torch.Tensor) -> None:
    logits, maps = network(pixels)
    summed = maps.mean(dim=(2, 3)) + network.head.bias
    assert torch.allclose(summed, logits, rtol=1e-5, atol=1e-5)


@pytest.fixture(scope="module")
def graph(network: PooledNetwork, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("graph") / "model.onnx"
    write_graph(network, path)
    return path


@pytest.fixture(scope="module")
def session(graph: Path) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(graph, options)


def test_maps_of_the_graph_are_autograd_grad_cam(
    network: PooledNetwork, pixels: torch.Tensor, session: onnxruntime.InferenceSession
) -> None:
    _, maps = session.run(["logits", "maps"], {"pixels": pixels.numpy()})
    positions = maps.shape[2] * maps.shape[3]
    for label in range(CLASSES):
        expected = grad_cam(network, pixels, label)
        error = np.abs(maps[:, label] / positions - expected).max() / np.abs(expected).max()
        assert error < 1e-4


@pytest.mark.parametrize("batch", [1, 3])
def test_graph_agrees_with_the_network_at_any_batch_size(
    network: PooledNetwork,
    pixels: torch.Tensor,
    session: onnxruntime.InferenceSession,
    batch: int,
) -> None:
    with torch.no_grad():
        expected = network(pixels[:batch])
    found = session.run(["logits", "maps"], {"pixels": pixels[:batch].numpy()})
    for ours, theirs in zip(found, expected, strict=True):
        assert np.abs(ours - theirs.numpy()).max() <= 1e-4 * np.abs(theirs.numpy()).max()
    logits, maps = found
    summed = maps.mean(axis=(2, 3)) + network.head.bias.detach().numpy()
    assert np.allclose(summed, logits, rtol=1e-4, atol=1e-4)


def test_graph_stores_its_weights_in_half_precision(network: PooledNetwork, graph: Path) -> None:
    parameters = sum(parameter.numel() for parameter in network.parameters())
    assert graph.stat().st_size < 2.6 * parameters


def test_graph_tells_no_paths(graph: Path) -> None:
    content = graph.read_bytes()
    for path in (__file__, timm.__file__, torch.__file__):
        assert str(Path(path).parents[1]).encode() not in content
    assert b".py" not in content


def test_starting_weights_come_from_a_file(tmp_path: Path) -> None:
    backbone = timm.create_model("tf_efficientnet_lite0")
    torch.nn.init.constant_(backbone.conv_stem.weight, 0.25)
    path = tmp_path / "weights.safetensors"
    save_file(backbone.state_dict(), path)
    network = create_network("efficientnet", CLASSES, weights=path)
    assert network.backbone.network.conv_stem.weight.unique().tolist() == [0.25]


def test_missing_starting_weights_are_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError("no route to the hub")

    monkeypatch.setattr(timm, "create_model", refuse)
    with pytest.raises(NetworkError, match=r"no route to the hub.*--weights"):
        create_network("efficientnet", CLASSES, pretrained=True)


def test_unknown_network_is_refused_with_those_there_are() -> None:
    with pytest.raises(NetworkError, match=r"'perceptron'.*efficientnet"):
        create_network("perceptron", CLASSES)
