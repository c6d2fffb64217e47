"""How two figures stand to each other: the same, a later one, one restated, or something else.

Two figures are rivals when they measure the same thing by the same definition, of the same people
and place. Every test below asks one plain question; the first that tells them apart ends it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence, Set
from dataclasses import replace
from functools import lru_cache
from typing import Literal

from assistant.freshness.keys.index_words import folded_unit, is_telling
from assistant.freshness.keys.lexicon import ACTS, LIGHT, mates
from assistant.freshness.keys.likeness import (
    matched,
    nearness,
    same_subject,
    stems_of_place,
    told,
)
from assistant.freshness.keys.narrowing import BASES, CARRIED, populations
from assistant.freshness.keys.times import times as times_of
from assistant.freshness.keys.units import MEASURES
from assistant.freshness.keys.wording import CONTRASTS, GROUPS, listed, stem
from assistant.types import Figure, Span

Relation = Literal["same", "later", "earlier", "restated", "possibly", "other"]
"""What the second figure is to the first. "possibly": a key is missing, so it can't be told."""

FORECAST = "forecast"
Match = Literal["yes", "unsure", "no"]

_NEAR = 0.6


def relation(one: Figure, other: Figure) -> Relation:
    """What `other` is to `one`. It is a later figure only when it is no forecast."""
    match = _same_series(one, other)
    if match == "no":
        return "other"
    times = times_of(one, other)
    if times == "no":
        return "other"
    if times == "unknown" or match == "unsure":
        return "possibly"
    if times in ("later", "earlier"):
        ahead = other if times == "later" else one
        return "other" if FORECAST in ahead.population else times
    if agree(one, other):
        return "same"
    return "restated" if _comparable(one, other) else "possibly"


def agree(one: Figure, other: Figure) -> bool:
    """Do the values agree within the precision with which both are given?"""
    slack = 1e-9 * max(abs(one.value), abs(other.value), 1.0)
    apart = abs(one.value - other.value)
    return apart <= slack or apart < one.precision + other.precision - slack


def is_wording(one: Figure, other: Figure) -> bool:
    """Is the second the same figure in other words: as its source gives it, say?

    One publisher, one period, one value that hardly two things have by chance, of which both count
    things or both measure by one unit.
    """
    if (one.period_first, one.period_last) != (other.period_first, other.period_last):
        return False
    if not agree(one, other) or one.subject is None or other.subject is None:
        return False
    if not same_subject(one, other):
        return False
    if _places(one, other) == "no" and (one.value != other.value or not is_telling(one.value)):
        return False
    if _kind(one) != _kind(other) or _is_change(one) != _is_change(other):
        return False
    shared = {*one.words} & {*other.words}
    telling = is_telling(one.value) and is_telling(other.value)
    named = one.unit == other.unit or (
        one.unit.isalpha() and one.unit in other.words or other.unit in one.words
    )
    alike = named and 2 * len(shared) >= min(len(one.words), len(other.words)) > 0
    return telling or alike or relation(one, other) == "same"


def _is_change(figure: Figure) -> bool:
    return not BASES.isdisjoint(figure.population) or "change" in figure.population


def rivalry(wordings: Sequence[Figure], other: Figure) -> Relation:
    """What a figure is to one of which all these wordings are known.

    The wordings that are nearest to its own decide where they are near enough to tell; else the
    first that says anything.
    """
    found: list[Relation] = []
    near = [nearness(wording, other) for wording in wordings]
    nearest = max(near, default=0)
    best = [each for each, by in zip(wordings, near, strict=True) if by == nearest]
    rest = [each for each, by in zip(wordings, near, strict=True) if by != nearest]
    clear = any(told(each, other) != "unclear" for each in best)
    alike = [each for each in rest if clear and told(each, other) == "alike"]
    for wording in [*best, *alike] if clear else wordings:
        said = relation(wording, other)
        if said == "same":
            return said
        if said == "later" and not _vague(wording, other):
            found.append(said)
        if said == "restated" and _alike(wording, other):
            found.append(said)
    return found[0] if found else "other"


