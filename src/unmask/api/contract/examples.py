"""The examples in the OpenAPI document; a test holds each against its schema."""

from __future__ import annotations

from typing import Any, Final

IMAGE: Final[dict[str, Any]] = {
    "name": "photo.jpg",
    "width": 1024,
    "height": 1024,
    "format": "JPEG",
    "bytes": 123456,
    "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
}
FACE: Final[dict[str, Any]] = {
    "box": [310.2, 214.9, 402.3, 511.7],
    "landmarks": [
        [421.6, 430.1],
        [601.2, 428.8],
        [512.4, 531.0],
        [437.9, 628.3],
        [588.0, 627.1],
    ],
    "usable": True,
    "reasons": [],
}
SMALL_FACE: Final[dict[str, Any]] = {
    "box": [12.5, 90.1, 24.8, 31.2],
    "landmarks": [[19.4, 103.0], [30.5, 102.6], [25.1, 109.2], [20.3, 115.1], [29.7, 114.8]],
    "usable": False,
    "reasons": ["too_small"],
}
FACE_CHECK: Final[dict[str, Any]] = {
    "image": IMAGE,
    "faces": [FACE, SMALL_FACE],
    "preview": None,
}
THRESHOLDS: Final[dict[str, float]] = {"generated": 0.93, "real": 0.12}
ANSWER: Final[dict[str, Any]] = {
    "verdict": "generated",
    "why_unsure": None,
    "scores": {
        "real": 0.03,
        "stylegan1": 0.9,
        "stylegan2": 0.04,
        "tpdne": 0.02,
        "sdxl": 0.01,
    },
    "families": {"real": 0.03, "stylegan1": 0.9, "stylegan2": 0.06, "sdxl": 0.01},
}
REPORT: Final[dict[str, Any]] = {
    "schema": 2,
    "kind": "picture",
    "verdict": "generated",
    "model": "efficientnet-source",
    "software": "0.1.0",
    "image": IMAGE,
    "faces": [
        {
            **FACE,
            "crop_to_picture": [3.0966, -0.0224, 0.0224, 3.0966, 233.74, 146.55],
            "judgements": [
                {
                    "question": "synthesis",
                    "model": "efficientnet-source",
                    **ANSWER,
                    "probability": 0.97,
                    "explanation": {
                        "maps": [
                            {
                                "method": "class_map",
                                "label": "stylegan1",
                                "evidence": True,
                                "peak": 9.3125,
                                "map": [[0.5, 1.25], [9.3125, -0.75]],
                                "overlay": "data:image/png;base64,iVBORw0KGgo=",
                            },
                            {
                                "method": "class_map",
                                "label": "stylegan2",
                                "evidence": False,
                                "peak": 1.5,
                                "map": [[0.25, 1.5], [0.75, -2.5]],
                                "overlay": None,
                            },
                            {
                                "method": "class_map",
                                "label": "real",
                                "evidence": False,
                                "peak": 0.75,
                                "map": [[-0.5, -1.25], [-9.3125, 0.75]],
                                "overlay": None,
                            },
                            {
                                "method": "occlusion",
                                "label": "generated",
                                "evidence": True,
                                "peak": 3.75,
                                "map": [[0.25, 1.5], [3.75, -0.5]],
                                "overlay": "data:image/png;base64,iVBORw0KGgo=",
                            },
                        ],
                        "regions": [
                            {"region": "eyes", "weight": 1.0938},
                            {"region": "nose", "weight": 0.25},
                            {"region": "mouth", "weight": 0.125},
                            {"region": "skin", "weight": 0.5},
                            {"region": "hair", "weight": 0.875},
                            {"region": "background", "weight": -0.2657},
                        ],
                    },
                    "stability": {
                        "steady": True,
                        "copies": [
                            {"name": "original", "probability": 0.97, "verdict": "generated"},
                            {"name": "jpeg_70", "probability": 0.96, "verdict": "generated"},
                            {"name": "half_size", "probability": 0.94, "verdict": "generated"},
                            {"name": "shifted", "probability": 0.97, "verdict": "generated"},
                        ],
                    },
                },
            ],
            **ANSWER,
            "probability_generated": 0.97,
        },
        {
            **SMALL_FACE,
            "crop_to_picture": [0.1914, -0.0069, 0.0069, 0.1914, 7.28, 85.81],
            "judgements": [],
            "verdict": None,
            "why_unsure": None,
            "probability_generated": None,
            "scores": None,
            "families": None,
        },
    ],
    "thresholds": THRESHOLDS,
    "provenance": {
        "content_credentials": {
            "state": "intact",
            "valid": True,
            "signer": "Example Imaging, Inc.",
            "trust": "no_list",
            "certificate": "in_force",
            "issued": "2026-01-31T09:30:00+00:00",
            "software": "Example Image Generator 2.0",
            "camera": None,
            "says_generated": True,
            "ai_disclosure": None,
            "actions": [
                {
                    "action": "c2pa.created",
                    "when": "2026-01-31T09:29:58Z",
                    "software": "Example Image Generator 2.0",
                    "digital_source_type": "trainedAlgorithmicMedia",
                    "description": None,
                }
            ],
            "ingredients": [],
            "problems": [],
        },
        "generator": {
            "software": "Example Image Generator 2.0",
            "generator": None,
            "found_in": None,
            "digital_source_type": "trainedAlgorithmicMedia",
            "says_generated": True,
            "label": None,
            "prompt_writer": None,
            "parameters": None,
        },
    },
    "conclusion": {
        "kind": "generated_by_pixels_and_file",
        "grounds": ["record_of_unknown_signer", "unsigned_note", "pixels_generated"],
        "source": "Example Image Generator 2.0",
        "text": "Most likely generated, with Example Image Generator 2.0: the pixels show it, and "
        "an intact record says so, by a signer for whom nobody here vouches, and an unsigned note "
        "in the file says so (such a note is cheap to forge).",
    },
}
CHECKED_REPORT: Final[dict[str, Any]] = {
    **REPORT,
    "id": "AGsEyrARTuS8T9pqFLR9pRVrKLH28N7TH4WvdPBw",
    "created": "2026-01-31T09:30:00Z",
    "saveable_until": "2026-01-31T09:45:00Z",
}
BENCHMARK: Final[dict[str, Any]] = {
    "version": 1,
    "suite": "standard",
    "dataset": "89f8e2052f177c5e0c83deeacca3d8c3c15b2313c5ce7976a45481f84f886319",
    "recut": False,
    "sha256": "086fe969848a5134df86b6489a966fa8415bad6330b7dc8d46a4dbfca98efe9e",
    "crops": 20,
    "figures": {"auc": {"value": 0.99, "low": 0.982, "high": 0.996}},
    "confusion": {
        "labels": ["real", "stylegan1", "stylegan2", "tpdne", "sdxl"],
        "counts": [
            [12, 0, 0, 0, 0],
            [0, 2, 0, 0, 0],
            [0, 0, 1, 1, 0],
            [0, 0, 0, 2, 0],
            [1, 0, 0, 0, 1],
        ],
    },
    "reliability": [
        {"stated": 0.02, "observed": 0.0, "share": 0.6},
        {"stated": 0.97, "observed": 1.0, "share": 0.4},
    ],
    "robustness": [
        {
            "view": "jpeg-80",
            "title": "JPEG 80",
            "crops": 20,
            "accuracy": 0.9,
            "auc": 0.985,
            "tpr": 0.75,
            "fpr": 0.0,
            "tpr_at_half_percent": 0.8,
        }
    ],
    "unseen": [
        {
            "collection": "unseen-stylegan3",
            "generated": True,
            "face_swap": False,
            "crops": 10,
            "called_generated": {"value": 0.3, "low": 0.1, "high": 0.6},
            "unsure": 0.4,
            "auc": 0.93,
        }
    ],
}
MODELS: Final[dict[str, Any]] = {
    "default": "efficientnet-source",
    "models": [
        {
            "name": "efficientnet-source",
            "title": "EfficientNet, five sources",
            "architecture": "efficientnet",
            "members": [],
            "task": "source",
            "labels": ["real", "stylegan1", "stylegan2", "tpdne", "sdxl"],
            "families": {
                "real": "real",
                "stylegan1": "stylegan1",
                "stylegan2": "stylegan2",
                "tpdne": "stylegan2",
                "sdxl": "sdxl",
            },
            "thresholds": {
                **THRESHOLDS,
                "false_positive_rate": 0.005,
                "false_negative_rate": 0.02,
            },
            "figures": {"accuracy": 0.91, "family_accuracy": 0.95, "auc": 0.99},
            "limits": ["Face swaps and retouching: it was not trained on any."],
            "licence": "Apache-2.0",
            "terms": "Its training pictures came under non-commercial research terms.",
            "created": "2026-01-31",
            "card": "# EfficientNet, five sources\n\nWhat it is, and where it fails.",
            "benchmark": BENCHMARK,
        }
    ],
}
