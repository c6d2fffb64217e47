"""From a model's claims to proposals that hold: kept, repaired, or dropped whole with the reason.

kept: its own words, its own quote. repaired: the quote widened to its whole sentence, or the claim
aligned with the sentence of the evidence that it means; where its wording goes further than that
sentence, the sentence speaks for itself. Nothing is let through here that `verify` refuses.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from assistant.answering.citations import strip_markers
from assistant.answering.generating.drafting import Wanted, what_is_wrong
from assistant.answering.generating.locating import find
from assistant.answering.language.text import content_stems, jaccard, weight_of
from assistant.answering.questions.analysis import EXPLAINING, Question
from assistant.answering.sentences.extractive import CLAIMS, is_sentence, leans
from assistant.answering.sentences.restated import restates
from assistant.answering.sentences.units import Unit, profile, sentence_spans, text_of
from assistant.answering.verifying import verify
from assistant.ports import SupportJudge
from assistant.types import Passage, Proposal, Span

ALIGNS = 0.5
"""The share of a claim's weight, and of a sentence's stems, from which the one means the other."""
FAR_FACT = 3.0
FAR_EXPLAINING = 5.0
"""Log odds below the best sentence from which a sentence is no part of an answer, twice what the
extractive composer lets pass: the model chose it as well."""
_CANDIDATES = 3
_SAME = 0.55


@dataclass(frozen=True, slots=True, kw_only=True)
class Repaired:
    """`proposals` in the model's order; `dropped` counts reasons."""

    proposals: tuple[Proposal, ...]
    kept: int
    repaired: int
    dropped: Mapping[str, int]