def distinct(wordings: Iterable[Figure]) -> tuple[Figure, ...]:
    """Each wording once, in order, however often and wherever it stands: a figure that a hundred
    checks quote has a few."""
    found: dict[Figure, Figure] = {}
    for each in wordings:
        found.setdefault(replace(each, span=_NOWHERE, sentence=_NOWHERE), each)
    return tuple(found.values())


_NOWHERE = Span(start=0, end=1)


def _vague(one: Figure, other: Figure) -> bool:
    """One of them doesn't say what is measured: then only one that counts may be behind both."""
    if one.subject is not None and other.subject is not None and same_subject(one, other):
        return False
    return not (one.metric and other.metric)


def _alike(one: Figure, other: Figure) -> bool:
    """Most of what the words around them say is the same: two values may differ because two things
    were measured, and only one thing can have been restated."""
    if told(one, other) == "alike" or _populace(one, other):
        return True
    mine, theirs = ({*each.metric, *each.context} for each in (one, other))
    return 2 * len(mine & theirs) > min(len(mine), len(theirs))


def _kind(figure: Figure) -> str:
    """The unit of a measure; one and the same for whatever is counted."""
    return figure.series.partition(" ")[0]


def _same_series(one: Figure, other: Figure) -> Match:
    found = set[Match]()
    for test in (_places, _units, populations, _words, _subjects):  # what is soon told comes first
        match = test(one, other)
        if match == "no":
            return "no"
        found.add(match)
    return "unsure" if "unsure" in found else "yes"


def _words(one: Figure, other: Figure) -> Match:
    said = told(one, other)
    if said == "apart" or (said == "unclear" and _other_acts(one, other)):
        return "no"
    return _contrasts(one, other) if said == "alike" else _metrics(one, other)


def _other_acts(one: Figure, other: Figure) -> bool:
    """Another thing was done with them: restaurants inspected, restaurants closed."""
    here, there = (ACTS & {*each.loose, *each.stated} for each in (one, other))
    if not here or not there:
        return False
    return not matched(tuple(here), other.words) and not matched(tuple(there), one.words)


def _units(one: Figure, other: Figure) -> Match:
    if one.unit == other.unit:
        named = one.unit or (one.metric and other.metric and told(one, other) == "alike")
        return "yes" if named else "unsure"
    here, there = folded_unit(one.unit), folded_unit(other.unit)
    if here == there:
        apart = not set(one.metric) & set(other.metric) and here == "report"
        return "no" if apart else "yes"
    if told(one, other) == "alike" and _same_thing(one.unit, other.unit, one, other):
        return "yes"
    if _cases_of(one, other) or _cases_of(other, one):
        return "yes"
    done = here in other.loose or there in one.loose or not (one.words and other.words)
    if done and _counted_as(here, other) and _counted_as(there, one):
        return "yes"
    return "yes" if _headcount(one, other) or _headcount(other, one) else "no"


def _same_thing(here: str, there: str, one: Figure, other: Figure) -> bool:
    """One thing under two nouns, or one unit of which one text says the time beside it: "59,370
    kroner a month". Not where both texts have both nouns, of which each counts another."""
    if _TIMES_OVER in (here, there):  # "drove off 1,320 times", "1,507 drive-offs"
        return not {here, there} & (MEASURES - {_TIMES_OVER})
    if here.isalpha() and there.isalpha() and not {here, there} & MEASURES:
        if here in other.words and there in one.words:
            return here in other.loose or there in one.loose
        return _counts(here, one, other) and _counts(there, other, one)
    if not here or not there:  # "attendance averaged 7,363", "an average of 6,662 spectators"
        bare, counted = (one, there) if not here else (other, here)
        return counted.isalpha() and not mates(counted).isdisjoint({*bare.words})
    base, _, each = (here if "/" in here else there).partition("/")
    if {here, there} != {base, f"{base}/{each}"}:
        return False
    return each in _TIMES or stem(each) in {*(one if "/" in there else other).words}


