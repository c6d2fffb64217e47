"""A newsroom to test the desk with: a real ledger, filled by hand, and browsers that come to it."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx2 import Response
from sqlalchemy import event

from assistant.channels.api import create_app
from assistant.contract import reply_json
from assistant.ledger.writing import Entry, write
from assistant.settings import Settings
from assistant.types import (
    Abstention,
    Answer,
    Audience,
    Citation,
    Claim,
    Content,
    Document,
    Freshness,
    Kind,
    PartialDate,
    Reply,
    Section,
    Span,
    State,
    Statement,
)
from assistant.wiring import Assistant

TODAY = "2026-11-21"
NOW = datetime(2026, 11, 21, 8, tzinfo=UTC)
DAY = timedelta(days=1)
HOST = "http://127.0.0.1:8000"
ELSEWHERE = "https://desk.example"

PAGES = (
    "",
    "/refreshes",
    "/sources",
    "/audit",
    "/gaps",
    "/feedback",
    "/quarantine",
    "/documents",
)
ADMIN_PAGES = ("/keys", "/keys/revoke?id=none", "/documents/withdraw?id=none")
ACTS = (
    "/refresh",
    "/refresh/decide",
    "/sources/look",
    "/audit",
    "/gaps/assign",
    "/gaps/answered",
    "/documents/link",
    "/documents/withdraw",
    "/keys",
    "/keys/revoke",
    "/sign-out",
)
VOLATILE = "The latest yearly number of wells is 4,120, counted in 2023."
DEFINITION = "A well is a hole that was dug or drilled to reach water."


def day(text: str | None) -> PartialDate | None:
    return PartialDate(value=text, origin="front_matter") if text else None


@dataclass
class Newsroom:
    """The real assistant over an empty home; nothing is embedded, so nothing can be asked."""

    assistant: Assistant
    numbers: Iterable[int] = field(default_factory=itertools.count)
    keeper: Any = None
    """Plays the upkeep of the apps that are made from now on; the real one when None."""

    @property
    def ledger(self) -> Any:
        return self.assistant._ledger

    def fact_check(self, id: str, **fields: Any) -> Document:
        fields.setdefault("text", VOLATILE)
        fields.setdefault("checked_on", "2024-06-01")
        return self.document(id, **fields)

    def document(
        self,
        id: str,
        *,
        text: str = "The register listed 4,120 wells.",
        title: str | None = None,
        kind: Kind = "fact_check",
        audience: Audience = "public",
        **fields: Any,
    ) -> Document:
        dates = ("checked_on", "published_on", "modified_on", "valid_as_of", "valid_until")
        dated: dict[str, Any] = {name: day(fields.pop(name)) for name in dates if name in fields}
        content = Content(
            kind=kind,
            title=title if title is not None else f"How many wells has {id}?",
            text=text,
            sections=(Section(span=Span(start=0, end=len(text)), role="summary"),),
            **dated,
            **fields,
        )
        entry = Entry(
            document_id=id,
            audience=audience,
            content=content,
            fingerprint=id,
            origin=id,
            url_key=None,
            pieces=(),
            links=tuple(("corrects", target) for target in content.corrects),
        )
        with self.ledger.transaction() as connection:
            (written,) = write(connection, [entry], NOW)
        return written.document

    def answer(
        self,
        *documents: Document,
        question: str = "How many?",
        audience: Audience = "public",
        at: datetime = NOW,
        state: State = "fresh",
    ) -> str:
        """An answer that was given and rests on these documents; an abstention without any."""
        result: Answer | Abstention = Abstention(reason="no_evidence", confidence=0.1)
        if documents:
            freshness = Freshness(state=state, score=0.0)
            claims = tuple(
                Claim(
                    statement=Statement(
                        text=each.text,
                        citations=(
                            Citation(document=each, span=Span(start=0, end=len(each.text))),
                        ),
                        support=1.0,
                    ),
                    freshness=freshness,
                )
                for each in documents
            )
            result = Answer(claims=claims, freshness=freshness, confidence=0.9, as_of=at.date())
        name = f"answer-{next(iter(self.numbers))}"
        reply = Reply(id=name, question=question, result=result, created_at=at)
        self.ledger.answers.keep(reply, dict(reply_json(reply)), audience)
        return name

    def gap(
        self, question: str, times: int = 1, audience: Audience = "public", at: datetime = NOW
    ) -> None:
        for _ in range(times):
            self.ledger.gaps.add(question, "no_evidence", 0.1, at, audience)

    def key(self, scope: Any = "edit", audience: Audience = "public", **fields: Any) -> str:
        """A new key's secret."""
        return self.assistant.create_key(scope, audience, **fields)[1]

    def app(self, *, host: str = "127.0.0.1", **settings: Any) -> FastAPI:
        app = create_app(
            self.assistant, Settings(home=self.assistant.settings.home, host=host, **settings)
        )
        if self.keeper:
            app.state.desk_upkeep = lambda _: self.keeper
        return app


class Browser:
    """A browser at the desk, that keeps its cookies and sends what the forms of a page hold."""

    def __init__(self, app: FastAPI, base: str = HOST) -> None:
        self.client = TestClient(app, base_url=base, follow_redirects=False)
        self.app = app

    def get(self, path: str = "", **headers: str) -> Response:
        return self.client.get(f"/desk{path}", headers=headers)

    def post(self, path: str, form: dict[str, str] | None = None, **headers: str) -> Response:
        return self.client.post(f"/desk{path}", data=form or {}, headers=headers)

    def token(self, path: str = "") -> str:
        """The token of the forms that this browser is given."""
        found = re.search(r'name="token" value="(\w+)"', self.get(path).text)
        assert found, f"no form at {path}"
        return found[1]

    def send(self, path: str, on: str = "/gaps?state=all", /, **form: str) -> Response:
        """Fills in a form of a page and sends it."""
        return self.post(path, {"token": self.token(on), **form}, Origin=self.origin)

    @property
    def origin(self) -> str:
        return str(self.client.base_url).rstrip("/")

    def sign_in(self, secret: str) -> Response:
        return self.send("/sign-in", "/sign-in", key=secret)


class Page(HTMLParser):
    """What a page is made of: tags, addresses, words, and the cells of its tables."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.addresses: list[str] = []
        self.values: list[str] = []
        self.words = ""
        self.tables: list[list[list[str]]] = []
        self._cell = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        for name, value in attrs:
            assert not name.startswith("on"), (tag, name)
            assert name not in ("style", "srcdoc", "srcset"), (tag, name)
            if name in ("href", "src", "action", "formaction"):
                self.addresses.append(value or "")
            if name == "value":
                self.values.append(value or "")
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in ("td", "th"):
            self.tables[-1][-1].append("")
            self._cell = True

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th"):
            self._cell = False

    def handle_data(self, data: str) -> None:
        self.words += data
        if self._cell:
            self.tables[-1][-1][-1] += data


def words_of(response: Response) -> str:
    return " ".join(Page(response.text).words.split())


def open_newsroom(home: Path, **settings: Any) -> Newsroom:
    home.mkdir(parents=True, exist_ok=True)
    settings.setdefault("now", NOW.isoformat())
    assistant = Assistant(Settings(home=home, **settings))
    assistant.desk.patience_s = 60
    engine = assistant._ledger._engine
    engine.dispose()
    event.listen(engine, "connect", _carefree)
    return Newsroom(assistant)


def _carefree(connection: Any, _record: object) -> None:
    """Nothing here has to outlive a power cut, and waiting for disks is most of the time."""
    connection.execute("pragma synchronous=off")
