from __future__ import annotations

import builtins
import errno
import json
import os
import signal
import socket
import subprocess
import sys
import types
import urllib.request
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path

import pytest
import uvicorn

from tests.cli.conftest import Unmask
from tests.tiny_bundle import write_bundle
from unmask.cli.main import VERBS, Verb
from unmask.cli.serve import _listen
from unmask.settings import load_settings


def test_help_lists_every_verb(unmask: Unmask) -> None:
    done = unmask("--help")
    assert done.status == 0
    for verb in VERBS:
        assert verb.name in done.out and verb.help[:30] in done.out


@pytest.mark.parametrize("verb", ["detect", "serve", "models", "settings"])
def test_a_verb_explains_itself(unmask: Unmask, verb: str) -> None:
    done = unmask(verb, "--help")
    assert done.status == 0
    assert "Usage" in done.out and "--help" in done.out


def test_the_version_is_the_packages(unmask: Unmask) -> None:
    done = unmask("--version")
    assert (done.status, done.out) == (0, f"unmask {version('unmask')}\n")


def test_a_misspelt_verb_is_bad_input_and_the_right_one_named(unmask: Unmask) -> None:
    done = unmask("detct")
    assert (done.status, done.out) == (2, "")
    assert "detect" in done.err


def test_without_a_verb_the_help_is_shown(unmask: Unmask) -> None:
    done = unmask()
    assert done.status == 2
    assert "detect" in done.out + done.err


