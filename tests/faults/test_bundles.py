"""Bundles that are damaged, half copied or replaced while the server runs."""

from __future__ import annotations

import errno
import json
import os
import shutil
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from tests.api.keeping import check
from tests.api.test_detect import assert_problem, send
from tests.tiny_bundle import BIAS, INFO, WEIGHTS, graph, write_bundle
from unmask.api.app import create_app
from unmask.bundles import listing
from unmask.bundles.model import BundleInfo
from unmask.cli.main import run
from unmask.detection.registry import DetectorRegistry
from unmask.imaging.decode import decode
from unmask.settings import Settings

OTHER = {"generated": 0.8, "real": 0.1}


def write_other(folder: Path) -> Path:
    """Another model of the same name: its network says the contrary, at other thresholds."""
    write_bundle(
        folder, graph(weights=-WEIGHTS), name="tiny", title="Other",
        thresholds={**INFO["thresholds"], **OTHER},
    )  # fmt: skip
    return folder


def told_apart(report: Any) -> tuple[float, float]:
    """What tells which network made a report, and which `model.json`."""
    return report["faces"][0]["probability_generated"], report["thresholds"]["generated"]


@pytest.fixture
def both(tmp_path: Path, models_dir: Path, face_jpeg: bytes) -> set[tuple[float, float]]:
    """What the tiny bundle says of the portrait, and what the other one says."""
    write_other(tmp_path / "others/other")
    said = set()
    for folder in (models_dir, tmp_path / "others"):
        report = DetectorRegistry([folder], threads=1).get("tiny").detect(decode(face_jpeg))
        said.add(told_apart(report.model_dump(mode="json")))
    shutil.rmtree(tmp_path / "others")
    assert len({one[0] for one in said}) == len({one[1] for one in said}) == 2
    return said


class TestDamaged:
    def damage(self, folder: Path, what: str) -> None:
        if what == "missing":
            (folder / "model.onnx").unlink()
        elif what == "graph":
            (folder / "model.onnx").write_bytes(graph()[:-1] + b"\1")
        else:
            (folder / "model.json").write_text('{"schema": 1, "name": "ti')

    @pytest.mark.parametrize("what", ["graph", "missing", "description"])
    def test_it_is_named_and_no_other_is_the_worse_for_it(
        self, settings: Settings, models_dir: Path, face_jpeg: bytes, what: str,
        monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    ) -> None:  # fmt: skip
        write_bundle(models_dir / "good")
        self.damage(models_dir / "tiny", what)
        client = TestClient(create_app(settings))
        for fields in ({}, {"model": "tiny"}):
            response = send(client, "/api/detect", face_jpeg, **fields)
            problem = assert_problem(response, 503, "model-refused")
            assert "`tiny`" in problem["detail"] and str(models_dir) not in response.text
            assert int(response.headers["retry-after"]) > 0
        ready = assert_problem(client.get("/api/ready"), 503, "not-ready")
        assert "model: `tiny` is damaged" in ready["detail"]
        assert check(client, face_jpeg, model="good")["model"] == "good"
        monkeypatch.setenv("UNMASK_MODELS_DIR", str(models_dir))
        assert run(["models"]) == 0
        listed = capsys.readouterr()
        assert "bundle `tiny` is refused" in listed.err and "good" in listed.out
        assert "tiny" not in listed.out

        shutil.rmtree(models_dir / "tiny")
        write_bundle(models_dir / "tiny")
        assert check(client, face_jpeg)["model"] == "tiny"
        assert client.get("/api/ready").status_code == 200

    def test_a_default_that_is_missing_is_named_until_it_comes(
        self, settings: Settings, models_dir: Path, face_jpeg: bytes
    ) -> None:
        client = TestClient(create_app(settings.model_copy(update={"model": "late"})))
        response = send(client, "/api/detect", face_jpeg)
        assert "`late`" in assert_problem(response, 503, "no-model")["detail"]
        ready = assert_problem(client.get("/api/ready"), 503, "not-ready")
        assert "`late`" in ready["detail"]
        assert check(client, face_jpeg, model="tiny")
        write_bundle(models_dir / "late")
        assert check(client, face_jpeg)["model"] == "late"

    def test_one_that_takes_anothers_place_is_refused_and_not_passed_over(
        self, tmp_path: Path
    ) -> None:
        write_bundle(tmp_path / "shipped/tiny")
        (write_other(tmp_path / "own/tiny") / "model.json").write_text("{")
        detectors = DetectorRegistry([tmp_path / "shipped", tmp_path / "own"], threads=1)
        with pytest.raises(listing.RefusedBundle, match="`tiny`"):
            detectors.get("tiny")
        shutil.rmtree(tmp_path / "own/tiny")
        assert detectors.get("tiny").bundle.info.title == INFO["title"]

    def test_repaired_in_its_place_it_is_used(self, tmp_path: Path) -> None:
        write_bundle(tmp_path / "tiny")
        self.damage(tmp_path / "tiny", "graph")
        detectors = DetectorRegistry([tmp_path], threads=1)
        with pytest.raises(listing.RefusedBundle, match="sha256"):
            detectors.get("tiny")
        (tmp_path / "tiny/model.onnx").write_bytes(graph())
        assert detectors.get("tiny").bundle.info.name == "tiny"


