"""What is to be answered: a question as it was understood or a claim, and what was found for it.

question -> its readings -> the one that the archive answers best
claim    -> the published check of it, else asked as a question
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

from assistant.answering.conversation.rewriting import best_read, understand
from assistant.answering.conversation.search import ALONE, Spoken, found, spoken
from assistant.answering.conversation.standalone import Turn
from assistant.answering.language.polarity import contrary
from assistant.answering.published.checking import HITS as CHECK_HITS
from assistant.answering.published.checking import (
    Compare,
    Looked,
    look_up,
    read_check,
    without_ratings,
)
from assistant.answering.published.checks import Match
from assistant.answering.published.verdicts import verdicts
from assistant.answering.questions.analysis import analyse
from assistant.answering.questions.claims import Claimed
from assistant.answering.questions.posts import only_tags
from assistant.ports import Composer, Retriever, Rewriter, SentenceSplitter, SufficiencyJudge
from assistant.types import (
    Audience,
    Document,
    Draft,
    Evidence,
    Filters,
    Hit,
    Verdict,
)

HITS = 12
THRESHOLD = 0.5
"""Confidence from which the assistant answers: more likely than not, the archive holds it."""

Documents = Callable[[Collection[str], Audience], Mapping[str, Document]]
"""(ids, who reads) -> the served version of each; what may not be seen is left out."""

InForce = Callable[[Document, date], bool]
"""False for a fact-check before its own checked_on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """`asked` is what is answered; `understood` what is shown and kept as such, None where it is
    the question word for word.

    For a claim: `match` is the check that rates it, `draft` what that check says, `also` verdicts
    of others that rate it otherwise; where none does, `looked` is what came near.
    """

    question: str
    asked: str
    understood: str | None
    evidence: Evidence
    confidence: float
    diagnostics: Mapping[str, str]
    draft: Draft | None = None
    match: Match | None = None
    looked: Looked | None = None
    also: tuple[tuple[Document, Verdict], ...] = ()

    @property
    def out_of_scope(self) -> bool:
        return self.match is None and analyse(self.asked).out_of_scope is not None

    @property
    def subject(self) -> str:
        """What further questions go beyond: of a claim, what its check asked itself."""
        return self.match.document.title if self.match else self.asked

    @property
    def nearest(self) -> Evidence:
        """What came near: of a claim, the checks of others like it."""
        checked = self.looked and self.looked.evidence
        return checked if checked and checked.hits else self.evidence

    def verdicts(
        self, rests_on: Sequence[Document], today: date
    ) -> tuple[tuple[Document, Verdict], ...]:
        """Of a claim, the verdict that rates it or none: one on another claim would mislead.

        Others that rate the same claim otherwise stand beside it, the newer first.
        """
        if self.match:
            return ((self.match.document, self.match.verdict), *self.also)
        return () if self.looked else verdicts(self.asked, rests_on, today)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Searches for one audience on one day."""

    retrieve: Retriever
    documents: Documents
    in_force: InForce
    sufficiency: SufficiencyJudge
    compose: Composer
    sentences: SentenceSplitter
    rewrite: Rewriter | None
    compare: Compare | None
    threshold: float
    hits: int
    audience: Audience
    today: date

    def question(self, question: str, history: Sequence[Turn]) -> Read:
        """A question, completed with what was asked before where it leans on that."""
        meant = understand(question, history, self.rewrite)
        find = partial(self.evidence, within=spoken(question, history))
        evidence, confidence = best_read(meant.readings, find, self.sufficiency, self.threshold)
        asked = evidence.question
        return Read(
            question=question,
            asked=asked,
            understood=asked if asked != question else None,
            evidence=evidence,
            confidence=confidence,
            diagnostics=meant.read_as(asked),
        )

    def claim(self, question: str, claimed: Claimed) -> Read:
        """A claim by its published check; without one, as if it was asked."""
        looked = look_up(claimed, self.checks, self.compare, self.today)
        read = partial(
            Read,
            question=question,
            understood=claimed.text if claimed.text != question else None,
        )
        if looked.match and not only_tags(question):
            evidence, draft = read_check(looked, looked.match, self.compose, self.sentences)
            return read(
                asked=looked.match.wording,
                evidence=evidence,
                confidence=looked.match.probability,
                draft=draft,
                match=looked.match,
                also=looked.also,
                diagnostics={"read_as": "claim", **_rated(looked.match)},
            )
        evidence, confidence = best_read(
            claimed.questions, self.evidence, self.sufficiency, self.threshold
        )
        if only_tags(question) or looked.mistaken(evidence):
            confidence = min(confidence, self.threshold / 2)
        answered = confidence >= self.threshold
        return read(
            asked=evidence.question,
            evidence=evidence,
            confidence=confidence,
            looked=looked,
            draft=without_ratings(self.compose(evidence.question, evidence), evidence)
            if answered
            else None,
            diagnostics={"read_as": "claim"},
        )

    def evidence(self, question: str, within: Spoken = ALONE) -> Evidence:
        """What the search found, less what this reader may not see and what is not yet in force.

        `within`: what was said, where the question was completed or goes on from it.
        """
        if analyse(question).out_of_scope:
            return Evidence(question=question, hits=(), documents={})
        return self._found(question, self.hits, Filters(audience=self.audience), within)

    def checks(self, wording: str) -> Evidence:
        """The same among fact-checks alone, and deeper."""
        filters = Filters(audience=self.audience, kinds=("fact_check",))
        return self._found(wording, CHECK_HITS, filters)

    def _found(self, text: str, most: int, filters: Filters, within: Spoken = ALONE) -> Evidence:
        hits = found(self.retrieve, text, within, most, filters)
        ids = dict.fromkeys(hit.passage.document_id for hit in hits)
        served = {
            name: document
            for name, document in self.documents(ids.keys(), self.audience).items()
            if self.in_force(document, self.today)
        }
        kept = tuple(hit for hit in hits if _is_served(hit, served))
        documents = {hit.passage.document_id: served[hit.passage.document_id] for hit in kept}
        return Evidence(question=text, hits=kept, documents=documents)


def _rated(match: Match) -> Mapping[str, str]:
    """Says so where the published check rates the contrary of what was pasted."""
    is_contrary = contrary(match.wording, match.verdict.claim)
    return {"rated": "the contrary"} if is_contrary else {}


def _is_served(hit: Hit, served: Mapping[str, Document]) -> bool:
    """An index behind its ledger may still hold an older version: its offsets are not these."""
    document = served.get(hit.passage.document_id)
    return document is not None and document.version == hit.passage.version
