"""What a question asks for: its terms, names, places, years, and the kind of answer it wants."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from assistant.answering.language.families import DIRECTIONS, families
from assistant.answering.language.places import places
from assistant.answering.language.quantities import Number, numbers, years
from assistant.answering.language.text import (
    FRAME_STEMS,
    background,
    content_stems,
    is_content,
    listed,
    stem,
    words,
)
from assistant.answering.questions.asides import without_asides
from assistant.answering.questions.scope import reason_out_of_scope

Asked = Literal[
    "count", "percentage", "money", "date", "duration", "definition", "yes_no",
    "period", "who", "where", "why", "how", "list", "other",
]  # fmt: skip
NUMERIC: frozenset[Asked] = frozenset({"count", "percentage", "money", "date", "duration"})
EXPLAINING: frozenset[Asked] = frozenset({"definition", "how", "why", "list", "other"})

_PATTERNS: tuple[tuple[Asked, str], ...] = (
    ("why", r"^(?:so |and |but )?why\b"),
    ("date", r"^(?:so |and |but )?when\b"),
    ("duration", r"\b(?:for )?how many (?:minutes|hours|days|weeks|months|years)\b"),
    ("count", r"\bhow m[ae]ny\b"),
    (
        "period",
        r"\b(?:what|which) (?:[\w-]+ ){0,2}(?:periods?|baselines?|years|timeframe|time frame|"
        r"time span|decades)\b",
    ),
    (
        "definition",
        r"\bhow (?:do|does|did|is|are|was|were)\b.*\b(?:defin|count|calculat|measur|comput|classif|"
        r"record|track|determin|estimat)\w*|\b(?:definition of|defined?\b|meaning of|"
        r"what (?:do|does|did) .* mean\b|what counts as|what qualifies as)",
    ),
    (
        "percentage",
        r"\b(?:percent(?:age)?|per cent|what (?:share|proportion|fraction)|share of|"
        r"proportion of|rates?\b)|%",
    ),
    (
        "money",
        r"\bhow (?:much|expensive)\b.*\b(?:costs?|spends?|spent|pay|pays|paid|price|earn|worth|"
        r"raise[ds]?|budget|fund\w*|money|dollars?|euros?)\b|"
        r"\b(?:price|cost|budget|salary|revenue|spending) (?:of|for|on)\b",
    ),
    (
        "count",
        r"\bhow (?:many|much|big|large|high|tall|fast|far|hot|often|warm)\b|"
        r"\b(?:numbers?|total|count|tally|figures?|amount|statistics?|stats|size|level|toll)\b|"
        r"\bwhat (?:is|was|are|were|'s) the (?:[\w-]+ ){0,2}(?:average|median|maximum|minimum|"
        r"highest|lowest|peak|largest|smallest|age|height|distance|temperature|population|speed|weight|"
        r"extent|area|depth|width|length|volume)\b",
    ),
    ("duration", r"\bhow long\b"),
    (
        "date",
        r"\b(?:when|(?:what|which) (?:year|date|day|month|decade|century|time))\b",
    ),
    (
        "yes_no",
        r"^(?:so |and |but )?(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|"
        r"should|may|must|isn't|aren't|don't|doesn't|didn't)\b|"
        r"\b(?:true|false|fact[- ]?check|real(?:ly)?|myth|hoax|fake|debunk\w*|verdict|rating)\b",
    ),
    ("who", r"\b(?:who|whom|whose)\b"),
    ("where", r"\bwhere\b|\b(?:what|which) (?:country|countries|city|state|place|region)\b"),
    ("why", r"\b(?:why|what (?:caused|causes|drives|drove|is driving|explains)|reasons?)\b"),
    ("how", r"\bhow\b"),
    (
        "list",
        r"\b(?:which|what (?:are|were) the|list|types of|kinds of|categories|examples?)\b",
    ),
    ("definition", r"^(?:so )?what(?:'s| is| are| was| were)\b"),
)
_KINDS = tuple((kind, re.compile(pattern, re.IGNORECASE)) for kind, pattern in _PATTERNS)
_LATEST = re.compile(
    r"\b(?:latest|newest|most recent(?:ly)?|recent|current(?:ly)?|now(?:adays)?|today|this year|"
    r"so far|as of now|up[- ]to[- ]date|right now|these days|at present|at the moment)\b",
    re.IGNORECASE,
)
_HOW_MANY = re.compile(r"\bhow m[ae]ny\b|\bnumber of\b", re.IGNORECASE)
_PUBLICATION = re.compile(
    r"\b((?:1[5-9]|20)\d\d) (?:\w+ )?(?:study|paper|report|audit|review|article|law|act|bill)\b",
    re.IGNORECASE,
)
"""A year that names a publication says when it appeared, not what its figures are about."""
_COMPARES = re.compile(
    r"\b(?:compar\w+|versus|vs\.?|differen\w+|differ|more than|less than|fewer than|higher|lower|"
    r"than|bigger|larger|smaller|relative to|instead of|rather than)\b",
    re.IGNORECASE,
)
_CAPITALISED = re.compile(
    r"(?<![\w'’])[A-Z][\w&'’-]*(?:\s+(?:(?:of|for|and|the|de|&)\s+)*[A-Z0-9][\w&'’-]*)*"
)
_QUOTED = re.compile(r"[\"“‘]([^\"”’]{2,60})[\"”’]|(?<=\s)'([^']{2,60})'(?=[\s?.!,]|$)")
_COUNTED = re.compile(
    r"\bhow (?:many|much)\s+((?:[\w'’-]+\s*){1,5})|"
    r"\b(?:number|total|count|share|percentage|proportion|rate|amount) of\s+((?:[\w'’-]+\s*){1,4})",
    re.IGNORECASE,
)
_CALENDAR = frozenset(
    stem(word)
    for word in listed(
        """
    january february march april may june july august september october november december monday
    tuesday wednesday thursday friday saturday sunday"""
    )
)
_SOUGHT = re.compile(
    r"\bhow (?:many|much)\s+((?:[\w'’-]+\s*){1,8})|"
    r"\bwhat (?:is|was|are|were) the\s+((?:[\w'’-]+\s*){1,5})|"
    r"\b(?:number|total|count|share|percentage|proportion|rate|amount) of\s+((?:[\w'’-]+\s*){1,5})",
    re.IGNORECASE,
)
_ENDS_SOUGHT = frozenset(
    listed(
        """
    in on at of for from by to with that who which there during per since between under over and or
    as did do does had than before after last this each every when if while within among across"""
    )
)
_PRESUMES = re.compile(r"^(?:so |and |but )?(?:why|when|how come|by how much)\b", re.IGNORECASE)
_UNITS = {"percent": "%", "dollars": "usd", "euros": "eur", "pounds": "gbp", "yen": "jpy",
          "degrees": "°"}  # fmt: skip
_ENDS_NOUN = frozenset(
    listed(
        """
    is are was were do does did has have had can could will would should in on at of for from by
    to may might must shall with that who which were went go get got there during per since between
    under over and or as it they reported came come died live lived took made won lost"""
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question taken apart. Stems are those of `text.stem`; order is the question's.

    `names` are capitalised or quoted runs, as tuples of stems; `counted` the stems of what is
    counted ("how many missing children ..."); `sought` the noun with the verb that goes with it
    ("how many people were injured"); `presumed` a change that "why" takes for granted, a key of
    DIRECTIONS; `unit` what is wanted where that is a unit; `out_of_scope` a word, None for
    a real question.
    """

    text: str
    terms: tuple[str, ...]
    names: tuple[tuple[str, ...], ...]
    places: frozenset[str]
    years: frozenset[int]
    numbers: tuple[Number, ...]
    asked: Asked
    counted: tuple[str, ...]
    sought: tuple[str, ...]
    presumed: str | None
    how_many: bool
    unit: str
    latest: bool
    compares: bool
    out_of_scope: str | None

    @property
    def topic(self) -> tuple[str, ...]:
        """Terms that say what it is about: those that only frame a question are left out."""
        return tuple(term for term in self.terms if term not in FRAME_STEMS) or self.terms


