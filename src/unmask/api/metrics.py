"""What is measured for Prometheus: counts and durations, nothing about anybody."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from unmask.api.middleware import is_api
from unmask.detection.report import Report

METHODS: Final = ("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")
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

    def judged(self, report: Report, seconds: float) -> None:
        """Count a report that took so many seconds."""
        self.inference.labels(report.model).observe(seconds)
        self.verdicts.labels(report.model, report.verdict.value).inc()

    def exposition(self) -> bytes:
        """All metrics as Prometheus reads them."""
        return generate_latest(self._registry)


class Measured:
    """Counts every request by the template of its route, and measures how long it took."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status = time.perf_counter(), "none"

        async def noting_send(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = str(message["status"])
            await send(message)

        try:
            await self._app(scope, receive, noting_send)
        finally:
            method = scope["method"] if scope["method"] in METHODS else "other"
            route = _template(scope)
            self._metrics.requests.labels(method, route, status).inc()
            self._metrics.seconds.labels(method, route).observe(time.perf_counter() - began)


def _template(scope: Scope) -> str:
    """The path of the route, with `{id}` for any id; addresses that exist nowhere are one."""
    if not is_api(scope):
        return "page"
    path = getattr(scope.get("route"), "path", None)
    if path is None:
        return "unmatched"
    within = scope["path"].startswith("/api/") and not path.startswith("/api/")
    return f"/api{path}" if within else str(path)
