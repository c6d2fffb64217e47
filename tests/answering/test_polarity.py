"""Whether a pasted claim says the contrary of the published one."""

from __future__ import annotations

import pytest

from assistant.answering.language.polarity import contrary, only_rates

SHOT = "The MMR vaccine causes autism."
WAGE = "The federal minimum wage has not gone up since 2009."


@pytest.mark.parametrize(
    ("said", "published", "is_contrary"),
    [
        ("The MMR vaccine does not cause autism in children.", SHOT, True),
        ("The MMR vaccine doesn't cause autism", SHOT, True),
        ("There is no evidence that the MMR vaccine causes autism.", SHOT, True),
        ("It is a myth that the MMR vaccine causes autism.", SHOT, True),
        ("The MMR vaccine causes autism, doctors don't want you to know!", SHOT, False),
        ("The MMR jab causes autism in kids", SHOT, False),
        ("The federal minimum wage has gone up since 2009.", WAGE, True),
        ("The federal minimum wage has stayed the same since 2009.", WAGE, False),
        ("Congress hasn't raised the federal minimum wage since 2009.", WAGE, False),
    ],
)
def test_denying_what_the_other_states_is_the_contrary(
    said: str, published: str, is_contrary: bool
) -> None:
    assert contrary(said, published) is is_contrary


@pytest.mark.parametrize("sentence", ["We rate the claim False.", "Verdict: False", "It is false."])
def test_a_sentence_that_only_rates(sentence: str) -> None:
    assert only_rates(sentence, "False")
    assert not only_rates("No study found a link between the vaccine and autism.", "False")
