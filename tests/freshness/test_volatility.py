"""The volatility judge: guards, classes, taus, claims with figures, and the shipped weights."""

from __future__ import annotations

import hashlib
import importlib
import json
import math
import shutil
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.counts import count

from assistant.errors import Unavailable
from assistant.freshness import volatility_model
from assistant.freshness.figures import has_figure
from assistant.freshness.volatility import (
    TAU_DAYS,
    VolatilityModel,
    claim_volatility,
    load_volatility,
)
from assistant.ports import VolatilityJudge
from assistant.types import Volatility

JUDGE = load_volatility()
NOW = date(2026, 1, 29)

TOPICS = [
    "road deaths in Poland",
    "measles cases reported to the health agency",
    "children reported to the hotline",
    "asylum applications in the European Union",
    "tonnes of plastic waste collected by the city",
    "visitors of the national museum",
]
topics = st.sampled_from(TOPICS)


@pytest.fixture
def training(repository: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The training script, which lies beside the package and needs the extra `evals`."""
    pytest.importorskip("sklearn")
    monkeypatch.syspath_prepend(str(repository))
    return importlib.import_module("evals.training.volatility")


def weighted_f1(truth: list[bool], said: list[bool]) -> float:
    """The mean of both classes' F1, weighed by how often each is true."""
    total = 0.0
    for label in (True, False):
        both = sum(t == s == label for t, s in zip(truth, said, strict=True))
        total += truth.count(label) * 2 * both / (truth.count(label) + said.count(label))
    return total / len(truth)


# --- the guards -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "question",
    [
        "What is the latest count of road deaths?",
        "What is the current number of members?",
        "How many members does the union have now?",
        "Is the bridge closed today?",
        "How many floods were there this year?",
        "How many floods have there been so far?",
        "How many wind farms are there as of now?",
        "What does the most recent census say about households?",
        "Who is the prime minister of Norway?",
        "Who's the CEO of the national railway?",
        "How many bridges have been closed since 2019?",
    ],
)
def test_a_question_about_the_present_is_volatile(question: str) -> None:
    assert JUDGE(question).p_mutable >= 0.90


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("How does the agency define a household?", "definition"),
        ("How does the statistics office count homeless people?", "definition"),
        ("How is the poverty line calculated?", "definition"),
        ("What does 'case fatality' mean?", "definition"),
        ("What is the definition of a refugee?", "definition"),
        ("Which method does the institute use for turnout?", "definition"),
        ("Which baseline does the weather service use for rainfall?", "definition"),
        ("How do hydrologists work out the flow of a river?", "definition"),
        ("How do biologists estimate the number of wolves?", "definition"),
        ("How is the cost of a basket worked out?", "definition"),
        ("Are volunteers who get meals counted as employees?", "definition"),
        ("Do gig workers count as employed?", "definition"),
        ("Does the crime rate include attempted burglary?", "definition"),
        ("What does M-3 leave out?", "definition"),
        ("How many shops are visited each month to measure food prices?", "definition"),
        ("Which sensor is used to measure snow depth?", "definition"),
        ("Would the curve look different if the median were used?", "definition"),
        ("How many people drowned in 2019?", "historical"),
        ("What was the harvest in the summer of 2012?", "historical"),
        ("How many cases did the court close in FY 2022?", "historical"),
        ("How many strikes were there between 2010 and 2015?", "historical"),
        ("What did a loaf cost in the 1990s?", "historical"),
        ("Who ruled Sweden in the 17th century?", "historical"),
        ("Who won the 2018 final?", "historical"),
    ],
)
def test_definitions_and_closed_periods_hardly_change(question: str, kind: str) -> None:
    judged = JUDGE(question)
    assert judged.p_mutable <= 0.15
    assert judged.kind == kind


def test_a_closed_period_beats_volatile_words_and_those_a_definition() -> None:
    assert JUDGE("What were the latest numbers in 2019?").kind == "historical"
    assert JUDGE("How did the bureau define poverty in 2019?").kind == "historical"
    assert JUDGE("How does the bureau currently define poverty?").p_mutable >= 0.90


