"""What a sentence tells in another way than it was asked for, whatever words the two share.

Each is a rule of English, not of a subject. The ranking counts them against a sentence.
"""

from __future__ import annotations

import re

from assistant.answering.language.places import is_land
from assistant.answering.questions.analysis import Question
from assistant.answering.sentences.matching import answer_number
from assistant.answering.sentences.units import Profile
from assistant.answering.support.directions import ways

_AVERAGE = re.compile(r"\b(?:averag\w*|mean|median|typical\w*)\b", re.IGNORECASE)
_NEVER = re.compile(r"\b(?:never|not|no|none|without)\b|n['’]t\b", re.IGNORECASE)
_ASKED_AS = ((_AVERAGE, _AVERAGE), (re.compile(r"\bnever\b", re.IGNORECASE), _NEVER))
_RELATIVE = re.compile(r"\b(?:per|rates?|ratios?|risks?|(?:every|each|of)\s+\d+)\b", re.IGNORECASE)
_PER = re.compile(
    r"\s*(?:[\w-]+\s+){0,3}(?:per|(?:for|in|out\s+of)\s+every)\s+"
    r"(?:\d[\d,]*|hundred|thousand|million|billion)\b",
    re.IGNORECASE,
)
_COMPARED = re.compile(r"\b(?:than|compared|against|versus|record|same)\b", re.IGNORECASE)
_OWN_CHECK = re.compile(
    r"\b(?:our\s+(?:[\w-]+\s+){0,2}fact-?\s?checks?|our\s+(?:[\w-]+\s+){0,2}checks?|"
    r"(?:an?|the)\s+(?:earlier|previous|older|original|first)\s+version\s+of\s+this|"
    r"this\s+(?:article|fact-?\s?check|story)\s+(?:originally|previously|first))\b",
    re.IGNORECASE,
)
_WORLDWIDE = re.compile(
    r"\b(?:worldwide|globally|(?:in|around|across|throughout|of)\s+the\s+world)\b", re.IGNORECASE
)
_ASKS_ABOUT_IT = re.compile(
    r"\b(?:you|your|correct(?:ed|ions?)|versions?|replac\w+|earlier|previous\w*|original\w*|wrong|"
    r"mistakes?|true|fact-?\s?check\w*|checked)\b",
    re.IGNORECASE,
)


def told_otherwise(question: Question, sentence: Profile) -> int:
    """How many of these it is told against: an average is asked for by its name; what never
    happened isn't told by what did; whether something rose isn't told without a direction; and
    what tells another thing (`tells_another`)."""
    missing = sum(
        not told.search(sentence.text) for asked, told in _ASKED_AS if asked.search(question.text)
    )
    return missing + _is_level(question, sentence) + tells_another(question, sentence)


def tells_another(question: Question, sentence: Profile) -> bool:
    """How many there were isn't told by how many of every 100,000, nor a country's number by the
    world's; and what an earlier check of the house said is its history, not what holds."""
    return (
        _is_rate(question, sentence)
        or _is_of_the_world(question, sentence)
        or _is_history(question, sentence)
    )


def _is_rate(question: Question, sentence: Profile) -> bool:
    """The only number that could answer "how many" is one of so and so many."""
    if not question.how_many or _RELATIVE.search(question.text):
        return False
    number = answer_number(question, sentence)
    return number is not None and bool(_PER.match(sentence.text, number.span.end))


def _is_of_the_world(question: Question, sentence: Profile) -> bool:
    """Where a country is asked about, and the sentence names none that is."""
    if not any(map(is_land, question.places)) or question.places & sentence.places:
        return False
    said = _WORLDWIDE.search(sentence.text)
    return said is not None and not _WORLDWIDE.search(question.text)


def _is_level(question: Question, sentence: Profile) -> bool:
    """It was asked whether something rose or fell, and it neither says so nor compares."""
    turns = any(way in ("up", "down") for way, _ in ways(question.text))
    asked = question.asked == "yes_no" and turns
    return asked and not ways(sentence.text) and not _COMPARED.search(sentence.text)


def _is_history(question: Question, sentence: Profile) -> bool:
    asked = _ASKS_ABOUT_IT.search(question.text)
    return not asked and bool(_OWN_CHECK.search(sentence.text))
