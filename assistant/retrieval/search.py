"""From a question to Hits, and from passages to documents."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from assistant.errors import BadInput
from assistant.ports import Embedder, PassageIndex
from assistant.retrieval.analysis import cleaned
from assistant.types import Filters, Hit, Passage

Hydrate = Callable[[Sequence[int]], Sequence[Passage]]
"""Passage ids -> the passages of them that are served now; withdrawn ones are left out."""

_SPARE = 10
"""Asked for beyond k, because hydration drops what was withdrawn since it was indexed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Retriever:
    """The port Retriever over one index: question -> its vector -> passages -> Hits."""

    index: PassageIndex
    embed: Embedder
    hydrate: Hydrate

    def __call__(self, question: str, k: int, filters: Filters) -> tuple[Hit, ...]:
        """The k best passages, best first; fewer when the archive has fewer.

        Raises BadInput for a question without a letter or digit, or for k below 1.
        """
        if k < 1:
            raise BadInput(f"k is {k}; ask for at least one passage")
        if not any(character.isalnum() for character in question):
            raise BadInput("the question has no words; ask in a sentence or a few keywords")
        vector = self.embed([cleaned(question)])[0]
        found = self.index.search(question, vector, k + _SPARE, filters)
        served = {passage.id: passage for passage in self.hydrate([row[0] for row in found])}
        hits = (
            Hit(passage=served[id_], score=score, lexical=lexical, dense=dense)
            for id_, score, lexical, dense in found
            if id_ in served
        )
        return tuple(hits)[:k]


def documents(hits: Iterable[Hit]) -> list[tuple[str, float]]:
    """Documents by their best passage, best first: (document id, score)."""
    best: dict[str, float] = {}
    for hit in hits:
        name = hit.passage.document_id
        best[name] = max(hit.score, best.get(name, hit.score))
    return sorted(best.items(), key=lambda item: (-item[1], item[0]))
