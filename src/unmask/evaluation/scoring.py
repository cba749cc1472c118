"""Logits of crops under a view, kept so that a suite goes on where it was interrupted."""

from __future__ import annotations

import hashlib
import io
import json
import zlib
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
import onnxruntime
import PIL
from numpy.typing import NDArray

from unmask.bundles.runtime import Bundle, averaged
from unmask.dataset.files import write_whole
from unmask.evaluation.crops import BenchmarkCrops
from unmask.evaluation.measure import score_crops
from unmask.evaluation.views import View
from unmask.progress import Track
from unmask.version import __version__

Array = NDArray[np.float32]


@dataclass(frozen=True)
class ArrayCache:
    """Arrays in files, each under what it was made from; without a folder it keeps nothing.

    Names of what an array was made from would go on finding it after what they name has changed.
    So callers say what was done (`View.digest`) to which bytes (`BenchmarkCrops.digest`), and the
    versions of the libraries that computed it are added here.
    """

    folder: Path | None

    def get(self, made_from: dict[str, object]) -> Array | None:
        """The array that was made from that, None where there is none."""
        if self.folder is None:
            return None
        try:
            with np.load(self._path(made_from), allow_pickle=False) as stored:
                return np.asarray(stored["array"], dtype=np.float32)
        except (OSError, ValueError, KeyError, EOFError, BadZipFile, zlib.error):
            return None  # missing or damaged: it is made anew

    def put(self, made_from: dict[str, object], array: Array) -> None:
        """Keep an array."""
        if self.folder is not None:
            buffer = io.BytesIO()
            np.savez_compressed(buffer, array=array)
            write_whole(self._path(made_from), buffer.getvalue())

    def _path(self, made_from: dict[str, object]) -> Path:
        assert self.folder is not None
        versions = [__version__, onnxruntime.__version__, PIL.__version__, np.__version__]
        text = json.dumps([versions, made_from], sort_keys=True)
        return self.folder / f"{hashlib.sha256(text.encode()).hexdigest()[:32]}.npz"


def view_logits(
    bundle: Bundle,
    crops: BenchmarkCrops,
    view: View,
    *,
    cache: ArrayCache,
    track: Track,
    text: str,
) -> Array:
    """Logits (N, K) of crops under a view, from the cache where they are there.

    Those of an ensemble are its members', averaged as it does itself, so that what was scored for
    a member is not scored again.

    Args:
        bundle: to run.
        crops: to run it over.
        view: what is done to them first.
        cache: where logits are kept.
        track: shows progress.
        text: what the progress bar says.
    """
    if bundle.members:
        parts = [
            view_logits(member, crops, view, cache=cache, track=track, text=f"{text}, {number}")
            for number, member in enumerate(bundle.members, start=1)
        ]
        return averaged(parts, [member.temperature for member in bundle.info.members])
    made_from: dict[str, object] = {
        "graph": bundle.info.sha256,
        "crops": crops.digest,
        "view": view.digest(),
    }
    kept = cache.get(made_from)
    if kept is not None and kept.shape == (len(crops), len(bundle.info.labels)):
        return kept
    logits = score_crops(
        bundle,
        crops.files,
        laundering=lambda crop, number: view.launder(crop, crops.names[number]),
        track=track,
        text=text,
    )
    cache.put(made_from, logits)
    return logits
