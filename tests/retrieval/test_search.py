"""From a question to Hits, and from Hits to documents."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from assistant.errors import BadInput
from assistant.retrieval.index import Index
from assistant.retrieval.search import Retriever, documents
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


def test_a_document_ranks_by_its_best_passage() -> None:
    def hit(id_: int, document: str, score: float) -> Hit:
        passage = Passage(
            id=id_, document_id=document, version=1, span=Span(start=0, end=1), text="x"
        )
        return Hit(passage=passage, score=score)

    hits = [hit(1, "a", 0.5), hit(2, "b", 0.9), hit(3, "a", 0.7), hit(4, "c", 0.7)]
    assert documents(hits) == [("b", 0.9), ("a", 0.7), ("c", 0.7)]
    assert documents([]) == []
