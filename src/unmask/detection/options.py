"""What a check is asked for beside the verdict: one type for Python, command line and API."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class DetectOptions(BaseModel):
    """What a check is asked for beside the verdict.

    >>> DetectOptions(stability=True).stability
    True
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    explain: bool = Field(
        default=True, description="Make a heat map of every label, and weigh the parts of the face."
    )
    overlay: bool = Field(default=True, description="Draw every map as a PNG, too.")
    stability: bool = Field(
        default=False,
        description="Judge every face in re-compressed, shrunken and shifted copies, too; where "
        "the verdict changes, it is unsure.",
    )
    occlusion: bool = Field(
        default=False,
        description="Make a second map of the largest faces, four at most, by covering parts of "
        "them; slow.",
    )
    provenance: bool = Field(
        default=False,
        description="Say what the file says of its own origin: Content Credentials, metadata of "
        "generators.",
    )

    @classmethod
    def help_of(cls, name: str) -> str:
        """What an option is, in a sentence or two."""
        return cls.model_fields[name].description or ""