@dataclass(kw_only=True)
class Repair:
    """One answer's claims, one after another. `shown` are the passages by their number."""

    question: Question
    units: Sequence[Unit]
    shown: Sequence[Passage]
    support: SupportJudge
    _said: list[tuple[Passage, Span]] = field(default_factory=list)
    _proposals: list[Proposal] = field(default_factory=list)

    def all(self, claims: Sequence[Wanted]) -> Repaired:
        kept = repaired = 0
        dropped: Counter[str] = Counter()
        for claim in claims:
            if len(self._proposals) >= CLAIMS[self.question.asked]:
                dropped["there are enough"] += 1
                continue
            why = self._one(claim)
            kept += why == _KEPT
            repaired += why == _REPAIRED
            if why not in (_KEPT, _REPAIRED):
                dropped[why] += 1
        return Repaired(
            proposals=tuple(self._proposals),
            kept=kept,
            repaired=repaired,
            dropped=dict(sorted(dropped.items())),
        )

    def _one(self, claim: Wanted) -> str:
        """What became of it."""
        located = list(self._located(claim))
        wrong = what_is_wrong(claim.text)
        if wrong is None and located:
            why = self._try(claim.text, located)
            if why is None:
                return _KEPT
            if self._try(claim.text, [self._whole(*pair) for pair in located]) is None:
                return _REPAIRED
        if wrong and not located:
            return wrong
        candidates = self._candidates(claim, located)
        for passage, span in candidates:
            if wrong is None and self._try(claim.text, [(passage, span)]) is None:
                return _REPAIRED
        for passage, span in candidates:
            if self._verbatim(passage, span):
                return _REPAIRED
        return _NOT_FOUND if not candidates else wrong or _NOT_CARRIED

    # --- finding ----------------------------------------------------------------------------------

    def _located(self, claim: Wanted) -> Iterator[tuple[Passage, Span]]:
        """Where its quotes stand: in the passage that it names, else in any."""
        for n, words in claim.quotes:
            named = self.shown[n - 1 : n] if n else ()
            for passage in (*named, *self.shown):
                span = find(passage, words)
                if span is not None:
                    yield passage, span
                    break

    def _whole(self, passage: Passage, span: Span) -> tuple[Passage, Span]:
        own = [s for s in sentence_spans(passage) if s.start < span.end and span.start < s.end]
        if not own:
            return passage, span
        return passage, Span(start=min(s.start for s in own), end=max(s.end for s in own))

    def _candidates(
        self, claim: Wanted, located: Sequence[tuple[Passage, Span]]
    ) -> list[tuple[Passage, Span]]:
        """Single sentences that the claim may mean: those that it quotes, then those like it."""
        quoted = [
            (passage, own)
            for passage, span in located
            for own in sentence_spans(passage)
            if own.start < span.end and span.start < own.end
        ]
        like = [*self._like(claim.text), *(pair for _, w in claim.quotes for pair in self._like(w))]
        found = dict.fromkeys((p.id, s) for p, s in (*quoted, *like))
        passages = {p.id: p for p in self.shown}
        return [(passages[name], span) for name, span in found][: _CANDIDATES + len(quoted)]

    def _like(self, text: str) -> list[tuple[Passage, Span]]:
        """Sentences that hold most of what the text says, and not much else; best first."""
        wanted = content_stems(text)
        total = weight_of(set(wanted))
        scored = []
        for unit in self._near:
            own = unit.sentence.stems
            shared = weight_of(set(wanted) & own) / total if total else 0.0
            alike = jaccard(wanted, unit.sentence.order)
            if shared >= ALIGNS and alike >= ALIGNS / 2:
                scored.append((shared + alike, unit))
        scored.sort(key=lambda each: (-each[0], each[1].rank, each[1].span))
        return [(unit.hit.passage, unit.span) for _, unit in scored[:_CANDIDATES]]

    @cached_property
    def _near(self) -> list[Unit]:
        """What may be said at all: shown, prose of its own, near enough to what was asked."""
        shown = {passage.id for passage in self.shown}
        best = self.units[0].fit if self.units else 0.0
        explains = self.question.asked in EXPLAINING or self.question.asked in ("yes_no", "why")
        far = FAR_EXPLAINING if explains else FAR_FACT
        return [
            unit
            for unit in self.units
            if unit.hit.passage.id in shown
            and best - unit.fit <= far
            and is_sentence(unit.sentence.text)
            and not restates(unit.document, unit.hit.passage, unit.span)
        ]

    @cached_property
    def _sayable(self) -> frozenset[tuple[int, Span]]:
        return frozenset((unit.hit.passage.id, unit.span) for unit in self._near)

    # --- saying -----------------------------------------------------------------------------------

    def _try(self, text: str, quotes: Sequence[tuple[Passage, Span]]) -> str | None:
        """Says it, if it holds; else why not."""
        for passage, span in quotes:
            own = [s for s in sentence_spans(passage) if s.start < span.end and span.start < s.end]
            if not own or not all((passage.id, each) in self._sayable for each in own):
                return _FAR
        if leans(text) and not self._follows(*quotes[0]):
            return _LEANS
        words = tuple((passage.id, text_of(passage, span)) for passage, span in quotes)
        proposal = Proposal(text=text, quotes=tuple(dict.fromkeys(words)))
        if self._repeats(text):
            return _REPEATS
        verified = verify(proposal, {p.id: p for p in self.shown}, self.support)
        if isinstance(verified, str):
            return verified
        self._proposals.append(proposal)
        self._said += quotes
        return None

    def _verbatim(self, passage: Passage, span: Span) -> bool:
        """The sentence in its own words, after the one that it leans on."""
        words = strip_markers(text_of(passage, span))
        if what_is_wrong(words):
            return False
        if leans(words) and not self._follows(passage, span):
            spans = sentence_spans(passage)
            at = spans.index(span) if span in spans else 0
            if at == 0 or leans(text_of(passage, spans[at - 1])):
                return False
            if not self._verbatim(passage, spans[at - 1]):
                return False
        return self._try(words, [(passage, span)]) is None

    def _follows(self, passage: Passage, span: Span) -> bool:
        """Does it come right after what was said last?"""
        if not self._said or self._said[-1][0].id != passage.id:
            return False
        between = [
            s for s in sentence_spans(passage) if self._said[-1][1].end <= s.start < span.start
        ]
        return not between and self._said[-1][1].end <= span.start

    def _repeats(self, text: str) -> bool:
        order = profile(text).order
        return any(jaccard(order, profile(said.text).order) >= _SAME for said in self._proposals)


_KEPT, _REPAIRED = "kept", "repaired"
_FAR = "it is no part of an answer to this question"
_LEANS = "it leans on a sentence that is not there"
_REPEATS = "it was said already"
_NOT_FOUND = "nothing in the evidence says it"
_NOT_CARRIED = "its quotes don't carry it"
