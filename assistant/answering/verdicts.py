"""Published verdicts that belong to an answer, word for word: never rephrased, never averaged."""

from __future__ import annotations

from collections.abc import Iterable

from assistant.answering.analysis import analyse
from assistant.answering.units import coverage, profile, term_weights
from assistant.types import Document, Verdict

_MATCHES = 0.5
"""The share of the question that the rated claim, with its document's title, has to cover."""


def verdicts(question: str, documents: Iterable[Document]) -> tuple[tuple[Document, Verdict], ...]:
    """Verdicts of the documents that an answer rests on, where they rate what was asked."""
    weights = term_weights(analyse(question).topic)
    return tuple(
        (document, verdict)
        for document in {d.id: d for d in documents}.values()
        for verdict in document.content.verdicts
        if coverage(weights, profile(f"{document.title} {verdict.claim}").stems) >= _MATCHES
    )
