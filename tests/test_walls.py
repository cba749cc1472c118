"""The walls between the parts, and what a start of the software may load."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import grimp
import pytest

TRAINING_ONLY = {
    "matplotlib", "mlflow", "onnx", "onnxscript", "pyarrow", "safetensors", "scipy", "sklearn",
    "timm", "torch", "torchvision",
}  # fmt: skip

MAY_TRAIN = {"dataset", "ensemble", "evaluate", "export", "runs", "train"}
"""The verbs that build, train, export and measure."""


def loaded_by(code: str) -> set[str]:
    """The names of all modules that a fresh interpreter holds after `code`."""
    script = f"import json, sys\n{code}\nprint(json.dumps(sorted(sys.modules)), file=sys.stderr)"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stderr.strip().splitlines()[-1]))


def test_the_import_walls_stand(root: Path) -> None:
    lint = shutil.which("lint-imports", path=str(Path(sys.executable).parent))
    assert lint is not None, "lint-imports is not installed beside this Python"
    done = subprocess.run(
        [lint, "--no-cache"], cwd=root, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_module_of_the_command_line_serves_or_is_a_verb_that_may_train(root: Path) -> None:
    contracts = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]
    serving = next(one for one in contracts["contracts"] if "what serves" in one["name"])
    listed = {
        name.removeprefix("unmask.cli.")
        for name in serving["source_modules"]
        if name.startswith("unmask.cli.")
    }
    there = {path.stem for path in (root / "src/unmask/cli").glob("*.py")} - {"__init__"}
    assert listed | MAY_TRAIN == there and not listed & MAY_TRAIN
    assert not any("ignore_imports" in one for one in contracts["contracts"])


def test_imaging_knows_nothing_of_ours_but_labels() -> None:
    graph = grimp.build_graph("unmask", cache_dir=None)
    inside = {"unmask.imaging", *graph.find_descendants("unmask.imaging")}
    known = {name for one in inside for name in graph.find_modules_directly_imported_by(one)}
    assert known - inside <= {"unmask.labels"}


def test_no_file_imports_itself_by_way_of_others() -> None:
    graph = grimp.build_graph("unmask", cache_dir=None)  # what is imported for types alone, too
    circles = [
        (one, other)
        for one in graph.modules
        for other in graph.find_modules_directly_imported_by(one)
        if one in graph.find_upstream_modules(other)
    ]
    assert circles == []


@pytest.mark.parametrize(
    "code",
    [
        "import unmask; unmask.detect",
        "import unmask.detection.detector",
        "import unmask.cli.main",
        "import unmask.api.app",
        """
import unmask.cli.main
sys.argv = ["unmask", "--help"]
try:
    unmask.cli.main.main()
except SystemExit as left:
    assert not left.code, left.code
""",
    ],
    ids=["package", "detector", "command line", "api", "help"],
)
def test_serving_and_detecting_start_without_the_training_libraries(code: str) -> None:
    names = loaded_by(code)
    assert {name.split(".")[0] for name in names} & TRAINING_ONLY == set()
    ours = {name for name in names if name.startswith("unmask.")}
    training = ("networks", "training", "evaluation", "dataset", "making")
    assert not {name for name in ours if name.removeprefix("unmask.").startswith(training)}


def test_importing_the_package_loads_no_heavy_library() -> None:
    names = {name.split(".")[0] for name in loaded_by("import unmask")}
    assert names & {"numpy", "onnxruntime", "PIL", "pydantic", "fastapi"} == set()
