"""Which bundles are there: reads their `model.json` and nothing else, so it is cheap."""

from __future__ import annotations

import hashlib
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
GRAPH: Final = "model.onnx"
MAX_TEXT: Final = 1_000_000
"""Bytes that `model.json` and `CARD.md` may have; both have a few thousand."""
MAX_GRAPH: Final = 1_000_000_000
"""Bytes that a graph may have; they are read into memory to be hashed."""


class BundleError(Exception):
    """A bundle is missing or damaged; the message names it and says what to do."""


class UnknownModel(BundleError):
    """No bundle has the name that was asked for."""


class NoModel(BundleError):
    """There is no bundle at all, or not the one that the settings name."""


class RefusedBundle(BundleError):
    """A bundle that is there must not be used; `name` says which, the message why."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(
            f"bundle `{name}` is refused: {why}. Copy the bundle's folder again, or export it anew."
        )
        self.name = name


Stamp = tuple[int, int, int, int]
"""What changes where a file is written, mended or replaced: times, size, inode."""


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
    def damage(self) -> RefusedBundle | None:
        """What is wrong with its graph, None where nothing is; reads the whole file.

        Of an ensemble it reads the graphs of all members.
        """
        try:
            for part in members_of(self.info, self.folder) or [self]:
                read_graph(part.info, part.folder)
        except RefusedBundle as error:
            return error
        return None

    @property
    def benchmark(self) -> Benchmark | None:
        """How it did in the benchmark, None where its folder does not say."""
        return read_benchmark(self.folder, self.info)


@dataclass(frozen=True)
class FoundBundles:
    """The bundles of some folders, by name; and by name of folder, why others are refused."""

    bundles: Mapping[str, ListedBundle]
    refused: Mapping[str, RefusedBundle]
    stamps: Mapping[Path, Stamp]
    """What `bundle_stamps` said just before they were read."""

    def default(self, wanted: str | None = None) -> str:
        """Name of the bundle to use where none is asked for.

        Args:
            wanted: the name that the settings give, which must exist.

        Raises:
            NoModel: there is none of the wanted name, or none at all.
            RefusedBundle: it is there, but its `model.json` is not valid.
        """
        if wanted is not None:
            try:
                return self.get(wanted).info.name
            except UnknownModel as error:
                raise NoModel(str(error)) from error
        if self.bundles:
            return DEFAULT_MODEL if DEFAULT_MODEL in self.bundles else min(self.bundles)
        raise next(iter(self.refused.values()), _no_model())

    def get(self, name: str) -> ListedBundle:
        """The bundle of that name.

        Raises:
            UnknownModel: there is none of that name.
            NoModel: there is none of any name.
            RefusedBundle: it is there, but its `model.json` is not valid.
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

    def folder_of(self, named: str) -> Path:
        """The folder of a bundle that is named by it, or by its own name.

        Raises:
            BundleError: there is neither.
        """
        folder = Path(named)
        return folder if (folder / "model.json").is_file() else self.get(named).folder


def bundle_stamps(folders: Iterable[Path]) -> dict[Path, Stamp]:
    """The folders of bundles in some folders, and the stamp of each one's `model.json`.

    It reads no file: a server asks before every picture whether a bundle has changed.

    Raises:
        OSError: this process may open no more files.
    """
    stamps = {}
    for parent in folders:
        try:
            inside = sorted(parent.iterdir())
        except (FileNotFoundError, NotADirectoryError, PermissionError):
            continue
        for folder in inside:
            if folder.name.startswith("."):
                continue  # a bundle that is being made
            try:
                found = (folder / "model.json").stat()
            except OSError:
                continue
            stamps[folder] = (found.st_ctime_ns, found.st_mtime_ns, found.st_size, found.st_ino)
    return stamps


