"""A claim of another place, person or thing is not the one that a check rates."""

from __future__ import annotations

import pytest

from assistant.answering.published.checks import fired

WAGE = ("Wages have not risen since 2009.", "Have wages in the United States risen?")
SHOT = ("The MMR vaccine causes autism.", "Do measles, mumps and rubella vaccines cause autism?")
FULL = ("The measles, mumps and rubella (MMR) vaccine causes autism.", "Is it the vaccine?")
BRIDGE = ("The Oresund bridge was closed for 45 days.", "How long was it closed?")
BORN = ("Barack Obama was born in Kenya.", "Where was he born?")


@pytest.mark.parametrize(
    ("wording", "check", "gates"),
    [
        ("Canadian wages have not risen since 2009.", WAGE, ("place",)),
        ("American wages have not risen since 2009.", WAGE, ()),
        ("Wages have not risen since 2009.", WAGE, ()),
        ("The flu vaccine causes autism.", SHOT, ("name",)),
        ("The flu vaccine causes autism.", FULL, ("name",)),
        ("the hpv jab causes autism", SHOT, ("name",)),
        ("The measles, mumps and rubella vaccine causes autism.", SHOT, ()),
        ("The jab causes autism", SHOT, ()),
        ("The Golden Gate bridge was closed for 45 days.", BRIDGE, ("name",)),
        ("the golden gate bridge was closed for 45 days", BRIDGE, ("name",)),
        ("The Øresund bridge was closed for 45 days.", BRIDGE, ()),
        ("The Oresund bridge was shut for 45 days.", BRIDGE, ()),
        ("Joe Biden was born in Kenya.", BORN, ("name",)),
        ("Obama was born in Kenya.", BORN, ()),
    ],
)
def test_another_place_or_name_makes_it_another_claim(
    wording: str, check: tuple[str, str], gates: tuple[str, ...]
) -> None:
    assert fired(wording, *check) == gates


def test_what_is_worded_anew_exchanges_words_by_chance() -> None:
    said = "Bernie, the idiot, wants to take 90% of what churches own, an absolute moron!"
    assert fired(said, "Bernie Sanders wants to tax churches at a rate of 90 percent.") == ()
