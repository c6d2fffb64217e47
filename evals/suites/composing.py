"""The composing suite: what becomes of a chat model's claims, on gold questions.

With the chat model of the settings; without one, with the small model of the test packages. What a
model writes is not the same in every run, so this suite runs only where it is named.
"""

from __future__ import annotations

import json
import re
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from assistant.answering.generating.generative import Generative
from assistant.errors import BadInput
from assistant.settings import Settings
from assistant.wiring import Assistant, open_assistant
from evals import small_model
from evals.exact import search_exactly
from evals.figures import Metric, Share, measure
from evals.homes import Homes, ingest, settings
from evals.provenance import hashed
from evals.reports.report import Suite
from evals.reports.text import markdown
from evals.suites import gold_questions
from evals.suites.gold import CORPUS, ask
from evals.suites.gold_metrics import AbstentionRecall, Case, FalseAbstention, HitRate, VerbatimRate
from evals.suites.gold_questions import sliced

QUESTIONS = 20
_SMALL = {"chat_model": "smollm2-135m-instruct", "chat_tokens": 700, "chat_seconds": 300.0}


@dataclass(frozen=True, slots=True, kw_only=True)
class Became:
    """The share of the claims that a model proposed with which this was done."""

    what: str

    @property
    def name(self) -> str:
        return self.what

    @property
    def means(self) -> str:
        return {
            "claims_kept": "claims proposed that were shown in the model's own words",
            "claims_repaired": "claims proposed that were shown with another quote or wording",
            "claims_dropped": "claims proposed that were dropped whole",
        }[self.what]

    def __call__(self, case: Case) -> Share | None:
        counts = {name: int(_said(case).get(name, 0)) for name in _COUNTS}
        proposed = sum(counts.values())
        return Share(hits=counts[self.what], of=proposed) if proposed else None


_COUNTS = ("claims_kept", "claims_repaired", "claims_dropped")


@dataclass(frozen=True, slots=True)
class Composed:
    name: str = "composed"
    means: str = "answers in which something of the model's draft was shown"

    def __call__(self, case: Case) -> Share | None:
        if case.answer is None:
            return None
        return Share(hits=float(_said(case).get("composer") == "model"))


@dataclass(frozen=True, slots=True)
class FiguresQuoted:
    name: str = "figures_quoted"
    means: str = "numbers in claims that stand so in a quote of their claim"

    def __call__(self, case: Case) -> Share | None:
        if case.answer is None:
            return None
        quotes = {each["n"]: each["quote"] for each in case.answer["citations"]}
        held = [
            figure.rstrip(".,") in " ".join(quotes[n] for n in claim["citations"])
            for claim in case.answer["claims"]
            for figure in re.findall(r"\d[\d.,]*", claim["text"])
        ]
        return Share(hits=sum(held), of=len(held)) if held else None


METRICS: tuple[Metric[Case], ...] = (
    VerbatimRate(),
    FiguresQuoted(),
    Composed(),
    *(Became(what=name) for name in _COUNTS),
    HitRate(),
    FalseAbstention(),
    AbstentionRecall(),
)


def run(
    homes: Homes,
    *,
    limit: int | None = None,
    corpus: Path = CORPUS,
    gold: Path = gold_questions.GOLD,
) -> Suite:
    questions = [q for q in gold_questions.load(gold) if not q.history]
    chosen = sliced(questions, limit or QUESTIONS, [each.id for each in questions])
    with _assistant(homes) as assistant:
        ingest(assistant, corpus)
        search_exactly(assistant)
        _same_fence(assistant)
        started = time.perf_counter()
        cases = [ask(assistant, question) for question in chosen]
        seconds = time.perf_counter() - started
        model = str(assistant.settings.chat_model)
    return Suite(
        name="composing",
        figures=measure(METRICS, cases),
        data={
            "questions": len(cases),
            "chat_model": model,
            "questions_sha256": hashed(gold.glob("*.jsonl"), gold),
        },
        cases={"composing.jsonl": [_line(case) for case in cases]},
        findings=tuple(_findings(cases)),
        seconds={"questions": seconds},
    )


@contextmanager
def _assistant(homes: Homes) -> Iterator[Assistant]:
    if settings(homes.root).chat_model:
        with homes.fresh("composing") as assistant:
            yield assistant
        return
    if reason := small_model.missing():
        raise BadInput(
            f"suite composing needs ASSISTANT_CHAT_MODEL, or the small model: it {reason}"
        )
    with small_model.serving(homes.root / "small-model.log") as url:
        home = homes.root / "composing"
        home.mkdir()
        chosen: Settings = settings(home).model_copy(update={**_SMALL, "chat_base_url": url})
        with open_assistant(chosen, command="evals") as assistant:
            yield assistant


def _same_fence(assistant: Assistant) -> None:
    """The fence that is drawn for every call would make of every run another prompt."""
    models = assistant._parts.models
    if isinstance(models.composer, Generative):
        models.__dict__["composer"] = replace(models.composer, fence=lambda: "5eed5eed5eed5eed")


def _said(case: Case) -> dict[str, str]:
    return dict(case.reply["diagnostics"]) if case.reply else {}


def _line(case: Case) -> str:
    """A case without the reply's id, which is drawn anew in every run."""
    row = {
        "_id": case.question.id,
        "question": case.question.text,
        "claims": [claim["text"] for claim in case.answer["claims"]] if case.answer else None,
        "not_verbatim": [s.quote for s in case.shown if not s.exact],
        "diagnostics": _said(case),
        "error": case.error,
    }
    return json.dumps(row, ensure_ascii=False, sort_keys=True)


def _findings(cases: Sequence[Case]) -> Iterator[str]:
    """Why claims were dropped, and why answers are extractive: the most frequent first."""
    dropped: Counter[str] = Counter()
    fell_back: Counter[str] = Counter()
    for case in cases:
        said = _said(case)
        for part in filter(None, said.get("dropped_because", "").split("; ")):
            why, _, n = part.rpartition(": ")
            dropped[why] += int(n) if n.isdigit() else 0
        if said.get("composer") == "extractive" and "chat_model" in said:
            fell_back[said["chat_model"]] += 1
    for title, found in (("Claims dropped", dropped), ("Extractive, because", fell_back)):
        if found:
            yield f"### {title}"
            yield ""
            yield from (f"- {markdown(why)}: {n}" for why, n in sorted(found.items(), key=_most))
            yield ""


def _most(pair: tuple[str, int]) -> tuple[int, str]:
    return -pair[1], pair[0]
