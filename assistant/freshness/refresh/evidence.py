"""Newer evidence for a figure: newest period first, then authority, then date of publication.

Found by what the figure measures, and, where that gives nothing, by searching for the sentence.
Only source documents are evidence: a fact-check does not rest on another's reading of a source.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from assistant.freshness.asking import content_words
from assistant.freshness.clocks import known
from assistant.freshness.refresh.composing import Swap
from assistant.freshness.refresh.values import (
    Candidate,
    Compare,
    FiguresOf,
    MayReplace,
    Rank,
    RivalsOf,
    Search,
    day_of,
)
from assistant.types import Document, Figure, Span

LONGEST_QUOTE = 700
"""Code points of a quote that holds several figures; farther apart they are not quoted together."""

REWORDED = 0.75
"""Share of their words, numbers apart, from which two sentences are one that was written anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """What the archive is asked for evidence."""

    figures_of: FiguresOf
    rivals: RivalsOf
    search: Search
    compare: Compare
    may_replace: MayReplace
    rank: Rank


@dataclass(frozen=True, slots=True, kw_only=True)
class Stale:
    """A figure of a sentence that may have a successor. `cited` is what its marker leads to
    today, `publishers` stand behind it. `restated`: something says that its value was wrong or has
    changed; without that another value for the same period is taken for another thing."""

    figure: Figure
    cited: tuple[Document, ...]
    publishers: tuple[str | None, ...]
    restated: bool = False
    history: bool = False
    """It speaks of a past period on purpose: only another value of that period may stand there."""
    said: tuple[tuple[str, Figure], ...] = ()
    """The same figure in what its source said then, each with its sentence."""
    near: str = ""
    """Words of a source that give another value for what the sentence says."""


def successors(
    document: Document, sentence: Span, stale: Sequence[Stale], archive: Archive, now: date
) -> Iterator[tuple[Swap, ...]]:
    """What may stand in the place of a sentence's figures, best first, a document at a time.

    Every swap of a tuple is out of one document and has the same quote; the first figure is always
    among them.
    """
    found = [_candidates(document, each, sentence, archive, now) for each in stale]
    leading = next((i for i, candidates in enumerate(found) if candidates), None)
    if leading is None:
        return
    for lead in found[leading]:
        chosen: list[tuple[Stale, Candidate]] = []
        beside: list[tuple[Stale, Candidate]] = []
        for each, candidates in zip(stale, found, strict=True):
            like = next((c for c in candidates if _alike(c, lead)), None)
            if like is not None:
                chosen.append((each, like))
            elif like := _beside(each, lead, archive):
                beside.append((each, like))
        if beside:
            yield _together(sentence, [*chosen, *beside], lead)
        yield _together(sentence, chosen, lead)


def is_history(figure: Figure, own: Iterable[Figure], archive: Archive, *, held: bool) -> bool:
    """Its own document gives a later figure of the same series: it speaks of the past.

    Where a key is missing, as of "it carried", one of the same unit for a later period is enough,
    if the source holds the figure still (`held`).
    """
    return any(
        found == "later"
        or (
            held
            and found == "possibly"
            and figure.unit == other.unit
            and _ends_later(other, figure)
        )
        for other in own
        for found in [archive.compare(figure, other)]
    )


def _beside(stale: Stale, lead: Candidate, archive: Archive) -> Candidate | None:
    """The only figure of its unit that the same source gives for the same period: what it is, only
    the support judge can tell."""
    given = [
        figure
        for figure in archive.figures_of(lead.document)
        if figure.unit == stale.figure.unit
        and figure.span != lead.figure.span
        and (figure.period_first, figure.period_last)
        == (lead.figure.period_first, lead.figure.period_last)
    ]
    if len({figure.value for figure in given}) != 1:
        return None
    figure = given[0]
    return replace(lead, figure=figure, quote=figure.sentence, certain=False)


def _alike(one: Candidate, lead: Candidate) -> bool:
    periods = [(c.figure.period_first, c.figure.period_last) for c in (one, lead)]
    return one.document.id == lead.document.id and periods[0] == periods[1]


def _together(
    sentence: Span, chosen: Sequence[tuple[Stale, Candidate]], lead: Candidate
) -> tuple[Swap, ...]:
    start = min(candidate.quote.start for _, candidate in chosen)
    end = max(candidate.quote.end for _, candidate in chosen)
    quote = Span(start=start, end=end) if end - start <= LONGEST_QUOTE else lead.quote
    if "\n" in quote.of(lead.document.text):
        quote = lead.quote
    return tuple(
        Swap(
            span=Span(
                start=each.figure.span.start - sentence.start,
                end=each.figure.span.end - sentence.start,
            ),
            figure=each.figure,
            candidate=replace(candidate, quote=quote),
        )
        for each, candidate in chosen
    )


