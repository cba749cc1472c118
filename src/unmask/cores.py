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


def container_quota(root: Path = Path("/sys/fs/cgroup")) -> float | None:
    """Cores that a Linux control group grants (version 2, then 1); None where there is no limit."""
    try:
        if (root / "cpu.max").is_file():
            quota, period = (root / "cpu.max").read_text().split()
        else:
            quota = (root / "cpu/cpu.cfs_quota_us").read_text()
            period = (root / "cpu/cpu.cfs_period_us").read_text()
        return int(quota) / int(period) if int(quota) > 0 else None
    except (OSError, ValueError, ZeroDivisionError):  # no such group, or the word `max`
        return None
