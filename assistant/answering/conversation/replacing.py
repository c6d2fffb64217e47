"""A bare noun phrase ("what about women?") put where its kind stands in the earlier question."""

from __future__ import annotations

import re

from assistant.answering.conversation.ellipsis import GENERIC, UNITS
from assistant.answering.conversation.topics import AUX, Topic, head, is_people
from assistant.answering.language.places import places
from assistant.answering.language.text import content_stems, stem
from assistant.answering.questions.analysis import analyse


def with_phrase(fragment: str, before: str) -> str:
    """ "To a party?" in the place of "to a candidate", else at the end."""
    lead = fragment.split()[0].lower()
    same = rf"\b{lead}\s+.+?(?=\s+(?:in|for|at|per|during|since|by|from|to|among|according)\b|$)"
    if lead in ("to", "by", "for", "from", "among", "per", "according"):
        swapped, times = re.subn(same, lambda _: fragment, before, flags=re.IGNORECASE)
        if times == 1:
            return f"{swapped}?"
    return f"{before} {fragment}?"


def replaced(fragment: str, before: str, topic: Topic) -> str | None:
    """The fragment in the place of its own kind: a name, people, what is counted; else added.

    None where the earlier question has no place for it.
    """
    name = _same_name(fragment, before, topic)
    if name:
        return re.sub(rf"(?:the\s+)?{re.escape(name)}", lambda _: fragment, before, count=1) + "?"
    if is_people(fragment) and re.search(r"\bamong\b", before):
        return with_phrase(f"among {fragment}", before)
    if not topic.noun or topic.noun not in before and not topic.who:
        return f"{before} {_among(fragment)}?" if _is_question(before) else None
    if is_people(fragment) and not is_people(topic.noun):
        return f"{before} {_among(fragment)}?"
    counted = _phrase_in(before, topic.noun)
    if counted:
        return before.replace(counted, _instead(fragment, counted, before), 1) + "?"
    if topic.who and (is_people(fragment) or _shares(fragment, topic.noun)):
        return _as_object(fragment, before, topic)
    return f"{before} for {fragment}?"


def _instead(fragment: str, counted: str, before: str) -> str:
    """What stands where `counted` stood: the fragment alone or with what of it still holds."""
    generic, last = _is_generic(fragment), head(counted)
    shares = _shares(fragment, counted)
    if " for " in counted and not (shares or generic):
        return f"{counted.split(' for ')[0]} for {fragment}"
    if shares or is_people(fragment) and is_people(counted):
        return fragment
    if generic and stem(last) in UNITS and counted.endswith(last):
        return counted[: -len(last)] + fragment
    if generic and "how many" in before.lower():
        return f"{fragment} for {counted}"
    return f"{counted} for {fragment}"


def _shares(one: str, other: str) -> bool:
    return not set(content_stems(one)).isdisjoint(content_stems(other))


def _phrase_in(before: str, noun: str) -> str:
    """The noun as the earlier question has it: up to where it was put together ("who voted")."""
    kept = re.split(r"\s(?:who|that)\s", noun)[0]
    return noun if noun in before else kept if kept in before else ""


def _as_object(fragment: str, before: str, topic: Topic) -> str:
    """ "How does NCMEC count a missing child?" with what it counts replaced."""
    match = re.match(
        rf"(?P<head>how (?:do|does|did)\s+{re.escape(topic.who)}\s+\w+(?:\s+and\s+\w+)*)\s",
        before, re.IGNORECASE,
    )  # fmt: skip
    return f"{match['head']} {fragment}?" if match else f"{before} for {fragment}?"


def _same_name(fragment: str, before: str, topic: Topic) -> str:
    """The name that a fragment which is a name takes the place of."""
    asked = analyse(f"of {fragment}")
    stems = {each for name in asked.names for each in name}
    if not _NAMES.fullmatch(fragment) and (not stems or stems < set(asked.terms)):
        return ""
    if topic.who:
        return re.sub(r"^the\s+", "", topic.who)
    found = [m.group() for m in _NAMES.finditer(before) if not places(m.group())]
    named = [f for f in found if not re.match(rf"(?:{AUX}|what|who|which|how|when|why)\b", f, re.I)]
    return named[0] if len(named) == 1 else ""


_NAMES = re.compile(r"\b[A-Z][A-Za-z]*[A-Z0-9-][\w-]*|(?<=[a-z,] )[A-Z][a-z]+(?: [A-Z][a-z]+)*\b")


def _is_generic(fragment: str) -> bool:
    stems = content_stems(fragment)
    return bool(stems) and all(each in GENERIC for each in stems)


def _is_question(text: str) -> bool:
    return bool(re.match(r"(?:what|which|how|who|when|where|by)\b", text, re.IGNORECASE))


def _among(fragment: str) -> str:
    return f"among {fragment}" if is_people(fragment) else f"for {fragment}"
