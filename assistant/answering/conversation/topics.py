"""What a question is about, as a phrase that can stand in another question, and who counts it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.answering.language.text import listed
from assistant.answering.questions.slots import phrases

AUX = r"(?:is|are|was|were|do|does|did|has|have|had|can|could|may|will|would|should)"
_BE = r"(?:is|are|was|were)"
_NAME = r"(?:the\s+)?[A-Z][\w&’'-]*(?:\s+(?:(?:of|for|and|the|&)\s+)*\(?[A-Z][\w&’'-]*\)?)*"
_MAIN_VERB = (
    r"(?:died|voted|went|came|live|lived|work|worked|got|took|made|won|lost|left|fell|rose|"
    r"moved|said|received|recovered|emitted|earned|required|require)"
)
_PARTICIPLE = r"(?:\w{3,}ed|known|counted|made|built|found|held|set|drawn|given|chosen)"
_QUANTITY = r"(?:shares?|percentages?|proportions?|fractions?|numbers?|parts?|percent|amounts?)"
_FRAMING = re.compile(
    r"^(?:(?:the|a|an|current|latest|newest|most recent|recent|official|final|exact|yearly|annual|"
    r"total|overall|actual)\s+)*(?:(?:number|total|count|amount|figure|statistic|tally|"
    r"size|level)s?\s+(?:of|for|on)\s+)?(?:the\s+)?",
    re.IGNORECASE,
)
_ACCORDING = re.compile(
    rf",?\s*(?:\baccording to|\bas (?:counted|reported|measured) by)\s+({_NAME})"
)
_PEOPLE = frozenset(
    listed(
        """
    people persons children adults women men boys girls citizens residents voters workers students
    patients americans teenagers infants newborns kindergartners males females mothers fathers
    noncitizens runaways kids youth"""
    )
)
_SHAPES: tuple[re.Pattern[str], ...] = tuple(
    re.compile(pattern)
    for pattern in (
        rf"\bhow (?:many|much)\s+(?P<noun>.+?)\s+(?:{_BE}|has been|have been|had been)"
        r"(?:\s+there)?(?:\s+(?P<been>[a-z].*))?$",
        rf"\bhow (?:many|much)\s+(?P<noun>.+?)\s+(?:do|does|did|has|have|had)\s+(?P<who>{_NAME})"
        r"\s+\w+.*$",
        rf"\bhow (?:many|much)\s+(?P<noun>.+?)\s+(?P<does>{_MAIN_VERB}\b.*)$",
        r"^how (?:many|much)\s+(?P<noun>[^,]+)$",
        rf"^how (?:do|does|did)\s+(?P<who>{_NAME})\s+\w+(?:\s+and\s+\w+)*\s+(?P<noun>.+)$",
        rf"^how\s+(?:{_BE})\s+(?P<noun>.+?)\s+(?P<verb>{_PARTICIPLE})\b.*$",
        rf"^(?:by )?how\s+(?:high|low|big|large|fast|old|tall|common|far|long|often)\s+(?:{_BE})\s+"
        r"(?P<noun>[^,]+)$",
        rf"^(?:what|which)\s+{_QUANTITY}\s+of\s+(?P<noun>.+?)\s+(?:{_BE})\s+(?P<been>.+)$",
        rf"^(?:what|which)\s+{_QUANTITY}\s+of\s+(?P<noun>.+?)\s+(?P<does>{_MAIN_VERB}\b.*)$",
        r"^what (?:do|does|did)\s+(?P<noun>.+?)\s+(?:means?|measures?|counts?|stands? for)\b.*$",
        rf"^what(?:'s|’s|\s+{_BE})\s+(?P<noun>[^,]+)$",
        rf"^when\s+(?:{_BE})\s+(?P<noun>.+?)\s+(?P<verb>{_PARTICIPLE})\b.*$",
        r"^who\s+(?:\w+s|\w+ed)\s+(?P<noun>the\s+.+)$",
        r"^(?:tell (?:me|us)(?: more)?|what do you know|explain|i want to know)\s+about\s+"
        r"(?P<noun>.+)$",
    )
)
_TRAILING = re.compile(r"\s+(?:right now|now|today|currently|last|first|ever|actually)$")
_NO_NOUN = re.compile(
    rf"^(?:{AUX}|there|it|they|that|this|percentage points|percent|degrees|money|days|years)\b|"
    rf"\b(?:{AUX})\s(?:the|a)\b"
)
_CLAUSE = re.compile(rf"\b(?:{AUX}|what|who|which|when|where|why|how|by|tell)\b", re.IGNORECASE)
WORDS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """`noun` is "" where no phrase could be told, `short` the same without what is said of it
    ("children reported late"); `who` counts it or says it ("NCMEC")."""

    noun: str
    short: str
    who: str
    where: str
    when: str

    @property
    def plural(self) -> bool:
        return is_plural(self.noun)


def topic_of(question: str) -> Topic:
    """The topic of a question that stands alone."""
    where, when = phrases(question)
    text = lowered(question.strip().rstrip("?.! "))
    for phrase in (where, when):
        text = text.replace(f" {phrase}", "", 1) if phrase else text
    said = _ACCORDING.search(text)
    text = _ACCORDING.sub("", text).strip(" ,")
    noun, short, who = _phrase(text)
    who = (said[1] if said else who).strip()
    return Topic(noun=noun, short=short or noun, who=who, where=where, when=when)


def _phrase(text: str) -> tuple[str, str, str]:
    for shape in _SHAPES:
        match = shape.search(text)
        if not match:
            continue
        found = match.groupdict()
        noun = _with_verb(found["noun"], found.get("been"), found.get("does"))
        return _tidy(noun), _tidy(found["noun"]), found.get("who") or ""
    if _CLAUSE.search(text) or len(text.split()) > WORDS:
        return "", "", ""
    return _tidy(text), _tidy(text), ""


def _with_verb(noun: str, been: str | None, does: str | None) -> str:
    """ "children" that "were reported missing" are "children reported missing"."""
    if does:
        return f"{noun} {'who' if is_people(noun) else 'that'} {does}"
    return f"{noun} {been}" if been and not been.startswith(("the ", "a ")) else noun


def _tidy(noun: str) -> str:
    """Without what only frames it; "a missing child" as what is counted, "missing children"."""
    kept = re.split(r",\s|\s(?:and|or)\s+(?=(?:how|what|who|when|is|was|does|did)\b)", noun)[0]
    single = re.match(r"(?:an?|one)\s+(?=\w)", kept, re.IGNORECASE)
    kept = _FRAMING.sub("", re.sub(r"^of\s+", "", kept)).strip(" ?.!,;:'\"‘’“”")
    kept = _TRAILING.sub("", kept)
    if not kept or len(kept.split()) > WORDS or _NO_NOUN.search(kept):
        return ""
    return plural(kept) if single else kept


_IRREGULAR = {"child": "children", "person": "people", "man": "men", "woman": "women",
              "life": "lives", "half": "halves"}  # fmt: skip
_HEAD_ENDS = re.compile(
    rf"\s(?:of|in|for|from|by|to|with|who|that|per|at|on|among|under|over|(?:{_PARTICIPLE}))\b"
)


def head(noun: str) -> str:
    """The last word of the phrase proper: "reports" of "reports of missing children"."""
    at = _HEAD_ENDS.search(noun)
    return (noun[: at.start()] if at else noun).split()[-1] if noun.strip() else ""


def plural(noun: str) -> str:
    last = head(noun)
    at = noun.find(last) + len(last)
    if is_plural(noun) or not last.isalpha():
        return noun
    if last.lower() in _IRREGULAR:
        many = _IRREGULAR[last.lower()]
    elif last.endswith("y") and last[-2:-1] not in "aeiou":
        many = f"{last[:-1]}ies"
    else:
        many = f"{last}es" if last.endswith(("s", "x", "ch", "sh")) else f"{last}s"
    return noun[: at - len(last)] + many + noun[at:]


def is_plural(noun: str) -> bool:
    last = head(noun).lower()
    return last in _PEOPLE or (last.endswith("s") and not last.endswith(("ss", "us", "is", "cs")))


def is_people(noun: str) -> bool:
    last = head(noun).lower()
    return last in _PEOPLE or plural(last) in _PEOPLE or last.endswith("ans")


def lowered(text: str) -> str:
    """With a small first letter, unless it begins with a name or an acronym."""
    first = text.split(" ", 1)[0]
    return text[:1].lower() + text[1:] if _CLAUSE.fullmatch(first) else text
