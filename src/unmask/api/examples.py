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
FACE_CHECK: Final[dict[str, Any]] = {"image": IMAGE, "faces": [FACE, SMALL_FACE]}
THRESHOLDS: Final[dict[str, float]] = {"generated": 0.93, "real": 0.12}
REPORT: Final[dict[str, Any]] = {
    "verdict": "generated",
    "model": "efficientnet-source",
    "software": "0.1.0",
    "image": IMAGE,
    "faces": [
        {
            **FACE,
            "verdict": "generated",
            "probability_generated": 0.97,
            "scores": {
                "real": 0.03,
                "stylegan1": 0.9,
                "stylegan2": 0.04,
                "tpdne": 0.02,
                "sdxl": 0.01,
            },
            "families": {"real": 0.03, "stylegan1": 0.9, "stylegan2": 0.06, "sdxl": 0.01},
            "crop_to_picture": [3.0966, -0.0224, 0.0224, 3.0966, 233.74, 146.55],
            "heatmap": {
                "label": "stylegan1",
                "evidence": True,
                "peak": 9.3125,
                "map": [[0.5, 1.25], [9.3125, -0.75]],
                "overlay": "data:image/png;base64,iVBORw0KGgo=",
            },
        },
        {
            **SMALL_FACE,
            "verdict": None,
            "probability_generated": None,
            "scores": None,
            "families": None,
            "crop_to_picture": [0.1914, -0.0069, 0.0069, 0.1914, 7.28, 85.81],
            "heatmap": None,
        },
    ],
    "thresholds": THRESHOLDS,
}
MODELS: Final[dict[str, Any]] = {
    "default": "efficientnet-source",
    "models": [
        {
            "name": "efficientnet-source",
            "title": "EfficientNet, five sources",
            "architecture": "efficientnet",
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
            "licence": "Apache-2.0",
            "terms": "Its training pictures came under non-commercial research terms.",
            "created": "2026-01-31",
            "card": "# EfficientNet, five sources\n\nWhat it is, and where it fails.",
        }
    ],
}
