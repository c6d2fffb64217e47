"""What a composed sentence may do with the words of its quotes, and what it may not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answering.faithful import unfaithful

COUNTS = "The HFA carried 412,906 paying passengers in 2024, up from 398,115 in 2023."
TWO = "The FBI recorded 349,557 entries in 2024, while NCMEC assisted with 29,568 cases."
ASIDE = "The authority, which runs twelve boats, carried 412,906 paying passengers."
MYTH = "A viral post claims that 460,000 children vanish each year, which is false."
LIMITED = "About 40 percent of reported cases, mostly runaways, were closed within a week."
AMONG = "Among children under five, 40% of deaths were caused by malaria."
RANKED = "The CDC confirmed 2,255 measles cases in 2025, the most since 1992."
SOURCED = "The year was 1.55 degrees above the norm, according to the Weather Organization."
SPOKE = "“Crime has doubled,” the mayor said, “and nobody counts it.”"


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        (COUNTS, [COUNTS]),
        ("HFA carried 412,906 paying passengers in 2024, up from 398,115 in 2023.", [COUNTS]),
        ("The authority carried 412,906 paying passengers.", [ASIDE]),
        ("In 2024, the HFA carried 5 tons.", ["The HFA carried 5 tons in 2024."]),
        ("The HFA carried 5 tons in 2024.", ["In 2024, the HFA carried 5 tons."]),
        ("The rate was 91 percent.", ["The rate was 91%."]),
        (
            "The rate was 91%, and the HFA carried 5 tons.",
            ["The rate was 91%.", "The HFA carried 5 tons."],
        ),
        ("The rate was 91%. Boats met.", ["Boats met.", "The rate was 91%."]),
        ("The HFA carried 5 tons.", ["The HFA (the ferry office) carried 5 tons."]),
        ("The HFA carried 5 tons.", ["The HFA carried 5 tons, including mail."]),
        ("The CDC confirmed 2,255 measles cases in 2025.", [RANKED]),
        ("In 2025, the CDC confirmed 2,255 measles cases, the most since 1992.", [RANKED]),
        (
            "According to the Weather Organization, the year was 1.55 degrees above the norm.",
            [SOURCED],
        ),
        (
            "It rose 2,100 feet, according to the office.",
            ["According to the office, it rose 2,100 feet."],
        ),
    ],
)  # fmt: skip
def test_a_shorter_form_says_the_same(text: str, sentences: list[str]) -> None:
    assert unfaithful(text, sentences) is None


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("", [COUNTS]),
        ("The HFA carried 412,907 paying passengers in 2024, up from 398,115 in 2023.", [COUNTS]),
        ("The HFA carried 398,115 paying passengers in 2024, up from 412,906 in 2023.", [COUNTS]),
        ("The HFA carried 412,906 paying passengers in 2023.", [COUNTS]),
        ("The HFA carried 412,906 passengers in 2024, up from 398,115 in 2023.", [COUNTS]),
        ("The HFA carried 412,906 paying children in 2024, up from 398,115 in 2023.", [COUNTS]),
        ("The HFA lost 412,906 paying passengers in 2024, up from 398,115 in 2023.", [COUNTS]),
        ("The HFA carried 412,906 paying passengers in 2024, down from 398,115 in 2023.", [COUNTS]),
        ("The FBI assisted with 29,568 cases.", [TWO]),
        ("NCMEC recorded 349,557 entries in 2024.", [TWO]),
        ("The FBI recorded 29,568 cases in 2024.", [TWO]),
        ("NCMEC recorded 349,557 entries, while the FBI assisted with 29,568 cases.", [TWO]),
        ("The FBI assisted with 29 cases.", ["The FBI met.", "NCMEC assisted with 29 cases."]),
        ("460,000 children vanish each year.", [MYTH]),
        ("The CDC confirmed 2,255 measles cases in 1992.", [RANKED]),
        ("The CDC confirmed 2,255 measles cases.", [RANKED]),
        ("In 1992, the CDC confirmed 2,255 measles cases, the most since 2025.", [RANKED]),
        ("The year was 1.55 degrees above the norm.", [SOURCED]),
        ("According to the norm, the year was 1.55 degrees above the Organization.", [SOURCED]),
        ("Crime fell.", ["Crime fell, the most since 1992, if the count holds."]),
        ("Crime fell.", ["Crime fell, the most since 1992, prosecutors argue."]),
        ("Crime fell.", ["Crime fell, the mayor claims."]),
        ("In 2024, A rose, and B fell.", ["A rose in 2024, and B fell."]),
        ("A viral post claims that 460,000 children vanish each year.", [MYTH]),
        ("A viral post claims that 460,000 children vanish each year, which is true.", [MYTH]),
        ("40 percent of reported cases, mostly runaways, were closed within a week.", [LIMITED]),
        ("About 40 percent of cases, mostly runaways, were closed within a week.", [LIMITED]),
        ("40% of deaths were caused by malaria.", [AMONG]),
        ("Crime has doubled, and nobody counts it.", [SPOKE]),
        ("Crime has doubled.", [SPOKE]),
        ("The rate is 91%.", ["The rate was 91%."]),
        ("The rate was 91.", ["The rate was 91%."]),
        ("The fine was $5.", ["The fine was €5."]),
        ("Prices fell.", ["Prices have not fallen."]),
        ("Adults reported children.", ["Children reported adults."]),
        ("The council was sued by the mayor.", ["The mayor was sued by the council."]),
        ("Taxes will rise.", ["Will taxes rise?"]),
        ("Taxes rise.", ["Taxes rise, if the law passes."]),
        ("Taxes rise.", ["Taxes rise, according to a post."]),
        ("The rule illegally holds.", ["The rule holds."]),
        ("The rate was 91%. It met.", ["It met.", "The rate was 91%."]),
        ("The HFA carried 5 tons, and it was fined.", ["The HFA carried 5 tons.", "It was fined."]),
        ("The president lied.", ["The president, prosecutors argue, lied."]),
        ("The president lied.", ["The president lied, prosecutors argue."]),
        ("Reporters were counted.", ["Reports were counted."]),
        ("Kids were killed.", ["Children were killed."]),
        ('The "victims" were counted.', ["The victims were counted."]),
        ("The victims were COUNTED.", ["The victims were counted."]),
        ("The victims were counted!", ["The victims were counted."]),
        ("It fell 5%.", ["It fell −5%."]),
    ],
)  # fmt: skip
def test_what_goes_further_is_refused(text: str, sentences: list[str]) -> None:
    assert unfaithful(text, sentences)


WORDS = st.sampled_from(["cats", "dogs", "saw", "fed", "Rome", "12", "40", "not", "by", "the"])


@given(st.lists(WORDS, min_size=3, max_size=8), st.lists(WORDS, min_size=3, max_size=8))
def test_what_passes_has_every_word_of_its_source_without_asides(
    one: list[str], other: list[str]
) -> None:
    said, source = " ".join(one), " ".join(other)
    if unfaithful(said, [source]) is None:
        free = {"the"}
        left = [word for word in one if word not in free]
        assert left == [word for word in other if word not in free]
