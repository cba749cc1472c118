"""What the routes share: settings, detectors, the pool. One of each for one app."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from unmask.api.pool import InferencePool
from unmask.detection.detectors import Detectors
from unmask.settings import Settings


@dataclass(frozen=True)
class Services:
    """What the routes share."""

    settings: Settings
    detectors: Detectors
    pool: InferencePool

    @classmethod
    def of(cls, settings: Settings) -> Services:
        """The services for these settings; no model is loaded yet."""
        return cls(
            settings=settings,
            detectors=Detectors(settings.model_folders, settings.model, settings.threads),
            pool=InferencePool(settings.workers, settings.queue),
        )


def services_of(request: Request) -> Services:
    """The services of the app that a request came to."""
    services = request.app.state.services
    assert isinstance(services, Services)
    return services


Serving = Annotated[Services, Depends(services_of)]
