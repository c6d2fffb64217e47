"""What a number measures: the words about it, those that narrow it, and whether it is a change."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from assistant.freshness.keys.clauses import STATES, Clause
from assistant.freshness.keys.idioms import plain
from assistant.freshness.keys.numbers import Number
from assistant.freshness.keys.units import Unit
from assistant.freshness.keys.wording import (
    CONTRASTS,
    GROUPS,
    NARROWING,
    listed,
    stem,
    stems,
)
from assistant.types import Span

_RELATIVE = re.compile(r"\s(?:that|which|who|whose)\s", re.I)
_PREDICATE_GAP = 6
"""Words between the verb and its number: "rose, in seasonally adjusted terms, by"."""
_UP = (
    r"rose|rises?|risen|rising|increas(?:ed?|es|ing)|grew|grows?|grown|growing|climb(?:s|ed)?"
    r"|jump(?:s|ed)?|surged?|soared?"
    r"|(?<!made )(?<!make )(?<!makes )(?<!took )(?<!taken )(?<!take )(?<!takes )up|expand(?:s|ed)?"
    r"|accelerat(?:es|ed)"
)
_DOWN = (
    r"fell|falls?|fallen|falling|decreas(?:ed?|es|ing)|declin(?:ed?|es|ing)|drop(?:s|ped)?|down"
    r"|shrank|shrunk|shrinks?|plunged?|slip(?:s|ped)?|contract(?:s|ed)|reduced"
)
_MORE = r"higher|more|warmer|longer|larger|greater|above"
_LESS = r"lower|less|fewer|cheaper|smaller|colder|shorter|below"
_HEDGE = (
    r"(?:(?:a|an|the|about|around|nearly|almost|roughly|just|some|over|more|less|than|estimated"
    r"|only|another|further|approximately|at|least|up to|total of|record|mere|again|sharply"
    r"|slightly|steadily|modestly|marginally|overall|rapidly)\s)*[$€£]?[-\u2212]?"
)
_DIRECT = re.compile(rf"\b(?:(?P<up>{_UP})|(?P<down>{_DOWN}))\s(?:by\s)?{_HEDGE}$", re.I)
_BY = re.compile(
    rf"\b(?:(?P<up>{_UP}|{_MORE})|(?P<down>{_DOWN}|{_LESS}))\b[\w ,'\u2019-]{{0,60}}?\bby\s"
    rf"{_HEDGE}$",
    re.I,
)
_NOUN = re.compile(
    r"\b(?:(?P<up>increase|rise|gain|jump|change)|(?P<down>fall|drop|decline|decrease|reduction|cut))"
    rf"\b[\w ,'\u2019]{{0,60}}?\b(?:of|was|is|had been|at|amounted to)\s{_HEDGE}$",
    re.I,
)
_AMOUNTS = ("gw", "mw", "kw", "hectare", "acre", "km2", "km", "tonne", "usd", "eur", "gbp")
"""What was added to them is no new level; "lost 1,200 hectares" is how the whole loss is told."""
_JOBLIKE = ("job", "posit", "seat", "member")
_JOBS = re.compile(rf"\b(?:(?P<up>gained|added)|(?P<down>lost|shed|cut))\s{_HEDGE}$", re.I)
_GROWTH = re.compile(
    rf"\bgrowth\b[\w ,'\u2019]{{0,80}}?\b(?:of|was|is|had been|at|from|to|by|reached)\s{_HEDGE}$",
    re.I,
)
_AFTER_CHANGE = re.compile(
    r"^\s?(?:on average )?(?:(?P<up>more|higher|up|greater|larger|warmer|longer|rise|increase"
    r"|growth|gain)|(?P<down>less|fewer|lower|cheaper|down|smaller|colder|shorter|drop|fall"
    r"|decline|decrease|cut|reduction))\b(?! (?:or|of them)\b)",
    re.I,
)
_ANOMALY = re.compile(
    r"\b(?:above|below|warmer than|colder than)\b[\w' ,]{0,40}\b(?:average|baseline|level|mean"
    r"|normal|pre-industrial)",
    re.I,
)
_DIFFERENCE = re.compile(r"\b(?:difference|gap|margin)\b[\w ]{0,40}\b(?:is|was|of)\b[\w ]*$", re.I)
_FORECAST = re.compile(
    r"\b(?:project(?:s|ed|ion|ions)?|forecasts?|forecasted|expect(?:s|ed|ation|ations)?"
    r"|predict(?!ed (?:number|count|value|death))\w*"
    r"|outlook|will|would|plans?|(?:is|are|was|were|be|been|has|have|had|it|they|we)\splanned"
    r"|planned (?:to|for|by|at)|planned (?=(?:\w+ )?(?:spend|budget|deficit|invest|borrow"
    r"|output|cut"
    r"|increas|growth|capac))|aims?|aimed|(?<!rate )target(?:s|ed)?(?! rate| range)"
    r"|goal|objective|ambition"
    r"|budgeted|by 20[3-9]\d|could reach|is set to|anticipat\w+|pledg\w+|promis\w+|scenario)\b",
    re.I,
)
_IN_FORECASTS = (
    "project", "forecast", "expect", "predict", "outlook", "will", "would", "plan", "aim", "target",
    "goal", "objective", "ambition", "budgeted", "by 20", "could reach", "is set to", "anticipat",
    "pledg", "promis", "scenario",
)  # fmt: skip
"""One of these stands in each of them."""
_TAGS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(pattern, re.I))
    for name, pattern in (
        ("provisional", r"\bprovisional|\bpreliminary|\bearly estimate|\bflash\b|\bpredicted\b"
                        r"|\bfirst estimate|\badvance estimate"),
        ("final", r"\bfinal\b(?! (?:quarter|year|week|day|month|stage)\b)|\bdefinitive\b"),
        ("age-adjusted", r"\bage[- ](?:adjusted|standardi[sz]ed)"),
        ("seasonally-adjusted", r"(?<!not )(?<!un)\bseasonally[- ]adjusted"
                                r"|(?<!without )\bseasonal adjustment"),
        ("unadjusted", r"\bnot seasonally|\bunadjusted|\bwithout seasonal"),
        ("core", r"\b(?:less|without|excluding|excludes|except|leaves? out|other than) food"
                 r"|\bcore\b(?! (?:team|idea))"),
        ("average", r"(?<!above the )(?<!above its )(?<!below the )(?<!below its )(?<!than the )"
                    r"\baverage(?:s|d)?\b(?! (?:of (?:18|19|20)\d\d\b|global|surface|extent"
                    r"|hourly|price|temper|wage|earn))|\bon average\b|\bmean\b(?= (?:response"
                    r"|age|wait|time|duration|length|wage|income|score|speed))"
                    r"|\ba month\b(?! (?:before|earlier|ago))"),
        ("none", r"\bnever\b(?! before)|\b(?:had|have|has|with) no\b"
                 r"|\bwithout (?!seasonal|adjust|counting|food|a break)"),
        ("daily", r"^(?=.*\b(?:us|smok|drink|drank|drunk|cycl|walk|watch)\w*)"
                  r".*\b(?:daily|every day)\b"),
        ("median", r"\bmedian\b"),
        ("cumulative", r"\bcumulative(?:ly)?|\bsince the (?:start|beginning|outbreak|launch)"
                       r"|\bsince (?:19|20)\d\d\b|\bin total since"
                       r"|(?<!est )(?<!most )\bever\b(?! recorded)"
                       r"|\ball[- ]time"
                       r"|\bover the (?:past|last) (?:\w+ )?(?:years|decade)"),
        ("capita", r"\bper (?:capita|head|person|inhabitant)\b(?! per (?:day|week|month|year))"),
        ("backlog", r"\bbacklog|\bpending\b|\bcases (?:still )?outstanding\b"
                    r"|\boutstanding cases\b|\bwaiting list|\bopen cases\b|\bunresolved\b"),
        ("net", r"\bnet\b"),
        ("stock", r"\b(?:at|by) (?:the )?(?:year-?)?end\b(?! of (?:january|february|march|april|may"
                  r"|june|july|august|september|october|november))"),
        ("record", r"\b(?:on record|all-time)\b.{0,20}\b(?:low|high)est\b(?!)"),
        ("dose1", r"\b(?:first|one|single) dose|\bat least one dose|\bpartially vaccinated"),
        ("dose2", r"\b(?:second|two) doses?|\bfully vaccinated|\bfull (?:\w+ )?vaccination"),
        ("claimed", r"\b(?:posts?|rumou?rs?|users|viral|videos?|memes?|claims?|tweets?)\b"
                    r"[\w -]{0,40}\b(?:says?|said|claim(?:s|ed)?|alleg\w+|assert\w*|that)\b"
                    r"|\bfalse(?:ly)? claim|\bit is (?:false|wrong|untrue|not true)\b"),
        ("sample", r"\b(?:audit|study|survey|review|sample|analysis)\s"
                   r"(?:covered|looked at|examined|drew)\b"
                   r"|\bsample[ds]?\b|\brespondents?\b"),
        ("largest", r"\bthe (?:largest|biggest|worst|deadliest) (?:single )?(?:outbreak|of"
         " (?:them|these))"),
    )
)  # fmt: skip
_IN_TAGS = (
    "never", " no ", "without", "daily", "every day",
    "provis", "prelim", "estimate", "flash", "predict", "final", "definit", "adjust", "standardi",
    "food", "core", "average", "a month", "median", "mean ", "cumul", "since", "total", "ever",
    "all-time",
    "all time", "over the", "per ", "backlog", "pending", "waiting", "outstanding",
    "open cases", "unresolved",
    "net", "record", "dose", "vaccinat", "sample", "respond", "the larg", "the bigg",
    "the worst", "the deadl", "seasonal", "audit", "study", "survey", "review", "analysis", " end",
    "claim", "post", "rumo",
    "users", "viral", "video", "meme", "tweet", "it is", "yearend", "year-end",
)  # fmt: skip
"""One of these stands in each of them."""
_AGES = re.compile(
    r"\b(?:aged?|ages|between|under|over|below|above|younger than|older than|children|people"
    r"|adults)"
    r"\s(?:the age of\s)?(?P<a>\d{1,3}|five|fifteen|sixteen|eighteen|sixty-five)"
    r"(?:\s(?:and|or)\s(?P<g>older|over|under|younger|above|below)\b|"
    r"(?:\s?(?:to|and|through|[-\u2013])\s?(?P<b>\d{1,3}|older|over|under|younger))?"
    r"(?=\s?[.;:)\],](?!\d)|\s(?:years|and|or|who|at|is|are|was|were|when|in|from|whose|had|have|living"
    r"|worldwide|died|with|voted|rose|fell|made)\b|$))"
    r"|\bunder-(?P<c>fives?|\d{1,2})s?\b|\b(?P<d>\d{2,3})-year-olds?\b|\b(?P<e>\d{1,2}) (?:and|or)"
    r" (?P<f>older|over|under|younger)\b",
    re.I,
)
_SPELLED_AGE = {"five": "5", "fives": "5", "fifteen": "15", "sixteen": "16", "eighteen": "18",
                "sixty-five": "65", "over": "older", "under": "younger",
                "above": "older", "below": "younger"}  # fmt: skip
_CAUSE = re.compile(
    r"\b(?:involving|among|linked to|caused by|attributed to|from (?=(?:foster|state|care)\b)|by"
    r" (?=gunshot|firearm))\s(?:the\s)?(?P<what>(?:[a-z-]+\s?){1,4})",
    re.I,
)
_ACTIONS = frozenset(
    stem_
    for group in CONTRASTS[:10]
    for stem_ in group
    if stem_ not in ("case", "entri", "death", "birth", "profit", "deficit", "surplus", "budget")
)
_OPPOSED: dict[str, int] = {stem_: n for n, group in enumerate(CONTRASTS) for stem_ in group}
_SEX_PERSON = frozenset(("woman", "man", "girl", "boy"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    metric: tuple[str, ...]
    population: tuple[str, ...]
    sign: int = 1
    """-1 where the words say that a change went down."""
    change: bool = False
    starts: bool = False
    """It is the value that a change starts from: of an earlier period than the change."""


def measured(
    sentence: str, number: Number, unit: Unit, clause: Clause, before: Measured | None
) -> Measured:
    """`before`: what the figure before it in the sentence measures, for a number whose own words
    say less ("... in 2023 to 23.1 in 2024")."""
    change, sign = _change(sentence, number, unit, clause)
    words = list(stems(unit.modifiers))
    words += _about(unit, clause)
    words += _acted(sentence, clause, unit)
    bag = [w for w in dict.fromkeys(words) if w != unit.name]
    if unit.name in _JOBLIKE:
        bag = [w for w in bag if w not in ("loss", "gain", "add")]
    tags = set(_tagged(sentence, clause, change, unit))
    narrowing = {w for w in bag if w in NARROWING}
    narrowing |= {w for w in stems(clause.own) if w in NARROWING and _near(w, clause)}
    narrowing |= _causes(clause) | _ages(clause) | _classes(clause)
    if unit.person in _SEX_PERSON:
        narrowing.add(unit.person)
    narrowing.discard(unit.name)
    own = tuple(sorted({w for w in bag if w not in narrowing}))
    found = Measured(
        metric=own[:12], population=tuple(sorted(narrowing | tags))[:12], sign=sign, change=change
    )
    return found if before is None else completed(found, before)


def completed(found: Measured, before: Measured, *, joined: bool = False) -> Measured:
    """What a figure doesn't say itself, the one before it said; its change stays its own.

    `joined`: what both say is put together, else the one before goes first.
    """
    narrowing = set(found.population)
    kept = {w for w in before.population if w not in ("change", *_BASES)}
    kept = {w for w in kept if not _same_group(w, narrowing)}
    return Measured(
        metric=tuple(sorted({*before.metric, *found.metric}))
        if joined
        else before.metric or found.metric,
        population=tuple(sorted(narrowing | kept)),
        sign=found.sign,
        change=found.change,
    )


_BASES = ("yoy", "qoq", "mom")


def _near(word: str, clause: Clause) -> bool:
    return word in stems(clause.before) or word in stems(clause.after)


def _same_group(word: str, others: set[str]) -> bool:
    return any(word in group and group & others for group in GROUPS)


def _about(unit: Unit, clause: Clause) -> list[str]:
    """What is measured: behind a counted noun, or the subject that a number is said of."""
    after = _RELATIVE.split(clause.after)[0] if unit.counted else clause.after
    if not unit.counted or _said_of(clause.before):
        return [*_nouns(clause.before), *stems(after)[:6]]
    return list(stems(after)[:6])


_TELLING = frozenset(listed("at for found gave gives give set puts put shows showed projected"))
"""After these what is measured stands behind the number, not in front of it."""


def _said_of(before: str) -> bool:
    """A subject, a verb of being or change, and right behind them the number."""
    if _AT.search(before):
        return True
    matches = list(STATES.finditer(before))
    if not matches or re.match(r"\s*(?:there|here)\b", before, re.I):
        return False
    last = matches[-1]
    return (
        last.group().lower() not in _TELLING
        and len(before[last.end() :].split()) <= _PREDICATE_GAP
        and bool(stems(before[: last.start()]))
    )


_AT = re.compile(
    r"\b(?:puts?|estimate[sd]?|estimating|gave|sets?|valued?|reckon(?:s|ed)|calculate[sd]?)\s"
    r"(?P<what>.{3,80}?)\sat\s",
    re.I,
)


def _nouns(before: str) -> list[str]:
    """The words of a subject; its verb is wording, unless it says what was done."""
    words = [word for word in _WORDS.findall(before) if not _is_verb(word)]
    return list(stems(" ".join(words)))


_WORDS = re.compile(r"[^\s,;:()]+")


def _is_verb(word: str) -> bool:
    return word.endswith("ed") and stem(word) not in _OPPOSED


def _acted(sentence: str, clause: Clause, unit: Unit) -> list[str]:
    """What was done with what is counted: assisted, resolved, received."""
    if not unit.counted:
        return []
    around = f"{clause.between} {clause.after}"
    return [w for w in stems(around) if w in _ACTIONS and w != unit.name]


def _change(sentence: str, number: Number, unit: Unit, clause: Clause) -> tuple[bool, int]:
    """Is the number the size of a change, and did it go down?"""
    before = sentence[max(0, number.start - 110) : number.start]
    after = sentence[unit.end : unit.end + 60]
    if unit.name.startswith("°") and _ANOMALY.search(sentence[number.end :]):
        return False, 1
    match = _AFTER_CHANGE.match(after)
    if match and not re.match(r"\s?(?:up|down) (?:to|from)\b", after, re.I):
        return True, -1 if match["down"] else 1
    if _DIFFERENCE.search(before) or _GROWTH.search(before):
        return True, 1
    match = _JOBS.search(before) if unit.name in (*_JOBLIKE, *_AMOUNTS) else None
    if match and (match["up"] or unit.name in _JOBLIKE):
        return True, -1 if match["down"] else 1
    for pattern in (_DIRECT, _BY, _NOUN):
        match = pattern.search(before)
        if match and not re.search(r"\d|\b(?:to|from)\b", match.group()):
            return True, -1 if match["down"] else 1
    return False, 1


def _tagged(sentence: str, clause: Clause, change: bool, unit: Unit) -> Iterable[str]:
    if change:
        yield "change"
    lower = clause.own.lower()
    if any(part in lower for part in _IN_TAGS):  # a quick look instead of twenty slow ones
        own = plain(clause.own)
        yield from (name for name, pattern in _TAGS if pattern.search(own))
    if _is_forecast(clause.own) or _is_forecast(clause.before):
        yield "forecast"


def _is_forecast(text: str) -> bool:
    lower = text.lower()
    return any(part in lower for part in _IN_FORECASTS) and _FORECAST.search(text) is not None


def _causes(clause: Clause) -> set[str]:
    found: set[str] = set()
    for match in _CAUSE.finditer(f"{clause.before} | {clause.after}"):
        words = stems(match["what"])
        found |= set(words[:3])
    return found


_CLASS = re.compile(
    r"\b(?P<kind>(?i:category|band|type|grade|tier|class|level|stage|phase|group|zone|schedule|hepatitis))"
    r"\s(?P<which>\d{1,2}|[A-Z]{1,2}|I{1,3}|IV)\b"
)


def _classes(clause: Clause) -> set[str]:
    """ "Category 2" and "Category 1" are two things, as "category-2" and "category-1"."""
    found = _CLASS.finditer(clause.own)
    return {f"{match['kind'].lower()}-{match['which']}" for match in found}


def _ages(clause: Clause) -> set[str]:
    """Age bounds, as "5-", "18+", "15-54"."""
    found: set[str] = set()
    if not re.search(r"\d|five|teen|fives", clause.own):
        return found
    for match in _AGES.finditer(clause.own):
        one = match["a"] or match["c"] or match["d"] or match["e"]
        one = _SPELLED_AGE.get(one.lower(), one)
        two = (match["b"] or match["f"] or match["g"] or "").lower()
        two = _SPELLED_AGE.get(two, two)
        lead = match.group().split()[0].lower()
        if two.isdecimal():
            found.add(f"{one}-{two}")
        elif two == "older" or lead in ("over", "above", "older"):
            found.add(f"{one}+")
        elif two == "younger" or lead in ("under", "below", "younger") or match["c"]:
            found.add(f"{one}-")
        else:
            found.add(f"{one}")
    return found


def merged(spans: Iterable[Span], text: str) -> str:
    """`text` with blanks for the spans, letter for letter."""
    letters = list(text)
    for span in spans:
        letters[span.start : span.end] = " " * (span.end - span.start)
    return "".join(letters)
