"""What stands behind a number: its unit, and where the words about it go on."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from assistant.freshness.keys.numbers import Number
from assistant.freshness.keys.wording import listed, stem

_PERCENT = re.compile(r"\s?(?:%|per ?cent\b|percent\b)(?!age)", re.I)
_POINTS = re.compile(r"[\s-]?(?:(?:percentage|%|percent) points?\b|pp\b|p\.p\.)", re.I)
_BASIS_POINTS = re.compile(r"\s?(?:basis points?|bps?)\b", re.I)
_DEGREES = re.compile(
    r"\s?(?:(?:°|degrees?)\s?(?P<c>celsius|fahrenheit|[cf]\b)?|(?P<k>kelvin\b))", re.I
)
_PER = re.compile(
    r"\s?(?P<noun>(?:[\w'\u2019-]+\s){0,4}?)(?:per|for every|in every|out of every)\s"
    r"(?P<base>1,?000,?000|1 million|(?:a|one) million|million|100,?000|10,?000|1,?000|100"
    r"|thousand)"
    r"(?!,?\d)",
    re.I,
)
_PPM = re.compile(r"\s?(?:parts per (?P<of>million|billion)|pp(?P<short>[mb]))\b", re.I)
_CURRENCY = re.compile(
    r"\s?(?P<name>(?:u\.?s\.? )?dollars?|usd|euros?|eur|pounds sterling|pounds?|gbp|kron(?:er|or|a)"
    r"|nok|sek|dkk|yen|yuan|rupees?|francs?|pesos?|rand|lira|zloty|cents?|shillings?|baht|ringgit"
    r"|rupiah|forints?|naira|cedis?|dirhams?|riyals?|shekels?|hryvnias?|takas?|reais)\b",
    re.I,
)
_CURRENCIES = {
    "$": "usd", "us$": "usd", "a$": "aud", "c$": "cad", "€": "eur", "£": "gbp", "¥": "jpy",
    "₹": "inr", "dollar": "usd", "usd": "usd", "euro": "eur", "eur": "eur", "pound": "gbp",
    "gbp": "gbp", "kroner": "krone", "kronor": "krona", "yen": "jpy", "rupee": "inr",
    "nok": "krone", "sek": "krona", "dkk": "krone", "sh": "shilling", "ksh": "shilling",
    "kes": "shilling", "ush": "shilling", "tsh": "shilling", "r": "rand", "zar": "rand",
    "rs": "inr", "rp": "rupiah", "rm": "ringgit", "chf": "franc", "₦": "naira", "₱": "peso",
    "zł": "zloty", "r$": "real", "reai": "real", "mx$": "peso",
}  # fmt: skip
_EACH = re.compile(
    r"\s?(?:(?:per (?:person|head) )?(?:per|an?|each|for (?:each|every)|every)\s(?:ordinary )?"
    r"(?P<each>hour|day|week|month|(?:calendar "
    r"|fiscal )?year"
    r"|election|barrel|tonne|ton|litre|liter|gallon|kilogram|kg|kilometre|mile|person|head|capita"
    r"|household|campaign|worker|employee|pupil|student|cycle|share|unit|ounce|megawatt[- ]hour"
    r"|kilowatt[- ]hour|mwh|kwh|square (?:metre|meter|foot)|night|passenger|woman|inhabitant"
    r"|resident|candidate|dozen)\b(?: worked\b)?|(?P<adverb>hourly|annually|a-year))",
    re.I,
)
_MEASURES = (
    (r"(?:million |billion )?(?:square kilomet(?:re|er)s?|km2|km²|sq km)", "km2"),
    (r"square miles?", "mi2"),
    (r"(?:square (?:metre|meter)s?|m2|m²)", "m2"),
    (r"(?:hectares?|ha)", "hectare"),
    (r"acres?", "acre"),
    (r"(?:(?:metric )?tonn?e?s|(?:metric )?tonn?e?)", "tonne"),
    (r"(?:kilograms?|kilos?|kg)", "kg"),
    (r"(?:kilomet(?:re|er)s|km)", "km"),
    (r"(?:centimet(?:re|er)s|cm)", "cm"),
    (r"(?:millimet(?:re|er)s|mm)", "mm"),
    (r"(?:met(?:re|er)s)", "m"),
    (r"miles", "mile"),
    (r"(?:feet|foot)", "foot"),
    (r"inch(?:es)?", "inch"),
    (r"(?:lit(?:re|er)s?)", "litre"),
    (r"gallons", "gallon"),
    (r"(?:cubic (?:metre|meter)s?|m3|m³)", "m3"),
    (r"barrels", "barrel"),
    (r"(?:gigawatt[- ]hours?|gwh)", "gwh"),
    (r"(?:terawatt[- ]hours?|twh)", "twh"),
    (r"(?:megawatt[- ]hours?|mwh)", "mwh"),
    (r"(?:kilowatt[- ]hours?|kwh)", "kwh"),
    (r"(?:gigawatts?|gw)", "gw"),
    (r"(?:megawatts?|mw)", "mw"),
    (r"(?:kilowatts?|kw)", "kw"),
    (r"(?:micrograms?|µg|μg)(?: per cubic met(?:re|er)|/m3|/m³)?", "ug/m3"),
    (r"years?(?! (?:ago|before|earlier))", "year"),
    (r"months?", "month"),
    (r"weeks?", "week"),
    (r"days?", "day"),
    (r"hours?", "hour"),
    (r"minutes?", "minute"),
    (r"times", "times"),
    (r"points?", "point"),
)
_MEASURE = re.compile(
    r"[\s-]?(?:"
    + "|".join(f"(?P<u{n}>{pattern})" for n, (pattern, _) in enumerate(_MEASURES))
    + r")(?![\w-])",
    re.I,
)
MEASURES = frozenset(name for _, name in _MEASURES) | {"usd", "eur", "gbp", "pp", "bp", "ppm"}
_WORD = re.compile(r"[^\W\d_]+(?:[-\u2010\u2011'\u2019][^\W\d_]+)*")
_STOPS = frozenset(
    listed(
        """
    of in on at by for from to into with within without among across between during since than
    as and or but nor that which who whom whose when where while whereas if because so after
    before until through over under about against per via compared including involving versus
    is are was were be been being has have had do does did can could may might must will would
    shall should not never no it they we he she there this these those
    died die dies killed voted said say says took take takes rose rises fell falls went made make
    got did came became stood reached remained lived work works worked worldwide
    globally nationwide each more fewer less higher lower last this next a the an also only up
    down out off now still already again alone together either both all overall later earlier
    today currently annually
    """
    )
)
_DEATHS = re.compile(
    r"\s(?:(?:have|had|were|are|was|who|has|been)\s){0,2}(?:died|die|killed|dead|drowned|perished"
    r"|lost (?:his|her|their) li(?:fe|ves))\b",
    re.I,
)
_PERSONS = frozenset(
    listed("person man woman child girl boy adult infant resident civilian soldier worker student")
)
_IRREGULAR_PLURALS = frozenset(
    listed(
        "people men women children staff police data fish sheep mice wolves geese salmon"
        " trout cod herring tuna deer elk moose bison aircraft cattle"
    )
)
_NOT_PLURAL = frozenset(
    listed(
        "measles mumps rabies diabetes news sales series species gas bus virus coronavirus sex aids"
        " crisis class business address access success process mass loss illness"
        " homeless jobless wireless congress tennis sepsis tuberculosis arthritis hepatitis"
        " syphilis"
        " status census campus across less thus plus access overseas drugs sports savings"
        " earnings goods"
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """The unit's folded name; words about it in front of its noun; where it ends in the text."""

    name: str
    end: int
    modifiers: str = ""
    counted: bool = False
    """It counts things or people, by their noun."""
    person: str = ""
    """People of this kind died: the unit is their deaths."""
    bare: bool = False
    """Nothing behind the number says it."""


