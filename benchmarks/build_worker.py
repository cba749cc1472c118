"""Judges pictures for `against_build.py`, with whichever build is on the path.

It keeps to names that both builds have. A line in is a file in base64, a line out says in JSON what
it took.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from base64 import b64decode
from collections import defaultdict
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from unmask.bundles import runtime
from unmask.detection.detector import Detector
from unmask.imaging import usable
from unmask.imaging.decode import decode
from unmask.imaging.faces import FaceFinder
from unmask.settings import load_settings


def work(bundle_name: str, threads: int) -> None:
    """Judge what comes on standard input, and write how long each stage took."""
    spent: dict[str, float] = defaultdict(float)

    def timed(stage: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def noted(*arguments: Any, **options: Any) -> Any:
            began = time.perf_counter()
            try:
                return call(*arguments, **options)
            finally:
                spent[stage] += time.perf_counter() - began

        return noted

    folders = load_settings().model_folders
    bundle = runtime.load_bundle(runtime.find_bundles(folders).folder_of(bundle_name), threads)
    for session in list(runtime._SESSIONS.values()):
        session.run = timed("network", session.run)  # type: ignore[method-assign]
    finder = FaceFinder(threads)
    finder.find = timed("find", finder.find)  # type: ignore[method-assign]
    usable.align = timed("cut the crop", usable.align)
    detector = Detector(bundle, finder)
    wanted: dict[str, Any] = {"overlay": True}
    if find_spec("unmask.detection.options"):  # older builds took keywords
        options = import_module("unmask.detection.options").DetectOptions
        wanted = {"options": options(**wanted)}
    for line in sys.stdin:
        data = b64decode(line)
        spent.clear()
        start = time.perf_counter()
        picture = decode(data)
        spent["decode"] = time.perf_counter() - start
        report = detector.detect(picture, **wanted)
        report.model_dump_json()
        spent["all"] = time.perf_counter() - start
        (face,) = report.faces
        print(
            json.dumps(
                {
                    "spent": {stage: 1000 * seconds for stage, seconds in spent.items()},
                    "probability": face.judgements[0].probability
                    if hasattr(face, "judgements")
                    else face.probability_generated,
                    "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3,
                }
            ),
            flush=True,
        )


if __name__ == "__main__":
    work(sys.argv[1], int(sys.argv[2]))
