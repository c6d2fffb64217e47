"""The dense run, and the one door to chromadb: embedded, without telemetry.

A cache that is rebuilt from the ledger. One collection for each model fingerprint and audience:
vectors of two models never meet, and what a reader may not see is not searched at all. Chroma is
given ids and vectors only, no texts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from assistant.ports import Vectors
from assistant.types import Audience

HNSW = {
    "space": "ip",
    "ef_construction": 100,
    "max_neighbors": 16,
    "ef_search": 200,
    "batch_size": 1000,
    "sync_threshold": 10_000,
}
"""By measurement: recall@100 at least .99 against exact search; see the tests."""

_BATCH = 2000
_AUDIENCES: tuple[Audience, ...] = ("public", "internal")


class Dense:
    """Passages by the direction of their vectors, for one model."""

    def __init__(self, path: Path, fingerprint: str) -> None:
        self._fingerprint = fingerprint
        self._client = _open(path)
        self._collections: dict[Audience, Any] = {}

    def search(self, vector: Vectors, k: int, audience: Audience) -> dict[int, float]:
        """The k nearest passages and their cosine to `vector` (length 1), nearest first."""
        near: dict[int, float] = {}
        for each in _visible(audience):
            near |= _nearest(self._collection(each), vector, k)
        return dict(sorted(near.items(), key=lambda item: -item[1])[:k])

    def cosines(
        self, vector: Vectors, passage_ids: Sequence[int], audience: Audience
    ) -> dict[int, float]:
        """The cosine to `vector` of passages that another run found; of those that are held."""
        found: dict[int, float] = {}
        for each in _visible(audience):
            left = [str(i) for i in passage_ids if i not in found]
            if left:
                rows = self._collection(each).get(ids=left, include=["embeddings"])
                scores = np.asarray(rows["embeddings"]).reshape(-1, vector.size) @ vector
                found |= zip(map(int, rows["ids"]), map(float, scores), strict=True)
        return found

    def upsert(self, vectors: Mapping[Audience, tuple[Sequence[int], Vectors]]) -> None:
        """Add or replace vectors, ids beside rows; a passage's other audience is emptied of it."""
        for audience, (ids, rows) in vectors.items():
            for start in range(0, len(ids), _BATCH):
                names = [str(each) for each in ids[start : start + _BATCH]]
                self._collection(audience).upsert(
                    ids=names, embeddings=rows[start : start + _BATCH]
                )
            for other in _AUDIENCES:
                if other != audience:
                    self._remove(other, ids)

    def delete(self, passage_ids: Sequence[int]) -> None:
        """Remove passages; ids that are not held are fine."""
        for audience in _AUDIENCES:
            self._remove(audience, passage_ids)

    def ids(self) -> dict[Audience, set[int]]:
        """Every passage that is held, by audience."""
        return {
            audience: {int(each) for each in self._collection(audience).get(include=[])["ids"]}
            for audience in _AUDIENCES
        }

    def count(self) -> int:
        return sum(int(self._collection(audience).count()) for audience in _AUDIENCES)

    def wipe(self) -> None:
        """Remove this model's collections and begin empty."""
        for audience in _AUDIENCES:
            self._client.get_or_create_collection(self._name(audience), embedding_function=None)
            self._client.delete_collection(self._name(audience))
        self._collections.clear()

    def drop_others(self) -> None:
        """Remove the collections of every other model."""
        kept = {self._name(audience) for audience in _AUDIENCES}
        for collection in self._client.list_collections():
            if collection.name not in kept:
                self._client.delete_collection(collection.name)

    def _remove(self, audience: Audience, passage_ids: Sequence[int]) -> None:
        collection = self._collection(audience)
        if not passage_ids or not collection.count():
            return
        names = [str(each) for each in passage_ids]
        for start in range(0, len(names), _BATCH):
            held = collection.get(ids=names[start : start + _BATCH], include=[])["ids"]
            if held:
                collection.delete(ids=held)

    def _collection(self, audience: Audience) -> Any:
        if audience not in self._collections:
            self._collections[audience] = self._client.get_or_create_collection(
                self._name(audience), embedding_function=None, configuration={"hnsw": HNSW}
            )
        return self._collections[audience]

    def _name(self, audience: Audience) -> str:
        return f"passages-{self._fingerprint}-{audience}"


def _visible(audience: Audience) -> tuple[Audience, ...]:
    return _AUDIENCES if audience == "internal" else ("public",)


def _nearest(collection: Any, vector: Vectors, k: int) -> dict[int, float]:
    if k < 1 or not (held := collection.count()):
        return {}
    found = collection.query(
        query_embeddings=np.reshape(vector, (1, -1)), n_results=min(k, held), include=["distances"]
    )
    pairs = zip(found["ids"][0], found["distances"][0], strict=True)
    return {int(each): 1.0 - float(distance) for each, distance in pairs}


def _open(path: Path) -> Any:
    import chromadb
    from chromadb.config import Settings

    path.mkdir(parents=True, exist_ok=True)
    return chromadb.PersistentClient(str(path), Settings(anonymized_telemetry=False))
