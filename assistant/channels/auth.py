"""Who is calling, from where, what they may do, and what they may read."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_address
from typing import TYPE_CHECKING

from assistant.channels.visits import Visit
from assistant.errors import Forbidden, Unauthenticated
from assistant.ledger.keys import includes
from assistant.types import Audience, Scope

if TYPE_CHECKING:
    from assistant.channels.rates import Rates
    from assistant.wiring import Assistant


def must_include(held: Scope, needed: Scope) -> None:
    """Raises Forbidden when a scope is less than what is needed."""
    if not includes(held, needed):
        raise Forbidden(f"this needs a key of scope {needed!r}; yours has {held!r}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """A caller's rights: `audience` is the widest that they may read.

    `key_id` is None for whoever needs no key. A widget's key stands in public pages: it works from
    the pages of its `origins` and of this server alone, and for what a widget does alone.
    """

    scope: Scope
    audience: Audience
    key_id: str | None = None
    widget: bool = False
    origins: tuple[str, ...] = ()
    rate_limit: int | None = None
    """Questions a minute; None: as many as the setting allows a key."""

    def needs(self, scope: Scope) -> None:
        """Raises Forbidden when the key's scope is less than what is needed."""
        must_include(self.scope, scope)

    def needs_secret(self) -> None:
        """Raises Forbidden for a widget's key, which everybody can read."""
        if self.widget:
            raise Forbidden(
                "a widget key can only ask, read that answer again and give feedback on it; make "
                "another with `assistant keys create`, and keep it out of pages"
            )

    def reading(self, wanted: Audience | None) -> Audience:
        """The audience to read as: the caller's own unless narrowed. Raises Forbidden."""
        if wanted == "internal" and self.audience == "public":
            raise Forbidden("this key may read only what is public; leave `audience` out")
        return wanted or self.audience


KEYLESS = Caller(scope="admin", audience="public")
"""Whoever reaches the loopback address directly: may do anything there, reads what is public."""
FORWARDED = Caller(scope="ask", audience="public")
"""Who reaches it through a proxy on this machine without a key: perhaps anybody, so only asks."""


class Gate:
    """Turns an Authorization header into a Caller. `keyless` is for a loopback address only."""

    def __init__(self, assistant: Assistant, rates: Rates, *, keyless: bool) -> None:
        self._assistant = assistant
        self._rates = rates
        self.keyless = keyless

    def enter(self, authorization: str | None, visit: Visit) -> Caller:
        """The whole door: who it is, and whether they may come from there.

        Raises Unauthenticated without a key or with one that is not ours, TooManyRequests after
        many of those, Forbidden for a page of a site that the key does not belong to.
        """
        try:
            who = self.admit(authorization)
        except Unauthenticated:
            if authorization is not None:
                self._rates.key_failed(visit)
            raise
        if who == KEYLESS and visit.forwarded:
            who = FORWARDED
        _must_belong(who, visit)
        return who

    def admit(self, authorization: str | None) -> Caller:
        """Only who it is. Raises Unauthenticated without a key, or with one that is not ours."""
        if authorization is None:
            if self.keyless:
                return KEYLESS
            raise Unauthenticated("a key is needed: send `Authorization: Bearer KEY`")
        kind, _, secret = authorization.partition(" ")
        if kind.lower() != "bearer" or not secret.strip():
            raise Unauthenticated("the key is sent as `Authorization: Bearer KEY`")
        key = self._assistant.authenticate(secret.strip())
        return Caller(
            scope=key.scope,
            audience=key.audience,
            key_id=key.id,
            widget=key.widget,
            origins=key.origins,
            rate_limit=key.rate_limit,
        )


def _must_belong(who: Caller, visit: Visit) -> None:
    """Raises Forbidden when the page that sends the request may not use this key.

    A browser leaves the Origin out when a page reads from its own server, and says so in the fetch
    metadata; it never leaves it out of a request that another site's page sends and may read.
    """
    if who.widget:
        if visit.origin is None and not (visit.reads and visit.same_origin):
            raise Forbidden(
                "a widget key works in a browser, on the pages of its sites; for a program make "
                "another with `assistant keys create`"
            )
        if visit.foreign and visit.origin not in who.origins:
            raise Forbidden(
                f"this widget key does not work on {visit.origin}: make one for it with "
                "`assistant keys create --widget --origin URL`" + _behind_proxy(visit)
            )
    elif visit.foreign:
        what = "a secret key must never be in a page" if who.key_id else "a page needs a key"
        raise Forbidden(
            f"requests from {visit.origin} are not taken here: {what}; make one for that site with "
            "`assistant keys create --widget --origin URL`" + _behind_proxy(visit)
        )


def _behind_proxy(visit: Visit) -> str:
    """The hint for a server that is reached by https and doesn't know it."""
    hosts = [(origin or "").partition("://")[2] for origin in (visit.origin, visit.own)]
    if hosts[0] != hosts[1]:
        return ""
    return f" (this server is at {visit.own}: behind a proxy, set ASSISTANT_TRUSTED_PROXIES)"


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


def name_of(key_id: str | None) -> str:
    """Who did something, as the ledger keeps it: keys have no names of people."""
    return f"key {key_id}" if key_id else "the owner of this machine"
