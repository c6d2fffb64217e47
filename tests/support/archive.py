"""A whole archive in a folder, with an index in memory and an embedder that needs no model."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from assistant.errors import FetchRefused
from assistant.ingest.fetch import Fetched
from assistant.ingest.report import IngestReport
from assistant.ingest.sources import Options
from assistant.ingest.sync import Sync
from assistant.ledger.ledger import Ledger
from assistant.ports import Vectors
from assistant.retrieval.catalog import Builds, Catalog
from assistant.types import Audience, Document, Filters, Passage

NOW = datetime(2026, 3, 1, tzinfo=UTC)


class MemoryIndex:
    """The port PassageIndex, and what a Catalog needs beyond it, in a dictionary."""

    def __init__(self) -> None:
        self.passages: dict[int, tuple[Passage, Audience]] = {}
        self.stamp: str | None = None

    def search(
        self, text: str, vector: Vectors, k: int, filters: Filters
    ) -> list[tuple[int, float, float, float | None]]:
        words = set(text.lower().split())
        scored = [
            (number, float(len(words & set(passage.text.lower().split()))))
            for number, (passage, audience) in self.passages.items()
            if filters.audience == "internal" or audience == "public"
        ]
        best = sorted(scored, key=lambda pair: (-pair[1], pair[0]))[:k]
        return [(number, score, score, None) for number, score in best if score]

    def upsert(
        self, passages: Sequence[Passage], vectors: Vectors, documents: Mapping[str, Document]
    ) -> None:
        assert len(passages) == len(vectors)
        for passage in passages:
            self.passages[passage.id] = (passage, documents[passage.document_id].audience)

    def delete(self, passage_ids: Sequence[int]) -> None:
        for number in passage_ids:
            self.passages.pop(number, None)

    def count(self) -> int:
        return len(self.passages)

    def generation(self) -> str | None:
        return self.stamp

    def set_generation(self, generation: str) -> None:
        self.stamp = generation

    def close(self) -> None:
        pass


class MemoryBuilds:
    """The port Builds over indexes in memory; starts from one that served before."""

    def __init__(self, serving: MemoryIndex | None = None) -> None:
        self.serving = serving

    def open(self) -> MemoryIndex:
        return self.serving or MemoryIndex()

    def new(self) -> MemoryIndex:
        return MemoryIndex()

    def activate(self, index: MemoryIndex) -> None:
        self.serving = index

    def sweep(self) -> None:
        pass


class CountingEmbedder:
    """Texts to vectors by hashing; counts what it embeds."""

    def __init__(self) -> None:
        self.embedded = 0

    def __call__(self, texts: Sequence[str]) -> Vectors:
        self.embedded += len(texts)
        digests = [hashlib.sha256(text.encode()).digest()[:8] for text in texts]
        rows = np.frombuffer(b"".join(digests), dtype=np.uint8).reshape(-1, 8).astype(np.float32)
        vectors: Vectors = rows / np.linalg.norm(rows, axis=1, keepdims=True)
        return vectors


class Archive:
    """A ledger in `folder`, opened anew each time, as a new process would."""

    def __init__(self, folder: Path, builds: Builds[Any] | None = None) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.ledger = Ledger(folder / "ledger.sqlite3")
        self.embed = CountingEmbedder()
        self.catalog: Catalog[Any] = Catalog(
            self.ledger, builds or MemoryBuilds(), lambda: self.embed, lambda: NOW
        )
        self.catalog.recover()
        self._sync = Sync(self.ledger, self.catalog, _no_network)

    @property
    def index(self) -> Any:
        return self.catalog.index

    def ingest(self, target: Path | str, audience: Audience = "public") -> IngestReport:
        return self._sync.ingest([str(target)], Options(audience=audience))

    def found(self, words: str, audience: Audience = "public") -> list[str]:
        """The ids of the documents that a search gives a reader, best first."""
        rows = self.index.search(words, np.zeros(8), 50, Filters(audience=audience))
        served = self.ledger.documents.passages([row[0] for row in rows], audience)
        return list(dict.fromkeys(served[row[0]].document_id for row in rows if row[0] in served))

    def found_in_index(self, words: str) -> set[str]:
        """The ids of the documents that the index holds passages of, served or not."""
        rows = self.index.search(words, self.embed([words])[0], 50, Filters(audience="internal"))
        served = self.ledger.documents.passages([row[0] for row in rows], "internal")
        return {passage.document_id for passage in served.values()}

    def close(self) -> None:
        self.ledger.close()


def _no_network(url: str) -> Fetched:
    raise FetchRefused(f"{url}: these tests have no network")
