"""Property: after an erasure, whatever had happened, no word of the document is in any file."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.counts import FULL, count
from support.refreshing import CHECK, Newsroom, source

from assistant.contract import reply_json
from assistant.ingest.urls import canonical_url
from assistant.ledger.generations import bump
from assistant.ledger.watched import Watch
from assistant.types import Answer, Citation, Claim, Document, Freshness, Reply, Span, Statement

WORDS = ("zyzzyvas", "quockerwodgers", "snollygosters")
"""Of the document that is erased, and of nothing else: of its figure's sentence, of what stands
beside it, and of an editor's note on what was updated by it."""
URL = "https://seals.example/2025"


def newer(number: str, beside: str = WORDS[1]) -> str:
    text = source(2025, number, "2026-05-01")
    text = text.replace("reports of lost seals.", f"reports of lost seals, not {WORDS[0]}.")
    return f"{text.rstrip()} The {beside} are counted apart.\n"


class History:
    """What may befall a document before it is erased, each as often as it comes."""

    def __init__(self, home: Path) -> None:
        self.newsroom = Newsroom(home, index=FULL)
        self.answers = 0

    def comes(self) -> None:
        self.newsroom.ingest(newer=newer("30,100"))

    def changes(self) -> None:
        self.newsroom.ingest(newer=newer("31,200", f"other {WORDS[1]}"))

    def is_proposed(self) -> None:
        self.newsroom.refresh(key="k1")

    def is_rejected(self) -> None:
        for each in self._proposed():
            self.newsroom.refreshing.decide(each, approve=False, reason=f"No {WORDS[2]}.")

    def is_published(self) -> None:
        made = self.newsroom.refresh()
        if made.state == "proposed":
            quotes = any(each["source_id"] == "newer" for each in made.body["differences"])
            note = f"It says so of {WORDS[2]}." if quotes else None
            self.newsroom.refreshing.decide(made.id, approve=True, note=note)

    def is_answered_from(self) -> None:
        ledger = self.newsroom.ledger
        for name in ("newer", "yearly"):
            standing = ledger.documents.standing(name)
            if standing is not None:
                self.answers += 1
                reply = replied(f"{name}-{self.answers}", ledger.documents.get(name))
                with ledger.noting() as within:
                    now = self.newsroom.now
                    ledger.answers.keep(reply, dict(reply_json(reply)), "public", within, now)

    def is_watched(self) -> None:
        """At its own address, and by another that leads there."""
        watched = self.newsroom.ledger.watched
        for url in (URL, "https://short.example/1"):
            key, text = canonical_url(url), f"It says: {WORDS[0]} and {WORDS[1]}."
            with self.newsroom.ledger.transaction() as within:
                watched.put(Watch(url_key=key, url=url), within)
                watched.capture(
                    key, f"of {text}", self.newsroom.now, bump(within), within, text=text
                )
            watched.forget_cache()

    def _proposed(self) -> list[str]:
        return [each.id for each in self.newsroom.ledger.refreshes.listed(open_only=True)]


HAPPENS: list[Callable[[History], None]] = [
    History.changes,
    History.is_proposed,
    History.is_rejected,
    History.is_published,
    History.is_answered_from,
    History.is_watched,
]


def replied(id: str, cited: Document) -> Reply:
    fresh = Freshness(state="fresh", score=0.0)
    section = cited.content.sections[0].span
    statement = Statement(
        text=section.of(cited.text),
        citations=(Citation(document=cited, span=Span(start=section.start, end=section.end)),),
        support=1.0,
    )
    answer = Answer(
        claims=(Claim(statement=statement, freshness=fresh),),
        freshness=fresh,
        confidence=0.9,
        as_of=cited.retrieved_on.date(),
    )
    return Reply(id=id, question="How many?", result=answer, created_at=cited.retrieved_on)


def test_no_word_of_an_erased_document_stays_in_any_file(tmp_path: Path) -> None:
    begun = Newsroom(tmp_path / "begun", index=FULL)
    begun.ingest(yearly=CHECK.format(checked="2025-12-19"), older=source())
    shut(begun)

    # A case is a home of its own, in a full run with real indexes: as many as there is time for.
    @settings(max_examples=count(5, 200), deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(st.sampled_from(HAPPENS), min_size=1, max_size=6))
    def holds(history: list[Callable[[History], None]]) -> None:
        with TemporaryDirectory() as folder:
            home = Path(folder) / "home"
            shutil.copytree(tmp_path / "begun", home)
            of = History(home)
            of.comes()
            for happens in history:
                happens(of)
            (of.newsroom.files / "newer.md").unlink()
            assert traces(home), "what is looked for was never there"
            of.newsroom.holdings.erase("newer")
            kept = {each.id: each.body for each in of.newsroom.ledger.refreshes.listed()}
            assert not any(word in json.dumps(kept) for word in WORDS)
            shut(of.newsroom)
            assert traces(home) == []

    holds()


def shut(newsroom: Newsroom) -> None:
    if FULL:
        newsroom.archive.catalog.close()
    newsroom.close()


def traces(home: Path) -> list[tuple[str, str]]:
    """Every file that has one of the words, in whatever case."""
    files = [path for path in home.rglob("*") if path.is_file() and path.suffix != ".md"]
    assert files
    return [
        (path.name, word)
        for path in files
        for word in WORDS
        if word.encode() in path.read_bytes().lower()
    ]
