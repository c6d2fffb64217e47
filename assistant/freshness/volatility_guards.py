"""What the wording of a question says about how soon its answer may change.

The guards and the class cues of the freshness model. A guard is stronger than the classifier, and
a closed past period is stronger than volatile words, those than a definition, and that than the
guards of practice and of general claims, which only say what may be moderate. Texts come in
normalised (`volatility_model.normalise`): lower case, single spaces, straight apostrophes.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Literal

from assistant.freshness.periods import periods
from assistant.freshness.volatility_methods import (
    any_of,
    asks_for_general,
    asks_for_method,
    asks_for_policy,
)

Guard = Literal["closed", "volatile", "definition", "policy", "general"]
Cue = Literal["live", "fast", "monthly", "annual", "office", "other"]


_YEAR = r"(?:1[0-9]|20)\d\d"
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
# What may stand between "in" and the year: a month, a day, "the fiscal year", "the summer of".
_WITHIN = (
    rf"(?:{_MONTH}\.?,? (?:\d{{1,2}}(?:st|nd|rd|th)?,? )?(?:of )?|\d{{1,2}}(?:st|nd|rd|th)?,? "
    r"|(?:the )?(?:calendar |fiscal |financial |academic |school |crop )?years? (?:of )?"
    r"|(?:the )?(?:summer|winter|spring|autumn|fall|end|start|beginning|middle|first half"
    r"|second half|early|late|mid|(?:first|second|third|fourth) quarter|q[1-4])[ -](?:of )?"
    r"|fy[ -]?|the ){0,4}"  # bounded: "jan 1" reads in two ways, and many of them in 2^n
)
_END = r"(?![\w%]|[.,]\d)"
_YEARS = re.compile(rf"(?<![\w.,$€£]){_YEAR}{_END}|\bfy[ -]?({_YEAR})\b")
_DECADE = re.compile(r"\b((?:1[0-9]|20)\d0)'?s\b")
_IN = r"\b(?:in|during|of|from|throughout) the (?:early |mid[ -]|late )?"
_PERIOD = re.compile(
    r"\b(?:in|during|for|of|through|throughout|between|from|as of|by|before|until|till|on|at)"
    rf" {_WITHIN}{_YEAR}{_END}|\bfy[ -]?{_YEAR}\b"
    rf"|{_IN}(?:1[0-9]|20)\d0'?s\b"
    rf"|{_IN}(?:1?\d|twelf|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen)th"
    r"[ -]century\b"
)
_OPEN_END = any_of(
    rf"since (?:[\w'.-]+ ){{0,6}}?{_YEAR}",
    "onwards?",
    "(?:to|until|till|through|and) (?:now|today|date|the present)",
    "(?:present|current) day",
    "so far",
)
_AHEAD = any_of(
    "will", "going to", "expect(?:ed)?", "forecasts?", "projected", "projections?", "upcoming",
    "scheduled", "plans? to", "planned", "next",
)  # fmt: skip

# A physical current, a name that holds "now" or "today", and a present that only marks off what
# came before it don't ask for the present.
_FIXED_NAMES = any_of(
    "(?:electric(?:al)?|alternating|direct|ocean|rip|air|water|eddy|gulf stream) currents?",
    "current (?:account|transformer|density|divider|events|ratio|assets?|liabilit(?:y|ies))",
    "voltage,? (?:and )?current", "current,? (?:and )?(?:voltage|resistance)",
    "(?:before|prior to|before joining) the current", r"now-\w+", "(?:that|which) is now",
    "apocalypse now", "usa today", "psychology today",
)  # fmt: skip
_VOLATILE = any_of(
    "latest", "newest", "current", "currently", "now", "nowadays", "today", "today's", "tonight",
    "this (?:year|month|week|quarter|season|morning|weekend)(?:'s)?", "so far", "to date",
    "as of now", "up[ -]to[ -]date", "most (?:recent|recently|current)", "right now",
    "at the moment", "at present", "presently", "these days", "at this time",
    "how (?:many|much|often) [^?]{1,150}? since",
)  # fmt: skip
_OFFICES = (
    r"(?:(?:vice[ -]|deputy |prime |first |attorney |governor[ -]|secretary[ -])*"
    r"(?:president|ceo|cfo|coo|cto|chief \w+(?: officer)?|chancellor|minister|premier|governor"
    r"|mayor|speaker|secretary|general|ambassador|chair(?:man|woman|person)?|director|king|queen"
    r"|monarch|pope|prince|emperor|sultan|emir|commissioner|senators?|head coach|manager"
    r"|head of (?:state|government)|leader|commander|principal|dean|rector|justice|captain))"
)
_MADE_UP = r" (?:\w+ ){0,3}(?:movie|film|series|comedy|drama|play|show|opera|novel|book|musical)\b"
_OFFICE_HOLDER = re.compile(
    rf"\bwho(?: is|'s| are) (?:the |our |an? )?(?:[\w.&'-]+ ){{0,3}}?{_OFFICES}"
    rf"(?: (?:of|for|at|in|to)\b(?!{_MADE_UP})| \w+ (?:of|for|at|in)\b| ?\?| ?$)"
)
_NOT_IN_OFFICE = any_of(
    "first", "former", "previous", "last", "ever", "youngest", "oldest", "longest"
)

_HISTORY = any_of(
    "when (?:was|were|did)", "in (?:what|which) (?:year|century|decade) (?:was|were|did)",
    "(?:what|which) year (?:was|were|did)",
    "who (?:invented|founded|wrote|discovered|painted|composed|directed|created|built|sang|killed"
    "|assassinated|designed|produced|developed)",
    "who (?:was|were) the first", "first (?:person|man|woman|human)",
    "where (?:was|were) [^?]{1,80} (?:born|buried|founded|signed|fought)",
)  # fmt: skip

# The first that speaks wins: what is asked about goes before how the present is put into words,
# so that "now", "today" and "latest" give the same class.
_CUES: tuple[tuple[Cue, re.Pattern[str]], ...] = (
    ("live", any_of(
        "live (?:score|stream|updates?|results?)", "weather", "exchange rate", "traffic",
        "what time is it", "wait(?:ing)? times?", "this (?:hour|minute)",
        "(?:stock|share) price", "is it raining",
    )),
    ("fast", any_of(
        r"(?<!consumer )prices?(?! ind)", "polls?", "polling", "approval rating", "trending",
        "standings", "odds", "ongoing", "outbreak", "death toll", "casualties", "wildfires?",
        "ceasefire", "tickets?", "box office", "trading at", "market cap(?:itali[sz]ation)?",
        "leaderboard",
    )),
    ("monthly", any_of(
        "unemployment", "jobless", "inflation", "consumer price index", "cpi", "payrolls?",
        "jobs report", "monthly", "per month", "each month", "every month", "this month",
        "mortgage rates?", "retail sales", "interest rates?",
    )),
    ("office", _OFFICE_HOLDER),
    ("office", any_of(
        "who (?:currently |now )?(?:leads|heads|runs|chairs|governs)",
        "who is (?:currently |now )?(?:heading|running|chairing)",
    )),
    ("annual", any_of(
        "yearly", "annual", "annually", "per year", "a year", "each year", "every year",
        "statistics?", "figures?", "numbers?", "totals?", "counts?", "data", "(?<!tax )rates?",
        "share of", "percent(?:age)?", "proportion", "average", "population", "gdp", "budget",
        "revenue", "how (?:many|much|often|common)",
    )),
    ("office", any_of(
        _OFFICES, "laws?", "legal", "illegal", "legali[sz]ed", "polic(?:y|ies)", "regulations?",
        "statutes?", "minimum wage", "tax", "bans?", "banned", "requirements?", "treaty",
        "parliament", "congress", "senate",
    )),
    ("fast", any_of("today", "today's", "tonight", "this (?:week|weekend|morning)")),
    ("annual", _VOLATILE),
)  # fmt: skip


def guard(text: str, now: date | None = None) -> Guard | None:
    """The strongest guard that fires on a normalised text, or None.

    A period is past when it ended before `now`; without `now`, when nothing in the text looks
    ahead.
    """
    if _closed_past(text, now):
        return "closed"
    if _volatile(text, now):
        return "volatile"
    # A year in the name of a club or a company ("TSG 1899") closes nothing about who leads it.
    if _dated(text, now) and not _OFFICE_HOLDER.search(text):
        return "closed"
    return _moderate(text)


def _moderate(text: str) -> Guard | None:
    """The guard of what is asked about: a method, what a body does, a relation in general."""
    if asks_for_method(text):
        return "definition"
    speed = cue(text)
    if speed == "other" and asks_for_general(text):
        return "general"
    slow = speed not in ("live", "fast", "monthly")
    return "policy" if slow and asks_for_policy(text) else None


def cue(text: str) -> Cue:
    """The class that the words of a normalised text speak for; "other" when none do."""
    plain = _FIXED_NAMES.sub(" ", text)
    return next((kind for kind, pattern in _CUES if pattern.search(plain)), "other")


def asks_for_history(text: str) -> bool:
    """Is it about something that happened once: a birth, a founding, an invention?"""
    return bool(_HISTORY.search(text))


def _closed_past(text: str, now: date | None) -> bool:
    """Does the text ask about a period ("in 2019", "September 2024", "FY 2022") that is over?"""
    if not _asks_for_period(text) or _OPEN_END.search(text):
        return False
    return _dated(text, now) or not _ends(text)


def _asks_for_period(text: str) -> bool:
    """A bare year may be part of a name; a month, a quarter or a school year needs no "in"."""
    return bool(_PERIOD.search(text)) or any(
        period.grain not in ("year", "decade") for period in periods(text)
    )


def _dated(text: str, now: date | None) -> bool:
    """Are the periods of the text past, if only as part of a name ("the 2018 final")?

    Weaker than a closed period: the latest news of a past event is still news.
    """
    ends = _ends(text)
    if not ends or _OPEN_END.search(text):
        return False
    return max(ends) < now if now else not _AHEAD.search(text)


def _volatile(text: str, now: date | None) -> bool:
    """Does the text ask for the present: its words, an office's holder, a period not yet over?"""
    plain = _FIXED_NAMES.sub(" ", text)
    if _VOLATILE.search(plain):
        return True
    ends = _ends(text)
    if now is not None and ends and max(ends) >= now and _asks_for_period(text):
        return True
    return bool(_OFFICE_HOLDER.search(plain)) and not (_NOT_IN_OFFICE.search(plain) or ends)


def _ends(text: str) -> list[date]:
    """The last day of every period that the text names, or of its years where none reads as one
    ("5/5/2019", "1066")."""
    ends = [period.last for period in periods(text)]
    if ends:
        return ends
    years = [int(match.group(1) or match.group()) for match in _YEARS.finditer(text)]
    years += [int(match.group(1)) + 9 for match in _DECADE.finditer(text)]
    return [date(year, 12, 31) for year in years]
