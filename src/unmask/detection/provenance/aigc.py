"""China's mandatory label of generated content: read in whichever form a service writes it.

The label is JSON, wherever it stands: `Label` says how sure its writer is, the other fields who
made and who spread the content. Source: GB 45438-2025, annexes E and F, in force since 2025-09-01.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from unmask.detection.provenance.claims import AigcLabel, Grade
from unmask.detection.provenance.jsons import as_object

GRADES: Final[Mapping[str, Grade]] = {"1": "generated", "2": "possibly", "3": "suspected"}
_FIELDS: Final = (
    "ContentProducer", "ProduceID", "ContentPropagator", "PropagateID", "ReservedCode1",
    "ReservedCode2",
)  # fmt: skip
_OF_SERVICES: Final = ("ServiceProvider", "ServiceUser")
"""What Tencent Cloud writes in their place, without a grade."""
MAX_FIELD: Final = 200


def read_label(text: str) -> AigcLabel | None:
    """The label that a text is, or holds under the name `AIGC`; None where it is none."""
    bare = text.strip().removeprefix("AIGC").lstrip("\0 :=")
    found = as_object(bare)
    if found is None:
        return None
    inner = as_object(found.get("AIGC"))
    if inner is not None:
        found = inner
    grade = GRADES.get(str(found.get("Label", "")).strip())
    if inner is not None and "Label" not in found and any(map(found.__contains__, _OF_SERVICES)):
        grade = "generated"
    if grade is None or not any(map(found.__contains__, (*_FIELDS, *_OF_SERVICES))):
        return None
    return AigcLabel(
        grade=grade,
        producer=_field(found, "ContentProducer") or _field(found, "ServiceProvider"),
        propagator=_field(found, "ContentPropagator"),
    )


def _field(found: Mapping[str, Any], name: str) -> str | None:
    value = found.get(name)
    return value.strip()[:MAX_FIELD] or None if isinstance(value, str) else None
