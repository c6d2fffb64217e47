"""From a question to Hits, and from passages to documents."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from assistant.errors import BadInput
from assistant.ports import Embedder, Reranker, Vectors
from assistant.retrieval.analysis import QUESTION_CHARS, cleaned, embedded_text, is_post, worded
from assistant.retrieval.fusion import standardised
from assistant.retrieval.reading import READ, Weights, placed, read_closely, shipped
from assistant.types import Filters, Hit, Passage

Hydrate = Callable[[Sequence[int]], Sequence[Passage]]
"""Passage ids -> the passages of them that are served now; withdrawn ones are left out."""


class Searched(Protocol):
    """Of a PassageIndex, what a question needs."""

    def search(
        self, text: str, vector: Vectors, k: int, filters: Filters
    ) -> list[tuple[int, float, float, float | None]]: ...


_SPARE = 10
"""Asked for beyond k, because hydration drops what was withdrawn since it was indexed."""

RERANKED = 30
"""A cross-encoder reads so many: its time grows with them, and the right one is rarely lower."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Retriever:
    """The port Retriever over one index: question -> its vector -> passages -> Hits.

    The first hits are read closely (`reading.py`); `rerank`, where there is one, then has a say in
    their order.
    """

    index: Searched
    embed: Embedder
    hydrate: Hydrate
    rerank: Reranker | None = None
    weights: Weights = field(default_factory=shipped)

    def __call__(self, question: str, k: int, filters: Filters) -> tuple[Hit, ...]:
        """The k best passages, best first; fewer when the archive has fewer.

        Raises BadInput for a question without a letter or digit, or for k below 1.
        """
        if k < 1:
            raise BadInput(f"k is {k}; ask for at least one passage")
        if not any(character.isalnum() for character in question):
            raise BadInput("the question has no words; ask in a sentence or a few keywords")
        wanted = max(k, RERANKED, READ)
        vector = self._vector(question)
        found = self.index.search(worded(question), vector, wanted + _SPARE, filters)
        served = {passage.id: passage for passage in self.hydrate([row[0] for row in found])}
        hits = tuple(
            Hit(passage=served[id_], score=score, lexical=lexical, dense=dense)
            for id_, score, lexical, dense in found
            if id_ in served
        )
        if not is_post(question):  # over 1,398 posts reading closely gained nothing
            hits = read_closely(question, hits, self.weights)
        if self.rerank:
            hits = reranked(question, hits, self.rerank)
        return hits[:k]

    def _vector(self, question: str) -> Vectors:
        """Of a posted message, midway between what is posted and what it says.

        Links and hashtags tell something about the subject and drown it in others: over posts both
        readings together find more than either.
        """
        plain: Vectors = self.embed([cleaned(question)])[0]
        if not is_post(question):
            return plain
        both: Vectors = plain + self.embed([question[:QUESTION_CHARS]])[0]
        unit: Vectors = both / max(float(np.linalg.norm(both)), 1e-12)
        return unit


def reranked(question: str, hits: Sequence[Hit], rerank: Reranker) -> tuple[Hit, ...]:
    """The first hits by what the reranker and the search say together, the rest as they are.

    Both are standardised over those hits and count the same: nothing is fitted to one model. The
    scores stay with the places, so that they keep their scale and their order.
    """
    if not hits:
        return ()
    first, rest = hits[:RERANKED], hits[RERANKED:]
    texts = [embedded_text("", hit.passage.heading_path, hit.passage.text) for hit in first]
    said = standardised(np.asarray(rerank(question, texts), dtype=np.float64))
    scores = standardised(np.array([hit.score for hit in first], dtype=np.float64)) + said
    return (*placed(first, scores), *rest)


def documents(hits: Iterable[Hit]) -> list[tuple[str, float]]:
    """Documents by their best passage, best first: (document id, score)."""
    best: dict[str, float] = {}
    for hit in hits:
        name = hit.passage.document_id
        best[name] = max(hit.score, best.get(name, hit.score))
    return sorted(best.items(), key=lambda item: (-item[1], item[0]))
