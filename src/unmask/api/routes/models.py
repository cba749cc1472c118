"""Which models there are."""

from __future__ import annotations

import contextlib

from fastapi import APIRouter

from unmask.api.examples import MODELS
from unmask.api.schemas import Model, ModelList
from unmask.api.services import Serving
from unmask.bundles.listing import BundleError

router = APIRouter(tags=["models"])


@router.get(
    "/models",
    summary="The models that pictures can be judged with",
    response_description="The models, the default one first.",
    responses={200: {"content": {"application/json": {"example": MODELS}}}},
)
def list_models(services: Serving) -> ModelList:
    """Lists the models with what they tell apart, how good they are, and under which terms."""
    found = services.detectors.bundles()
    default = None
    with contextlib.suppress(BundleError):
        default = found.default(services.settings.model)
    bundles = sorted(found.bundles.values(), key=lambda one: one.info.name != default)
    return ModelList(default=default, models=[Model.of(bundle) for bundle in bundles])
