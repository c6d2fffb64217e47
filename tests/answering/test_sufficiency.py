"""The confidence: what an encoder adds, and demands of month, count and several years."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from assistant import fakes
from assistant.answering.demands import months
from assistant.answering.logistic import Weights
from assistant.answering.sufficiency import Sufficiency, assess
from assistant.ports import Vectors
from assistant.types import Content, Evidence, Filters, Section, Span

TEXT = (
    "The harbour of Norland counted 812 boats in March 2024. In September 2024 it counted 951 "
    "boats. In 2023 the harbour counted 700 boats. Accidents came to 3.5 per 1,000 boats in 2024."
)


@pytest.fixture
def harbour() -> fakes.Archive:
    section = Section(span=Span(start=0, end=len(TEXT)), role="summary")
    title = "Boats in the harbour of Norland"
    content = Content(kind="fact_check", title=title, text=TEXT, sections=(section,))
    return fakes.Archive([fakes.document(content, id="harbour")])


def evidence(archive: fakes.Archive, question: str) -> Evidence:
    hits = fakes.Retriever(archive)(question, 12, Filters())
    documents = {h.passage.document_id: archive.documents[h.passage.document_id] for h in hits}
    return Evidence(question=question, hits=hits, documents=documents)


@pytest.mark.parametrize(
    ("question", "gate"),
    [
        ("How many boats did the harbour count in March 2024?", None),
        ("How many boats did the harbour count in June 2024?", "year"),
        ("How many boats did the harbour count in 2024?", None),
        ("How many boats did the harbour count in 2023, and how many in 2024?", None),
        ("How many boats did the harbour count in 2021, and how many in 2024?", "year"),
    ],
)
def test_a_month_and_each_of_several_years_must_be_there(
    harbour: fakes.Archive, question: str, gate: str | None
) -> None:
    found = assess(question, evidence(harbour, question)).gates
    assert found == () if gate is None else gate in found


def test_a_rate_does_not_say_how_many() -> None:
    text = "Accidents of boats in Norland came to 3.5 per 1,000 boats in 2024, against 4.2 in 2023."
    content = Content(
        kind="fact_check",
        title="Accidents of boats",
        text=text,
        sections=(Section(span=Span(start=0, end=len(text)), role="summary"),),
    )
    archive = fakes.Archive([fakes.document(content, id="accidents")])
    question = "How many accidents of boats were there in Norland in 2024?"
    assert "figure" in assess(question, evidence(archive, question)).gates


def test_months_are_met_by_name_and_may_is_no_month_when_it_asks_for_leave() -> None:
    assert months("Was it 3 March 2024 or in Sept?") == {"mar"}
    assert months("May a harbour refuse boats?") == frozenset()


def test_words_that_stand_beside_no_figure_lower_the_confidence(harbour: fakes.Archive) -> None:
    plain = "How many boats did the harbour count in March 2024?"
    other = "How many boats did the harbour confiscate in March 2024?"
    one, two = (assess(q, evidence(harbour, q)) for q in (plain, other))
    assert one.features["amount_unmet"] < two.features["amount_unmet"]
    assert one.confidence > two.confidence


def test_a_sentence_nearer_to_the_question_is_more_confident(harbour: fakes.Archive) -> None:
    question = "How many boats did the harbour count in March 2024?"
    lexical = evidence(harbour, question)
    found = replace(lexical, hits=tuple(replace(hit, dense=0.5) for hit in lexical.hits))

    def near(cosine: float) -> float:
        def vectors(texts: Sequence[str]) -> Vectors:
            rows = [(1.0, 0.0)] + [(cosine, (1 - cosine**2) ** 0.5)] * (len(texts) - 1)
            return np.array(rows, dtype=np.float32)

        return Sufficiency(vectors)(question, found)

    assert near(0.2) < near(0.9)
    assert all(0.0 <= near(each) <= 1.0 for each in (-1.0, 0.0, 1.0))


def test_other_weights_may_judge(harbour: fakes.Archive) -> None:
    question = "How many boats did the harbour count in March 2024?"
    sure = Weights(bias=3.0, features={}, caps={})
    found = assess(question, evidence(harbour, question), weights=sure)
    assert found.confidence == pytest.approx(1 / (1 + np.exp(-3.0)), abs=1e-4)
