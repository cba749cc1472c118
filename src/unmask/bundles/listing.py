"""Which bundles are there: reads their `model.json` and nothing else, so it is cheap."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from unmask.bundles.benchmark import Benchmark, read_benchmark
from unmask.bundles.model import BundleInfo

SHIPPED: Final = Path(__file__).resolve().parent.parent / "weights"
"""Where the bundles lie that come with the package."""
DEFAULT_MODEL: Final = "efficientnet-source"
MAX_TEXT: Final = 1_000_000
"""Bytes that `model.json` and `CARD.md` may have; both have a few thousand."""


class BundleError(Exception):
    """A bundle is missing or damaged; the message names it and says what to do."""


class UnknownModel(BundleError):
    """No bundle has the name that was asked for."""


class NoModel(BundleError):
    """There is no bundle at all."""


@dataclass(frozen=True)
class ListedBundle:
    """A bundle that was found; nothing but its `model.json` has been read."""

    info: BundleInfo
    folder: Path

    @property
    def card(self) -> str:
        """The text of `CARD.md`, empty where there is none."""
        return read_card(self.folder)

    @property
    def benchmark(self) -> Benchmark | None:
        """How it did in the benchmark, None where its folder does not say."""
        return read_benchmark(self.folder, self.info)


@dataclass(frozen=True)
class FoundBundles:
    """The bundles of some folders, by name; and by name of folder, why others are refused."""

    bundles: Mapping[str, ListedBundle]
    refused: Mapping[str, BundleError]

    def default(self, wanted: str | None = None) -> str:
        """Name of the bundle to use where none is asked for.

        Args:
            wanted: the name that the settings give, which must exist.

        Raises:
            BundleError: there is none of the wanted name, or none at all.
        """
        if wanted is not None:
            return self.get(wanted).info.name
        if self.bundles:
            return DEFAULT_MODEL if DEFAULT_MODEL in self.bundles else min(self.bundles)
        raise next(iter(self.refused.values()), _no_model())

    def get(self, name: str) -> ListedBundle:
        """The bundle of that name.

        Raises:
            UnknownModel: there is none of that name.
            NoModel: there is none of any name.
            BundleError: it is there, but its `model.json` is not valid.
        """
        if name in self.bundles:
            return self.bundles[name]
        if name in self.refused:
            raise self.refused[name]
        if not self.bundles:
            raise _no_model()
        raise UnknownModel(
            f"there is no model `{name}`; choose one of: {', '.join(sorted(self.bundles))}"
        )


def find_bundles(folders: Iterable[Path]) -> FoundBundles:
    """List the bundles in some folders, each a folder of bundles; a missing one counts as empty.

    Of two bundles of one name, the one in the later folder counts.
    """
    bundles: dict[str, ListedBundle] = {}
    refused: dict[str, BundleError] = {}
    for parent in folders:
        for path in sorted(parent.glob("*/model.json")):
            try:
                info = read_info(path.parent)
            except BundleError as error:
                refused[path.parent.name] = error
            else:
                bundles[info.name] = ListedBundle(info, path.parent)
    return FoundBundles(dict(sorted(bundles.items())), refused)


def read_info(folder: Path) -> BundleInfo:
    """Read a bundle's `model.json`.

    Raises:
        BundleError: it is missing, or not as `BundleInfo` says.
    """
    path = folder / "model.json"
    try:
        if path.stat().st_size > MAX_TEXT:
            raise refusal(folder.name, f"{path} has more than {MAX_TEXT / 1e6:g} MB")
        return BundleInfo.model_validate(json.loads(path.read_bytes()))
    except OSError as error:
        raise refusal(folder.name, f"cannot read {path}: {error.strerror}") from error
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        what = f"{where}: {first['msg']}" if where else first["msg"]
        raise refusal(folder.name, f"{path} is not valid: {what}") from error
    except (ValueError, RecursionError) as error:
        raise refusal(folder.name, f"{path} is not JSON: {error}") from error


def read_card(folder: Path) -> str:
    """The text of a bundle's `CARD.md`, cut where it is far too long, empty where there is none."""
    path = folder / "CARD.md"
    if not path.is_file():
        return ""
    with path.open(encoding="utf-8", errors="replace") as file:
        return file.read(MAX_TEXT)


def refusal(name: str, why: str) -> BundleError:
    """The error for a bundle that is there but must not be used."""
    return BundleError(
        f"bundle `{name}` is refused: {why}. Copy the bundle's folder again, or export it anew."
    )


def _no_model() -> NoModel:
    return NoModel(
        "no model is installed; put a bundle's folder into the folder that UNMASK_MODELS_DIR names"
    )
