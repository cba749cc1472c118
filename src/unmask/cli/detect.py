"""`unmask detect`: judges pictures, files and folders of them."""

from __future__ import annotations

import json
import sys
from collections import Counter
from contextlib import closing, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final

import typer

from unmask.cli.files import failure, find_pictures, reason
from unmask.cli.heatmaps import HeatMapWriter
from unmask.cli.main import BAD_INPUT, INTERRUPTED
from unmask.cli.ordered_pool import in_order
from unmask.cli.progress import ProgressBar
from unmask.cpus import available_cores
from unmask.detection.loading import LoadedPicture, name_of
from unmask.detection.options import DetectOptions
from unmask.detection.provenance.trust import read_trust_list
from unmask.detection.registry import DetectorRegistry
from unmask.detection.report import Report
from unmask.detection.text import printable
from unmask.imaging.decode import PictureError, decode, read_file
from unmask.settings import load_settings

MOST_AT_ONCE: Final = 8
"""Pictures that are judged at once at most; a large one takes some 500 MB while it is."""


@dataclass(frozen=True)
class _Judged:
    """The report on a picture, and why the heat map that was asked for could not be written."""

    report: Report
    not_written: OSError | None = None


def detect(
    pictures: Annotated[
        list[Path],
        typer.Argument(metavar="PICTURE", help="Picture files, and folders to search for them."),
    ],
    model: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Which model judges; `unmask models` lists them."),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print JSON, one object a picture, each on its line.")
    ] = False,
    heatmap: Annotated[
        Path | None,
        typer.Option(
            metavar="PNG|FOLDER",
            help="Write the picture with the heat map over its faces; for several, a folder.",
        ),
    ] = None,
    stability: Annotated[
        bool,
        typer.Option(
            "--stability",
            help=DetectOptions.help_of("stability"),
        ),
    ] = False,
    occlusion: Annotated[
        bool,
        typer.Option(
            "--occlusion",
            help=f"{DetectOptions.help_of('occlusion')} With --heatmap it is drawn on a picture of "
            "its own.",
        ),
    ] = False,
    provenance: Annotated[
        bool,
        typer.Option(
            "--provenance",
            help=DetectOptions.help_of("provenance"),
        ),
    ] = False,
    threads: Annotated[
        int | None, typer.Option(help="Threads to use; by default all available cores.")
    ] = None,
) -> None:
    """Tell whether the faces in pictures were photographed or generated.

    The exit status is 0 where all was judged. It is 2 where something could not be read; the reason
    is then on standard error, in JSON it is an `error` in place of a report, and the others are
    judged all the same. What is no picture in a folder is left out, and said.
    """
    settings = load_settings(model=model, threads=threads)
    if provenance and settings.c2pa_trust is not None:
        read_trust_list(settings.c2pa_trust)  # a file that was named and is none is a mistake
    found = find_pictures(pictures)
    files = found.pictures
    # A picture a thread is quicker than all threads for one: much of the way is on one thread.
    cores = settings.threads or available_cores()
    workers = max(1, min(cores, len(files), MOST_AT_ONCE))
    detector = DetectorRegistry(
        settings.model_folders, settings.model, cores // workers, settings.trust_file
    ).get()
    options = DetectOptions(
        overlay=False, stability=stability, occlusion=occlusion, provenance=provenance
    )
    failures = 0
    for folder, why in found.wrong:
        failures += _complain(folder, why)
    for folder, what in found.left_out:
        _complain(folder, what)
    writer = None if heatmap is None else HeatMapWriter.to(heatmap, files, detector.bundle.info)

    def judge(paths: tuple[Path, Path | None]) -> _Judged | PictureError | OSError:
        file, drawing = paths
        try:
            data = read_file(file, settings.limits)
            picture = decode(data, settings.limits)
        except (PictureError, OSError) as error:
            return error
        report = detector.detect(LoadedPicture(picture, name_of(file), data), options)
        if writer is not None and drawing is not None:
            try:
                writer.write(drawing, picture, report)
            except OSError as error:
                return _Judged(report, error)
        return _Judged(report)

    # Names are given out here, in order; what is drawn is written by the threads.
    paths = ((file, None if writer is None else writer.path_for(file)) for file in files)

    verdicts: Counter[str] = Counter()
    try:
        with (
            ProgressBar("judging", total=len(files)) as progress,
            closing(in_order(judge, paths, workers)) as answers,
        ):
            for file, judged in zip(files, answers, strict=True):
                if isinstance(judged, Exception):
                    with progress.paused():
                        failures += _complain(file, reason(judged))
                    if as_json:
                        typer.echo(json.dumps(failure(file, judged)))
                else:
                    # Counted first: whoever reads a report and interrupts finds it in the count.
                    verdicts[judged.report.verdict] += 1
                    # Taking the bar away takes a tenth of what judging a picture does.
                    with progress.paused() if sys.stdout.isatty() else nullcontext():
                        _print(judged.report, as_json=as_json, first=verdicts.total() == 1)
                    if writer is not None and judged.not_written is not None:
                        with progress.paused():
                            failures += _complain(writer.target, reason(judged.not_written))
                progress.advance()
    except KeyboardInterrupt:
        typer.echo(f"interrupted; {verdicts.total()} of {len(files)} judged", err=True)
        raise typer.Exit(INTERRUPTED) from None
    if len(files) > 1:
        _summarise(verdicts, failures)
    if failures:
        raise typer.Exit(BAD_INPUT)


def _print(report: Report, *, as_json: bool, first: bool) -> None:
    if as_json:
        typer.echo(report.model_dump_json())
    else:
        typer.echo(str(report) if first else f"\n{report}")


def _summarise(verdicts: Counter[str], failures: int) -> None:
    counts = [f"{count} {verdict.replace('_', ' ')}" for verdict, count in verdicts.most_common()]
    if failures:
        counts.append(f"{failures} failed")
    typer.echo(f"{verdicts.total()} judged: {', '.join(counts)}", err=True)


def _complain(path: Path, why: str) -> int:
    """Say in one line what is wrong with a file; returns 1, the number of failures."""
    typer.echo(f"{printable(str(path))}: {why}", err=True)
    return 1