def find_bundles(folders: Iterable[Path]) -> FoundBundles:
    """List the bundles in some folders, each a folder of bundles; a missing one counts as empty.

    Of two bundles of one name, the one in the later folder counts, though it be refused; of two
    in one folder, the one whose own folder has the name.
    """
    stamps = bundle_stamps(folders)
    bundles: dict[str, ListedBundle] = {}
    refused: dict[str, RefusedBundle] = {}
    owners: dict[str, Path] = {}
    for folder in stamps:
        try:
            info = read_info(folder)
        except RefusedBundle as error:
            refused[folder.name] = error
            bundles.pop(folder.name, None)
            owners[folder.name] = folder
            continue
        owner = owners.get(info.name)
        if owner is None or owner.parent != folder.parent or folder.name == info.name:
            bundles[info.name] = ListedBundle(info, folder)
            owners[info.name] = folder
    return FoundBundles(dict(sorted(bundles.items())), refused, stamps)


def read_info(folder: Path) -> BundleInfo:
    """Read a bundle's `model.json`.

    Raises:
        RefusedBundle: it is missing, or not as `BundleInfo` says.
    """
    path = folder / "model.json"
    try:
        if path.stat().st_size > MAX_TEXT:
            raise RefusedBundle(folder.name, f"{path} has more than {MAX_TEXT / 1e6:g} MB")
        info = BundleInfo.model_validate(json.loads(path.read_bytes()))
    except OSError as error:
        raise RefusedBundle(folder.name, f"cannot read {path}: {error.strerror}") from error
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        what = f"{where}: {first['msg']}" if where else first["msg"]
        raise RefusedBundle(folder.name, f"{path} is not valid: {what}") from error
    except (ValueError, RecursionError) as error:
        raise RefusedBundle(folder.name, f"{path} is not JSON: {error}") from error
    return info.model_copy(update={"figures": info.but_misnamed(info.figures)})


def members_of(info: BundleInfo, folder: Path) -> list[ListedBundle]:
    """The bundles whose answers an ensemble averages; none where it is a bundle with a graph.

    Each lies beside it, or is one that ships.

    Raises:
        RefusedBundle: one is missing, or not the one that the ensemble was made of.
    """
    members = []
    for member in info.members:
        places = [parent / member.name for parent in (folder.parent, SHIPPED)]
        there = [place for place in places if (place / "model.json").is_file()]
        if not there:
            raise RefusedBundle(
                info.name, f"its member `{member.name}` is neither in {folder.parent} nor ships"
            )
        bundles = (ListedBundle(read_info(place), place) for place in there)
        found = next((one for one in bundles if one.info.sha256 == member.sha256), None)
        if found is None or found.info.members:
            raise RefusedBundle(
                info.name, f"{there[0]} is not the `{member.name}` that it was made of"
            )
        if found.info.families != info.families or found.info.labels != info.labels:
            raise RefusedBundle(info.name, f"its member `{member.name}` has other labels")
        members.append(found)
    return members


def graphs_of(info: BundleInfo, folder: Path) -> list[Path]:
    """Files of the graphs that a bundle runs: its own, or its members'.

    Raises:
        RefusedBundle: a member is missing, or not the one that the ensemble was made of.
    """
    members = [member.folder for member in members_of(info, folder)]
    return [inside / GRAPH for inside in members or [folder]]


def read_graph(info: BundleInfo, folder: Path) -> bytes:
    """Read a bundle's `model.onnx`.

    Raises:
        RefusedBundle: it is missing, or not the one that `model.json` was written for.
    """
    path = folder / GRAPH
    try:
        if path.stat().st_size > MAX_GRAPH:
            raise RefusedBundle(info.name, f"{path} has more than {MAX_GRAPH / 1e6:g} MB")
        graph = path.read_bytes()
    except OSError as error:
        raise RefusedBundle(info.name, f"cannot read {path}: {error.strerror}") from error
    digest = hashlib.sha256(graph).hexdigest()
    if digest != info.sha256:
        raise RefusedBundle(
            info.name, f"sha256 of {path} is {digest}, but model.json says {info.sha256}"
        )
    return graph


def read_card(folder: Path) -> str:
    """The text of a bundle's `CARD.md`, cut where it is far too long, empty where there is none."""
    path = folder / "CARD.md"
    if not path.is_file():
        return ""
    with path.open(encoding="utf-8", errors="replace") as file:
        return file.read(MAX_TEXT)


def _no_model() -> NoModel:
    return NoModel(
        "no model is installed; put a bundle's folder into the folder that UNMASK_MODELS_DIR names"
    )