def unit_of(sentence: str, number: Number) -> Unit | None:
    """The unit behind a number, None where the number stands alone."""
    at = number.end
    if number.share:
        return Unit(name="%", end=at)
    if number.money:
        return _money(sentence, at, _CURRENCIES.get(number.money, number.money))
    for name, pattern in (("pp", _POINTS), ("%", _PERCENT), ("bp", _BASIS_POINTS)):
        if match := pattern.match(sentence, at):
            return Unit(name=name, end=match.end())
    if match := _PPM.match(sentence, at):
        kind = (match["of"] or match["short"])[0].lower()
        return Unit(name=f"pp{kind}", end=match.end())
    if match := _DEGREES.match(sentence, at):
        letter = (match["c"] or match["k"] or "c")[0].lower()
        return Unit(name=f"°{letter}", end=match.end())
    if match := _CURRENCY.match(sentence, at):
        key = match["name"].lower().replace("u.s. ", "").replace("us ", "").removesuffix("s")
        return _money(sentence, match.end(), _CURRENCIES.get(key, key))
    if match := _PER.match(sentence, at):
        return _per(match)
    if match := _MEASURE.match(sentence, at):
        return _measure(sentence, match)
    return _counted(sentence, at)


def _money(sentence: str, at: int, currency: str) -> Unit:
    match = _EACH.match(sentence, at)
    if match is None:
        return Unit(name=currency, end=at)
    each = match["each"] or match["adverb"]
    each = {"hourly": "hour", "annually": "year", "head": "person", "capita": "person"}.get(
        each.lower(), each.lower()
    )
    return Unit(name=f"{currency}/{each.removeprefix('calendar ')}", end=match.end())


