"""A training run becomes a bundle: graph, calibration, thresholds, figures, card."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Literal

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import numpy_helper
from torch import nn

from unmask.bundles.card import recipe_of, write_card
from unmask.bundles.model import NAME_PATTERN, BundleInfo, Calibration, Thresholds
from unmask.bundles.runtime import Bundle, load_bundle
from unmask.dataset.manifest import labels_of, read_crops, read_description
from unmask.evaluation.calibration import fit_calibration, fit_thresholds
from unmask.evaluation.map_scale import fit_map_scale, score_with_peaks
from unmask.evaluation.measure import (
    CollectionRow,
    Track,
    by_collection,
    figures,
    score_crops,
)
from unmask.imaging.align import CROP_HEIGHT, CROP_WIDTH
from unmask.networks import PooledNetwork
from unmask.training.augmentation import web
from unmask.training.config import TrainConfig
from unmask.training.loop import load_best, load_config
from unmask.training.run import MLFLOW_RUN, store_of
from unmask.training.tracking import TrackingError, add_bundle

OPSET: Final = 18
LICENCE: Final = "Apache-2.0"
TERMS: Final = (
    "The training pictures came under terms that allow research and other non-commercial use only "
    "(CelebA, FFHQ: CC BY-NC-SA 4.0, MEBeauty) or with no licence stated. Whether a model trained "
    "on them may be used commercially is not settled; take it for research and non-commercial use."
)
UNFITTED: Final = Calibration(temperature=1.0, bias=0.0)
UNMEASURED: Final = Thresholds(
    generated=0.5, real=0.49, false_positive_rate=1.0, false_negative_rate=1.0
)
"""Of a draft, before anything was fitted."""
_HALF_FROM: Final = 256
"""Smaller tensors are stored as float32: they cost nothing, and biases are sensitive."""
_INT8_FROM: Final = 65_536
Store = Literal["float16", "int8"]
"""How large weights are stored in a graph."""


class ExportError(Exception):
    """A run that cannot be exported; the message says what to do."""


def export_run(
    run: Path,
    out: Path,
    *,
    name: str | None = None,
    data: Path | None = None,
    store: Store = "float16",
    tracking_uri: str | None = None,
    track: Track = lambda items, _length, _text: items,
    say: Callable[[str], None] = lambda _line: None,
) -> BundleInfo:
    """Write the bundle of a run's best checkpoint into the folder `out`.

    The graph is written first, then run through the detector's own session code: over the
    validation split, clean and laundered, to fit calibration and thresholds, and over the test
    and unseen splits to report figures.

    Args:
        run: folder of the run.
        out: folder of the bundle; an older one is replaced when everything is ready.
        name: of the bundle; by default network and task.
        data: folder of the dataset; by default the one that the run was trained on.
        store: how large weights are stored; see `write_graph`.
        tracking_uri: MLflow store that the run is in, if it is in one; the bundle goes there too.
        track: shows progress.
        say: takes a line for people.

    Raises:
        ExportError: the folder holds no finished epoch of a run, `out` is no place for a bundle,
            or the name cannot be one.
        DatasetError: the dataset cannot be read.
    """
    try:
        config = load_config(run)
        network, labels = load_best(run)
    except FileNotFoundError as error:
        raise ExportError(f"no trained run in {run}: {error.filename} is missing") from error
    folder = data or config.data
    description = read_description(folder)
    if labels != tuple(labels_of(description, config.task)):
        raise ExportError(
            f"run {run} was trained for {', '.join(labels)}, "
            f"but the dataset in {folder} has {', '.join(labels_of(description, config.task))}"
        )
    with replacing(out) as work:
        write_graph(network, work / "model.onnx", store)
        info = _draft(config, network, labels, description, work, name, _run_id(run, config))
        info = complete(info, work, folder, recipe_of(config), track)
    if (run / MLFLOW_RUN).exists():
        try:
            add_bundle(store_of(run, tracking_uri), info.run, out, info.figures)
        except TrackingError as error:
            say(f"the bundle is complete, but was not put into its MLflow run: {error}")
    return info


def complete(draft: BundleInfo, work: Path, folder: Path, recipe: str, track: Track) -> BundleInfo:
    """Fit and measure a bundle whose graph, or whose members, are there; write the rest of it.

    Args:
        draft: what its `model.json` says but for what is fitted and measured.
        work: folder of the bundle.
        folder: of the dataset.
        recipe: how it was made, for the card.
        track: shows progress.
    """
    _write_info(draft, work)
    info, tables = _fit_and_measure(draft, load_bundle(work), folder, track)
    _write_info(info, work)
    write_card(info, tables, read_description(folder), recipe, work / "CARD.md")
    load_bundle(work)
    return info


@contextmanager
def replacing(out: Path) -> Iterator[Path]:
    """An empty folder beside the bundle `out`, whose place it takes when all went well.

    Raises:
        ExportError: `out` is something other than a bundle.
    """
    if out.is_symlink() or (out.exists() and not out.is_dir()):
        raise ExportError(f"{out} is a link or a file, no folder of a bundle; name another folder")
    if out.exists() and not (out / "model.json").exists() and any(out.iterdir()):
        raise ExportError(f"{out} holds something other than a bundle; name another folder")
    out.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(dir=out.parent, prefix=".export-"))
    old = work.with_name(f"{work.name}-old")
    try:
        work.chmod(0o755)
        yield work
        try:
            if out.exists():
                out.rename(old)
            work.rename(out)
        except BaseException:
            if old.exists() and not out.exists():
                old.rename(out)
            raise
        shutil.rmtree(old, ignore_errors=True)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def write_graph(
    network: nn.Module,
    path: Path,
    store: Store = "float16",
    outputs: Sequence[str] = ("logits", "maps"),
) -> None:
    """Write the ONNX graph: `pixels` in, the named outputs out, all computed in float32.

    Weights are stored as float16. With `store` "int8", the large matrices and kernels are stored as
    int8 with a float32 scale for each output channel. The network's own weights are rounded in the
    same way first, so that it and the graph agree.
    """
    with torch.no_grad():
        for tensor in network.state_dict().values():
            if tensor.is_floating_point():
                values = tensor.cpu().numpy()
                if _is_stored_as_int8(values, store):
                    steps, scale = _to_int8(values)
                    tensor.copy_(torch.from_numpy(steps * scale))
                elif values.size >= _HALF_FROM:
                    tensor.copy_(tensor.half().float())
    network.eval()
    batch = torch.export.Dim("batch", min=1, max=4096)
    program = torch.onnx.export(
        network,
        (torch.rand(2, 3, CROP_HEIGHT, CROP_WIDTH),),
        input_names=["pixels"],
        output_names=list(outputs),
        dynamic_shapes={"pixels": {0: batch}},
        opset_version=OPSET,
        dynamo=True,
        # Folding normalisation into weights would round differently from the network; the runtime
        # does it when it loads the graph.
        optimize=False,
        verbose=False,
    )
    assert program is not None
    model = program.model_proto
    _fix_types(model)
    _store_small(model, store)
    _drop_notes(model)
    onnx.checker.check_model(model)
    path.write_bytes(model.SerializeToString())


def _fix_types(model: onnx.ModelProto) -> None:
    """Cast constants to float32, where the exporter casts them to the type that pixels have.

    All that a graph computes is float32. Left as they are, these constants (biases of zero, bounds
    of activations) would be something that only a run can tell, and the runtime would not fold the
    normalisation behind a convolution into it: three times the time for EfficientNet.
    """
    for node in model.graph.node:
        if node.op_type == "CastLike":
            node.op_type = "Cast"
            del node.input[1:]
            node.attribute.append(onnx.helper.make_attribute("to", onnx.TensorProto.FLOAT))


def _drop_notes(model: onnx.ModelProto) -> None:
    """Leave out what the exporter notes of where the code stood; a bundle tells nobody's paths."""
    graph = model.graph
    holders = [model, graph, *graph.node, *graph.initializer, *graph.value_info]
    for holder in [*holders, *graph.input, *graph.output, *model.functions]:
        holder.ClearField("doc_string")
        holder.ClearField("metadata_props")


