"""The real server, another web site that embeds its widget, and a Chromium to look with."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from assistant.errors import AssistantError, Unavailable
from evals.homes import NOW

if TYPE_CHECKING:
    from playwright.sync_api import Browser

COMMAND = (sys.executable, "-m", "assistant.channels.cli")
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_PATIENCE_SECONDS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A running `assistant serve`, and the commands of its home's owner."""

    url: str
    pid: int
    home: Path

    @property
    def port(self) -> int:
        return urlsplit(self.url).port or 0

    def command(self, *arguments: str) -> Any:
        """Runs `assistant ARGUMENTS --json`; the JSON that it prints. Raises AssistantError."""
        done = subprocess.run(
            [*COMMAND, *arguments, "--json"],
            env=_environment(self.home),
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        if done.returncode:
            raise AssistantError(f"assistant {arguments[0]} failed: {done.stderr[-400:]}")
        return json.loads(done.stdout)

    def widget_key(self, *origins: str) -> tuple[str, str]:
        """A new widget key for these origins: its id and what stands in the page."""
        options = [option for origin in origins for option in ("--origin", origin)]
        made = self.command("keys", "create", "--widget", *options)
        return made["id"], made["key"]


@contextmanager
def served(home: Path, **settings: str) -> Iterator[Service]:
    """Serves a home on a free loopback port; `settings` by their names without the prefix."""
    process = subprocess.Popen(
        [*COMMAND, "serve", "--port", "0", "--json"],
        env=_environment(home, settings),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        encoding="utf-8",
    )
    assert process.stdout is not None
    try:
        if not (line := process.stdout.readline()):
            raise Unavailable("the server did not start: run `assistant serve` to see why")
        where = json.loads(line)
        yield Service(url=where["url"], pid=where["pid"], home=home)
    finally:
        process.terminate()
        process.communicate(timeout=_PATIENCE_SECONDS)


def _environment(home: Path, settings: Mapping[str, str] | None = None) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ASSISTANT_")}
    given = {f"ASSISTANT_{name.upper()}": value for name, value in (settings or {}).items()}
    return {**kept, "ASSISTANT_HOME": str(home), "ASSISTANT_NOW": NOW, **given}


# --- the other site -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class SitePage:
    """What a path of the other site answers with; `policy` is its Content-Security-Policy."""

    body: str
    media_type: str = "text/html"
    policy: str = ""


class Site:
    """A second loopback server, hence another origin, while `open()` lasts. Other paths are 204."""

    def __init__(self, pages: Mapping[str, SitePage] | None = None) -> None:
        self._pages = dict(pages or {})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self._pages))
        self._server.daemon_threads = True
        self.origin = f"http://127.0.0.1:{self._server.server_port}"

    def put(self, path: str, page: SitePage) -> str:
        """Makes a path answer with a page; its URL."""
        self._pages[path] = page
        return self.origin + path

    @contextmanager
    def open(self) -> Iterator[Site]:
        thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield self
        finally:
            self._server.shutdown()
            self._server.server_close()
            thread.join()


def _handler(pages: Mapping[str, SitePage]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            page = pages.get(self.path.partition("?")[0])
            if page is None:
                self.send_response(204)
                self.end_headers()
                return
            body = page.body.encode()
            self.send_response(200)
            self.send_header("Content-Type", f"{page.media_type}; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            if page.policy:
                self.send_header("Content-Security-Policy", page.policy)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Says nothing."""

    return Handler


# --- the browser ----------------------------------------------------------------------------------


def chromium() -> str | None:
    """The path of a Chromium, or None."""
    return next((path for name in BROWSERS if (path := shutil.which(name))), None)


@contextmanager
def browsing() -> Iterator[Browser]:
    """A headless Chromium. Raises Unavailable when there is none."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError as error:
        raise Unavailable("playwright is missing: install the extra `dev`") from error
    if (path := chromium()) is None:
        raise Unavailable("there is no Chromium: `make browser` installs one where it may")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        try:
            yield browser
        finally:
            browser.close()
