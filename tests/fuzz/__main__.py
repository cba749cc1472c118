"""Looks for files that the decoder or the API stumbles over: python -m tests.fuzz [SECONDS]

Both are run under atheris, guided by the branches that a file takes in Unmask and Pillow. A crash,
an error that is not ours, an undocumented answer, two seconds of one file or 600 MB end the run;
the file is then left in build/fuzz. What was found belongs into `bombs.py` as code, or into
`seeds.py` as the number of a `spoil`.
"""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Final, NoReturn

FOUND: Final = Path("build/fuzz")
TARGETS: Final = ("decoder", "api")
MAX_SECONDS: Final = 2
"""Of the processor: a busy machine must not look like a hang."""
HANG_SECONDS: Final = 60
MAX_MB: Final = 600
MAX_BYTES: Final = 100_000


def fuzz(target: str, seconds: int, folder: Path) -> NoReturn:
    """Run until the time is up, then end this process."""
    import atheris

    with atheris.instrument_imports(include=["PIL", "unmask"], enable_loader_override=False):
        from tests.fuzz.seeds import FOREIGN, SEEDS, seed, spoil
        from tests.fuzz.targets import check_answer, check_decoding, make_client

    corpus = folder / "corpus"
    corpus.mkdir()
    for name in (*SEEDS, *FOREIGN):
        (corpus / name).write_bytes(seed(name))

    def mutate(data: bytes, max_size: int, number: int) -> bytes:
        if random.Random(number).random() < 0.5:
            return atheris.Mutate(data, max_size)
        return spoil(data, number)[:max_size]

    if target == "api":
        client = make_client(folder)
        paths = ("/api/detect", "/api/validate-face")

        def look(data: bytes) -> None:
            for path in paths:
                check_answer(client, path, data)
    else:

        def look(data: bytes) -> None:
            check_decoding(data)

    def once(data: bytes) -> None:
        began = time.process_time()
        look(data)
        spent = time.process_time() - began
        assert spent < MAX_SECONDS, f"{spent:.1f} s"

    flags = [
        f"-max_total_time={seconds}", f"-timeout={HANG_SECONDS}", f"-rss_limit_mb={MAX_MB}",
        f"-max_len={MAX_BYTES}", f"-artifact_prefix={FOUND}/{target}-", "-print_final_stats=1",
    ]  # fmt: skip
    atheris.Setup([sys.argv[0], *flags, str(corpus)], once, custom_mutator=mutate)
    atheris.Fuzz()
    raise AssertionError("libFuzzer did not end the process")


def main() -> int:
    """Fuzz one target, or each in a process of its own."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("seconds", type=int, nargs="?", default=300, help="for each target")
    parser.add_argument("--target", choices=TARGETS, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    FOUND.mkdir(parents=True, exist_ok=True)
    if arguments.target:
        fuzz(arguments.target, arguments.seconds, arguments.folder)
    failed = 0
    for target in TARGETS:
        # In a process of its own, since libFuzzer ends the one that it runs in.
        with tempfile.TemporaryDirectory() as folder:
            command = [sys.executable, "-m", "tests.fuzz", str(arguments.seconds)]
            command += ["--target", target, "--folder", folder]
            failed += subprocess.run(command, check=False).returncode != 0
    return failed


if __name__ == "__main__":
    sys.exit(main())
