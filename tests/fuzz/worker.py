"""A process that reads pictures and measures what they cost; what kills it kills nothing else.

python -m tests.fuzz.worker [--judge]   (--judge: find their faces and judge them, too)
In, on standard input: names of bombs or paths of files, a line each. Out: a JSON object a line.
"""

from __future__ import annotations

import json
import os
import resource
import sys
from pathlib import Path

from tests.fuzz.bombs import BOMBS
from unmask.bundles.listing import SHIPPED
from unmask.detection.detector import Detector
from unmask.detection.provenance.reading import read_provenance
from unmask.detection.registry import DetectorRegistry
from unmask.imaging.decode import PictureError, decode

CPU_SECONDS = 90


def cost(data: bytes, detector: Detector | None) -> dict[str, object]:
    """What decoding a picture and reading its provenance came to, in CPU seconds."""
    began = sum(os.times()[:4])  # with what was done in processes of its own
    try:
        picture = decode(data)
        read_provenance(data, picture.format)
        outcome, detail = "Picture", f"{picture.width}x{picture.height}"
        if detector is not None:
            outcome, detail = "Report", detector.detect(picture).verdict
    except PictureError as error:
        outcome, detail = type(error).__name__, str(error)
    return {"outcome": outcome, "detail": detail, "seconds": sum(os.times()[:4]) - began}


def peak_mb() -> float:
    """The most memory that this process ever held, in MB."""
    status = Path("/proc/self/status")
    if status.is_file():  # what Linux says of a process's resources begins with its parent's
        (line,) = (one for one in status.read_text().splitlines() if one.startswith("VmHWM:"))
        return int(line.split()[1]) * 1024 / 1e6
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6


def main() -> None:
    """Answer every line; the kernel ends what takes far too long."""
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    judging = "--judge" in sys.argv[1:]
    detector = DetectorRegistry([SHIPPED], threads=1).get() if judging else None
    for line in sys.stdin:
        name = line.strip()
        data = BOMBS[name]() if name in BOMBS else Path(name).read_bytes()
        print(json.dumps({**cost(data, detector), "peak_mb": peak_mb()}), flush=True)


if __name__ == "__main__":
    main()