def _cases_of(one: Figure, other: Figure) -> bool:
    """ "Dog bite cases" are dog bites, "newly diagnosed cases" diagnoses."""
    return one.unit in _CASES and other.unit in one.metric and other.unit not in MEASURES


_CASES = frozenset(("case", "incid", "episod"))


def _counts(unit: str, one: Figure, other: Figure) -> bool:
    """Is the unit said among the words? People are, where the other's noun isn't beside them."""
    if unit != "person":
        return unit in one.words or bool(matched((unit,), one.words))
    if other.unit in _ACTS:
        return True
    return other.unit not in one.words or other.unit in one.loose or bool(_WHO.search(other.unit))


_ACTS = frozenset(
    listed(
        "appli arriv depart visit admit death injuri injur arrest case infect cross regist vote"
        " claim request petit naturalis deport remov evict layoff marriag divorc birth suicid"
        " pension prison diagnosi diagnos hospit enrol emigr immigr displac evacu convict"
    )
)
"""What each of the people counted did, or met with, once."""
_WHO = re.compile(r"(?:er|or|ant|ee|ist|ian)$")
"""People are named by what they do: "sleepers"."""
_TIMES_OVER = "times"
_TIMES = frozenset(("hour", "day", "week", "month", "year"))


def _headcount(one: Figure, other: Figure) -> bool:
    """The prison population is the number of prisoners: nothing else is said of the people."""
    about = {*one.metric, *one.population} - stems_of_place(other)
    return one.unit == "person" and about == {other.unit} == {*other.words}


def _counted_as(unit: str, other: Figure) -> bool:
    """ "455,000 people visited" are "455,000 visitors"; "registrations of cars" are "cars
    registered": what one counts the other names beside its own unit."""
    return unit == "person" and other.unit.isalpha() or unit in other.metric


def _places(one: Figure, other: Figure) -> Match:
    if one.place == other.place:
        return "yes"
    if one.place is None or other.place is None:
        known = one.place or other.place or ""
        said = {*one.words, *one.metric, *other.words, *other.metric}  # read as any other word
        here = known in ("world", "united states") or {stem(word) for word in known.split()} <= said
        same = same_subject(one, other) and one.subject is not None
        here = here or (same and told(one, other) == "alike")
        return "yes" if here else "unsure"
    if {one.place, other.place} <= _SAME_PLACES:
        return "yes"
    if stems_of_place(one) <= {*other.words} or stems_of_place(other) <= {*one.words}:
        return "yes"  # "Lake Mead" is of no other country than its publisher
    return "no"


_SAME_PLACES = frozenset(("european union", "europe"))


def _metrics(one: Figure, other: Figure) -> Match:
    here, there = set(one.metric), set(other.metric)
    if _opposed({*here, *one.words, one.unit}, {*there, *other.words, other.unit}):
        return "no"
    units = {one.unit, other.unit}
    here, there = (
        here - units - stems_of_place(other) - (LIGHT - there),
        there - units - stems_of_place(one) - (LIGHT - here),
    )
    if not here and not there and {one.unit, other.unit} & {"person"}:
        return "yes" if one.place else "unsure"
    if not here or not there:
        if folded_unit(one.unit) != folded_unit(other.unit):
            return "yes" if here == there else "no"
        return _bare(one, other, (here or there) - set(one.context) - set(other.context))
    shared = here & there
    if not shared:
        return "no"
    if CARRIED in {*one.population, *other.population}:
        explained: Set[str] = set()
    else:
        explained = _explained(here - there, other) | _explained(there - here, one)
    alike = len(shared | explained) / len(here | there)
    if folded_unit(one.unit) != folded_unit(other.unit) and alike < _NEAR:
        return "no"
    if alike >= _NEAR or (alike >= 0.5 and _incidental(one, other, here, there)):
        return "yes"
    return "unsure" if alike >= 0.5 else "no"


