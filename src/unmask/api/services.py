"""What the routes share: settings, detectors, pool, storage, metrics. One of each for one app."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, FastAPI, Request

from unmask.api.observing.metrics import Metrics
from unmask.api.pool import InferencePool, OneAtATime
from unmask.api.storage import Storage
from unmask.cpus import available_cores
from unmask.detection.registry import DetectorRegistry
from unmask.history.store import Clock, now
from unmask.settings import Settings


@dataclass(frozen=True)
class Services:
    """What the routes share."""

    settings: Settings
    detectors: DetectorRegistry
    pool: InferencePool
    storage: Storage
    metrics: Metrics
    readiness: OneAtATime

    @classmethod
    def of(cls, settings: Settings, clock: Clock = now) -> Services:
        """The services for these settings; no model is loaded and no database opened yet."""
        workers, threads = workers_and_threads(settings)
        pool = InferencePool(workers, settings.queue)
        return cls(
            settings=settings,
            detectors=DetectorRegistry(
                settings.model_folders, settings.model, threads, settings.trust_file
            ),
            pool=pool,
            storage=Storage(settings, clock),
            metrics=Metrics(lambda: pool.waiting),
            readiness=OneAtATime(),
        )


def workers_and_threads(settings: Settings) -> tuple[int, int]:
    """How many pictures are judged at once, and how many threads each of them has.

    The cores are shared out: with more threads than cores, workers wait for each other. One thread
    a picture judges the most pictures in a second.
    """
    cores = available_cores()
    workers = settings.workers or cores
    return workers, settings.threads or max(1, cores // workers)


def services_of_app(app: FastAPI) -> Services:
    """The services of an app."""
    services = app.state.services
    assert isinstance(services, Services)
    return services


def services_of(request: Request) -> Services:
    """The services of the app that a request came to."""
    return services_of_app(request.app)


Serving = Annotated[Services, Depends(services_of)]
