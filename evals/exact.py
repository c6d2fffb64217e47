"""Exact search for measuring, and the encoders of an archive that is measured.

Figures must not move because a graph was built in another order: the product searches an HNSW
graph, whose shape depends on the order in which threads add to it. Here the same vectors are
compared one by one. How near the graph comes to this is tested with the index itself.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from assistant.ports import Embedder, Vectors
from assistant.types import Audience
from assistant.wiring import Assistant


class ExactDense:
    """Stands in for `retrieval.dense.Dense` where vectors are searched; the rest is its own."""

    def __init__(self, dense: Any) -> None:
        self._dense = dense
        self._held: dict[str, tuple[list[int], Vectors]] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(self._dense, name)

    def search(self, vector: Vectors, k: int, audience: Audience) -> dict[int, float]:
        """The k passages of the greatest cosine to `vector`; of equals the smaller id."""
        near: dict[int, float] = {}
        for each in ("public", "internal") if audience == "internal" else ("public",):
            ids, rows = self._vectors(each)
            cosines = rows @ np.ravel(vector) if ids else np.zeros(0)
            near |= {ids[i]: float(cosines[i]) for i in np.argsort(-cosines, kind="stable")[:k]}
        return dict(sorted(near.items(), key=lambda item: (-item[1], item[0]))[:k])

    def _vectors(self, audience: str) -> tuple[list[int], Vectors]:
        if audience not in self._held:
            held = self._dense._collection(audience).get(include=["embeddings"])
            ids = np.array([int(each) for each in held["ids"]], dtype=np.int64)
            order = np.argsort(ids)
            rows = np.asarray(held["embeddings"], dtype=np.float32).reshape(len(ids), -1)
            self._held[audience] = ids[order].tolist(), rows[order]
        return self._held[audience]


def search_exactly(assistant: Assistant) -> None:
    """From here on this assistant's dense run is exact. For an archive that no longer changes."""
    index = assistant._parts.catalog.index
    index._dense = ExactDense(index._dense)  # type: ignore[assignment]


def encoders(assistant: Assistant) -> tuple[Embedder, Embedder]:
    """(of documents, of questions): the product's own."""
    models = assistant._parts.models
    return models.encoder, models.query_encoder
