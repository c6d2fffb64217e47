"""Which network addresses a guarded fetch may connect to."""

from __future__ import annotations

import queue
import socket
import threading
from collections.abc import Callable, Collection, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

from assistant.errors import FetchRefused, Unavailable

Resolver = Callable[[str, int], Sequence[str]]
"""(host, port) -> its addresses, as text. Raises OSError when there are none."""

_NAT64 = IPv6Network("64:ff9b::/96")
_NEVER = (IPv6Network("::/96"), IPv6Network("64:ff9b:1::/48"), IPv4Network("192.0.0.0/24"))
"""IPv4-compatible, local NAT64 and protocol assignments: not refused by every Python 3.11."""


def resolve_by_system(host: str, port: int) -> Sequence[str]:
    """The operating system's resolver."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(each[4][0]) for each in found))


def is_public(address: str) -> bool:
    """Is this an address of the public internet, in every form that it can be wrapped in?

    An IPv6 address that stands for an IPv4 one (mapped, NAT64, 6to4, Teredo) is judged by both.
    """
    try:
        ip = ip_address(address)
    except ValueError:
        return False
    return _is_public(ip)


def _is_public(ip: IPv4Address | IPv6Address) -> bool:
    if any(ip in network for network in _NEVER):
        return False
    if isinstance(ip, IPv6Address):
        if inner := _inside(ip):
            return _is_public(inner)
        if ip.teredo or ip.is_site_local:
            return False
    if ip.is_multicast or ip.is_reserved or ip.is_unspecified or ip.is_loopback or ip.is_link_local:
        return False
    return ip.is_global


def _inside(ip: IPv6Address) -> IPv4Address | None:
    if ip in _NAT64:
        return IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip.ipv4_mapped or ip.sixtofour


class AllowedHosts:
    """The hosts that a setting opens although they are private: "host" or "host:port".

    Without a port every port of the host is open.
    """

    def __init__(self, entries: Collection[str]) -> None:
        self._entries = {entry.strip().lower() for entry in entries if entry.strip()}

    def __contains__(self, host_and_port: tuple[str, int]) -> bool:
        host, port = host_and_port
        name = f"[{host}]" if ":" in host else host
        return bool({host, name, f"{name}:{port}"} & self._entries)


def checked_address(
    host: str, port: int, resolve: Resolver, allowed: AllowedHosts, timeout_s: float
) -> str:
    """The one address of `host` to connect to, looked up once and judged whole.

    One private address among several refuses them all: an attacker's name may mix them. Raises
    FetchRefused or Unavailable.
    """
    addresses = _within(timeout_s, host, lambda: resolve(host, port))
    if not addresses:
        raise Unavailable(f"{host} has no address: check the URL")
    if (host, port) not in allowed:
        for address in addresses:
            if not is_public(address):
                raise FetchRefused(
                    f"{host} is at {address}, which is not on the public internet: name "
                    f"{host}:{port} in ASSISTANT_FETCH_ALLOW_HOSTS if it is meant"
                )
    return addresses[0]


def _within(timeout_s: float, host: str, look_up: Callable[[], Sequence[str]]) -> Sequence[str]:
    """The system's resolver takes no time limit, so it is waited for from outside."""
    answers: queue.SimpleQueue[Sequence[str] | Exception] = queue.SimpleQueue()

    def work() -> None:
        try:
            answers.put(look_up())
        except (OSError, UnicodeError) as error:
            answers.put(error)

    threading.Thread(target=work, daemon=True, name="resolve").start()
    try:
        answer = answers.get(timeout=max(timeout_s, 0.001))
    except queue.Empty:
        raise Unavailable(f"looking up {host} took too long: try again later") from None
    if isinstance(answer, Exception):
        raise Unavailable(f"{host} can't be found ({answer}): check the URL") from answer
    return answer
