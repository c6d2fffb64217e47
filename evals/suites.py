"""Which suites there are, and running some of them in fresh homes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from assistant.errors import BadInput
from evals import (
    claims_suite,
    gold_questions,
    gold_suite,
    provenance,
    retrieval_suite,
    volatility_suite,
)
from evals.homes import Homes, settings, temporary
from evals.provenance import Provenance
from evals.report import Suite

SUITES = ("gold", "claims", "retrieval", "volatility")
_PUBLIC = ("retrieval", "volatility")
"""Suites on public sets, which do not ship."""

Note = Callable[[str], None]


def run_suites(
    names: Sequence[str] | None,
    *,
    benchmarks: Path | None,
    limit: int | None,
    note: Note = lambda _: None,
    models: Path | None = None,
    corpus: Path = gold_suite.CORPUS,
    gold: Path = gold_questions.GOLD,
) -> tuple[list[Suite], Provenance]:
    """Runs the named suites, or (None) every one whose data is there.

    `corpus` and `gold` are what the gold suite reads: a newsroom's own archive and questions work
    as well. `models` keeps exported query encoders from one run to the next. Raises BadInput where
    a named suite's data is missing.
    """
    chosen = list(dict.fromkeys(names or SUITES))
    if benchmarks is None and names is None:
        note("left out without --benchmarks: " + ", ".join(_PUBLIC))
        chosen = [name for name in chosen if name not in _PUBLIC]
    with temporary(models) as homes:
        own = {
            "gold": lambda: gold_suite.run(homes, limit=limit, corpus=corpus, gold=gold),
            "claims": lambda: claims_suite.run(homes, limit=limit),
        }
        suites = [
            own[name]() if name in own else _on_public_sets(name, homes, benchmarks, limit, note)
            for name in chosen
        ]
    return suites, provenance.of(settings(Path()), limit)


def _on_public_sets(
    name: str, homes: Homes, benchmarks: Path | None, limit: int | None, note: Note
) -> Suite:
    if benchmarks is None or not benchmarks.is_dir():
        raise BadInput(f"suite {name} needs --benchmarks DIR, a folder of public sets")
    if name == "retrieval":
        return retrieval_suite.run(homes, benchmarks, limit=limit, note=note)
    return volatility_suite.run(homes, benchmarks, limit=limit)
