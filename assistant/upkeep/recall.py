"""Recall: who was given words of a document, and whether they still hold.

Every answer is kept with the places that it quotes. What became of those places is found out once
for each place, not once for each answer: there may be a hundred thousand of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from assistant.errors import Gone, NotFound
from assistant.ledger.answers import Citing, Piece
from assistant.ledger.documents import may_read
from assistant.ledger.ledger import Ledger
from assistant.types import STATES_WORST_FIRST, Audience, Badge, Document, Rule, Span, State
from assistant.upkeep.standing import DocumentStanding, Standings
from assistant.upkeep.telling import TELL

UNDERMINING: tuple[Rule, ...] = (
    "retracted-or-corrected",
    "restated",
    "superseded",
    "source-changed",
)
"""What undermines a sentence by something that came to pass, and not by time alone."""

GONE = {
    "withdrawn": "The document was withdrawn.",
    "erased": "The document was erased.",
    "removed": "The document is no longer in the archive.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Recalled:
    """An answer that was served with words of a document. `why` is None while they hold."""

    id: str
    question: str
    created_at: str
    versions: tuple[int, ...]
    why: str | None
    threads: int
    told: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Recall:
    """A page of the answers, the newest first; `total` and `affected` count all of them."""

    document_id: str
    title: str | None
    state: str
    note: str | None
    answers: tuple[Recalled, ...]
    total: int
    affected: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Mark:
    """Something that became of a document as a whole.

    `state`: an answer that was served with a state as grave, from the instant `since` on, said so
    itself. `before`: it concerns versions before this one.
    """

    why: str
    state: State | None = None
    since: str = ""
    before: int | None = None

    def concerns(self, answer: Citing) -> bool:
        if self.before is not None and all(p.version >= self.before for p in answer.pieces):
            return False
        if self.state is None or answer.state is None or answer.kept_at < self.since:
            return True
        return _rank(answer.state) > _rank(self.state)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """What became of a document: as a whole, and place by place."""

    title: str | None
    marks: tuple[_Mark, ...] = ()
    places: dict[Piece, _Mark] = field(default_factory=dict)

    def why(self, answers: Iterable[Citing]) -> list[str | None]:
        """Of each answer; those that show the same, in the same state, are looked at once."""
        dated = any(mark.since for mark in (*self.marks, *self.places.values()))
        known: dict[object, str | None] = {}
        found = []
        for answer in answers:
            key = answer.pieces, answer.state, answer.kept_at if dated else ""
            if key not in known:
                known[key] = self._why(answer)
            found.append(known[key])
        return found

    def _why(self, answer: Citing) -> str | None:
        marks = [*self.marks, *(self.places[p] for p in answer.pieces if p in self.places)]
        return next((mark.why for mark in marks if mark.concerns(answer)), None)


class Recalls:
    """Lists answers. Searches nothing and changes nothing; safe to share between threads."""

    def __init__(self, ledger: Ledger, standings: Standings) -> None:
        self._ledger = ledger
        self._standings = standings

    def __call__(
        self, document_id: str, audience: Audience, today: date, limit: int | None, offset: int
    ) -> Recall:
        """Raises NotFound for a document that is not for this audience, as for none."""
        standing = self._ledger.documents.standing(document_id)
        if standing is None or not may_read(audience, standing.audience):
            raise NotFound(f"no document {document_id!r}")
        answers = self._ledger.answers.citing(document_id, audience)
        found = self._found(document_id, audience, today, answers)
        why = found.why(answers)
        page = slice(offset, None if limit is None else offset + limit)
        return Recall(
            document_id=document_id,
            title=found.title,
            state=standing.state,
            note=standing.note,
            answers=tuple(self._recalled(document_id, answers[page], why[page])),
            total=len(answers),
            affected=sum(each is not None for each in why),
        )

    def _recalled(
        self, document_id: str, answers: Sequence[Citing], why: Sequence[str | None]
    ) -> Iterator[Recalled]:
        ids = [each.id for each in answers]
        questions = self._ledger.answers.questions(ids)
        threads = self._ledger.posts.threads_of(ids)
        told = self._told(document_id) if threads else set()
        for answer, reason in zip(answers, why, strict=True):
            lanes = threads.get(answer.id, set())
            yield Recalled(
                id=answer.id,
                question=questions.get(answer.id, ""),
                created_at=answer.created_at,
                versions=tuple(sorted({piece.version for piece in answer.pieces})),
                why=reason,
                threads=len(lanes),
                told=len(lanes & told),
            )

    def _told(self, document_id: str) -> set[str]:
        """The threads that were told what became of it, or will be; a job's key names it."""
        return {
            lane
            for key, lane in self._ledger.jobs.known(TELL)
            if f"{key.partition(':')[2]}:".startswith(f"{document_id}:")
        }

    def _found(
        self, document_id: str, audience: Audience, today: date, answers: Sequence[Citing]
    ) -> _Found:
        standing = self._ledger.documents.standing(document_id)
        assert standing is not None
        if standing.state == "erased":
            return _Found(title=None, marks=(_Mark(why=GONE["erased"]),))
        try:
            now = self._standings.document(document_id, None, audience, today)
        except Gone:
            newest = self._ledger.documents.version(document_id, standing.version)
            note = f" {standing.note}" if standing.note else ""
            return _Found(title=newest.title, marks=(_Mark(why=f"{GONE[standing.state]}{note}"),))
        pieces = {piece for shown in {each.pieces for each in answers} for piece in shown}
        return _Found(
            title=now.document.title,
            marks=tuple(self._marks(now)),
            places=dict(self._places(now, pieces)),
        )

    def _marks(self, now: DocumentStanding) -> Iterator[_Mark]:
        for revision in now.document.revisions:
            if revision.kind == "corrected":
                yield _Mark(why=f"It was corrected: {revision.note}", before=revision.version)
        for each in now.replaced:
            corrected = each.relation == "corrects"
            yield _Mark(
                why=f"It was {'corrected' if corrected else 'replaced'} by “{each.newer.title}”.",
                state="retracted" if corrected else "superseded",
                since=self._ledger.documents.version(each.newer.id, 1).retrieved_on.isoformat(),
            )

    def _places(
        self, now: DocumentStanding, pieces: Iterable[Piece]
    ) -> Iterator[tuple[Piece, _Mark]]:
        newest, versions = now.document, {}
        for piece in pieces:
            if piece.version not in versions:
                versions[piece.version] = self._version(newest.id, piece.version)
            old = versions[piece.version]
            quote = old.text[piece.start : piece.end] if old else ""
            start = piece.start if piece.version == newest.version else newest.text.find(quote)
            if old is None or start < 0:
                yield piece, _Mark(why="Words that it quotes are no longer in the document.")
            elif mark := _undermined(Span(start=start, end=start + len(quote)), now.badges):
                yield piece, mark

    def _version(self, document_id: str, version: int) -> Document | None:
        try:
            return self._ledger.documents.version(document_id, version)
        except NotFound:
            return None


def _undermined(span: Span, badges: Iterable[Badge]) -> _Mark | None:
    """What the sentence at a place suffers from, the worst of it."""
    for badge in badges:
        if badge.span.start < span.end and span.start < badge.span.end:
            for reason in badge.freshness.reasons:
                if reason.rule in UNDERMINING:
                    return _Mark(why=reason.text, state=badge.freshness.state)
    return None


def _rank(state: State) -> int:
    return STATES_WORST_FIRST.index(state)
