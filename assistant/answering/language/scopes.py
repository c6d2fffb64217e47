"""What a figure in a sentence belongs to: its period, place and group, and the words beside it.

A sentence that gives several figures is cut into one stretch for each; what a stretch doesn't say
carries over from the ones before it ("4.8 percent in 2025 and 4.2 percent in 2026 for China").
Two scopes clash where both name a period, place or group and share none.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from assistant.answering.language.places import places
from assistant.answering.language.quantities import Number, numbers
from assistant.answering.language.text import content_stems, listed
from assistant.answering.language.values import Value, value_of
from assistant.types import Span

Slots = Mapping[str, frozenset[str]]
"""What a stretch of text names, by kind: {"year": {"2024"}, "place": {"Germany"}}."""

_MONTHS = listed(
    "january february march april may june july august september october november december"
)
_RANGE = re.compile(
    r"\b(?P<a>(?:1[5-9]|20)\d\d)\s?[–/-]\s?(?P<b>(?:1[5-9]|20)?\d\d)(?![\d%]|[,.]\d)|"
    r"\b(?P<c>(?:1[5-9]|20)\d\d)\s(?:to|through|until)\s(?P<d>(?:1[5-9]|20)\d\d)(?![\d%]|[,.]\d)|"
    r"\bbetween (?P<e>(?:1[5-9]|20)\d\d) and (?P<f>(?:1[5-9]|20)\d\d)\b"
)
_YEAR = re.compile(r"(?<![\d,.$€£/-])((?:1[5-9]|20)\d\d)(?![\d%]|,\d|\.\d)")
_MONTH = re.compile(rf"\b(?:{'|'.join(m.title() for m in _MONTHS)})\b")
_CENTURY = re.compile(r"\b(\d\d)(?:st|nd|rd|th)[ -]century", re.IGNORECASE)
_RANKS = listed("- - second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth")
_RANK = re.compile(
    rf"\b(?:({'|'.join(_RANKS[2:])})|(\d{{1,3}})(?:st|nd|rd|th))\b"
    r"(?:[ -](?!century|birthday|amendment|time|of)(?=[a-z]))",
    re.IGNORECASE,
)
_GROUPS = {
    "sex": {
        "male": "men man male males boy boys",
        "female": "women woman female females girl girls",
    },
    "origin": {name: name for name in ("Black", "White", "Hispanic", "Asian")},
    "age": {"adult": "adult adults", "child": "child children minor minors"},
    "measure": {
        "kilometre": "kilometre kilometres kilometer kilometers km",
        "mile": "mile miles",
        "metre": "metre metres meter meters",
        "foot": "foot feet",
        "ton": "ton tons tonne tonnes",
        "pound": "pound pounds",
        "celsius": "Celsius",
        "fahrenheit": "Fahrenheit",
        "hour": "hour hours hourly",
        "day": "day days daily",
        "week": "week weeks weekly",
        "month": "month months monthly",
        "year": "year years yearly annually",
    },
}  # fmt: skip
_CAPITAL = ("origin",)
"""Kinds whose words mean something else in lower case."""
_BESIDE = ("measure",)
"""Kinds that count only right behind their figure."""
_GROUP_OF = {
    kind: {word if kind in _CAPITAL else word.lower(): name
           for name, words in members.items() for word in words.split()}
    for kind, members in _GROUPS.items()
}  # fmt: skip
_PER = re.compile(r"\b(?:per|in every|of every|for every|for each|out of)\Z", re.IGNORECASE)
_BASE = re.compile(r"\b(?:per|in every|of every|for every|for each) (\d[\d,]*)", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+")
_NAMES_OF_SLOTS = {
    "year": "the year", "range": "the period", "month": "the month", "place": "the place",
    "sex": "the sex", "origin": "the group", "age": "the age", "rank": "the rank",
    "measure": "the unit",
    "base": "the base", "century": "the century",
}  # fmt: skip


@lru_cache(maxsize=16384)
def slots(text: str) -> Slots:
    """The periods, places, ranks and groups that `text` names."""
    found: dict[str, set[str]] = {}
    for match in _RANGE.finditer(text):
        first, last = [year for year in match.groups() if year]
        last = last if len(last) == 4 else first[: 4 - len(last)] + last
        found.setdefault("range", set()).add(f"{first} to {last}")
    bare = _RANGE.sub(lambda match: " " * len(match.group()), text)
    found["year"] = set(_YEAR.findall(bare))
    found["base"] = set(_BASE.findall(text))
    found["month"] = {match.lower() for match in _MONTH.findall(text)}
    found["century"] = {match[1] for match in _CENTURY.finditer(text)}
    found["place"] = set(places(text))
    found["rank"] = {
        str(_RANKS.index(match[1].lower())) if match[1] else match[2]
        for match in _RANK.finditer(text)
    }
    for kind, names in _GROUP_OF.items():
        if kind not in _BESIDE:
            said = (w if kind in _CAPITAL else w.lower() for w in _WORD.findall(text))
            found[kind] = {names[word] for word in said if word in names}
    if "Asian" in found["origin"]:
        found["place"].discard("Asia")
    return {kind: frozenset(values) for kind, values in found.items() if values}


def clash(one: Slots, other: Slots) -> tuple[str, str, str] | None:
    """(what it is, what `one` says, what `other` says), where they can't be the same."""
    for kind in _NAMES_OF_SLOTS:
        said, held = one.get(kind), other.get(kind)
        if not said or not held or said & held or _within(kind, said, held):
            continue
        if kind == "range" and (
            _ends(said) <= other.get("year", said) or _ends(held) <= one.get("year", said)
        ):
            continue  # "from 2022 to 2023" is "in 2023, up from 2022"
        return _NAMES_OF_SLOTS[kind], _shown(said), _shown(held)
    return None


