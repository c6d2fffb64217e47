"""Counts for Prometheus, in a registry of their own. No question and no text is ever in them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from starlette.types import Scope

if TYPE_CHECKING:
    from assistant.shapes import ReplyJson

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
"""Those that are counted by name: a client may make up others without end."""


class Metrics:
    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "assistant_http_requests",
            "HTTP requests answered.",
            ["method", "route", "status"],
            registry=self._registry,
        )
        self._seconds = Histogram(
            "assistant_http_request_seconds",
            "Seconds until an HTTP request was done.",
            ["route"],
            registry=self._registry,
        )
        self._replies = Counter(
            "assistant_replies",
            "Replies given, by kind and by the reason of an abstention or the state of an answer.",
            ["kind", "detail"],
            registry=self._registry,
        )
        self._refused = Counter(
            "assistant_refused",
            "Requests answered with 429, by what was exceeded: address, key, wrong_keys, "
            "queue_full, queue_slow.",
            ["reason"],
            registry=self._registry,
        )
        self._holds = Gauge(
            "assistant_archive", "What the archive holds.", ["what"], registry=self._registry
        )

    def questions(self, *, waiting: Callable[[], float], working: Callable[[], float]) -> None:
        """Shows how many questions wait for their turn, and how many are worked on."""
        for name, text, count in (
            ("waiting", "Questions that wait for their turn.", waiting),
            ("working", "Questions that are worked on.", working),
        ):
            gauge = Gauge(f"assistant_questions_{name}", text, registry=self._registry)
            gauge.set_function(count)

    def refused(self, reason: str) -> None:
        self._refused.labels(reason).inc()

    def request(self, scope: Scope, status: int, seconds: float) -> None:
        """`status` 0: the client left before there was an answer."""
        route = getattr(scope.get("route"), "path", "none")
        method = scope["method"] if scope["method"] in METHODS else "other"
        self._requests.labels(method, route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def reply(self, reply: ReplyJson) -> None:
        if reply["kind"] == "answer":
            self._replies.labels("answer", reply["freshness"]["state"]).inc()
        else:
            self._replies.labels("abstention", reply["reason"]).inc()

    def text(self, counts: Mapping[str, object]) -> bytes:
        """The exposition format, version 0.0.4; `counts` are the archive's, as of now."""
        for what, count in counts.items():
            if isinstance(count, int):
                self._holds.labels(what).set(count)
        return generate_latest(self._registry)
