"""A follow-up completed by rules: what the earlier question said goes where this one has a hole.

Nothing is added but words of the reader's own earlier question and the small words that join them.
"""

from __future__ import annotations

import re

from assistant.answering.conversation.ellipsis import (
    BARE,
    Leaning,
    counts_nothing,
    is_clause,
    opening_off,
    own_topic,
    pointer,
)
from assistant.answering.conversation.replacing import replaced, with_phrase
from assistant.answering.conversation.topics import AUX, Topic, lowered, topic_of
from assistant.answering.language.places import places, spelled
from assistant.answering.language.text import content_stems, stem, words
from assistant.answering.questions.analysis import analyse
from assistant.answering.questions.slots import (
    dated,
    is_relative,
    names_only_slots,
    periods,
    with_period,
    with_place,
)

LONGEST = 320
"""Code points of a completed question; a longer one would bury what is asked."""
_BRIEF = 220

_ADDED = re.compile(
    r",\s+and\s+(?:(?:is|are|was|were|do|does|did|has|have|had|by|since|who|what|when|where|why|"
    r"how|which|if|in|for|that|can|could|will|would)\b).*$|\s+\(.*\)$",
    re.IGNORECASE,
)
_STATES = re.compile(
    r"\bit\b(?=\s+(?:say|count|define|publish|report|measure|record|estimate|include|exclude|use|"
    r"track|collect|mean|know|get|receive|do)\w*\b)|\bthey\b(?=\s+(?:say|count|define|publish|"
    r"report|measure|record|estimate|include|exclude|use|track|collect|know|do)\w*\b)",
    re.IGNORECASE,
)
_JUDGES = re.compile(
    rf"\b{AUX}\s+(?:it|they)\s+(?:(?:still|really|also|even|much|any)\s+)?(?:more|less|fewer|"
    r"higher|lower|bigger|smaller|larger|the same|true|false|right|wrong|correct|a record|final|"
    r"up|down|better|worse)\b",
    re.IGNORECASE,
)
_PHRASE = re.compile(
    r"^(?:in|per|as|for|among|amongst|by|from|at|on|with|without|between|before|after|since|under|"
    r"over|above|below|excluding|including|outside|inside|within|during|compared|according|to|of|"
    r"about|against|into|through)\b",
    re.IGNORECASE,
)
_EVERYWHERE = re.compile(
    r"^(?:worldwide|globally|nationwide|nationally|overall|in total|altogether|"
    r"(?:in|across|around|for) the (?:whole )?(?:world|country|nation))$",
    re.IGNORECASE,
)
_IN_ALL = re.compile(
    r"\b(?:worldwide|globally|(?:in|across|around|for) the (?:whole |entire )?(?:world|globe))\b",
    re.IGNORECASE,
)
_SWAPS_VERB = {"is": "are", "was": "were", "has": "have", "does": "do"}


def completed(lean: Leaning, previous: str) -> str:
    """The follow-up as a question of its own, after `previous`, which stands alone."""
    before = _brief(previous)
    fragment = dated(lean.fragment, before).strip(" ?!.") or "what about it"
    whole = (
        _asked_barely(fragment, before)
        or _filled(fragment, before, lean)
        or _joined(fragment, before)
    )
    return whole if len(whole) <= LONGEST else _joined(fragment, before[-_BRIEF:])


def joins(lean: Leaning, previous: str) -> bool:
    """Can a whole sentence only be put behind the earlier question, none of its words filled?"""
    return lean.clause and not topic_of(_brief(previous)).noun


def is_phrase(fragment: str) -> bool:
    """ "Without food", "according to NASA": never a question alone."""
    return bool(_PHRASE.match(fragment))


def _filled(fragment: str, before: str, lean: Leaning) -> str | None:
    """By what is missing: slots alone, the noun that is counted, a pronoun's, the whole frame."""
    topic = topic_of(before)
    if names_only_slots(fragment):
        return _with_slots(before, fragment)
    if counts_nothing(fragment) and not _AMOUNT_OF_IT.search(fragment):
        return _counted(fragment, before, topic)
    if pointer(fragment):
        return _pointed(fragment, topic)
    if _EVERYWHERE.match(fragment):
        return f"{before.replace(f' {topic.where}', '') if topic.where else before} {fragment}?"
    if lean.clause:
        return _ended(fragment, topic, noun=True) if topic.noun else None
    if _PHRASE.match(fragment):
        return with_phrase(fragment, before)
    return replaced(fragment, before, topic)


def _brief(previous: str) -> str:
    """The earlier question without its end mark and what an earlier follow-up had added to it."""
    parts = [part for part in re.split(r"(?<=[?.!])\s+(?=\S)", previous.strip()) if part.strip()]
    asked = [part for part in parts if part.endswith("?")] or parts
    brief = _ADDED.sub("", asked[-1].rstrip("?.! ")).rstrip(" ,") if asked else ""
    brief = opening_off(brief)
    return brief if len(brief) <= _BRIEF else brief[:_BRIEF].rsplit(" ", 1)[0]


def _joined(fragment: str, before: str) -> str:
    if not is_clause(fragment):
        fragment = f"what about {fragment}"
    return f"{before}, and {lowered(fragment)}?"


