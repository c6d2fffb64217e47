"""From a question to a Reply: the page to read first.

    claim -> its published check -> draft; where there is none, as a question
    question -> complete and in scope? -> evidence -> sufficient? -> draft -> claims, each verified
    before it leaves -> how old they are -> an Answer, or an Abstention with what came nearest

Every part is handed in; nothing here knows where documents are kept or how they are searched.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial

from assistant.answering import follow_ups as following
from assistant.answering.citations import Resolver, SecondHop, cite
from assistant.answering.conversation.standalone import Turn, readings
from assistant.answering.nearest import nearest
from assistant.answering.published.checking import Compare
from assistant.answering.questions.claims import Claimed, read_claim
from assistant.answering.questions.scope import QUESTION_CHARS, clean
from assistant.answering.reading import HITS, THRESHOLD, Documents, InForce, Read, Reader
from assistant.answering.verifying import verify
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
    Claim,
    ClaimVerified,
    Document,
    Draft,
    Evidence,
    EvidenceFound,
    Passage,
    Proposal,
    Reply,
    Statement,
)

_NOTHING_NEAR = 0.05

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
    quote: Composer | None = None
    """Composes what answers a claim, in its published check's words; without it `compose` does."""
    rewrite: Rewriter | None = None
    compare: Compare | None = None
    """Compares a claim with published ones; without it none is looked up."""
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
        claimed = self._claimed(question, history, as_claim)
        if claimed is not None and len(question) > QUESTION_CHARS:
            question = claimed.text  # a long post is kept as the claim that it makes
        return self._events(clean(question), claimed, audience, now, history)

    def _claimed(self, text: str, history: Sequence[Turn], told: bool) -> Claimed | None:
        """The claim that the text makes; None where it asks, or goes on from an earlier turn."""
        claimed = read_claim(text, told=told) if told or self.compare else None
        if claimed is None or told or not history or len(text) > QUESTION_CHARS:
            return claimed
        alone = clean(text)
        return claimed if readings(alone, history) == (alone,) else None

    def _events(
        self,
        question: str,
        claimed: Claimed | None,
        audience: Audience,
        now: datetime,
        history: Sequence[Turn],
    ) -> Iterator[AskEvent]:
        today = now.date()
        reader = self._reader(audience, today)
        read = reader.claim(question, claimed) if claimed else reader.question(question, history)
        reply = partial(self._reply, read, now)
        evidence = read.evidence
        yield EvidenceFound(
            documents=tuple(evidence.documents.values()), standalone=read.understood
        )
        if read.out_of_scope:
            yield reply(Abstention(reason="out_of_scope", confidence=0.0))
            return
        if not evidence.hits or read.confidence < self.threshold:
            yield reply(self._abstain(_reason(read), read, audience))
            return
        draft = read.draft or self.compose(read.asked, evidence)
        claims: list[Claim] = []
        for event in self._claims(read.asked, draft, evidence, audience, today):
            claims.append(event.claim)
            yield event
        if claims:
            result: Answer | Abstention = self._answer(read, claims, audience, today)
        else:
            result = self._abstain("unsupported", read, audience)
        yield reply(result, draft.diagnostics)

    def _reader(self, audience: Audience, today: date) -> Reader:
        return Reader(
            retrieve=self.retrieve,
            documents=self.documents,
            in_force=self.in_force,
            sufficiency=self.sufficiency,
            compose=self.quote or self.compose,
            sentences=self.sentences,
            rewrite=self.rewrite,
            compare=self.compare,
            threshold=self.threshold,
            hits=self.hits,
            audience=audience,
            today=today,
        )

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
        verified = verify(proposal, passages, self.support)
        if isinstance(verified, str):
            return None
        hop = self._hop(audience)
        citations = tuple(
            cite(evidence.documents[passage.document_id], span, hop)
            for passage, span in verified.quotes
        )
        return Statement(text=verified.text, citations=citations, support=verified.support)

    def _answer(
        self, read: Read, claims: Sequence[Claim], audience: Audience, today: date
    ) -> Answer:
        statements = [claim.statement for claim in claims]
        rests_on = tuple(
            {c.document.id: c.document for s in statements for c in s.citations}.values()
        )
        return Answer(
            claims=tuple(claims),
            freshness=self.freshness.answer(read.asked, statements, today),
            confidence=read.confidence,
            as_of=today,
            verdicts=read.verdicts(rests_on, today),
            follow_ups=self._follow_ups(read.subject, rests_on, read.evidence, audience, today),
        )

    def _abstain(self, reason: AbstentionReason, read: Read, audience: Audience) -> Abstention:
        near = nearest(read.nearest, self._hop(audience))
        return Abstention(reason=reason, confidence=read.confidence, nearest=near)

    def _follow_ups(
        self,
        question: str,
        rests_on: Sequence[Document],
        evidence: Evidence,
        audience: Audience,
        today: date,
    ) -> tuple[str, ...]:
        reader = self._reader(audience, today)

        def try_out(candidate: str) -> following.Trial:
            found = reader.evidence(candidate)
            held = bool(found.hits) and self.sufficiency(candidate, found) >= self.threshold
            return following.Trial(answerable=held, versions=_versions(found.documents))

        def answerable(candidate: str) -> bool:
            return self.tried(
                (candidate, audience, today),
                try_out=lambda: try_out(candidate),
                served=lambda ids: _versions(self.documents(ids, audience)),
            )

        return following.follow_ups(question, rests_on, evidence.documents.values(), answerable)

    def _hop(self, audience: Audience) -> SecondHop:
        return SecondHop(
            resolve=self.resolve,
            sentences=self.sentences,
            support=self.support,
            audience=audience,
        )

    def _reply(
        self,
        read: Read,
        now: datetime,
        result: Answer | Abstention,
        diagnostics: Mapping[str, str] | None = None,
    ) -> Reply:
        return Reply(
            id=self.new_id(),
            question=read.question,
            result=result,
            created_at=now,
            standalone=read.understood,
            diagnostics={**(diagnostics or {}), **read.diagnostics},
        )


def _reason(read: Read) -> AbstentionReason:
    near = max(read.confidence, read.looked.probability if read.looked else 0.0)
    return "no_evidence" if not read.evidence.hits or near < _NOTHING_NEAR else "weak_evidence"


def _versions(documents: Mapping[str, Document]) -> dict[str, int]:
    return {name: document.version for name, document in documents.items()}
