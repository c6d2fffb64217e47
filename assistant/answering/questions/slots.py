"""Periods and places of a question: found, and put in the place of another question's."""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.answering.language.places import places, spelled

_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_YEAR = r"(?:1[5-9]|20)\d\d(?:\s?[–/-]\s?\d\d(?:\d\d)?)?(?![\d%]|[,.]\d)"
_MONTH = rf"(?P<month>(?:\b\d{{1,2}}\s+)?\b(?:{_MONTHS})(?:\s+\d{{1,2}}\b,?)?)"
_PERIOD = re.compile(
    rf"(?i:{_MONTH})\s+(?P<year>{_YEAR})|(?P<alone>(?:\b(?:FY|fiscal year)[\s‑-]?|\b){_YEAR})|"
    rf"{_MONTH.replace('month', 'only')}(?![\w’'])"
)
_RANGE = re.compile(
    rf"\b(?:between|from)\s+(?:(?:{_MONTHS})\s+)?{_YEAR}\s+(?:and|to|until|through)\s+"
    rf"(?:(?:{_MONTHS})\s+)?{_YEAR}",
    re.IGNORECASE,
)
_NEXT_TO = re.compile(
    r"\b(?:in\s+|for\s+|during\s+)?(?:(?:the|that)\s+)?(?:"
    r"(?P<before>(?:year|one)\s+(?:before|earlier|prior)(?:\s+(?:that|it))?|previous\s+year|"
    r"preceding\s+year|prior\s+year|year\s+prior)|"
    r"(?P<after>(?:year|one)\s+(?:after|later)(?:\s+(?:that|it))?|following\s+year|next\s+year))\b"
    r"|\ba\s+year\s+(?:(?P<earlier>before|earlier|ago)|(?P<later>after|later))"
    r"(?:\s+(?:that|it))?\b|"
    r"\b(?:in\s+)?the\s+(?:(?:cycle|month|quarter|election|season|decade|term)\s+(?:before|after)|"
    r"(?:previous|preceding|following)\s+(?:cycle|month|quarter|election|season|decade|term))\b",
    re.IGNORECASE,
)
_NEWEST = re.compile(r"\b(?:latest|newest|most recent|current)\s+", re.IGNORECASE)
_DUE_NOW = re.compile(
    r"\s+(?:now|currently|today|right now|at present|at the moment|so far)\b", re.IGNORECASE
)
_NO_NOUN = (
    r"(?!\s+(?!(?:and|or|but|compared|than|in|for|by|at|since|on|during|between|among|according|"
    r"is|are|was|were|do|does|did|has|have|had|with|without|per|to|from)\b)\w)"
)
"""A place or period before a noun belongs to it: "the European elections"."""
_WITH_ARTICLE = re.compile(
    r"^(?:US|USA|UK|EU|U\.S\.|U\.K\.|United \w+|Netherlands|Philippines|Middle East)$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A month, a year, or both, as written, at `start` of its text."""

    start: int
    end: int
    month: str
    year: str

    @property
    def text(self) -> str:
        return f"{self.month} {self.year}".strip()


def periods(text: str) -> list[Period]:
    """Every month and year that `text` names, in order. A day stays with its month."""
    found = []
    for match in _PERIOD.finditer(text):
        if match["only"] and not _is_month(text, match):
            continue
        found.append(
            Period(
                start=match.start(),
                end=match.end(),
                month=match["month"] or match["only"] or "",
                year=match["year"] or match["alone"] or "",
            )
        )
    return found


def is_span(text: str) -> bool:
    """Does it name a time from one month or year to another?"""
    return bool(_RANGE.search(text))


def _is_month(text: str, match: re.Match[str]) -> bool:
    """ "May noncitizens vote?" asks for leave; a month alone follows a preposition."""
    head, tail = text[: match.start()], text[match.end() :]
    leads = re.search(r"\b(?:in|during|since|for|of|about|and|until|by)\s+$", head)
    return bool(leads) or not (head.strip() or tail.strip(" ?.!"))


def dated(text: str, before: str) -> str:
    """`text` with "the year before" and its like as the year that they mean after `before`.

    They stay as they are where the earlier question names no year, or several.
    """
    named = {period.year for period in periods(before) if period.year.isdigit()}
    match = _NEXT_TO.search(text)
    if not match or not match.lastgroup or len(named) != 1:
        return text
    step = 1 if match["after"] or match["later"] else -1
    meant = f"{_month_of(before)} {int(named.pop()) + step}".strip()
    return f"{text[: match.start()]}in {meant}{text[match.end() :]}"


def _month_of(text: str) -> str:
    """The month that it asks about: a year before December 2025 it was December, too."""
    found = {period.month for period in periods(text)}
    month = found.pop() if len(found) == 1 else ""
    return "" if any(char.isdigit() for char in month) else month


def is_relative(text: str) -> bool:
    """Does it name a period by another one ("the year before")?"""
    return bool(_NEXT_TO.search(text))


def with_period(text: str, new: Period, preposition: str = "in") -> str:
    """`text` about another period: in the place of its own, else at its end."""
    text = _RANGE.sub(f"in {new.text}", _NEXT_TO.sub("", text), count=1)
    text = re.sub(r"\s+(?=[?.!]|\s)", "", text)
    old = periods(text)
    if not old:
        bare = _DUE_NOW.sub("", _NEWEST.sub("", text))
        return _ending(bare, f"{preposition} {new.text}")
    last = old[-1] if len(old) > 1 and old[0].year == new.year else old[0]
    month = new.month or (last.month if new.year else "")
    year = new.year or last.year
    put = f"{month} {year}".strip()
    head = text[: last.start]
    if new.month:
        head = re.sub(r"\bat the (?:end|start|beginning) of\s+$", "in ", head)
    return head + put + text[last.end :]


def with_place(text: str, new: str, preposition: str = "in") -> str:
    """`text` about another place: in the place of its own, else at its end. `new` as written."""
    if _WITH_ARTICLE.match(new):
        new = f"the {new}"
    for old in spelled(text):
        swapped = re.sub(
            rf"\b(in|for|from|of|to|across|within)\s+(?:the\s+)?{re.escape(old)}(?!\w){_NO_NOUN}",
            lambda m: f"{m[1]} {new}",
            text,
            count=1,
        )
        if swapped != text:
            return swapped
    return _ending(text, f"{preposition} {new}")


def without_slots(text: str) -> str:
    """What is left of a text when periods, places and the words that lead to them are gone."""
    for period in reversed(periods(text)):
        text = _cut(text, period.start, period.end)
    for place in spelled(text):
        at = text.find(place)
        text = _cut(text, at, at + len(place))
    return " ".join(_NEXT_TO.sub(" ", text).split())


def phrases(text: str) -> tuple[str, str]:
    """(where, when) of a question as it says them: ("in the United States", "in 2024")."""
    ranged = _RANGE.search(text)
    if ranged:
        when = ranged.group()
    else:
        when = " and ".join(_phrase(text, p.start, p.end) for p in periods(text)[:1])
    where = next(
        (
            phrase
            for phrase in (
                _phrase(text, text.find(s), text.find(s) + len(s)) for s in spelled(text)
            )
            if phrase
        ),
        "",
    )
    return where, when


_LEADS_TO = re.compile(
    r"\b(?:at the (?:end|start|beginning) of|since the (?:end|start|beginning) of|in|for|during|"
    r"since|by|from|before|after|until|across|within)\s+(?:the\s+)?$",
    re.IGNORECASE,
)


def _phrase(text: str, start: int, end: int) -> str:
    """The stretch with the preposition that leads to it; "" where it is part of something."""
    lead = _LEADS_TO.search(text[:start])
    return text[lead.start() : end] if lead and re.match(_NO_NOUN, text[end:]) else ""


def _cut(text: str, start: int, end: int) -> str:
    lead = _LEADS_TO.search(text[:start]) or re.search(r"\b(?:of|to)\s+(?:the\s+)?$", text[:start])
    return f"{text[: lead.start() if lead else start]} {text[end:]}"


def _ending(text: str, words: str) -> str:
    return f"{text.rstrip('?.! ')} {words}?"


def names_only_slots(text: str) -> bool:
    """Is it nothing but periods and places, with what leads to them?"""
    left = re.sub(r"\b(?:the|and|or|in|for|during|since|by|of|from|to|on|at|about)\b", " ",
                  without_slots(text), flags=re.IGNORECASE)  # fmt: skip
    return not left.strip(" ?.!,") and bool(periods(text) or places(text) or is_relative(text))
