"""The networks that come with the package: where one is damaged, everybody is told so."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.tiny_bundle import write_bundle
from unmask import imaging

PACKAGE = Path(imaging.__file__).resolve().parent.parent
GRAPHS = sorted(path.name for path in (PACKAGE / "imaging").glob("*.onnx"))
ASK = """
import contextlib, io, json, sys
from pathlib import Path
from fastapi.testclient import TestClient
from unmask.api.app import create_app
from unmask.cli.main import run
from unmask.settings import load_settings

picture, told, errors = Path(sys.argv[1]), {}, io.StringIO()
client = TestClient(create_app(load_settings()), raise_server_exceptions=False)
for name, answer in {
    "ready": client.get("/api/ready"),
    "detect": client.post("/api/detect", files={"image": picture.read_bytes()}),
}.items():
    told[name] = (answer.status_code, answer.json(), answer.headers.get("retry-after"))
with contextlib.redirect_stderr(errors), contextlib.redirect_stdout(io.StringIO()):
    told["exit"] = run(["detect", str(picture)])
print(json.dumps(told | {"stderr": errors.getvalue()}))
"""


def copied(folder: Path) -> Path:
    """The package again, with networks of its own that can be damaged; the rest is linked."""
    package = folder / "unmask"
    (package / "imaging").mkdir(parents=True)
    for whole, part in ((PACKAGE, package), (PACKAGE / "imaging", package / "imaging")):
        for path in whole.iterdir():
            if path.suffix in (".py", ".onnx", ".typed"):
                (part / path.name).write_bytes(path.read_bytes())
            elif path.is_dir() and not (part / path.name).exists():
                (part / path.name).symlink_to(path, target_is_directory=True)
    return package / "imaging"


@pytest.mark.parametrize("network", [*GRAPHS, "the face finder", None])
def test_a_damaged_network_is_told_in_one_line_and_by_the_readiness(
    tmp_path: Path, root: Path, face_jpeg: bytes, network: str | None
) -> None:
    networks = copied(tmp_path / "copy")
    assert GRAPHS, "no network lies where this test looks for them"
    if network == GRAPHS[0]:
        (networks / network).unlink()
    elif network in GRAPHS:
        (networks / network).write_bytes((networks / network).read_bytes() + b"\0")
    elif network is not None:
        (tmp_path / "copy/retinaface").mkdir()
        (tmp_path / "copy/retinaface/__init__.py").touch()
        (tmp_path / "copy/retinaface/weights.py").write_text("WEIGHTS = b'cut short'")
    write_bundle(tmp_path / "models/tiny")
    (tmp_path / "face.jpg").write_bytes(face_jpeg)
    own = {
        "PYTHONPATH": str(tmp_path / "copy"), "UNMASK_MODELS_DIR": str(tmp_path / "models"),
        "UNMASK_MODEL": "tiny", "UNMASK_DATA_DIR": str(tmp_path / "data"), "UNMASK_THREADS": "1",
    }  # fmt: skip
    answer = subprocess.run(
        [sys.executable, "-c", ASK, str(tmp_path / "face.jpg")],
        env=os.environ | own, cwd=tmp_path, capture_output=True, text=True, check=True,
    )  # fmt: skip
    told: dict[str, Any] = json.loads(answer.stdout.splitlines()[-1])
    if network is None:
        assert (told["ready"][0], told["detect"][0], told["exit"]) == (200, 200, 0), answer.stderr
        return
    for status, problem, retry in (told["ready"], told["detect"]):
        assert (status, problem["type"]) == (503, "urn:unmask:problem:not-ready")
        assert "finds or checks faces" in problem["detail"] and str(tmp_path) not in str(problem)
        assert int(retry) > 0
    assert told["exit"] == 2
    assert told["stderr"].count("\n") == 1 and "install unmask again" in told["stderr"]
    assert (network if network in GRAPHS else "face finder") in told["stderr"]
    assert "Traceback" not in answer.stderr
