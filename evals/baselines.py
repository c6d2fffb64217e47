"""What a newsroom could have used instead, on the same documents and queries in the same run.

Plain LangChain + Chroma as in LangChain's own retrieval tutorial (its splitter, 1,000 characters
with 200 of overlap, documents by their nearest chunk); BM25 alone and embeddings alone over whole
documents; and both joined by reciprocal rank fusion, untuned. All use the weights of the product
and compare every vector: Chroma's graph can only come near to that, and moves from run to run.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import tantivy

from assistant.ports import Embedder, Vectors
from evals.beir import Query, Ranking, lines_of

LANGCHAIN, BM25, DENSE, RRF = "LangChain + Chroma", "BM25 alone", "dense alone", "naive RRF"
NAMES = (LANGCHAIN, BM25, DENSE, RRF)

CHUNK, OVERLAP = 1000, 200
_K = 60
"""Of reciprocal rank fusion (Cormack, Clarke and Büttcher, SIGIR 2009)."""
_RUN = 100
"""Documents of each run that are fused."""
_ANALYZER = "words"

Runs = dict[str, Ranking]
"""query id -> the documents found"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection:
    """Documents in the order of their file: ids beside titles with texts."""

    ids: Sequence[str]
    texts: Sequence[str]

    @classmethod
    def read(cls, corpus: Path) -> Collection:
        rows = [json.loads(line) for line in lines_of(corpus)]
        return cls(
            ids=[str(row["_id"]) for row in rows],
            texts=[f"{row.get('title') or ''}\n{row.get('text') or ''}".strip() for row in rows],
        )


def searched(
    collection: Collection,
    queries: Sequence[Query],
    encode: Embedder,
    encode_query: Embedder,
    k: int,
) -> dict[str, Runs]:
    """Each baseline's k best documents for every query, as it is written.

    `encode` takes documents, `encode_query` one question at a time: so neither depends on what
    else is asked. A text that is a document and a chunk is encoded once.
    """
    chunks = _chunks(collection)
    rows = _Encoded(encode, [*collection.texts, *(text for _, text in chunks)])
    owners = [name for name, _ in chunks]
    whole, parts = rows.of(collection.texts), rows.of([text for _, text in chunks])
    words = _Words(collection)
    runs: dict[str, Runs] = {name: {} for name in NAMES}
    for query in queries:
        vector = encode_query([query.text])[0]
        lexical = words.search(query.text, _RUN)
        dense = _nearest(whole @ vector, collection.ids, _RUN)
        runs[LANGCHAIN][query.id] = _nearest(parts @ vector, owners, k)
        runs[BM25][query.id], runs[DENSE][query.id] = lexical[:k], dense[:k]
        runs[RRF][query.id] = reciprocal_ranks(lexical, dense)[:k]
    return runs


def reciprocal_ranks(*runs: Ranking) -> list[tuple[str, float]]:
    """Documents by the sum of 1 / (60 + rank) over the runs that found them; ties by id."""
    scores: dict[str, float] = {}
    for run in runs:
        for rank, (document, _) in enumerate(run, start=1):
            scores[document] = scores.get(document, 0.0) + 1 / (_K + rank)
    return sorted(scores.items(), key=lambda item: (-item[1], item[0]))


def _chunks(collection: Collection) -> list[tuple[str, str]]:
    """(document id, text), as LangChain's splitter cuts."""
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    splitter = RecursiveCharacterTextSplitter(chunk_size=CHUNK, chunk_overlap=OVERLAP)
    pairs = zip(collection.ids, collection.texts, strict=True)
    return [(name, chunk) for name, text in pairs for chunk in splitter.split_text(text)]


class _Encoded:
    """Texts and their vectors, each text once."""

    def __init__(self, encode: Embedder, texts: Sequence[str]) -> None:
        distinct = list(dict.fromkeys(texts))
        self._place = {text: place for place, text in enumerate(distinct)}
        self._rows = encode(distinct)

    def of(self, texts: Sequence[str]) -> Vectors:
        return self._rows[[self._place[text] for text in texts]]


def _nearest(cosines: Vectors, owners: Sequence[str], k: int) -> list[tuple[str, float]]:
    """The k best documents by their nearest row; of equals the one that comes first."""
    best: dict[str, float] = {}
    for place in np.argsort(-cosines, kind="stable"):
        best.setdefault(owners[place], float(cosines[place]))
        if len(best) == k:
            break
    return list(best.items())


class _Words:
    """BM25 (k1 = 1.2, b = .75) over whole documents, stemmed, without stop words."""

    def __init__(self, collection: Collection) -> None:
        self._ids = collection.ids
        self._analyzer = _analyzer()
        builder = tantivy.SchemaBuilder()
        builder.add_integer_field("place", fast=True)
        builder.add_text_field("text", tokenizer_name=_ANALYZER, index_option="freq")
        self._schema = builder.build()
        self._index = tantivy.Index(self._schema)
        self._index.register_tokenizer(_ANALYZER, self._analyzer)
        self._fill(collection.texts)

    def search(self, text: str, k: int) -> list[tuple[str, float]]:
        words = dict.fromkeys(self._analyzer.analyze(text))
        terms = [
            tantivy.Query.term_query(self._schema, "text", word, index_option="freq")
            for word in words
        ]
        if not terms:
            return []
        query = tantivy.Query.boolean_query([(tantivy.Occur.Should, term) for term in terms])
        hits = self._searcher.search(query, limit=k, count=False).hits
        places = self._searcher.fast_field_values("place", [address for _, address in hits])
        found = zip(hits, places, strict=True)
        ranked = sorted((-score, place) for (score, _), place in found)
        return [(self._ids[place], -score) for score, place in ranked]

    def _fill(self, texts: Sequence[str]) -> None:
        writer = self._index.writer(heap_size=64_000_000, num_threads=1)
        for place, text in enumerate(texts):
            entry = tantivy.Document()
            entry.add_integer("place", place)
            entry.add_text("text", text)
            writer.add_document(entry)
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()
        self._searcher = self._index.searcher()


def _analyzer() -> Any:
    builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
    for each in (
        tantivy.Filter.remove_long(60),
        tantivy.Filter.lowercase(),
        tantivy.Filter.stopword("english"),
        tantivy.Filter.stemmer("english"),
    ):
        builder = builder.filter(each)
    return builder.build()


Baselines = Mapping[str, Mapping[str, Ranking]]
"""name -> query id -> the documents found"""
