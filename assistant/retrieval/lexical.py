"""The lexical run: BM25 in Tantivy over each passage with its title and headings.

A cache that is rebuilt from the ledger. BM25 as in Robertson and Zaragoza (2009), k1 = 1.2 and
b = .75 (Tantivy's constants). One field holds title, headings and body: over the public sets that
measured better than fields of their own with any boosts, and one posting list a word is faster.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import tantivy

from assistant.types import Document, Filters, Passage

_HEAP_BYTES = 64_000_000
_TERMS = 256
"""The distinct words of a question that are looked up; the rest of a longer one is not."""
_ANALYZER = "prose"


class Lexical:
    """Passages by their words. One writer; searches may run in threads beside it.

    In the folder `path`, or, without one, in memory.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._analyzer = analyzer()
        self._schema = _schema()
        self._held: Any = None
        self._index = self._open()

    def search(self, text: str, k: int, filters: Filters) -> dict[int, float]:
        """The k best passages and their BM25 scores (above 0), best first."""
        words = self._words(text)
        if not words or k < 1:
            return {}
        return self._run(_all_of(self._wording(words), *self._permits(filters)), k)

    def among(self, text: str, ids: Sequence[int], filters: Filters) -> dict[int, float]:
        """Those of `ids` that the filters permit, with their BM25 scores; 0 without a word."""
        if not ids:
            return {}
        chosen = tantivy.Query.term_set_query(self._schema, "id", list(ids))
        required = _all_of(tantivy.Query.const_score_query(chosen, 0.0), *self._permits(filters))
        query = tantivy.Query.boolean_query(
            [
                (tantivy.Occur.Must, required),
                (tantivy.Occur.Should, self._wording(self._words(text))),
            ]
        )
        return self._run(query, len(ids))

    def permitted(self, filters: Filters, limit: int) -> set[int]:
        """Passages that the filters permit, at most `limit` of them."""
        return set(self._run(_all_of(tantivy.Query.all_query(), *self._permits(filters)), limit))

    def upsert(self, passages: Iterable[Passage], documents: Mapping[str, Document]) -> None:
        """Add or replace passages, in one commit."""
        writer = self._writer()
        for passage in passages:
            writer.delete_documents_by_term("id", passage.id)
            writer.add_document(_entry(passage, documents[passage.document_id]))
        self._commit(writer)

    def delete(self, passage_ids: Iterable[int]) -> None:
        """Remove passages, in one commit; ids that are not held are fine."""
        writer = self._writer()
        for each in passage_ids:
            writer.delete_documents_by_term("id", each)
        self._commit(writer)

    def ids(self) -> set[int]:
        """Every passage that is held."""
        searcher = self._index.searcher()
        return set(self._run(tantivy.Query.all_query(), max(searcher.num_docs, 1)))

    def count(self) -> int:
        return int(self._index.searcher().num_docs)

    def close(self) -> None:
        """Let go of the writer, its memory and its lock. What is held can still be searched."""
        if self._held is not None:
            self._held.wait_merging_threads()
            self._held = None

    def _open(self) -> Any:
        if self._path:
            self._path.mkdir(parents=True, exist_ok=True)
        index = tantivy.Index(self._schema, path=str(self._path) if self._path else None)
        index.register_tokenizer(_ANALYZER, self._analyzer)
        return index

    def _writer(self) -> Any:
        if self._held is None:
            self._held = self._index.writer(heap_size=_HEAP_BYTES, num_threads=1)
        return self._held

    def _commit(self, writer: Any) -> None:
        writer.commit()
        self._index.reload()

    def _words(self, text: str) -> list[str]:
        return list(dict.fromkeys(self._analyzer.analyze(text)))[:_TERMS]

    def _wording(self, words: Sequence[str]) -> Any:
        return tantivy.Query.boolean_query(
            [
                (
                    tantivy.Occur.Should,
                    tantivy.Query.term_query(self._schema, "text", word, index_option="freq"),
                )
                for word in words
            ]
        )

    def _permits(self, filters: Filters) -> list[Any]:
        """Queries that score 0 and that every result has to match."""
        schema, query = self._schema, tantivy.Query
        required = []
        if filters.audience == "public":
            required.append(query.term_query(schema, "audience", "public"))
        if filters.kinds:
            kinds = [query.term_query(schema, "kind", kind) for kind in filters.kinds]
            required.append(query.boolean_query([(tantivy.Occur.Should, each) for each in kinds]))
        if filters.published_from:
            required.append(self._since("published_last", _instant(filters.published_from), None))
        if filters.published_to:
            required.append(self._since("published_first", None, _instant(filters.published_to)))
        return [query.const_score_query(each, 0.0) for each in required]

    def _since(self, field: str, lower: datetime | None, upper: datetime | None) -> Any:
        return tantivy.Query.range_query(
            self._schema, field, tantivy.FieldType.Date, lower_bound=lower, upper_bound=upper
        )

    def _run(self, query: Any, k: int) -> dict[int, float]:
        searcher = self._index.searcher()
        hits = searcher.search(query, limit=k, count=False).hits
        ids = searcher.fast_field_values("id", [address for _, address in hits])
        return {int(each): float(score) for each, (score, _) in zip(ids, hits, strict=True)}


def analyzer() -> Any:
    """Words in lower case, without accents, stemmed for English, none of them endless."""
    builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
    for each in (
        tantivy.Filter.remove_long(60),
        tantivy.Filter.lowercase(),
        tantivy.Filter.ascii_fold(),
        tantivy.Filter.stopword("english"),
        tantivy.Filter.stemmer("english"),
    ):
        builder = builder.filter(each)
    return builder.build()


def _schema() -> Any:
    builder = tantivy.SchemaBuilder()
    # Signed: Tantivy's Python binding never matches a delete by term on an unsigned field.
    builder.add_integer_field("id", indexed=True, fast=True)
    builder.add_text_field("text", tokenizer_name=_ANALYZER, index_option="freq")
    for field in ("audience", "kind"):
        builder.add_text_field(field, tokenizer_name="raw", index_option="basic")
    for field in ("published_first", "published_last"):
        builder.add_date_field(field, indexed=True, fast=True)
    return builder.build()


def _entry(passage: Passage, document: Document) -> Any:
    entry = tantivy.Document()
    entry.add_integer("id", passage.id)
    entry.add_text("text", "\n".join([document.title, *passage.heading_path, passage.text]))
    entry.add_text("audience", document.audience)
    entry.add_text("kind", document.kind)
    if published := document.content.published_on:
        entry.add_date("published_first", _instant(published.first))
        entry.add_date("published_last", _instant(published.last))
    return entry


def _instant(day: date) -> datetime:
    """Midnight, within what Tantivy can hold: nanoseconds of 64 bits around 1970."""
    return datetime.combine(min(max(day, date(1678, 1, 1)), date(2262, 1, 1)), time(), UTC)


def _all_of(*queries: Any) -> Any:
    return tantivy.Query.boolean_query([(tantivy.Occur.Must, each) for each in queries])
