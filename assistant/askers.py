"""Where what answers a question is put together: on the archive of now, and as it stood."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import TYPE_CHECKING

from assistant.answering.ask import Asker
from assistant.answering.published.checks import Checks
from assistant.answering.sufficiency import Sufficiency
from assistant.freshness.clocks import in_force
from assistant.ingest.passages import sentences

if TYPE_CHECKING:
    from assistant.freshness.judge import Judge
    from assistant.ledger.then import Readable
    from assistant.lookups import Lookups
    from assistant.parts import Parts
    from assistant.ports import Retriever, Vectors
    from assistant.upkeep.asof import AsOf


def of_now(parts: Parts) -> Asker:
    return _asker(parts, parts.lookups, parts.retrieve, parts.freshness)


def of_then(parts: Parts) -> AsOf:
    """Makes an asker for each instant at which the archive is asked as it stood."""
    from assistant.lookups import Lookups
    from assistant.upkeep.asof import AsOf

    def make(then: Readable, retrieve: Retriever) -> Asker:
        lookups = Lookups(then, parts.authority)
        return _asker(parts, lookups, retrieve, parts.judging(then, lookups))

    def vectors(passage_ids: Sequence[int]) -> dict[int, Vectors]:
        with parts.catalog.reading() as index:
            return index.vectors(passage_ids)

    return AsOf(
        parts.ledger,
        make=make,
        vectors=vectors,
        embed=lambda texts: parts.models.encoder(texts),
        embed_question=lambda texts: parts.models.query_encoder(texts),
        rerank=lambda: parts.models.reranker,
    )


def _asker(parts: Parts, lookups: Lookups, retrieve: Retriever, judging: Judge) -> Asker:
    quote = parts.models.extractive
    return Asker(
        retrieve=retrieve,
        documents=lookups.documents,
        sufficiency=Sufficiency(parts.models.vectors),
        compose=parts.models.composer or quote,
        quote=quote,
        support=parts.models.support,
        freshness=judging,
        resolve=lookups.resolve,
        sentences=sentences,
        in_force=in_force,
        new_id=lambda: uuid.uuid4().hex,
        rewrite=parts.models.rewriter,
        compare=Checks(lambda texts: parts.models.query_encoder(texts)),
    )
