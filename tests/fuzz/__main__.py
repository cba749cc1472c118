"""Looks for files that the decoder or the API stumbles over: python -m tests.fuzz [SECONDS]

Each of the two is given files by hypothesis, which spoils sound ones at random, and by atheris,
which is guided by the branches that a file takes in Unmask and Pillow. A crash, an error that is
not ours, an undocumented answer, two seconds of one file or 600 MB end the run. What atheris found
is then in build/fuzz; hypothesis prints it. It belongs into `bombs.py` as code, or into `seeds.py`
as the number of a `spoil`, or into `swelling.py`.
"""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final, NoReturn

FOUND: Final = Path("build/fuzz")
TARGETS: Final = ("decoder", "api")
MAX_BYTES: Final = 2_100_000
"""Of a file, or else none that is swollen fits."""
SMALL_BYTES: Final = 100_000
"""Of a file that another is made from, so that not all are large, and few be tried."""
EXAMPLES: Final = 500
"""What hypothesis makes of one random seed; then it begins with the next."""


def looking(target: str, folder: Path) -> Callable[[bytes], None]:
    """What is done with every file."""
    from tests.fuzz.targets import PATHS, bounded, check_answer, check_decoding, make_client

    if target == "api":
        client = make_client(folder)

        def look(data: bytes) -> None:
            for path in PATHS:
                check_answer(client, path, data)
    else:

        def look(data: bytes) -> None:
            check_decoding(data)

    def timed(data: bytes) -> None:
        bounded(lambda: look(data))

    return timed


def with_hypothesis(target: str, seconds: int, folder: Path) -> None:
    """Try spoilt files until the time is up; one that fails is printed, as small as it goes."""
    from hypothesis import HealthCheck, given, seed, settings

    from tests.fuzz.targets import MAX_MB, harmed
    from tests.fuzz.worker import peak_mb

    look, tried = looking(target, folder), 0

    def once(data: bytes) -> None:
        nonlocal tried
        tried += 1
        look(data)

    often = settings(
        max_examples=EXAMPLES, deadline=None, database=None, print_blob=True,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        seed(random.getrandbits(64))(often(given(harmed())(once)))()
        assert peak_mb() < MAX_MB, f"{peak_mb():.0f} MB"
    print(f"hypothesis, {target}: {tried} files, {peak_mb():.0f} MB at most")


def with_atheris(target: str, seconds: int, folder: Path) -> NoReturn:
    """Run until the time is up, then end this process."""
    import atheris

    with atheris.instrument_imports(include=["PIL", "unmask"], enable_loader_override=False):
        from tests.fuzz.foreign import FOREIGN
        from tests.fuzz.seeds import SEEDS, seed
        from tests.fuzz.swelling import harm
        from tests.fuzz.targets import HANG_SECONDS, MAX_MB

        look = looking(target, folder)

    corpus = folder / "corpus"
    corpus.mkdir()
    for name in (*SEEDS, *FOREIGN):
        (corpus / name).write_bytes(seed(name))

    def mutate(data: bytes, max_size: int, number: int) -> bytes:
        data = data[:SMALL_BYTES]
        if random.Random(number).random() < 0.5:
            return atheris.Mutate(data, min(max_size, SMALL_BYTES))
        return harm(data, number)[:max_size]

    flags = [
        f"-max_total_time={seconds}", f"-timeout={HANG_SECONDS}", f"-rss_limit_mb={MAX_MB}",
        f"-max_len={MAX_BYTES}", "-len_control=0", f"-artifact_prefix={FOUND}/{target}-",
        "-print_final_stats=1",
    ]  # fmt: skip
    atheris.Setup([sys.argv[0], *flags, str(corpus)], look, custom_mutator=mutate)
    atheris.Fuzz()
    raise AssertionError("libFuzzer did not end the process")


WAYS: Final = {"hypothesis": with_hypothesis, "atheris": with_atheris}


def main() -> int:
    """Fuzz one target in one way, or each in each, in a process of its own."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("seconds", type=int, nargs="?", default=300, help="for each way and target")
    parser.add_argument("--target", choices=TARGETS, help=argparse.SUPPRESS)
    parser.add_argument("--way", choices=WAYS, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    FOUND.mkdir(parents=True, exist_ok=True)
    if arguments.target:
        WAYS[arguments.way](arguments.target, arguments.seconds, arguments.folder)
        return 0
    failed = 0
    for way in WAYS:
        for target in TARGETS:
            # In a process of its own, since libFuzzer ends the one that it runs in.
            with tempfile.TemporaryDirectory() as folder:
                command = [sys.executable, "-m", "tests.fuzz", str(arguments.seconds)]
                command += ["--way", way, "--target", target, "--folder", folder]
                failed += subprocess.run(command, check=False).returncode != 0
    return failed


if __name__ == "__main__":
    sys.exit(main())
