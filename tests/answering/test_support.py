from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answering.support.judge import Judge, judge
from assistant.ports import Entailment, Vectors

EVIDENCE = (
    "In 2024 the Harbour Ferry Authority carried 412,906 paying passengers on four lines. "
    "87% of departures left within five minutes of the timetable [3]. "
    "The fare did not rise in 2024, and it is false that the night ferry was cancelled."
)


@pytest.mark.parametrize(
    "claim",
    [
        "In 2024 the Harbour Ferry Authority carried 412,906 paying passengers on four lines.",
        "The Harbour Ferry Authority carried 412,906 paying passengers in 2024.",
        "The HFA carried 412906 paying passengers in 2024.",
        "87 percent of departures left within five minutes of the timetable.",
        "The fare did not rise in 2024.",
    ],
)
def test_what_the_evidence_says_is_supported(claim: str) -> None:
    verdict = judge(claim, EVIDENCE)
    assert verdict.supported, verdict.reasons
    assert verdict.score >= 0.6


@pytest.mark.parametrize(
    ("claim", "reason"),
    [
        ("The Harbour Ferry Authority carried 412,907 paying passengers in 2024.", "412,907"),
        ("The Harbour Ferry Authority carried 412,906 paying passengers in 2023.", "2023"),
        ("87 departures left within five minutes of the timetable.", "another unit"),
        ("The Harbour Ferry Authority carried 412,906 paying lorries in 2024.", None),
        ("The Lakeside Ferry Authority carried 412,906 paying passengers in 2024.", "Lakeside"),
        ("The fare did rise in 2024.", "denies"),
        ("The night ferry was cancelled.", "rejects"),
        ("Departures of 412,906 ferries left within 87 minutes.", None),
        ("Ticket machines accept foreign coins.", "only"),
    ],
)
def test_what_it_does_not_say_is_not(claim: str, reason: str | None) -> None:
    verdict = judge(claim, EVIDENCE)
    assert not verdict.supported
    assert verdict.score < 0.6
    if reason:
        assert any(reason in each for each in verdict.reasons), verdict.reasons


VIRUS = (
    "Between 4 March and 24 July 2019 the clinics treated 318 patients, most with HIV1 or COVID-19 "
    "infections, under the 2019-2020 plan."
)


@pytest.mark.parametrize(
    "claim",
    [
        "Most patients that the clinics treated had HIV-1 or COVID-19 infections.",
        "Most of the clinics treated patients with COVID-19.",
        "By the plan of 2019–20, 318 patients were treated in clinics.",
        "The clinics treated 318 patients until July 24.",
    ],
)
def test_a_number_in_a_name_or_a_date_counts_nothing(claim: str) -> None:
    assert judge(claim, VIRUS).supported, judge(claim, VIRUS).reasons


@pytest.mark.parametrize(
    "claim",
    [
        "Most patients that the clinics treated had HIV-2 or COVID-19 infections.",
        "Most patients that the clinics treated had HIV-1 or COVID-18 infections.",
        "The clinics treated 318 patients under the 2019–21 plan.",
        "The clinics treated 318 patients until July 4.",
        "The clinics treated 19 patients, most with COVID infections.",
    ],
)
def test_and_another_number_there_is_refused(claim: str) -> None:
    assert not judge(claim, VIRUS).supported


def test_a_clause_without_its_denial_is_no_quotation() -> None:
    assert not judge(
        "The night ferry was cancelled.", "It is false that the night ferry was cancelled."
    ).supported


RATES = (
    "In 2023, 91 % of the 1,250 parcels came in time; in 2022 it was 84 %. "
    "The office moved 5,123 parcels in March and 4,871 in April. "
    "The fee rose from $12 to $15 in 2024."
)


@pytest.mark.parametrize(
    "claim",
    [
        "More than nine in ten parcels came in time in 2023.",
        "About 5,000 parcels were moved by the office in March.",
        "The office moved nearly 4,900 parcels in April.",
        "The fee rose by $3 in 2024, from $12 to $15.",
        "The fee rose in 2024, from $12 to $15, by 25%.",
    ],
)
def test_what_is_rounded_or_can_be_worked_out_is_no_other_number(claim: str) -> None:
    assert judge(claim, RATES).supported, judge(claim, RATES).reasons


@pytest.mark.parametrize(
    "claim",
    [
        "More than eight in nine hundred parcels came in time in 2023.",
        "Fewer than four in ten parcels came in time in 2023.",
        "About 6,000 parcels were moved by the office in March.",
        "The office moved nearly 4,700 parcels in April.",
        "The fee rose by $4 in 2024, from $12 to $15.",
        "In 2023, 84 % of the 1,250 parcels came in time.",
        "The office moved 4,871 parcels in March.",
        "The fee rose from $12 to $15 in 2022.",
    ],
)
def test_what_is_another_number_is_refused(claim: str) -> None:
    assert not judge(claim, RATES).supported


