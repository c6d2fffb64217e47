"""As of then: the archive asked as it stood at an instant, with the citations of then.

What had been written by then is read by the code that reads the archive today. The index is built
in memory from exactly the passages that stood, so the same question gives the same answer whenever
it is asked again. The last of both are kept.
"""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from functools import cache

import numpy as np

from assistant.answering.ask import Asker
from assistant.errors import BadInput
from assistant.ledger.documents import Documents, Written
from assistant.ledger.ledger import Ledger
from assistant.ledger.then import LedgerThen
from assistant.ports import Embedder, Reranker, Vectors
from assistant.ports import Retriever as Retrieve
from assistant.retrieval.analysis import embedded_text
from assistant.retrieval.exact import Batch, ExactIndex
from assistant.retrieval.search import Retriever
from assistant.settings import parse_instant
from assistant.types import Answer, Filters, Hit, Passage, Reply

KEPT = 2
"""Days of the archive that stay open, and indexes that stay in memory."""
KEPT_PASSAGES = 100_000
"""Passages of all indexes in memory (about 3 KB each), beyond which only the newest stays."""
BATCH_PASSAGES = 1024


def moment(text: str, now: datetime) -> datetime:
    """The end of a day in UTC, or an instant exactly. Raises BadInput for what is still to come."""
    try:
        instant = _read(text)
    except (ValueError, OverflowError) as error:
        raise BadInput(f"{text!r} is no date; write it like 2026-01-29") from error
    last = now if _is_instant(text) else datetime.combine(now.astimezone(UTC), time.max, UTC)
    if instant > last:
        today = now.astimezone(UTC).date()
        raise BadInput(f"{text} lies in the future; name a day up to today, {today}")
    return instant


def dated(reply: Reply, as_of: datetime, now: datetime) -> Reply:
    """An answer of then says so, whatever day it was judged on, and when it was really given."""
    result = reply.result
    if isinstance(result, Answer):
        result = replace(result, as_of=as_of.astimezone(UTC).date())
    return replace(reply, result=result, created_at=now.astimezone(UTC))


def _read(text: str) -> datetime:
    if _is_instant(text):
        return parse_instant(text).astimezone(UTC)
    return datetime.combine(date.fromisoformat(text), time.max, UTC)


def _is_instant(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return True
    return False


Known = Callable[[Sequence[int]], dict[int, Vectors]]
"""Passage ids -> the vectors of those that serve, or served, and have theirs already."""

Make = Callable[[LedgerThen, Retrieve], Asker]
"""(the ledger then, how its passages are found) -> an Asker over them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Then:
    ledger: LedgerThen
    asker: Asker


class AsOf:
    """Gives the Asker of an instant. Safe to share between threads."""

    def __init__(
        self,
        ledger: Ledger,
        *,
        make: Make,
        vectors: Known,
        embed: Embedder,
        embed_question: Embedder,
        rerank: Callable[[], Reranker | None] = lambda: None,
    ) -> None:
        self._ledger = ledger
        self._make = make
        self._indexes = Indexes(vectors, embed)
        self._embed_question = embed_question
        self._rerank = rerank
        self._open: OrderedDict[tuple[datetime, int, int, int], _Then] = OrderedDict()
        self._lock = threading.Lock()

    def at(self, instant: datetime) -> Asker:
        """Answers from what stood at `instant` and may still be shown.

        Opened anew after every write: something may have been withdrawn.
        """
        ledger = self._ledger
        key = (instant, ledger.documents.writes, ledger.watched.writes, ledger.labels.writes)
        with self._lock:
            if key not in self._open:
                self._open[key] = self._then(instant)
            self._open.move_to_end(key)
            while len(self._open) > KEPT:
                self._open.popitem(last=False)[1].ledger.close()
            return self._open[key].asker

    def close(self) -> None:
        with self._lock:
            while self._open:
                self._open.popitem()[1].ledger.close()

    def _then(self, instant: datetime) -> _Then:
        ledger = LedgerThen(self._ledger.path, instant)
        stood = cache(lambda: Stood.of(ledger.documents))

        def retrieve(question: str, k: int, filters: Filters) -> tuple[Hit, ...]:
            return self._search(stood(), question, k, filters)

        return _Then(ledger=ledger, asker=self._make(ledger, retrieve))

    def _search(self, stood: Stood, question: str, k: int, filters: Filters) -> tuple[Hit, ...]:
        def hydrate(ids: Sequence[int]) -> list[Passage]:
            return list(stood.documents.passages(ids, filters.audience).values())

        index = self._indexes(stood)
        retriever = Retriever(
            index=index, embed=self._embed_question, hydrate=hydrate, rerank=self._rerank()
        )
        return retriever(question, k, filters)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stood:
    """The passages that stood, by `key`, with the documents that they are of."""

    documents: Documents
    ids: tuple[str, ...]
    key: bytes

    @classmethod
    def of(cls, documents: Documents) -> Stood:
        served = documents.served()
        return cls(
            documents=documents,
            ids=tuple(dict.fromkeys(document_id for document_id, _, _ in served)),
            key=hashlib.sha256(repr(served).encode()).digest(),
        )


class Indexes:
    """The index of exactly the passages that stood, made when it is first searched."""

    def __init__(self, vectors: Known, embed: Embedder) -> None:
        self._vectors = vectors
        self._embed = embed
        self._made: OrderedDict[bytes, ExactIndex] = OrderedDict()
        self._lock = threading.Lock()

    def __call__(self, stood: Stood) -> ExactIndex:
        with self._lock:
            if stood.key not in self._made:
                self._made[stood.key] = ExactIndex(self._batches(stood.documents, stood.ids))
            self._made.move_to_end(stood.key)
            while len(self._made) > 1 and not self._fit():
                self._made.popitem(last=False)
            return self._made[stood.key]

    def _fit(self) -> bool:
        held = sum(index.size for index in self._made.values())
        return len(self._made) <= KEPT and held <= KEPT_PASSAGES

    def _batches(self, documents: Documents, ids: Sequence[str]) -> Iterator[Batch]:
        group: list[Written] = []
        size = 0
        for document_id in ids:
            if written := documents.passages_of(document_id):
                group.append(written)
                size += len(written.passages)
            if size >= BATCH_PASSAGES:
                yield self._batch(group)
                group, size = [], 0
        if group:
            yield self._batch(group)

    def _batch(self, group: Sequence[Written]) -> Batch:
        """What served when it was written keeps the vector that it had; the rest is embedded."""
        passages = [passage for each in group for passage in each.passages]
        titles = {each.document.id: each.document.title for each in group}
        known = self._vectors([passage.id for passage in passages])
        missing = [passage for passage in passages if passage.id not in known]
        if missing:
            texts = [embedded_text(titles[p.document_id], p.heading_path, p.text) for p in missing]
            rows = self._embed(texts)
            known |= {passage.id: row for passage, row in zip(missing, rows, strict=True)}
        vectors = np.array([known[passage.id] for passage in passages], dtype=np.float32)
        return passages, vectors, {each.document.id: each.document for each in group}
