"""An index in memory that compares every vector: the archive as it stood is searched with it.

The lexical run, the fusion and the filters are those of the index that serves. It is built from
the same passages in the same order each time, so it gives the same answers each time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from assistant.ports import Vectors
from assistant.retrieval.index import Fused
from assistant.retrieval.lexical import Lexical
from assistant.types import Audience, Document, Passage

Batch = tuple[Sequence[Passage], Vectors, Mapping[str, Document]]
"""(passages, a row for each, their documents by id)"""


class ExactIndex(Fused):
    """Made once and never changed. Safe to share between threads."""

    def __init__(self, batches: Iterable[Batch]) -> None:
        self._lexical = Lexical()
        held: dict[Audience, list[tuple[int, Vectors]]] = {"public": [], "internal": []}
        for passages, rows, documents in batches:
            self._lexical.upsert(passages, documents)
            for passage, row in zip(passages, rows, strict=True):
                held[documents[passage.document_id].audience].append((passage.id, row))
        self._lexical.close()
        self._dense = _Vectors(held)
        self.size = sum(map(len, held.values()))
        """Passages."""


class _Vectors:
    """The cosines to all vectors that a reader may see."""

    def __init__(self, held: Mapping[Audience, list[tuple[int, Vectors]]]) -> None:
        self._held: dict[Audience, tuple[list[int], Vectors]] = {}
        for audience, pairs in held.items():
            pairs.sort(key=lambda pair: pair[0])
            rows = np.array([row for _, row in pairs], dtype=np.float32)
            self._held[audience] = [number for number, _ in pairs], rows
        self._places = {
            number: (audience, place)
            for audience, (ids, _) in self._held.items()
            for place, number in enumerate(ids)
        }

    def search(self, vector: Vectors, k: int, audience: Audience) -> dict[int, float]:
        """The k passages of the greatest cosine to `vector`; of equals the smaller id."""
        near: list[tuple[int, float]] = []
        for ids, rows in self._visible(audience):
            cosines = rows @ np.ravel(vector)
            best = np.argsort(-cosines, kind="stable")[:k]
            near += [(ids[place], float(cosines[place])) for place in best]
        return dict(sorted(near, key=lambda pair: (-pair[1], pair[0]))[:k])

    def cosines(
        self, vector: Vectors, passage_ids: Sequence[int], audience: Audience
    ) -> dict[int, float]:
        """The cosine to `vector` of passages that another run found; of those that are held."""
        found: dict[int, float] = {}
        for number in passage_ids:
            held, place = self._places.get(number, ("internal", -1))
            if place >= 0 and (audience == "internal" or held == "public"):
                found[number] = float(self._held[held][1][place] @ np.ravel(vector))
        return found

    def _visible(self, audience: Audience) -> list[tuple[list[int], Vectors]]:
        names: tuple[Audience, ...] = ("public", "internal")
        shown = names if audience == "internal" else names[:1]
        return [self._held[each] for each in shown if self._held[each][0]]
