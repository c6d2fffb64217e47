"""The dense run, and the one door to chromadb: embedded, without telemetry.

A cache that is rebuilt from the ledger. One collection for each model fingerprint and audience:
vectors of two models never meet, and what a reader may not see is not searched at all. Chroma is
given ids and vectors only, no texts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from assistant.ports import Vectors
from assistant.types import Audience

T = TypeVar("T")

HNSW = {
    "space": "ip",
    "ef_construction": 200,
    "max_neighbors": 16,
    "ef_search": 600,
    "batch_size": 100,
    "sync_threshold": 100,
}
"""By measurement at 50,000 passages: recall@100 against exact search .975 at ef_search 200, .988 at
300, .993 at 400, .997 at 600, at 1.5 to 2.2 ms a question throughout."""

_BATCH = 2000
_OPEN_COLLECTIONS = 16
_PLACE = ("default_tenant", "default_database")
_AUDIENCES: tuple[Audience, ...] = ("public", "internal")
_PAST = "past"
"""Where the vectors go of what serves no longer: the archive as it stood is searched with them."""


class Dense:
    """Passages by the direction of their vectors, for one model."""

    def __init__(self, path: Path, fingerprint: str) -> None:
        self._path = path
        self._fingerprint = fingerprint
        self._opened: Any = None
        self._collections: dict[str, Any] = {}
        self._readers: dict[str, Any] = self._open_readers()

    def search(self, vector: Vectors, k: int, audience: Audience) -> dict[int, float]:
        """The k nearest passages and their cosine to `vector` (length 1), nearest first."""
        near: dict[int, float] = {}
        for each in _visible(audience):
            near |= self._read(each, partial(_nearest, vector=vector, k=k))
        return dict(sorted(near.items(), key=lambda item: -item[1])[:k])

    def cosines(
        self, vector: Vectors, passage_ids: Sequence[int], audience: Audience
    ) -> dict[int, float]:
        """The cosine to `vector` of passages that another run found; of those that are held."""
        found: dict[int, float] = {}
        for each in _visible(audience):
            left = [str(i) for i in passage_ids if i not in found]
            if left:
                found |= self._read(each, partial(_cosines, vector=vector, ids=left))
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
        """Remove passages; ids that are not held are fine. Their vectors are kept aside."""
        for audience in _AUDIENCES:
            self._remove(audience, passage_ids, keep=True)

    def vectors(self, passage_ids: Sequence[int]) -> dict[int, Vectors]:
        """The vectors of passages, those that serve no longer too; of those that are held."""
        found: dict[int, Vectors] = {}
        for each in (*_AUDIENCES, _PAST):
            left = [str(i) for i in passage_ids if i not in found]
            for start in range(0, len(left), _BATCH):
                found |= self._read(each, partial(_rows, ids=left[start : start + _BATCH]))
        return found

    def ids(self) -> dict[Audience, set[int]]:
        """Every passage that is held, by audience."""
        return {
            audience: self._read(
                audience, lambda held: {int(each) for each in held.get(include=[])["ids"]}
            )
            for audience in _AUDIENCES
        }

    def close(self) -> None:
        """Let go of the files."""
        if self._opened is not None:
            self._opened.close()
            self._opened = None
        self._collections, self._readers = {}, {}

    def _remove(
        self, audience: Audience, passage_ids: Sequence[int], *, keep: bool = False
    ) -> None:
        collection = self._collection(audience)
        if not passage_ids or not collection.count():
            return
        names = [str(each) for each in passage_ids]
        for start in range(0, len(names), _BATCH):
            include = ["embeddings"] if keep else []
            held = collection.get(ids=names[start : start + _BATCH], include=include)
            if held["ids"] and keep:
                self._collection(_PAST).upsert(ids=held["ids"], embeddings=held["embeddings"])
            if held["ids"]:
                collection.delete(ids=held["ids"])

    def _collection(self, part: str) -> Any:
        client = self._client()
        if part not in self._collections:
            self._collections[part] = client.get_or_create_collection(
                self._name(part), embedding_function=None, configuration={"hnsw": HNSW}
            )
        return self._collections[part]

    def _client(self) -> Any:
        if self._opened is None:
            self._opened = _open(self._path)
            self._readers = {}
        return self._opened

    def _read(self, part: str, ask: Callable[[Any], T]) -> T:
        """Ask the reader while there is one; what it can't answer, the package's client can."""
        reader = self._readers.get(part)
        if reader is not None:
            with suppress(Exception):
                return ask(reader)
            self._readers = {}
        return ask(self._collection(part))

    def _open_readers(self) -> dict[str, Any]:
        """Readers that spare a single question the import of chromadb, until the first write."""
        if not (self._path / "chroma.sqlite3").is_file():
            return {}
        try:
            engine = _engine(self._path)
            return {each: _Reader(engine, self._name(each)) for each in _AUDIENCES}
        except Exception:  # whatever the engine says, the package's own client says it better
            return {}

    def _name(self, part: str) -> str:
        return f"passages-{self._fingerprint}-{part}"


class _Reader:
    """The two calls of a Chroma collection that a search needs, straight from Chroma's engine.

    The package's own import takes three quarters of a second, most of it for servers, telemetry
    and other people's embedding functions; its engine takes a fiftieth.
    """

    def __init__(self, engine: Any, name: str) -> None:
        self._engine = engine
        self._id = str(engine.get_collection(name, *_PLACE).id)

    def query(self, query_embeddings: Vectors, n_results: int, include: list[str]) -> Any:
        rows = [row.tolist() for row in query_embeddings]
        found = self._engine.query(self._id, None, rows, n_results, None, None, include, *_PLACE)
        return {"ids": found.ids, "distances": found.distances}

    def get(self, include: list[str], ids: list[str] | None = None) -> Any:
        found = self._engine.get(self._id, ids, None, None, 0, None, include, *_PLACE)
        return {"ids": found.ids, "embeddings": found.embeddings}


def _visible(audience: Audience) -> tuple[Audience, ...]:
    return _AUDIENCES if audience == "internal" else ("public",)


def _nearest(collection: Any, vector: Vectors, k: int) -> dict[int, float]:
    found = collection.query(
        query_embeddings=np.reshape(vector, (1, -1)), n_results=k, include=["distances"]
    )
    pairs = zip(found["ids"][0], found["distances"][0], strict=True)
    return {int(each): 1.0 - float(distance) for each, distance in pairs}


def _engine(path: Path) -> Any:
    engine = import_module("chromadb_rust_bindings")
    database = engine.SqliteDBConfig(
        hash_type=engine.MigrationHash.MD5,
        migration_mode=engine.MigrationMode.Validate,
        url=str(path / "chroma.sqlite3"),
    )
    return engine.Bindings(
        allow_reset=False,
        sqlite_db_config=database,
        persist_path=str(path),
        hnsw_cache_size=_OPEN_COLLECTIONS,
    )


def _cosines(collection: Any, vector: Vectors, ids: list[str]) -> dict[int, float]:
    rows = collection.get(ids=ids, include=["embeddings"])
    scores = np.asarray(rows["embeddings"]).reshape(-1, vector.size) @ vector
    return dict(zip(map(int, rows["ids"]), map(float, scores), strict=True))


def _rows(collection: Any, ids: list[str]) -> dict[int, Vectors]:
    rows = collection.get(ids=ids, include=["embeddings"])
    vectors = np.asarray(rows["embeddings"], dtype=np.float32)
    return dict(zip(map(int, rows["ids"]), vectors, strict=True))


def _open(path: Path) -> Any:
    import chromadb
    from chromadb.config import Settings

    path.mkdir(parents=True, exist_ok=True)
    return chromadb.PersistentClient(str(path), Settings(anonymized_telemetry=False))