_BASES = {"million": "1000000", "1million": "1000000", "amillion": "1000000",
          "onemillion": "1000000", "thousand": "1000"}  # fmt: skip


def _per(match: re.Match[str]) -> Unit:
    base = match["base"].lower().replace(",", "").replace(" ", "")
    return Unit(
        name=f"per {_BASES.get(base, base)}", end=match.end(), modifiers=match["noun"].strip()
    )


def _measure(sentence: str, match: re.Match[str]) -> Unit | None:
    name = next(name for n, (_, name) in enumerate(_MEASURES) if match[f"u{n}"] is not None)
    each = _EACH.match(sentence, match.end())
    if each and each["each"] and name not in ("year", "month", "week", "day", "hour", "times"):
        each_name = each["each"].lower().removeprefix("calendar ")
        if each_name in ("person", "capita", "head", "household", "inhabitant"):
            return Unit(name=f"{name}/person", end=each.end())
    return Unit(name=name, end=match.end())


def _counted(sentence: str, at: int) -> Unit | None:
    """The noun that is counted: the first plural, with the words before it."""
    words: list[re.Match[str]] = []
    place = at
    of_those = re.compile(
        r"\s(?:of (?:the|all|these|those|its|their|them)\s(?:(?:19|20)\d\d\s)?)(?=[a-z])", re.I
    ).match(sentence, at)
    if of_those:
        place = of_those.end() - 1
    if heads := _HEADS.match(sentence, at):
        place = heads.end() - 1
    while len(words) < 5 and (match := _WORD.match(sentence, place + 1)):
        if sentence[place : place + 1] not in (" ", "\u00a0", "\n", "-"):
            break
        if match.group().lower() in _STOPS or (words and _is_participle(words[-1], match)):
            break
        words.append(match)
        place = match.end()
    if not words:
        return None
    last = _head(words)
    head = words[last]
    end = head.end()
    name = stem(head.group())
    modifiers = " ".join(word.group() for word in words[:last])
    if name in _PERSONS and _DEATHS.match(sentence, end):
        return Unit(name="death", end=end, modifiers=modifiers, counted=True, person=name)
    return Unit(name=name, end=end, modifiers=modifiers, counted=True)


_HEADS = re.compile(r"\shead of (?=cattle|sheep|livestock|goats|cows|pigs)", re.I)


def _is_participle(before: re.Match[str], word: re.Match[str]) -> bool:
    """ "cases resolved", "children born": what follows a plural noun is no part of the name."""
    return _is_plural(before.group()) and (
        word.group().lower().endswith(("ed", "ing")) or not _is_plural(word.group())
    )