def _asked_barely(fragment: str, before: str) -> str | None:
    """Where the whole follow-up is a question word: "why?", "who says so?", "since when?"."""
    match = BARE.match(fragment)
    if not match:
        return None
    if match["why"]:
        topic = topic_of(before)
        if topic.noun and not re.match(rf"(?:{AUX}|how (?:do|does|did))\b", before, re.IGNORECASE):
            return _ended(f"what explains {_the(topic.noun)}", topic)
        return f"{before}, and why?"
    if match["more"] or match["sure"]:
        return f"{before}?"
    if match["source"]:
        return f"{before}, and who says so?"
    return f"{before}, and {match['word'].lower()}?"


def _with_slots(before: str, fragment: str) -> str:
    """The earlier question with this one's period and place in the place of its own."""
    whole = f"{before}?"
    for place in spelled(fragment)[:1]:
        if places(place) - places(before) or not places(before):
            whole = with_place(whole, place)
    new = periods(fragment)
    if new:
        lead = re.search(
            r"\b(since|until|before|after|by|during|for)\s+$", fragment[: new[0].start]
        )
        whole = with_period(whole, new[0], lead[1].lower() if lead else "in")
        for other in new[1:]:
            whole = f"{whole.rstrip('?')} and {other.text}?"
    elif is_relative(fragment):
        whole = f"{whole.rstrip('?')} {fragment}?"
    return whole


def _counted(fragment: str, before: str, topic: Topic) -> str | None:
    """ "How many were there in 2024?": the noun comes from the earlier question."""
    own = _ADVERBS.sub(" ", _ASKS_HOW_MANY.sub(" ", fragment))
    if re.match(r"how (?:many|much)\b", before, re.IGNORECASE) and names_only_slots(own):
        return _with_slots(before, own)
    if not topic.noun:
        return None
    filled = re.sub(r"\b(of)\s+(?:them|those|these)\b", rf"\1 {_the(topic.noun)}", fragment)
    if filled == fragment:
        noun = topic.noun if not own.strip() else _named_briefly(topic)
        filled = re.sub(r"(how (?:many|much))\b", rf"\1 {noun}", fragment, count=1,
                        flags=re.IGNORECASE)  # fmt: skip
    return _ended(filled, topic)


_ASKS_HOW_MANY = re.compile(
    r"\bhow (?:many|much)\b|\b(?:is|are|was|were|there|it|did|do|does|have|had|has|been|they|get|"
    r"got|count|counted)\b",
    re.IGNORECASE,
)
_AMOUNT_OF_IT = re.compile(rf"\bhow much\s+{AUX}\s+(?:it|they|this|that)\b(?!\s*$)", re.IGNORECASE)
"""What is wanted is how much of a change, not how many of a noun."""
_ADVERBS = re.compile(r"\b(?:actually|really|exactly|then|again|too|as well|ever|altogether)\b")


def _pointed(fragment: str, topic: Topic) -> str | None:
    """The pronoun's noun in its place; None where that can't be told, or a judgement is asked."""
    found = pointer(fragment)
    if found is None or _JUDGES.search(fragment):
        return None
    if topic.who and (states := _STATES.search(fragment)):
        spoken = fragment[: states.start()] + topic.who + fragment[states.end() :]
        return _ended(spoken, topic, noun=True)
    word = found["noun"]
    if found["own"] and topic.who:
        swapped = fragment[: found.start()] + f"{topic.who}'s" + fragment[found.end() :]
        return _ended(swapped, topic, noun=True)
    if found["there"] and topic.where:
        return fragment[: found.start()] + topic.where + fragment[found.end() :] + "?"
    if not word or not topic.noun or word.lower() in ("he", "she", "him"):
        return None
    noun = _named_briefly(topic)
    put = _the(noun) if word.lower() in ("them", "it") else noun
    swapped = fragment[: found.start()] + put + fragment[found.end() :]
    return _ended(_agreeing(swapped, put, topic), topic)


def _named_briefly(topic: Topic) -> str:
    """Without what was said of it, where the rest still names a topic."""
    return topic.short if own_topic(topic.short) else topic.noun


def _agreeing(text: str, noun: str, topic: Topic) -> str:
    """ "Was measles cases" as "were measles cases"."""
    if not topic.plural:
        return text
    return re.sub(
        rf"\b(is|was|has|does)(?=\s+{re.escape(noun)})", lambda m: _SWAPS_VERB[m[1]], text
    )


def _the(noun: str) -> str:
    return noun if re.match(r"(?:the|an?)\s|[A-Z]", noun) else f"the {noun}"


def _ended(text: str, topic: Topic, noun: bool = False) -> str:
    """With the topic, place, period and counter that the text lacks."""
    asked = analyse(text)
    have = set(content_stems(text))
    ending = []
    if noun and topic.noun and not set(content_stems(topic.noun)) <= have:
        ending.append(f"for {topic.noun}")
    if topic.where and not (asked.places - places(topic.noun) or _IN_ALL.search(text)):
        ending.append(topic.where)
    defines = asked.asked == "definition"
    if topic.when and not (periods(text) or is_relative(text) or defines):
        ending.append(topic.when)
    said_by = {stem(word) for word in words(topic.who)}
    if topic.who and not said_by & have and not asked.names:
        ending.append(f"according to {topic.who}")
    return " ".join([text.rstrip("?.! "), *ending]) + "?"
