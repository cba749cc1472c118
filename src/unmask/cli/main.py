"""The entry point: finds the verb, loads it alone, and turns mistakes into one line."""

from __future__ import annotations

import importlib
import inspect
import signal
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Final

import typer

from unmask.version import __version__

BAD_INPUT: Final = 2
INTERRUPTED: Final = 130
"""Exit status after Ctrl-C: 128 and the signal's number, as shells have it."""
TRAINING: Final = "Training (needs the extra: train)"


@dataclass(frozen=True)
class Verb:
    """A verb: where it is defined, and what the list of verbs says of it.

    `attribute` is a function, or a `typer.Typer` where the verb has verbs of its own.
    """

    name: str
    attribute: str
    help: str
    panel: str = "Commands"

    def load(self) -> object:
        """Import the verb's file and take the verb from it."""
        return getattr(importlib.import_module(f"unmask.cli.{self.name}"), self.attribute)


VERBS: Final = (
    Verb("detect", "detect", "Tell whether the faces in pictures were photographed or generated."),
    Verb("serve", "serve", "Serve the web page and the API."),
    Verb("models", "models", "List the models, and what they are good for."),
    Verb("settings", "settings", "List all settings, and where each value came from."),
    Verb("trust", "app", "Look after the list of trusted signers of Content Credentials."),
    Verb("token", "app", "Make, list and revoke tokens for programs that use the API."),
    Verb("history", "app", "Look after the saved reports and their pictures."),
    Verb("dataset", "app", "Build and audit a dataset of faces.", TRAINING),
    Verb("train", "train", "Train a network on a dataset.", TRAINING),
    Verb(
        "export", "export", "Make a bundle, which the detector runs, of a training run.", TRAINING
    ),
    Verb("ensemble", "ensemble", "Make a bundle that averages others.", TRAINING),
    Verb("evaluate", "evaluate", "Run the benchmark over bundles and write its report.", TRAINING),
    Verb("runs", "runs", "List the training runs with their figures.", TRAINING),
)


def main() -> None:
    """Run the command line and leave with its exit status."""
    # A command that is asked to end ends as with Ctrl-C: a training run is recorded as killed.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Run the command line.

    Args:
        arguments: what stands after `unmask`.

    Returns:
        The exit status.
    """
    verb = next((one for one in VERBS if arguments and one.name == arguments[0]), None)
    try:
        _application(verb)(args=list(arguments), prog_name="unmask")
    except SystemExit as left:
        return left.code if isinstance(left.code, int) else int(left.code is not None)
    except KeyboardInterrupt:
        typer.echo("unmask: interrupted", err=True)
        return INTERRUPTED
    except ModuleNotFoundError as error:
        if verb is None or verb.panel != TRAINING or (error.name or "").startswith("unmask"):
            raise
        return fail(
            f'unmask {verb.name} needs the training extra: pip install "unmask[train]" '
            f"({error.name} is not installed)"
        )
    except OSError as error:  # a full disk, a folder that nobody may write
        name = f"{error.filename}: " if error.filename else ""
        return fail(f"{name}{error.strerror or error}")
    except Exception as error:
        # Our own errors are written for people; any other is a mistake in the software.
        if not type(error).__module__.startswith("unmask."):
            raise
        return fail(str(error))
    return 0


def fail(message: str) -> int:
    """Say in one line why it cannot be done; returns the exit status for bad input."""
    typer.echo(f"unmask: {message}", err=True)
    return BAD_INPUT


def _application(called: Verb | None) -> typer.Typer:
    """The command line, with only the verb that is called loaded; the others are names."""
    app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False)
    app.callback(help="Tells whether a face in a picture was photographed or generated.")(_options)
    for verb in VERBS:
        loaded = verb.load() if verb is called else _not_loaded
        if isinstance(loaded, typer.Typer):
            app.add_typer(loaded, name=verb.name, help=verb.help, rich_help_panel=verb.panel)
        else:
            assert callable(loaded)
            app.command(
                verb.name,
                help=_help_of(loaded) or verb.help,
                short_help=verb.help,
                rich_help_panel=verb.panel,
            )(loaded)
    return app


def _help_of(function: object) -> str | None:
    """The docstring of a verb with its paragraphs unfolded, so that help fits any terminal."""
    if function is _not_loaded:
        return None
    paragraphs = (inspect.getdoc(function) or "").split("\n\n")
    return "\n\n".join(paragraph.replace("\n", " ") for paragraph in paragraphs)


def _not_loaded() -> None:
    raise AssertionError("this verb was not called")


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"unmask {__version__}")
        raise typer.Exit


def _options(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version."
        ),
    ] = False,
) -> None:
    """The options that stand before a verb."""


if __name__ == "__main__":
    main()
