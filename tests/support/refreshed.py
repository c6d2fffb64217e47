"""A whole assistant beside a server of pages: a source is changed on its page, and refreshed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import PrivateAttr

from assistant.channels.upkeep import refreshing, watching
from assistant.ledger.ledger import Ledger
from assistant.lookups import Lookups
from assistant.settings import Settings, parse_instant
from assistant.shapes_upkeep import RefreshJson
from assistant.wiring import Assistant, open_assistant
from support.pages_server import PagesServer, html

CHECKED, LATER = "2026-02-10", "2026-03-10"
CHECK = """---
title: {title}
kind: fact_check
checked_on: {checked}
valid_as_of: {year}
sources:
  - n: 1
    title: Report of the boats
    publisher: Coast Office
    url: {url}
    date: {listed}
---
## Executive summary

{summary}

## 1. What is counted

{body}
"""


class Moving(Settings):
    """Settings whose clock a test moves on."""

    _day: str = PrivateAttr(CHECKED)

    def clock(self) -> datetime:
        return parse_instant(self._day)


@dataclass
class Coast:
    """`says` puts words on the page; `hold_page` and `digest` keep it in the archive."""

    assistant: Assistant
    site: PagesServer
    folder: Path
    settings: Moving
    path: str = "/boats"

    @property
    def url(self) -> str:
        return self.site.url(self.path)

    @property
    def ledger(self) -> Ledger:
        return self.assistant._parts.ledger

    @property
    def lookups(self) -> Lookups:
        return self.assistant._parts.lookups

    def says(self, *paragraphs: str, head: str = "") -> None:
        body = "".join(f"<p>{each}</p>" for each in paragraphs)
        self.site.pages[self.path] = html(body, "Report of the boats", head)

    def hold_page(self) -> None:
        self.assistant.ingest([self.url], kind="source_document")

    def hold(self, name: str, text: str) -> None:
        (self.folder / f"{name}.md").write_text(text, encoding="utf-8")
        self.assistant.ingest([str(self.folder)])

    def digest(self, words: str, name: str = "boats-digest") -> None:
        self.hold(
            name,
            "---\ntitle: Report of the boats\nkind: source_document\npublisher: Coast Office\n"
            f"url: {self.url}\npublished_on: 2026-01-20\n---\n{words}\n",
        )

    def check(
        self, summary: str, body: str = "The office says what a boat is.", **said: Any
    ) -> None:
        values = {
            "title": "How many boats did the Coast Office rescue?",
            "checked": CHECKED,
            "year": "2025",
            "listed": "2026-01-20",
            "url": self.url,
            **said,
        }
        self.hold("boats", CHECK.format(summary=summary, body=body, **values))

    def is_on(self, day: str) -> None:
        self.settings._day = day

    def watch(self, day: str) -> None:
        watching.watch_once(self.assistant, now=day, everything=True)

    def refresh(self, day: str = LATER, **asked: Any) -> RefreshJson:
        """On that day, to which the clock moves."""
        self.is_on(day)
        return refreshing.refresh(self.assistant, document_id="boats", now=day, **asked)

    def text(self, document_id: str = "boats") -> str:
        return self.assistant.document(document_id).text


@contextmanager
def coast(folder: Path, site: PagesServer) -> Iterator[Coast]:
    files = folder / "files"
    files.mkdir()
    site.pages["/"] = html("<p>The front page.</p>", "Coast office")
    settings = Moving.model_validate({"home": folder / "home", "fetch_allow_hosts": site.host})
    with open_assistant(settings) as assistant:
        yield Coast(assistant, site, files, settings)
