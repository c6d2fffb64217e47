"""Guarded fetching: a page from the public web, bounded in address, size and time.

A URL may come from a document or a reader, so it is never trusted: only http and https, every
address checked and pinned, every redirect checked anew, no credentials, nothing unbounded.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Collection, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from typing import Protocol
from urllib.parse import SplitResult, urljoin, urlsplit

import httpcore

from assistant.errors import FetchRefused, Unavailable, Unfetchable
from assistant.ingest.addresses import AllowedHosts, Resolver, resolve_by_system
from assistant.ingest.pinned import Deadline, PinnedBackend

MAX_FETCH_BYTES = 32 * 1024 * 1024
MAX_REDIRECTS = 5
TIMEOUT_S = 30.0
USER_AGENT = "newsroom-assistant/0.1 (fact-check archive)"

_PORTS = {"http": 80, "https": 443}
_REDIRECTS = {301, 302, 303, 307, 308}
_TEXT_LIKE = ("text/", "application/json", "application/ld+json", "application/xhtml+xml")
_OTHER = ("application/pdf", "application/xml", "application/rss+xml", "application/atom+xml")
_FEEDS = ("application/feed+json", "application/rdf+xml", "application/gzip", "application/x-gzip")
_BYTES = ("application/jsonl", "application/x-ndjson", "application/octet-stream")
_PERMANENT = {301, 308}
MEDIA_TYPES = (*_TEXT_LIKE, *_OTHER, *_FEEDS, *_BYTES)
"""Beginnings of the content types that are taken; a type that isn't given is taken too."""

