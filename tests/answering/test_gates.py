"""What a question takes for granted or counts must be held; words are met in other spellings."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

import pytest

from assistant import fakes
from assistant.answering.follow_ups import Trial, Tried, Versions
from assistant.answering.language.families import families
from assistant.answering.language.text import content_stems
from assistant.answering.questions.analysis import analyse
from assistant.answering.sentences.extractive import compose
from assistant.answering.sentences.matching import corrected
from assistant.answering.sufficiency import assess
from assistant.types import Content, Evidence, Filters, Section, Span

SUMMARY = (
    "The libraries of Norland are run by the county. Loans fell by 4 percent in 2024, because two "
    "branches were closed for repairs. The county counted 61,204 loans of printed books in 2024. "
    "A loan lasts four weeks. The index is measured against the average of 1991 to 2020."
)


@pytest.fixture
def libraries() -> fakes.Archive:
    section = Section(span=Span(start=0, end=len(SUMMARY)), role="summary")
    title = "How many books do the libraries of Norland lend?"
    content = Content(kind="fact_check", title=title, text=SUMMARY, sections=(section,))
    return fakes.Archive([fakes.document(content, id="libraries")])


def evidence(archive: fakes.Archive, question: str) -> Evidence:
    hits = fakes.Retriever(archive)(question, 12, Filters())
    documents = {h.passage.document_id: archive.documents[h.passage.document_id] for h in hits}
    return Evidence(question=question, hits=hits, documents=documents)


def gates(archive: fakes.Archive, question: str) -> tuple[str, ...]:
    return assess(question, evidence(archive, question)).gates


@pytest.mark.parametrize(
    ("question", "gate"),
    [
        ("How many printed books were loaned by libraries of Norland in 2024?", None),
        ("How many audiobooks did libraries of Norland lend in 2024?", "sought"),
        ("How many library loans were overdue in 2024?", "sought"),
        ("Why did loans of the libraries of Norland fall in 2024?", None),
        ("Why did loans of the libraries of Norland double in 2024?", "premise"),
        ("Why did the libraries of Norland stop loans in 2024?", "premise"),
        ("Why were the libraries of Norland privatised?", "premise"),
        ("When were the libraries of Norland privatised?", "premise"),
        ("When did loans of the libraries of Norland fall?", None),
        ("What was the average number of loans of printed books in 2024?", "sought"),
        ("How much could a museum lend to the libraries of Norland?", "sought"),
        ("What share of printed books were encyclopaedias in 2024?", "sought"),
        ("What share of loans was of printed books or of audiobooks in 2024?", None),
    ],
)
def test_what_is_counted_and_what_is_presumed_must_be_held(
    libraries: fakes.Archive, question: str, gate: str | None
) -> None:
    found = gates(libraries, question)
    assert found == () if gate is None else gate in found


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Did women turn out more?", "turnout among women"),
        ("They were laid off", "layoffs"),
        ("the retraction", "retracted"),
        ("jobless people", "the unemployed"),
        ("the European Union", "the EU"),
        ("a punishment", "the penalties"),
    ],
)
def test_families_meet(one: str, other: str) -> None:
    assert set(content_stems(one)) & set(content_stems(other))


def test_a_word_stands_in_one_family_only() -> None:
    every = [word for family in families() for word in family]
    assert len(every) == len(set(every)) > 1000


def test_turned_out_to_be_is_no_turnout() -> None:
    assert content_stems("turnout")[0] not in content_stems("It turned out to be false")


def test_a_misspelt_word_is_met_by_its_letters(libraries: fakes.Archive) -> None:
    asked = analyse("How many printd boooks did librarys lend?")
    fixed = corrected(asked, evidence(libraries, asked.text))
    assert set(content_stems("libraries printed books")) <= set(fixed.terms)
    assert set(content_stems("printed books")) <= set(fixed.sought)


def test_the_sentence_with_the_fact_opens_the_answer(libraries: fakes.Archive) -> None:
    for question, holds in (
        ("How long does a library loan last in Norland?", "four weeks"),
        ("Which reference period is the library index of Norland measured against?", "1991"),
    ):
        draft = compose(question, evidence(libraries, question))
        assert holds in draft.proposals[0].text


def test_a_trial_is_remembered_until_what_it_was_judged_by_changes() -> None:
    runs: list[str] = []
    now: dict[str, int] = {"a": 1}

    def served(ids: Collection[str]) -> Versions:
        return {name: now[name] for name in ids if name in now}

    def try_out() -> Trial:
        runs.append("run")
        return Trial(answerable=True, versions=dict(now))

    tried = Tried(size=2)
    key = ("q", "public", date(2026, 1, 1))
    for _ in range(3):
        assert tried(key, try_out=try_out, served=served)  # type: ignore[arg-type]
    assert len(runs) == 1
    now["a"] = 2
    tried(key, try_out=try_out, served=served)  # type: ignore[arg-type]
    assert len(runs) == 2
    del now["a"]
    tried(key, try_out=try_out, served=served)  # type: ignore[arg-type]
    assert len(runs) == 3
    for other in ("x", "y"):
        tried((other, "public", key[2]), try_out=try_out, served=served)
    tried(key, try_out=try_out, served=served)  # type: ignore[arg-type]
    assert len(runs) == 6
