"""Which suites there are, and running some of them in fresh homes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from assistant.errors import BadInput
from evals import provenance
from evals.homes import settings, temporary
from evals.provenance import Provenance
from evals.reports.report import Suite
from evals.suites import (
    abstention,
    citation,
    claims_posted,
    composing,
    conversation,
    freshness,
    gold,
    keys,
    retrieval,
    safety,
    sentences,
    support,
    volatility,
)
from evals.suites.gold import CORPUS
from evals.suites.gold_questions import GOLD
from evals.suites.task import Note, Task

Runner = Callable[[Task], Suite]

OWN: Mapping[str, Runner] = {
    "gold": lambda task: gold.run(task.homes, limit=task.limit, corpus=task.corpus, gold=task.gold),
    "claims": lambda task: claims_posted.run(
        task.homes, benchmarks=task.benchmarks, limit=task.limit
    ),
    "citation": lambda task: citation.run(
        task.homes, limit=task.limit, corpus=task.corpus, gold=task.gold
    ),
    "freshness": lambda task: freshness.run(
        task.homes,
        benchmarks=task.benchmarks,
        limit=task.limit,
        corpus=task.corpus,
        gold=task.gold,
    ),
    "safety": lambda task: safety.run(
        task.homes, limit=task.limit, corpus=task.corpus, gold=task.gold
    ),
    "keys": lambda task: keys.run(limit=task.limit),
}
"""On the sample archive, or a newsroom's own."""

PUBLIC: Mapping[str, Runner] = {
    "retrieval": lambda task: retrieval.run(
        task.homes, task.public, limit=task.limit, note=task.note
    ),
    "abstention": lambda task: abstention.run(
        task.homes, task.public, limit=task.limit, note=task.note
    ),
    "conversation": lambda task: conversation.run(task.homes, task.public, limit=task.limit),
    "support": lambda task: support.run(task.homes, task.public, limit=task.limit),
    "sentences": lambda task: sentences.run(
        task.homes, task.public, limit=task.limit, note=task.note
    ),
    "volatility": lambda task: volatility.run(task.homes, task.public, limit=task.limit),
}
"""On public sets, which do not ship."""

NAMED: Mapping[str, Runner] = {
    "composing": lambda task: composing.run(
        task.homes, limit=task.limit, corpus=task.corpus, gold=task.gold
    ),
}
"""With a chat model, which says something else every time: only where they are named."""

RUNNERS: Mapping[str, Runner] = {**OWN, **PUBLIC, **NAMED}
SUITES = tuple(RUNNERS)


def run_suites(
    names: Sequence[str] | None,
    *,
    benchmarks: Path | None,
    limit: int | None,
    note: Note = lambda _: None,
    models: Path | None = None,
    corpus: Path = CORPUS,
    gold: Path = GOLD,
) -> tuple[list[Suite], Provenance]:
    """Runs the named suites, or (None) every one whose data is there.

    `corpus` and `gold` are what the gold suite reads: a newsroom's own archive and questions work
    as well. `models` keeps exported query encoders from one run to the next. Raises BadInput where
    a named suite's data is missing.
    """
    chosen = list(dict.fromkeys(names or (*OWN, *PUBLIC)))
    if benchmarks is None and names is None:
        note("left out without --benchmarks: " + ", ".join(PUBLIC))
        chosen = [name for name in chosen if name not in PUBLIC]
    for name in chosen:
        if name in PUBLIC and (benchmarks is None or not benchmarks.is_dir()):
            raise BadInput(f"suite {name} needs --benchmarks DIR, a folder of public sets")
    with temporary(models) as homes:
        task = Task(
            homes=homes, benchmarks=benchmarks, limit=limit, note=note, corpus=corpus, gold=gold
        )
        suites = []
        for at, name in enumerate(chosen, start=1):
            note(f"suite {at} of {len(chosen)}: {name}")
            suites.append(RUNNERS[name](task))
    return suites, provenance.of(settings(Path()), limit)