def _store_small(model: onnx.ModelProto, store: Store) -> None:
    """Keep large weights small, with what makes them float32 again; the runtime does it once."""
    nodes = []
    scales = []
    for tensor in model.graph.initializer:
        values = numpy_helper.to_array(tensor)
        name = tensor.name
        if values.dtype != np.float32 or values.size < _HALF_FROM:
            continue
        if _is_stored_as_int8(values, store):
            steps, scale = _to_int8(values)
            tensor.CopyFrom(numpy_helper.from_array(steps, f"{name}.int8"))
            scales.append(numpy_helper.from_array(scale, f"{name}.scale"))
            nodes += [
                _cast(tensor.name, f"{name}.steps"),
                onnx.helper.make_node("Mul", [f"{name}.steps", scales[-1].name], [name]),
            ]
        else:
            half = values.astype(np.float16)
            tensor.CopyFrom(numpy_helper.from_array(half, f"{name}.half"))
            nodes.append(_cast(tensor.name, name))
    model.graph.initializer.extend(scales)
    nodes += model.graph.node
    del model.graph.node[:]
    model.graph.node.extend(nodes)


def _cast(before: str, after: str) -> onnx.NodeProto:
    return onnx.helper.make_node("Cast", [before], [after], to=onnx.TensorProto.FLOAT)