def test_only_the_verb_that_is_called_is_loaded() -> None:
    code = """
import json, sys
from unmask.cli.main import run
run(["settings"])
print(json.dumps([name for name in sys.modules if name.startswith("unmask.cli.")]))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(json.loads(done.stdout.splitlines()[-1]))
    assert "unmask.cli.settings" in loaded
    assert not loaded & {f"unmask.cli.{verb.name}" for verb in VERBS if verb.name != "settings"}


@pytest.mark.parametrize("when", ["loaded", "called"])
def test_without_the_extra_training_says_in_one_line_what_to_install(
    unmask: Unmask, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    def no_torch(
        name: str,
        globals: Mapping[str, object] | None = None,
        locals: Mapping[str, object] | None = None,
        fromlist: Sequence[str] | None = (),
        level: int = 0,
    ) -> types.ModuleType:
        if name.split(".")[0] == "torch" or (when == "loaded" and name == "unmask.cli.train"):
            raise ModuleNotFoundError("No module named 'torch'", name="torch")
        return real(name, globals, locals, fromlist, level)

    def train() -> None:
        import torch  # noqa: F401

    real = builtins.__import__
    verb = types.ModuleType("unmask.cli.train")
    verb.train = train  # type: ignore[attr-defined]
    if when == "called":
        monkeypatch.setitem(sys.modules, "unmask.cli.train", verb)
        monkeypatch.setattr(builtins, "__import__", no_torch)
    else:
        monkeypatch.setattr("unmask.cli.main.importlib.import_module", no_torch)
    done = unmask("train")
    assert (done.status, done.out) == (2, "")
    assert 'pip install "unmask[train]"' in done.err
    assert done.err.count("\n") == 1


def test_ctrl_c_while_a_verb_is_loading_ends_with_one_line(
    unmask: Unmask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(verb: Verb) -> object:
        raise KeyboardInterrupt

    monkeypatch.setattr(Verb, "load", interrupted)
    done = unmask("models")
    assert (done.status, done.out, done.err) == (130, "", "unmask: interrupted\n")


def test_a_file_that_cannot_be_written_is_one_line(
    unmask: Unmask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(verb: Verb) -> object:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "models/mine")

    monkeypatch.setattr(Verb, "load", full)
    done = unmask("models")
    assert (done.status, done.out) == (2, "")
    assert done.err == "unmask: models/mine: No space left on device\n"


def test_a_mistake_in_the_software_is_not_taken_for_bad_input(
    unmask: Unmask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(**flags: object) -> None:
        raise RuntimeError("a mistake")

    monkeypatch.setattr("unmask.cli.models.load_settings", broken)
    with pytest.raises(RuntimeError, match="a mistake"):
        unmask("models")


class TestModels:
    def test_they_are_a_table_the_default_first(self, unmask: Unmask, models_dir: Path) -> None:
        done = unmask("models")
        assert (done.status, done.err) == (0, "")
        heading, first, *_ = done.out.splitlines()
        words = " ".join(heading.split())
        assert words == "MODEL TELLS APART RIGHT SOURCE AUC FALSE ALARMS FOUND"
        assert first.split()[:3] == ["tiny", "default", "real,"]
        assert first.split()[-4:] == ["0.5000", "0.7500", "-", "-"]

    def test_as_json_they_are_complete(self, unmask: Unmask, models_dir: Path) -> None:
        body = json.loads(unmask("models", "--json").out)
        assert body["default"] == "tiny"
        assert body["models"][0] == json.loads((models_dir / "tiny/model.json").read_text())

    def test_a_damaged_one_is_named_and_hides_no_other(
        self, unmask: Unmask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        write_bundle(tmp_path / "tiny")
        (write_bundle(tmp_path / "bad") / "model.json").write_text("{")
        monkeypatch.setenv("UNMASK_MODELS_DIR", str(tmp_path))
        done = unmask("models")
        assert done.status == 0
        assert "tiny" in done.out
        assert done.err.startswith("unmask: bundle `bad` is refused")


class TestSettings:
    def test_each_is_there_with_its_value_and_where_that_is_from(
        self, unmask: Unmask, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("UNMASK_PORT", "9001")
        monkeypatch.delenv("UNMASK_HOST", raising=False)
        rows = {row["name"]: row for row in json.loads(unmask("settings", "--json").out)}
        assert (rows["port"]["value"], rows["port"]["source"]) == ("9001", "environment")
        assert (rows["host"]["value"], rows["host"]["source"]) == ("127.0.0.1", "default")
        assert rows["port"]["variable"] == "UNMASK_PORT"
        assert all(row["description"] for row in rows.values())
        text = unmask("settings").out
        assert all(row["variable"] in text for row in rows.values())
        assert "UNMASK_PORT" in text and "9001" in text

    def test_an_empty_variable_is_not_set(
        self, unmask: Unmask, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("UNMASK_PORT", "")
        rows = {row["name"]: row for row in json.loads(unmask("settings", "--json").out)}
        assert (rows["port"]["value"], rows["port"]["source"]) == ("8000", "default")

    def test_names_stand_with_commas_between_them(
        self, unmask: Unmask, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("UNMASK_CORS_ORIGINS", "https://a.example, http://[::1]:8080,")
        monkeypatch.setenv("UNMASK_TRUSTED_PROXIES", "10.0.0.0/8,::1")
        settings = load_settings()
        assert settings.cors_origins == ("https://a.example", "http://[::1]:8080")
        assert settings.trusted_proxies == ("10.0.0.0/8", "::1")
        rows = {row["name"]: row for row in json.loads(unmask("settings", "--json").out)}
        assert rows["cors_origins"]["value"] == "https://a.example,http://[::1]:8080"
        monkeypatch.delenv("UNMASK_CORS_ORIGINS")
        rows = {row["name"]: row for row in json.loads(unmask("settings", "--json").out)}
        assert rows["cors_origins"]["value"] is None

    @pytest.mark.parametrize(
        ("name", "value"),
        [("PORT", "many"), ("WORKERS", "0"), ("RATE_LIMIT", "-1"), ("CORS_ORIGINS", "*"),
         ("CORS_ORIGINS", "https://a.example/"), ("CORS_ORIGINS", "https://*.a.example"),
         ("CORS_ORIGINS", "https://a.example,b.example"), ("TRUSTED_PROXIES", "*"),
         ("TRUSTED_PROXIES", "proxy.example")],
    )  # fmt: skip
    def test_a_bad_value_is_one_line(
        self, unmask: Unmask, monkeypatch: pytest.MonkeyPatch, name: str, value: str
    ) -> None:
        monkeypatch.setenv(f"UNMASK_{name}", value)
        for verb in ("settings", "models"):
            done = unmask(verb)
            assert (done.status, done.out) == (2, "")
            assert done.err.startswith(f"unmask: UNMASK_{name}={value}: ")
            assert done.err.count("\n") == 1

    def test_a_bad_flag_is_named_as_the_flag(self, unmask: Unmask) -> None:
        done = unmask("serve", "--port", "70000")
        assert done.status == 2
        assert done.err.startswith("unmask: --port=70000: ")

    def test_a_misspelt_variable_is_told(
        self, unmask: Unmask, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("UNMASK_PROT", "9001")
        done = unmask("settings")
        assert done.status == 0
        assert "UNMASK_PROT" in done.err and "UNMASK_PORT" not in done.err

    def test_a_password_in_an_address_is_not_shown(
        self, unmask: Unmask, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("UNMASK_TRACKING_URI", "https://me:secret@mlflow.example/x")
        done = unmask("settings")
        assert "secret" not in done.out
        assert "https://me:***@mlflow.example/x" in done.out
        for odd in "/#?[@":
            monkeypatch.setenv("UNMASK_DATABASE_URL", f"postgresql://me:se{odd}cret@host/db")
            done = unmask("settings")
            assert "postgresql://me:***@host/db" in done.out and "cret" not in done.out
        monkeypatch.setenv("UNMASK_DATABASE_URL", "postgresql://host/db?user=me&password=secret")
        assert "host/db?user=me&password=***" in unmask("settings").out
        monkeypatch.setenv("UNMASK_DATABASE_URL", "mysql://me:secret@host/db")
        done = unmask("settings")
        assert (done.status, "mysql://me:***@host/db" in done.err) == (2, True)

    def test_a_value_of_several_lines_is_shown_in_one(
        self, unmask: Unmask, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("UNMASK_MODEL", "tiny\n")
        done = unmask("settings")
        assert done.status == 0 and "UNMASK_MODEL " in done.out


class TestServe:
    @pytest.mark.parametrize(
        ("host", "tokens", "warned"),
        [("0.0.0.0", "false", True), ("0.0.0.0", "true", False), ("127.0.0.1", "false", False)],
    )
    def test_open_to_all_it_says_so(
        self, unmask: Unmask, monkeypatch: pytest.MonkeyPatch, host: str, tokens: str, warned: bool
    ) -> None:
        monkeypatch.setenv("UNMASK_REQUIRE_TOKEN", tokens)
        monkeypatch.setattr(uvicorn.Server, "run", lambda *arguments, **options: None)
        done = unmask("serve", "--host", host, "--port", 0)
        assert ("can use this server" in done.err) == warned
        assert ("UNMASK_REQUIRE_TOKEN=true" in done.err) == warned

    def test_it_serves_until_it_is_stopped(self, tmp_path: Path) -> None:
        command = [sys.executable, "-u", "-m", "unmask.cli.main", "serve", "--port", "0"]
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as server:
            assert server.stdout is not None and server.stderr is not None
            try:
                lines = [server.stdout.readline(), server.stdout.readline()]
                assert lines[0] == "model: tiny\n"
                address = lines[1].split()[3]
                assert address.startswith("http://127.0.0.1:")
                with urllib.request.urlopen(f"{address}/api/health", timeout=30) as response:
                    assert json.load(response)["status"] == "ok"
                    assert "server" not in response.headers
            finally:
                server.send_signal(signal.SIGINT)
            assert server.wait(timeout=30) in (0, -signal.SIGINT, 130)
            logged = [json.loads(line) for line in server.stderr if line.startswith("{")]
        assert [(line["message"], line["route"], line["status"]) for line in logged] == [
            ("request", "/api/health", 200)
        ]

    def test_a_port_in_use_is_one_line(self, unmask: Unmask) -> None:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
            done = unmask("serve", "--port", port)
        assert done.status == 2
        assert f"cannot listen on 127.0.0.1 port {port}: " in done.err
        assert f"UNMASK_PORT={port + 1} make serve" in done.err
        assert done.err.count("\n") == 1

    def test_an_address_that_is_not_ours_is_one_line(self, unmask: Unmask) -> None:
        done = unmask("serve", "--host", "192.0.2.1", "--port", "0")
        assert done.status == 2
        assert "cannot listen on 192.0.2.1" in done.err


def test_answers_do_not_wait_for_the_client_to_acknowledge_their_headers() -> None:
    with (
        _listen("127.0.0.1", 0) as listening,
        socket.create_connection(listening.getsockname()),
        listening.accept()[0] as accepted,
    ):
        assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