@pytest.mark.parametrize(
    "question",
    [
        "Does the lifeboat service help look for lost pets?",
        "Can a tourist buy insulin without a prescription?",
        "Is it legal to record a call in Spain?",
        "Who may vote in a village meeting?",
        "How soon must a landlord return a deposit?",
    ],
)
def test_law_and_practice_age_like_an_office_and_moderately(question: str) -> None:
    judged = JUDGE(question)
    assert judged.kind == "office"
    assert judged.p_mutable <= 0.50


@pytest.mark.parametrize(
    "question",
    [
        "Does fluoride cause bone cancer?",
        "Do screens harm toddlers' eyesight?",
        "Is it true that vitamin C prevents colds?",
        "Can wet hair give you a cold?",
    ],
)
def test_whether_one_thing_causes_another_changes_seldom(question: str) -> None:
    judged = JUDGE(question)
    assert judged.kind == "other"
    assert judged.p_mutable <= 0.30


@pytest.mark.parametrize(
    "question",
    [
        "Which supermarket do most families use for groceries?",
        "How many people are tested each day?",
        "Who would win if elections were held today?",
        "Does the ceasefire now allow aid?",
        "How many bankruptcies are there?",
        "How many minutes will the tram take to arrive at the station?",
        "Is there any update on the cause of the outage at the airport?",
    ],
)
def test_questions_that_only_look_like_methods_stay_volatile(question: str) -> None:
    assert JUDGE(question).p_mutable >= 0.5
    assert JUDGE(question).kind not in ("definition", "historical")


@pytest.mark.parametrize(
    ("asked", "plain"),
    [
        ("Are sharks fish?", "sharks fish?"),
        ("Is it true that sharks are fish?", "Sharks are fish?"),
        ("Can you tell me whether sharks are fish?", "sharks are fish?"),
    ],
)
def test_the_form_of_a_question_for_yes_or_no_is_no_feature(asked: str, plain: str) -> None:
    assert volatility_model.buckets(asked) == volatility_model.buckets(plain)


@pytest.mark.parametrize(
    "question",
    [
        "What is the name of the law that relates voltage, current and resistance?",
        "What is an alternating current?",
        "Who is the director of the film Casablanca?",
        "Which party did the senator belong to before the current party?",
    ],
)
def test_words_that_only_look_volatile_raise_nothing(question: str) -> None:
    unguarded = JUDGE.classifier.probability(question)
    assert JUDGE(question).p_mutable == unguarded


def test_which_years_are_over_depends_on_the_injected_day() -> None:
    question = "How many people were displaced in 2025?"
    assert JUDGE.judge(question, date(2026, 1, 1)).p_mutable <= 0.15
    running = JUDGE.judge(question, date(2025, 12, 31))
    assert running.p_mutable >= 0.90
    assert running.kind == "annual"
    assert JUDGE.judge("How many caught flu in the 2025-26 season?", NOW).p_mutable >= 0.90
    assert JUDGE.judge("How many caught flu in the 2024-25 season?", NOW).p_mutable <= 0.15
    assert JUDGE.judge("How did rents change in the 2020s?", NOW).kind != "historical"


@pytest.mark.parametrize(
    ("question", "last_open_day"),
    [
        ("What was the lowest level of the lake in October 2025?", date(2025, 10, 31)),
        ("highest ozone reading August 2025 harbour", date(2025, 8, 31)),
        ("What was the final count in the ballot of May 2025?", date(2025, 5, 31)),
        ("How many pupils were absent in the 2024-25 school year?", date(2025, 6, 30)),
        ("pupil absence 2024\u201325", date(2025, 6, 30)),
        ("What was the newest total for the year to March 2025?", date(2025, 3, 31)),
        ("How many boats came between June 2023 and October 2025?", date(2025, 10, 31)),
        ("Q3 2025 bankruptcies", date(2025, 9, 30)),
    ],
)
def test_a_period_closes_the_day_after_its_last(question: str, last_open_day: date) -> None:
    running = JUDGE.judge(question, last_open_day)
    closed = JUDGE.judge(question, last_open_day + timedelta(days=1))
    assert running.p_mutable >= 0.90
    assert closed.kind == "historical"
    assert closed.p_mutable <= 0.15


