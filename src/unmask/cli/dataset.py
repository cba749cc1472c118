"""`unmask dataset`: `build` makes a dataset of faces, `audit` looks for what gives labels away."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from unmask.cli.main import INTERRUPTED
from unmask.cli.progress import ProgressBar
from unmask.cli.tables import table
from unmask.dataset.build import REJECTED, build_dataset
from unmask.dataset.manifest import SPLITS

if TYPE_CHECKING:
    from unmask.dataset.audit import Audit, Finding

OVER_LIMIT: Final = 1
DEFAULT_FOLDER: Final = Path("data/faces")

app = typer.Typer(no_args_is_help=True)


@app.command()
def build(
    pool: Annotated[Path, typer.Option(help="Folder of the pictures.")],
    out: Annotated[Path, typer.Option(help="Folder to make the dataset in.")] = DEFAULT_FOLDER,
    catalogue: Annotated[
        Path | None,
        typer.Option(
            help="TOML file that says what each folder of the pool holds; by default the pool's "
            "own catalogue.toml, or else the one that comes with Unmask."
        ),
    ] = None,
    seed: Annotated[int, typer.Option(help="Decides which crop goes to which split.")] = 0,
    workers: Annotated[
        int | None, typer.Option(min=1, help="Processes to use; by default one a core.")
    ] = None,
) -> None:
    """Make a dataset: aligned crops of one encoding, in splits that no person straddles.

    A build that was interrupted goes on where it was.
    """
    with _interruptible("the same command goes on from there"), closing(_Bars()) as bars:
        result = build_dataset(
            pool,
            out,
            catalogue=catalogue,
            seed=seed,
            workers=workers,
            progress=lambda done, total: bars.show("cropping", done, total),
        )
    typer.echo(_build_text(result.description, out))


@app.command()
def audit(
    data: Annotated[Path, typer.Option(help="Folder of the dataset.")] = DEFAULT_FOLDER,
    pool: Annotated[
        Path | None,
        typer.Option(help="Folder of the originals; without it they are left out."),
    ] = None,
    workers: Annotated[
        int | None, typer.Option(min=1, help="Processes to use; by default one a core.")
    ] = None,
) -> None:
    """Measure what gives label and collection away without a look at the face.

    The exit status is 1 where the files of the crops say more than they may.
    """
    from unmask.dataset.audit import AUDIT, audit_dataset  # scikit-learn takes its time

    if pool is None:
        typer.echo("no originals are named: they are left out (--pool)", err=True)
    with _interruptible("nothing was written"), closing(_Bars()) as bars:
        result = audit_dataset(data, pool, workers=workers, progress=bars.show)
    typer.echo(_audit_text(result, data / AUDIT))
    if not result.passed:
        raise typer.Exit(OVER_LIMIT)


class _Bars:
    """Progress bars, one after another, for work that says how much of it is done."""

    def __init__(self) -> None:
        self._what = ""
        self._done = 0
        self._bar: ProgressBar | None = None

    def show(self, what: str, done: int, total: int) -> None:
        """Show how much is done of what; another `what` starts another bar."""
        if what != self._what:
            self.close()
            if done:
                typer.echo(f"{done} of {total} were done before", err=True)
            # What was done before is no part of the bar: it would make the rate a lie.
            self._bar = ProgressBar(what, total - done).__enter__()
            self._what, self._done = what, done
        for _ in range(done - self._done):
            if self._bar is not None:
                self._bar.advance()
        self._done = done

    def close(self) -> None:
        """Take the last bar away."""
        if self._bar is not None:
            self._bar.__exit__(None, None, None)
            self._bar = None


@contextmanager
def _interruptible(what_then: str) -> Iterator[None]:
    """On Ctrl-C say in one line what becomes of the work."""
    try:
        yield
    except KeyboardInterrupt:
        typer.echo(f"interrupted; {what_then}", err=True)
        raise typer.Exit(INTERRUPTED) from None


def _build_text(description: dict[str, Any], out: Path) -> str:
    """What a build made, for people."""
    counts: dict[str, dict[str, int]] = description["counts"]
    left_out: dict[str, int] = description["rejected"]
    whole: dict[str, int] = {
        split: sum(one.get(split, 0) for one in counts.values()) for split in SPLITS
    }
    rows = [
        (name, *(f"{one.get(split, 0):10}" for split in SPLITS))
        for name, one in (counts | {"total": whole}).items()
    ]
    lines = [table(("collection", *(f"{split:>10}" for split in SPLITS)), rows)]
    if left_out:
        reasons = sorted(left_out.items(), key=lambda reason: -reason[1])
        lines += ["", table(("left out", "why"), [(f"{n:8}", why) for why, n in reasons])]
        lines.append(f"which ones: {out / REJECTED}")
    if description["missing_folders"]:
        missing = ", ".join(description["missing_folders"])
        lines += ["", f"folders of the catalogue that the pool does not have: {missing}"]
    fingerprint = description["fingerprint"][:12]
    lines += ["", f"{description['crops']} crops are in {out}, fingerprint {fingerprint}"]
    return "\n".join(lines)


def _audit_text(audit: Audit, written: Path) -> str:
    """What an audit found, for people."""
    headings = ("guessed from", "numbers", "varying", "label", "collection", "limit", "")
    lines = [
        f"area under the ROC curve over {audit.crops} crops: 0.5 is chance, 1 certainty",
        "",
        table(headings, [_finding_row(finding) for finding in audit.findings]),
        "",
        *(f"{finding.subject}: {finding.purpose}" for finding in audit.findings),
        "",
    ]
    for finding in audit.findings:
        if finding.telling:
            alone = ", ".join(f"{name} {area:.2f}" for name, area in finding.telling.items())
            lines.append(f"most telling of the label in {finding.subject}: {alone}")
    if not audit.passed:
        lines.append("NOT PASSED: the files of the crops give away more than they may")
    lines.append(f"written to {written}")
    return "\n".join(lines)


def _finding_row(finding: Finding) -> tuple[str, ...]:
    verdict = "pass" if finding.passed else "FAIL"
    return (
        finding.subject,
        str(finding.numbers),
        str(finding.varying),
        _area(finding.label_auc),
        _area(finding.collection_auc),
        "" if finding.limit is None else f"< {finding.limit:.2f}",
        "" if finding.limit is None else verdict,
    )


def _area(area: float | None) -> str:
    return "-" if area is None else f"{area:.3f}"
