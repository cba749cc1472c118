"""What a file says of its own origin, as the report gives it: signed records and unsigned notes."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

RecordState = Literal["intact", "changed", "unchecked"]
IngredientState = Literal["intact", "changed", "unchecked", "no_record"]
SignerTrust = Literal["listed", "not_listed", "no_list"]
CertificateState = Literal[
    "in_force", "expired_since", "expired", "outside", "revoked", "unsuitable"
]
Grade = Literal["generated", "possibly", "suspected"]


class _Frozen(BaseModel):
    """Settings that all claims share."""

    # What kept reports of before lack is filled in on reading; what is given always has all of it.
    model_config = ConfigDict(frozen=True, json_schema_serialization_defaults_required=True)


class RecordAction(_Frozen):
    """One thing that was done to the picture, as its record says."""

    action: str = Field(description="What was done, such as `c2pa.created`.")
    when: str | None = Field(description="When, ISO 8601, where that is said.")
    software: str | None = Field(description="With what, where that is said.")
    digital_source_type: str | None = Field(
        description="IPTC digital source type, such as `trainedAlgorithmicMedia`."
    )
    description: str | None = Field(description="In the words of whoever did it.")


class RecordIngredient(_Frozen):
    """A picture that this one was made from, and whether it fits a record of its own."""

    title: str | None = Field(description="What the record calls it.")
    relation: str | None = Field(
        description="`parentOf`: it was opened and edited; `componentOf`: it was placed in the "
        "picture; `inputTo`: a generator was given it."
    )
    state: IngredientState = Field(
        description="As `state` of a record, when it was taken in; `no_record`: it had none."
    )
    signer: str | None = Field(description="Who signed its record.")
    software: str | None = Field(description="The software that wrote its record.")
    says_generated: bool = Field(
        description="Whether its record says that generative AI made it, or a part of it."
    )


class ContentCredentials(_Frozen):
    """What the signed record of its origin (C2PA) that a file carries says."""

    state: RecordState = Field(
        description="`intact`: the signature holds and the file is what was signed; `changed`: the "
        "file or its record was changed since; `unchecked`: that cannot be told here, as the "
        "record is kept elsewhere or in a form that is not known."
    )
    valid: bool = Field(
        description="Whether `state` is `intact`. Whether the signer deserves trust is another "
        "question: see `signer` and `trust`."
    )
    signer: str | None = Field(description="Who signed, by the signing certificate.")
    trust: SignerTrust = Field(
        default="no_list",
        description="`listed`: the signer is on the list of trusted signers that is kept here; "
        "`not_listed`: it is not; `no_list`: nobody here has a list to vouch for signers.",
    )
    certificate: CertificateState | None = Field(
        default=None,
        description="`in_force`: the certificate holds, or held at the stamped time; "
        "`expired_since`: it has run out since it was signed, by a time stamp; `expired`: it has "
        "run out, and no time stamp says whether that was before; `outside`: it did not hold when "
        "it was signed; `revoked`: it was withdrawn; `unsuitable`: it is none for signing records.",
    )
    issued: str | None = Field(description="When it was signed, ISO 8601, where that is said.")
    software: str | None = Field(description="The software that wrote the record.")
    camera: str | None = Field(
        default=None, description="The camera, where the record tells its make and model."
    )
    says_generated: bool = Field(
        description="Whether the record says that the picture was made by generative AI, or with "
        "it in part. Believe it only where `valid`."
    )
    ai_disclosure: str | None = Field(
        default=None, description="What model took part, where the record discloses one."
    )
    actions: list[RecordAction] = Field(
        default=[], description="What was done, in order; 50 at most."
    )
    ingredients: list[RecordIngredient] = Field(
        default=[], description="What it was made from; 20 at most."
    )
    problems: list[str] = Field(
        description="What is wrong with the record, or with what it was made from; empty where "
        "nothing. That a signer is unknown is no such thing."
    )

    @model_validator(mode="before")
    @classmethod
    def _told_as_before(cls, given: Any) -> Any:
        """Reports that were kept before there was a state say only whether it is valid."""
        if isinstance(given, dict) and "state" not in given:
            return {**given, "state": "intact" if given.get("valid") else "unchecked"}
        return given


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
