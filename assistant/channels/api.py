"""The HTTP service: routes, errors and middleware around one Assistant."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI
from pydantic import TypeAdapter
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from assistant.channels import (
    mcp_http,
    problems,
    routes_archive,
    routes_ask,
    routes_feeds,
    routes_openai,
    routes_pages,
    routes_service,
    routes_widget,
)
from assistant.channels.auth import Gate, is_loopback
from assistant.channels.cors import Cors, Preflight
from assistant.channels.desk import routes as desk
from assistant.channels.metrics import Metrics
from assistant.channels.middleware import Envelope, Limits, LocalOnly
from assistant.channels.proxies import trusted_networks
from assistant.channels.rates import Rates
from assistant.channels.services import Services
from assistant.channels.slack import routes as slack
from assistant.channels.turns import Turns
from assistant.channels.upkeep import routes_refreshing
from assistant.errors import Forbidden
from assistant.settings import Settings
from assistant.shapes import ProblemJson

if TYPE_CHECKING:
    from assistant.wiring import Assistant


ROUTES = (
    routes_ask,
    routes_openai,
    routes_refreshing,
    routes_archive,
    routes_service,
    routes_pages,
    routes_feeds,
    routes_widget,
    mcp_http,
    slack,
)


def create_app(
    assistant: Assistant,
    settings: Settings,
    *,
    token: str | None = None,
    turns: Turns | None = None,
) -> FastAPI:
    """The application for an address to listen on (`settings.host`).

    Without keys it serves a loopback address alone, and no proxy: what a proxy passes on comes
    from anywhere. Raises Forbidden when it needs a key and none exists, BadInput for proxies that
    are none. `token` is the secret by which the home's owner may run operations.
    """
    proxies = trusted_networks(settings.trusted_proxies)
    keyless = is_loopback(settings.host) and not proxies
    keys = assistant.keys()
    if not keyless and all(key.revoked_at for key in keys):
        where = "through a trusted proxy it" if proxies else settings.host
        raise Forbidden(
            f"{where} can be reached from other machines and no key exists: make one with "
            "`assistant keys create`, or serve on 127.0.0.1"
            + (" without ASSISTANT_TRUSTED_PROXIES" if proxies else "")
        )
    app = FastAPI(
        title="Newsroom assistant",
        version=version("newsroom-assistant"),
        description="Answers from a newsroom's own fact-checks, each resting on exact words.",
        docs_url=None,  # the interactive pages load scripts from elsewhere
        redoc_url=None,
    )
    found = _services(assistant, settings, keyless=keyless, token=token, turns=turns or Turns())
    app.state.services = found
    for routes in ROUTES:
        app.include_router(routes.router)
    desk.install(app, settings)
    problems.install(app)
    # The last is the outermost.
    app.add_middleware(Limits)
    app.add_middleware(Preflight)
    if keyless:
        app.add_middleware(LocalOnly)
    app.add_middleware(Envelope, observe=found.metrics.request)
    app.add_middleware(Cors, keys=assistant.keys)
    if proxies:
        app.add_middleware(ProxyHeadersMiddleware, trusted_hosts=proxies)
    _complete_openapi(app)
    return app


def _services(
    assistant: Assistant, settings: Settings, *, keyless: bool, token: str | None, turns: Turns
) -> Services:
    metrics = Metrics()
    metrics.questions(waiting=lambda: turns.waiting, working=lambda: turns.working)
    rates = Rates(per_address=settings.rate_per_address, per_key=settings.rate_per_key)
    return Services(
        assistant=assistant,
        settings=settings,
        gate=Gate(assistant, rates, keyless=keyless),
        rates=rates,
        turns=turns,
        metrics=metrics,
        token=token,
    )


def _complete_openapi(app: FastAPI) -> None:
    """Adds the shape of a problem, which no route returns as its model."""
    described = app.openapi

    def openapi() -> dict[str, Any]:
        schema = described()
        shape = TypeAdapter(ProblemJson).json_schema(ref_template="#/components/schemas/{model}")
        schema["components"]["schemas"] |= {**shape.pop("$defs", {}), "ProblemJson": shape}
        return schema

    app.openapi = openapi  # type: ignore[method-assign]
