"""A quote is found as it is stored, whatever a model did to its looks, or it is not found."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answering.citations import cuts
from assistant.answering.generating.locating import find
from assistant.types import Passage, Span

TEXT = (
    "The HFA said: “We carried 412,906 paying passengers” [1] in 2024. It’s a record – the "
    "first\nsince 1998 [2, 3]. Fares of $4.50 rose by 12% <net>."
)


def passage(text: str = TEXT, start: int = 7) -> Passage:
    span = Span(start=start, end=start + len(text))
    return Passage(id=1, document_id="d", version=1, span=span, text=text)


def stored(words: str) -> str | None:
    span = find(passage(), words)
    return None if span is None else TEXT[span.start - 7 : span.end - 7]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("the hfa SAID", "The HFA said"),
        ('"We carried 412,906 paying passengers" in 2024.', "We carried 412,906 paying "
         "passengers” [1] in 2024."),
        ("it's a record - the first since 1998", "It’s a record – the first\nsince 1998"),
        ("the first since 1998.", "the first\nsince 1998 [2, 3]."),
        ("The HFA said: ... in 2024", "The HFA said: “We carried 412,906 paying passengers” [1] "
         "in 2024"),
        ("…fares of $4.50…", "Fares of $4.50"),
        ("12% ‹net›", "12% <net>"),
        ("in 2024!", "in 2024"),
    ],
)  # fmt: skip
def test_looks_do_not_matter(words: str, found: str) -> None:
    assert stored(words) == found


@pytest.mark.parametrize(
    "words",
    ["", " ", "...", "412,907", "412,90", "2,906 paying passengers", "HFA lied", "rose by 12",
     "4.50 rose", "in 2024 ... The HFA", "passenger", "a record the first"],
)  # fmt: skip
def test_other_words_are_nowhere(words: str) -> None:
    assert stored(words) is None


@given(st.text(max_size=60), st.text(max_size=20))
def test_whatever_is_found_is_a_whole_stretch_of_the_passage(text: str, words: str) -> None:
    if not text:
        return
    for wanted in (words, text[3:9]):
        span = find(passage(text), wanted)
        if span is not None:
            start, end = span.start - 7, span.end - 7
            assert 0 <= start < end <= len(text)
            assert not cuts(text, start, end)
