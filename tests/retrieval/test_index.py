"""The real engine on a small archive: Tantivy and Chroma in a temporary folder."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from assistant.retrieval.index import Index
from assistant.types import Filters, Kind
from retrieval.conftest import DIMENSION, Archive, embed

EVERYTHING = Filters(audience="internal")


@pytest.fixture
def index(tmp_path: Path, archive: Archive) -> Iterator[Index]:
    index = Index(tmp_path / "index", "model1")
    index.upsert(archive.passages, archive.vectors(), archive.documents)
    yield index
    index.close()


def found(index: Index, text: str, k: int = 20, filters: Filters = EVERYTHING) -> list[int]:
    return [row[0] for row in index.search(text, embed([text])[0], k, filters)]


def test_the_passage_that_says_it_comes_first_with_both_scores(index: Index) -> None:
    text = "measles cases fell"
    rows = index.search(text, embed([text])[0], 5, Filters())
    assert rows[0][0] == 1
    assert [row[1] for row in rows] == sorted((row[1] for row in rows), reverse=True)
    assert rows[0][2] > 0
    assert rows[0][3] is not None
    assert 0 < rows[0][3] <= 1.0001


def test_words_are_found_by_their_stem_without_case_or_accents(index: Index) -> None:
    def worded(text: str) -> set[int]:
        rows = index.search(text, embed([text])[0], 20, EVERYTHING)
        return {row[0] for row in rows if row[2] > 0}

    assert worded("GLACIÉR") == {4, 12}
    assert worded("elections") == {7}
    assert worded("grocery") == {10}
    assert worded("the of in") == set()


def test_cosines_are_exact(index: Index, archive: Archive) -> None:
    vector = embed(["prices of eggs"])[0]
    rows = index.search("eggs", vector, 20, EVERYTHING)
    exact = archive.vectors() @ vector
    assert {i: cosine for i, _, _, cosine in rows} == pytest.approx(
        {i: exact[i - 1] for i, *_ in rows}, abs=1e-4
    )


def test_what_a_reader_may_not_see_is_not_found(index: Index) -> None:
    public = found(index, "internal memo on measles", filters=Filters(audience="public"))
    assert sorted(public) == list(range(1, 11))
    assert found(index, "internal memo on measles")[0] == 11


def test_a_document_that_changes_its_audience_leaves_the_old_one(
    index: Index, archive: Archive
) -> None:
    passage = archive.passages[0]
    document = archive.documents[passage.document_id]
    moved = type(document)(
        id=document.id,
        version=2,
        audience="internal",
        content=document.content,
        retrieved_on=document.retrieved_on,
    )
    index.upsert([passage], archive.vectors([passage]), {document.id: moved})
    assert 1 not in found(index, "measles cases", filters=Filters())
    assert 1 in found(index, "measles cases")
    assert index.count() == 12


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (Filters(kinds=("fact_check",)), {1, 3, 6, 8}),
        (Filters(kinds=("fact_check", "source_document")), set(range(1, 11))),
        (Filters(audience="internal", kinds=("fact_check",)), {1, 3, 6, 8, 11}),
        (Filters(published_from=date(2024, 1, 1)), {4, 5}),
        (Filters(published_to=date(2021, 12, 31)), {3, 7}),
        (Filters(published_from=date(2022, 6, 1), published_to=date(2023, 12, 31)), {1, 2}),
        (Filters(published_from=date(2030, 1, 1)), set()),
    ],
)
def test_filters_are_exact_and_a_date_is_an_interval(
    index: Index, filters: Filters, expected: set[int]
) -> None:
    assert set(found(index, "measles cases and glaciers", filters=filters)) == expected


@pytest.mark.parametrize("few", [3, 1000])
def test_a_narrow_filter_finds_all_that_it_permits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    monkeypatch.setattr("assistant.retrieval.index._FEW", few)
    archive = Archive()
    for number in range(450):
        kind: Kind = "fact_check" if number % 90 == 89 else "source_document"
        archive.add(f"Subject {number * 7919} of {number * 104729}.", kind=kind)
    index = Index(tmp_path / "index", "model1")
    index.upsert(archive.passages, archive.vectors(), archive.documents)
    checks = found(index, "unrelated question", filters=Filters(kinds=("fact_check",)))
    assert sorted(checks) == [90, 180, 270, 360, 450]
    index.close()


def test_upserting_again_changes_nothing(index: Index, archive: Archive) -> None:
    before = index.search("sea level", embed(["sea level"])[0], 20, EVERYTHING)
    index.upsert(archive.passages, archive.vectors(), archive.documents)
    index.upsert(archive.passages[:3], archive.vectors()[:3], archive.documents)
    assert index.count() == 12
    assert index.ids() == (set(range(1, 13)), set())
    after = index.search("sea level", embed(["sea level"])[0], 20, EVERYTHING)
    assert [row[0] for row in after] == [row[0] for row in before]


def test_deleting_is_at_once_and_again_is_fine(index: Index) -> None:
    index.delete([1, 11, 99])
    index.delete([1, 11, 99])
    index.delete([])
    assert index.ids() == (set(range(1, 13)) - {1, 11}, set())
    assert not {1, 11} & set(found(index, "measles cases"))


def test_what_is_written_is_there_after_reopening(tmp_path: Path, archive: Archive) -> None:
    index = Index(tmp_path / "index", "model1")
    assert index.generation() is None
    index.upsert(archive.passages, archive.vectors(), archive.documents)
    index.delete([2])
    index.set_generation("g7")
    index.close()
    again = Index(tmp_path / "index", "model1")
    assert again.generation() == "g7"
    assert again.count() == 11
    assert again.ids()[0] == set(range(1, 13)) - {2}
    assert found(again, "sea level", k=1) == [3]
    again.close()


def test_a_half_written_passage_is_named(index: Index, archive: Archive) -> None:
    extra = archive.add("Only the words of this one were written.")
    index._lexical.upsert([extra], archive.documents)
    assert index.ids() == (set(range(1, 13)), {13})
    rows = index.search("only the words of this one", embed(["zebra"])[0], 20, EVERYTHING)
    assert next(row[3] for row in rows if row[0] == 13) is None
    index.upsert([extra], archive.vectors([extra]), archive.documents)
    assert index.ids() == (set(range(1, 14)), set())


def test_a_damaged_generation_counts_as_unknown(index: Index, tmp_path: Path) -> None:
    index.set_generation("g1")
    (tmp_path / "index" / "generation.json").write_text("{", encoding="utf-8")
    assert index.generation() is None


@pytest.mark.parametrize("text", ["", "!!! ???", "\x00\x07", "\N{CJK UNIFIED IDEOGRAPH-4E00}" * 3])
def test_a_text_without_a_known_word_leaves_the_dense_run(index: Index, text: str) -> None:
    rows = index.search(text, np.eye(DIMENSION, dtype=np.float32)[0], 3, Filters())
    assert len(rows) == 3
    assert {row[2] for row in rows} == {0.0}


def test_query_syntax_and_endless_questions_are_only_words(index: Index) -> None:
    for text in ('title:"x AND (', "a" * 1_000_000, "measles " * 100_000, "id:1 OR -NOT ^2~"):
        assert len(found(index, text, filters=Filters())) == 10


def test_an_empty_index_finds_nothing(tmp_path: Path) -> None:
    index = Index(tmp_path / "index", "model1")
    assert found(index, "anything") == []
    index.upsert([], np.zeros((0, 3), dtype=np.float32), {})
    assert index.count() == 0
    index.close()


def test_a_vector_for_each_passage_is_needed(index: Index, archive: Archive) -> None:
    with pytest.raises(ValueError, match="12 passages but 3 vectors"):
        index.upsert(archive.passages, archive.vectors()[:3], archive.documents)


def test_searches_run_beside_a_writer(index: Index, archive: Archive) -> None:
    with ThreadPoolExecutor(4) as pool:
        writing = [
            pool.submit(index.upsert, archive.passages, archive.vectors(), archive.documents)
            for _ in range(3)
        ]
        reading = [pool.submit(found, index, "measles cases fell", 1) for _ in range(20)]
        assert all(job.result() is None for job in writing)
        assert {tuple(job.result()) for job in reading} == {(1,)}
