from __future__ import annotations

import errno
import io
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import ExifTags, Image

import unmask as package
from tests.cli.conftest import Unmask
from tests.pictures import truncated
from tests.sharp_bundle import write_sharp_bundle
from unmask.bundles.listing import DEFAULT_MODEL
from unmask.detection.report import Report
from unmask.imaging.decode import read_picture


def test_the_text_is_what_python_prints(unmask: Unmask, red_jpeg: bytes) -> None:
    Path("red.jpg").write_bytes(red_jpeg)
    done = unmask("detect", "red.jpg")
    assert (done.status, done.err) == (0, "")
    assert done.out == f"{package.detect('red.jpg')}\n"
    assert done.out.startswith("red.jpg (JPEG, 400 x 400 px)\nVerdict: generated.")
    assert "stylegan1 " in done.out and "not proof" in done.out


def test_the_json_is_the_report_with_the_map_and_without_its_picture(
    unmask: Unmask, red_jpeg: bytes
) -> None:
    Path("red.jpg").write_bytes(red_jpeg)
    done = unmask("detect", "--json", "red.jpg")
    assert (done.status, done.err) == (0, "")
    assert done.out.count("\n") == 1
    wanted = json.loads(package.detect("red.jpg").model_dump_json())
    for heat in wanted["faces"][0]["judgements"][0]["explanation"]["maps"]:
        heat["overlay"] = None
    assert json.loads(done.out) == wanted


def test_files_and_folders_give_an_object_a_line_in_order(
    unmask: Unmask, red_jpeg: bytes, blue_jpeg: bytes, no_face_jpeg: bytes
) -> None:
    Path("album/deep/er").mkdir(parents=True)
    Path("album/b.JPG").write_bytes(blue_jpeg)
    Path("album/deep/er/a.jpeg").write_bytes(red_jpeg)
    Path("album/notes.txt").write_text("no picture, and not tried")
    Path("none.jpg").write_bytes(no_face_jpeg)
    Path("unnamed").write_bytes(red_jpeg)
    done = unmask("detect", "--json", "none.jpg", "album", "unnamed", "none.jpg")
    assert done.status == 0
    reports = [Report.model_validate_json(line) for line in done.out.splitlines()]
    assert [(report.image.name, report.verdict) for report in reports] == [
        ("none.jpg", "not_applicable"),
        ("album/b.JPG", "real"),
        ("album/deep/er/a.jpeg", "generated"),
        ("unnamed", "generated"),
    ]
    assert done.err == "4 judged: 2 generated, 1 not applicable, 1 real\n"


