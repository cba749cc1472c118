from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from unmask.bundles.verdict import Verdict
from unmask.detection.report import Report


@pytest.fixture
def old(root: Path) -> dict[str, Any]:
    """A report as version 0.1.0 kept it, before a face had judgements."""
    report: dict[str, Any] = json.loads((root / "tests/history/report-1.json").read_bytes())
    return report


def test_an_old_report_says_what_it_said(old: dict[str, Any]) -> None:
    report = Report.model_validate_json(json.dumps(old))
    assert (report.schema_version, report.kind) == (2, "picture")
    face, before = report.faces[0], old["faces"][0]
    (judgement,) = face.judgements
    assert (judgement.question, judgement.model) == ("synthesis", old["model"])
    assert (judgement.verdict, judgement.why_unsure) == (Verdict.GENERATED, None)
    assert judgement.probability == before["probability_generated"]
    assert (judgement.scores, judgement.families) == (before["scores"], before["families"])
    assert judgement.explanation is not None and judgement.stability is not None
    maps = [before["heatmap"], *before["other_heatmaps"]]
    found = [one.model_dump(exclude={"method"}) for one in judgement.explanation.class_maps]
    assert found == maps
    occlusion = judgement.explanation.occlusion
    assert occlusion is not None
    assert occlusion.model_dump(include={"map", "overlay"}) == before["occlusion"]
    assert (occlusion.label, occlusion.evidence, occlusion.peak) == ("generated", True, 3.75)
    assert [one.model_dump() for one in judgement.explanation.regions] == before["regions"]
    assert judgement.stability.steady is True
    copies = [(one.name, one.probability, one.verdict) for one in judgement.stability.copies]
    assert copies == [tuple(one.values()) for one in before["stability"]["views"]]
    assert report.faces[1].judgements == [] and not report.faces[1].usable


def test_the_names_that_were_flat_are_still_in_the_json(old: dict[str, Any]) -> None:
    report = json.loads(Report.model_validate(old).model_dump_json())
    for face, before in zip(report["faces"], old["faces"], strict=True):
        for name in ("verdict", "why_unsure", "probability_generated", "scores", "families"):
            assert face[name] == before[name]
    # No map is there twice.
    assert json.dumps(report).count("data:image/png") == json.dumps(old).count("data:image/png")


def test_read_once_it_is_a_report_of_this_version(old: dict[str, Any]) -> None:
    report = Report.model_validate(old)
    assert Report.model_validate_json(report.model_dump_json()) == report


def test_what_was_judged_in_no_copy_is_not_steady(old: dict[str, Any]) -> None:
    held = old["faces"][0]["stability"]
    held["views"] = held["views"][:1]
    stability = Report.model_validate(old).faces[0].stability
    assert stability is not None and stability.steady is None


def test_an_old_report_without_extras_or_faces_is_read(old: dict[str, Any]) -> None:
    bare = {"heatmap": None, "other_heatmaps": [], "regions": None, "stability": None}
    old["faces"][0] |= bare | {"occlusion": None}
    (judgement,) = Report.model_validate(old).judgements
    assert judgement.explanation is judgement.stability is None
    assert Report.model_validate(old | {"faces": []}).judgements == []


def test_a_report_of_a_later_schema_is_refused(old: dict[str, Any]) -> None:
    later = json.loads(Report.model_validate(old).model_dump_json()) | {"schema": 3}
    with pytest.raises(ValueError, match="schema"):
        Report.model_validate(later)
