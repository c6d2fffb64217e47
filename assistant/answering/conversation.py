"""A follow-up made to stand alone, by rules, from what the reader said before.

Only the reader's own turns are used, and only to complete the question: history is never evidence.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.answering.analysis import Question, analyse
from assistant.answering.places import places
from assistant.answering.quantities import years
from assistant.answering.text import FRAME_STEMS, is_content, stem, words

Turn = tuple[str, str]
"""(role, text); the role of the reader is "user"."""

_TURNS = 6
_LEAD = re.compile(
    r"^(?:(?:and|but|so|ok(?:ay)?|then|or|also|well|now)\b[\s,]*)*"
    r"(?:(?:what|how) about\b|what of\b)?\s*",
    re.IGNORECASE,
)
_OPENS_ELLIPSIS = re.compile(
    r"^(?:and|but|or|then|also|so|(?:ok(?:ay)?[\s,]+)?(?:what|how) about|what of)\b", re.IGNORECASE
)
_POINTS_BACK = re.compile(
    r"\b(?:it|its|they|them|their|theirs|that|those|these|this|he|she|him|her|his|hers|there|"
    r"the same|such|one|ones)\b",
    re.IGNORECASE,
)
_PERIOD = re.compile(r"\b(?:in|for|during|since|by|of|from)\s+(?=(?:FY[\s-]?)?(?:1[5-9]|20)\d\d\b)")
_YEAR = re.compile(r"\b(?:1[5-9]|20)\d\d\b")


def standalone(question: str, history: Sequence[Turn]) -> str:
    """The question, completed with names, metric and period of earlier turns where it needs them.

    A question that stands alone comes back as it was.
    """
    earlier = [text for role, text in history if role == "user" and text.strip()][-_TURNS:]
    if not earlier or not is_elliptical(question):
        return question
    previous = earlier[0]
    for text in earlier[1:]:
        previous = _completed(text, previous) if is_elliptical(text) else text
    return _completed(question, previous)


def is_elliptical(question: str) -> bool:
    """Does it lean on what was said before: by its opening, a pronoun, or having no topic?"""
    asked = analyse(question)
    if asked.out_of_scope not in (None, "empty"):
        return False
    own = _own_topic(asked)
    if not own:
        return True
    if asked.names and not _OPENS_ELLIPSIS.match(question.strip()):
        return False
    if _OPENS_ELLIPSIS.match(question.strip()):
        return len(own) <= 4
    return bool(_POINTS_BACK.search(question)) and len(own) <= 3


def _own_topic(asked: Question) -> list[str]:
    located = {stem(w) for place in asked.places for w in words(place)}
    return [t for t in asked.terms if t not in FRAME_STEMS and t not in located]


def _completed(question: str, previous: str) -> str:
    asked, before = analyse(question), analyse(previous)
    fragment = _LEAD.sub("", question.strip()).strip()
    if not _own_topic(asked) and (asked.asked in ("other", "definition", before.asked)):
        return _with_slots(previous, question)
    carried = _carried(asked, before, previous)
    if not carried:
        return fragment or question
    ending = fragment.rstrip("?.! ")
    return f"{ending} ({' '.join(carried)})?"


def _with_slots(previous: str, question: str) -> str:
    """The earlier question with this one's year and place in the place of its own."""
    result = previous.strip()
    asked_years = sorted(years(question))
    if asked_years:
        result = _with_year(result, " and ".join(str(year) for year in asked_years))
    for place in sorted(places(question) - places(previous)):
        result = _with_place(result, place)
    return result


def _with_year(text: str, year: str) -> str:
    if years(text):
        return _YEAR.sub(year, text, count=1)
    return f"{text.rstrip('?.! ')} in {year}?"


def _with_place(text: str, place: str) -> str:
    for old in sorted(places(text), key=len, reverse=True):
        replaced = re.sub(rf"\b{re.escape(old)}\b", place, text, count=1, flags=re.IGNORECASE)
        if replaced != text:
            return replaced
    return f"{text.rstrip('?.! ')} in {place}?"


def _carried(asked: Question, before: Question, previous: str) -> list[str]:
    """Words of the earlier question that this one lacks, its period only where this has none."""
    have = set(asked.terms)
    keep = []
    for word in words(previous):
        term = stem(word)
        if term in have or not is_content(word) or term in FRAME_STEMS:
            continue
        if _YEAR.fullmatch(word) and asked.years:
            continue
        have.add(term)
        keep.append(word.replace("_", " "))
    return keep
