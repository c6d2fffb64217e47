"""The ledger and its two indexes, moved together.

The order makes every moment safe: passages are embedded, the ledger takes them in one transaction
that also marks their documents as pending, the indexes take them, the marks are cleared. What dies
in between is finished by `recover`. What the indexes find and the ledger no longer serves is
dropped when hits are read, so a withdrawal holds from the moment of its transaction.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from typing import Generic, Protocol, TypeVar

import numpy as np
from sqlalchemy import Connection

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
    """A PassageIndex that says which state of the ledger it holds."""

    def set_generation(self, generation: str) -> None: ...

    def close(self) -> None: ...


AnyIndex = TypeVar("AnyIndex", bound=Index)


class Builds(Protocol[AnyIndex]):
    """Where builds of the index lie; one of them serves."""

    def open(self) -> AnyIndex:
        """The build that serves, or a new one when none of this model does."""

    def new(self) -> AnyIndex:
        """An empty build beside the one that serves."""

    def activate(self, index: AnyIndex) -> None:
        """Makes a build the one that serves, at once."""

    def sweep(self) -> None:
        """Removes every build but the one that serves, with every trace of what it held."""


class Batch(Protocol):
    """New versions, and the places at which documents stand."""

    @property
    def entries(self) -> tuple[Entry, ...]: ...

    @property
    def placed(self) -> tuple[tuple[Place, Placed], ...]: ...

    @property
    def at(self) -> datetime | None: ...

    @property
    def also(self) -> Callable[[Connection], None] | None: ...


class Catalog(Generic[AnyIndex]):
    """Implements ingest's Store. One writer at a time; readers are never blocked."""

    def __init__(
        self,
        ledger: Ledger,
        builds: Builds[AnyIndex],
        embedder: Callable[[], Embedder],
        clock: Clock,
    ) -> None:
        self._ledger = ledger
        self._builds = builds
        self.index = builds.open()
        self._embedder = embedder
        self._clock = clock
        self._writing = threading.RLock()
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="catalog")
        self._under_way: Future[None] | None = None
        self._readers: Counter[int] = Counter()
        self._turn = threading.Condition()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Holds the only pen: two ingests in one server take turns."""
        with self._writing:
            yield

    @contextmanager
    def reading(self) -> Iterator[AnyIndex]:
        """The index that serves, which stays open for the length of the block."""
        with self._turn:
            index = self.index
            self._readers[id(index)] += 1
        try:
            yield index
        finally:
            with self._turn:
                self._readers[id(index)] -= 1
                self._turn.notify_all()

    # --- ingest's Store ---------------------------------------------------------------------------

    def take(self, batch: Batch) -> None:
        """Takes one batch and waits until it is whole: in the ledger and in the indexes."""
        with self._writing:
            self.put(batch)
            self._wait()

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
        self,
        root: str,
        gone: Sequence[Place],
        quarantined: Sequence[Quarantined],
        *,
        moved: bool = False,
    ) -> list[str]:
        """Waits for every batch, drops places; the ids of documents that no place holds now.

        `moved`: some place holds another document than before.
        """
        self._wait()
        with self._ledger.transaction() as connection:
            self._ledger.places.drop(connection, gone)
            orphans = self._ledger.places.orphans(connection) if gone or moved else []
            writing.set_state(connection, orphans, "removed", self._clock())
            self._ledger.places.set_quarantine(connection, root, quarantined, self._clock())
        self._unlist(orphans)
        return orphans

    # --- keeping level ----------------------------------------------------------------------------

    def recover(self, progress: Progress | None = None) -> None:
        """Brings the indexes level with the ledger; costs nothing when they are."""
        generations = self._ledger.generations
        pending = generations.pending()
        if self.index.generation() not in (generations.indexed(), generations.current()):
            self.reindex(progress)
        elif pending:
            self._list(self.index, pending, progress, settle=True)

    def reindex(self, progress: Progress | None = None) -> int:
        """Builds both indexes anew from the ledger alone; the number of passages.

        What serves goes on serving until the new build is whole, and is then removed.
        """
        with self._writing:
            self._wait()
            fresh, old = self._builds.new(), self.index
            documents = [document.id for document in self._ledger.documents.active("internal")]
            self._list(fresh, documents, progress)
            fresh.set_generation(self._ledger.generations.current())
            self._builds.activate(fresh)
            with self._turn:
                self.index = fresh
                self._turn.wait_for(lambda: not self._readers[id(old)])
            old.close()
            self._settle(self._ledger.generations.pending())
            self._builds.sweep()
            return fresh.count()

    def close(self) -> None:
        self._thread.shutdown()
        self.index.close()

    def withdraw(
        self, document_id: str, note: str, also: Callable[[Connection], None] = lambda _: None
    ) -> None:
        """Takes a document out of what is found. `also` joins the transaction."""
        with self._writing:
            self._ledger.documents.get(document_id)
            with self._ledger.transaction() as connection:
                writing.set_state(connection, [document_id], "withdrawn", self._clock(), note)
                also(connection)
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
            written = writing.write(connection, batch.entries, batch.at or self._clock())
            self._ledger.places.put(connection, batch.placed)
            if batch.also:
                batch.also(connection)
        if stale:
            self.index.delete(stale)
        if vectors is not None:
            _upsert(self.index, written, _kept(batch.entries, written, vectors))
        self._settle(ids)

    def _list(
        self,
        index: AnyIndex,
        document_ids: Sequence[str],
        progress: Progress | None,
        settle: bool = False,
    ) -> None:
        """Embeds and indexes documents as the ledger has them now, in batches.

        With `settle` the index serves: what it held of them goes first, and they are settled.
        """
        group: list[Written] = []
        done: list[str] = []
        for number, document_id in enumerate(document_ids, start=1):
            if settle:
                index.delete(self._ledger.documents.passage_ids(document_id))
            if written := self._ledger.documents.passages_of(document_id):
                group.append(written)
            done.append(document_id)
            size = sum(len(each.passages) for each in group)
            if size >= BATCH_PASSAGES or number == len(document_ids):
                _upsert(index, group, self._embed(group))
                if settle:
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

    def _unlist(self, document_ids: Sequence[str]) -> None:
        ids = [n for each in document_ids for n in self._ledger.documents.passage_ids(each)]
        if ids:
            self.index.delete(ids)
        self._settle(document_ids)

    def _settle(self, document_ids: Sequence[str]) -> None:
        generation = self._ledger.generations.current()
        self.index.set_generation(generation)
        self._ledger.generations.settle(list(document_ids), generation)


def _upsert(index: Index, written: Sequence[Written], vectors: Vectors) -> None:
    passages: list[Passage] = [passage for each in written for passage in each.passages]
    documents: dict[str, Document] = {each.document.id: each.document for each in written}
    if passages:
        index.upsert(passages, vectors, documents)


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
