"""The check between what was drafted and the reader: the same for every composer.

Every quote is found word for word, the sentence says only what its quotes say, and they carry it;
else the sentence goes whole, never its footnote alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from assistant.answering.citations import locate, strip_markers
from assistant.answering.faithful import unfaithful
from assistant.answering.sentences.units import sentence_spans, text_of, whole_sentences
from assistant.ports import SupportJudge
from assistant.types import Passage, Proposal, Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """A sentence that may be said, and where the words that carry it stand."""

    text: str
    quotes: tuple[tuple[Passage, Span], ...]
    support: float


def verify(
    proposal: Proposal, passages: Mapping[int, Passage], support: SupportJudge
) -> Verified | str:
    """The sentence with its quotes, or why it can't be said."""
    found: list[tuple[Passage, Span]] = []
    for passage_id, words in proposal.quotes:
        passage = passages.get(passage_id)
        span = locate(passage, words) if passage else None
        if passage is None or span is None:
            return "a quote is not in its passage"
        found.append((passage, span))
    text = strip_markers(proposal.text)
    if not found or not text:
        return "it has no quote" if text else "it is empty"
    return _carried(text, found, support)


def _carried(text: str, found: list[tuple[Passage, Span]], support: SupportJudge) -> Verified | str:
    quotes = [text_of(passage, span) for passage, span in found]
    # A quote cut from a sentence may have lost its "not": the sentence is judged as well.
    whole = [whole_sentences(passage, span) for passage, span in found]
    if text not in map(strip_markers, whole):
        why = unfaithful(text, [strip_markers(each) for pair in found for each in touched(*pair)])
        if why:
            return why
    verdicts = [support(text, " ".join(quotes)), support(text, " ".join(whole))]
    refused = next((verdict for verdict in verdicts if not verdict.supported), None)
    if refused:
        return refused.reasons[0] if refused.reasons else "its quotes don't carry it"
    return Verified(
        text=text, quotes=tuple(found), support=min(verdict.score for verdict in verdicts)
    )


def touched(passage: Passage, span: Span) -> list[str]:
    """The sentences that a quote touches, each whole."""
    spans = [s for s in sentence_spans(passage) if s.start < span.end and span.start < s.end]
    return [text_of(passage, each) for each in spans]
