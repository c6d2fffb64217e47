"""The ledger and its two indexes, moved together.

The order makes every moment safe: passages are embedded, the ledger takes them in one transaction
that also marks their documents as pending, the indexes take them, the marks are cleared. What dies
in between is finished by `recover`. What the indexes find and the ledger no longer serves is
dropped when hits are read, so a withdrawal holds from the moment of its transaction.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Protocol

import numpy as np

from assistant.ledger import writing
from assistant.ledger.documents import Written
from assistant.ledger.ledger import Ledger
from assistant.ledger.places import Place, Placed, Quarantined
from assistant.ledger.writing import Entry
from assistant.ports import Clock, Embedder, PassageIndex, Vectors
from assistant.retrieval.analysis import embedded_text
from assistant.types import Document, Passage

BATCH_PASSAGES = 1024

Progress = Callable[[int, int], None]
"""(documents done, of how many)"""


class Index(PassageIndex, Protocol):
    """A PassageIndex that can be stamped and emptied."""

    def set_generation(self, generation: str) -> None: ...

    def wipe(self) -> None:
        """Empties the index so that no trace of what it held stays in any file."""


class Batch(Protocol):
    """New versions, and the places at which documents stand."""

    @property
    def entries(self) -> tuple[Entry, ...]: ...

    @property
    def placed(self) -> tuple[tuple[Place, Placed], ...]: ...


class Catalog:
    """Implements ingest's Store. One writer at a time; readers are never blocked."""

    def __init__(
        self, ledger: Ledger, index: Index, embedder: Callable[[], Embedder], clock: Clock
    ) -> None:
        self._ledger = ledger
        self._index = index
        self._embedder = embedder
        self._clock = clock
        self._writing = threading.RLock()
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="catalog")
        self._under_way: Future[None] | None = None

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Holds the only pen: two ingests in one server take turns."""
        with self._writing:
            yield

    # --- ingest's Store ---------------------------------------------------------------------------

    def put(self, batch: Batch) -> None:
        """Embeds a batch while the one before it is being written."""
        texts = [
            embedded_text(
                entry.content.title, piece.heading_path, piece.span.of(entry.content.text)
            )
            for entry in batch.entries
            for piece in entry.pieces
        ]
        vectors = self._embedder()(texts) if texts else None
        self._wait()
        self._under_way = self._thread.submit(self._store, batch, vectors)

    def finish(
        self, root: str, gone: Sequence[Place], quarantined: Sequence[Quarantined]
    ) -> list[str]:
        """Waits for every batch, drops places; the ids of documents that no place holds now."""
        self._wait()
        with self._ledger.transaction() as connection:
            self._ledger.places.drop(connection, gone)
            orphans = self._ledger.places.orphans(connection) if gone else []
            writing.set_state(connection, orphans, "removed")
            self._ledger.places.set_quarantine(connection, root, quarantined, self._clock())
        self._unlist(orphans)
        return orphans

    # --- keeping level ----------------------------------------------------------------------------

    def recover(self, progress: Progress | None = None) -> None:
        """Brings the indexes level with the ledger; costs nothing when they are."""
        generations = self._ledger.generations
        pending = generations.pending()
        stamp = self._index.generation()
        if stamp not in (generations.indexed(), generations.current()):
            if stamp is None and generations.current().endswith(":0"):
                self._index.set_generation(generations.current())
                return
            self.reindex(progress)
        elif pending:
            self._list(pending, progress)

    def reindex(self, progress: Progress | None = None) -> int:
        """Builds both indexes anew from the ledger alone; the number of passages."""
        with self._writing:
            self._index.wipe()
            documents = [document.id for document in self._ledger.documents.active("internal")]
            self._list(documents, progress, fresh=True)
            self._ledger.generations.settle(
                self._ledger.generations.pending(), self._ledger.generations.current()
            )
            return self._index.count()

    def withdraw(self, document_id: str, note: str) -> None:
        with self._writing:
            self._ledger.documents.get(document_id)
            with self._ledger.transaction() as connection:
                writing.set_state(connection, [document_id], "withdrawn", note)
            self._unlist([document_id])

    # --- inside -----------------------------------------------------------------------------------

    def _wait(self) -> None:
        if self._under_way:
            under_way, self._under_way = self._under_way, None
            under_way.result()

    def _store(self, batch: Batch, vectors: Vectors | None) -> None:
        ids = [entry.document_id for entry in batch.entries]
        stale = [n for document_id in ids for n in self._ledger.documents.passage_ids(document_id)]
        with self._ledger.transaction() as connection:
            written = writing.write(connection, batch.entries, self._clock())
            self._ledger.places.put(connection, batch.placed)
        self._ledger.documents.forget_cache()
        if stale:
            self._index.delete(stale)
        if vectors is not None:
            self._upsert(written, _kept(batch.entries, written, vectors))
        self._settle(ids)

    def _list(
        self, document_ids: Sequence[str], progress: Progress | None, fresh: bool = False
    ) -> None:
        """Embeds and indexes documents as the ledger has them now, in batches."""
        group: list[Written] = []
        done: list[str] = []
        for number, document_id in enumerate(document_ids, start=1):
            if not fresh:
                self._index.delete(self._ledger.documents.passage_ids(document_id))
            if written := self._ledger.documents.passages_of(document_id):
                group.append(written)
            done.append(document_id)
            size = sum(len(each.passages) for each in group)
            if size >= BATCH_PASSAGES or number == len(document_ids):
                self._upsert(group, self._embed(group))
                self._settle(done)
                if progress:
                    progress(number, len(document_ids))
                group, done = [], []

    def _embed(self, written: Sequence[Written]) -> Vectors:
        texts = [
            embedded_text(each.document.title, passage.heading_path, passage.text)
            for each in written
            for passage in each.passages
        ]
        return self._embedder()(texts) if texts else np.zeros((0, 0), dtype=np.float32)

    def _upsert(self, written: Sequence[Written], vectors: Vectors) -> None:
        passages: list[Passage] = [passage for each in written for passage in each.passages]
        documents: dict[str, Document] = {each.document.id: each.document for each in written}
        if passages:
            self._index.upsert(passages, vectors, documents)

    def _unlist(self, document_ids: Sequence[str]) -> None:
        ids = [n for each in document_ids for n in self._ledger.documents.passage_ids(each)]
        if ids:
            self._index.delete(ids)
        self._settle(document_ids)

    def _settle(self, document_ids: Sequence[str]) -> None:
        generation = self._ledger.generations.current()
        self._index.set_generation(generation)
        self._ledger.generations.settle(list(document_ids), generation)


def _kept(entries: Sequence[Entry], written: Sequence[Written], vectors: Vectors) -> Vectors:
    """The rows of `vectors` (one per piece) for the passages that were written.

    A withdrawn document has pieces but no passages.
    """
    rows: list[int] = []
    start = 0
    for entry, each in zip(entries, written, strict=True):
        if each.passages:
            rows += range(start, start + len(each.passages))
        start += len(entry.pieces)
    return vectors[rows]
