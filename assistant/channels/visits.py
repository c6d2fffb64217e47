"""Where a request comes from, as far as its headers and its connection tell."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address, ip_network

from starlette.datastructures import Headers
from starlette.types import Scope

from assistant.errors import BadInput
from assistant.ledger.keys import origin_of

READS = ("GET", "HEAD", "OPTIONS")
FORWARDED = (
    "forwarded",
    "via",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-proto",
    "x-real-ip",
)
"""Headers that a proxy adds. No browser lets a page send `Via`, and no client has a reason to."""
BOUND = "assistant.bound_origin"
"""Set in a request's scope: whether it comes from a page of a site that a widget key names."""
IPV6_HOME = 64
"""A household or a server has at least this prefix of IPv6 to itself: it counts as one reader."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """`network` counts as one reader: an IPv4 address, or the /64 of an IPv6 one.

    `origin` is what the browser says of the page that sends the request (None: it says nothing);
    `own` is the origin of this server, by the scheme and host that the request came to.
    """

    network: str
    origin: str | None
    own: str | None
    same_origin: bool
    """The browser says, by fetch metadata, that a page of this server asks."""
    reads: bool
    """A method that changes nothing."""
    forwarded: bool
    """It has a header that only proxies add, so a proxy sent it."""

    @property
    def foreign(self) -> bool:
        """Whether a page of another site sends it, as the browser says."""
        return self.origin is not None and self.origin != self.own

    @property
    def local(self) -> bool:
        """Whether it comes from this machine itself."""
        try:
            return not self.forwarded and ip_network(self.network).is_loopback
        except ValueError:
            return False


def visit_of(scope: Scope) -> Visit:
    headers = Headers(scope=scope)
    return Visit(
        network=network_of(scope["client"][0] if scope.get("client") else ""),
        origin=headers.get("origin"),
        own=_own(scope["scheme"], headers.get("host", "")),
        same_origin=headers.get("sec-fetch-site") == "same-origin",
        reads=scope["method"] in READS,
        forwarded=any(name in headers for name in FORWARDED),
    )


def network_of(address: str) -> str:
    """What counts as one reader. What is no address (a socket's path) counts as it is."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if isinstance(found, IPv6Address):
        if found.ipv4_mapped:
            return str(found.ipv4_mapped)
        if not found.is_loopback:
            return str(ip_network((int(found), IPV6_HOME), strict=False))
    return str(found)


def _own(scheme: str, host: str) -> str | None:
    try:
        return origin_of(f"{scheme}://{host}")
    except BadInput:
        return None
