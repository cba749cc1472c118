"""What the benchmarks share: the machine's line, pictures, clocks, fresh processes, tables."""

from __future__ import annotations

import io
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tarfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import onnxruntime
from PIL import Image

from unmask.bundles.runtime import find_bundles
from unmask.cpus import available_cores
from unmask.settings import load_settings

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "tests/data"


def machine() -> str:
    """One line that names the machine: every benchmark prints it first."""
    model, clock = platform.processor() or platform.machine(), ""
    information = Path("/proc/cpuinfo")
    if information.is_file():
        facts = dict(
            (part.strip() for part in line.split(":", 1))
            for line in information.read_text().splitlines()
            if ":" in line
        )
        model = facts.get("model name", model)
        clock = f", {float(facts['cpu MHz']) / 1000:.1f} GHz" if "cpu MHz" in facts else ""
    load = f", load {os.getloadavg()[0]:.1f} before" if hasattr(os, "getloadavg") else ""
    return (
        f"machine: {available_cores()} cores for this process{clock}, {model}{load}; "
        f"Python {platform.python_version()}, onnxruntime {onnxruntime.__version__}"
    )


def chosen_bundles(names: Sequence[str]) -> list[Path]:
    """Folders of the bundles named, by name or folder; of all that are installed if none is."""
    found = find_bundles(load_settings().model_folders)
    return [found.folder_of(name) for name in names or found.bundles]


def default_bundle() -> Path:
    """Folder of the bundle that is used where none is asked for."""
    settings = load_settings()
    found = find_bundles(settings.model_folders)
    return found.get(found.default(settings.model)).folder


def portrait_jpeg(side: int) -> bytes:
    """A photographed portrait as JPEG of quality 90, so many pixels wide and high."""
    with Image.open(PICTURES / "astronaut.jpg") as image:
        large = image.convert("RGB").resize((side, side), Image.Resampling.LANCZOS)
    buffer = io.BytesIO()
    large.save(buffer, "JPEG", quality=90)
    return buffer.getvalue()


def milliseconds(work: Callable[[], object]) -> float:
    """How long it takes once."""
    start = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - start)


def in_turns(
    works: Sequence[Callable[[], object]], rounds: int, rest: float = 0.0
) -> list[list[float]]:
    """Milliseconds of each in every round, after two rounds to warm up.

    They take turns, so that whatever else the machine does falls on all of them alike. `rest` is
    how many seconds pass before each, for where one leaves threads behind that are still awake.
    """
    taken: list[list[float]] = [[] for _ in works]
    for number in range(rounds + 2):
        for work, times in zip(works, taken, strict=True):
            time.sleep(rest)
            spent = milliseconds(work)
            if number >= 2:
                times.append(spent)
    return taken


def p50(values: Sequence[float]) -> float:
    return statistics.median(values)


def p95(values: Sequence[float]) -> float:
    return float(np.quantile(values, 0.95))


@dataclass(frozen=True)
class Run:
    """A process that ran: seconds by the clock, and the most memory that it held, in MB."""

    seconds: float
    megabytes: float
    output: str


class Fresh:
    """Runs Python in fresh processes, with compiled bytecode at hand as after an installation."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._environment = {**os.environ, "PYTHONPYCACHEPREFIX": str(folder / "bytecode")}
        self._environment.pop("PYTHONDONTWRITEBYTECODE", None)

    def python(self, *arguments: str) -> Run:
        """Run Python with these arguments.

        Raises:
            SystemExit: it failed; what it said is in the message.
        """
        said, complained = self._folder / "said.txt", self._folder / "complained.txt"
        with said.open("w") as output, complained.open("w") as errors:
            start = time.perf_counter()
            process = subprocess.Popen(
                [sys.executable, *arguments], env=self._environment, stdout=output, stderr=errors
            )
            _, status, usage = os.wait4(process.pid, 0)
            seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise SystemExit(f"{' '.join(arguments)[:200]} failed:\n{complained.read_text()}")
        megabytes = usage.ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)
        return Run(seconds, megabytes, said.read_text())


@contextmanager
def older_build(revision: str) -> Iterator[Path]:
    """The `src` of another revision, from the repository's history, with this build's page."""
    with scratch() as folder:
        archive = subprocess.run(
            ["git", "-C", ROOT, "archive", revision, "src"], check=True, capture_output=True
        )
        with tarfile.open(fileobj=io.BytesIO(archive.stdout)) as files:
            files.extractall(folder, filter="data")
        page = "src/unmask/api/page"
        if (ROOT / page).is_dir():
            shutil.copytree(ROOT / page, folder / page, dirs_exist_ok=True)
        yield folder / "src"


@contextmanager
def scratch() -> Iterator[Path]:
    """A temporary folder, removed at the end."""
    with TemporaryDirectory(prefix="unmask-benchmark-") as folder:
        yield Path(folder)


def many_pictures(folder: Path, count: int) -> Path:
    """A folder of so many pictures: hard links to four that differ in size and in faces."""
    originals = folder / "originals"
    if not originals.is_dir():
        originals.mkdir()
        for name in ("astronaut.jpg", "face.jpg", "no-face.png", "two-faces.jpg"):
            shutil.copyfile(PICTURES / name, originals / name)
    sources = sorted(originals.iterdir())
    album = folder / f"album-{count}"
    album.mkdir()
    for number in range(count):
        source = sources[number % len(sources)]
        (album / f"{number:05}{source.suffix}").hardlink_to(source)
    return album


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print columns, the first to the left, the others to the right."""
    lines = [head, *rows]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    for line in lines:
        cells = [line[0].ljust(widths[0])]
        cells += [cell.rjust(width) for cell, width in zip(line[1:], widths[1:], strict=True)]
        print("  ".join(cells).rstrip())
