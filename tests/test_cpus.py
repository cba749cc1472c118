from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from unmask import cpus as cores
from unmask.cpus import available_cores, container_quota


@pytest.mark.parametrize(
    ("files", "count"),
    [
        ({"cpu.max": "150000 100000\n"}, 1.5),
        ({"cpu.max": "max 100000\n"}, None),
        ({"cpu/cpu.cfs_quota_us": "50000\n", "cpu/cpu.cfs_period_us": "100000\n"}, 0.5),
        ({"cpu/cpu.cfs_quota_us": "-1\n", "cpu/cpu.cfs_period_us": "100000\n"}, None),
        ({"cpu.max": "0 0\n"}, None),
        ({}, None),
        # A service of systemd, and a container that sees the groups of its host.
        ({"system.slice/unmask.service/cpu.max": "200000 100000\n"}, 2.0),
        ({"system.slice/cpu.max": "50000 100000\n",
          "system.slice/unmask.service/cpu.max": "200000 100000\n"}, 0.5),
        ({"system.slice/other.service/cpu.max": "50000 100000\n"}, None),
    ],
)  # fmt: skip
def test_a_containers_quota_is_read(
    tmp_path: Path, files: dict[str, str], count: float | None
) -> None:
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True, parents=True)
        (tmp_path / name).write_text(text)
    own = tmp_path / "own"
    own.write_text("1:name=systemd:/\n0::/system.slice/unmask.service\n")
    assert container_quota(tmp_path, own) == count


@pytest.mark.parametrize("own", ["0::/\n", "0::/../other\n", "", None])
def test_where_the_own_group_is_not_seen_the_root_counts(tmp_path: Path, own: str | None) -> None:
    (tmp_path / "cpu.max").write_text("150000 100000\n")
    if own is not None:
        (tmp_path / "own").write_text(own)
    assert container_quota(tmp_path, tmp_path / "own") == 1.5


def test_the_quota_bounds_the_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: {0, 1, 2, 3}, raising=False)
    for quota, count in ((0.5, 1), (1.5, 2), (3.0, 3), (100.0, 4), (None, 4)):
        monkeypatch.setattr(cores, "container_quota", lambda quota=quota: quota)
        assert available_cores() == count


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="this system has no affinities")
def test_a_process_that_may_use_one_core_counts_one() -> None:
    code = "import os, unmask.cpus as c; os.sched_setaffinity(0, {min(os.sched_getaffinity(0))}); "
    done = subprocess.run(
        [sys.executable, "-c", f"{code}print(c.available_cores())"],
        capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    assert done.stdout == "1\n"


def test_the_cores_are_counted_where_the_system_does_not_tell_which_may_be_used(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(cores, "container_quota", lambda: None)
    assert available_cores() >= 1
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: 7)
    assert available_cores() == 7
    monkeypatch.setattr(os, "cpu_count", lambda: None)
    assert available_cores() == 1
