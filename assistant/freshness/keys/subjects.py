"""Who counts: the organisations that a text names, under one name each."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from assistant.freshness.keys.wording import listed
from assistant.geography import located
from assistant.types import Content

_ALIASES = {
    "ncic": "fbi", "cdcp": "cdc", "cybertipline": "ncmec", "eurostat": "eurostat", "wmo": "wmo",
    "gistemp": "nasa", "giss": "nasa", "ncei": "noaa", "ecdcp": "ecdc", "epoc": "ep",
    "cf": "cf", "cfdcap": "cdc", "usbls": "bls", "usaf": "usaf",
}  # fmt: skip
"""Databases and short names, by the organisation that they stand for."""
_ORGANISATION = (
    r"Cent(?:er|re)s?|Office|Bureau|Organi[sz]ation|Commission|Fund|Agency|Institute|Institution"
    r"|Administration|Department|Ministry|Society|Committee|Federation|Council|Board|Service"
    r"|Authority|Bank|Association|Parliament|Agencies|University|Foundation|Academy|Programme"
    r"|Program|Network|Observatory|Geological Survey|Company|Corporation|Group|Institutes"
    r"|Reserve(?! Bank)|Directorate"
    r"|Registry|Trust|Alliance|Coalition|Police|Statistics|Court|Treasury"
)
_NAME = re.compile(
    r"\b(?:(?:[A-Z][\w'\u2019.-]*|of|for|and|the|on|&|de|to)\s){0,7}?"
    rf"(?:{_ORGANISATION})\b(?:\s(?:{_ORGANISATION})\b)*(?:'s|\u2019s)?"
    r"(?:\s(?:of|for|on|and|to|against)(?:\sthe)?(?:\s[A-Z][\w-]*,?(?!\w))+"
    r"(?:\s(?:and|&)\s[A-Z][\w-]*)*(?:\s[A-Z][\w-]*)*)?"
    r"|\bStatistics\s[A-Z]\w+(?:\s[A-Z]\w+)?"
)
_DEFINED = re.compile(
    r"\b((?:[A-Z][\w'\u2019&.-]*+|of|for|and|the|on|&|de|to|in|\s){1,60}+)(?<=[\w\s.])"
    r"\(([A-Z]{2,8})\)"
)
_IN_BRACKETS = re.compile(r"\([A-Z]{2,8}\)")
_ACRONYM = re.compile(r"\b[A-Z]{2,8}\b(?!-[A-Z\d]|-\d)")
_OWNED = re.compile(r"(?:'s|\u2019s|s'|s\u2019)\s(?:[A-Z]?\w+\s){0,2}$")
_TOLD = re.compile(
    r"\b(?:report(?:s|ed|ing)?|tell|told|refer(?:red)?|sen[dt]|submitted|made|known|compared?|"
    r"belong\w*)\s(?:[\w-]+\s){0,5}?(?:to|with)\s(?:the\s)?$",
    re.I,
)
_FRAMED = re.compile(
    r"^(?:Officers|Officials|Staff|Members|Experts|Statisticians|Researchers) (?:of|at"
    r"|from) (?:the )?"
    r"|^(?:According to|In|By|For|Of|From|At|On)\s(?:the\s)?|^(?:The|An?)\s"
)
_SMALL = frozenset(listed("of for and the on de to in & against by at a an"))
_NO_COUNTERS = frozenset(
    listed(
        "US UK EU UN USA UAE GDP CPI PCE MMR HIV AIDS COVID GMT UTC BST CEO AI FY PDF FAQ DNA"
        " TV ID "
        "ICU PCR URL API OK AM PM BC AD II III IV VI VII COP SDG HPV TB BMI CO PPM SARS II XX"
        " MW GW "
        "TWH GWH KG KM DTP ICD REPORT ACT NEW TOTAL ALL NOT AND OR THE"
    )
)
_KNOWN = frozenset(
    listed(
        "nasa noaa wmo who cdc fbi bls nchs imf oecd ons fao ilo unhcr unicef ncmec ncic"
        " ojjdp fec epa "
        "usda eia iea faa fda nhs dft ecb fema hud irs nih nsf un usgs dol doj dhs cbp ice gao cbo "
        "paho ecdc efsa insee destatis istat ine scb ssb abs cso nso rki phe ukhsa hhs oig"
        " nhtsa nsidc "
        "unesco undp unaids iucn nnso bea fdic sec ftc fcc wto gistemp noa bts fra iihs"
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Naming:
    """An organisation named at `start`..`end` of a sentence, under its folded name."""

    start: int
    end: int
    name: str


class Subjects:
    """Folds the names that one document uses, by its own "Full Name (ABBR)"."""

    def __init__(self, content: Content) -> None:
        self._defined = _definitions(content.text)

        self._known = _KNOWN | set(self._defined.values())
        self.publisher = self.fold(content.publisher) if content.publisher else None
        self.of_source = {s.n: self.fold(s.publisher) for s in content.sources if s.publisher}
        self._known |= {each for each in (*self.of_source.values(), self.publisher) if each}

    def fold(self, name: str) -> str:
        """ "U.S. Bureau of Labor Statistics", "BLS" and "the BLS" are "bls"."""
        words = _significant(name)
        key = " ".join(word.lower() for word in words)
        if key in self._defined:
            return _aliased(self._defined[key])
        return folded(name)

    def named(self, sentence: str) -> tuple[Naming, ...]:
        """The organisations that a sentence names as counting, in order; not those told of it."""
        found = [
            Naming(start=m.start(), end=m.end(), name=self.fold(_FRAMED.sub("", m.group())))
            for m in _NAME.finditer(sentence)
            if len(_significant(_FRAMED.sub("", m.group()))) >= 2
        ]
        for m in _ACRONYM.finditer(sentence):
            inside = any(each.start <= m.start() < each.end for each in found)
            name = _aliased(m.group().lower())
            known = m.group().lower() in self._known or name in self._known
            if known and not inside and m.group() not in _NO_COUNTERS:
                found.append(Naming(start=m.start(), end=m.end(), name=name))
        kept = sorted(found, key=lambda naming: naming.start)
        return tuple(_owners(sentence, [n for n in kept if not _is_told(sentence, n)]))

    def first(self, sentence: str) -> str | None:
        """The first that a sentence names, if it names one."""
        found = self.named(sentence)
        return found[0].name if found else None


def _is_told(sentence: str, naming: Naming) -> bool:
    return _TOLD.search(sentence[max(0, naming.start - 80) : naming.start]) is not None


def _owners(sentence: str, found: Sequence[Naming]) -> list[Naming]:
    """ "The FBI's National Crime Information Center" is the FBI."""
    kept: list[Naming] = []
    for naming in found:
        between = sentence[kept[-1].end : naming.start] if kept else ""
        part = kept and (
            re.fullmatch(
                r"(?:'s|\u2019s)\s|\s?\(|,?\san? office of (?:the )?|(?:\sof"
                r"|,) (?:the )?(?:U\.S\. )?",
                between,
            )
        )
        if part or (
            kept
            and _OWNED.search(sentence[kept[-1].start : naming.start] or "")
            and len(between) < 24
        ):
            kept[-1] = Naming(start=kept[-1].start, end=naming.end, name=kept[-1].name)
        else:
            kept.append(naming)
    return kept


@lru_cache(maxsize=4096)
def folded(name: str) -> str:
    """One name for an organisation: its acronym where it begins with one, else its initials.

    Names of two words stay words ("census bureau"): their initials would be anybody's.
    """
    first = name.split(",")[0]
    words = _significant(first)
    if not words:
        return name.strip().lower()
    for word in (words[0], words[-1]):
        if word.isupper() and 2 <= len(word) <= 8:
            return _aliased(word.lower())
    if len(words) < 3:
        return _aliased(" ".join(words).lower())
    return _aliased("".join(part[0] for word in words for part in word.split("-") if part).lower())


def _aliased(name: str) -> str:
    return _ALIASES.get(name, name)


def _significant(name: str) -> list[str]:
    """The words of a name without its country, small words and possessives."""
    bare = re.sub(r"(?:'s|\u2019s)\b|[().,]", " ", re.sub(r"\bU\.S\.A?\.?|\bU\.K\.", " ", name))
    bare = re.sub(r"^\s*the\s", " ", bare, flags=re.I)
    places = located(bare)
    if places and places[0][0] == len(bare) - len(bare.lstrip()) and len(bare.split()) > 3:
        start = places[0][1]
        bare = bare[start:] if bare[start:].strip()[:1].isupper() else bare
    words = [word for word in bare.split() if word.lower() not in _SMALL]
    return words


@lru_cache(maxsize=512)
def _definitions(text: str) -> Mapping[str, str]:
    """Full name in lower case -> its abbreviation in this text."""
    found: dict[str, str] = {}
    if not _IN_BRACKETS.search(text):
        return found
    for match in _DEFINED.finditer(text[:200_000]):
        short = match[2]
        words = _significant(match[1])
        for take in range(len(words), 0, -1):
            initials = "".join(p[0] for w in words[-take:] for p in w.split("-") if p).lower()
            near = initials.startswith(short[0].lower()) and take <= len(short) + 3
            if near and _within(short.lower(), initials):
                found[" ".join(words[-take:]).lower()] = short.lower()
                break
    return found


def _within(short: str, initials: str) -> bool:
    """Do the letters of `short` stand in `initials` in this order?"""
    rest = iter(initials)
    return all(letter in rest for letter in short)
