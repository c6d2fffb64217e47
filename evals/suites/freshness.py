"""Freshness: each rule on the day it is due, and what the other suites say of age, in one place.

Scenarios are small fact-checks with documents beside them, read in once and judged as
`assistant check --now` judges, on days before and after something befell them. Notices are those
of the gold questions, planted pairs those of the suite of keys; how well volatility is calibrated
is measured where public sets are given.
"""

from __future__ import annotations

import json
import time
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from assistant.errors import BadInput
from assistant.settings import parse_instant
from assistant.types import Freshness
from assistant.wiring import Assistant
from evals.beir import lines_of
from evals.figures import Figure, Metric, Share, measure
from evals.homes import Homes, ingest
from evals.provenance import hashed
from evals.reports.pictures import Line, Picture, reliability
from evals.reports.report import Suite, Worst
from evals.suites import keys, volatility
from evals.suites.cases import Measured
from evals.suites.gold import CORPUS, asked
from evals.suites.gold_metrics import FalseNotice, FreshnessAccuracy, NoticeRecall
from evals.suites.gold_questions import GOLD
from evals.suites.keyed_figures import pairs

SCENARIOS = Path(__file__).parent.parent / "clock" / "scenarios.toml"
NOTHING = "none"
"""The rule of a scenario in which nothing may fire."""
_NOTICES = (FreshnessAccuracy(), NoticeRecall(), FalseNotice())


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """A fact-check with what stands beside it: Markdown, each file with its front matter."""

    id: str
    rule: str
    document: str
    others: tuple[str, ...]
    days: tuple[Day, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """On this day the fact-check is in this state, and its scenario's rule is due or not."""

    on: date
    state: str
    due: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What `check` said of a scenario on a day; `state` is None where it left the check out."""

    scenario: Scenario
    day: Day
    state: str | None
    rules: tuple[str, ...]

    @property
    def id(self) -> str:
        return f"{self.scenario.id} {self.day.on}"

    @property
    def fired(self) -> bool:
        """Did what the scenario is about fire; where nothing may, did anything."""
        if self.scenario.rule == NOTHING:
            return bool(self.rules)
        return self.scenario.rule in self.rules


@dataclass(frozen=True, slots=True)
class StateRight:
    name: str = "state right"
    means: str = "scenarios' days on which the fact-check is in the state that the model demands"

    def __call__(self, case: Case) -> Share | None:
        return Share(hits=float(case.state == case.day.state))


@dataclass(frozen=True, slots=True)
class RuleFires:
    name: str = "rule fires"
    means: str = "days on which its rule is due: it is among the reasons"

    def __call__(self, case: Case) -> Share | None:
        return Share(hits=float(case.fired)) if case.day.due else None


@dataclass(frozen=True, slots=True)
class FalseAlarm:
    name: str = "false alarm"
    means: str = "days on which its rule is not due, or nothing is: it fires all the same"

    def __call__(self, case: Case) -> Share | None:
        return None if case.day.due else Share(hits=float(case.fired))


METRICS: tuple[Metric[Case], ...] = (StateRight(), RuleFires(), FalseAlarm())


def run(
    homes: Homes,
    *,
    benchmarks: Path | None = None,
    limit: int | None = None,
    corpus: Path = CORPUS,
    gold: Path = GOLD,
    file: Path = SCENARIOS,
) -> Suite:
    """`limit` slices the gold questions and the planted pairs; scenarios run whole."""
    started = time.perf_counter()
    scenarios = load(file)
    cases = judged(homes, scenarios)
    seconds = time.perf_counter() - started
    measured = Measured(
        metrics=METRICS,
        cases=cases,
        id_of=lambda case: case.id,
        slices_of=lambda case: (f"rule: {case.scenario.rule}",),
    )
    done = asked(homes, limit, corpus, gold)
    ever, pictures = _volatility(homes, benchmarks)
    return Suite(
        name="freshness",
        figures=(
            *measured.figures(),
            *measure(_NOTICES, done.cases),
            *keys.of_pairs(pairs()[:limit]),
            *ever,
        ),
        slices=measured.slices(),
        data={
            "scenarios": len(scenarios),
            "days": len(cases),
            "scenarios sha256": hashed([file], file.parent),
            "gold questions": len(done.cases),
        },
        cases={"freshness.jsonl": [_line(case) for case in cases]},
        values=measured.values(),
        members=measured.members(),
        pictures=pictures,
        worst=tuple(_worst(cases)),
        seconds={"scenarios": seconds},
    )


def load(file: Path = SCENARIOS) -> tuple[Scenario, ...]:
    """Raises BadInput, naming the scenario, for a file that does not hold them."""
    try:
        rows = tomllib.loads(file.read_text(encoding="utf-8"))["scenario"]
    except (OSError, ValueError, KeyError) as error:
        raise BadInput(f"{file} holds no scenarios: {error}") from error
    return tuple(_scenario(row, place) for place, row in enumerate(rows, start=1))


def _scenario(row: Mapping[str, Any], place: int) -> Scenario:
    try:
        return Scenario(
            id=row["id"],
            rule=row["rule"],
            document=row["document"],
            others=tuple(row.get("others", ())),
            days=tuple(
                Day(on=date.fromisoformat(day["on"]), state=day["state"], due=day["due"])
                for day in row["days"]
            ),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise BadInput(f"scenario {place}: {type(error).__name__} {error}") from error


def judged(homes: Homes, scenarios: Sequence[Scenario]) -> list[Case]:
    """Every scenario in one archive: what one says must not touch another."""
    folder = homes.root / "scenarios"
    folder.mkdir()
    for scenario in scenarios:
        for number, text in enumerate((scenario.document, *scenario.others)):
            name = f"{scenario.id}-{number}" if number else scenario.id
            (folder / f"{name}.md").write_text(text.lstrip(), encoding="utf-8")
    with homes.fresh("clock") as assistant:
        ingest(assistant, folder)
        days = sorted({day.on for scenario in scenarios for day in scenario.days})
        checked = {day: _check(assistant, day) for day in days}
    return [
        _case(scenario, day, checked[day.on].get(scenario.id))
        for scenario in scenarios
        for day in scenario.days
    ]


def _check(assistant: Assistant, day: date) -> dict[str, Freshness]:
    now = parse_instant(day.isoformat())
    return {document.id: freshness for document, freshness, _ in assistant.check(now)}


def _case(scenario: Scenario, day: Day, freshness: Freshness | None) -> Case:
    return Case(
        scenario=scenario,
        day=day,
        state=freshness.state if freshness else None,
        rules=tuple(dict.fromkeys(r.rule for r in freshness.reasons)) if freshness else (),
    )


def _volatility(
    homes: Homes, benchmarks: Path | None
) -> tuple[tuple[Figure, ...], tuple[Picture, ...]]:
    """How far p_mutable is from the share that is mutable, on EverGreenQA's dev questions."""
    file = benchmarks / volatility.SET if benchmarks else None
    if file is None or not file.is_file():
        return (), ()
    rows = [json.loads(line) for line in lines_of(file)]
    with homes.fresh("mutable") as assistant:
        said = [assistant.volatility(row["question"]).p_mutable for row in rows]
    truth = [row["label"] == "mutable" for row in rows]
    return (calibration(said, truth),), (
        Picture(
            name="volatility-reliability",
            title="How many questions of a p_mutable are mutable",
            x="p_mutable",
            y="share mutable",
            lines=(
                Line(name="EverGreenQA dev", points=reliability(said, truth)),
                Line(name="calibrated", points=((0.0, 0.0), (1.0, 1.0)), dashed=True),
            ),
        ),
    )


def calibration(said: Sequence[float], truth: Sequence[bool]) -> Figure:
    """The expected calibration error over ten bins (Naeini et al., AAAI 2015): 0 is best."""
    bins: dict[int, list[int]] = {}
    for i, p in enumerate(said):
        bins.setdefault(min(int(p * 10), 9), []).append(i)
    error = sum(abs(sum(said[i] - truth[i] for i in held)) for held in bins.values()) / len(said)
    return Figure(
        name="volatility ECE",
        means="p_mutable against the share that is mutable, expected calibration error, 0 best",
        value=round(error, 4),
        of=len(said),
        cases=len(said),
    )


def _worst(cases: Sequence[Case]) -> Iterator[Worst]:
    for case in cases:
        if case.state != case.day.state or case.fired != case.day.due:
            due = case.scenario.rule if case.day.due else f"no {case.scenario.rule}"
            yield Worst(
                case=case.id,
                asked=" ".join(case.scenario.document.split("---")[-1].split()),
                came=f"{case.state or 'left out'}: {', '.join(case.rules) or 'no reason'}",
                wanted=f"{case.day.state}: {due}",
                why=f"on {case.day.on}",
            )


def _line(case: Case) -> str:
    row = {
        "_id": case.id,
        "rule": case.scenario.rule,
        "state": case.state,
        "wanted": case.day.state,
        "due": case.day.due,
        "rules": case.rules,
    }
    return json.dumps(row, ensure_ascii=False, sort_keys=True)
