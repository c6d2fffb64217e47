"""Is a claim of another place, person or thing than the one that a check rates?

Two claims are laid beside one another, word by word. Where one word stands in the place of another
("the flu vaccine", "the MMR vaccine"), one of them a name, and neither side knows the other's, they
are claims about different things, however much the rest is alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from functools import lru_cache

from assistant.answering.language.places import places, spelled
from assistant.answering.language.text import FRAME_STEMS, content_stems, jaccard, stem, words
from assistant.answering.sentences.units import names, profile
from assistant.types import Document

_OPENING_CHARS = 600
"""Of a check's text, what says what it is about."""
_SLOT = 3
"""Words that may stand in the place of a name; more is another way to say it."""
_REST = 0.6
"""Shared stems over all stems of two claims that differ in one thing."""
_ALIKE = 0.8
"""Share of letters from which a word is a spelling of the other."""
_NAMED = re.compile(r"[A-Z]")


def opening(document: Document) -> str:
    """The title and the first words: what a check says that it is about."""
    sections = document.content.sections
    summary = next((s for s in sections if s.role == "summary"), None)
    first = summary or next((s for s in sections if s.role == "body"), None)
    text = first.span.of(document.text)[:_OPENING_CHARS] if first else ""
    return f"{document.title} . {text}"


def other_place(wording: str, claim: str, check: str) -> bool:
    """Both name places, and the check names none of the wording's."""
    own, rated = places(wording), places(claim) or places(check)
    return bool(own and rated) and own.isdisjoint(places(claim) | places(check))


@lru_cache(maxsize=4096)
def other_name(wording: str, claim: str, check: str) -> bool:
    """Does another name stand in the place of one? `check` is what it says that it is about.

    Claims that share a name differ in who they are about only where they begin.
    """
    own, rated = content_stems(wording), content_stems(claim)
    capitals = _names(wording) | _names(claim)
    shares_name = bool(_names(wording) & _names(claim))
    for mine, theirs in _exchanged(own, rated):
        opens = own[: len(mine)] == mine and rated[: len(theirs)] == theirs
        named = capitals & {*mine, *theirs} and (opens or not shares_name)
        if (
            named
            and _rest_alike(own, rated, mine, theirs)
            and _is_new(mine, f"{claim} . {check}")
            and _is_new(theirs, wording)
        ):
            return not any(_spelled_alike(one, other) for one in mine for other in theirs)
    return False


def _rest_alike(
    own: Sequence[str], rated: Sequence[str], mine: Sequence[str], theirs: Sequence[str]
) -> bool:
    """Do they say the same but for these words? What is worded anew exchanges words by chance."""
    rest = [s for s in own if s not in mine and s not in FRAME_STEMS]
    other = [s for s in rated if s not in theirs and s not in FRAME_STEMS]
    return jaccard(rest, other) >= _REST


def _exchanged(
    own: Sequence[str], rated: Sequence[str]
) -> Iterator[tuple[Sequence[str], Sequence[str]]]:
    """What stands between the same words in both, where it is short."""
    for what, a, b, c, d in SequenceMatcher(None, own, rated, autojunk=False).get_opcodes():
        mine, theirs = _telling(own[a:b]), _telling(rated[c:d])
        if what == "replace" and 0 < _length(mine) <= _SLOT and 0 < _length(theirs) <= _SLOT:
            yield mine, theirs


def _telling(stems: Sequence[str]) -> list[str]:
    return [each for each in stems if each not in FRAME_STEMS and not each[0].isdigit()]


def _length(stems: Sequence[str]) -> int:
    """How many there are; the acronym of those before it adds nothing."""
    initials = "".join(each[0] for each in stems)
    spelled_out = (s == initials[max(0, at - len(s)) : at] for at, s in enumerate(stems) if at)
    return len(stems) - sum(spelled_out)


def _is_new(stems: Sequence[str], text: str) -> bool:
    """The text has none of the words, nor the acronym of them."""
    held = profile(text)
    return held.stems.isdisjoint(stems) and not names(held, stems)


def _names(text: str) -> frozenset[str]:
    """Stems of capitalised words but places; the first word and shouted ones may be any word."""
    said = words(text)
    if sum(word.isupper() for word in said) > len(said) / 2:
        return frozenset()
    found = [word for word in said[1:] if _NAMED.match(word)]
    found += [word for word in said[:1] if word[1:] != word[1:].lower()]
    located = frozenset(stem(each) for name in spelled(text) for each in words(name))
    return frozenset(stem(word) for word in found) - located


def _spelled_alike(one: str, other: str) -> bool:
    return SequenceMatcher(None, one, other).ratio() >= _ALIKE
