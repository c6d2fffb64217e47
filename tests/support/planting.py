"""Plants errors into held (sentence, source) pairs by rule, for measuring an audit.

Each rule changes one thing that a source says, or leads the marker elsewhere. What a rule can't be
applied to is left out. The same seed plants the same errors.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from assistant.answering.language.places import spelled

Rule = Callable[[str, random.Random], str | None]
FIGURE = re.compile(r"(?<![\w.,$€£-])[$]?\d+(?:,\d{3})*(?:\.\d+)?(?![\w-]|[.,]\d)")
YEAR = re.compile(r"(?<![\d,.-])(?:19|20)\d\d(?![\d,–-])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Planted:
    rule: str
    text: str


def planted(text: str, chance: random.Random) -> Iterator[Planted]:
    for name, rule in RULES.items():
        changed = rule(text, chance)
        if changed and changed != text:
            yield Planted(rule=name, text=changed)


def one_digit_off(text: str, chance: random.Random) -> str | None:
    figures = [m for m in FIGURE.finditer(text) if not YEAR.fullmatch(m.group())]
    figures = [m for m in figures if len(re.sub(r"\D", "", m.group())) >= 2 and not day(text, m)]
    if not figures:
        return None
    match = chance.choice(figures)
    places = [i for i in range(match.start(), match.end()) if text[i].isdigit()]
    place = chance.choice(places)
    digits = [d for d in "123456789" if d != text[place]]
    return text[:place] + chance.choice(digits) + text[place + 1 :]


def day(text: str, match: re.Match[str]) -> bool:
    month = (
        r"(?:January|February|March|April|May|June|July|August|September|October|November|December)"
    )
    return bool(
        re.match(rf"\s{month}", text[match.end() :])
        or re.search(rf"{month}\s$", text[: match.start()])
    )


def another_year(text: str, chance: random.Random) -> str | None:
    years = list(YEAR.finditer(text))
    if not years:
        return None
    match = chance.choice(years)
    year = int(match.group()) + chance.choice([-3, -2, -1, 1, 2, 3])
    return text[: match.start()] + str(year) + text[match.end() :]


def swapped_figures(text: str, chance: random.Random) -> str | None:
    """Two figures of one kind in each other's place."""
    figures = [
        m for m in FIGURE.finditer(text) if not YEAR.fullmatch(m.group()) and not day(text, m)
    ]
    pairs = [
        (a, b)
        for a in figures
        for b in figures
        if a.start() < b.start()
        and a.group() != b.group()
        and unit(text, a) == unit(text, b)
        and not re.search(r"\bto\b|\bper\b|\band\s$|–", text[a.end() : b.start()])
    ]
    if not pairs:
        return None
    a, b = chance.choice(pairs)
    return text[: a.start()] + b.group() + text[a.end() : b.start()] + a.group() + text[b.end() :]


def unit(text: str, match: re.Match[str]) -> str:
    rest = re.match(r"\s?(%|percent|degrees|dollars|million|deaths|years)?", text[match.end() :])
    return (rest[1] if rest else None) or ""


def denied(text: str, chance: random.Random) -> str | None:
    if re.search(r"\b(?:is|are|was|were|has|have|can|may|must|does|do) not\b", text):
        return re.sub(
            r"\b(is|are|was|were|has|have|can|may|must|does|do) not\b", r"\1", text, count=1
        )
    if re.search(r"\b(?:not|no|never)\b", text):
        return None
    verbs = [m for m in re.finditer(r"\b(?:is|are|was|were|has|have|may|must|can)\b", text)]
    if not verbs:
        return None
    return text[: verbs[0].end()] + " not" + text[verbs[0].end() :]


PAIRS = [
    ("higher", "lower"), ("rose", "fell"), ("highest", "lowest"), ("warmest", "coldest"),
    ("largest", "smallest"), ("more", "fewer"), ("warmer", "cooler"), ("above", "below"),
    ("increase", "decrease"), ("unlawful", "lawful"), ("growth", "decline"), ("gained", "lost"),
]  # fmt: skip


def opposite(text: str, chance: random.Random) -> str | None:
    both = {**dict(PAIRS), **{b: a for a, b in PAIRS}}
    there = [m for m in re.finditer(r"[a-z]+", text) if m.group() in both]
    if not there:
        return None
    match = chance.choice(there)
    return text[: match.start()] + both[match.group()] + text[match.end() :]


THINGS = {"reports": "children", "cases": "deaths", "entries": "children", "deaths": "cases",
          "children": "reports", "households": "people", "women": "men", "men": "women",
          "billion": "million", "million": "billion", "people": "households",
          "episodes": "children", "Celsius": "Fahrenheit", "kilometres": "miles"}  # fmt: skip


def another_thing(text: str, chance: random.Random) -> str | None:
    """What a figure counts, or its unit."""
    found = [
        m
        for m in re.finditer(r"\b\d[\d,.]*(?:\s(?:million|square|confirmed|degrees))?\s(\w+)", text)
        if m[1] in THINGS
    ]
    if found:
        match = chance.choice(found)
        return text[: match.start(1)] + THINGS[match[1]] + text[match.end(1) :]
    percents = list(re.finditer(r"(?<=\d)(?:%| percent(?! of| points?))", text))
    if not percents:
        return None
    match = chance.choice(percents)
    return text[: match.start()] + " million" + text[match.end() :]


PLACES = ["Brazil", "Japan", "Canada", "Germany", "Australia", "Nigeria", "Mexico"]


def another_place(text: str, chance: random.Random) -> str | None:
    names = [name for name in spelled(text) if name[0].isupper() and not name.endswith(("n", "sh"))]
    if not names:
        return None
    name = chance.choice(names)
    other = chance.choice([place for place in PLACES if place not in text])
    return re.sub(rf"(?:the )?\b{re.escape(name)}\b(?! [A-Z])", other, text, count=1)


BODIES = r"NCMEC|NASA|NOAA|OJJDP|WMO|the IMF|the CDC|NCHS|the Census Bureau|the FBI|the FEC|PAHO"
OTHERS = ["UNICEF", "the Pew Research Center", "Eurostat", "the World Bank", "Gallup"]


def another_body(text: str, chance: random.Random) -> str | None:
    """The body that says so, where the text says who does."""
    said = re.search(
        rf"(?:(?<=according to )(?:{BODIES})|^(?:The )?(?:{BODIES})"
        r"(?= (?:puts|says|said|counted|calls|projects|found|reported|reports|estimates)\b))",
        text,
    )
    if not said:
        return None
    other = chance.choice(OTHERS)
    return text[: said.start()] + other + text[said.end() :]


RULES: dict[str, Rule] = {
    "one digit off": one_digit_off,
    "another year": another_year,
    "swapped figures": swapped_figures,
    "denied": denied,
    "opposite": opposite,
    "another thing": another_thing,
    "another place": another_place,
    "another body": another_body,
}


def elsewhere(own: str, others: Sequence[str], chance: random.Random, most: int) -> list[str]:
    """Sources to which a marker could lead by mistake."""
    rest = [each for each in others if each != own]
    return chance.sample(rest, min(most, len(rest)))
