"""Does a question lean on what was said before: by its opening, its pronouns, having no topic?"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from assistant.answering.language.text import FRAME_STEMS, listed, stem, words
from assistant.answering.questions.analysis import analyse
from assistant.answering.questions.scope import reason_out_of_scope
from assistant.answering.questions.slots import is_relative, names_only_slots

_GOES_ON = (
    r"(?:and|but|so|then|also|what|how|why|when|where|who|which|is|are|was|were|do|does|did|no|i)\b"
)
_POLITE = re.compile(
    r"^(?:(?:hi|hello|hey|thanks?(?: you)?(?: (?:so|very) much)?|thx|great|good|nice|perfect|"
    r"interesting|wow|oh|ah|hmm|ok(?:ay)?|i see|got it|right|sure|fine|alright|all right|yes|yeah|"
    rf"please)(?:[\s,.!;:–—-]*[,.!;:–—-]\s*|\s+(?={_GOES_ON})|$))+",
    re.IGNORECASE,
)
_CORRECTS = re.compile(
    r"^(?:(?:no|nope|sorry|wait|actually|not (?:that|those|this)|i mean|"
    r"i meant(?: to (?:ask|say))?|i was asking|"
    r"i asked|i'm asking|i am asking|i want to know|i'd like to know|rather)\b[\s,.!;:–—-]*"
    r"(?:(?:about|for)\s+(?=\w))?)+",
    re.IGNORECASE,
)
_OPENS = re.compile(
    r"^(?:(?:and|but|so|or|then|also|well|now|plus)\b[\s,]*(?:also\b[\s,]*|then\b[\s,]*)?)+"
    r"(?!$)",
    re.IGNORECASE,
)
_ABOUT = re.compile(
    r"^(?:what|how) about\b\s*|^what of\b\s*|"
    r"^(?:same|the same)(?: (?:question|thing))? (?:for|about|in|with)\s+",
    re.IGNORECASE,
)
_CLAUSE = re.compile(
    r"^(?:(?:in|for|by|to|from|at|on|of|with|since|until|during)\s+)?(?:what|who|whom|whose|which|"
    r"when|where|why|how|is|are|was|were|am|do|does|did|has|have|had|can|could|may|might|must|will|"
    r"would|shall|should|isn't|aren't|wasn't|weren't|doesn't|don't|didn't|tell|explain|give|show|"
    r"list|define|describe|compare|summari[sz]e|find|i|we|they|it|he|she|there|this|that|these|"
    r"those)\b",
    re.IGNORECASE,
)
BARE = re.compile(
    r"^(?:(?P<why>why(?: (?:is|was) (?:that|this|it)(?: so)?)?|how come|what for|for what reason)|"
    r"(?P<more>(?:tell me )?more|go on|(?:any |more )?details?|explain|what else|anything else)|"
    r"(?P<sure>really|are you sure|seriously|is (?:that|it|this) (?:true|right|correct)|"
    r"(?:can you )?confirm)|"
    r"(?P<source>who says(?: so| that)?|says who|according to (?:whom|who)|"
    r"(?:what(?:'s| is) )?(?:the|your) sources?|sources?|"
    r"where (?:is|does) (?:that|this|it) (?:come )?from)|"
    r"(?P<word>since when|until when|when|where|who|how|how so|by how much|how much|how many|"
    r"why not|what|which(?: ones?)?|compared (?:to|with) what))(?:\s+(?:please|exactly))?[\s?.!]*$",
    re.IGNORECASE,
)
"""Follow-ups that are no more than a question word."""
_TO_YOU = re.compile(r"\b(?:you|your|yours|yourself)\b", re.IGNORECASE)
_COUNTS_NOTHING = re.compile(
    r"\bhow (?:many|much)\b(?=\s*(?:$|[?.!,]|(?:of them|of those|of these|there|are|is|were|was|do|"
    r"does|did|has|have|had|in|for|during|since|between|per|by|on|at|more|fewer|less|recovered|"
    r"died|came|went|voted|got|never|actually|really|exactly)\b))",
    re.IGNORECASE,
)

_AUX = r"(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|may|might|must)"
_EXPLETIVE = re.compile(
    rf"\b{_AUX}(?:n't)?\s+there\b|\bthere\s+(?:{_AUX}|been|be|exist\w*)\b|"
    r"\bit\s+(?:\w+\s+){0,2}(?:true|false|possible|legal|illegal|safe|likely|known|clear|common|"
    r"certain|normal|necessary|real|correct|right|a (?:fact|myth|hoax|lie)|allowed|the case)\b"
    r"(?=\s+(?:that|to|for|when|if|how|why|whether|\w+s\b))|"
    r"\bit\s+(?:means?|takes?|costs?)\s+(?:\w+\s+){0,2}?(?:when|if|that|to|for)\b|"
    r"\b(?:this|these|next) (?:year|month|week|days|decade|century|season|morning|summer|winter)\b|"
    r"\bthose who\b|\bsuch as\b|\bthat (?:many|much) people\b|\bas such\b",
    re.IGNORECASE,
)
"""Words that only look as if they pointed back: "is it true that", "were there", "this year"."""
_SUBORDINATE = (
    r"(?:that|when|if|whether|because|before|after|while|as|who|which|where|how|than|until)"
)
_POINTS = re.compile(
    r"\b(?P<own>its|their|theirs|his|her|hers|itself|themselves)\b|"
    r"\b(?P<noun>it|they|he|she|them|him)\b|"
    r"\b(?P<this>this|these|those|the same|such(?: an?)?|the (?:former|latter)|"
    r"(?<!each )(?<!one )(?:other|another|else)(?! than))\b|"
    rf"(?:^|\b(?:{_AUX}|of|about|than|to|with|by|from|for|in|why|how|like|after|before|since|"
    r"include|includes|count|counts|mean|means|what|not)\s+)(?P<that>that)\b|"
    r"\b(?P<there>there)\b|\b(?P<one>(?:which|that|this|the (?:first|second|last|other)) ones?)\b",
    re.IGNORECASE,
)
UNITS = frozenset(
    stem(word)
    for word in listed(
        """
    case cases report entry entries record records death deaths outbreak incident infection injury
    episode"""
    )
)
"""Stems of what is counted: "measles cases" may become "measles deaths"."""
GENERIC = UNITS | frozenset(
    stem(word)
    for word in listed(
        """
    rate share percentage number count level average ratio people person child children
    adult women men woman man boy boys girl girls teenager citizen resident voter worker student
    patient state country states countries region city world place year month day week average
    worldwide globally nationwide rise fall change difference increase decrease trend comparison
    compare high low large small big more less few late early old new first last final provisional
    preliminary previous next past recover include exclude cause effect reason result source
    version example detail meaning part rest majority minority average estimate"""
    )
)
"""Stems that name no topic: what is counted, who, how it moves. Alone they lean on a topic."""


LONG = 240
"""Code points: no follow-up is longer."""
_FRAGMENT = {True: 8, False: 4}
"""Words, after "what about" and without: what is longer says something by itself."""
_LEANS = 3
"""Stems of its own topic that a question with a pronoun may have and still need what was said."""


_LEANS_SUBJECT = 6
"""The same where the pronoun is what the sentence is about ("do they support ...")."""
_SUBJECT = re.compile(rf"^(?:{_AUX}\s+)?(?:it|they|he|she)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaning:
    """How a question leans on the one before it.

    `fragment` is the question without its opening words ("thanks, and what about"). `bound`: it
    says nothing alone. `opened`: it begins as a continuation. `clause`: it is a whole sentence.
    `own` are the stems of its own topic, `named` whether it names a name or a place.
    """

    fragment: str
    bound: bool
    opened: bool
    clause: bool
    own: tuple[str, ...]
    named: bool


@lru_cache(maxsize=512)
def leaning(question: str) -> Leaning | None:
    """None for what is no question to the archive at all (thanks, instructions). Pure, cached."""
    text = question.strip()
    if len(text) > LONG:
        return None if _is_talk(text) else _stands(text)
    polite = _POLITE.sub("", text)
    text = polite if polite.strip(" ?.!") else text
    corrected = _CORRECTS.sub("", text)
    corrects = corrected != text and bool(corrected.strip(" ?.!"))
    text = corrected if corrects else text
    opened = opening_off(text)
    about = _ABOUT.sub("", opened)
    fragment = about.strip()
    if _is_talk(fragment):
        return None
    own, asked = own_topic(fragment), analyse(fragment)
    goes_on = opened != text or about != opened or corrects
    return Leaning(
        fragment=fragment,
        bound=_is_bound(fragment, own),
        opened=opened != text,
        clause=is_clause(fragment) or len(fragment.split()) > _FRAGMENT[goes_on],
        own=own,
        named=bool(asked.names or asked.places),
    )


def _stands(text: str) -> Leaning:
    """What is so long says enough, and is not looked into."""
    return Leaning(fragment=text, bound=False, opened=False, clause=True, own=(), named=True)


def opening_off(text: str) -> str:
    """Without "and", "but", "so" at its beginning."""
    return _OPENS.sub("", text)


def is_clause(text: str) -> bool:
    """Does it begin as a sentence does, and not as a bare noun ("children in care")?"""
    return bool(_CLAUSE.match(text)) or text.lower().startswith("by ")


def _is_talk(fragment: str) -> bool:
    """Thanks, greetings, instructions, talk about the assistant; "by how much?" is none of them."""
    reason = reason_out_of_scope(fragment)
    if reason in ("small_talk", "empty"):
        return not BARE.match(fragment) and bool(
            _TO_YOU.search(fragment) or reason == "small_talk" and not _CLAUSE.match(fragment)
        )
    return reason is not None


def own_topic(text: str) -> tuple[str, ...]:
    """Stems that name what a question is about: no frame words, no generic ones, no places."""
    asked = analyse(text)
    located = {stem(word) for place in asked.places for word in words(place)}
    named = {each for name in asked.names for each in name}
    return tuple(
        term
        for term in asked.terms
        if (term in named or not (term in FRAME_STEMS or term in GENERIC)) and term not in located
    )


def pointer(text: str) -> re.Match[str] | None:
    """The first word that points back to something that the text itself does not name."""
    hidden = [match.span() for match in _EXPLETIVE.finditer(text)]
    for match in _POINTS.finditer(text):
        inside = any(start <= match.start(match.lastgroup or 0) < end for start, end in hidden)
        if not inside and not _bound_within(text, match):
            return match
    return None


def _bound_within(text: str, match: re.Match[str]) -> bool:
    """Possessives, and subjects of a later clause, mean a noun that came before in the text."""
    head = text[: match.start(match.lastgroup or 0)]
    if not set(analyse(head).terms) - FRAME_STEMS:
        return False
    if match["own"]:
        return True
    return bool(match["noun"] and re.search(rf"\b{_SUBORDINATE}\s+$", head, re.IGNORECASE))


def _is_bound(fragment: str, own: tuple[str, ...]) -> bool:
    if BARE.match(fragment):
        return True
    if len(own) > (_LEANS_SUBJECT if _SUBJECT.match(fragment) else _LEANS):
        return False
    if counts_nothing(fragment) or names_only_slots(fragment) or pointer(fragment):
        return True
    return not own or (is_relative(fragment) and len(own) < 2)


def counts_nothing(text: str) -> bool:
    """ "How many were there?": the noun is missing."""
    return bool(_COUNTS_NOTHING.search(text))
