"""How what was served stands today: the same words judged again, and what replaced them since."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal

from assistant.errors import NotFound
from assistant.freshness.authority import counts_from
from assistant.freshness.clocks import in_force_from
from assistant.types import (
    Audience,
    Badge,
    Citation,
    Document,
    Freshness,
    Revision,
    Source,
    Span,
    Statement,
    Via,
)

if TYPE_CHECKING:
    from assistant.freshness.judge import Judge
    from assistant.ledger.ledger import Ledger
    from assistant.lookups import Lookups

Relation = Literal["supersedes", "corrects"]
StoredReply = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewVersion:
    """A document that has a newer version than the one that was quoted.

    `quotes_stand`: every word that was quoted still stands in the newest version.
    """

    quoted: Document
    newest: Document
    quotes_stand: bool

    @property
    def revisions(self) -> tuple[Revision, ...]:
        """What editors said of the versions after the one that was quoted, the newest first."""
        return tuple(r for r in self.newest.revisions if r.version > self.quoted.version)


@dataclass(frozen=True, slots=True, kw_only=True)
class Replacement:
    """By its metadata, `newer` supersedes or corrects `older`."""

    relation: Relation
    older: Document
    newer: Document


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerStanding:
    """A stored reply as of `today`.

    `freshness` is None where there is nothing to judge: in an abstention, after an erasure, or when
    editors put other words in the place of all that it says and nothing befell those of then.
    """

    today: date
    freshness: Freshness | None
    changed: tuple[NewVersion, ...] = ()
    replaced: tuple[Replacement, ...] = ()
    answered_by: Document | None = None
    """Where the archive did not say: the document that answers it by now, as an editor said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentStanding:
    """One version of a document as of `today`, with what the archive links it to.

    `freshness` is that of a fact-check's newest version; None for an older one and for a source.
    `sources` gives the document of the archive behind each line of its list, where there is one.
    """

    today: date
    document: Document
    newest: int
    freshness: Freshness | None = None
    badges: tuple[Badge, ...] = ()
    replaced: tuple[Replacement, ...] = ()
    replaces: tuple[Replacement, ...] = ()
    sources: tuple[tuple[Source, Document | None], ...] = ()

    @property
    def replaced_by(self) -> Revision | None:
        """Why this version's place was taken, where an editor said so."""
        revisions = self.document.revisions
        return next((r for r in revisions if r.replaces == self.document.version), None)


JUDGED = 256
"""Documents whose freshness is kept for the day: a page of many sentences takes long to judge, and
whoever reads it again must not have that done again."""


