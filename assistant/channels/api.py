"""The HTTP service: routes, errors and middleware around one Assistant."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI
from pydantic import TypeAdapter

from assistant.channels import problems, routes_archive, routes_ask, routes_pages, routes_service
from assistant.channels.auth import Gate, is_loopback
from assistant.channels.metrics import Metrics
from assistant.channels.middleware import Envelope, Limits, LocalOnly
from assistant.channels.services import Services
from assistant.errors import Forbidden
from assistant.settings import Settings
from assistant.shapes import ProblemJson

if TYPE_CHECKING:
    from assistant.wiring import Assistant


def create_app(assistant: Assistant, settings: Settings, *, token: str | None = None) -> FastAPI:
    """The application for an address to listen on (`settings.host`).

    Raises Forbidden when that is not a loopback address and no key exists. `token` is the secret
    by which the home's owner may run operations.
    """
    keyless = is_loopback(settings.host)
    keys = assistant.keys()
    if not keyless and all(key.revoked_at for key in keys):
        raise Forbidden(
            f"{settings.host} can be reached from other machines and no key exists: make one with "
            "`assistant keys create`, or serve on 127.0.0.1"
        )
    app = FastAPI(
        title="Newsroom assistant",
        version=version("newsroom-assistant"),
        description="Answers from a newsroom's own fact-checks, each resting on exact words.",
        docs_url=None,  # the interactive pages load scripts from elsewhere
        redoc_url=None,
    )
    metrics = Metrics()
    app.state.services = Services(
        assistant=assistant,
        gate=Gate(assistant, keyless=keyless),
        metrics=metrics,
        token=token,
    )
    for routes in (routes_ask, routes_archive, routes_service, routes_pages):
        app.include_router(routes.router)
    problems.install(app)
    app.add_middleware(Limits)
    if keyless:
        app.add_middleware(LocalOnly)
    app.add_middleware(Envelope, observe=metrics.request)
    _complete_openapi(app)
    return app


def _complete_openapi(app: FastAPI) -> None:
    """Adds the shape of a problem, which no route returns as its model."""
    described = app.openapi

    def openapi() -> dict[str, Any]:
        schema = described()
        shape = TypeAdapter(ProblemJson).json_schema(ref_template="#/components/schemas/{model}")
        schema["components"]["schemas"]["ProblemJson"] = shape
        return schema

    app.openapi = openapi  # type: ignore[method-assign]