def _is_stored_as_int8(values: NDArray[np.floating], store: Store) -> bool:
    """Whether it is a large matrix or kernel, and such are to be stored as int8."""
    return store == "int8" and values.ndim in (2, 4) and values.size >= _INT8_FROM


def _to_int8(values: NDArray[np.float32]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Steps, (O, ...) int8, and the size of one, (O, 1, ...) float32, of weights (O, ...)."""
    largest = np.abs(values).max(axis=tuple(range(1, values.ndim)), keepdims=True)
    scale = (np.maximum(largest, np.finfo(np.float32).tiny) / 127).astype(np.float32)
    return np.rint(values / scale).astype(np.int8), scale


def _fit_and_measure(
    info: BundleInfo, bundle: Bundle, folder: Path, track: Track
) -> tuple[BundleInfo, dict[str, Sequence[CollectionRow]]]:
    """Fit on validation, then report on test and, where there is any, on unseen."""
    validation = read_crops(folder, "validation", info.task).without(info.left_out)
    clean = score_with_peaks(bundle, validation.files, track=track, text="validation, clean")
    views = [
        clean.logits,
        score_crops(
            bundle,
            validation.files,
            laundering=lambda crop, number: web(crop, np.random.default_rng(number)),
            track=track,
            text="validation, laundered",
        ),
    ]
    calibration = fit_calibration(np.concatenate(views), np.tile(validation.targets, len(views)))
    thresholds = fit_thresholds(views, validation.targets, validation.collections, calibration)
    info = info.model_copy(
        update={
            "calibration": calibration,
            "thresholds": thresholds,
            "map_scale": fit_map_scale(clean.peaks, validation.targets),
        }
    )
    test = read_crops(folder, "test", info.task)
    logits = score_crops(bundle, test.files, track=track, text="test")
    measured = figures(info, logits, test.targets, test.collections)
    info = info.model_copy(update={"figures": {key: round(v, 4) for key, v in measured.items()}})
    tables: dict[str, Sequence[CollectionRow]] = {
        "test": by_collection(info, logits, test.collections)
    }
    tables["unseen"] = _measure_unseen(info, bundle, folder, track)
    return info, tables


def _measure_unseen(
    info: BundleInfo, bundle: Bundle, folder: Path, track: Track
) -> Sequence[CollectionRow]:
    if not any("unseen" in counts for counts in read_description(folder)["counts"].values()):
        return []
    unseen = read_crops(folder, "unseen", info.task)
    logits = score_crops(bundle, unseen.files, track=track, text="unseen")
    return by_collection(info, logits, unseen.collections)


def _draft(
    config: TrainConfig,
    network: PooledNetwork,
    labels: tuple[str, ...],
    description: dict[str, object],
    work: Path,
    name: str | None,
    run_id: str,
) -> BundleInfo:
    """A valid model.json before anything was fitted, so that the runtime can load the graph."""
    chosen = name or f"{config.network}-{config.task}"
    check_name(chosen)
    kinds = {"source": f"{len(labels)} sources", "binary": "real or generated"}
    return BundleInfo(
        name=chosen,
        title=f"{network.title}, {kinds[config.task]}",
        architecture=config.network,
        task=config.task,
        left_out=config.leave_out,
        labels=labels,
        families=labels_of(description, config.task),
        calibration=UNFITTED,
        thresholds=UNMEASURED,
        figures={},
        bias=tuple(float(value) for value in network.head.bias.detach()),
        dataset=str(description["fingerprint"]),
        run=run_id,
        sha256=hashlib.sha256((work / "model.onnx").read_bytes()).hexdigest(),
        licence=LICENCE,
        terms=TERMS,
        created=datetime.now(UTC).date(),
    )


def check_name(name: str) -> None:
    """Raise ExportError where a bundle cannot be called so."""
    if not re.fullmatch(NAME_PATTERN, name):
        raise ExportError(
            f"a bundle cannot be called {name!r}; use small letters, digits, dots and dashes"
        )


def _run_id(run: Path, config: TrainConfig) -> str:
    """Id of the run in MLflow; where it is in none, the fingerprint of its settings."""
    marker = run / MLFLOW_RUN
    return marker.read_text("utf-8").strip() if marker.exists() else config.fingerprint()


def _write_info(info: BundleInfo, folder: Path) -> None:
    text = json.dumps(info.model_dump(mode="json", by_alias=True), indent=2)
    (folder / "model.json").write_text(text + "\n", "utf-8")