Gate = Callable[[str], AbstractContextManager[object]]
"""Entered for each address that is asked, redirects too: it may wait, or refuse by raising."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """What a server answered. `body` is empty unless `status` is 2xx; it is decompressed.

    `media_type` is the whole Content-Type header, or None. `etag` and `last_modified` go back to
    `fetch` for a conditional request, which may be answered by status 304. `moved` says that every
    redirect on the way was a permanent one; `retry_after` is the header of that name.
    """

    url: str
    final_url: str
    status: int
    media_type: str | None
    body: bytes
    etag: str | None
    last_modified: str | None
    moved: bool = False
    retry_after: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Redirect:
    to: str
    permanent: bool


class Fetcher:
    """Fetches with a guard. `allow_hosts` ("host" or "host:port") may be private, on any port.

    `max_bytes` bounds the body before and after decompression, `timeout_s` all of one fetch:
    look-ups, redirects and reading together.
    """

    def __init__(
        self,
        allow_hosts: Collection[str] = (),
        max_bytes: int = MAX_FETCH_BYTES,
        timeout_s: float = TIMEOUT_S,
        *,
        resolve: Resolver = resolve_by_system,
    ) -> None:
        self._allowed = AllowedHosts(allow_hosts)
        self._max_bytes = max_bytes
        self._timeout_s = timeout_s
        self._resolve = resolve

    def allows(self, url: str) -> bool:
        """Is this a host that the setting opens?"""
        target = self._target(url)
        return (target.host.decode(), target.port or 0) in self._allowed

    def fetch(
        self,
        url: str,
        *,
        etag: str | None = None,
        last_modified: str | None = None,
        gate: Gate = nullcontext,
    ) -> Fetched:
        """The answer at `url`, redirects followed.

        Raises FetchRefused for what is never fetched (Unfetchable when it answered with what can't
        be taken), Unavailable when the network fails.
        """
        headers = _headers(etag, last_modified)
        here, moved, left = url, list[bool](), self._timeout_s
        for _ in range(MAX_REDIRECTS + 1):
            self._target(here)  # refused before the gate asks its host for anything
            with gate(here):
                deadline = Deadline(left)  # what the gate makes us wait is no time of the server's
                answer = self._once(url, here, headers, deadline)
                left = deadline.left()
            if isinstance(answer, Fetched):
                return replace(answer, moved=bool(moved) and all(moved))
            here = answer.to
            moved.append(answer.permanent)
        raise Unfetchable(f"{url} redirects more than {MAX_REDIRECTS} times: give its final URL")

    def _once(
        self, url: str, here: str, headers: list[tuple[bytes, bytes]], deadline: Deadline
    ) -> Fetched | _Redirect:
        """One request: the answer, or where it redirects to."""
        target = self._target(here)
        backend = PinnedBackend(self._resolve, self._allowed, deadline)
        try:
            with (
                httpcore.ConnectionPool(network_backend=backend) as pool,
                pool.stream("GET", target, headers=[_host(target), *headers]) as response,
            ):
                answer = self._answer(response, url, here)
                _must_be_whole(response, backend, here)
                return answer
        except httpcore.TimeoutException as error:
            limit = f"{self._timeout_s:g} s"
            raise Unavailable(f"{here} took longer than {limit}: try again later") from error
        except (httpcore.NetworkError, httpcore.ProtocolError) as error:
            raise Unavailable(f"{here} can't be fetched ({error}): try again later") from error

    def _target(self, url: str) -> httpcore.URL:
        """The parts to connect to, from one parse: what was checked is what is requested."""
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError as error:
            raise FetchRefused(f"{url!r} is no URL ({error}): check it") from error
        if parts.scheme not in _PORTS:
            raise FetchRefused(f"{url!r} is not http or https: only those are fetched")
        if parts.username is not None or parts.password is not None:
            raise FetchRefused(f"the URL for {parts.hostname} carries credentials: take them out")
        host = _ascii_host(parts, url)
        port = _PORTS[parts.scheme] if port is None else port
        if port not in _PORTS.values() and (host, port) not in self._allowed:
            raise FetchRefused(
                f"{url} names port {port}, only 80 and 443 are fetched: name {host}:{port} in "
                "ASSISTANT_FETCH_ALLOW_HOSTS if it is meant"
            )
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        return httpcore.URL(scheme=parts.scheme, host=host, port=port, target=_quoted(path))

    def _answer(self, response: httpcore.Response, url: str, here: str) -> Fetched | _Redirect:
        headers = _read_headers(response)
        if response.status in _REDIRECTS and "location" in headers:
            to = _joined(here, headers["location"].strip())
            return _Redirect(to=to, permanent=response.status in _PERMANENT)
        body = b""
        if 200 <= response.status < 300:
            self._check_headers(here, headers)
            chunks = _decoded(response.iter_stream(), headers.get("content-encoding", ""), here)
            body = self._collected(chunks, here)
        return Fetched(
            url=url,
            final_url=here,
            status=response.status,
            media_type=headers.get("content-type"),
            body=body,
            etag=headers.get("etag"),
            last_modified=headers.get("last-modified"),
            retry_after=headers.get("retry-after"),
        )

    def _check_headers(self, here: str, headers: dict[str, str]) -> None:
        media_type = headers.get("content-type", "").split(";")[0].strip().lower()
        if media_type and not media_type.startswith(MEDIA_TYPES):
            raise Unfetchable(f"{here} is {media_type}: give a page, a PDF, text or JSON")
        length = headers.get("content-length", "")
        if length.isdecimal() and int(length) > self._max_bytes:
            raise self._too_large(here)

    def _collected(self, chunks: Iterator[bytes], here: str) -> bytes:
        body = bytearray()
        for chunk in chunks:
            body += chunk
            if len(body) > self._max_bytes:
                raise self._too_large(here)
        return bytes(body)

    def _too_large(self, here: str) -> Unfetchable:
        return Unfetchable(
            f"{here} is larger than {self._max_bytes} bytes: download it and ingest its parts"
        )


def _headers(etag: str | None, last_modified: str | None) -> list[tuple[bytes, bytes]]:
    pairs = [("User-Agent", USER_AGENT), ("Accept", "*/*"), ("Accept-Encoding", "gzip")]
    pairs += [("Connection", "close")]
    pairs += [("If-None-Match", etag)] if etag else []
    pairs += [("If-Modified-Since", last_modified)] if last_modified else []
    return [(name.encode(), value.encode("latin-1", "ignore")) for name, value in pairs]


def _read_headers(response: httpcore.Response) -> dict[str, str]:
    return {k.lower().decode("latin-1"): v.decode("latin-1") for k, v in response.headers}


def _joined(here: str, location: str) -> str:
    try:
        return urljoin(here, location)
    except ValueError as error:
        raise Unfetchable(f"{here} redirects to what is no URL ({error}): check it") from error


def _must_be_whole(response: httpcore.Response, backend: PinnedBackend, here: str) -> None:
    """A Content-Length that is too small would cut a page short without a word."""
    length = _read_headers(response).get("content-length", "")
    if length.isdecimal() and backend.surplus(int(length)):
        raise Unavailable(f"{here} sent more than the length that it gave: try again later")


def _host(target: httpcore.URL) -> tuple[bytes, bytes]:
    """Written here because httpcore leaves the brackets of an IPv6 address out."""
    host = b"[%s]" % target.host if b":" in target.host else target.host
    usual = target.port == _PORTS[target.scheme.decode()]
    return b"Host", host if usual else b"%s:%d" % (host, target.port or 0)


def _ascii_host(parts: SplitResult, url: str) -> str:
    host = (parts.hostname or "").rstrip(".")
    try:
        host = host if host.isascii() else host.encode("idna").decode("ascii")
    except UnicodeError as error:
        raise FetchRefused(f"{url!r} has a host that is no name: check it") from error
    if not host or any(ch <= " " or ch in '\\"<>^`{|}' for ch in host):
        raise FetchRefused(f"{url!r} has a host that is no name: check it")
    return host


def _quoted(target: str) -> bytes:
    """Percent-encodes what may not stand in a request line; what is encoded already stays."""
    return "".join(
        ch
        if "!" <= ch <= "~"
        else "".join(f"%{byte:02X}" for byte in ch.encode("utf-8", "replace"))
        for ch in target
    ).encode("ascii")


class _Decompressor(Protocol):
    @property
    def eof(self) -> bool: ...
    @property
    def unconsumed_tail(self) -> bytes: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int = ..., /) -> bytes: ...


_STEP = 256 * 1024


def _decoded(chunks: Iterator[bytes], encoding: str, here: str) -> Iterator[bytes]:
    """Decompressed in small steps, so that the size limit stops a bomb before it unfolds."""
    encoding = encoding.strip().lower()
    if encoding in ("", "identity"):
        yield from chunks
        return
    if encoding not in ("gzip", "x-gzip"):
        raise Unfetchable(f"{here} is sent as {encoding}, which was not asked for")
    unpack: _Decompressor = zlib.decompressobj(wbits=31)
    try:
        for chunk in chunks:
            while chunk:
                if unpack.eof:
                    unpack = zlib.decompressobj(wbits=31)
                yield unpack.decompress(chunk, _STEP)
                chunk = unpack.unused_data if unpack.eof else unpack.unconsumed_tail
    except zlib.error as error:
        raise Unavailable(f"{here} is no valid gzip: try again later") from error
    if not unpack.eof:
        raise Unavailable(f"{here} ended too early: try again later")
