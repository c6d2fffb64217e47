"""From a question to Hits, and from Hits to documents."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from assistant.errors import BadInput
from assistant.ports import Vectors
from assistant.retrieval.index import Index
from assistant.retrieval.search import RERANKED, Retriever, documents, reranked
from assistant.types import Filters, Hit, Passage, Span
from retrieval.conftest import Archive, embed


@pytest.fixture
def retrieve(tmp_path: Path, archive: Archive) -> Iterator[Retriever]:
    index = Index(tmp_path / "index", "model1")
    index.upsert(archive.passages, archive.vectors(), archive.documents)
    yield Retriever(index=index, embed=embed, hydrate=archive.hydrate)
    index.close()


def test_hits_are_the_best_passages_in_order(retrieve: Retriever) -> None:
    hits = retrieve("Did measles cases fall?", 3, Filters())
    assert len(hits) == 3
    assert hits[0].passage.id == 1
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


def test_a_passage_that_is_no_longer_served_is_replaced_by_the_next(
    retrieve: Retriever, archive: Archive
) -> None:
    def hydrate(ids: Sequence[int]) -> list[Passage]:
        return [passage for passage in archive.hydrate(ids) if passage.id != 1]

    pruned = Retriever(index=retrieve.index, embed=embed, hydrate=hydrate)
    before = [hit.passage.id for hit in retrieve("Did measles cases fall?", 4, Filters())]
    after = [hit.passage.id for hit in pruned("Did measles cases fall?", 3, Filters())]
    assert after == [id_ for id_ in before if id_ != 1]


@pytest.mark.parametrize("question", ["", "  ", "?!", "\x00\x01"])
def test_a_question_without_words_is_refused(retrieve: Retriever, question: str) -> None:
    with pytest.raises(BadInput, match="no words"):
        retrieve(question, 3, Filters())


def test_no_passages_can_not_be_asked_for(retrieve: Retriever) -> None:
    with pytest.raises(BadInput, match="at least one"):
        retrieve("measles", 0, Filters())


def one(id_: int, document: str, score: float) -> Hit:
    passage = Passage(id=id_, document_id=document, version=1, span=Span(start=0, end=1), text="x")
    return Hit(passage=passage, score=score)


def test_a_document_ranks_by_its_best_passage() -> None:
    hits = [one(1, "a", 0.5), one(2, "b", 0.9), one(3, "a", 0.7), one(4, "c", 0.7)]
    assert documents(hits) == [("b", 0.9), ("a", 0.7), ("c", 0.7)]
    assert documents([]) == []


def test_a_reranker_has_a_say_in_the_order_and_scores_stay_with_their_places(
    retrieve: Retriever,
) -> None:
    question = "Did measles cases fall?"
    before = retrieve(question, 10, Filters())
    asked: list[str] = []

    def longest(text: str, texts: Sequence[str]) -> list[float]:
        asked.extend([text, *texts])
        return [1000.0 if "reached nine in ten" in each else 0.0 for each in texts]

    after = replace(retrieve, rerank=longest)(question, 10, Filters())
    assert "reached nine in ten" in after[0].passage.text
    assert before[0].passage.id != after[0].passage.id
    assert {hit.passage.id for hit in after} == {hit.passage.id for hit in before}
    assert [hit.score for hit in after] == [hit.score for hit in before]
    assert asked[0] == question
    assert asked[1].startswith("Heading. ")


def test_a_reranker_reads_the_first_thirty_also_for_one_hit(retrieve: Retriever) -> None:
    read: list[int] = []

    def last(_: str, texts: Sequence[str]) -> list[float]:
        read.append(len(texts))
        return [100.0 * (place == len(texts) - 1) for place in range(len(texts))]

    (hit,) = replace(retrieve, rerank=last)("Did measles cases fall?", 1, Filters())
    every = retrieve("Did measles cases fall?", 40, Filters())
    assert read == [min(RERANKED, len(every))]
    assert hit.passage.id == every[-1].passage.id


def test_what_stands_below_the_reranked_stays() -> None:
    hits = [one(place, f"d{place}", 50.0 - place) for place in range(35)]
    moved = reranked("q", hits, lambda _, texts: [float(place) for place in range(len(texts))])
    assert moved[RERANKED:] == tuple(hits[RERANKED:])
    # Equal and opposite opinions: all tie, so the search's order stays.
    assert [hit.passage.id for hit in moved] == list(range(35))
    assert reranked("q", [], lambda _, texts: [1.0] * len(texts)) == ()


def test_a_post_is_searched_as_posted_and_as_said(archive: Archive) -> None:
    texts: list[str] = []

    class Recorded:
        def search(
            self, text: str, vector: Vectors, k: int, filters: Filters
        ) -> list[tuple[int, float, float, float | None]]:
            texts.append(text)
            self.vector = vector
            return [(1, 1.0, 1.0, 1.0)]

    index = Recorded()
    retrieve = Retriever(index=index, embed=embed, hydrate=archive.hydrate)
    retrieve("Did  measles fall?", 1, Filters())
    assert index.vector == pytest.approx(embed(["Did measles fall?"])[0])
    post = "Measles fell! #MeaslesFell https://example.org/a"
    retrieve(post, 1, Filters())
    assert " ".join(texts[1].split()) == "Measles fell! #MeaslesFell Measles Fell"
    halves = embed([post, "Measles fell! Measles Fell"])
    assert index.vector == pytest.approx(halves.sum(axis=0) / np.linalg.norm(halves.sum(axis=0)))
