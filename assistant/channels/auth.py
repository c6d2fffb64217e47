"""Who is calling, what they may do, and what they may read."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_address
from typing import TYPE_CHECKING, get_args

from assistant.channels.operations import Scope
from assistant.errors import Forbidden, Unauthenticated
from assistant.types import Audience

if TYPE_CHECKING:
    from assistant.wiring import Assistant

SCOPES: tuple[Scope, ...] = get_args(Scope)


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """A caller's rights: `audience` is the widest that they may read."""

    scope: Scope
    audience: Audience

    def needs(self, scope: Scope) -> None:
        """Raises Forbidden when the key's scope is less than what is needed."""
        if SCOPES.index(self.scope) < SCOPES.index(scope):
            raise Forbidden(f"this needs a key of scope {scope!r}; yours has {self.scope!r}")

    def reading(self, wanted: Audience | None) -> Audience:
        """The audience to read as: the caller's own unless narrowed. Raises Forbidden."""
        if wanted == "internal" and self.audience == "public":
            raise Forbidden("this key may read only what is public; leave `audience` out")
        return wanted or self.audience


KEYLESS = Caller(scope="admin", audience="public")
"""Whoever can reach the loopback address: may do anything there, reads what is public."""


class Gate:
    """Turns an Authorization header into a Caller. `keyless` is for a loopback address only."""

    def __init__(self, assistant: Assistant, *, keyless: bool) -> None:
        self._assistant = assistant
        self.keyless = keyless

    def admit(self, authorization: str | None) -> Caller:
        """Raises Unauthenticated without a key, or with one that is not ours."""
        if authorization is None:
            if self.keyless:
                return KEYLESS
            raise Unauthenticated("a key is needed: send `Authorization: Bearer KEY`")
        kind, _, secret = authorization.partition(" ")
        if kind.lower() != "bearer" or not secret.strip():
            raise Unauthenticated("the key is sent as `Authorization: Bearer KEY`")
        key = self._assistant.authenticate(secret.strip())
        return Caller(scope=key.scope, audience=key.audience)


def is_loopback(host: str) -> bool:
    """Whether an address to listen on can be reached from this machine alone."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def host_of(header: str) -> str:
    """The host of a Host header, without its port and without brackets."""
    if header.startswith("["):
        return header[1:].partition("]")[0]
    return header.rpartition(":")[0] if ":" in header else header
