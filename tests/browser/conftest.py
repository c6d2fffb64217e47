"""The real server, another site that embeds its widget, and a Chromium that watches both."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from support.hostile import FILES, page
from support.paths import REPOSITORY
from support.relay import Relay

from evals.site import Service, Site, browsing, chromium, served

AXE = REPOSITORY / "assistant/channels/widget/node_modules/axe-core/axe.min.js"
PATIENCE = 15_000
"""Milliseconds until a condition that does not come is a failure."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    missing = pytest.mark.skip(reason="needs a Chromium; `make test` installs one")
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)
            if chromium() is None:
                item.add_marker(missing)


LIMITS = {"rate_per_address": "1000000", "rate_per_key": "1000000"}
"""No test but the one about limits is to meet them."""


@pytest.fixture(scope="package")
def home_copy(
    repository_home: Path, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[], Path]:
    """Makes copies of the sample archive's home, so that nobody waits for its lock."""

    def make() -> Path:
        home = tmp_path_factory.mktemp("served") / "home"
        shutil.copytree(repository_home, home)
        return home

    return make


@pytest.fixture(scope="package")
def service(home_copy: Callable[[], Path]) -> Iterator[Service]:
    """One server over the sample archive for all tests that only read."""
    with served(home_copy(), **LIMITS) as service:
        yield service


@pytest.fixture(scope="package")
def host() -> Iterator[Site]:
    """The other site."""
    with Site(FILES).open() as host:
        yield host


@pytest.fixture(scope="package")
def key(service: Service, host: Site) -> str:
    """The widget key that the other site was given."""
    return service.widget_key(host.origin)[1]


@pytest.fixture(scope="package")
def host_page(service: Service, host: Site, key: str) -> str:
    """The hostile page that embeds the widget: its URL."""
    return host.put("/hostile", page(service.url, key))


@pytest.fixture
def relay(service: Service) -> Iterator[Relay]:
    """A way to the server that can be broken."""
    with Relay(service.port) as relay:
        yield relay


@pytest.fixture(scope="package")
def browser() -> Iterator[Any]:
    with browsing() as browser:
        yield browser


class Watch:
    """What went wrong in a page: errors in its console, dialogs, requests to anywhere else."""

    def __init__(self, *origins: str) -> None:
        self.wrong: list[str] = []
        self.origins = set(origins)
        self._expected: list[str] = []

    def expect(self, pattern: str) -> None:
        """A test that breaks something says which messages of the browser it will cause."""
        self._expected.append(pattern)

    def watch(self, page: Any) -> None:
        page.on("console", self._console)
        page.on("pageerror", lambda error: self._tell(f"error: {error}"))
        page.on("dialog", self._dialog)
        page.on("request", self._request)

    def _console(self, message: Any) -> None:
        if message.type == "error":
            self._tell(f"console: {message.text} {message.location['url']}")

    def _dialog(self, dialog: Any) -> None:
        self._tell(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _request(self, request: Any) -> None:
        address = urlsplit(request.url)
        if f"{address.scheme}://{address.netloc}" not in self.origins:
            self._tell(f"request: {request.url}")

    def _tell(self, what: str) -> None:
        self.wrong.append(what)

    @property
    def unexpected(self) -> list[str]:
        return [
            what
            for what in self.wrong
            if not any(re.search(pattern, what) for pattern in self._expected)
        ]


@pytest.fixture
def watch(service: Service, host: Site) -> Iterator[Watch]:
    """Fails the test at its end when a page complained or asked anybody else."""
    watch = Watch(service.url, host.origin)
    yield watch
    assert watch.unexpected == []


Open = Callable[..., Any]


@pytest.fixture
def open_page(browser: Any, watch: Watch) -> Iterator[Open]:
    """Opens a URL in a context of its own, with Playwright's options for that context."""
    with ExitStack() as stack:

        def open_(url: str, *, script: str | None = None, **options: Any) -> Any:
            context = stack.enter_context(browser.new_context(**options))
            context.set_default_timeout(PATIENCE)
            if script:
                context.add_init_script(script)
            context.on("page", watch.watch)
            opened = context.new_page()
            opened.goto(url)
            return opened

        yield open_


@pytest.fixture(scope="session")
def axe() -> str:
    if not AXE.is_file():
        pytest.skip("needs axe-core: run `make widget-check`, which installs it from its lock")
    return AXE.read_text(encoding="utf-8")
