"""The refresh of one fact-check, from its sources to a proposal. It writes nothing.

Every cited source with an address is looked at again; for each sentence in doubt newer evidence is
sought and verified; what comes out is one outcome with a difference per sentence.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Protocol

from assistant.freshness.refresh import reading
from assistant.freshness.refresh.composing import Composer
from assistant.freshness.refresh.evidence import Archive
from assistant.freshness.refresh.looking import Looker
from assistant.freshness.refresh.notes import note_of
from assistant.freshness.refresh.outcomes import Found, outcome_of
from assistant.freshness.refresh.reading import Sentence
from assistant.freshness.refresh.renewing import renewed
from assistant.freshness.refresh.showing import as_found
from assistant.freshness.refresh.values import Change, FiguresIn, Holds, Proposal, SourceCheck
from assistant.freshness.refresh.work import Work
from assistant.types import Badge, Document, Freshness, Section, Span


class Judge(Protocol):
    def document(self, document: Document, now: date) -> tuple[Freshness, tuple[Badge, ...]]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Refresher:
    """What a refresh asks of the rest; each part is a plain function or made of some."""

    looker: Looker
    judge: Judge
    archive: Archive
    composer: Composer
    figures_in: FiguresIn
    holds: Holds

    def propose(self, document: Document, now: date, *, by_hand: bool = False) -> Proposal:
        """What the fact-check should say from `now` on. `by_hand`: an editor vouches for the
        sources that can't be looked at from here."""
        sources = self.looker.again(document)
        own = tuple(self.archive.figures_of(document))
        judged = self.judge.document(document, now)
        sentences = [
            self._looked(sentence, document)
            for sentence in reading.read(document, judged, sources, own, self.looker.sentences)
        ]
        work = Work(self, document, sources, own, now)
        for sentence in sentences:
            work.take(sentence)
        sources = as_found(sources, work.changes, work.unshown)
        found = Found(
            document=document,
            freshness=judged[0],
            sources=sources,
            cited=reading.cited(sentences),
            changes=tuple(work.changes),
            left=tuple(work.left),
            doubted=tuple(work.doubted),
            retracted=work.rests_on_nothing,
            by_hand=by_hand,
        )
        outcome, reason, caution = outcome_of(found)
        published = outcome in ("confirmed", "updated", "corrected")
        pages = _pages(found.changes, sources) if published else ()
        named = [page.id for page in pages]
        return Proposal(
            outcome=outcome,
            sources=sources,
            changes=found.changes if published else (),
            left=found.left,
            content=renewed(document.content, found.changes, now, named) if published else None,
            pages=pages,
            note=note_of(outcome, found.changes, sources, now),
            reason=reason,
            caution=caution,
            told_of=_told_of(judged),
        )

    def _looked(self, sentence: Sentence, document: Document) -> Sentence:
        """With what became of its words in its sources, and what they held against it before."""
        lost = tuple(c.n for c in sentence.cites if self.looker.lost(c, sentence.text))
        then = {check.n: _then(check) for check in sentence.cites}
        doubts = self.holds(sentence.text, document.title, then)
        return replace(sentence, lost=lost, doubts=tuple(doubts))


def _then(check: SourceCheck) -> tuple[Document, ...]:
    """What a source said when the check was made, and what the archive has of it."""
    known = [check.document] if check.document else []
    if check.then and check.document and check.then != check.document.text:
        known.append(_as_text(check.document, check.then))
    elif check.then and check.page:
        known.append(_as_text(check.page, check.then))
    return tuple(known)


def _as_text(document: Document, text: str) -> Document:
    whole = Section(span=Span(start=0, end=len(text)))
    content = replace(document.content, text=text, sections=(whole,), pages=())
    return replace(document, version=0, content=content)


def _told_of(judged: tuple[Freshness, Sequence[Badge]]) -> tuple[str, ...]:
    """The documents that the reasons name."""
    freshness, badges = judged
    reasons = [*freshness.reasons, *(each for b in badges for each in b.freshness.reasons)]
    named = [
        str(value)
        for reason in reasons
        for key, value in reason.evidence.items()
        if key.endswith("document_id")
    ]
    return tuple(dict.fromkeys(named))


def _pages(changes: Sequence[Change], sources: Sequence[SourceCheck]) -> tuple[Document, ...]:
    """The pages that the changes quote, each once."""
    pages = {check.page.id: check.page for check in sources if check.page}
    quoted = {change.candidate.document.id for change in changes if change.candidate}
    return tuple(page for name, page in pages.items() if name in quoted)
