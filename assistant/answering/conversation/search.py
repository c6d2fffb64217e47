"""A follow-up's search stays near what was talked of: its own finds, ranked by the turn and topic.

A question of a conversation often leaves its topic unsaid, and no rule completes all of them, nor
always rightly. So the turn is searched for as it was said too, and what was asked last as well, and
a passage that several of these searches find moves up. Nothing comes in by that alone: what is
found are the candidates of the question as it is understood, and history is no evidence.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant.answering.conversation.standalone import Turn, said
from assistant.ports import Retriever
from assistant.types import Filters, Hit

TURN_WEIGHT = 0.5
"""On the turn as it was said, the rest of 1 being on the question as it was completed."""
TOPIC_WEIGHT = 0.4
"""On what was asked before. Both chosen on half of MTRAG's tasks."""
DEPTH = 100
"""Candidates of each search."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """A turn as it was said, and what was talked of: words to search for, empty where none are."""

    turn: str
    topic: str


ALONE = Spoken(turn="", topic="")
"""A question out of the blue."""


def spoken(question: str, history: Sequence[Turn]) -> Spoken:
    return Spoken(turn=question, topic=topic(history)) if history else ALONE


def topic(history: Sequence[Turn]) -> str:
    """The reader's last question; may be empty. Replies are not read: what a caller puts into the
    assistant's mouth changes nothing."""
    return " ".join(said(history)[-1:])


def found(
    retrieve: Retriever, reading: str, within: Spoken, most: int, filters: Filters
) -> tuple[Hit, ...]:
    """The hits of a question as it is understood, best first."""
    turn = within.turn if within.turn != reading else ""
    others = [(turn, TURN_WEIGHT), (within.topic, TOPIC_WEIGHT)]
    others = [(text, weight) for text, weight in others if any(map(str.isalnum, text))]
    if not others:
        return retrieve(reading, most, filters)
    own = 1 - sum(weight for text, weight in others if text == turn)
    hits = [replace(h, score=own * h.score) for h in retrieve(reading, max(most, DEPTH), filters)]
    for text, weight in others:
        hits = nearer(hits, retrieve(text, DEPTH, filters), weight)
    return tuple(hits[:most])


def nearer(hits: Sequence[Hit], others: Sequence[Hit], weight: float) -> list[Hit]:
    """The hits in their new order; one that is not among the others counts as their last."""
    if not others:
        return list(hits)
    scores = {hit.passage.id: hit.score for hit in others}
    last = min(scores.values())
    moved = [
        replace(hit, score=hit.score + weight * scores.get(hit.passage.id, last)) for hit in hits
    ]
    return sorted(moved, key=lambda hit: -hit.score)
