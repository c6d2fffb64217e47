"""Where the parts meet: one-method protocols that wiring fills in.

Siblings (ingest, retrieval, answering, freshness) never import each other; each says here what it
needs and is handed it. Real fakes for tests live in `assistant/fakes.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from assistant.types import (
    Badge,
    Content,
    Document,
    Draft,
    Evidence,
    Filters,
    Freshness,
    Hit,
    Passage,
    Span,
    Statement,
    Support,
    Volatility,
)

Vectors = NDArray[np.float32]

Clock = Callable[[], datetime]
"""The present instant, with a time zone. No rule reads the wall clock."""

ProgressSink = Callable[[int, int, str], None]
"""(done, of how many, the name of what is being worked on)"""

Embedder = Callable[[Sequence[str]], Vectors]
"""n texts -> float32 of shape (n, d), rows of length 1."""

Reader = Callable[[bytes, str], Iterable[Content]]
"""(bytes, name) -> the documents in it. Raises Unreadable with the reason."""

SentenceSplitter = Callable[[str], Sequence[Span]]
"""text -> spans of its sentences, in order, without surrounding white space."""

SupportJudge = Callable[[str, str], Support]
"""(claim, evidence) -> does the evidence carry the claim."""

Reranker = Callable[[str, Sequence[str]], Sequence[float]]
"""(question, n texts) -> n scores, higher where the text answers better; any scale."""

Entailment = Callable[[Sequence[tuple[str, str]]], Vectors]
"""n pairs (premise, hypothesis) -> float32 of shape (n, 3), rows of sum 1: the probability that the
premise entails the hypothesis, that it leaves it open, that it contradicts it."""

VolatilityJudge = Callable[[str], Volatility]
"""question or claim -> how soon its answer may change."""

SufficiencyJudge = Callable[[str, Evidence], float]
"""(question, evidence) -> calibrated probability, 0 to 1, that the evidence holds the answer."""

Composer = Callable[[str, Evidence], Draft]
"""(question, evidence) -> what to say. Nothing it returns is trusted."""

UNDERSTOOD = "understood"
"""The role of a turn that is a reader's question as it was understood: it stands alone."""

ChatModel = Callable[[str, str], str]
"""(instructions, what they are about) -> the model's text. Raises Unavailable with the reason."""

Rewriter = Callable[[str, Sequence[str]], tuple[str | None, Mapping[str, str]]]
"""(follow-up, the reader's earlier questions, oldest first) -> (it made to stand alone, or None
where the rules' reading stands; diagnostics)."""


class Retriever(Protocol):
    def __call__(self, question: str, k: int, filters: Filters) -> tuple[Hit, ...]:
        """The k best passages for a question, best first; fewer when the archive has fewer."""


class FreshnessJudge(Protocol):
    """Pure functions of their inputs: the same statements and day give the same verdict."""

    def claim(self, question: str, statement: Statement, index: int, now: date) -> Freshness:
        """One sentence's own state and reasons (its badge); `index` is its place in the answer."""

    def answer(self, question: str, statements: Sequence[Statement], now: date) -> Freshness:
        """The whole answer's: the worst that its claims say about what was asked."""

    def document(self, document: Document, now: date) -> tuple[Freshness, tuple[Badge, ...]]:
        """A fact-check's own: its title taken as the question, answered from its summary."""


class PassageIndex(Protocol):
    """The engine behind retrieval: embedded today, a cluster later.

    A search joins a lexical and a dense run and gives (passage id, fused score, BM25, cosine),
    best first. `generation` names the state of the ledger that the index holds.
    """

    def search(
        self, text: str, vector: Vectors, k: int, filters: Filters
    ) -> list[tuple[int, float, float, float | None]]: ...

    def upsert(
        self, passages: Sequence[Passage], vectors: Vectors, documents: Mapping[str, Document]
    ) -> None: ...

    def delete(self, passage_ids: Sequence[int]) -> None: ...

    def count(self) -> int: ...

    def generation(self) -> str | None: ...
