"""docs/api.md: every call is in it, and everything that it shows works, in the order shown."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.api.serving import running
from tests.postgres import DATABASES, new_database
from unmask.api import problems
from unmask.api.app import create_app
from unmask.api.openapi import openapi_json
from unmask.api.services import services_of_app
from unmask.history import tokens
from unmask.settings import Settings


@pytest.fixture(scope="module")
def guide(root: Path) -> str:
    return (root / "docs/api.md").read_text(encoding="utf-8")


@pytest.fixture(params=DATABASES)
def environment(
    request: pytest.FixtureRequest, settings: Settings, tmp_path: Path, face_jpeg: bytes
) -> Iterator[dict[str, str]]:
    """What the guide expects: a server, its address, a token, and a picture in the folder."""
    own = {"data_dir": tmp_path / "data", "database_url": new_database(request, request.param)}
    app = create_app(settings.model_copy(update=own))
    token = tokens.create_token(services_of_app(app).storage.open(), "guide")
    (tmp_path / "photo.jpg").write_bytes(face_jpeg)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("UNMASK")}
    with running(settings, app) as port:
        yield kept | {
            "UNMASK": f"http://127.0.0.1:{port}",
            "TOKEN": token,
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        }


def snippets(guide: str, language: str) -> str:
    """All of the guide's code in a language as one script."""
    found = re.findall(rf"^```{language}\n(.*?)^```", guide, re.MULTILINE | re.DOTALL)
    assert len(found) >= 10
    return "\n".join(found)


def run(command: list[str], folder: Path, environment: dict[str, str]) -> str:
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=300,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return done.stdout


def test_what_it_shows_of_curl_works(
    guide: str, environment: dict[str, str], tmp_path: Path, face_jpeg: bytes
) -> None:
    if shutil.which("curl") is None:
        pytest.skip("no curl: install it, or run `make test`")
    # curl's exit status counts in the middle of a pipe, too.
    script = "set -euo pipefail\n" + snippets(guide, "sh")
    out = run(["bash", "-c", script], tmp_path, environment)
    assert '"status":"ready"' in out and "urn:unmask:problem:empty-picture" in out
    assert (tmp_path / "kept.jpg").read_bytes() == face_jpeg
    assert (tmp_path / "small.webp").read_bytes()[8:12] == b"WEBP"
    heat, other = ((tmp_path / f"{name}.png").read_bytes() for name in ("heat", "other"))
    assert heat.startswith(b"\x89PNG") and other.startswith(b"\x89PNG") and heat != other
    assert (tmp_path / "history.csv").read_text().count("\n") == 2
    assert out.rstrip().endswith("}") and '{"deleted":1}' in out


def test_what_it_shows_of_python_works(
    guide: str, environment: dict[str, str], tmp_path: Path
) -> None:
    out = run([sys.executable, "-c", snippets(guide, "python")], tmp_path, environment)
    assert "1 of 1" in out and "0 more removed" in out and "empty-picture" in out


def test_every_call_and_every_problem_is_in_it(guide: str) -> None:
    for path in re.findall(r'^    "(/[^"]*)": \{$', openapi_json(), re.MULTILINE):
        assert f"{path}`" in guide, path
    kinds = [kind for kind in vars(problems).values() if isinstance(kind, problems.Kind)]
    assert len(kinds) > 15
    for kind in kinds:
        row = next(line for line in guide.splitlines() if f"`{kind.slug}`" in line)
        assert f"| {kind.status} |" in row
    settings = set(re.findall(r"UNMASK_[A-Z_]+", guide)) - {"UNMASK_"}
    assert settings <= {f"UNMASK_{name.upper()}" for name in Settings.model_fields}
