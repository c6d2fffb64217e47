"""Passages hold whole sentences of one section, at offsets that give back the words."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.ingest.passages import PASSAGE_CHARS, SENTENCE_CHARS, sentences, split
from assistant.types import Content, Section, SectionRole, Span


def said(text: str) -> list[str]:
    return [span.of(text) for span in sentences(text)]


def content(*sections: tuple[SectionRole, str, str]) -> Content:
    """A document of (role, heading, text) sections, each heading on a line of its own."""
    text, built = "", []
    for role, heading, body in sections:
        text += heading + "\n\n"
        span = Span(start=len(text), end=len(text) + len(body))
        built.append(Section(span=span, heading_path=(heading,), role=role))
        text += body + "\n\n"
    return Content(kind="fact_check", title="T", text=text, sections=tuple(built))


@pytest.mark.parametrize(
    "expected",
    [
        ["The U.S. Army replied.", "Dr. Okafor agreed."],
        ["It moved to Washington, D.C. on Jan. 5, 2024.", "Then it closed."],
        ["The rate rose 3.5 percent to 1,234.5.", "It fell later."],
        ["Reports fell to 120 [1] [2].", "Cases rose [3]."],
        ["Reports fell to 120. [1] [2]", "Cases rose.[3]", "Nobody knows why. [4]"],
        ["“It is over.”", "He then left."],
        ["The cost is approx. 5 million euros.", "It was less in 2019."],
        ["See e.g. the Smith Inc. filing in Fig. 3 of it.", "No. 7 differs."],
        ["5. The fifth point holds.", "It is short."],
        ["In 2019 it was 5.", "A year later it was 6."],
        ["it fell.", "then it rose again."],
        ["Is it 9 a.m. already?", "Yes!"],
        ["Le café était fermé 😀.", "Why?"],
    ],
)
def test_sentences_end_where_a_reader_would_end_them(expected: list[str]) -> None:
    assert said(" ".join(expected)) == expected


def test_a_paragraph_and_a_list_item_end_a_sentence() -> None:
    text = (
        "A paragraph without a stop\n\nThe list:\n- one thing\n- another. It has two.\n3) a third"
    )
    assert said(text) == [
        "A paragraph without a stop",
        "The list:",
        "- one thing",
        "- another.",
        "It has two.",
        "3) a third",
    ]


def test_a_wrapped_line_does_not_end_a_sentence() -> None:
    assert said("The count rose\nin every state. It fell\nlater.") == [
        "The count rose\nin every state.",
        "It fell\nlater.",
    ]


@pytest.mark.parametrize("text", ["", " ", "\n\n \t\n"])
def test_nothing_has_no_sentences(text: str) -> None:
    assert sentences(text) == []


def test_a_word_without_end_is_cut_at_the_limit() -> None:
    pieces = said("x" * 10_000)
    assert "".join(pieces) == "x" * 10_000
    assert max(map(len, pieces)) == SENTENCE_CHARS


def test_words_without_a_stop_are_cut_between_words() -> None:
    text = "seventy " * 1000
    pieces = said(text)
    assert all(set(piece.split()) == {"seventy"} for piece in pieces)
    assert " ".join(pieces) == text.strip()
    assert all(SENTENCE_CHARS // 2 <= len(piece) <= SENTENCE_CHARS for piece in pieces[:-1])


def test_a_long_text_takes_time_in_proportion() -> None:
    began = time.process_time()
    assert len(sentences("It rose again. " * 40_000)) == 40_000
    assert time.process_time() - began < 10


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="ab A.!?[1] \n“”()-é5", max_size=400))
def test_sentences_cover_the_text_in_order(text: str) -> None:
    spans = sentences(text)
    assert all(span.of(text) == span.of(text).strip() for span in spans)
    assert all(left.end <= right.start for left, right in zip(spans, spans[1:], strict=False))
    assert "".join("".join(said(text)).split()) == "".join(text.split())


def test_passages_stay_in_their_section_and_hold_what_may_be_quoted() -> None:
    prose = "The office counted 12 reports in March [1]. "
    document = content(
        ("furniture", "Menu", "Subscribe now. Share this."),
        ("summary", "Executive summary", prose * 3),
        ("body", "1. Why", prose * 50),
        ("sources", "Sources", "[1] The office. Monthly report."),
        ("follow_ups", "More", "What next?"),
    )
    drafts = split(document)
    assert {draft.heading_path for draft in drafts} == {("Executive summary",), ("1. Why",)}
    for draft in drafts:
        section = next(s for s in document.sections if s.heading_path == draft.heading_path)
        assert section.span.covers(draft.span)
        assert len(draft.span.of(document.text)) <= PASSAGE_CHARS
        assert (draft.sentences[0].start, draft.sentences[-1].end) == (
            draft.span.start,
            draft.span.end,
        )
        assert {span.of(document.text) for span in draft.sentences} == {prose.strip()}
    assert sum(len(draft.sentences) for draft in drafts) == 53


def test_a_section_slightly_too_long_becomes_halves_not_a_stub() -> None:
    text = "Twenty characters it. " * (PASSAGE_CHARS // 22 + 4)
    lengths = [draft.span.end - draft.span.start for draft in split(content(("body", "H", text)))]
    assert len(lengths) == 2
    assert min(lengths) > 0.8 * max(lengths)


def test_a_sentence_longer_than_a_passage_is_a_passage_of_its_own() -> None:
    long = "word " * (PASSAGE_CHARS // 4) + "end."
    document = content(("body", "H", f"Short one. {long} Short two."))
    texts = [draft.span.of(document.text) for draft in split(document)]
    assert texts == ["Short one.", long, "Short two."]


def test_a_document_that_holds_only_furniture_has_no_passages() -> None:
    assert split(content(("furniture", "Menu", "Subscribe now."))) == []