def test_many_at_once_get_the_answers_that_each_gets_alone_in_order(
    unmask: Unmask, data: Path, red_jpeg: bytes, blue_jpeg: bytes, no_face_jpeg: bytes
) -> None:
    pictures = {
        "a.jpg": (data / "two-faces.jpg").read_bytes(),
        "b.jpg": truncated(red_jpeg),
        "c.jpg": no_face_jpeg,
        "d.jpg": red_jpeg,
        "e.jpg": b"",
        "f.jpg": (data / "astronaut.jpg").read_bytes(),
        "g.jpg": blue_jpeg,
    }
    Path("album").mkdir()
    for name, content in pictures.items():
        Path("album", name).write_bytes(content)
    options = ["--json", "--model", DEFAULT_MODEL]
    alone = [unmask("detect", f"album/{name}", *options, "--threads", 2) for name in pictures]
    together = unmask("detect", "album", *options, "--threads", 2)
    assert together.out == "".join(done.out for done in alone)
    *complaints, summary = together.err.splitlines(keepends=True)
    assert "".join(complaints) == "".join(done.err for done in alone)
    assert summary.startswith("5 judged: ") and summary.endswith(", 2 failed\n")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_it_ends_in_one_line_and_what_was_judged_stands(
    red_jpeg: bytes, number: signal.Signals
) -> None:
    Path("album").mkdir()
    Path("album/0.jpg").write_bytes(red_jpeg)
    for copy in range(1, 2000):
        os.link("album/0.jpg", f"album/{copy}.jpg")
    command = [sys.executable, "-m", "unmask.cli.main", "detect", "--json", "album"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as judging:
        assert judging.stdout is not None
        lines = [judging.stdout.readline()]
        judging.send_signal(number)
        rest, complaint = judging.communicate(timeout=60)
    lines += rest.splitlines()
    assert judging.returncode == 130
    assert complaint == f"interrupted; {len(lines)} of 2000 judged\n"
    assert 1 <= len(lines) < 2000
    assert all(Report.model_validate_json(line).verdict == "generated" for line in lines)


@pytest.mark.skipif(sys.platform != "linux", reason="file names are text there")
def test_a_name_that_is_no_text_is_judged_all_the_same(unmask: Unmask, red_jpeg: bytes) -> None:
    name = os.fsdecode(b"caf\xe9.jpg")
    Path(name).write_bytes(red_jpeg)
    Path("b.jpg").write_bytes(red_jpeg)
    done = unmask("detect", "--json", name, "b.jpg")
    assert done.status == 0
    first, second = (Report.model_validate_json(line) for line in done.out.splitlines())
    assert (first.image.name, second.image.name) == ("caf\ufffd.jpg", "b.jpg")


def test_what_cannot_be_looked_at_is_told_and_the_others_are_judged(
    unmask: Unmask, red_jpeg: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("album/shut").mkdir(parents=True)
    Path("album/a.jpg").write_bytes(red_jpeg)
    listed = os.scandir

    def scandir(path: str) -> object:
        if str(path).endswith("shut"):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
        return listed(path)

    monkeypatch.setattr(os, "scandir", scandir)
    long = "x" * 300 + ".jpg"
    done = unmask("detect", "--json", long, "album")
    assert done.status == 2
    assert [Report.model_validate_json(line).image.name for line in done.out.splitlines()] == [
        str(Path("album/a.jpg"))
    ]
    assert "shut: permission denied" in done.err and f"{long}: file name too long" in done.err


def test_several_texts_are_set_apart(unmask: Unmask, red_jpeg: bytes, blue_jpeg: bytes) -> None:
    Path("a.jpg").write_bytes(red_jpeg)
    Path("b.jpg").write_bytes(blue_jpeg)
    done = unmask("detect", "a.jpg", "b.jpg")
    assert done.out == f"{package.detect('a.jpg')}\n\n{package.detect('b.jpg')}\n"


def test_bad_files_are_named_in_a_line_each_and_the_others_done(
    unmask: Unmask, red_jpeg: bytes
) -> None:
    Path("good.jpg").write_bytes(red_jpeg)
    Path("empty.jpg").write_bytes(b"")
    Path("text.jpg").write_text("This is no picture.")
    Path("cut.jpg").write_bytes(truncated(red_jpeg))
    Path("folder").mkdir()
    names = ["missing.jpg", "empty.jpg", "text.jpg", "cut.jpg", "good.jpg", "folder"]
    done = unmask("detect", "--json", *names)
    assert done.status == 2
    assert Report.model_validate_json(done.out).image.name == "good.jpg"
    *complaints, summary = done.err.splitlines()
    assert sorted(line.split(":")[0] for line in complaints) == sorted(set(names) - {"good.jpg"})
    assert "missing.jpg: no such file or directory" in complaints
    assert summary == "1 judged: 1 generated, 5 failed"


@pytest.mark.parametrize(("status", "keep"), [(0, slice(None)), (2, slice(0, 1000))])
def test_the_status_tells_whether_all_was_judged(
    unmask: Unmask, red_jpeg: bytes, status: int, keep: slice
) -> None:
    Path("a.jpg").write_bytes(red_jpeg[keep])
    assert unmask("detect", "a.jpg").status == status


def test_limits_of_the_settings_hold(
    unmask: Unmask, red_jpeg: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("red.jpg").write_bytes(red_jpeg)
    monkeypatch.setenv("UNMASK_MAX_BYTES", "1000")
    done = unmask("detect", "red.jpg")
    assert done.status == 2
    assert done.out == "" and "limit" in done.err


def test_an_unknown_model_is_one_line(unmask: Unmask, red_jpeg: bytes) -> None:
    Path("red.jpg").write_bytes(red_jpeg)
    done = unmask("detect", "--model", "best", "red.jpg")
    assert (done.status, done.out) == (2, "")
    assert done.err.startswith("unmask: there is no model `best`; choose one of: ")
    assert done.err.count("\n") == 1


def test_a_flag_comes_before_the_environment(
    unmask: Unmask, red_jpeg: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("red.jpg").write_bytes(red_jpeg)
    monkeypatch.setenv("UNMASK_MODEL", "best")
    assert unmask("detect", "red.jpg").status == 2
    assert unmask("detect", "--model", "tiny", "red.jpg").status == 0


@pytest.mark.parametrize("arguments", [[], ["--threads", "0", "x.jpg"], ["--nothing", "x.jpg"]])
def test_a_wrong_call_is_bad_input(unmask: Unmask, arguments: list[str]) -> None:
    done = unmask("detect", *arguments)
    assert done.status == 2
    assert done.out == "" and done.err


@pytest.mark.parametrize(
    ("flag", "said"),
    [
        ("--stability", "Stability: the verdict holds: saved as JPEG 70"),
        ("--occlusion", "Occlusion: covering one part"),
        ("--provenance", "Metadata (anyone can write them) say that generative AI"),
    ],
)
def test_more_is_said_where_it_is_asked_for(
    unmask: Unmask, red_jpeg: bytes, flag: str, said: str
) -> None:
    tags = Image.Exif()
    tags[ExifTags.Base.Software] = "NovelAI"
    Image.open(io.BytesIO(red_jpeg)).save("red.jpg", quality=90, exif=tags)
    assert said not in unmask("detect", "red.jpg").out
    done = unmask("detect", "red.jpg", flag)
    assert (done.status, done.err) == (0, "")
    assert said in " ".join(done.out.split())
    option = flag.removeprefix("--")
    assert done.out == f"{package.detect('red.jpg', **{option: True})}\n"


class TestHeatMap:
    def test_one_picture_is_written_to_the_file_named(
        self, unmask: Unmask, red_jpeg: bytes
    ) -> None:
        Path("red.jpg").write_bytes(red_jpeg)
        assert unmask("detect", "red.jpg", "--heatmap", "out.png").status == 0
        plain = read_picture(Path("red.jpg")).pixels
        with Image.open("out.png") as image:
            assert image.format == "PNG"
            drawn = np.asarray(image)
        assert drawn.shape == plain.shape
        assert (drawn != plain).any()

    def test_without_evidence_the_picture_stays_as_it_is(
        self, unmask: Unmask, blue_jpeg: bytes
    ) -> None:
        Path("blue.jpg").write_bytes(blue_jpeg)
        done = unmask("detect", "blue.jpg", "--heatmap", "out.png")
        assert "found no part that speaks for this" in done.out
        drawn = np.asarray(Image.open("out.png"))
        assert np.array_equal(drawn, read_picture(Path("blue.jpg")).pixels)

    @pytest.mark.parametrize(
        ("target", "shown", "covered"),
        [
            ("out.png", "out.png", "out.occlusion.png"),
            ("maps", "red.heatmap.png", "red.occlusion.png"),
        ],
    )
    def test_the_occlusion_map_is_drawn_on_a_picture_of_its_own(
        self,
        unmask: Unmask,
        red_jpeg: bytes,
        monkeypatch: pytest.MonkeyPatch,
        target: str,
        shown: str,
        covered: str,
    ) -> None:
        write_sharp_bundle(Path("models/sharp"), needed=0.001, strength=4000.0)
        monkeypatch.setenv("UNMASK_MODELS_DIR", "models")
        Path("red.jpg").write_bytes(red_jpeg)
        Path("maps").mkdir()
        options = ["--model", "sharp", "--occlusion", "--heatmap", target]
        assert unmask("detect", "red.jpg", *options).status == 0
        folder = Path(target) if target == "maps" else Path()
        assert sorted(path.name for path in folder.glob("*.png")) == sorted([shown, covered])
        plain = read_picture(Path("red.jpg")).pixels
        heat, occlusion = (np.asarray(Image.open(folder / name)) for name in (shown, covered))
        assert heat.shape == occlusion.shape == plain.shape
        assert (heat != plain).any() and (occlusion != plain).any()
        assert (heat != occlusion).any()

    def test_several_are_written_into_a_folder_under_names_of_their_own(
        self, unmask: Unmask, red_jpeg: bytes
    ) -> None:
        for name in ("one/a.jpg", "two/a.jpg", "b.jpg"):
            Path(name).parent.mkdir(exist_ok=True)
            Path(name).write_bytes(red_jpeg)
        assert unmask("detect", "one", "two", "b.jpg", "--heatmap", "maps/new").status == 0
        assert sorted(path.name for path in Path("maps/new").iterdir()) == [
            "a-2.heatmap.png", "a.heatmap.png", "b.heatmap.png",
        ]  # fmt: skip

    def test_one_picture_may_go_into_a_folder_that_is_there(
        self, unmask: Unmask, red_jpeg: bytes
    ) -> None:
        Path("red.jpg").write_bytes(red_jpeg)
        Path("maps").mkdir()
        assert unmask("detect", "red.jpg", "--heatmap", "maps").status == 0
        assert Path("maps/red.heatmap.png").is_file()

    @pytest.mark.parametrize(
        ("pictures", "target"), [(["a.jpg"], "out.jpg"), (["a.jpg", "b.jpg"], "out.png")]
    )
    def test_a_target_that_does_not_fit_is_refused_before_anything_is_judged(
        self, unmask: Unmask, red_jpeg: bytes, pictures: list[str], target: str
    ) -> None:
        for name in pictures:
            Path(name).write_bytes(red_jpeg)
        done = unmask("detect", *pictures, "--heatmap", target)
        assert (done.status, done.out) == (2, "")
        assert target in done.err
        assert not Path(target).exists()

    def test_a_picture_that_is_judged_is_never_written_over(
        self, unmask: Unmask, red_jpeg: bytes, blue_jpeg: bytes
    ) -> None:
        Path("red.png").write_bytes(red_jpeg)
        Path("red.occlusion.png").write_bytes(red_jpeg)
        for picture, target in [("red.png", "./red.png"), ("red.occlusion.png", "red.png")]:
            done = unmask("detect", picture, "--heatmap", target)
            assert (done.status, done.out) == (2, "")
            assert "it would replace the picture" in done.err
        assert Path("red.png").read_bytes() == red_jpeg
        Path("maps").mkdir()
        Path("maps/red.heatmap.png").write_bytes(blue_jpeg)
        pictures = ["red.png", "maps/red.heatmap.png"]
        assert unmask("detect", *pictures, "--heatmap", "maps").status == 0
        assert Path("maps/red.heatmap.png").read_bytes() == blue_jpeg
        assert Path("maps/red-2.heatmap.png").is_file()

    def test_where_it_cannot_be_written_is_named_and_the_answer_given(
        self, unmask: Unmask, red_jpeg: bytes
    ) -> None:
        Path("red.jpg").write_bytes(red_jpeg)
        done = unmask("detect", "red.jpg", "--heatmap", "nowhere/out.png")
        assert done.status == 2
        assert done.err == "nowhere/out.png: no such file or directory\n"
        assert "Verdict" in done.out


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
@pytest.mark.parametrize("count", [1, 3])
def test_progress_is_shown_on_a_terminal_and_never_mixed_into_the_answers(
    red_jpeg: bytes, count: int
) -> None:
    import pty

    names = [f"{number}.jpg" for number in range(count)]
    for name in names:
        Path(name).write_bytes(red_jpeg)
    terminal, side = pty.openpty()
    command = [sys.executable, "-m", "unmask.cli.main", "detect", "--json", *names]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=side, check=True)
    os.close(side)
    try:
        shown = os.read(terminal, 100_000)
    except OSError:  # nothing was written
        shown = b""
    os.close(terminal)
    assert len([Report.model_validate_json(line) for line in done.stdout.splitlines()]) == count
    assert (b"judging" in shown) == (count > 1)
