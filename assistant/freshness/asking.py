"""What the words of a question or claim ask for: the newest state, a figure, a metric."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

import Stemmer

from assistant.freshness.periods import add_months, newest, periods
from assistant.types import PartialDate, Span, Volatility

_NEWEST = re.compile(
    r"\b(?:latest|newest|most recent|current(?:ly)?|now(?:adays)?|today(?:['\u2019]s)?|so far|"
    r"as of now|to date|up[- ]to[- ]date|at present|at the moment|who is the|"
    r"this (?:year|month|week|quarter|season)(?:['\u2019]s)?)\b",
    re.I,
)
# In running prose "now" and "today" seldom date a figure ("is now required").
_NEWEST_IN_CLAIM = re.compile(
    r"\b(?:latest|newest|most recent|currently|current|so far|as of now|right now|at present)\b",
    re.I,
)
_FIGURE_WANTED = re.compile(
    r"\bhow (?:many|much|often|high|low|large|big|tall|fast|long)\b|"
    r"\b(?:numbers?|figures?|totals?|rates?|percent|percentages?|shares?|proportions?|statistics?|"
    r"stats|toll|turnout|averages?|prices?|latest|most recent|newest)\b|\bcounts? of\b",
    re.I,
)
_VALUE_WANTED = re.compile(r"\bwhat(?:['\u2019]s|\s(?:is|are|was|were))\b", re.I)
_EVENT = re.compile(
    r"\b(?:elections?|referend(?:um|ums|a)|primary|primaries|olympics?|world cup|championships?|"
    r"super bowl|summit|census)\b",
    re.I,
)
_RELATIVE = re.compile(
    r"\b(?P<which>this|last|past|next|the past|earlier this|later this|so far this)\s"
    r"(?P<unit>year|quarter|month|week)\b|\b(?P<day>yesterday|tonight|tomorrow|this morning)\b|"
    r"\b(?P<lately>recently|lately|in recent (?:days|weeks|months))\b",
    re.I,
)
_LATELY_DAYS = 365
"""How long "recently" stays true: the median gap between changes on public timelines."""
_LAST_SPOKEN = date(9998, 12, 31)
"""A mistyped year 9999 must not run past the calendar."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What was asked, with how soon its answer may change, judged on the day of the evidence."""

    text: str
    volatility: Volatility

    @property
    def settled(self) -> bool:
        """It asks about a period that had closed when its answer was checked ("in 2019")."""
        return self.volatility.kind == "historical"

    @property
    def definition(self) -> bool:
        return self.volatility.kind == "definition"

    @property
    def wants_newest(self) -> bool:
        """Volatile words that no guard outweighs: "latest", "current", "this year"."""
        guarded = self.settled or self.definition
        return not guarded and _NEWEST.search(self.text) is not None

    def wants_figure_of(self, claim: str) -> bool:
        """It asks for a number, and `claim` speaks of what it asks the number of."""
        return self.wants_figure and self.speaks_of(claim)

    def speaks_of(self, claim: str) -> bool:
        """Do the two share the words that name a subject and a metric?"""
        return shared_words(self.text, claim) >= min(2, len(content_words(self.text)))

    @property
    def wants_figure(self) -> bool:
        """It asks for a number that may have changed."""
        return not (self.settled or self.definition) and self._asks_for_figure

    @property
    def _asks_for_figure(self) -> bool:
        # "What is the minimum wage" asks for a figure without a word for it; "what is the Wage
        # Act" doesn't, and its answer seldom changes.
        value = self.volatility.p_mutable >= 0.5 and _VALUE_WANTED.search(self.text)
        return bool(value or _FIGURE_WANTED.search(self.text))