def test_a_number_that_stands_elsewhere_does_not_stand_here() -> None:
    evidence = "The bridge was closed in 1958, as the ice had broken it. It was rebuilt in 1957."
    verdict = judge("The bridge was closed during 1957, as the ice had broken it.", evidence)
    assert not verdict.supported
    assert "it says 1957 where the evidence has 1958" in verdict.reasons
    both = evidence + " The bridge was closed in 1957 too, as the ice had broken it."
    assert judge("The bridge was closed during 1957, as the ice had broken it.", both).supported


def test_a_name_is_found_behind_its_elision() -> None:
    evidence = "In 2006 a toxic spill reached the coast of Côte d'Ivoire from a European ship."
    claim = "A toxic spill reached Côte d'Ivoire from a European ship in 2006."
    assert judge(claim, evidence).supported


CLAIM = "A toxic spill reached the coast in 2006 from a European ship."
SPILL = "In 2006 a toxic spill reached the coast of Côte d'Ivoire from a European ship."


def entailment(entails: float, contradicts: float) -> Entailment:
    def model(pairs: Sequence[tuple[str, str]]) -> Vectors:
        assert all(premise and hypothesis for premise, hypothesis in pairs)
        row = [entails, 1 - entails - contradicts, contradicts]
        return np.array([row] * len(pairs), dtype=np.float32)

    return model


def test_a_model_of_entailment_moves_the_score_and_a_contradiction_is_a_veto() -> None:
    words = judge(CLAIM, SPILL)
    sure = Judge(entailment=entailment(0.98, 0.01))(CLAIM, SPILL)
    unsure = Judge(entailment=entailment(0.02, 0.10))(CLAIM, SPILL)
    against = Judge(entailment=entailment(0.40, 0.55))(CLAIM, SPILL)
    assert words.supported
    assert sure.supported
    assert unsure.score < words.score < sure.score
    assert not unsure.supported
    assert not against.supported
    assert any("contradict" in reason for reason in against.reasons)


def test_no_model_talks_a_wrong_number_through() -> None:
    certain = Judge(entailment=entailment(1.0, 0.0))
    wrong = CLAIM.replace("2006", "2005")
    assert not certain(wrong, SPILL).supported
    assert certain(wrong, SPILL).score < 0.5


def test_vectors_are_heard_beside_the_words() -> None:
    def same(texts: Sequence[str]) -> Vectors:
        return np.tile(np.array([[1.0, 0.0]], dtype=np.float32), (len(texts), 1))

    def apart(texts: Sequence[str]) -> Vectors:
        rows = same(texts).copy()
        rows[0] = [0.0, 1.0]
        return rows

    near, far = (Judge(embed=embed)(CLAIM, SPILL).score for embed in (same, apart))
    assert far < near


@pytest.mark.parametrize(("claim", "evidence"), [("", "Words."), ("Words.", ""), ("...", "Words.")])
def test_nothing_supports_nothing(claim: str, evidence: str) -> None:
    assert judge(claim, evidence).score == 0.0


numbers = st.one_of(
    st.integers(10, 9_999_999).map(lambda n: f"{n:,}"),
    st.integers(10, 9_999_999).map(str),
    st.decimals(1, 999, places=1).map(str),
)
TEMPLATES = (
    "The registry counted {} reports of lost dogs in the county in 2022.",
    "About {}% of the reports of lost dogs were solved within a week.",
    "Owners paid ${} for every lost dog in 2022.",
    "Of {} million lost dogs, most were found again.",
)


@given(numbers, st.sampled_from(TEMPLATES), st.data())
def test_a_number_altered_by_one_digit_never_passes(
    number: str, template: str, data: st.DataObject
) -> None:
    places = [m.start() for m in re.finditer(r"\d", number)]
    at = data.draw(st.sampled_from(places))
    digit = data.draw(st.sampled_from([d for d in "123456789" if d != number[at]]))
    altered = number[:at] + digit + number[at + 1 :]
    evidence = template.format(number)
    assert judge(evidence, evidence).supported
    assert not judge(template.format(altered), evidence).supported


@pytest.mark.parametrize(
    ("claim", "supported"),
    [
        ("The Libyan ferries carried 900 passengers in 2019.", True),
        ("The ferries of the United States carried 900 passengers in 2019.", False),
        ("The Lebanese ferries carried 900 passengers in 2019.", False),
        ("The Libya-based ferries carried 900 passengers in 2019.", True),
    ],
)
def test_a_country_is_named_by_its_people_as_well(claim: str, supported: bool) -> None:
    evidence = "In 2019 the ferries of Libya carried 900 passengers."
    verdict = judge(claim, evidence)
    assert verdict.supported == supported, verdict.reasons
