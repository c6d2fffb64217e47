"""From a question to a Reply: the page to read first.

    question -> complete and in scope? -> evidence -> sufficient? -> draft -> claims, each verified
    before it leaves -> how old they are -> an Answer, or an Abstention with what came nearest

Every part is handed in; nothing here knows where documents are kept or how they are searched.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial

from assistant.answering import follow_ups as following
from assistant.answering.analysis import analyse
from assistant.answering.citations import Archive, Resolver, cite, locate, strip_markers
from assistant.answering.conversation import Turn
from assistant.answering.nearest import nearest
from assistant.answering.rewriting import best_read, understand
from assistant.answering.scope import QUESTION_CHARS, clean
from assistant.answering.units import whole_sentences
from assistant.answering.verdicts import verdicts
from assistant.ports import (
    Composer,
    FreshnessJudge,
    Retriever,
    Rewriter,
    SentenceSplitter,
    SufficiencyJudge,
    SupportJudge,
)
from assistant.types import (
    Abstention,
    AbstentionReason,
    Answer,
    AskEvent,
    Audience,
    Citation,
    Claim,
    ClaimVerified,
    Document,
    Draft,
    Evidence,
    EvidenceFound,
    Filters,
    Hit,
    Passage,
    Proposal,
    Reply,
    Statement,
)

HITS = 12
THRESHOLD = 0.5
"""Confidence from which the assistant answers: more likely than not, the archive holds it."""
_NOTHING_NEAR = 0.05

Documents = Callable[[Collection[str], Audience], Mapping[str, Document]]
"""(ids, who reads) -> the served version of each; what may not be seen is left out."""

InForce = Callable[[Document, date], bool]
"""False for a fact-check before its own checked_on."""

NewId = Callable[[], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """Answers questions. Plain arguments: safe to share between threads."""

    retrieve: Retriever
    documents: Documents
    sufficiency: SufficiencyJudge
    compose: Composer
    support: SupportJudge
    freshness: FreshnessJudge
    resolve: Resolver
    sentences: SentenceSplitter
    in_force: InForce
    new_id: NewId
    rewrite: Rewriter | None = None
    threshold: float = THRESHOLD
    hits: int = HITS
    tried: following.Tried = field(
        default_factory=following.Tried, init=False, repr=False, compare=False
    )
    """What became of the follow-ups that were tried: the only thing that is remembered."""

    def ask(
        self,
        question: str,
        *,
        audience: Audience,
        now: datetime,
        history: Sequence[Turn] = (),
        as_claim: bool = False,
    ) -> Reply:
        """The Reply alone. Raises BadInput or TooLarge for a question that can't be one."""
        *_, reply = self.stream(
            question, audience=audience, now=now, history=history, as_claim=as_claim
        )
        assert isinstance(reply, Reply)
        return reply

    def stream(
        self,
        question: str,
        *,
        audience: Audience,
        now: datetime,
        history: Sequence[Turn] = (),
        as_claim: bool = False,
    ) -> Iterator[AskEvent]:
        """EvidenceFound, a ClaimVerified as each claim is verified, then the Reply.

        An abstention has no claims before it. Raises as `ask` does, at once and not while it is
        iterated; a caller that stops iterating stops the work.
        """
        if as_claim:
            question = question[:QUESTION_CHARS]
        return self._events(clean(question), audience, now, history)

    def _events(
        self, question: str, audience: Audience, now: datetime, history: Sequence[Turn]
    ) -> Iterator[AskEvent]:
        meant = understand(question, history, self.rewrite)
        found = partial(self._evidence, audience=audience, today=now.date())
        evidence, confidence = best_read(meant.readings, found, self.sufficiency, self.threshold)
        asked = evidence.question
        understood, diagnostics = asked if asked != question else None, meant.read_as(asked)
        reply = partial(self._reply, question, understood, now)
        yield EvidenceFound(documents=tuple(evidence.documents.values()), standalone=understood)
        if analyse(asked).out_of_scope:
            yield reply(Abstention(reason="out_of_scope", confidence=0.0), diagnostics)
            return
        if not evidence.hits or confidence < self.threshold:
            reason = _reason(evidence, confidence)
            abstention = self._abstain(reason, confidence, evidence, audience)
            yield reply(abstention, diagnostics)
            return
        draft = self.compose(asked, evidence)
        diagnostics = {**draft.diagnostics, **diagnostics}
        claims: list[Claim] = []
        for event in self._claims(asked, draft, evidence, audience, now.date()):
            claims.append(event.claim)
            yield event
        if claims:
            answer = self._answer(asked, claims, confidence, evidence, audience, now.date())
            yield reply(answer, diagnostics)
        else:
            abstention = self._abstain("unsupported", confidence, evidence, audience)
            yield reply(abstention, diagnostics)

    def _evidence(self, question: str, audience: Audience, today: date) -> Evidence:
        """What the search found, less what this reader may not see and what is not yet in force."""
        if analyse(question).out_of_scope:
            return Evidence(question=question, hits=(), documents={})
        hits = self.retrieve(question, self.hits, Filters(audience=audience))
        ids = dict.fromkeys(hit.passage.document_id for hit in hits)
        served = {
            name: document
            for name, document in self.documents(ids.keys(), audience).items()
            if self.in_force(document, today)
        }
        kept = tuple(hit for hit in hits if _is_served(hit, served))
        found = {hit.passage.document_id: served[hit.passage.document_id] for hit in kept}
        return Evidence(question=question, hits=kept, documents=found)

    def _claims(
        self, question: str, draft: Draft, evidence: Evidence, audience: Audience, today: date
    ) -> Iterator[ClaimVerified]:
        passages = {hit.passage.id: hit.passage for hit in evidence.hits}
        numbering: dict[tuple[str, int, int, int], int] = {}
        index = 0
        for proposal in draft.proposals:
            statement = self._verified(proposal, passages, evidence, audience)
            if statement is None:
                continue
            freshness = self.freshness.claim(question, statement, index, today)
            for citation in statement.citations:
                numbering.setdefault(citation.key, len(numbering) + 1)
            numbers = tuple(numbering[citation.key] for citation in statement.citations)
            claim = Claim(statement=statement, freshness=freshness)
            yield ClaimVerified(index=index, claim=claim, numbers=numbers)
            index += 1

    def _verified(
        self,
        proposal: Proposal,
        passages: Mapping[int, Passage],
        evidence: Evidence,
        audience: Audience,
    ) -> Statement | None:
        """The sentence with its citations; None, the sentence dropped whole, if any of it fails."""
        archive = self._archive(audience)
        citations: list[Citation] = []
        whole: list[str] = []
        for passage_id, words in proposal.quotes:
            passage = passages.get(passage_id)
            span = locate(passage, words) if passage else None
            if passage is None or span is None:
                return None
            document = evidence.documents[passage.document_id]
            citations.append(cite(document, span, archive))
            whole.append(whole_sentences(passage, span))
        text = strip_markers(proposal.text)
        if not citations or not text:
            return None
        quotes = " ".join(citation.quote for citation in citations)
        # A quote cut from a sentence may have lost its "not": the sentence is judged as well.
        verdicts_ = [self.support(text, quotes), self.support(text, " ".join(whole))]
        if not all(verdict.supported for verdict in verdicts_):
            return None
        score = min(verdict.score for verdict in verdicts_)
        return Statement(text=text, citations=tuple(citations), support=score)

    def _answer(
        self,
        question: str,
        claims: Sequence[Claim],
        confidence: float,
        evidence: Evidence,
        audience: Audience,
        today: date,
    ) -> Answer:
        statements = [claim.statement for claim in claims]
        rests_on = tuple(
            {c.document.id: c.document for s in statements for c in s.citations}.values()
        )
        return Answer(
            claims=tuple(claims),
            freshness=self.freshness.answer(question, statements, today),
            confidence=confidence,
            as_of=today,
            verdicts=verdicts(question, rests_on),
            follow_ups=self._follow_ups(question, rests_on, evidence, audience, today),
        )

    def _abstain(
        self, reason: AbstentionReason, confidence: float, evidence: Evidence, audience: Audience
    ) -> Abstention:
        near = nearest(evidence, self._archive(audience))
        return Abstention(reason=reason, confidence=confidence, nearest=near)

    def _follow_ups(
        self,
        question: str,
        rests_on: Sequence[Document],
        evidence: Evidence,
        audience: Audience,
        today: date,
    ) -> tuple[str, ...]:
        def try_out(candidate: str) -> following.Trial:
            found = self._evidence(candidate, audience, today)
            held = bool(found.hits) and self.sufficiency(candidate, found) >= self.threshold
            return following.Trial(answerable=held, versions=_versions(found.documents))

        def answerable(candidate: str) -> bool:
            return self.tried(
                (candidate, audience, today),
                try_out=lambda: try_out(candidate),
                served=lambda ids: _versions(self.documents(ids, audience)),
            )

        return following.follow_ups(question, rests_on, evidence.documents.values(), answerable)

    def _archive(self, audience: Audience) -> Archive:
        return Archive(
            resolve=self.resolve,
            sentences=self.sentences,
            support=self.support,
            audience=audience,
        )

    def _reply(
        self,
        question: str,
        understood: str | None,
        now: datetime,
        result: Answer | Abstention,
        diagnostics: Mapping[str, str] | None = None,
    ) -> Reply:
        return Reply(
            id=self.new_id(),
            question=question,
            result=result,
            created_at=now,
            standalone=understood,
            diagnostics=dict(diagnostics or {}),
        )


def _is_served(hit: Hit, served: Mapping[str, Document]) -> bool:
    """An index behind its ledger may still hold an older version: its offsets are not these."""
    document = served.get(hit.passage.document_id)
    return document is not None and document.version == hit.passage.version


def _reason(evidence: Evidence, confidence: float) -> AbstentionReason:
    if not evidence.hits or confidence < _NOTHING_NEAR:
        return "no_evidence"
    return "weak_evidence"


def _versions(documents: Mapping[str, Document]) -> dict[str, int]:
    return {name: document.version for name, document in documents.items()}
