"""A follow-up made to stand alone, by rules, from what the reader said before.

Only the reader's own turns are used, and only to complete the question: what the assistant said is
neither read nor carried, because history is never evidence.
"""

from __future__ import annotations

from collections.abc import Sequence

from assistant.answering.conversation.completing import completed, is_phrase, joins
from assistant.answering.conversation.ellipsis import LONG, Leaning, leaning
from assistant.answering.questions.clauses import in_two
from assistant.answering.questions.scope import QUESTION_CHARS
from assistant.ports import UNDERSTOOD

Turn = tuple[str, str]
"""(role, text); the reader's is "user", or UNDERSTOOD for a question as it was understood."""

TURNS = 12
"""The reader's last turns that are looked at."""
READINGS = 3
_READERS = ("user", UNDERSTOOD)


def standalone(question: str, history: Sequence[Turn]) -> str:
    """The question as it is understood: completed with earlier turns where it leans on them.

    A question that stands alone comes back as it was.
    """
    return readings(question, history)[0]


def readings(question: str, history: Sequence[Turn]) -> tuple[str, ...]:
    """What the question may mean, the likeliest first; at most READINGS.

    There are several where the form of a turn does not tell a follow-up from a new topic ("what
    about the minimum wage?"): then what the archive can answer decides.
    """
    before: tuple[str, ...] = ()
    for role, text in _turns(history):
        if leaning(text):
            before = (text,) if role == UNDERSTOOD else _as_context(text, before)
    return _read_after(question, before)[:READINGS]


def said(history: Sequence[Turn]) -> list[str]:
    """The reader's last questions, oldest first, none longer than a question may be."""
    return [text for _, text in _turns(history) if leaning(text)]


def _turns(history: Sequence[Turn]) -> list[Turn]:
    own = [(role, " ".join(text.split())) for role, text in history if role in _READERS]
    return [(role, text[:QUESTION_CHARS]) for role, text in own if text][-TURNS:]


def _as_context(text: str, before: tuple[str, ...]) -> tuple[str, ...]:
    """What an earlier turn leaves for the next: with its own context first ("any exceptions?")."""
    found = _read_after(text, before)
    lean = leaning(text)
    if lean and len(found) > 1 and not _is_specific(lean):
        found = tuple(sorted(found, key=lambda reading: reading == text))
    return found[:2]


def _read_after(question: str, before: tuple[str, ...]) -> tuple[str, ...]:
    found = [reading for previous in before or ("",) for reading in _read(question, previous)]
    return tuple(dict.fromkeys(found))


def _read(question: str, previous: str) -> tuple[str, ...]:
    """Of two clauses the first leans on what was asked before, the second on the first."""
    parts = in_two(question) if previous and len(question) <= LONG else None
    if parts is None:
        return _read_clause(question, previous)
    head, tail = parts
    return tuple(
        question if reading == head else f"{reading.rstrip('?.! ')}, and {tail}"
        for reading in _read_clause(head, previous)
    )


def _read_clause(question: str, previous: str) -> tuple[str, ...]:
    lean = leaning(question) if previous else None
    if lean is None or (lean.clause and not lean.bound and not lean.opened and _is_specific(lean)):
        return (question,)
    whole = completed(lean, previous)
    if lean.bound or is_phrase(lean.fragment):
        return (whole,)
    if not lean.clause:  # "what about the minimum wage?": of the topic, unless nothing is found
        return whole, f"{lean.fragment.rstrip('?.! ')}?"
    if not lean.opened or _is_specific(lean) or joins(lean, previous):
        return question, whole
    return whole, question


def _is_specific(lean: Leaning) -> bool:
    return lean.named or len(lean.own) > 1


def is_elliptical(question: str) -> bool:
    """Does it say nothing alone?"""
    lean = leaning(question)
    return lean is not None and (lean.bound or not lean.clause)