@pytest.mark.parametrize(
    "question",
    [
        "How many fires have there been since the storm of June 2024?",
        "How many boats came from May 2024 onwards?",
        "How many boats came between June 2023 and now?",
    ],
)
def test_a_period_with_an_open_end_is_not_closed(question: str) -> None:
    assert JUDGE.judge(question, NOW).kind != "historical"


def test_a_year_before_the_calendar_of_figures_is_over_all_the_same() -> None:
    assert JUDGE.judge("Who ruled Norway in 1066?", NOW).kind == "historical"
    assert JUDGE.judge("Who signed on 5/5/2019?", NOW).kind == "historical"


def test_without_a_day_a_year_that_the_text_looks_ahead_to_is_not_over() -> None:
    assert JUDGE("How many people will live in Lagos in 2050?").kind != "historical"


def test_who_leads_a_club_named_after_a_year_is_no_closed_period() -> None:
    assert JUDGE("Who is the head coach of Bohemians 1905?").kind == "office"


# --- classes and taus -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("What is the exchange rate of the krona?", "live"),
        ("What is the current price of wheat?", "fast"),
        ("Who leads in the latest poll?", "fast"),
        ("What is the unemployment rate?", "monthly"),
        ("How is the consumer price index developing?", "monthly"),
        ("What are the yearly numbers of road deaths?", "annual"),
        ("What is the newest edition of the atlas?", "annual"),
        ("Who is the president of the senate?", "office"),
        ("Is hitchhiking legal in Nevada?", "office"),
        ("What is the tax rate on books?", "office"),
        ("How does the agency define a household?", "definition"),
        ("When was the first underground railway opened?", "historical"),
        ("Which bridge is the longest in Europe?", "other"),
    ],
)
def test_classes_and_their_taus(question: str, kind: str) -> None:
    judged = JUDGE(question)
    assert judged.kind == kind
    assert judged.tau_days == TAU_DAYS[judged.kind]


def test_the_priors_are_those_of_the_freshness_model() -> None:
    assert {kind: tau for kind, tau in TAU_DAYS.items() if kind != "historical"} == {
        "live": 1,
        "fast": 14,
        "monthly": 45,
        "annual": 365,
        "office": 730,
        "definition": 1095,
        "other": 850,
    }
    thirty_years = 30 * 365
    assert 1 - math.exp(-thirty_years / TAU_DAYS["historical"]) < 0.02


PARAPHRASES = [
    [
        "What are the latest yearly numbers for {}?",
        "what is the most recent annual figure for {}",
        "Which newest yearly statistics are there on {}?",
        "Can you give me the current annual numbers of {}, please?",
    ],
    [
        "How does the bureau define and count {}?",
        "How are {} defined and counted by the bureau?",
        "What is the bureau's definition of {}?",
        "By which method does the bureau count {}?",
    ],
    [
        "How many {} were there in 2019?",
        "In 2019, what was the number of {}?",
        "what was the total of {} during the year 2019",
    ],
]


@settings(max_examples=count(200, 10_000))
@given(topic=topics, family=st.sampled_from(PARAPHRASES), shout=st.booleans())
def test_a_paraphrase_keeps_its_class(topic: str, family: list[str], shout: bool) -> None:
    texts = [template.format(topic) for template in family]
    judged = [JUDGE.judge(text.upper() if shout else text, NOW) for text in texts]
    assert len({each.kind for each in judged}) == 1
    assert len({each.p_mutable >= 0.5 for each in judged}) == 1


