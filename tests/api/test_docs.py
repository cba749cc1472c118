"""docs/api.md: every call is in it, and everything that it shows works, in the order shown.

And what README.md and it say of the command line can be said to it.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import typer.main
from typer.core import TyperGroup

from tests.api.serving import running
from tests.postgres import DATABASES, new_database
from unmask.api.app import create_app
from unmask.api.contract import problems
from unmask.api.contract.openapi import openapi_json
from unmask.api.services import services_of_app
from unmask.cli.main import TRAINING, VERBS
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


def assert_every_call_was_made(environment: dict[str, str]) -> None:
    """Hold what the server counted against its OpenAPI document."""
    headers = {"Authorization": f"Bearer {environment['TOKEN']}"}
    metrics = httpx.get(f"{environment['UNMASK']}/metrics", headers=headers).text
    made = set(
        re.findall(r'requests_total\{method="(\w+)",route="([^"]+)",status="2\d\d"', metrics)
    )
    calls = {
        (method.upper(), path)
        for path, operations in json.loads(openapi_json())["paths"].items()
        for method in operations
    }
    assert calls <= made, sorted(calls - made)


def assert_both_exports_are_there(folder: Path) -> None:
    rows = (folder / "history.csv").read_text(encoding="utf-8-sig").splitlines()
    assert rows[0].startswith("id,checked,") and len(rows) == 2
    (entry,) = json.loads((folder / "history.json").read_text(encoding="utf-8"))
    assert rows[1].startswith(entry["id"]) and entry["report"]["faces"]


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
    assert_both_exports_are_there(tmp_path)
    assert_every_call_was_made(environment)
    assert (tmp_path / "map-stylegan1.png").read_bytes().startswith(b"\x89PNG")
    assert out.rstrip().endswith("}") and '{"deleted":1}' in out


def test_what_it_shows_of_python_works(
    guide: str, environment: dict[str, str], tmp_path: Path
) -> None:
    out = run([sys.executable, "-c", snippets(guide, "python")], tmp_path, environment)
    assert "1 of 1" in out and "0 more removed" in out and "empty-picture" in out
    assert_both_exports_are_there(tmp_path)
    assert_every_call_was_made(environment)
    assert (tmp_path / "map-stylegan1.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize("name", ["README.md", "docs/api.md"])
def test_every_command_that_is_shown_is_one(root: Path, name: str) -> None:
    """A verb alone names it; one with options or arguments must be complete."""
    text = (root / name).read_text(encoding="utf-8")
    shown = re.findall(r"(?:`|^ *|\.venv/bin/)unmask ([a-z][^`\n]*)", text, re.MULTILINE)
    assert len(shown) >= 5
    for line in shown:
        words = shlex.split(line, comments=True)
        verb = next((one for one in VERBS if one.name == words[0]), None)
        assert verb is not None, line
        if verb.panel == TRAINING:  # needs the extra to be loaded
            continue
        app = typer.Typer()
        loaded = verb.load()
        if isinstance(loaded, typer.Typer):
            app = loaded
        else:
            app.command()(loaded)
        command = typer.main.get_command(app)
        words = words[1:]
        while isinstance(command, TyperGroup) and words:
            assert words[0] in command.commands, line
            command = command.commands[words.pop(0)]
        if words:
            command.make_context(verb.name, words)  # raises where something is wrong or missing


def test_what_another_language_needs_is_said(root: Path) -> None:
    web = root / "web"
    told = next(
        line for line in (root / "CONTRIBUTING.md").read_text(encoding="utf-8").splitlines()
        if line.startswith("| words on the page")
    )  # fmt: skip
    named = re.compile(r"""lang="ro"|["']\./ro["']""")
    places = [web / "index.html", *web.glob("src/**/*.ts"), *web.glob("src/**/*.tsx")]
    found = [path for path in places if named.search(path.read_text(encoding="utf-8"))]
    assert {path.name for path in found} == {"index.html", "index.ts"}
    for path in found:
        assert f"`{path.relative_to(root).as_posix()}`" in told


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
