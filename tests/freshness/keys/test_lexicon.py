"""Two wordings of one statistic meet and are of one series; words for another thing aren't."""

from __future__ import annotations

import pytest

from assistant.freshness.keys.compare import relation
from assistant.freshness.keys.extraction import extract
from assistant.freshness.keys.idioms import plain
from assistant.freshness.keys.lexicon import LIGHT, WEIGHTY, implied, mates, rings
from assistant.ledger.figures import series_words
from assistant.types import Figure
from evals.suites.keyed_figures import content_of

_CHECK = "Wildfires burned 137,000 hectares of forest in Portugal in 2024."
_KILLED = "In 2024, 3,190 people were killed on the roads of France."
_POACHED = "In 2024, poachers killed 420 rhinos in South Africa."
_FILED = "The council received 21,540 complaints in 2024."
_RATE = "New tenancies in Dublin had an average rent of 2,098 euros a month in 2024."
_INSTALLED = "Spain installed 7.3 GW of solar power in 2024."


def only(text: str, title: str = "Statistics") -> Figure:
    row = {"kind": "source_document", "title": title, "publisher": "Office", "date": "2026-02-01"}
    (found,) = extract(content_of({**row, "text": text}))
    return found


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (_CHECK, "In 2025, fires destroyed 264,300 hectares of Portuguese forest."),
        (_CHECK, "The burnt area of forest in Portugal came to 264,300 hectares in 2025."),
        (_KILLED, "In 2025, 3,263 people lost their lives on French roads."),
        (_KILLED, "There were 3,263 fatalities on the roads of France in 2025."),
        (_POACHED, "South African rhino killings dropped to 352 in 2025."),
        (_FILED, "In 2025, 24,016 complaints were lodged with the council."),
        (_RATE, "In 2025, the average monthly rent in new tenancies in Dublin was 2,186 euros."),
        (_INSTALLED, "Spain added 8.9 GW of solar capacity in 2025."),
        (_POACHED, "South Africa lost 352 rhinos to poaching in 2025."),
        (_KILLED, "Deaths on French roads reached 3,263 in 2025, the highest number in years."),
        (
            "Police Scotland searched 43,212 people under stop-and-search powers in 2024.",
            "Officers stopped and searched 46,870 people in Scotland in 2025.",
        ),
        (
            "In South Africa, the minimum wage was R28.79 an hour in 2024.",
            "The minimum wage in South Africa was R30.23 for each ordinary hour worked in 2025.",
        ),
        (
            "Prisons in England and Wales released 262 inmates in error in 2024.",
            "In 2025, 290 prisoners were mistakenly freed in England and Wales.",
        ),
        (
            "Petrol cost Sh176.58 a litre in Nairobi from 15 March to 14 April 2024.",
            "From 15 March to 14 April 2025, petrol in Nairobi cost Sh178.28 per litre.",
        ),
        (
            "Ghana's cocoa farmers delivered 530,000 tonnes in 2024.",
            "Cocoa deliveries in Ghana stood at 602,000 tonnes in 2025.",
        ),
    ],
)
def test_other_words_for_one_statistic_are_a_later_figure(one: str, other: str) -> None:
    first, second = only(one), only(other)
    assert relation(first, second) == "later"
    assert set(series_words(first.series)) & set(series_words(second.series)), "never compared"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (_CHECK, "In 2025, 18,400 hectares of forest were replanted in Portugal."),
        (_KILLED, "In 2025, 16,100 people were seriously injured on French roads."),
        (_POACHED, "In 2025, there were 15,900 rhinos in South Africa."),
        (_FILED, "The council resolved 19,870 complaints in 2025."),
        (
            "Toronto closed 118 restaurants in 2024.",
            "Toronto inspected 17,540 restaurants in 2025.",
        ),
        (
            "In 2024, 15 percent of Romanians had never used the internet.",
            "In 2025, 71 percent of Romanians used the internet.",
        ),
        (
            "The UK granted 393,125 study visas in 2024.",
            "Applicants from India were granted 95,231 study visas for the UK in 2025.",
        ),
        (
            "In 2024, 6.3 percent of pupils in Hungary missed lessons.",
            "It is not correct that 25 percent of pupils in Hungary missed lessons in 2025.",
        ),
        (_RATE, "Existing tenancies in Dublin had an average rent of 1,870 euros a month in 2025."),
        (_INSTALLED, "At the end of 2025, Spain had 48.1 GW of solar power in all."),
        (
            "The response time to Category 2 calls was 36 minutes in 2024.",
            "The response time to Category 1 calls was 7 minutes in 2025.",
        ),
        (
            "Pennsylvania rejected 17,950 mail ballots in 2024.",
            "Posts on social media say that 400,000 mail ballots were rejected in Pennsylvania in"
            " 2025.",
        ),
    ],
)
def test_words_that_count_another_thing_are_another_series(one: str, other: str) -> None:
    assert relation(only(one), only(other)) == "other"


def test_words_of_one_ring_stand_for_each_other_and_have_its_name() -> None:
    assert "destroy" in mates("burn")
    assert "burn" in mates("destroy")
    assert set(rings("burn")) & set(rings("destroy"))
    assert mates("zebra") == {"zebra"}
    assert not rings("zebra")
    assert not implied("zebra")


def test_no_word_is_both_left_out_and_never_left_out() -> None:
    assert LIGHT.isdisjoint(WEIGHTY)


@pytest.mark.parametrize(
    ("said", "instead"),
    [
        ("120 people lost their lives", "120 people died"),
        ("Food banks handed out parcels", "Food banks distributed parcels"),
        ("They turned out to be right", "They turned out to be right"),
    ],
)
def test_an_idiom_is_one_word(said: str, instead: str) -> None:
    assert plain(said) == instead