class Standings:
    """Neither searches nor loads a model of language: what is stored is judged, nothing else."""

    def __init__(self, ledger: Ledger, lookups: Lookups, judge: Callable[[], Judge]) -> None:
        self._ledger = ledger
        self._documents = ledger.documents
        self._gaps = ledger.gaps
        self._lookups = lookups
        self._judge = judge
        self._judged = lru_cache(maxsize=JUDGED)(self._judge_document)

    def answer(self, reply: StoredReply, audience: Audience, today: date) -> AnswerStanding:
        """A reply that is served, that is: every document whose words it quotes is active."""
        served = self._statements(reply, audience)
        statements = [self._anchored(each, audience) for each in served]
        question = reply.get("standalone_question") or reply["question"]
        quoted = self._quoted(reply)
        cited = {c.document.id: c.document for each in served for c in each.citations}
        return AnswerStanding(
            today=today,
            freshness=self._judged_again(question, statements, audience, today),
            changed=tuple(self._changed(quoted, audience)),
            replaced=tuple(
                each for d in cited.values() for each in self._replaced(d, audience, today)
            ),
            answered_by=self._answered_by(question, audience) if not statements else None,
        )

    def document(
        self, document_id: str, version: int | None, audience: Audience, today: date
    ) -> DocumentStanding:
        """Raises NotFound, or Gone with a note."""
        newest = self._documents.get(document_id, audience=audience)
        document = self._documents.get(document_id, version, audience) if version else newest
        freshness: Freshness | None = None
        badges: tuple[Badge, ...] = ()
        if document.version == newest.version and document.kind == "fact_check":
            writes = self._ledger.writes
            freshness, badges = self._judged(writes, document_id, document.version, today)
        return DocumentStanding(
            today=today,
            document=document,
            newest=newest.version,
            freshness=freshness,
            badges=badges,
            replaced=tuple(self._replaced(newest, audience, today)),
            replaces=tuple(self._replaces(document, audience)),
            sources=tuple(
                (source, self._lookups.resolve(source, audience))
                for source in document.content.sources
            ),
        )

    def published(self, limit: int, offset: int, today: date) -> tuple[list[Document], bool]:
        """Public fact-checks with verdicts that stand, of so many by id; whether more follow.

        What was corrected is left out, and so is what has not come into force.
        """
        rated = self._documents.rated(limit + 1, offset)
        found = [
            each
            for each in rated[:limit]
            if in_force_from(each) <= today
            and not any(
                replaced.relation == "corrects"
                for replaced in self._replaced(each, "internal", today)
            )
        ]
        return found, len(rated) > limit

    def _judge_document(
        self, _writes: int, document_id: str, version: int, today: date
    ) -> tuple[Freshness, tuple[Badge, ...]]:
        """The count of writes is part of the key: links to other documents are judged too."""
        return self._judge().document(self._documents.version(document_id, version), today)

    def _judged_again(
        self, question: str, statements: Sequence[Statement], audience: Audience, today: date
    ) -> Freshness | None:
        """Words that editors replaced are no older for it, but their source may still be
        retracted, or their figure restated."""
        overtaken = {n for n, each in enumerate(statements) if self._is_overtaken(each, audience)}
        if not statements:
            return None
        found = self._judge().answer(question, statements, today, overtaken)
        return None if len(overtaken) == len(statements) and found.notice is None else found

    def _anchored(self, statement: Statement, audience: Audience) -> Statement:
        """On the newest version of what it quotes, where an editor checked that again and the words
        stand in it."""
        citations = tuple(self._newest(each, audience) or each for each in statement.citations)
        return replace(statement, citations=citations)

    def _newest(self, citation: Citation, audience: Audience) -> Citation | None:
        newest = self._revised(citation.document, audience)
        quote = citation.span.of(citation.document.text)
        if newest is None or quote not in newest.text:
            return None
        start = newest.text.index(quote)
        return replace(citation, document=newest, span=Span(start=start, end=start + len(quote)))

    def _is_overtaken(self, statement: Statement, audience: Audience) -> bool:
        """Some of its words stand in no version that an editor published since. Once anchored."""
        return any(self._revised(each.document, audience) for each in statement.citations)

    def _revised(self, document: Document, audience: Audience) -> Document | None:
        """The newest version of a document, where editors have published one since this one."""
        try:
            newest = self._documents.get(document.id, audience=audience)
        except NotFound:
            return None
        later = (each for each in newest.revisions if each.version > document.version)
        return newest if any(later) else None

    def _answered_by(self, question: str, audience: Audience) -> Document | None:
        document_id = self._gaps.answered_by(question, audience)
        if document_id is None:
            return None
        return self._lookups.documents([document_id], audience).get(document_id)

    def _statements(self, reply: StoredReply, audience: Audience) -> list[Statement]:
        """The claims as they were judged when they were served."""
        citations = {
            each["n"]: Citation(
                document=self._documents.version(each["document_id"], each["version"]),
                span=Span(start=each["start"], end=each["end"]),
                via=tuple(self._via(via, audience) for via in each["via"]),
            )
            for each in reply.get("citations", ())
        }
        return [
            Statement(
                text=claim["text"],
                citations=tuple(citations[n] for n in claim["citations"]),
                support=claim["support"],
            )
            for claim in reply.get("claims", ())
        ]

    def _via(self, via: Mapping[str, Any], audience: Audience) -> Via:
        """What the second hop led to, if it is still there for this reader."""
        document = None
        if via["resolved"] and self._lookups.documents([via["document_id"]], audience):
            document = self._documents.version(via["document_id"], via["version"])
        return Via(marker=via["marker"], document=document)

    def _quoted(self, reply: StoredReply) -> dict[tuple[str, int], list[str]]:
        """Every quote that the reply shows, by the document and the version that it is from."""
        shown = [*reply.get("citations", ()), *reply.get("nearest", ())]
        shown += [via for citation in reply.get("citations", ()) for via in citation["via"]]
        quotes: dict[tuple[str, int], list[str]] = {}
        for each in shown:
            if each["quote"] is not None:
                quotes.setdefault((each["document_id"], each["version"]), []).append(each["quote"])
        return quotes

    def _changed(
        self, quoted: Mapping[tuple[str, int], list[str]], audience: Audience
    ) -> Iterator[NewVersion]:
        for (document_id, version), quotes in quoted.items():
            try:
                newest = self._documents.get(document_id, audience=audience)
                old = self._documents.version(document_id, version)
            except NotFound:
                continue  # an erasure left the words of another document in the reply
            if newest.version != version:
                stand = all(quote in newest.text for quote in quotes)
                yield NewVersion(quoted=old, newest=newest, quotes_stand=stand)

    def _replaced(self, older: Document, audience: Audience, today: date) -> Iterator[Replacement]:
        for relation, newer in self._lookups.replacing(older):
            readable = audience == "internal" or newer.audience == "public"
            if readable and counts_from(newer) <= today:
                yield Replacement(relation=relation, older=older, newer=newer)

    def _replaces(self, newer: Document, audience: Audience) -> Iterator[Replacement]:
        for relation, older in self._lookups.replaces(newer, audience):
            yield Replacement(relation=relation, older=older, newer=newer)
