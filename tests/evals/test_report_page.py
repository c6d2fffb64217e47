"""The report's page in a browser: in both schemes, on a phone and on paper; it asks nobody."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from support.paths import REPOSITORY
from support.sample_report import provenance, suites

from evals.reports import writing
from evals.site import browsing, chromium

if TYPE_CHECKING:
    from playwright.sync_api import Browser

AXE = REPOSITORY / "assistant/channels/widget/node_modules/axe-core/axe.min.js"
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(chromium() is None, reason="needs a Chromium; `make test` installs one"),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with browsing() as running:
        yield running


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("report")
    writing.write(suites(), provenance(), folder)
    return folder


@pytest.mark.parametrize("name", ["latest.html", "timings.html"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [375, 1200])
def test_the_page_asks_nobody_and_fits(
    browser: Browser, out: Path, name: str, scheme: str, width: int
) -> None:
    page = browser.new_page(
        viewport={"width": width, "height": 800},
        color_scheme="dark" if scheme == "dark" else "light",
    )
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("dialog", lambda dialog: said.append(dialog.message))
    page.goto((out / name).as_uri())
    assert asked == [(out / name).as_uri()]
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert said == []
    page.close()


@pytest.mark.skipif(not AXE.is_file(), reason="needs axe-core: `make widget-check`")
@pytest.mark.parametrize("name", ["latest.html", "timings.html"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(browser: Browser, out: Path, name: str, scheme: str) -> None:
    context = browser.new_context(
        color_scheme="dark" if scheme == "dark" else "light", bypass_csp=True
    )
    page = context.new_page()
    page.goto((out / name).as_uri())
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    page.add_script_tag(path=str(AXE))
    found = page.evaluate(
        "async () => (await axe.run()).violations.map(v => [v.id, v.nodes.map(n => n.html)])"
    )
    assert found == []
    context.close()


def test_what_is_folded_away_is_printed(browser: Browser, out: Path) -> None:
    page = browser.new_page()
    page.goto((out / "latest.html").as_uri())
    case = page.get_by_text("wrong 11", exact=True)
    assert not case.is_visible()
    page.emulate_media(media="print")
    assert case.is_visible()
    page.close()
