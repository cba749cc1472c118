"""Words that every room shares: labels, kinds of collection, tasks and questions.

The ground: it imports nothing of ours.
"""

from __future__ import annotations

from typing import Final, Literal

REAL: Final = "real"
"""A face that was photographed, whatever was done to the whole picture since."""
GENERATED: Final = "generated"
"""A face that a generator made."""

Label = Literal["real", "generated"]
"""What a picture of a collection is."""
Task = Literal["source", "binary"]
"""What a model tells apart: `source` every generator, `binary` only generated and real."""
Question = Literal["synthesis", "manipulation"]
"""What a model answers: whether the whole face was made by a machine, or a part of it swapped or
altered."""
