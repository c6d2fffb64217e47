"""Some queries of a set judged: the product beside its baselines, and where it went wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from evals.baselines import Baselines
from evals.beir import Qrels, Query, Ranking, each_query, mean, spelled
from evals.figures import Difference, Figure, paired
from evals.reports.pictures import Bar
from evals.reports.report import Worst

_WORST = 3
_SHOWN = 200
"""Characters of a document beside a query that went wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Some queries of one set and the measure that they are judged by.

    `measure` is a name of ir-measures: "AP@5" or "nDCG@10". Only queries with a judgement count.
    `understood`: the last turn of a conversation is searched for as the rules complete it.
    """

    folder: str
    part: str
    measure: str
    split: str | None = None
    understood: bool = False

    @property
    def name(self) -> str:
        return f"{self.folder} {self.part} {spelled(self.measure)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A part's queries by their measure: what the product got and what each baseline got."""

    part: Part
    ours: Mapping[str, float]
    theirs: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    worst: tuple[Worst, ...] = ()

    @property
    def figure(self) -> Figure:
        return mean(self.part.measure, self.ours, self.part.name)

    @property
    def differences(self) -> tuple[Difference, ...]:
        return tuple(
            paired(self.part.name, name, self.ours, values) for name, values in self.theirs.items()
        )

    @property
    def bars(self) -> tuple[Bar, ...]:
        """The product first."""
        rows = {"this assistant": self.ours, **self.theirs}
        figures = {name: mean(self.part.measure, values) for name, values in rows.items()}
        return tuple(
            Bar(name=name, value=each.value or 0.0, low=each.low, high=each.high)
            for name, each in figures.items()
        )


def judged(
    part: Part,
    queries: Sequence[Query],
    qrels: Qrels,
    runs: Mapping[str, Ranking],
    beside: Baselines,
    shown: Mapping[str, str],
) -> Judged:
    """`shown`: the documents' words, for the queries that went wrong."""
    ids = [query.id for query in queries]
    ours = each_query(part.measure, ids, qrels, runs)
    theirs = {name: each_query(part.measure, ids, qrels, found) for name, found in beside.items()}
    # What a baseline found and the product did not is read first.
    order = sorted(
        queries, key=lambda q: (ours[q.id], -max((t[q.id] for t in theirs.values()), default=0))
    )
    worst = [
        _worst(part, query, qrels[query.id], runs, beside, shown)
        for query in order[:_WORST]
        if ours[query.id] < 1
    ]
    return Judged(part=part, ours=ours, theirs=theirs, worst=tuple(worst))


def _worst(
    part: Part,
    query: Query,
    relevant: Mapping[str, int],
    runs: Mapping[str, Ranking],
    beside: Baselines,
    shown: Mapping[str, str],
) -> Worst:
    right = {name for name, score in relevant.items() if score > 0}
    found = runs[query.id]
    ranks = {name: _rank(found[query.id], right) for name, found in beside.items()}
    others = "; ".join(f"{name}: {rank}" for name, rank in ranks.items())
    return Worst(
        case=f"{part.folder}:{query.id}",
        asked=query.text,
        came=_words(found[0][0], shown) if found else "nothing",
        wanted=" / ".join(_words(name, shown) for name in sorted(right)[:_WORST]),
        why=f"{part.name}: a right document at {_rank(found, right)}; {others}".rstrip("; "),
    )


def _rank(ranking: Ranking, right: set[str]) -> str:
    places = [place for place, (name, _) in enumerate(ranking, start=1) if name in right]
    return f"rank {places[0]}" if places else "no rank"


def _words(name: str, shown: Mapping[str, str]) -> str:
    words = " ".join(shown.get(name, "").split())
    return f"{name}: {words[:_SHOWN]}{'…' if len(words) > _SHOWN else ''}"
