"""The sentences of a fact-check as a refresh reads them: doubts, figures, and what they cite."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from assistant.freshness.refresh.composing import markers
from assistant.freshness.refresh.values import Doubt, SourceCheck
from assistant.ports import SentenceSplitter
from assistant.types import Badge, Document, Figure, Freshness, Reason, Rule, Span

TIMELY: tuple[Rule, ...] = ("superseded", "period-closed", "release-overdue", "age-volatility")
"""What a later period clears."""
BLOCKING: tuple[Rule, ...] = (
    "superseded",
    "restated",
    "source-changed",
    "event-passed",
    "relative-words",
)
"""What a day of checking alone does not clear: the words themselves are in doubt."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """`rests`: it is of the summary, on which the whole fact-check rests."""

    span: Span
    text: str
    reasons: tuple[Reason, ...]
    cites: tuple[SourceCheck, ...]
    figures: tuple[Figure, ...]
    rests: bool
    lost: tuple[int, ...] = ()
    """The markers whose sources no longer say what they are cited for."""
    doubts: tuple[Doubt, ...] = ()
    """What spoke against it when it was checked already."""

    @property
    def differs(self) -> tuple[Doubt, ...]:
        return tuple(doubt for doubt in self.doubts if doubt.differs)

    def has(self, rules: Iterable[Rule]) -> bool:
        return any(reason.rule in rules for reason in self.reasons)

    @property
    def lost_all(self) -> bool:
        """Everything that it rests on was retracted."""
        return bool(self.cites) and all(check.status == "retracted" for check in self.cites)

    def cited_by(self, figure: Figure) -> tuple[Document, ...]:
        """What the marker behind a figure leads to, else what the first one that leads does."""
        behind = markers(self.text[figure.span.end - self.span.start :])
        ordered = sorted(
            self.cites, key=lambda c: behind.index(c.n) if c.n in behind else len(behind)
        )
        return next((check.documents for check in ordered if check.documents), ())


def quoted(document: Document, sentences: SentenceSplitter) -> Iterator[tuple[Span, str]]:
    """The sentences of what may be quoted, in order, with their markers."""
    for section in document.content.sections:
        if section.role in ("summary", "body"):
            start = section.span.start
            for span in sentences(section.span.of(document.text)):
                placed = Span(start=start + span.start, end=start + span.end)
                yield placed, placed.of(document.text)


def read(
    document: Document,
    judged: tuple[Freshness, Sequence[Badge]],
    sources: Sequence[SourceCheck],
    figures: Sequence[Figure],
    sentences: SentenceSplitter,
) -> list[Sentence]:
    """Each sentence with the reasons of its badge and those of the whole that name it."""
    freshness, badges = judged
    by_number = {check.n: check for check in sources}
    reasons = {badge.span: badge.freshness.reasons for badge in badges}
    for reason in freshness.reasons:
        if reason.claim is not None and reason.claim < len(badges):
            span = badges[reason.claim].span
            if reason.rule not in {each.rule for each in reasons[span]}:
                reasons[span] += (reason,)
    summary = _summary(document)
    return [
        Sentence(
            span=span,
            text=text,
            reasons=reasons.get(span, ()),
            cites=tuple(by_number[n] for n in markers(text) if n in by_number),
            figures=tuple(figure for figure in figures if span.covers(figure.span)),
            rests=any(section.covers(span) for section in summary),
        )
        for span, text in quoted(document, sentences)
    ]


def cited(sentences: Collection[Sentence]) -> frozenset[int]:
    """The numbers that the markers of the text name."""
    return frozenset(check.n for sentence in sentences for check in sentence.cites)


def _summary(document: Document) -> list[Span]:
    """The sections on which the fact-check rests: its summary, else the first that holds text."""
    sections = [s for s in document.content.sections if s.role in ("summary", "body")]
    return [s.span for s in sections if s.role == "summary"] or [s.span for s in sections[:1]]