def _head(words: list[re.Match[str]]) -> int:
    plurals = [n for n, word in enumerate(words) if _is_plural(word.group())]
    return plurals[-1] if plurals else len(words) - 1


def _is_plural(word: str) -> bool:
    lower = word.lower()
    if lower in _NOT_PLURAL or lower.endswith(("ss", "us", "is", "'s", "\u2019s")):
        return False
    return lower.endswith("s") or lower in _IRREGULAR_PLURALS


_KILLED = re.compile(
    r"\b(?:kill(?:s|ed|ing)|(?:claim(?:s|ed)|cost|took|taken) the li(?:fe|ves) of)\s"
    r"(?:(?:about|around|at|least|some|more|than|nearly|almost|only|over|a"
    r"|further|another)\s)*$",
    re.I,
)


_CLAIMED = re.compile(
    r"\b(?:claim(?:s|ed|ing)?|cost(?:s|ing)?|took|taken|takes?|lost)\s(?:[a-z]+\s){0,3}$", re.I
)


def of_killed(unit: Unit, before: str) -> Unit:
    """ "Lightning killed 12 people": what is counted is deaths."""
    if unit.name == "life" and _CLAIMED.search(before[-60:]):
        return replace(unit, name="death")
    if unit.name not in _PERSONS or not unit.counted or not _KILLED.search(before[-60:]):
        return unit
    return replace(unit, name="death", person=unit.name)


def died(sentence: str, at: int, noun: str) -> bool:
    """Is it said behind a noun of people that ends at `at` that they died?"""
    return at > 0 and stem(noun) in _PERSONS and _DEATHS.match(sentence, at - 1) is not None


def headed(noun: str) -> list[str]:
    """The words of a counted noun up to its head: "tourists", of "tourists visiting Merrow"."""
    words = noun.split()
    for n, word in enumerate(words):
        if n and word in ("with", "without", "on", "in", "at", "of", "under"):
            return words[:n]
        if n and word in ("living", "waiting", "working", "held", "registered", "sold", "kept"):
            return words[:n]
        if n and _is_plural(words[n - 1]) and word.endswith(("ing", "ed")):
            return words[:n]
    return words


_NO_UNITS = frozenset(
    listed("years months weeks days hours times numbers figures totals counts rates percentages")
)


_HEADED = re.compile(
    r"^\W*(?:the\s)?(?:(?!(?:in|at|on|of|for|among|from|by|with|across|during)\b)[\w-]+\s){0,3}?"
    r"(?P<head>(?!numbers|totals|figures|counts|rates|levels|years|months|weeks|days)[a-z-]{3,}(?<!s)s)"
    r"\s+(?:for|of|from|by|to|against|at|in|among|on|with|involving)\s+(?:[\w'\u2019-]+\s+){0,6}?[\w-]+s\b",
    re.I,
)
_DAYS_OF = re.compile(
    r"^\W*(?:the\s)?[a-z-]+\s(?P<head>days|nights|hours|weeks)\s(?!of\b|in\b"
    r"|to\b)",
    re.I,
)
""" "Bed days taken up by delayed discharges" are days."""
_EMPTY = re.compile(r"^\W*(?:(?:there|it|they|this|that|which|who|in|for|at|the)\b[\w ]*)?$", re.I)


def last_noun(text: str) -> str:
    """What a bare number counts: the last plural in front of it ("far more entries, 375,304 ...",
    "homicides rose to 412"), else nothing."""
    pieces = re.split(r"[,;:]\s", text[-160:])
    told = [piece for piece in pieces if not _EMPTY.match(piece)]
    said = told[-1] if told else pieces[-1]
    if days := _DAYS_OF.search(said):
        return days["head"].lower().removesuffix("s")
    if head := _HEADED.search(said):  # "claims for benefits were", not "in hospitals claims were"
        return stem(head["head"])
    for word in reversed(_WORD.findall(text[-160:])):
        if len(word) > 2 and _is_plural(word) and word.lower() not in _STOPS | _NO_UNITS:
            return stem(word)
    return ""