def _candidates(
    document: Document, stale: Stale, sentence: Span, archive: Archive, now: date
) -> list[Candidate]:
    rivals = [*archive.rivals(stale.figure), *_of_cited(stale, archive)]
    found = list(_usable(document, stale, rivals, archive, now))
    if not any(candidate.certain for candidate in found):
        searched = [
            (each, figure)
            for each in archive.search(sentence.of(document.text))
            for figure in archive.figures_of(each)
        ]
        found += _usable(document, stale, searched, archive, now)
    return sorted(dict.fromkeys(found), key=lambda each: _order(each, archive))


def _of_cited(stale: Stale, archive: Archive) -> list[tuple[Document, Figure]]:
    """What the cited source itself says now, whatever its series are called."""
    return [(each, figure) for each in stale.cited for figure in archive.figures_of(each)]


def _usable(
    document: Document,
    stale: Stale,
    rivals: Iterable[tuple[Document, Figure]],
    archive: Archive,
    now: date,
) -> Iterator[Candidate]:
    for rival, figure in rivals:
        if not _may_be_quoted(rival, document, now):
            continue
        if figure.unit != stale.figure.unit:
            continue
        cited = rival.id in {each.id for each in stale.cited}
        relation = _relation(stale, rival, figure, archive, cited=cited)
        if stale.history and relation != "restated":
            continue
        if relation == "restated" and not stale.restated:
            continue
        if not cited and not _is_evidence(rival, figure):
            continue
        if relation == "restated" and not (cited or _is_newer(rival, stale)):
            continue
        if not cited and not archive.may_replace(rival, stale.publishers):
            continue
        possibly = relation == "possibly" and _ends_later(figure, stale.figure)
        if relation in ("later", "restated") or possibly:
            yield Candidate(
                document=rival,
                figure=figure,
                quote=figure.sentence,
                relation="restated" if relation == "restated" else "later",
                certain=not possibly,
            )


def _relation(
    stale: Stale, rival: Document, figure: Figure, archive: Archive, *, cited: bool
) -> str:
    """What a figure is to the stale one; of the cited source also by what that one said before,
    as a page that is written anew says the same of another year or with another value."""
    found = archive.compare(stale.figure, figure)
    if cited and found == "same" and stale.restated and figure.value != stale.figure.value:
        return "restated"  # 2,111 may be rounded to 2,000, but 2,000 was what stood there
    if found != "possibly" or not cited:
        return found
    words = figure.sentence.of(rival.text)
    for then, figure_then in stale.said:
        known = archive.compare(figure_then, figure)
        if known not in ("possibly", "other"):
            return known
        if known == "possibly" and _is_reworded(then, words):
            return _by_period(figure_then, figure)
    if stale.near and words.strip() and (words in stale.near or stale.near in words):
        return _by_period(stale.figure, figure)
    return found


def _by_period(one: Figure, other: Figure) -> str:
    """Of one thing, what the other is to the one."""
    if one.period_last is None or other.period_last is None or one.period_last == other.period_last:
        return "same" if one.value == other.value else "restated"
    return "later" if other.period_last > one.period_last else "earlier"


def _is_reworded(then: str, now: str) -> bool:
    """The same sentence but for its figures, or nearly."""
    one, other = _words_of(then), _words_of(now)
    return bool(one) and len(one & other) >= REWORDED * len(one | other)


def _words_of(sentence: str) -> set[str]:
    return {word for word in content_words(sentence) if not word.isdigit()}


def _is_evidence(rival: Document, figure: Figure) -> bool:
    """Without a date nothing is newer; what came out before its period ended was a forecast."""
    published = rival.content.published_on
    if published is None:
        return False
    return figure.period_last is None or published.last >= figure.period_last


def _ends_later(one: Figure, other: Figure) -> bool:
    if one.period_last is None or other.period_last is None:
        return False
    return one.period_last > other.period_last


def _may_be_quoted(rival: Document, document: Document, now: date) -> bool:
    """A source that those who read the fact-check may read too, and that is not from tomorrow."""
    readable = rival.audience == "public" or document.audience == "internal"
    published = rival.content.published_on
    dated = published is None or known(published, now) is not None
    return rival.kind == "source_document" and rival.id != document.id and readable and dated


def _is_newer(rival: Document, stale: Stale) -> bool:
    given = (day_of(each.content.published_on) for each in stale.cited)
    return day_of(rival.content.published_on) > max(given, default=date.min)


def _order(candidate: Candidate, archive: Archive) -> tuple[object, ...]:
    last = candidate.figure.period_last or date.min
    return (
        -last.toordinal(),
        not candidate.certain,
        archive.rank(candidate.document),
        -day_of(candidate.document.content.published_on).toordinal(),
        candidate.document.id,
        candidate.quote.start,
    )
