"""`unmask evaluate`: the benchmark of bundles."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import platformdirs
import typer
from pydantic import ValidationError

from unmask.bundles.runtime import Bundle, find_bundles, load_bundle
from unmask.cli.main import INTERRUPTED
from unmask.cli.progress import track
from unmask.cli.tables import table
from unmask.evaluation.benchmark.report.tables import main_section
from unmask.evaluation.benchmark.results import REPORT, BenchmarkResult
from unmask.evaluation.benchmark.suite import (
    SUITES,
    SuiteError,
    add_to,
    check_can_add,
    run_suite,
    write_into_bundle,
)
from unmask.settings import Settings, load_settings

DEFAULT_FOLDER: Final = Path("data/faces")


def evaluate(
    bundles: Annotated[
        list[str] | None,
        typer.Argument(help="Folders of bundles, or names of installed ones; by default all."),
    ] = None,
    suite: Annotated[str, typer.Option(help=f"What to measure: {', '.join(SUITES)}.")] = "standard",
    out: Annotated[Path, typer.Option(help="Folder for the reports.")] = Path("benchmark"),
    data: Annotated[Path, typer.Option(help="Folder of the dataset.")] = DEFAULT_FOLDER,
    pool: Annotated[
        Path | None,
        typer.Option(help="Folder of the originals; without it they are left out."),
    ] = None,
    all_crops: Annotated[
        bool,
        typer.Option("--all-crops", help="Run slow models, too, over all crops of every view."),
    ] = False,
    into_bundle: Annotated[
        bool,
        typer.Option(
            "--into-bundle",
            help="Also write benchmark.json into each bundle's folder, for the page to draw.",
        ),
    ] = False,
    add: Annotated[
        bool,
        typer.Option(
            "--add", help="Keep what the reports there say of other bundles, and add to them."
        ),
    ] = False,
    cache: Annotated[
        Path | None,
        typer.Option(help="Folder that keeps scores between runs; by default the user's cache."),
    ] = None,
) -> None:
    """Run every bundle over the same crops, and write benchmark.json, .md and .html.

    Clean and laundered test crops, engines never seen, and what shortcuts would give. Bundles that
    were trained without some generators are measured on those. A run that was interrupted goes on
    where it was.
    """
    settings = load_settings()
    if suite not in SUITES:
        raise SuiteError(f"no suite {suite!r}; there are: {', '.join(SUITES)}")
    if pool is None:
        typer.echo("no originals are named: they are left out (--pool)", err=True)
    published = _read(out) if add else None
    if published is not None:
        check_can_add(published, SUITES[suite], data)
    if out.exists() and not out.is_dir():
        raise SuiteError(f"{out} is no folder; name another one with --out")
    chosen = _load(bundles or [], settings)
    try:
        result = run_suite(
            SUITES[suite],
            chosen,
            data,
            pool=pool,
            cache=cache or platformdirs.user_cache_path("unmask", appauthor=False) / "benchmark",
            all_crops=all_crops,
            track=track,
            say=lambda line: typer.echo(line, err=True),
        )
    except KeyboardInterrupt:
        typer.echo("interrupted; the same command goes on from there", err=True)
        raise typer.Exit(INTERRUPTED) from None
    from unmask.evaluation.benchmark.report.document import (
        write_reports,  # matplotlib takes its time
    )

    whole = result if published is None else add_to(published, result)
    for path in write_reports(whole, out):
        typer.echo(f"written to {path}", err=True)
    if into_bundle:
        folders = {bundle.info.name: bundle.folder for bundle in chosen}
        for one in result.bundles:
            typer.echo(f"written to {write_into_bundle(one, folders[one.name])}", err=True)
    headline = main_section(whole)
    if whole.bundles:
        typer.echo(table(headline.tables[0].headings, headline.tables[0].rows))
        typer.echo(f"\n{headline.note}")


def _read(folder: Path) -> BenchmarkResult:
    """The benchmark in a folder."""
    try:
        return BenchmarkResult.model_validate_json((folder / REPORT).read_bytes())
    except FileNotFoundError as error:
        raise SuiteError(f"no {REPORT} in {folder} to add to; leave out --add") from error
    except ValidationError as error:
        raise SuiteError(f"{folder / REPORT} is no benchmark of this version") from error


def _load(named: list[str], settings: Settings) -> list[Bundle]:
    """The bundles that are named: folders, or names of installed ones; all where none is."""
    found = find_bundles(settings.model_folders)
    for refused in () if named else found.refused.values():
        typer.echo(f"unmask: {refused}", err=True)
    folders = [found.folder_of(name) for name in named or list(found.bundles)]
    return [load_bundle(folder, settings.threads) for folder in folders]
