"""What the routes work with: one value, kept on the application."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated

from anyio import CapacityLimiter
from fastapi import Depends, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from assistant.channels.auth import Caller, Gate
from assistant.channels.metrics import Metrics

if TYPE_CHECKING:
    from assistant.wiring import Assistant

MAX_ASKING = 8
"""Questions worked on at once; further ones wait their turn and leave threads for the rest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """`token` lets the commands of this home's owner run operations; None: nobody may."""

    assistant: Assistant
    gate: Gate
    metrics: Metrics
    token: str | None = None
    asking: CapacityLimiter = field(default_factory=lambda: CapacityLimiter(MAX_ASKING))


def services(request: Request) -> Services:
    found = request.app.state.services
    assert isinstance(found, Services)
    return found


def archive(request: Request) -> Assistant:
    return services(request).assistant


_bearer = HTTPBearer(
    auto_error=False, description="A key from `assistant keys create`; loopback needs none."
)


def caller(
    request: Request,
    _credentials: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)],
) -> Caller:
    """Whoever holds the key. The header is read by the gate, so that a malformed one is named."""
    return services(request).gate.admit(request.headers.get("authorization"))


def editor(who: Annotated[Caller, Depends(caller)]) -> Caller:
    """A caller who may see what readers asked."""
    who.needs("edit")
    return who


AnyCaller = Annotated[Caller, Depends(caller)]
Editor = Annotated[Caller, Depends(editor)]
