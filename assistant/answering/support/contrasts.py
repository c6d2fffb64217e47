"""Words of which only one can hold: hourly for weekly, July for June, exports for imports.

A claim that says one of them, where the sentence it rests on says another, speaks of something
else. Months and days of the week must stand in the evidence, as years must.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from assistant.answering.language.text import is_content, listed, stem, words
from assistant.types import Span

_SETS = """
hourly | daily | weekly | monthly | yearly | quarterly
north northern | south southern | east eastern | west western
men man male males boys | women woman female females girls
adult adults | child children kids minors | infants babies
import imports imported | export exports exported
consumer | producer
kilometre kilometres kilometer kilometers km | mile miles | metre metres meter meters
milligram milligrams mg | microgram micrograms | gram grams | kilogram kilograms kg |
  tonne tonnes ton tons
urban | rural
birth births | death deaths
maximum | minimum
gross | net
median | mean average
won wins | lost loses
approved approves | rejected rejects
passed passes adopted | rejected rejects defeated
hired hires | fired
arrived arrives | departed departs
spring | summer | autumn | winter
morning | afternoon | evening
buyers | sellers
public | private
federal | state | local
primary | secondary
direct | indirect
domestic | foreign
"""
_MONTHS = listed(
    "january february march april may june july august september october november december"
)
_MONTH = re.compile(
    r"\b(Jan(?:uary|\b)|Feb(?:ruary|\b)|March|Mar\b|April|Apr\b|(?<=in )May|(?<=since )May|"
    r"(?<=of )May|(?<=until )May|(?<=by )May|(?<=and )May|(?<=from )May|(?<=to )May|(?<=\d )May|"
    r"May(?=,? \d)|June?\b|July?\b|Aug(?:ust|\b)|Sept?(?:ember|\b)|Oct(?:ober|\b)|"
    r"Nov(?:ember|\b)|Dec(?:ember|\b))"
)
_WEEKDAY = re.compile(r"\b(Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day")
_NUMERIC_DATE = re.compile(r"\b\d{4}-\d\d?-\d\d?\b|\b\d\d?[/.]\d\d?[/.]\d{2,4}\b")
_HEADS = "|".join(month[:3].title() for month in _MONTHS)
_DATED = re.compile(
    rf"\b(\d\d?)(?:st|nd|rd|th)?(?: of)? ({_HEADS})|\b({_HEADS})[a-z]*\.? (\d\d?)\b"
)
_WORD = re.compile(r"[^\W\d_]+")
_RATES = {
    "hour": "hourly", "day": "daily", "week": "weekly", "month": "monthly", "year": "yearly",
    "quarter": "quarterly", "annual": "yearly", "annually": "yearly",
}  # fmt: skip
_LY = frozenset(("annual", "annually"))
_A_PERIOD = re.compile(
    r"\b(?:an?|per|each|every)\s(hour|day|week|month|year|quarter)\b"
    r"(?!\s(?:ago|before|earlier|later|after|old|of|in)\b)",
    re.IGNORECASE,
)
"""A rate or a length: "a year before" is neither."""


def date_reasons(claim: str, evidence: str) -> Iterator[str]:
    """Months, days of months and of the week that the claim names and the evidence doesn't."""
    if _NUMERIC_DATE.search(evidence):
        return
    for month in sorted(_months(claim) - _months(evidence)):
        yield f"the month {month.title()} is not in the evidence"
    for day in sorted(set(_WEEKDAY.findall(claim)) - set(_WEEKDAY.findall(evidence))):
        yield f"{day}day is not in the evidence"
    dates = _dates(evidence)
    for day, month in sorted(_dates(claim) - dates):
        if any(month == other for _, other in dates):
            yield f"the {day}th of {month.title()} is not in the evidence"


def is_day_of(claim: str, span: Span, evidence: str) -> bool:
    """Is it the day of a date that the evidence gives as well, whatever stands around it?"""
    return any(
        span.start < match.end() and match.start() < span.end and _date(match) in _dates(evidence)
        for match in _DATED.finditer(claim)
    )


@lru_cache(maxsize=4096)
def _months(text: str) -> frozenset[str]:
    return frozenset(_full(match) for match in _MONTH.findall(text))


def _full(written: str) -> str:
    return next(month for month in _MONTHS if month.startswith(written[:3].lower()))


@lru_cache(maxsize=4096)
def _dates(text: str) -> frozenset[tuple[str, str]]:
    return frozenset(date for match in _DATED.finditer(text) if (date := _date(match)))


def _date(match: re.Match[str]) -> tuple[str, str] | None:
    head, day = (match[2] or match[3]).lower(), match[1] or match[4]
    month = next((month for month in _MONTHS if month.startswith(head)), None)
    return (day, month) if month and 1 <= int(day) <= 31 else None


@lru_cache(maxsize=1)
def _contrasts() -> tuple[tuple[frozenset[str], ...], ...]:
    lines = re.sub(r"\n +", " ", _SETS).strip().splitlines()
    return tuple(tuple(frozenset(side.split()) for side in line.split("|")) for line in lines)


def contrasted(claim: str, part: str, window: str) -> str | None:
    """ "weekly where the evidence has hourly"; `part` is the clause that the claim rests on.

    None where the claim's word stands in the window, or its part says neither.
    """
    ours, theirs, around = _words(claim), _words(part), _words(window)
    for sides in _contrasts():
        for side in sides:
            said = ours & side
            if not said or around & side:
                continue
            others = [other for other in sides if other is not side and theirs & other]
            if others and not any(ours & other for other in others):
                return f"{min(said)} where the evidence has {min(theirs & others[0])}"
    return None


@lru_cache(maxsize=8192)
def _words(text: str) -> frozenset[str]:
    said = {word.lower() for word in _WORD.findall(text)}
    said.update(_RATES[match.lower()] for match in _A_PERIOD.findall(text))
    return frozenset(said - _RATES.keys() | {_RATES[w] for w in said & _LY})


def substituted(claim: str, part: str, known: frozenset[str]) -> str | None:
    """ "cod catches where the evidence has herring catches": one noun in the place of another.

    Only the subject of a claim, or what stands beside a number of it, where everything else that
    the claim says stands in the part. `known` are stems that are judged otherwise.
    """
    ours, theirs = _said(claim), _said(part)
    held = {each.stem for each in theirs} | known
    said = {each.stem for each in ours if each.content}
    missing = [n for n, each in enumerate(ours) if each.content and each.stem not in held]
    if len(missing) != 1 or len(said) < _ENOUGH or missing[0] + 1 == len(ours):
        return None
    at = missing[0]
    word, after = ours[at], ours[at + 1]
    first = next(n for n, each in enumerate(ours) if each.content)
    if word.word[1:] != word.word[1:].lower():
        return None  # initials are judged as names
    if not after.content or (at != first and not ours[at - 1].word[0].isdigit()):
        return None
    for instead, second in pairwise(theirs):
        if (
            second.stem == after.stem
            and instead.content
            and instead.stem not in said
            and _is_noun(instead.word)
            and instead.stem[:3] != word.stem[:3]
        ):
            return f"{word.word} where the evidence has {instead.word}"
    return None


_ENOUGH = 3
_ENDING = re.compile(r"(?:ly|ed)$")


def _is_noun(word: str) -> bool:
    return word.isalpha() and not _ENDING.search(word)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Word:
    word: str
    stem: str
    content: bool


@lru_cache(maxsize=8192)
def _said(text: str) -> tuple[_Word, ...]:
    return tuple(_Word(word=w, stem=stem(w), content=is_content(w)) for w in words(text))
