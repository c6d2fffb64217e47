"""A web server on loopback that plays what the web does to a source, and counts who connects.

A path's `Page` says what it answers; a test puts another in its place between two looks. Every
connection is counted when it is accepted, before a byte of it is read.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

HTML = "text/html; charset=utf-8"


@dataclass
class Page:
    """What a path answers. `play` takes the connection over; `etag` makes it conditional."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    etag: bool = False
    play: Callable[[BaseHTTPRequestHandler], None] | None = None


@dataclass
class PagesServer:
    """`pages` by path (others are 404), the requests that came, the connections that were made."""

    port: int = 0
    pages: dict[str, Page] = field(default_factory=dict)
    got: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    connections: int = 0
    ended: threading.Event = field(default_factory=threading.Event)

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    def url(self, path: str) -> str:
        return f"http://{self.host}{path}"

    def asked(self, path: str) -> int:
        return sum(1 for got, _ in self.got if got == path)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64
    site: PagesServer

    def get_request(self) -> tuple[object, object]:  # type: ignore[override]
        found = super().get_request()
        self.site.connections += 1
        return found

    def handle_error(self, request: object, client_address: object) -> None:
        pass


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        site = self.server.site
        site.got.append((self.path, dict(self.headers.items())))
        page = site.pages.get(self.path, Page(body=b"none", status=404))
        try:
            if page.play:
                page.play(self)
            else:
                self._answer(page)
        except OSError:
            pass

    def _answer(self, page: Page) -> None:
        headers = dict(page.headers)
        status, body = page.status, page.body
        if page.etag:
            headers["ETag"] = f'"{sha256(body).hexdigest()[:12]}"'
            if self.headers.get("If-None-Match") == headers["ETag"]:
                status, body = 304, b""
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def serving(address: str = "127.0.0.1") -> Iterator[PagesServer]:
    site = PagesServer()
    server = _Server((address, 0), _Handler)
    server.site = site
    site.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield site
    finally:
        site.ended.set()
        server.shutdown()
        thread.join()
        server.server_close()


# --- what it plays --------------------------------------------------------------------------------


def html(body: str, title: str = "Annual report of the coast office", head: str = "") -> Page:
    text = (
        f"<!doctype html><html lang=en><head><title>{title}</title>{head}</head>"
        f"<body><nav><a href=/>Home</a></nav><main><h1>{title}</h1>{body}</main>"
        "<footer>Contact us</footer></body></html>"
    )
    return Page(body=text.encode(), headers={"Content-Type": HTML})


def redirect(to: str, status: int = 302) -> Page:
    return Page(status=status, headers={"Location": to})


def status(code: int, **headers: str) -> Page:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Page(body=b"a page of excuses", status=code, headers=named)


def endless(site: PagesServer) -> Page:
    """Words without end, as fast as they are taken."""

    def play(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.send_header("Content-Type", HTML)
        request.end_headers()
        while not site.ended.is_set():
            request.wfile.write(b"and so on " * 1000)

    return Page(play=play)


def slow(site: PagesServer) -> Page:
    """A byte now and then, for ever."""

    def play(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.send_header("Content-Type", HTML)
        request.end_headers()
        while not site.ended.wait(0.02):
            request.wfile.write(b"x")

    return Page(play=play)


def lying(body: bytes, length: int) -> Page:
    """A Content-Length that is not the body's."""
    return Page(body=body, headers={"Content-Type": HTML, "Content-Length": str(length)})
