"""Everything that can be set, by environment variables UNMASK_... and by flags over them."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any, Final

import platformdirs
from pydantic import BeforeValidator, Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from unmask.bundles.listing import SHIPPED
from unmask.imaging.decode import DEFAULT_LIMITS, Limits

TRUST_FILE: Final = "c2pa-trust.pem"
PREFIX: Final = "UNMASK_"
DATABASES: Final = ("postgresql", "postgresql+psycopg", "postgres", "sqlite")
ADDRESS: Final = re.compile(r"https?://[^/?#@\s]+/?")
HOST: Final = re.compile(r"[A-Za-z0-9_.-]+")
ORIGIN: Final = re.compile(r"https?://([a-z0-9.-]+|\[[0-9a-f:]+\])(:\d+)?")


def _parted(value: object) -> object:
    """Names with commas between them, as a variable holds them, one by one."""
    if isinstance(value, str):
        return tuple(name for name in map(str.strip, value.split(",")) if name)
    return value


Names = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_parted)]


class SettingsError(Exception):
    """A setting has a bad value; the message names it, the value and what it should be."""


class Settings(BaseSettings):
    """The settings, in order of precedence: flags (arguments here), environment, defaults."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_ignore_empty=True, frozen=True, extra="forbid"
    )

    data_dir: Path = Field(
        default_factory=lambda: platformdirs.user_data_path("unmask", appauthor=False),
        description="Folder for what Unmask keeps.",
    )
    models_dir: Path | None = Field(
        default=None,
        description="Folder with more bundles, beside those that come with Unmask. One of the "
        "same name takes the place of the one that came.",
    )
    model: str | None = Field(
        default=None,
        description="Model to use where none is asked for; efficientnet-source if not set.",
    )
    threads: int | None = Field(
        default=None,
        ge=1,
        le=1024,
        description="Threads that one picture is judged with. If not set, all available cores; at "
        "the server, the cores that each of its workers has.",
    )
    max_bytes: int = Field(
        default=DEFAULT_LIMITS.max_bytes,
        ge=1,
        description="Largest picture file that is read, in bytes.",
    )
    max_pixels: int = Field(
        default=DEFAULT_LIMITS.max_pixels,
        ge=1,
        description="Largest picture that is decoded, in pixels. A JPEG may have four times as "
        "many, and is decoded at half of its size then.",
    )
    host: str = Field(default="127.0.0.1", description="Address that the server listens on.")
    port: int = Field(
        default=8000, ge=0, le=65535, description="Port that the server listens on; 0 for any."
    )
    workers: int | None = Field(
        default=None,
        ge=1,
        le=256,
        description="Pictures that the server judges at once; one a core if not set.",
    )
    queue: int = Field(
        default=16,
        ge=0,
        le=10_000,
        description="Pictures that may wait at the server; beyond them it answers 503.",
    )
    idle_seconds: int = Field(
        default=60,
        ge=0,
        description="Seconds after which the server drops a model from memory that nobody asks "
        "for, but never the default one; it is loaded again for who asks next.",
    )
    history: bool = Field(
        default=True,
        description="Whether checked pictures can be saved. If not, no checked picture is written "
        "anywhere.",
    )
    database_url: str | None = Field(
        default=None,
        description="Database of the history, postgresql://USER:PASSWORD@HOST/NAME; SQLite in "
        "the data folder if not set.",
    )
    shelf_bytes: int = Field(
        default=2_000_000_000,
        ge=0,
        description="What the pictures that were checked in the last 15 minutes, and not saved, "
        "may take on the disk, with their reports; the pictures of one address a quarter of it at "
        "once, and as much again in the next 15 minutes; beyond it "
        "pictures are checked, but cannot be saved.",
    )
    visitor_entries: int = Field(
        default=10_000,
        ge=0,
        description="Reports that one visitor, or one token, may have saved.",
    )
    visitor_bytes: int = Field(
        default=2_000_000_000,
        ge=0,
        description="What the pictures that one visitor, or one token, has saved may take, with "
        "their reports.",
    )
    rate_limit: int = Field(
        default=600,
        ge=0,
        le=1_000_000,
        description="Requests to the API that one client may make in a minute, by its address and "
        "by its token; 0 for no limit. Clients on the server's own machine have none.",
    )
    trusted_proxies: Names = Field(
        default=(),
        description="Addresses or networks of the proxies whose X-Forwarded-For and "
        "X-Forwarded-Proto are believed, with commas between them. Without it a client is who "
        "connects, and behind a proxy all clients are one.",
    )
    hosts: Names = Field(
        default=(),
        description="Names by which the server may be asked, such as unmask.example.org, with "
        "commas between them, beside that of UNMASK_PUBLIC_URL, any address and any name without "
        "a dot.",
    )
    cors_origins: Names = Field(
        default=(),
        description="Origins of other sites whose pages may use the API, such as "
        "https://example.org, with commas between them. They never get the cookie: only with a "
        "token can they save and see what was saved.",
    )
    require_token: bool = Field(
        default=False,
        description="Whether every call needs a token, see `unmask token create`.",
    )
    public_url: str | None = Field(
        default=None,
        description="Address that browsers have for this server, such as "
        "https://unmask.example.org; needed behind a proxy that passes on another host name.",
    )
    c2pa_trust: Path | None = Field(
        default=None,
        description="PEM file of the authorities whose signers of Content Credentials are trusted; "
        "if not set, the list that `unmask trust fetch` keeps in the data folder.",
    )
    tracking_uri: str | None = Field(
        default=None,
        description="MLflow tracking server or store of training runs; a local SQLite store if "
        "not set.",
    )

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str | None) -> str | None:
        if value is not None and value.partition("://")[0] not in DATABASES:
            raise ValueError("use postgresql://USER:PASSWORD@HOST/NAME or sqlite:///PATH")
        return value

    @field_validator("public_url")
    @classmethod
    def _whole_address(cls, value: str | None) -> str | None:
        if value is not None and not ADDRESS.fullmatch(value):
            raise ValueError("use http:// or https:// and a host name, without a path")
        return value

    @field_validator("trusted_proxies")
    @classmethod
    def _networks(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for one in value:
            try:
                ip_network(one)
            except ValueError as error:
                raise ValueError(f"`{one}` is no address such as 10.0.0.1 or 10.0.0.0/8") from error
        return value

    @field_validator("hosts")
    @classmethod
    def _host_names(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for one in value:
            if not HOST.fullmatch(one):
                raise ValueError(f"`{one}` is no host name; leave out http://, port and path")
        return value

    @field_validator("cors_origins")
    @classmethod
    def _exact_origins(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for one in value:
            if not ORIGIN.fullmatch(one):
                raise ValueError(
                    f"`{one}` is no origin; use http:// or https:// and a host name, in small "
                    "letters and without a path"
                )
        return value

    @property
    def limits(self) -> Limits:
        """What a picture may measure at most."""
        return Limits(max_bytes=self.max_bytes, max_pixels=self.max_pixels)

    @property
    def trust_file(self) -> Path:
        """Where the list of trusted signers lies, if one is kept."""
        return self.c2pa_trust or self.data_dir / TRUST_FILE

    @property
    def model_folders(self) -> tuple[Path, ...]:
        """Folders in which bundles are sought, later ones overriding earlier ones."""
        return (SHIPPED,) if self.models_dir is None else (SHIPPED, self.models_dir)


def load_settings(**flags: Any) -> Settings:
    """Read the settings from the environment, and lay flags over them.

    Args:
        flags: settings by name; those that are None were not given.

    Raises:
        SettingsError: a value is bad.
    """
    given = {name: value for name, value in flags.items() if value is not None}
    try:
        return Settings(**given)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        name = str(first["loc"][0])
        called = f"--{name.replace('_', '-')}" if name in given else f"{PREFIX}{name.upper()}"
        message = first["msg"].removeprefix("Value error, ")
        message = message[:1].lower() + message[1:]
        raise SettingsError(f"{called}={masked(str(first['input']))}: {message}") from error


@dataclass(frozen=True)
class SettingRow:
    """One setting as `unmask settings` shows it."""

    name: str
    variable: str
    value: str | None
    source: str
    description: str


def explain_settings(settings: Settings) -> list[SettingRow]:
    """Every setting with its value and where that came from; passwords in addresses are masked."""
    named = {name.upper(): name for name, value in os.environ.items() if value}
    rows = []
    for name, field in Settings.model_fields.items():
        variable = f"{PREFIX}{name.upper()}"
        value = getattr(settings, name)
        rows.append(
            SettingRow(
                name=name,
                variable=variable,
                value=_shown(value),
                source="environment" if variable in named else "default",
                description=field.description or "",
            )
        )
    return rows


def unknown_variables() -> list[str]:
    """Environment variables with our prefix that no setting has: most likely misspelt."""
    known = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}
    return sorted(
        name for name in os.environ if name.upper().startswith(PREFIX) and name.upper() not in known
    )


def _shown(value: object) -> str | None:
    """A value as it is written in the environment; None where nothing is set."""
    if isinstance(value, tuple):
        return ",".join(value) or None
    return None if value is None else masked(str(value))


def masked(value: str) -> str:
    """The value with the password of an address in it replaced by stars."""
    # Not parsed: databases take passwords in which a parser sees the end of the host's name.
    value = re.sub(r"(://[^:/@]*):.*@", r"\1:***@", value)
    return re.sub(r"([?&]password=)[^&]*", r"\1***", value)