def judged_as_of(question: str, dated: PartialDate, valid_as_of: PartialDate | None) -> date:
    """The day on which it is judged which periods of a question were closed: that of its check.

    A dated event is over before its year is: checked after the period that its figures describe,
    it counts as closed. So does the month that is all that the date says: age runs from its end.
    """
    asked = newest(periods(question))
    if asked is None:
        return dated.last
    if asked.grain == "month" and (asked.first, asked.last) == (dated.first, dated.last):
        return asked.last + timedelta(days=1)
    if valid_as_of is None or not _EVENT.search(question):
        return dated.last
    if asked.grain == "range":  # an election cycle is no single event
        return dated.last
    over = asked.first <= valid_as_of.first and valid_as_of.last <= dated.first
    return max(dated.last, asked.last + timedelta(days=1)) if over else dated.last


def claims_newest(claim: str) -> bool:
    return _NEWEST_IN_CLAIM.search(claim) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class RelativeWords:
    """Words that mean another time each day, and the last day on which they are still right."""

    span: Span
    right_until: date


def relative_words(text: str, spoken_on: date) -> tuple[RelativeWords, ...]:
    """The relative words of a sentence that gives no date of its own to resolve them by."""
    if periods(text):
        return ()
    return tuple(
        RelativeWords(
            span=Span(start=match.start(), end=match.end()),
            right_until=_right_until(match, min(spoken_on, _LAST_SPOKEN)),
        )
        for match in _RELATIVE.finditer(text)
    )


def _right_until(match: re.Match[str], spoken: date) -> date:
    # "Last year" is as wrong as "this year" once the year in which it was said is over.
    if match["day"]:
        return spoken
    if match["lately"]:
        return spoken + timedelta(days=_LATELY_DAYS)
    unit = match["unit"].lower()
    if unit == "week":
        return spoken + timedelta(days=6 - spoken.weekday())
    if unit == "year":
        return date(spoken.year, 12, 31)
    months = 1 if unit == "month" else 3 - (spoken.month - 1) % 3
    return add_months(spoken.replace(day=1), months) - timedelta(days=1)


_WORD = re.compile(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)?")
_STOP = frozenset(
    _WORD.findall(
        "a an and any are as at be been but by can did do does for from had has have he her his "
        "how i if in into is it its me much many my of on or our over per say says she so some "
        "than that the their them there these they this those to under up us was we were what "
        "when where which who whom whose why will with would you your "
        "latest newest most recent current currently now today year years yearly annual annually "
        "month monthly number numbers figure figures total"
    )
)
_IRREGULAR = {"children": "child", "people": "person", "women": "woman", "men": "man"}
_stem = Stemmer.Stemmer("english").stemWord


@lru_cache(maxsize=4096)
def content_words(text: str) -> frozenset[str]:
    """The stems of the words that name a subject or metric."""
    words = (word.lower().replace("\u2019", "'").removesuffix("'s") for word in _WORD.findall(text))
    return frozenset(_stem(_IRREGULAR.get(word, word)) for word in words if word not in _STOP)


def shared_words(one: str, other: str) -> int:
    return len(content_words(one) & content_words(other))


_DATED = re.compile(
    r"(?:\b(?:in|of|for|during|by|at|on)\s+)?(?:\b(?:January|February|March|April|May|June|July|"
    r"August|September|October|November|December)\s+)?(?<![\w.,])(?P<year>(?:1[5-9]|20)\d\d)"
    r"(?![\w%]|[.,]\d)",
    re.IGNORECASE,
)


def asked_of(question: str, text: str, others: Sequence[str]) -> str:
    """What of a question about several years is left for one claim of its answer.

    Years that other claims give and this one doesn't are theirs: a check of 2022 need not know
    how 2023 ended. A year that no claim gives stays asked of all of them.
    """
    asked, said = _years(question), _years(text)
    theirs = (asked - said) & {year for other in others for year in _years(other)}
    if not theirs or not asked & said:
        return question
    return _DATED.sub(lambda m: " " if m["year"] in theirs else m.group(), question)


def _years(text: str) -> set[str]:
    return {match["year"] for match in _DATED.finditer(text)}
