from __future__ import annotations

import itertools
from typing import Any

import pytest

from unmask.bundles.verdict import Verdict
from unmask.detection.conclusion import Conclusion, ConclusionKind, Ground, conclude
from unmask.detection.provenance.claims import (
    AigcLabel,
    ContentCredentials,
    GeneratorMetadata,
    Provenance,
    RecordAction,
    RecordIngredient,
)

GENERATED, UNSURE, REAL, NO_FACE = (
    Verdict.GENERATED, Verdict.UNSURE, Verdict.REAL, Verdict.NOT_APPLICABLE,
)  # fmt: skip


def record(**facts: Any) -> ContentCredentials:
    standing = {
        "state": "intact", "valid": True, "signer": "Works", "issued": None, "software": "Maker 2",
        "says_generated": True, "problems": [], "trust": "no_list",
    }  # fmt: skip
    return ContentCredentials.model_validate({**standing, **facts})


def taken(**facts: Any) -> ContentCredentials:
    made = RecordAction(
        action="c2pa.created", when=None, software=None, digital_source_type="digitalCapture",
        description=None,
    )  # fmt: skip
    return record(says_generated=False, actions=[made], **facts)


def note(**facts: Any) -> GeneratorMetadata:
    said = {
        "software": "Painter", "digital_source_type": None, "says_generated": True,
        "parameters": None,
    }  # fmt: skip
    return GeneratorMetadata.model_validate({**said, **facts})


def label(grade: str) -> GeneratorMetadata:
    told = AigcLabel.model_validate({"grade": grade, "producer": None, "propagator": None})
    return note(software=None, says_generated=grade == "generated", label=told)


def concluded(
    verdict: Verdict,
    signed: ContentCredentials | None = None,
    unsigned: GeneratorMetadata | None = None,
) -> Conclusion:
    return conclude(verdict, Provenance(content_credentials=signed, generator=unsigned))


@pytest.mark.parametrize("verdict", Verdict)
def test_an_intact_record_of_a_known_signer_settles_it(verdict: Verdict) -> None:
    found = concluded(verdict, record(trust="listed"))
    assert found.kind is ConclusionKind.RECORD_SETTLES_GENERATED
    assert "Made with generative AI, with Maker 2" in found.text
    assert found.source == "Maker 2"
    assert ("show no trace" in found.text) is (verdict is REAL)


@pytest.mark.parametrize(
    "doubt",
    [
        {"trust": "no_list"},
        {"trust": "not_listed"},
        {"state": "changed", "valid": False, "trust": "listed"},
        {"state": "unchecked", "valid": False, "trust": "listed"},
        {"problems": ["a picture that it was made from does not fit"], "trust": "listed"},
    ],
)
def test_any_other_record_settles_nothing_and_is_named_for_what_it_is(
    doubt: dict[str, Any],
) -> None:
    found = concluded(REAL, record(**doubt))
    assert found.kind is ConclusionKind.FILE_SAYS_GENERATED_PIXELS_DO_NOT
    assert found.grounds[1] is Ground.PIXELS_NO_TRACE


@pytest.mark.parametrize(
    ("verdict", "signed", "unsigned", "kind", "grounds"),
    [
        (GENERATED, None, note(), "generated_by_pixels_and_file", ["unsigned_note"]),
        (REAL, None, note(), "file_says_generated_pixels_do_not", ["unsigned_note"]),
        (UNSURE, None, note(), "file_says_generated", ["unsigned_note"]),
        (NO_FACE, None, note(), "file_says_generated", ["unsigned_note"]),
        (NO_FACE, record(), note(), "file_says_generated",
         ["record_of_unknown_signer", "unsigned_note"]),
        (REAL, None, label("generated"), "file_says_generated_pixels_do_not", ["china_label"]),
        (REAL, None, label("possibly"), "file_suspects_generated", ["china_label"]),
        (UNSURE, None, label("suspected"), "file_suspects_generated", ["china_label"]),
        (GENERATED, taken(), None, "generated_against_capture_record",
         ["camera_record_of_unknown_signer"]),
        (REAL, taken(trust="listed"), None, "capture_record_and_no_trace",
         ["camera_record_of_known_signer"]),
        (UNSURE, taken(), None, "capture_record", ["camera_record_of_unknown_signer"]),
        (REAL, taken(state="changed", valid=False), None, "no_trace", []),
        (GENERATED, None, None, "generated_by_pixels", []),
        (UNSURE, None, None, "unsure", []),
        (REAL, None, note(says_generated=False), "no_trace", []),
        (NO_FACE, None, None, "nothing_to_judge", []),
    ],
)  # fmt: skip
def test_pixels_and_file_come_to_one_conclusion(
    verdict: Verdict,
    signed: ContentCredentials | None,
    unsigned: GeneratorMetadata | None,
    kind: str,
    grounds: list[str],
) -> None:
    found = concluded(verdict, signed, unsigned)
    pixels = {
        GENERATED: "pixels_generated", UNSURE: "pixels_unsure", REAL: "pixels_no_trace",
        NO_FACE: "no_face_judged",
    }  # fmt: skip
    assert (found.kind, found.grounds) == (kind, [*grounds, pixels[verdict]])


def test_an_unsigned_note_is_told_to_be_cheap_and_pixels_against_it_are_told() -> None:
    text = concluded(REAL, None, note()).text
    assert "unsigned note" in text and "cheap to forge" in text
    assert "show no trace" in text and "does not clear it" in text


def test_a_note_of_a_generator_in_a_file_that_a_camera_signed_is_set_against_it() -> None:
    text = concluded(REAL, taken(), note()).text
    assert text.index("unsigned note") < text.index("while an intact record tells of a camera")


def test_the_source_is_whoever_generated_and_not_who_wrote_the_record_last() -> None:
    made = RecordAction(
        action="c2pa.created", when=None, software="Painter 3",
        digital_source_type="trainedAlgorithmicMedia", description=None,
    )  # fmt: skip
    parent = RecordIngredient(
        title="p", relation="parentOf", state="intact", signer=None, software="Dreamer",
        says_generated=True,
    )  # fmt: skip
    assert concluded(UNSURE, record(actions=[made])).source == "Painter 3"
    assert concluded(UNSURE, record(ingredients=[parent])).source == "Dreamer"
    assert concluded(UNSURE, record(ai_disclosure="m", ingredients=[parent])).source == "Maker 2"


def test_where_nobody_looked_nothing_is_said_of_the_file() -> None:
    assert "file" not in conclude(REAL, None).text
    assert "The file itself says nothing" in concluded(REAL).text


def test_real_is_never_said_of_a_file_that_calls_itself_generated() -> None:
    signed: list[ContentCredentials | None] = [
        None, taken(), record(), record(trust="listed"), record(state="changed", valid=False),
    ]  # fmt: skip
    notes = [None, note(), *map(label, ("generated", "possibly", "suspected"))]
    for verdict, one, other in itertools.product(Verdict, signed, notes):
        found = concluded(verdict, one, other)
        assert found.text.endswith(".") and "{" not in found.text and ".." not in found.text
        assert not found.text.startswith("Real")
        if (one and one.says_generated) or other:
            assert "enerated" in found.text or "generative AI" in found.text
            assert not found.text.startswith("No trace")
