"""What is measured for Prometheus: counts and durations, nothing about anybody."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

from unmask.detection.report import Report

MEDIA_TYPE: Final = CONTENT_TYPE_LATEST
_SECONDS: Final = (0.005, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0)


class Metrics:
    """The metrics of one app."""

    def __init__(self, waiting: Callable[[], int]) -> None:
        """Args: waiting: tells how many pictures wait for a worker."""
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        self.requests = Counter(
            "unmask_http_requests",
            "Requests answered.",
            ("method", "route", "status"),
            registry=self._registry,
        )
        self.seconds = Histogram(
            "unmask_http_request_seconds",
            "Seconds from a request to the end of its answer.",
            ("method", "route"),
            buckets=_SECONDS,
            registry=self._registry,
        )
        self.inference = Histogram(
            "unmask_inference_seconds",
            "Seconds that judging a picture took, without waiting and decoding.",
            ("model",),
            buckets=_SECONDS,
            registry=self._registry,
        )
        self.verdicts = Counter(
            "unmask_verdicts", "Pictures judged.", ("model", "verdict"), registry=self._registry
        )
        depth = Gauge(
            "unmask_queue_depth", "Pictures that wait for a worker.", registry=self._registry
        )
        depth.set_function(waiting)

    def answered(self, method: str, route: str, status: int | None, seconds: float) -> None:
        """Count a request; its status is None where the client went away before."""
        self.requests.labels(method, route, "none" if status is None else str(status)).inc()
        self.seconds.labels(method, route).observe(seconds)

    def judged(self, report: Report, seconds: float) -> None:
        """Count a report that took so many seconds."""
        self.inference.labels(report.model).observe(seconds)
        self.verdicts.labels(report.model, report.verdict.value).inc()

    def exposition(self) -> bytes:
        """All metrics as Prometheus reads them."""
        return generate_latest(self._registry)