def _ends(ranges: frozenset[str]) -> frozenset[str]:
    return frozenset(year for each in ranges for year in each.split(" to "))


def _within(kind: str, said: frozenset[str], held: frozenset[str]) -> bool:
    """The United States is no other place than America's regions, nor Europe than the union."""
    return kind == "place" and any(_wider(a, b) or _wider(b, a) for a in said for b in held)


def _wider(one: str, other: str) -> bool:
    return one in other or {one, other} in _SAME


_SAME = ({"Europe", "European Union"}, {"European Union", "euro area"})


def _shown(values: frozenset[str]) -> str:
    return ", ".join(sorted(v.title() if v.isalpha() and v.islower() else v for v in values))


# --- the stretch of each figure -------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A figure of a sentence. `near` are the stems of its own stretch; `slots` what holds of it,
    from its stretch or carried over; `counted` the words right behind it."""

    number: Number
    value: Value
    written: str
    before: str
    stretch: str
    near: frozenset[str]
    slots: Slots
    counted: tuple[str, ...]


_CUTS = re.compile(
    r";\s|,\s(?!\d{3}\b)|\s(?:and|or|but|while|whereas|against|after|than|versus|compared with|"
    r"compared to|up from|down from)\s|\s(?:to|from)\s(?=[$€£]?\d)"
)
_AT = re.compile(r",\s(?:at|of|with)\s(?=[$€£]?\d)")


@lru_cache(maxsize=16384)
def placed(sentence: str) -> tuple[Placed, ...]:
    """The figures of a sentence; years and days of the month are periods, not figures."""
    found = [n for n in numbers(sentence) if is_figure(sentence, n)]
    stretches = _stretches(sentence, found)
    return tuple(
        Placed(
            number=number,
            value=value_of(sentence, number),
            written=number.span.of(sentence).strip(),
            before=sentence[: number.span.start],
            stretch=stretches[at].of(sentence),
            near=frozenset(
                s for s in content_stems(stretches[at].of(sentence)) if not s[0].isdigit()
            ),
            slots=_slots_at(sentence, stretches, at, number),
            counted=_counted(sentence, number, stretches[at]),
        )
        for at, number in enumerate(found)
    )


def is_figure(sentence: str, number: Number) -> bool:
    """Not a year, a day of the month, a rank, or the number in a name ("COVID-19", "U-3")."""
    start = number.span.start
    before = sentence[max(0, start - 2) : start]
    written = number.span.of(sentence)
    if (
        number.is_year
        or number.is_day
        or (len(before) == 2 and re.match(r"\w[-–]|\w/", before) and not before[0].isdigit())
    ):
        return False
    if re.search(r"\d(?:st|nd|rd|th)\b", written):
        return False
    head = sentence[:start].rstrip()
    if _PER.search(head):
        return False
    if re.search(
        r"(?:\b[Ss]ections?|\b[Tt]itles?|\b[Aa]rticles?|\bNo\.|\bvolume|\bnumber|\bchapter|"
        r"§|\bAmendment|\bBrief|\bNotice|\bTarget|\bindicator)\Z",
        head,
    ):
        return False
    return not (number.spelled and number.value <= 1)


def _stretches(sentence: str, found: list[Number]) -> list[Span]:
    """One for each figure, cut where a new one is introduced; together the whole sentence.

    Figures without a cut between them share theirs: "31.3 deaths per 100,000", "65 to 74".
    """
    cuts = [match.start() for match in _CUTS.finditer(sentence)]
    starts = [0]
    for earlier, later in pairwise(found):
        between = [c for c in cuts if earlier.span.end <= c <= later.span.start]
        if between and _AT.match(sentence, between[-1]):
            between = between[:-1]  # ", at 76.0 percent" tells of what stands before it
        elif between and not earlier.unit and not _joined(sentence, earlier, later):
            between = []
        starts.append(between[-1] if between else starts[-1])
    ends = [
        next((s for s in starts[at:] if s > start), len(sentence))
        for at, start in enumerate(starts)
    ]
    return [Span(start=s, end=e) for s, e in zip(starts, ends, strict=True)]


def _joined(sentence: str, earlier: Number, later: Number) -> bool:
    """Do words stand between the two, or is it "65 to 74"?"""
    between = sentence[earlier.span.end : later.span.start]
    return bool(set(_WORD.findall(between)) - {"to", "and", "or"})


def _slots_at(sentence: str, stretches: list[Span], at: int, number: Number) -> Slots:
    """What its own stretch says, else what the sentence said before it."""
    own = dict(slots(stretches[at].of(sentence)))
    for stretch in reversed(stretches[:at]):
        for kind, values in slots(stretch.of(sentence)).items():
            own.setdefault(kind, values)
    for kind in _BESIDE:
        words = _WORD.findall(sentence[number.span.start : number.span.end + 30])[:3]
        names = frozenset(
            _GROUP_OF[kind][w] if w in _GROUP_OF[kind] else _GROUP_OF[kind].get(w.lower(), "")
            for w in words
        ) - {""}
        if names:
            own[kind] = names
    return own


def _counted(sentence: str, number: Number, stretch: Span) -> tuple[str, ...]:
    """The words behind a figure in its stretch, at most five, as they are written."""
    rest = sentence[number.span.end : max(stretch.end, number.span.end)]
    return tuple(word.lower() for word in _WORD.findall(rest)[:5])