@settings(max_examples=count(200, 10_000))
@given(topic=topics, year=st.integers(1950, 2025), now=st.sampled_from([None, NOW]))
def test_a_closed_year_lowers_what_latest_raised(topic: str, year: int, now: date | None) -> None:
    latest = JUDGE.judge(f"What are the latest numbers for {topic}?", now)
    closed = JUDGE.judge(f"What were the numbers for {topic} in {year}?", now)
    assert closed.p_mutable < latest.p_mutable
    assert closed.tau_days > latest.tau_days


@given(text=st.text(max_size=300), now=st.sampled_from([None, NOW]))
def test_any_text_gets_a_sound_judgement_twice_the_same(text: str, now: date | None) -> None:
    judged = JUDGE.judge(text, now)
    assert 0 <= judged.p_mutable <= 1
    assert judged.tau_days >= 1
    assert judged == JUDGE.judge(text, now)
    json.dumps(judged.tau_days, allow_nan=False)


def test_a_text_of_a_megabyte_is_judged_by_its_beginning() -> None:
    start = "What is the latest count of road deaths? "
    assert JUDGE(start + "a b " * 250_000) == JUDGE(start + "a b " * 1_000)


@pytest.mark.parametrize(
    "unit",
    [
        "jan 1 ",
        "the year of ",
        "how do a ",
        "who is the ",
        "[1 ",
        "9-",
        "may to ",
        "is counted ",
        "does what period ",
    ],
)
def test_a_text_made_to_slow_the_patterns_is_judged_all_the_same(unit: str) -> None:
    assert claim_volatility("in " + unit * 500, NOW) == claim_volatility("in " + unit * 500, NOW)


def test_the_seeds_titles(shared: Path) -> None:
    titles = {}
    for path in (shared / "seeds").glob("*.txt"):
        title = path.read_text(encoding="utf-8").splitlines()[0]
        titles["latest" in title] = JUDGE.judge(title, NOW)
    assert titles[True].kind == "annual"
    assert titles[True].tau_days == 365
    assert titles[True].p_mutable >= 0.90
    assert titles[False].kind == "definition"
    assert titles[False].tau_days == 1095
    assert titles[False].p_mutable <= 0.15


# --- claims with figures --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "sentence",
    [
        "The agency helped with 31,204 reports [1].",
        "In 2023 the rate was 88 percent.",
        "Turnout rose to 61.5% [2][3].",
        "The fund paid $2000 to each household.",
        "About two in five cases stay open.",
        "More than 1700 pupils moved.",
        "Some three million people moved away.",
        "The total\u201491%\u2014was a record.",
        "The plant makes 5km of cable a day.",
    ],
)
def test_a_claim_with_a_figure_is_at_least_annual(sentence: str) -> None:
    assert has_figure(sentence)
    judged = claim_volatility(sentence, NOW)
    assert judged.p_mutable >= 0.5
    assert judged.tau_days <= 365


@pytest.mark.parametrize(
    "sentence",
    [
        "The agency changed its form in 2023 [1], [2, 4].",
        "Between 2019 and 2021 the law stayed as it was.",
        "The 2019\u201320 season was broken off.",
        "It came into force on 12 May 2024 and lapsed on June 3.",
        "The note of 2024-05-12 repeats it.",
        "Section 12 and \u00a7 4.2 apply.",
        "4. What the register leaves out",
        "The FY-2022 report names COVID-19.",
        "Children under 18 are in it, and runaways aged 12 to 17.",
        "Its 24-hour line opened at 9:30.",
        "The 21st century began with it.",
        "Nothing is counted here.",
    ],
)
def test_years_dates_sections_and_markers_are_no_figures(sentence: str) -> None:
    assert not has_figure(sentence)
    assert claim_volatility(sentence, NOW) == JUDGE.judge(sentence, NOW)


def test_a_figure_keeps_a_class_that_is_faster_than_annual() -> None:
    judged = claim_volatility("The unemployment rate is now 5.2 percent.")
    assert judged.kind == "monthly"
    assert judged.p_mutable >= 0.90


# --- the weights ----------------------------------------------------------------------------------


