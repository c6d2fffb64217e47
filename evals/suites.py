"""Which suites there are, and running some of them in fresh homes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from assistant.errors import BadInput
from evals import gold_suite, provenance
from evals.homes import Homes, settings, temporary
from evals.provenance import Provenance
from evals.report import Suite

SUITES = ("gold",)


def run_suites(
    names: Sequence[str] | None,
    *,
    benchmarks: Path | None,
    limit: int | None,
    note: Callable[[str], None] = lambda _: None,
    models: Path | None = None,
) -> tuple[list[Suite], Provenance]:
    """Runs the named suites, or (None) every one whose data is there.

    `models` keeps exported query encoders from one run to the next. Raises BadInput where a named
    suite's data is missing.
    """
    with temporary(models) as homes:
        suites = [
            suite
            for name in dict.fromkeys(names or SUITES)
            if (suite := _suite(name, homes, limit)) is not None
        ]
    return suites, provenance.of(settings(Path()), limit)


def _suite(name: str, homes: Homes, limit: int | None) -> Suite | None:
    if name == "gold":
        return gold_suite.run(homes, limit=limit)
    raise BadInput(f"no suite {name!r}")
