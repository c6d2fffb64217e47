"""Whether the words that two figures are told with say that both are of one series."""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

from assistant.freshness.keys.index_words import folded_unit
from assistant.freshness.keys.lexicon import KEEPERS, LIGHT, WEIGHTY, implied, mates, root
from assistant.freshness.keys.wording import stem
from assistant.types import Figure

Told = Literal["alike", "apart", "unclear"]

_CHANGING = frozenset(("add", "gain", "loss", "shed", "cut"))
"""A change of either direction is one series."""
_FEW = 2
"""So few words replaced or added are no other wording: they were chosen."""
_CASES = frozenset(("case", "incid", "episod"))
_AREAS = frozenset(("hectare", "acre", "km2", "mi2"))


def told(one: Figure, other: Figure) -> Told:
    """Do the words that the two are told with say that they are of one series?

    In the same words, or in words that stand for each other: they are. In words that are nearly the
    same, what was put in the place of another, or was added to it, is what sets the two apart:
    "people died" and "people were injured", "the rate" and "the rate for teenagers". A participle
    that only one of them has changes nothing ("births registered"), unless it says what befell
    what is counted; and what a figure leaves to its title or heading it says.
    """
    here, there = set(one.words), set(other.words)
    shared = _shared(one, other)
    if not shared:
        return "unclear"
    mine, theirs = _odd(one, other), _odd(other, one)
    both = bool(mine and theirs)
    few = max(len(mine), len(theirs)) <= shared if both else len(mine | theirs) <= shared
    known = not both or mine | theirs <= KEEPERS
    if few and known and mine <= _optional(one) and theirs <= _optional(other):
        return "alike"
    if shared > _FEW and not (mine and theirs) and _of_one_day(one, other):
        return "alike"
    if min(len(here - LIGHT), len(there - LIGHT)) <= 1 and not (mine and theirs):
        done = {*one.loose, *one.stated, *other.loose, *other.stated}  # "divorces", alone
        return "unclear" if mine | theirs <= done - WEIGHTY else "apart"
    if mine and theirs and shared == 1 and max(len(mine), len(theirs)) <= _FEW:
        return "apart"
    if max(len(mine), len(theirs)) > _FEW or shared < max(len(mine), len(theirs)):
        return "unclear"
    return "apart"


def _of_one_day(one: Figure, other: Figure) -> bool:
    """Of what happened on one day one text tells more."""
    day = one.period_first
    return day is not None and (day, day, day) == (
        one.period_last,
        other.period_first,
        other.period_last,
    )


def _optional(figure: Figure) -> set[str]:
    return {*figure.loose} - {*figure.stated} - WEIGHTY


@lru_cache(maxsize=65536)
def matched(words: tuple[str, ...], others: tuple[str, ...]) -> frozenset[str]:
    """Those of the words that stand, or have one that may stand for them, among the others."""
    there, roots = set(others), {root(word) for word in others}
    return frozenset(
        word for word in words if root(word) in roots or not there.isdisjoint(mates(word))
    )


def _shared(one: Figure, other: Figure) -> int:
    """How many words of each the other has: of two that one word stands for, one."""
    return min(len(matched(one.words, other.words)), len(matched(other.words, one.words)))


def nearness(one: Figure, other: Figure) -> float:
    """The share of all their words that both have."""
    shared = _shared(one, other)
    return shared / max(1, len(one.words) + len(other.words) - shared)


def _odd(one: Figure, other: Figure) -> set[str]:
    """The words of the first that the second has in none of its places."""
    odd = set(one.words).difference(other.words, LIGHT)
    if not odd:
        return odd
    explained = {*other.context, *other.metric, *other.population, other.unit}
    explained |= stems_of_place(other)
    explained |= _mates_of((*other.words, *other.metric, *other.context, other.unit))
    for word in (*matched(one.words, other.words), *other.words):
        explained |= implied(word)
    if other.words == ("growth",):  # of what, nobody says of an economy's
        explained |= {"gdp"}
    if one.unit in _AREAS:
        explained |= {"land", "area"}
    if one.subject is not None and same_subject(one, other):
        explained |= {stem(word) for word in one.subject.split()}
    if folded_unit(one.unit) == folded_unit(other.unit):
        explained |= {one.unit}
    explained |= {stem(each) for each in other.unit.split("/")[1:]}  # "a litre of petrol costs"
    if one.unit in _CASES and other.unit in one.words:  # "dog bite cases"
        explained |= {one.unit}
    if {"change"} & {*one.population} & {*other.population}:
        explained |= _CHANGING
    if odd := odd - explained:  # the rest is said in another form: "delivered", "deliveries"
        odd -= matched(tuple(odd), other.words)
    return odd


@lru_cache(maxsize=65536)
def _mates_of(words: tuple[str, ...]) -> frozenset[str]:
    return frozenset().union(*(mates(word) for word in words))


def stems_of_place(figure: Figure) -> set[str]:
    return {stem(word) for word in (figure.place or "").split()}


def same_subject(one: Figure, other: Figure) -> bool:
    """ "hud" and "dhud" are one: an acronym may leave out a letter or two of the full name's."""
    return one.subject == other.subject or _same_name(one.subject or "", other.subject or "")


@lru_cache(maxsize=16384)
def _same_name(one: str, other: str) -> bool:
    here, there = sorted((one, other), key=len)
    if here == there:
        return True
    if {*here.split()} == {*there.split()}:  # "Labor Department", "Department of Labor"
        return True
    if " " in there and " " not in here or " " in here and " " not in there:  # "Courts Service"
        words, short = (here, there) if " " in here else (there, here)
        first = "".join(word[0] for word in words.split())
        rest = short
        for letter in first:  # "Interior Ministry", "Ministry of the Interior, France"
            rest = rest.replace(letter, "", 1)
        whole = len(short) - len(rest) == len(first)
        return whole and len(rest) <= 1 + short.startswith(first) + short.endswith(first)
    close = len(here) >= 3 and len(there) - len(here) <= 2 and " " not in there
    letters = iter(there)
    return close and all(letter in letters for letter in here)