def test_the_judge_is_the_port() -> None:
    port: VolatilityJudge = load_volatility()
    assert isinstance(port("Who is the mayor of Oslo?"), Volatility)


def test_the_weights_are_small_and_carry_their_provenance(repository: Path) -> None:
    packed = volatility_model.WEIGHTS.read_bytes()
    said = json.loads(volatility_model.WEIGHTS.with_suffix(".json").read_text(encoding="utf-8"))
    assert len(packed) <= 1_500_000
    assert said["sha256"] == hashlib.sha256(packed).hexdigest()
    assert {data["licence"] for data in said["fitted_on"]} == {"MIT"}
    assert (repository / said["script"]).is_file()


def test_damaged_or_missing_weights_are_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "volatility.npz"
    with pytest.raises(Unavailable, match=r"volatility\.npz can't be used.*install"):
        load_volatility(path)("Is it so?")
    shutil.copy(volatility_model.WEIGHTS, path)
    shutil.copy(volatility_model.WEIGHTS.with_suffix(".json"), tmp_path)
    assert load_volatility(path)("Is it so?") == JUDGE("Is it so?")
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(Unavailable, match="SHA-256"):
        volatility_model.load_classifier(path)


def test_loading_the_judge_imports_nothing_heavy() -> None:
    script = (
        "import sys; from assistant.freshness.volatility import load_volatility;"
        "load_volatility()('Who is the mayor?');"
        "print(sorted({'sklearn', 'scipy', 'torch', 'chromadb'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.stdout.strip() == "[]", done.stderr


def test_the_development_set_meets_the_floor(shared: Path) -> None:
    path = shared / "benchmarks" / "evergreenqa" / "dev.jsonl"
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    truth = [row["label"] == "mutable" for row in rows]
    said = [JUDGE(row["question"]).p_mutable >= 0.5 for row in rows]
    assert weighted_f1(truth, said) >= 0.84
    provenance = json.loads(volatility_model.WEIGHTS.with_suffix(".json").read_text())
    reported = provenance["scores"]["evergreenqa_dev_with_guards"]["weighted_f1"]
    assert weighted_f1(truth, said) == pytest.approx(reported, abs=5e-5)


def test_no_question_of_the_development_set_is_fitted(
    shared: Path, training: ModuleType, tmp_path: Path
) -> None:
    benchmarks = shared / "benchmarks"
    kept_apart = training.read(benchmarks / "evergreenqa" / "dev.jsonl")
    fitted = {training.key(row.text) for row in training.fitting_rows(benchmarks)}
    assert len(fitted) > 6_000
    assert not fitted & {training.key(row["question"]) for row in kept_apart}
    shutil.copytree(benchmarks / "recencyqa", tmp_path / "recencyqa")
    shutil.copytree(benchmarks / "evergreenqa", tmp_path / "evergreenqa")
    leak = {"question": kept_apart[0]["question"].upper() + " ", "label": "mutable"}
    with (tmp_path / "evergreenqa" / "train.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps(leak) + "\n")
    with pytest.raises(ValueError, match="1 questions of the dev set"):
        training.fitting_rows(tmp_path)


@pytest.mark.slow
def test_the_script_fits_the_shipped_weights_again(
    shared: Path, training: ModuleType, tmp_path: Path
) -> None:
    report = training.train(shared / "benchmarks", tmp_path / "volatility.npz")
    shipped = json.loads(volatility_model.WEIGHTS.with_suffix(".json").read_text())
    again = report["scores"]["evergreenqa_dev_with_guards"]["weighted_f1"]
    assert again == pytest.approx(
        shipped["scores"]["evergreenqa_dev_with_guards"]["weighted_f1"], abs=0.01
    )
    assert [data["sha256"] for data in report["fitted_on"]] == [
        data["sha256"] for data in shipped["fitted_on"]
    ]
    VolatilityModel(volatility_model.load_classifier(tmp_path / "volatility.npz"))("Is it so?")
