"""Reports as versions before schema 2 wrote them, brought into the form that they have now."""

from __future__ import annotations

from typing import Any, Final

OF_FACE: Final = ("box", "landmarks", "usable", "reasons", "crop_to_picture")


def is_old(report: dict[str, Any]) -> bool:
    """Whether a report has no schema, and a face with its one answer laid flat."""
    return "schema" not in report and any(
        isinstance(face, dict) and "judgements" not in face for face in report.get("faces", ())
    )


def upgraded(report: dict[str, Any]) -> dict[str, Any]:
    """An old report as one of schema 2; the old one is not changed.

    Raises:
        KeyError: it lacks what every report had.
    """
    return report | {"faces": [_face(face, report["model"]) for face in report["faces"]]}


def _face(face: dict[str, Any], model: str) -> dict[str, Any]:
    judgements = [] if face["verdict"] is None else [_judgement(face, model)]
    return {name: face[name] for name in OF_FACE} | {"judgements": judgements}


def _judgement(face: dict[str, Any], model: str) -> dict[str, Any]:
    return {
        "question": "synthesis",
        "model": model,
        "verdict": face["verdict"],
        "why_unsure": face["why_unsure"],
        "probability": face["probability_generated"],
        "scores": face["scores"],
        "families": face["families"],
        "explanation": _explanation(face),
        "stability": _stability(face["stability"]),
    }


def _explanation(face: dict[str, Any]) -> dict[str, Any] | None:
    first, covered = face["heatmap"], face["occlusion"]
    labelled = [] if first is None else [first, *face["other_heatmaps"]]
    maps = [{"method": "class_map", **one} for one in labelled]
    if covered is not None:
        maps.append(
            {
                "method": "occlusion",
                "label": "generated",
                "evidence": covered["overlay"] is not None,
                "peak": max(max(row) for row in covered["map"]),
                **covered,
            }
        )
    return {"maps": maps, "regions": face["regions"] or []} if maps else None


def _stability(held: dict[str, Any] | None) -> dict[str, Any] | None:
    if held is None:
        return None
    copies = [
        {
            "name": one["view"],
            "probability": one["probability_generated"],
            "verdict": one["verdict"],
        }
        for one in held["views"]
    ]
    return {"steady": held["steady"] if len(copies) > 1 else None, "copies": copies}
