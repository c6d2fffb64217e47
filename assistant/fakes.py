"""Real, small implementations of the ports, for tests and for trying parts out alone.

They do what their ports promise, in memory and without a model, so tests assert on results.
"""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from assistant.answering.language.text import content_stems, split_sentences
from assistant.types import (
    Audience,
    Badge,
    Content,
    Document,
    Filters,
    Freshness,
    Hit,
    Passage,
    Section,
    Source,
    Span,
    Statement,
)

_K1, _B = 1.2, 0.75


def document(
    content: Content, *, id: str = "doc", version: int = 1, audience: Audience = "public"
) -> Document:
    """A document as the ledger would give it."""
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    return Document(id=id, version=version, audience=audience, content=content, retrieved_on=moment)


class Archive:
    """Documents in memory: the lookups that answering is handed."""

    def __init__(self, documents: Iterable[Document] = ()) -> None:
        self.documents: dict[str, Document] = {each.id: each for each in documents}
        self._ids = itertools.count(1)
        self.passages: list[Passage] = []
        for each in self.documents.values():
            self.passages += self._passages(each)

    def lookup(self, ids: Collection[str], audience: Audience) -> Mapping[str, Document]:
        """The documents of these ids that this reader may see."""
        found = {name: self.documents[name] for name in ids if name in self.documents}
        return {name: d for name, d in found.items() if may_see(d, audience)}

    def resolve(self, source: Source, audience: Audience) -> Document | None:
        """A source's document by its id or by exactly its URL."""
        for each in self.documents.values():
            named = each.id == source.document_id
            if (named or (source.url and each.content.url == source.url)) and may_see(
                each, audience
            ):
                return each
        return None

    def _passages(self, each: Document) -> list[Passage]:
        """One passage a section that may be quoted."""
        sections = each.content.sections or (Section(span=Span(start=0, end=len(each.text))),)
        return [
            Passage(
                id=next(self._ids),
                document_id=each.id,
                version=each.version,
                span=section.span,
                text=section.span.of(each.text),
                heading_path=section.heading_path,
                sentences=_sentences(each.text, section.span),
            )
            for section in sections
            if section.role in ("summary", "body")
        ]


def may_see(each: Document, audience: Audience) -> bool:
    return audience == "internal" or each.audience == "public"


def _sentences(text: str, span: Span) -> tuple[Span, ...]:
    return tuple(
        Span(start=span.start + s.start, end=span.start + s.end)
        for s in split_sentences(span.of(text))
    )


class Retriever:
    """BM25 over an Archive's passages with their titles (Robertson and Zaragoza 2009)."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._counts = [Counter(self._terms(passage)) for passage in archive.passages]
        self._mean = sum(c.total() for c in self._counts) / max(len(self._counts), 1)
        self._frequency = Counter(term for counts in self._counts for term in counts)

    def __call__(self, question: str, k: int, filters: Filters) -> tuple[Hit, ...]:
        terms = set(content_stems(question))
        scored = [
            Hit(passage=passage, score=score, lexical=score)
            for passage, counts in zip(self._archive.passages, self._counts, strict=True)
            if (score := self._score(terms, counts)) > 0 and self._passes(passage, filters)
        ]
        return tuple(sorted(scored, key=lambda hit: (-hit.score, hit.passage.id))[:k])

    def _passes(self, passage: Passage, filters: Filters) -> bool:
        each = self._archive.documents[passage.document_id]
        return may_see(each, filters.audience) and (not filters.kinds or each.kind in filters.kinds)

    def _terms(self, passage: Passage) -> list[str]:
        title = self._archive.documents[passage.document_id].title
        return content_stems(f"{title}. {passage.text}")

    def _score(self, terms: set[str], counts: Counter[str]) -> float:
        n = len(self._counts)
        score = 0.0
        for term in terms & counts.keys():
            idf = math.log(1 + (n - self._frequency[term] + 0.5) / (self._frequency[term] + 0.5))
            norm = _K1 * (1 - _B + _B * counts.total() / self._mean)
            score += idf * counts[term] * (_K1 + 1) / (counts[term] + norm)
        return score


@dataclass(frozen=True, slots=True, kw_only=True)
class Freshnesses:
    """A FreshnessJudge that knows the age of fact-checks alone: old after `days`."""

    days: int = 365
    notice: str = "This fact-check may be outdated."
    judged: list[str] = field(default_factory=list)

    def claim(self, question: str, statement: Statement, index: int, now: date) -> Freshness:
        self.judged.append(statement.text)
        return self._of([c.document for c in statement.citations], now)

    def answer(self, question: str, statements: Sequence[Statement], now: date) -> Freshness:
        return self._of([c.document for s in statements for c in s.citations], now)

    def document(self, document: Document, now: date) -> tuple[Freshness, tuple[Badge, ...]]:
        return self._of([document], now), ()

    def _of(self, documents: Sequence[Document], now: date) -> Freshness:
        checked = [d.content.checked_on for d in documents if d.content.checked_on]
        if not checked:
            return Freshness(state="unknown", score=0.0, notice="The date is not known.")
        oldest = min(checked, key=lambda each: each.last)
        if (now - oldest.last).days > self.days:
            return Freshness(
                state="may_be_outdated", score=1.0, notice=self.notice, checked_on=oldest
            )
        return Freshness(state="fresh", score=0.0, checked_on=oldest)
