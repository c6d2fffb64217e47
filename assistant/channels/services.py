"""What the routes work with: one value, kept on the application, and who comes in to use it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from assistant.channels.auth import Caller, Gate
from assistant.channels.metrics import Metrics
from assistant.channels.rates import Rates
from assistant.channels.turns import Turns
from assistant.channels.visits import visit_of
from assistant.ledger.keys import MARK
from assistant.settings import Settings

if TYPE_CHECKING:
    from assistant.wiring import Assistant


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """`token` lets the commands of this home's owner run operations; None: nobody may."""

    assistant: Assistant
    settings: Settings
    gate: Gate
    rates: Rates
    turns: Turns
    metrics: Metrics
    token: str | None = None
    commands: Turns = field(default_factory=lambda: Turns(patience=float("inf")))
    """For the operations of the owner's commands: an ingest must not keep readers waiting."""
    refreshes: Turns = field(default_factory=lambda: Turns(patience=float("inf")))
    """For what waits for other hosts: it must not keep a withdrawal waiting."""


def services(request: Request) -> Services:
    found = request.app.state.services
    assert isinstance(found, Services)
    return found


def archive(request: Request) -> Assistant:
    return services(request).assistant


def address_of(request: Request) -> str:
    """Where readers reach this service, without a slash at the end."""
    return services(request).settings.public_url or str(request.base_url).rstrip("/")


# --- who comes in -----------------------------------------------------------------------------


def entering(request: Request, authorization: str | None) -> Caller:
    """Whoever holds the key, a widget too. Raises what Gate.enter does; looks into the ledger."""
    return services(request).gate.enter(authorization, visit_of(request.scope))


def asking(request: Request, authorization: str | None) -> Caller:
    """Like `entering`, and counts a question. Raises TooManyRequests."""
    return _counted(request, entering(request, authorization))


def _counted(request: Request, who: Caller) -> Caller:
    services(request).rates.spend(who, visit_of(request.scope))
    return who


_bearer = HTTPBearer(
    auto_error=False, description="A key from `assistant keys create`; loopback needs none."
)


def reader(
    request: Request,
    _credentials: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)],
) -> Caller:
    """Any caller, a widget too. The gate reads the header, so that a malformed one is named."""
    return entering(request, request.headers.get("authorization"))


async def asker(request: Request, who: Annotated[Caller, Depends(reader)]) -> Caller:
    """Any caller who has questions left."""
    return _counted(request, who)


async def caller(who: Annotated[Caller, Depends(reader)]) -> Caller:
    """Any caller but a widget."""
    who.needs_secret()
    return who


async def searcher(request: Request, who: Annotated[Caller, Depends(caller)]) -> Caller:
    """Any caller but a widget, who has questions left."""
    return _counted(request, who)


def program(
    request: Request,
    _credentials: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)],
) -> Caller:
    """Any caller but a widget, by a client that can't leave the key out.

    Where no key is needed, what can't be one of ours counts as none: "none", "sk-...".
    """
    given = request.headers.get("authorization")
    if services(request).gate.keyless and given and f" {MARK}" not in given:
        given = None
    who = entering(request, given)
    who.needs_secret()
    return who


async def chatter(request: Request, who: Annotated[Caller, Depends(program)]) -> Caller:
    """Like `program`, and has questions left."""
    return _counted(request, who)


async def editor(who: Annotated[Caller, Depends(caller)]) -> Caller:
    """A caller who may see what readers asked."""
    who.needs("edit")
    return who


async def refresher(request: Request, who: Annotated[Caller, Depends(editor)]) -> Caller:
    """An editor who has questions left: a refresh asks servers of others, a decision writes."""
    return _counted(request, who)


# A route names one of these. Only the first two let widgets in.
AnyReader = Annotated[Caller, Depends(reader)]
Asker = Annotated[Caller, Depends(asker)]
AnyCaller = Annotated[Caller, Depends(caller)]
Searcher = Annotated[Caller, Depends(searcher)]
Editor = Annotated[Caller, Depends(editor)]
Refresher = Annotated[Caller, Depends(refresher)]
Program = Annotated[Caller, Depends(program)]
Chatter = Annotated[Caller, Depends(chatter)]
