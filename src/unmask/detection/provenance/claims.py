"""What a file says of its own origin, as the report gives it: signed records and unsigned notes."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Grade = Literal["generated", "possibly", "suspected"]


class _Frozen(BaseModel):
    """Settings that all claims share."""

    model_config = ConfigDict(frozen=True)


class ContentCredentials(_Frozen):
    """What the signed record of its origin (C2PA) that a file carries says."""

    valid: bool = Field(
        description="Whether the signature holds and the file is what was signed. Whether the "
        "signer deserves trust is another question: see `signer` and `problems`."
    )
    signer: str | None = Field(description="Who signed, by the signing certificate.")
    issued: str | None = Field(description="When it was signed, ISO 8601, where that is said.")
    software: str | None = Field(description="The software that wrote the record.")
    says_generated: bool = Field(
        description="Whether the record says that the picture was made by generative AI, or with "
        "it in part. Believe it only where `valid`."
    )
    problems: list[str] = Field(description="What is wrong with the record; empty where nothing.")


class AigcLabel(_Frozen):
    """China's mandatory label of generated content (GB 45438-2025)."""

    grade: Grade = Field(
        description="`generated`: it is; `possibly`: whoever uploaded it says so; `suspected`: the "
        "service that spreads it found traces."
    )
    producer: str | None = Field(description="Who made it, by name or number.")
    propagator: str | None = Field(description="Who spread it, by name or number.")


class GeneratorMetadata(_Frozen):
    """What the file's unsigned metadata say of the software that made it. Anyone can write it."""

    software: str | None = Field(
        description="Name of the software, where it is given, or else of the known generator."
    )
    generator: str | None = Field(
        default=None, description="The known generator that writes such a note."
    )
    found_in: str | None = Field(
        default=None,
        description="Where its note stands, such as `exif:UserComment` or `text:parameters`.",
    )
    digital_source_type: str | None = Field(
        description="IPTC digital source type, such as `trainedAlgorithmicMedia`."
    )
    says_generated: bool = Field(
        description="Whether the metadata say that the picture was made by generative AI, or with "
        "it in part."
    )
    label: AigcLabel | None = Field(
        default=None, description="China's label of generated content, where the file carries it."
    )
    prompt_writer: str | None = Field(
        default=None, description="Who asked the generator, by IPTC's field."
    )
    parameters: str | None = Field(
        description="What the generator was asked for, cut at 2,000 characters."
    )


class Provenance(_Frozen):
    """What the file says of its own origin. That it says nothing means nothing."""

    content_credentials: ContentCredentials | None = Field(
        description="Null where the file carries none."
    )
    generator: GeneratorMetadata | None = Field(
        description="Null where the metadata say nothing of it."
    )
