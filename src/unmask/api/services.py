"""What the routes share: settings, detectors, pool, storage, metrics. One of each for one app."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, FastAPI, Request

from unmask.api.metrics import Metrics
from unmask.api.pool import InferencePool
from unmask.api.storage import Storage
from unmask.detection.detectors import Detectors
from unmask.history.store import Clock, now
from unmask.settings import Settings


@dataclass(frozen=True)
class Services:
    """What the routes share."""

    settings: Settings
    detectors: Detectors
    pool: InferencePool
    storage: Storage
    metrics: Metrics

    @classmethod
    def of(cls, settings: Settings, clock: Clock = now) -> Services:
        """The services for these settings; no model is loaded and no database opened yet."""
        pool = InferencePool(settings.workers, settings.queue)
        return cls(
            settings=settings,
            detectors=Detectors(settings.model_folders, settings.model, settings.threads),
            pool=pool,
            storage=Storage(settings, clock),
            metrics=Metrics(lambda: pool.waiting),
        )


def services_of_app(app: FastAPI) -> Services:
    """The services of an app."""
    services = app.state.services
    assert isinstance(services, Services)
    return services


def services_of(request: Request) -> Services:
    """The services of the app that a request came to."""
    return services_of_app(request.app)


Serving = Annotated[Services, Depends(services_of)]
