"""British and American spellings meet; words with one spelling, and other words, stay apart."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answering.language.spelling import american
from assistant.answering.language.text import listed, stem
from assistant.answering.support.judge import judge


@pytest.mark.parametrize(
    ("british", "written"),
    [
        ("labour", "labor"), ("neighbours", "neighbors"), ("kilometres", "kilometers"),
        ("centred", "centered"), ("travellers", "travelers"), ("cancelled", "canceled"),
        ("analysed", "analyzed"), ("defence", "defense"), ("programmes", "programs"),
        ("organisations", "organizations"), ("criticised", "criticized"), ("anaemia", "anemia"),
        ("paediatric", "pediatric"), ("diarrhoea", "diarrhea"), ("ageing", "aging"),
    ],
)  # fmt: skip
def test_both_spellings_are_one_word(british: str, written: str) -> None:
    assert american(british) == written == american(written)
    assert stem(british) == stem(written)


@pytest.mark.parametrize(
    "word",
    listed(
        """
    revised promises exercise advertised four hours poison crisis analysis raised precise prison
    tours wise size noises disguises comparison discipline metered fence absence"""
    ),
)
def test_words_with_one_spelling_stay(word: str) -> None:
    assert american(word) == word


@given(
    st.from_regex(r"[a-z]{1,12}(?:our|ourable|re|red|ise|ised|isation|ence|lled)", fullmatch=True)
)
def test_an_american_spelling_is_its_own(word: str) -> None:
    assert american(american(word)) == american(word)


def test_a_claim_is_carried_by_evidence_in_the_other_spelling() -> None:
    said = "The city centre's labour programme travelled 12 kilometres to organise a harbour fair."
    shown = "The city center's labor program traveled 12 kilometers to organize a harbor fair."
    assert judge(said, shown).supported
