"""The smallest edit that makes a sentence say the newer figure, verified against exact words.

Value and period are replaced within the old sentence by words of the source. What was edited must
be said there of the same thing; every other figure must be held by what its markers lead to; and
what the newsroom's own words say of it ("a rise", "more than") must be true of it. Where one of
these can't be told, the source's own sentence stands there word for word. What neither way gives is
never proposed.
"""

from __future__ import annotations

import calendar
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from assistant.freshness.periods import periods
from assistant.freshness.refresh import bearing
from assistant.freshness.refresh.edits import Edit
from assistant.freshness.refresh.values import Candidate, Doubt, Holds
from assistant.ports import SentenceSplitter, SupportJudge
from assistant.types import Document, Figure, Span

MARKER = re.compile(r"\[\d{1,3}(?:\s?[,;\u2013-]\s?\d{1,3})*\]")
_MARKERS = re.compile(rf"(?:\s*{MARKER.pattern})+")
_END = re.compile(r"[.!?]+[\"')\]\u201d\u2019]*\s*$")
_YEAR = re.compile(r"\d{4}")
_LEANS = re.compile(
    r"(?:(?:in|by|for|during) [^,.;]{1,30},? )?(?:it|they|he|she|this|these|those|that|there)\b",
    re.I,
)
"""A sentence whose subject stands in the one before: by itself it says nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Swap:
    """A figure of the sentence (its span counted from the sentence's start) and its successor."""

    span: Span
    figure: Figure
    candidate: Candidate


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What a sentence stands in: the title above it, what its markers lead to, and what was to be
    said against it before anything in it was edited."""

    title: str
    cites: Mapping[int, Sequence[Document]]
    doubts: Sequence[Doubt] = ()


class Composer:
    def __init__(self, support: SupportJudge, sentences: SentenceSplitter, holds: Holds) -> None:
        self._support = support
        self._sentences = sentences
        self._holds = holds

    def compose(self, old: str, swaps: Sequence[Swap], n: int, frame: Frame) -> str | None:
        """The sentence that says what `swaps` say, with the marker [n]; None where no words do.
        All candidates are of one document and share one quote."""
        candidate = swaps[0].candidate
        certain = all(swap.candidate.certain for swap in swaps)
        for beside in (False, True):
            made = _edited(old, swaps, n, beside=beside)
            if made is None or not self._is_true(made, swaps):
                continue
            if certain and self._is_held(made, n, candidate.document, frame):
                return made
            if not beside and self._carried(made, n, candidate):
                return made
        if not certain or _LEANS.match(candidate.words):
            return None
        return self.own_words(candidate, n)

    def _is_true(self, made: str, swaps: Sequence[Swap]) -> bool:
        values = [swap.candidate.value for swap in swaps]
        return bearing.holds(bare(made), values, swaps[0].candidate.words)

    def _is_held(self, made: str, n: int, evidence: Document, frame: Frame) -> bool:
        """Every figure stands behind its marker, and nothing is to be said against it that was not
        said before."""
        before = Counter(doubt.why for doubt in frame.doubts if not doubt.differs)
        said = self._holds(made, frame.title, {**frame.cites, n: (evidence,)})
        return all(not doubt.differs and before[doubt.why] for doubt in said)

    def own_words(self, candidate: Candidate, n: int) -> str:
        """The quote itself, each of its sentences with the marker before its full stop."""
        words = candidate.words
        spans = self._sentences(words)
        return " ".join(_marked(span.of(words), n) for span in spans)

    def _carried(self, made: str, n: int, candidate: Candidate) -> bool:
        """Everything that stands under the marker is in the quote; with one marker, everything."""
        content = candidate.document.content
        speaker = ". ".join(filter(None, (content.publisher, content.title)))
        return all(
            self._support(clause, f"{speaker}.\n{candidate.words}").supported
            for clause in _under(made, n)
        )


def _edited(old: str, swaps: Sequence[Swap], n: int, *, beside: bool) -> str | None:
    """The old sentence with new values, periods and marker; None where it can't be said so.

    `beside`: the markers that stood there stay, for what else they carry."""
    edits: dict[tuple[int, int], str] = {}
    for swap in swaps:
        edits[swap.span.start, swap.span.end] = swap.candidate.value
        if swap.candidate.relation == "restated":
            continue
        moved = list(_periods(old, swap))
        if not moved:
            return None
        edits |= {(span.start, span.end): words for span, words in moved}
    first = max(swap.span.end for swap in swaps)
    for span, words in _marked_anew(old, first, n, beside=beside):
        edits[span.start, span.end] = words
    ordered = [Edit(start=s, end=e, words=w) for (s, e), w in sorted(edits.items())]
    if any(other.start < one.end for one, other in zip(ordered, ordered[1:], strict=False)):
        return None
    for edit in reversed(ordered):
        old = old[: edit.start] + edit.words + old[edit.end :]
    return old


def _periods(old: str, swap: Swap) -> Iterator[tuple[Span, str]]:
    """Where the sentence names the figure's old period, and the words of the new one."""
    given = swap.figure.period_first, swap.figure.period_last
    for period in periods(old):
        if not period.publication and (period.first, period.last) == given:
            words = _period_words(period.span.of(old), swap.candidate)
            if words is not None:
                yield period.span, words


def _period_words(old: str, candidate: Candidate) -> str | None:
    """The new period as its source writes it; a plain year may come from metadata."""
    new = candidate.figure.period_first, candidate.figure.period_last
    for period in periods(candidate.words):
        if (period.first, period.last) == new:
            return period.span.of(candidate.words)
    first, last = new
    if first and last and _YEAR.fullmatch(old) and _is_year(first, last):
        return str(first.year)
    return None


def _marked_anew(old: str, after: int, n: int, *, beside: bool) -> Iterator[tuple[Span, str]]:
    """The marker behind the figure names the new source; a sentence without one gets one."""
    groups = list(_MARKERS.finditer(old))
    behind = [match for match in groups if match.start() >= after] or groups[-1:]
    if behind:
        group = behind[0]
        kept = f" {group.group().strip()}" if beside else ""
        if not beside or n not in markers(kept):
            yield Span(start=group.start(), end=group.end()), f"{kept} [{n}]"
        return
    end = _END.search(old)
    place = end.start() if end else len(old)
    # A span can't be empty: the last letter before the full stop is written again.
    yield Span(start=place - 1, end=place), f"{old[place - 1]} [{n}]"


def _under(sentence: str, n: int) -> list[str]:
    """What the marker [n] stands for: the words since the marker before it."""
    groups = list(_MARKERS.finditer(sentence))
    if len(groups) <= 1:
        return [bare(sentence)]
    found, start = [], 0
    for group in groups:
        if group.group().strip() == f"[{n}]":
            found.append(bare(sentence[start : group.start()]).strip(" ,;:\u2014\u2013"))
        start = group.end()
    return [clause for clause in found if clause] or [bare(sentence)]


def _marked(sentence: str, n: int) -> str:
    sentence = bare(sentence)
    end = _END.search(sentence)
    place = end.start() if end else len(sentence)
    return f"{sentence[:place]} [{n}]{sentence[place:]}"


def bare(sentence: str) -> str:
    """Without markers, and without the space before them."""
    return re.sub(r"\s+(?=[.,;:!?])", "", _MARKERS.sub("", sentence)).strip()


def markers(sentence: str) -> list[int]:
    """The numbers of a sentence's markers, each once, in their order."""
    found: list[int] = []
    for match in MARKER.finditer(sentence):
        for part in re.split(r"[,;]", match.group()[1:-1]):
            ends = [int(end) for end in re.split(r"[\u2013-]", part)]
            found += range(ends[0], min(ends[-1], ends[0] + 20) + 1)
    return list(dict.fromkeys(found))


# --- a figure's period in words -------------------------------------------------------------------


def _is_year(first: date, last: date) -> bool:
    return (first.month, first.day, last.month, last.day) == (1, 1, 12, 31) and (
        first.year == last.year
    )


def period_text(figure: Figure) -> str | None:
    """ "2024", "2024-05", "2024-05-12" or "2021-10 to 2022-09"; None where it is not known."""
    first, last = figure.period_first, figure.period_last
    if first is None or last is None:
        return None
    if first == last:
        return first.isoformat()
    if _is_year(first, last):
        return str(first.year)
    whole = first.day == 1 and last.day == calendar.monthrange(last.year, last.month)[1]
    if whole and (first.year, first.month) == (last.year, last.month):
        return f"{first:%Y-%m}"
    if whole and first.month == 1 and last.month == 12:
        return f"{first.year} to {last.year}"
    return f"{first:%Y-%m} to {last:%Y-%m}" if whole else f"{first} to {last}"
