"""Which models there are."""

from __future__ import annotations

import contextlib
from typing import Annotated

from fastapi import APIRouter, Path

from unmask.api.contract import problems
from unmask.api.contract.examples import MODELS
from unmask.api.contract.schemas import Model, ModelList
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


@router.get(
    "/models/{name}",
    summary="One model",
    response_description="The model.",
    responses={
        200: {"content": {"application/json": {"example": MODELS["models"][0]}}},
        **problems.documented(
            problems.UNKNOWN_MODEL, problems.MODEL_REFUSED, problems.NO_MODEL, problems.NO_STORAGE
        ),
    },
)
def get_model(
    name: Annotated[str, Path(description="Name of the model.")], services: Serving
) -> Model:
    """Answers what the list of models says of this one."""
    return Model.of(services.detectors.bundles().get(name))