_PROCESSED = frozenset(
    (
        "report", "case", "person", "child", "entri", "episod", "incid", "call", "number", "appli",
        "claim", "request", "visa", "permit", "complaint", "petit", "licenc", "licens", "percent",
        "student", "worker", "patient", "woman", "man", "household", "unit", "group", "home",
    )
)  # fmt: skip
"""What is counted at many stages and of many kinds: alone it does not say what was counted."""


def _incidental(one: Figure, other: Figure, here: Set[str], there: Set[str]) -> bool:
    """Does only one of them say more, and nothing that its own page is about? A page titled
    "Remand prisoners" narrows; one that mentions a table in passing doesn't."""
    if one.subject is None or not same_subject(one, other) or not (here <= there or there <= here):
        return False
    return not ((here - there) & set(one.context) | (there - here) & set(other.context))


def _explained(words: Set[str], other: Figure) -> Set[str]:
    """What the other leaves to its title or heading, when that explains all of it."""
    return words if words <= set(other.context) else set()


def _bare(one: Figure, other: Figure, rest: Set[str]) -> Match:
    """One of the two says no more than its unit: enough for divorces, too little for cases."""
    telling = _tells(one.unit)
    if one.metric == other.metric:
        return "yes" if telling else "unsure"
    return "yes" if telling or (not rest and one.unit.isalpha()) else "unsure"


def _tells(unit: str) -> bool:
    return unit.isalpha() and unit not in _PROCESSED | MEASURES


def _contrasts(one: Figure, other: Figure) -> Match:
    here, there = ({*each.metric} & {*each.words} | {each.unit} for each in (one, other))
    return "no" if _opposed(here, there) else "yes"


def _opposed(here: Set[str], there: Set[str]) -> bool:
    """Of one group of words that exclude each other, each side has another one."""
    return any(
        there & group and not any(mates(word) & there & group for word in here & group)
        for group in {group for word in here for group in _groups_with(word)}
    )


@lru_cache(maxsize=16384)
def _groups_with(word: str) -> tuple[Set[str], ...]:
    return tuple(group for group in (*CONTRASTS, *GROUPS) if word in group)


def _subjects(one: Figure, other: Figure) -> Match:
    """Two organisations that count by themselves are two definitions."""
    if same_subject(one, other):
        return "yes"
    if one.subject is None or other.subject is None:
        return "yes"
    if one.named and other.named:
        return "no"
    if told(one, other) == "alike":
        return "yes"
    return "yes" if one.metric and set(one.metric) == set(other.metric) else "unsure"


def _comparable(one: Figure, other: Figure) -> bool:
    """May a different value of one period be called a contradiction?

    Not with a key missing, nor where "it" or "the rate" might mean another figure.
    """
    if {CARRIED, FORECAST} & {*one.population, *other.population}:
        return False  # of two forecasts neither is wrong yet
    if one.subject is None or other.subject is None or not same_subject(one, other):
        return one.subject is None and other.subject is None and len(one.metric) >= 2
    if told(one, other) == "alike" and len(matched(one.words, other.words)) >= 2:
        return True
    named = one.place is not None and one.place == other.place and _tells(one.unit)
    if named and told(one, other) == "alike":
        return True
    return bool(one.metric or other.metric) or _populace(one, other)


_INHABIT = frozenset(("resid", "person"))


def _populace(one: Figure, other: Figure) -> bool:
    """Both count the people of one place at one time, and say nothing else of them."""
    units = {folded_unit(one.unit), folded_unit(other.unit)}
    counted = units == {"person"} and one.place == other.place is not None
    return (
        counted
        and one.period_last is not None
        and not (one.metric or other.metric)
        and {*one.words} - _INHABIT == {*other.words} - _INHABIT
    )
