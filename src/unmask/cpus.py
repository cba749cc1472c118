"""How many cores this process may use. Knows nothing else of ours."""

from __future__ import annotations

import math
import os
from pathlib import Path


def available_cores() -> int:
    """Cores that this process may use: its affinity, and a container's quota, rounded up."""
    if hasattr(os, "sched_getaffinity"):
        cores = len(os.sched_getaffinity(0))
    else:
        cores = os.cpu_count() or 1
    quota = container_quota()
    return max(1, cores if quota is None else min(cores, math.ceil(quota)))


def container_quota(
    root: Path = Path("/sys/fs/cgroup"), own: Path = Path("/proc/self/cgroup")
) -> float | None:
    """Cores that Linux control groups grant (version 2, then 1); None where there is no limit.

    Args:
        root: where the groups are mounted; in a container that is mostly its own group.
        own: says which group this process is in, seen from there; a group above it, such as that
            of a systemd service, may grant less than it.
    """
    granted = [_quota(folder / "cpu.max") for folder in _groups(root, own)]
    granted.append(_quota(root / "cpu/cpu.cfs_quota_us", root / "cpu/cpu.cfs_period_us"))
    return min((cores for cores in granted if cores is not None), default=None)


def _groups(root: Path, own: Path) -> list[Path]:
    """The folders of the process's own group of version 2, and of all above it."""
    try:
        lines = own.read_text().splitlines()
    except OSError:
        lines = []
    inside = next((line.removeprefix("0::/") for line in lines if line.startswith("0::/")), "")
    if ".." in Path(inside).parts:  # it lies outside of what this container sees
        return [root]
    group = root / inside
    return [group, *(above for above in group.parents if above.is_relative_to(root))]


def _quota(*files: Path) -> float | None:
    """The cores that a quota and its period make, in one file or in two."""
    try:
        quota, period = " ".join(file.read_text() for file in files).split()
        return int(quota) / int(period) if int(quota) > 0 else None
    except (OSError, ValueError, ZeroDivisionError):  # no such group, or the word `max`
        return None
