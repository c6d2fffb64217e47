"""Numbers of a claim that the evidence gives in other words, or from which they can be worked out.

"One in twenty" of 5 %, "a quarter of the lanes" of two of eight, "six stayed open" of the same,
45.8 percent where 47.8 is "two points higher than in 2019".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from assistant.answering.language.computed import Share, is_rest, shares, worked_out
from assistant.answering.language.quantities import Number, numbers, years
from assistant.answering.language.text import split_sentences
from assistant.answering.language.values import Value, agrees, value_of, within
from assistant.answering.support.alignment import Sentence, sentence
from assistant.types import Span

_CLAUSE = re.compile(r";\s+|[,:]\s+(?:and|but|while|whereas|although|though|yet)\s+")
_POINTS = re.compile(
    r"^(?P<points>\s*(?:percentage )?points?)?\s*"
    r"(?P<way>higher|lower|more|less|fewer|up|down|above|below)\b(?P<tail>[^.;]*)",
    re.IGNORECASE,
)
_LESS_THAN = frozenset(("lower", "less", "fewer", "down", "below"))
_OF = re.compile(r"\b(?P<part>[\w,-]+) (?:out )?of (?:the |its |their )?(?P<whole>[\w,-]+)\b")
_SAYS_MOST = re.compile(r"\b(?:most|majority|bulk)\b", re.IGNORECASE)
_MOST = re.compile(r"\b(?:most of|(?:a|the) majority|the bulk of)\b|^most\b", re.IGNORECASE)


def figures(text: str) -> list[Value]:
    return [value_of(text, each) for each in numbers(text) if not each.is_day and not each.is_year]


def sentences_of(window: Sentence) -> list[str]:
    return [span.of(window.text) for span in split_sentences(window.text)]


def rounded_from(claimed: Value, window: Sentence) -> bool:
    """Is it one of the window's figures, given less exactly?"""
    return any(
        claimed.unit == held.unit and agrees(claimed, held)
        for text in sentences_of(window)
        for held in figures(text)
    )


def computed_from(claim: str, number: Number, window: Sentence) -> bool:
    claimed = value_of(claim, number)
    said = sentences_of(window)
    clause = clause_around(claim, number.span.start)
    if worked_out(claimed, clause, [figures(text) for text in said], ()):
        return True
    if claimed.unit == "%" and any(s.fits(claimed.value) for s in shares(window.text)):
        return True
    return any(_points_apart(claim, claimed, text) for text in said)


def clause_around(claim: str, at: int) -> str:
    ends = [match.start() for match in _CLAUSE.finditer(claim)]
    start = max((end for end in ends if end <= at), default=0)
    return claim[start : min((end for end in ends if end > at), default=len(claim))]


def rests(claim: str, window: Sentence) -> bool:
    """Does a number of the claim tell of what the evidence leaves: nine of twelve that did not?"""
    return any(
        is_rest(value_of(claim, number), clause_around(claim, number.span.start), figures(text))
        for number in numbers(claim)
        for text in sentences_of(window)
    )


def _points_apart(claim: str, claimed: Value, text: str) -> bool:
    """45.8 percent in 2019, of "47.8 percent, two points higher than in 2019"."""
    for number in numbers(text):
        found = _POINTS.match(text[number.span.end :])
        if not found or (number.unit not in ("", "pp", claimed.unit)):
            continue
        if claimed.unit == "%" and not (number.unit == "pp" or found["points"]):
            continue
        then = years(found["tail"])
        if not years(claim) or (then and not then & years(claim)):
            continue
        step = number.value if found["way"].lower() in _LESS_THAN else -number.value
        before = text[: number.span.start]
        if any(h.unit == claimed.unit and within(claimed, h.value + step) for h in figures(before)):
            return True
    return False


# --- shares ---------------------------------------------------------------------------------------


def share_holds(share: Share, claim: str, window: Sentence) -> bool:
    return any(share.fits(percent) for percent in percents(claim, window))


def percents(claim: str, window: Sentence) -> Iterator[float]:
    """The shares that the sentences nearest to the claim give, in percent, however they do."""
    for text in sentences_of(window):
        yield from (number.value for number in numbers(text) if number.unit == "%")
        yield from (share.percent for share in shares(text))
        yield from _ratios(text)


def _ratios(text: str) -> Iterator[float]:
    counts = [v.value for v in figures(text) if not v.unit and v.value > 0][:8]
    for one in counts:
        for other in counts:
            if one < other:
                yield 100 * one / other


def share_reasons(claim: str, window: Sentence) -> Iterator[str]:
    """ "Half of" of two of eight, "a majority" of 19 of 45."""
    for share in shares(claim):
        known = list(percents(claim, window))
        written = claim[share.start : share.end]
        if not known and written.split()[-1].lower() in window.text.lower():
            continue
        if not any(share.fits(each) for each in known) and not _falls_by(share, claim, window):
            yield f"{written} is not what the evidence has"
    if _MOST.search(claim) and not _SAYS_MOST.search(window.text):
        given = list(_given(claim, window))
        if given and max(given) <= 50:
            yield f"no most of them: the evidence has {max(given):.0f} %"


def _falls_by(share: Share, claim: str, window: Sentence) -> bool:
    """ "By a fifth", of two figures."""
    claimed = Value(value=share.percent, unit="%", precision=0.06 * share.percent)
    return worked_out(claimed, claim, [figures(text) for text in sentences_of(window)], ())


def _given(claim: str, window: Sentence) -> Iterator[float]:
    """The percentages of the nearest sentence, or its "19 of the 45"."""
    ours = sentence(claim).stems
    nearest = max(sentences_of(window), key=lambda text: len(ours & sentence(text).stems))
    for number in numbers(nearest):
        if number.unit == "%":
            yield number.value
    for match in _OF.finditer(nearest):
        part, whole = (numbers(match[each]) for each in ("part", "whole"))
        if part and whole and 0 < part[0].value < whole[0].value:
            yield 100 * part[0].value / whole[0].value


def inside(span: Span, said: Sequence[Share]) -> Share | None:
    return next((share for share in said if share.start <= span.start < share.end), None)


_HEAD_OF_NAME = re.compile(r"([^\W_]*[^\W\d_])[-‐–]\Z")
_CENTURY = re.compile(r"\b(1[5-9]|20)\d\d[–/-]\Z")


def written_in(claim: str, span: Span, evidence: str) -> bool:
    """Is it part of a name that the evidence writes too, with or without the hyphen: COVID-19?

    The second half of a range of years is judged with the years.
    """
    head, digits = claim[: span.start], span.of(claim)
    if not digits.isdigit():
        return False
    if len(digits) == 2 and (century := _CENTURY.search(head)):
        return int(century[1] + digits) in years(claim)
    name = _HEAD_OF_NAME.search(head)
    if name is None or not re.search(r"[A-Z]|[^\W\d_]{4}", name[1]):
        return False
    written = rf"(?<![^\W_]){re.escape(name[1])}[-‐–]?{digits}(?!\d|[.,]\d)"
    return bool(re.search(written, evidence, re.IGNORECASE))
