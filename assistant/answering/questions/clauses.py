"""A question of two clauses that both ask: "how many were there, and how many were found?"."""

from __future__ import annotations

import re

_SECOND = re.compile(
    r"^(?P<head>.+?)(?:,?\s+and\s+(?P<asks>(?:how|what|which|who|when|where|why)\b.+)|"
    r",\s+and\s+(?P<is>(?:is|are|was|were|do|does|did|has|have|had)\b.+))$",
    re.IGNORECASE | re.DOTALL,
)


def in_two(question: str) -> tuple[str, str] | None:
    """(the first clause, what follows its "and"); None where there is one clause alone."""
    match = _SECOND.match(question.strip())
    return (match["head"].rstrip(), match["asks"] or match["is"]) if match else None