@lru_cache(maxsize=512)
def analyse(question: str) -> Question:
    """Pure and cached. Never raises; an empty question is out of scope.

    What is said around the question is left out; whether it is one is told by all of it.
    """
    whole = " ".join(question.split())
    text = without_asides(whole)
    asked_years = years(text) - {int(match[1]) for match in _PUBLICATION.finditer(text)}
    return Question(
        text=text,
        terms=tuple(dict.fromkeys(t for t in content_stems(text) if not _is_year(t))),
        names=_names(text),
        places=places(text),
        years=asked_years,
        numbers=tuple(n for n in numbers(text) if _is_stated(n, text)),
        asked=_asked(text),
        counted=_counted(text),
        sought=_sought(text),
        presumed=_presumed(text),
        unit=_unit(text),
        how_many=bool(_HOW_MANY.search(text)),
        latest=bool(_LATEST.search(text)),
        compares=bool(_COMPARES.search(text)),
        out_of_scope=reason_out_of_scope(whole),
    )


def _unit(text: str) -> str:
    if re.search(r"\bhow (?:warm|hot|cold)\b", text, re.IGNORECASE):
        return "°"
    return next((unit for word, unit in _UNITS.items() if f"how many {word}" in text.lower()), "")


def _is_stated(number: Number, text: str) -> bool:
    """A figure: neither a year, nor a small word, nor a place in an order ("the 26th")."""
    ordinal = text[number.span.end - 2 : number.span.end].lower() in ("st", "nd", "rd", "th")
    return not (number.is_year or number.spelled or ordinal)


