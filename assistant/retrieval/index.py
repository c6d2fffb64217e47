"""The embedded engine behind retrieval: a lexical and a dense run, fused (port PassageIndex).

Both halves are caches of the ledger. `generation` names the state of the ledger that they hold; it
is written last, so after a crash it differs from the ledger's and the caller reconciles with
`ids()`. Upserting and deleting are idempotent.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from threading import Lock
from typing import Protocol

import numpy as np

from assistant.ports import Vectors
from assistant.retrieval import fusion
from assistant.retrieval.dense import Dense
from assistant.retrieval.lexical import Lexical
from assistant.types import Audience, Document, Filters, Passage

CANDIDATES = 100
"""Each run gives at least so many; more are fused only where more are asked for."""

_FEW = 1000
_STATE = "generation.json"


class DenseRun(Protocol):
    """Passages by the direction of their vectors."""

    def search(self, vector: Vectors, k: int, audience: Audience) -> dict[int, float]: ...

    def cosines(
        self, vector: Vectors, passage_ids: Sequence[int], audience: Audience
    ) -> dict[int, float]: ...


class Fused:
    """A search over a lexical and a dense run of the same passages."""

    _lexical: Lexical
    _dense: DenseRun

    def search(
        self, text: str, vector: Vectors, k: int, filters: Filters
    ) -> list[tuple[int, float, float, float | None]]:
        """(passage id, fused score, BM25, cosine), best first; fewer than k when that is all.

        Every filter is exact. Whichever run found a passage, both scores are its own: BM25 is 0
        without a word of the text, the cosine None only when its vector is missing.
        """
        wanted = max(k, CANDIDATES)
        lexical = self._lexical.search(text, wanted, filters)
        dense = self._permitted_dense(vector, wanted, filters)
        lexical |= self._lexical.among(text, [i for i in dense if i not in lexical], filters)
        missing = [i for i in lexical if i not in dense]
        dense |= self._dense.cosines(vector, missing, filters.audience)
        fused = fusion.fuse(lexical, dense)
        return [(i, fused[i], lexical.get(i, 0.0), dense.get(i)) for i in list(fused)[:k]]

    def _permitted_dense(self, vector: Vectors, wanted: int, filters: Filters) -> dict[int, float]:
        """The dense run knows audiences only; what kind and dates permit, the lexical half knows.

        Few permitted passages are compared one by one; among many, the run is taken deeper until
        enough of what it finds is permitted.
        """
        if not (filters.kinds or filters.published_from or filters.published_to):
            return self._dense.search(vector, wanted, filters.audience)
        permitted = self._lexical.permitted(filters, _FEW + 1)
        if len(permitted) <= _FEW:
            scores = self._dense.cosines(vector, sorted(permitted), filters.audience)
            return dict(sorted(scores.items(), key=lambda item: -item[1])[:wanted])
        depth = wanted
        while True:
            near = self._dense.search(vector, depth, filters.audience)
            kept = self._lexical.among("", list(near), filters)
            if len(kept) >= wanted or len(near) < depth:
                return {i: score for i, score in near.items() if i in kept}
            depth *= 4


class Index(Fused):
    """Passages of one home for one embedding model. One process owns `path`, by the home's lock."""

    def __init__(self, path: Path, model_fingerprint: str) -> None:
        self.path = path
        self._fingerprint = model_fingerprint
        path.mkdir(parents=True, exist_ok=True)
        self._lexical = Lexical(path / "lexical")
        self._dense: Dense = Dense(path / "dense", model_fingerprint)
        self._writing = Lock()

    def upsert(
        self, passages: Sequence[Passage], vectors: Vectors, documents: Mapping[str, Document]
    ) -> None:
        """Add or replace passages; `vectors` has a row for each, `documents` holds theirs.

        One commit of about a tenth of a second each: give it hundreds of passages at once.
        """
        if len(passages) != len(vectors):
            raise ValueError(f"{len(passages)} passages but {len(vectors)} vectors")
        if not passages:
            return
        with self._writing:
            self._dense.upsert(_by_audience(passages, vectors, documents))
            self._lexical.upsert(passages, documents)

    def delete(self, passage_ids: Sequence[int]) -> None:
        """Remove passages; ids that are not held are fine."""
        if not passage_ids:
            return
        with self._writing:
            self._lexical.delete(passage_ids)
            self._dense.delete(passage_ids)

    def count(self) -> int:
        """The passages that both halves should hold (the lexical half's count)."""
        return self._lexical.count()

    def ids(self) -> tuple[set[int], set[int]]:
        """(held whole, held by one half only): what a reconciliation compares and repairs."""
        dense = set().union(*self._dense.ids().values())
        lexical = self._lexical.ids()
        return lexical & dense, lexical ^ dense

    def vectors(self, passage_ids: Sequence[int]) -> dict[int, Vectors]:
        """The vectors of passages, those that serve no longer too; of those that are held."""
        return self._dense.vectors(passage_ids)

    def generation(self) -> str | None:
        """The state of the ledger that is held, None when unknown or of another model."""
        try:
            state = json.loads((self.path / _STATE).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        return state.get(self._fingerprint) if isinstance(state, dict) else None

    def set_generation(self, generation: str) -> None:
        """Say which state is held, after everything of it was upserted and deleted."""
        _write(self.path / _STATE, json.dumps({self._fingerprint: generation}))

    def close(self) -> None:
        """Let go of the files; the index can't be used afterwards."""
        self._lexical.close()
        self._dense.close()


def _by_audience(
    passages: Sequence[Passage], vectors: Vectors, documents: Mapping[str, Document]
) -> dict[Audience, tuple[list[int], Vectors]]:
    rows: dict[Audience, list[int]] = {}
    for row, passage in enumerate(passages):
        rows.setdefault(documents[passage.document_id].audience, []).append(row)
    array = np.ascontiguousarray(vectors, dtype=np.float32)
    return {
        audience: ([passages[row].id for row in chosen], array[chosen])
        for audience, chosen in rows.items()
    }


def _write(file: Path, text: str) -> None:
    """All of it or nothing, also when the power goes."""
    staged = file.with_suffix(".new")
    with staged.open("w", encoding="utf-8") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    staged.replace(file)
