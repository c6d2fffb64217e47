"""What a question asks for, one by one: two years, two clauses, two things held side by side.

"How many in 2022, and how many in 2023?", "Which rose faster, A or B?": each facet is a question
of its own, by which a sentence can be chosen for it. Nothing of a facet is ever shown.
"""

from __future__ import annotations

import re
from functools import lru_cache

from assistant.answering.conversation.standalone import readings
from assistant.answering.language.quantities import years
from assistant.answering.questions.slots import Period, periods

_MOST = 3
_WHOLE = 4
"""Words of a first clause, at least: "how many boys and how many girls were ..." is one clause."""
_CLAUSE = re.compile(
    r"^(?P<head>.{12,}?),?\s+and\s+(?P<tail>(?:how|what|which|who|when|where)\b.+)$", re.IGNORECASE
)
_SPAN = re.compile(
    r"\b(?:between\s+|from\s+)?(?:[A-Z][a-z]+\s+)?(?:1[5-9]|20)\d\d\s?(?:to|and|through|until|–|-|—)"
    r"\s?(?:[A-Z][a-z]+\s+)?(?:1[5-9]|20)\d\d\b"
)
_AND_SPAN = re.compile(r"^(?!between).*\sand\s", re.IGNORECASE)
_SLOT_ALONE = re.compile(r"^what\s+(?:for|in|of|during)\b", re.IGNORECASE)
_LEFT_OVER = re.compile(r"\s+and(?:\s+in)?\s*(?=$|\?)|\b(?:in\s+)?and\s+(?=in\b)|(?<=\bin )and\s+")
"""What joined a year that was cut: "in 2024 and ?", "in and in 2023", "in and 2023"."""
_COMPARES = re.compile(
    r"\b(?:which|whose|more|less|fewer|higher|lower|larger|bigger|greater|smaller|faster|slower|"
    r"older|younger|warmer|colder|hotter|earlier|later|longer|shorter|worse|better)\b",
    re.IGNORECASE,
)
_DIFFERS = re.compile(
    r"\b(?:differ|compar|chang|increas|decreas|declin|grow|grew|ris|rose|fall|fell|drop|gain|los)"
    r"\w*\b",
    re.IGNORECASE,
)
_NAMED = 3
_AMOUNT = re.compile(r"\b(?:more|fewer|less)\b(?=\s+[a-z])(?!\s+than)", re.IGNORECASE)
_OR = re.compile(r"\s+or\s+", re.IGNORECASE)


@lru_cache(maxsize=256)
def facets(question: str) -> tuple[str, ...]:
    """The questions that this one asks together, in order; empty where it asks for one thing."""
    text = " ".join(question.split())
    found = _clauses(text) or _alternatives(text) or _years(text)
    found = list(dict.fromkeys(found))
    return tuple(found[:_MOST]) if len(found) > 1 and text not in found else ()


def asks_more(question: str) -> bool:
    """Has it a second clause that asks, or several facets?"""
    text = " ".join(question.split())
    return bool(_CLAUSE.match(text)) or bool(facets(text))


def compares(question: str) -> bool:
    """Does it ask how things differ, or what became of one?"""
    return bool(_COMPARES.search(question) or _DIFFERS.search(question))


def _clauses(text: str) -> list[str]:
    match = _CLAUSE.match(text)
    if not match or _SLOT_ALONE.match(match["tail"]) or len(match["head"].split()) < _WHOLE:
        return []
    head = f"{match['head'].rstrip('?., ')}?"
    return [head, readings(match["tail"], (("user", head),))[0]]


def _alternatives(text: str) -> list[str]:
    """ "... more cases in 2016 or more reports in 2017?"; the sides begin alike, or are as long."""
    bare = text.rstrip("?.! ")
    at = list(_OR.finditer(bare))
    if len(at) != 1 or not _COMPARES.search(bare):
        return []
    head, right = bare[: at[0].start()], bare[at[0].end() :]
    start = _left_side(head, right)
    if start is None:
        return []
    sides = (head[start:].strip(), right)
    return [_AMOUNT.sub("how many", f"{head[:start]}{side}?", count=1) for side in sides]


def _left_side(head: str, right: str) -> int | None:
    """Where the first of two alternatives begins."""
    first = right.split()[0]
    alike = [m.start() for m in re.finditer(rf"\b{re.escape(first)}\b", head, re.IGNORECASE)]
    comma = head.rfind(", ")
    if alike and alike[-1] > comma:
        return alike[-1]
    if comma >= 0:
        return comma + 2
    words = list(re.finditer(r"\S+", head))
    many = len(right.split())
    named = right[0].isupper() and many <= _NAMED and len(words) > many
    return words[-many].start() if named and words[-many].group()[0].isupper() else None


def _years(text: str) -> list[str]:
    """The question for each of the years that it names, those of a span left in all of them."""
    spans = [m.span() for m in _SPAN.finditer(text) if not _AND_SPAN.match(m.group())]
    named = [
        period
        for period in periods(text)
        if years(period.year) and not any(start <= period.start < end for start, end in spans)
    ]
    if len({period.year for period in named}) < 2:
        return []
    return [_without(text, [other for other in named if other.year != p.year]) for p in named]


def _without(text: str, cut: list[Period]) -> str:
    for period in reversed(cut):
        text = f"{text[: period.start].rstrip()} {text[period.end :].lstrip()}"
    return _LEFT_OVER.sub("", text)