def _is_year(term: str) -> bool:
    return len(term) == 4 and term.isdigit() and 1500 <= int(term) <= 2100


def _asked(text: str) -> Asked:
    return next((kind for kind, pattern in _KINDS if pattern.search(text)), "other")


def _counted(text: str) -> tuple[str, ...]:
    match = _COUNTED.search(text)
    if not match:
        return ()
    noun: list[str] = []
    for word in words(match[1] or match[2]):
        if word.lower() in _ENDS_NOUN:
            break
        if is_content(word):
            noun.append(stem(word))
    return tuple(noun)


def _sought(text: str) -> tuple[str, ...]:
    """Stems of the noun and its verb up to the first preposition, frame words left out."""
    match = _SOUGHT.search(text)
    if not match:
        return ()
    found: list[str] = []
    for word in words(match[1] or match[2] or match[3]):
        if word.lower() in _ENDS_SOUGHT:
            break
        if is_content(word) and not word[0].isdigit() and not places(word):
            found.append(stem(word))
    return tuple(dict.fromkeys(s for s in found if s not in FRAME_STEMS))


def _presumed(text: str) -> str | None:
    if not _PRESUMES.search(text):
        return None
    stems = content_stems(text)
    return next(
        (name for name, (taken, _) in directions().items() if not taken.isdisjoint(stems)), None
    )


@lru_cache(maxsize=1)
def directions() -> dict[str, tuple[frozenset[str], frozenset[str]]]:
    """DIRECTIONS by their stems, the narrowest first."""
    return {
        name: (frozenset(map(stem, taken)), frozenset(map(stem, shown)))
        for name, (taken, shown) in DIRECTIONS.items()
    }


def _names(text: str) -> tuple[tuple[str, ...], ...]:
    """Capitalised and quoted runs; the first word only when it can't be a sentence's opening."""
    runs = [
        match.group()
        for match in _CAPITALISED.finditer(text)
        if not _opens_a_sentence(text, match) and not _is_shouted(match.group())
    ]
    if text.isupper() or _is_title_case(text):
        runs = []
    runs += [match[1] or match[2] for match in _QUOTED.finditer(text)]
    found = []
    for run in runs:
        stems = tuple(stem(w) for w in words(run) if is_content(w) and not _opens(text, w))
        named = tuple(s for s in stems if s not in _CALENDAR)
        spots = frozenset(s for place in places(run) for s in content_stems(place))
        if named and not all(s.isdigit() for s in named) and not spots.issuperset(named):
            found.append(named)
    return tuple(dict.fromkeys(found))


def _opens_a_sentence(text: str, match: re.Match[str]) -> bool:
    """An ordinary word that is capitalised for its place alone."""
    word = match.group()
    if not re.fullmatch(r"[A-Z][a-z]+", word):
        return False
    if match.start() == 0:
        return word.lower() in _known()
    return bool(re.search(r"[.!?:…]\W*$", text[: match.start()])) and stem(word) in background().idf


def _is_shouted(run: str) -> bool:
    """ "KIDS", "KIDNAPPED", "ADMITTED": capitals for loudness. "NASA" and "AIDS" are names."""
    loud = [word for word in run.split() if len(word) > 2]
    return bool(loud) and all(
        word.isupper() and (word.lower() in _known() or re.search(r"(?:ED|ING)$", word))
        for word in loud
    )


@lru_cache(maxsize=1)
def _known() -> frozenset[str]:
    """Plain words that may be written with a capital: those of the families, and numerals."""
    return frozenset(word for family in families() for word in family) | frozenset(
        listed("one two three four five six seven eight nine ten zero")
    )


def _is_title_case(text: str) -> bool:
    """Headlines Capitalise Everything: then a capital says nothing."""
    long = [word for word in re.findall(r"[^\W\d_]{4,}", text)]
    return len(long) >= 4 and sum(word[0].isupper() for word in long) >= 0.8 * len(long)


def _opens(text: str, word: str) -> bool:
    """An ordinary word at the start of the text, capitalised for that alone."""
    return (
        text.startswith(word)
        and not any(char.isupper() for char in word[1:])
        and (stem(word) in FRAME_STEMS or not is_content(word) or word.lower() in _OPENERS)
    )


_OPENERS = frozenset(
    listed("explain summarise summarize describe list name compare many missing define are does")
)
