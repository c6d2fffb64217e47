"""A network backend that connects to checked addresses only, and keeps one deadline over all.

httpcore hands it the host's name; the name stays for TLS (SNI, certificate) and the Host header,
and only the address that was checked is connected to. So a name that answers differently the
second time is never asked a second time.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable, Iterable
from typing import Any

import httpcore

from assistant.ingest.addresses import AllowedHosts, Resolver, checked_address


class Deadline:
    """The moment by which all must be done; every wait is shortened to what is left."""

    def __init__(self, seconds: float, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._end = now() + seconds

    def left(self) -> float:
        """Seconds, never below 0."""
        return max(self._end - self._now(), 0.0)


class PinnedBackend(httpcore.NetworkBackend):
    """Connects by checked address. Raises FetchRefused or Unavailable where a check fails."""

    def __init__(self, resolve: Resolver, allowed: AllowedHosts, deadline: Deadline) -> None:
        self._resolve = resolve
        self._allowed = allowed
        self._deadline = deadline
        self._tally = _Tally()
        self._backend = httpcore.SyncBackend()

    def surplus(self, length: int) -> bool:
        """Did more than a body of `length` bytes come back?"""
        return self._tally.surplus(length)

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        left = self._deadline.left()
        address = checked_address(host, port, self._resolve, self._allowed, left)
        wait = _wait(self._deadline, httpcore.ConnectTimeout)
        stream = self._backend.connect_tcp(address, port, wait, local_address, socket_options)
        return _TimedStream(stream, self._deadline, self._tally)


class _Tally:
    """Counts what came behind the headers of an answer."""

    def __init__(self) -> None:
        self._head = b""
        self._body: int | None = None

    def feed(self, data: bytes) -> None:
        if self._body is not None:
            self._body += len(data)
            return
        self._head += data
        while (end := self._head.find(b"\r\n\r\n")) >= 0:
            interim = self._head.startswith((b"HTTP/1.1 1", b"HTTP/1.0 1"))
            self._head = self._head[end + 4 :]
            if not interim:
                self._body = len(self._head)
                return

    def surplus(self, length: int) -> bool:
        return self._body is not None and self._body > length


class _TimedStream(httpcore.NetworkStream):
    """Hands every call on with the time that is left, so that a slow drip ends in time too."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: Deadline, tally: _Tally) -> None:
        self._stream = stream
        self._deadline = deadline
        self._tally = tally

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        data = self._stream.read(max_bytes, _wait(self._deadline, httpcore.ReadTimeout))
        self._tally.feed(data)
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _wait(self._deadline, httpcore.WriteTimeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        wait = _wait(self._deadline, httpcore.ConnectTimeout)
        stream = self._stream.start_tls(ssl_context, server_hostname, wait)
        return _TimedStream(stream, self._deadline, self._tally)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _wait(deadline: Deadline, late: type[httpcore.TimeoutException]) -> float:
    if not (left := deadline.left()):
        raise late("the deadline has passed")
    return left