class TestReplaced:
    def test_whoever_comes_later_gets_the_new_one(
        self, client: TestClient, models_dir: Path, face_jpeg: bytes, tmp_path: Path
    ) -> None:
        before = check(client, face_jpeg)
        write_other(tmp_path / "new")
        (models_dir / "tiny").rename(tmp_path / "old")
        (tmp_path / "new").rename(models_dir / "tiny")
        after = check(client, face_jpeg)
        assert after["thresholds"] == OTHER
        assert told_apart(after)[0] != told_apart(before)[0]
        assert client.get("/api/models/tiny").json()["title"] == "Other"

    def test_only_another_description_counts_too(self, tmp_path: Path) -> None:
        folder = write_bundle(tmp_path / "tiny")
        detectors = DetectorRegistry([tmp_path], threads=1)
        assert detectors.get("tiny").bundle.info.thresholds.generated == 0.9
        info = json.loads((folder / "model.json").read_text())
        info["thresholds"]["generated"] = 0.7  # as many bytes as before
        (folder / "model.json").write_text(json.dumps(info))
        assert detectors.get("tiny").bundle.info.thresholds.generated == 0.7

    def test_who_has_the_old_one_ends_with_it(self, tmp_path: Path) -> None:
        write_bundle(tmp_path / "models/tiny")
        write_other(tmp_path / "new")
        detectors = DetectorRegistry([tmp_path / "models"], threads=1)
        old = detectors.get("tiny")
        crops = np.random.default_rng(0).integers(0, 256, (1, 218, 178, 3), dtype=np.uint8)
        said = old.bundle.run(crops).logits
        shutil.rmtree(tmp_path / "models/tiny")
        (tmp_path / "new").rename(tmp_path / "models/tiny")
        new = detectors.get("tiny")
        assert new.bundle.info.title == "Other"
        np.testing.assert_allclose(new.bundle.run(crops).logits - BIAS, BIAS - said, atol=1e-4)
        assert np.array_equal(old.bundle.run(crops).logits, said)
        assert old.bundle.info.title == INFO["title"]

    def test_under_load_every_answer_is_wholly_of_one_or_the_other(
        self, app: FastAPI, client: TestClient, models_dir: Path, face_jpeg: bytes,
        both: set[tuple[float, float]], tmp_path: Path,
    ) -> None:  # fmt: skip
        (models_dir / "tiny").rename(tmp_path / "first")
        write_other(tmp_path / "second")
        (models_dir / "tiny").symlink_to(tmp_path / "first")
        answers: list[tuple[float, float]] = []
        mistakes: list[BaseException] = []
        done = threading.Event()

        def ask() -> None:
            try:
                while not done.is_set():
                    answers.append(told_apart(check(client, face_jpeg, explain="false")))
            except BaseException as error:
                mistakes.append(error)

        threads = [threading.Thread(target=ask) for _ in range(3)]
        for thread in threads:
            thread.start()
        for number in range(12):
            target = tmp_path / ("second", "first")[number % 2]
            (tmp_path / "link").symlink_to(target)
            (tmp_path / "link").replace(models_dir / "tiny")  # at once, as a deployment does
            seen = len(answers)
            while len(answers) < seen + 2 and not mistakes:
                done.wait(0.005)
        done.set()
        for thread in threads:
            thread.join()
        assert mistakes == []
        assert set(answers) == both

    def test_replaced_while_it_is_read_the_new_one_is_used(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        write_bundle(tmp_path / "models/tiny")
        write_other(tmp_path / "new")

        def replacing(info: BundleInfo, folder: Path) -> bytes:
            if (tmp_path / "new").exists():  # between its description and its graph
                shutil.rmtree(folder)
                (tmp_path / "new").rename(folder)
            return listing.read_graph(info, folder)

        monkeypatch.setattr("unmask.bundles.runtime.read_graph", replacing)
        made = DetectorRegistry([tmp_path / "models"], threads=1).get("tiny")
        assert made.bundle.info.title == "Other"

    def test_half_copied_it_is_refused_and_used_when_it_is_whole(
        self, client: TestClient, models_dir: Path, face_jpeg: bytes, tmp_path: Path
    ) -> None:
        assert check(client, face_jpeg)
        whole = write_other(tmp_path / "new")
        shutil.copy(whole / "model.json", models_dir / "tiny/model.json")
        response = send(client, "/api/detect", face_jpeg)  # with the old graph
        assert_problem(response, 503, "model-refused")
        onnx = (whole / "model.onnx").read_bytes()
        for part in (onnx[: len(onnx) // 2], onnx[:-1]):
            (models_dir / "tiny/model.onnx").write_bytes(part)
            assert_problem(send(client, "/api/detect", face_jpeg), 503, "model-refused")
        (models_dir / "tiny/model.onnx").write_bytes(onnx)
        assert check(client, face_jpeg)["thresholds"] == OTHER

    def test_a_copy_beside_it_does_not_take_its_place(self, tmp_path: Path) -> None:
        write_bundle(tmp_path / "tiny")
        for name in ("a-tiny", "tiny.old"):
            write_other(tmp_path / name)
        detectors = DetectorRegistry([tmp_path], threads=1)
        assert detectors.get("tiny").bundle.info.title == INFO["title"]
        (tmp_path / "tiny/model.json").write_text("{")
        with pytest.raises(listing.RefusedBundle):
            detectors.get("tiny")

    def test_what_is_gone_is_let_go_of(self, tmp_path: Path) -> None:
        for name in ("tiny", "more"):
            write_bundle(tmp_path / name)
        detectors = DetectorRegistry([tmp_path], threads=1)
        detectors.get("tiny")
        shutil.rmtree(tmp_path / "tiny")
        with pytest.raises(listing.UnknownModel):
            detectors.get("tiny")
        detectors.get("more")
        assert list(detectors._loaded) == [tmp_path / "more"]


class TestUnchanged:
    def test_nothing_is_read_or_made_again(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        write_bundle(tmp_path / "tiny")
        detectors = DetectorRegistry([tmp_path], threads=1)
        made = detectors.get("tiny")

        def read(*arguments: object) -> None:
            raise AssertionError("a file was read")

        monkeypatch.setattr(Path, "open", read)
        monkeypatch.setattr(Path, "read_bytes", read)
        assert detectors.get("tiny") is made and detectors.get() is made

    def test_without_file_handles_what_is_known_still_holds(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        write_bundle(tmp_path / "tiny")
        detectors = DetectorRegistry([tmp_path], threads=1)
        made = detectors.get("tiny")

        def exhausted(path: Path) -> Any:
            raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))

        monkeypatch.setattr(Path, "iterdir", exhausted)
        assert detectors.get("tiny") is made
