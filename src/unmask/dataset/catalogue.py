"""The catalogue: what each folder of a pool holds."""

from __future__ import annotations

import csv
import os
import tomllib
from dataclasses import dataclass
from importlib import resources
from pathlib import Path, PurePosixPath
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from unmask.imaging.decode import PICTURE_SUFFIXES
from unmask.labels import GENERATED, REAL, Kind, Label


class DatasetError(Exception):
    """A pool, catalogue or dataset that cannot be used; the message says what to do."""


class Facts(BaseModel):
    """What is known of a collection, and stands here alone; explained in catalogue.toml."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str = ""
    kind: Kind
    origin: str = ""
    licence: str = ""
    terms: str = ""
    people: str = ""


class Source(Facts):
    """One folder of pictures; the fields are explained in catalogue.toml."""

    collection: str
    folder: str
    label: Label
    generator: str = ""
    family: str = ""
    use: Literal["learn", "unseen"]
    subjects: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _facts_have_defaults(cls, given: Any) -> Any:
        if not isinstance(given, dict):
            return given
        kind: Kind = "whole" if given.get("label") == GENERATED else "photograph"
        return {"title": given.get("collection", ""), "kind": kind} | given

    @model_validator(mode="after")
    def _kind_fits_the_label(self) -> Source:
        made = self.kind in ("whole", "swap", "edit")
        if self.kind != "drawn" and made != (self.label == GENERATED):
            raise ValueError(
                f"source {self.collection!r}: kind {self.kind!r} does not go with label "
                f"{self.label!r}"
            )
        return self

    @property
    def facts(self) -> Facts:
        """What is known of the collection."""
        return Facts(**self.model_dump(include=set(Facts.model_fields)))

    @model_validator(mode="after")
    def _generated_names_its_generator(self) -> Source:
        if (self.label == GENERATED) != bool(self.generator and self.family):
            raise ValueError(
                f"source {self.collection!r}: generator and family go with label 'generated', "
                "and only with it"
            )
        if REAL in (self.generator, self.family):
            raise ValueError(f"source {self.collection!r}: no generator may be called 'real'")
        return self

    @model_validator(mode="after")
    def _paths_are_below_the_pool(self) -> Source:
        for path in (self.folder, self.subjects or "."):
            pure = PurePosixPath(path)
            if not path or pure.is_absolute() or ".." in pure.parts:
                raise ValueError(
                    f"source {self.collection!r}: {path!r} must be a path below the pool"
                )
        return self


class Catalogue(BaseModel):
    """All sources of a pool."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    source: tuple[Source, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _collections_are_unique(self) -> Catalogue:
        names = [source.collection for source in self.source]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"collection named twice: {', '.join(twice)}")
        return self

    @model_validator(mode="after")
    def _folders_hold_no_other(self) -> Catalogue:
        for one in self.source:
            for other in self.source:
                if one is not other and PurePosixPath(one.folder).is_relative_to(other.folder):
                    raise ValueError(
                        f"source {one.collection!r}: its folder {one.folder!r} is in the folder "
                        f"of {other.collection!r}, so that its pictures have two sources"
                    )
        return self

    @model_validator(mode="after")
    def _generators_have_one_family(self) -> Catalogue:
        families: dict[str, str] = {}
        for source in self.source:
            if source.family != families.setdefault(source.generator, source.family):
                raise ValueError(
                    f"source {source.collection!r}: generator {source.generator!r} is of family "
                    f"{families[source.generator]!r} elsewhere, here of {source.family!r}"
                )
        return self


@dataclass(frozen=True)
class PoolPicture:
    """A picture of the pool before it is looked at. `path` is relative to the pool."""

    path: str
    source: Source
    subject: str


def load_catalogue(pool: Path, path: Path | None = None) -> Catalogue:
    """Read a catalogue: the named file, else the pool's own catalogue.toml, else the shipped one.

    Raises:
        DatasetError: the file cannot be read or does not hold a catalogue.
    """
    own = pool / "catalogue.toml"
    file = path or (own if own.exists() else None)
    try:
        if file is None:
            text = resources.files(__package__).joinpath("catalogue.toml").read_text("utf-8")
        else:
            text = file.read_text("utf-8")
        return Catalogue.model_validate(tomllib.loads(text))
    except (OSError, ValueError) as error:
        raise DatasetError(f"catalogue {file} cannot be used: {_reason(error)}") from error


def _reason(error: Exception) -> str:
    """What is wrong with a catalogue, in one line."""
    if isinstance(error, ValidationError):
        first = error.errors(include_url=False)[0]
        place = "".join(
            f"[{one + 1}]" if isinstance(one, int) else f" {one}" for one in first["loc"]
        )
        return f"{place.strip()}: {first['msg']}".removeprefix(": ").replace("Value error, ", "")
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error).replace("\n", " ")


def list_pictures(pool: Path, catalogue: Catalogue) -> list[PoolPicture]:
    """List the pictures of a pool in a fixed order.

    Raises:
        DatasetError: the pool holds no picture in any of the catalogue's folders, or one whose name
            is not UTF-8, or a table of subjects cannot be used.
    """
    if not pool.is_dir():
        raise DatasetError(f"no pool of pictures at {pool}: there is no such folder")
    pictures: list[PoolPicture] = []
    tables: dict[str, dict[str, str]] = {}
    for source in catalogue.source:
        folder = pool / source.folder
        if not folder.is_dir():
            continue
        if source.subjects is not None and source.subjects not in tables:
            tables[source.subjects] = _read_subjects(pool / source.subjects)
        subjects = tables.get(source.subjects or "", {})
        found = [
            _name(path, pool)
            for path in sorted(folder.rglob("*"))
            if path.suffix.lower() in PICTURE_SUFFIXES and path.is_file()
        ]
        if source.subjects and subjects and found and not any(name in subjects for name in found):
            raise DatasetError(
                f"subjects table {pool / source.subjects} names no picture of {source.folder}, "
                f"such as {found[0]}; its paths must be relative to the pool"
            )
        pictures += [PoolPicture(name, source, subjects.get(name, "")) for name in found]
    if not pictures:
        folders = ", ".join(source.folder for source in catalogue.source)
        raise DatasetError(f"no pictures in {pool}: none of these folders has any: {folders}")
    return pictures


def _name(path: Path, pool: Path) -> str:
    name = path.relative_to(pool).as_posix()
    try:
        name.encode()
    except UnicodeEncodeError as error:
        raise DatasetError(f"the name of {os.fsencode(path)!r} is not UTF-8; rename it") from error
    return name


def _read_subjects(path: Path) -> dict[str, str]:
    try:
        with path.open(newline="", encoding="utf-8") as file:
            return {row["path"]: row["subject"] or "" for row in csv.DictReader(file)}
    except (OSError, KeyError, ValueError, csv.Error) as error:
        raise DatasetError(
            f"subjects table {path} cannot be used; it must be CSV with the columns path, subject"
        ) from error
