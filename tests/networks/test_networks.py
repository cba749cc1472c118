"""Every network in the registry keeps the contract; a new one is tested by being registered."""

from __future__ import annotations

import copy
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
import timm
import torch
from numpy.typing import NDArray
from safetensors.torch import save_file

from benchmarks.adversarial import torch_network
from unmask.networks import NetworkError, PooledNetwork, create_network, list_networks
from unmask.networks.graph import Store, write_graph
from unmask.networks.tracenet import PARTS

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


@pytest.mark.parametrize("store", ["float16", "int8"])
def test_the_network_that_is_attacked_is_the_one_in_the_graph(
    network: PooledNetwork, request: pytest.FixtureRequest, tmp_path: Path, store: Store
) -> None:
    name = request.node.callspec.params["network"]
    path, rounded = tmp_path / "model.onnx", copy.deepcopy(network)
    write_graph(rounded, path, store)
    found, wanted = torch_network(path, name, CLASSES).state_dict(), rounded.state_dict()
    assert found.keys() == wanted.keys()
    for key, value in wanted.items():
        assert torch.equal(found[key], value) or key.endswith("num_batches_tracked"), key


def test_graph_can_store_its_weights_as_int8_and_agrees_with_the_network(
    network: PooledNetwork, pixels: torch.Tensor, tmp_path: Path
) -> None:
    coarse = copy.deepcopy(network)
    path = tmp_path / "model.onnx"
    write_graph(coarse, path, "int8")
    large = sum(
        parameter.numel()
        for parameter in network.parameters()
        if parameter.ndim in (2, 4) and parameter.numel() >= 65_536
    )
    small = sum(parameter.numel() for parameter in network.parameters()) - large
    assert path.stat().st_size < 1.1 * large + 3.5 * small
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    (logits,) = session.run(["logits"], {"pixels": pixels.numpy()})
    with torch.no_grad():
        expected, before = coarse.score(pixels).numpy(), network.score(pixels).numpy()
    scale = np.abs(expected).max()
    assert np.abs(logits - expected).max() <= 1e-4 * scale
    assert 0 < np.abs(expected - before).max() < 0.1 * scale


def test_graph_folds_normalisation_into_convolutions(
    network: PooledNetwork, graph: Path, tmp_path: Path
) -> None:
    """What the runtime executes: a bias that only a run can tell would keep it from folding."""
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    options.optimized_model_filepath = str(tmp_path / "optimised.onnx")
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_EXTENDED
    onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
    kinds = {node.op_type for node in onnx.load(tmp_path / "optimised.onnx").graph.node}
    assert not kinds & {"BatchNormalization", "CastLike"}


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


def test_a_file_that_holds_no_such_weights_is_told(tmp_path: Path) -> None:
    path = tmp_path / "weights.safetensors"
    with pytest.raises(NetworkError, match=r"weights\.safetensors cannot be read"):
        create_network("efficientnet", CLASSES, weights=path)
    path.write_bytes(b"no weights")
    with pytest.raises(NetworkError, match=r"weights\.safetensors cannot be read"):
        create_network("efficientnet", CLASSES, weights=path)
    save_file({"other": torch.zeros(2)}, path)
    with pytest.raises(NetworkError, match=r"weights\.safetensors are not those of tf_effic"):
        create_network("efficientnet", CLASSES, weights=path)


def test_missing_starting_weights_are_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError("no route to the hub")

    monkeypatch.setattr(timm, "create_model", refuse)
    with pytest.raises(NetworkError, match=r"no route to the hub.*--weights"):
        create_network("efficientnet", CLASSES, pretrained=True)


def test_unknown_network_is_refused_with_those_there_are() -> None:
    with pytest.raises(NetworkError, match=r"'perceptron'.*efficientnet"):
        create_network("perceptron", CLASSES)


def test_part_is_left_out_for_ablation_and_an_unknown_one_refused(pixels: torch.Tensor) -> None:
    whole = create_network("tracenet", CLASSES)
    for part in PARTS:
        less = create_network("tracenet", CLASSES, without=[part]).eval()
        assert less(pixels[:1])[1].shape[:2] == (1, CLASSES)
        assert str(less) != str(whole)
    with pytest.raises(NetworkError, match=r"no part attic.*gate"):
        create_network("tracenet", CLASSES, without=["attic"])
    with pytest.raises(NetworkError, match="efficientnet has no part gate"):
        create_network("efficientnet", CLASSES, without=["gate"])


@pytest.mark.parametrize("part", PARTS)
def test_without_a_part_it_is_trained_in_half_precision_too(part: str) -> None:
    network = create_network("tracenet", CLASSES, without=[part])
    pixels = torch.rand(2, 3, 96, 96).to(memory_format=torch.channels_last)
    with torch.autocast("cpu", torch.bfloat16):
        loss = network.classify(network.features(pixels, 1.0)).float().square().sum()
    loss.backward()
    assert all(one.grad.isfinite().all() for one in network.parameters())


def test_tracenet_is_small_and_its_gates_multiply_what_passes(pixels: torch.Tensor) -> None:
    network = create_network("tracenet", CLASSES).eval()
    assert sum(parameter.numel() for parameter in network.parameters()) <= 3_000_000
    for gate in (network.backbone.gate, network.backbone.where):
        torch.nn.init.zeros_(gate.weight)
        torch.nn.init.constant_(gate.bias, 30.0)
    opened = network.features(pixels)
    torch.nn.init.constant_(network.backbone.where.bias, -30.0)
    assert network.features(pixels).abs().max() < 1e-9 * opened.abs().max()
    torch.nn.init.constant_(network.backbone.where.bias, 30.0)
    torch.nn.init.constant_(network.backbone.gate.bias, -30.0)
    assert not torch.allclose(network.features(pixels), opened)


def test_resnet50_from_scratch_begins_with_all_patterns_of_a_patch(pixels: torch.Tensor) -> None:
    first = create_network("resnet50", CLASSES).backbone.network.conv1[0]
    basis = first.weight[:27].flatten(1) / first.weight[:27].flatten(1).norm(dim=1, keepdim=True)
    assert torch.allclose(basis @ basis.T, torch.eye(27), atol=1e-5)
    flat = first(torch.full((1, 3, 9, 9), 0.7))[0, :27, 1:-1, 1:-1]
    assert flat.abs().amax(dim=(1, 2)).gt(1e-4).nonzero().tolist() == [[0]]
    with torch.autocast("cpu", torch.bfloat16):
        assert torch.equal(first(pixels.bfloat16()), first(pixels.bfloat16().float()))


def test_resnet50_starts_with_the_filters_of_its_file(tmp_path: Path) -> None:
    backbone = timm.create_model("resnet50d")
    path = tmp_path / "weights.safetensors"
    save_file(backbone.state_dict(), path)
    found = create_network("resnet50", CLASSES, weights=path).backbone.network
    assert torch.equal(found.conv1[0].weight, backbone.conv1[0].weight)


def test_transformer_scores_a_share_of_its_patches_and_others_refuse(pixels: torch.Tensor) -> None:
    network = create_network("vit", CLASSES).eval()
    seen: list[torch.Size] = []
    network.backbone.blocks[0].register_forward_hook(lambda _m, _i, out: seen.append(out.shape))
    whole = network.score(pixels)
    torch.manual_seed(0)
    some, others = network.score(pixels, 0.5), network.score(pixels, 0.5)
    assert [shape[1] for shape in seen] == [1 + 143, 1 + 72, 1 + 72]
    assert some.shape == whole.shape and not torch.equal(some, others)
    # All of them in another order: the same scores, since every patch kept its own position.
    torch.testing.assert_close(
        network.backbone.of_some(pixels, 1.0).mean(dim=(2, 3)),
        network.backbone(pixels).mean(dim=(2, 3)),
        atol=1e-4,
        rtol=1e-4,
    )
    with pytest.raises(ValueError, match="EfficientNet-Lite0 has no patches"):
        create_network("efficientnet", CLASSES).score(pixels, 0.5)
