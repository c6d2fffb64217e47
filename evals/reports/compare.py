"""What changed between two runs: each figure, and case by case where both runs tell their cases.

The difference of a figure is the mean, over the cases that both runs have, of the later value minus
the earlier one, with the paired percentile bootstrap over those cases (Efron, 1979; Koehn, EMNLP
2004). A verdict is given only where the 95 % interval leaves 0 out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from evals.figures import paired
from evals.reports import report, values
from evals.reports.direction import better, verdict
from evals.reports.gate import Floor
from evals.reports.text import cell, markdown, number

NOT_PAIRED = "not compared case by case"
_SHAPES = ("commit", "embedding_fingerprint", "embedding_model", "limit", "settings", "libraries")


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One figure of one suite (or of a slice of it) before and after.

    `difference`, `low`, `high` and `cases` are of the cases that both runs have; where a run does
    not tell what its cases gave, `difference` is that of the two figures and there is no interval.
    """

    suite: str
    slice: str
    figure: str
    before: float | None
    after: float | None
    difference: float | None
    verdict: str
    low: float | None = None
    high: float | None = None
    cases: int = 0

    @property
    def shown(self) -> bool:
        """Is a difference shown, in either direction."""
        return self.low is not None and self.verdict != "no difference shown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    warnings: tuple[str, ...]
    changes: tuple[Change, ...]


def compare(before: Path, after: Path, floors: Sequence[Floor] = ()) -> Comparison:
    """Raises BadInput where one of the two is no report."""
    old, new = report.loaded(before), report.loaded(after)
    changes = _changes(old, new, values.read(before), values.read(after), floors)
    return Comparison(
        before=old.get("provenance", {}),
        after=new.get("provenance", {}),
        warnings=tuple(_warnings(old, new)),
        changes=tuple(changes),
    )


def _changes(
    old: Mapping[str, Any],
    new: Mapping[str, Any],
    old_values: Mapping[values.Key, Mapping[str, float]],
    new_values: Mapping[values.Key, Mapping[str, float]],
    floors: Sequence[Floor],
) -> Iterator[Change]:
    for suite, label, figure in _keys(old, new):
        one, other = _value(old, suite, label, figure), _value(new, suite, label, figure)
        ours = new_values.get((suite, label, figure), {})
        theirs = old_values.get((suite, label, figure), {})
        if ours.keys() & theirs.keys():
            paired_ = paired(figure, "before", ours, theirs)
            yield Change(
                suite=suite,
                slice=label,
                figure=figure,
                before=one,
                after=other,
                difference=paired_.value,
                low=paired_.low,
                high=paired_.high,
                cases=paired_.cases,
                verdict=verdict(paired_.low, paired_.high, better(suite, figure, floors)),
            )
        else:
            gained = None if one is None or other is None else round(other - one, 4)
            yield Change(
                suite=suite,
                slice=label,
                figure=figure,
                before=one,
                after=other,
                difference=gained,
                verdict=NOT_PAIRED,
            )


def _keys(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[values.Key]:
    """Every figure of either report: those of a suite, then those of its slices."""
    for suite in sorted({*old["suites"], *new["suites"]}):
        both = [each["suites"].get(suite, {}) for each in (old, new)]
        figures = [one.get("figures", {}) for one in both]
        yield from ((suite, "", figure) for figure in dict.fromkeys([*figures[0], *figures[1]]))
        slices = [one.get("slices", {}) for one in both]
        for label in dict.fromkeys([*slices[0], *slices[1]]):
            held = [one.get(label, {}) for one in slices]
            yield from ((suite, label, figure) for figure in dict.fromkeys([*held[0], *held[1]]))


def _value(of: Mapping[str, Any], suite: str, label: str, figure: str) -> float | None:
    held = of["suites"].get(suite, {})
    figures = held.get("slices", {}).get(label, {}) if label else held.get("figures", {})
    value: float | None = figures.get(figure, {}).get("value")
    return value


def _warnings(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    """What else differs than the code: data, settings, models, libraries."""
    for suite in sorted(old["suites"].keys() & new["suites"].keys()):
        was, is_ = (each["suites"][suite].get("data", {}) for each in (old, new))
        for name in dict.fromkeys([*was, *is_]):
            if was.get(name) != is_.get(name):
                yield f"{suite} was measured on other data: {_from_to(name, was, is_)}"
    was, is_ = old.get("provenance", {}), new.get("provenance", {})
    for name in (name for name in _SHAPES if name != "commit"):
        if was.get(name) == is_.get(name):
            continue
        inner = [each.get(name) for each in (was, is_)]
        if all(isinstance(each, Mapping) for each in inner):
            for key in dict.fromkeys([*inner[0], *inner[1]]):
                if inner[0].get(key) != inner[1].get(key):
                    yield f"the {name} differ: {_from_to(key, inner[0], inner[1])}"
        else:
            yield f"the runs differ: {_from_to(name, was, is_)}"


def _from_to(name: str, was: Mapping[str, Any], is_: Mapping[str, Any]) -> str:
    return f"{name} {was.get(name, '(none)')} -> {is_.get(name, '(none)')}"


# --- as text, JSON and Markdown -------------------------------------------------------------------


def lines(comparison: Comparison) -> Iterator[str]:
    for each in comparison.changes:
        name = f"{each.figure} [{each.slice}]" if each.slice else each.figure
        old, new = _four(each.before), _four(each.after)
        yield f"{each.suite:12} {name:34} {old:>7} -> {new:>7}  {_told(each)}".rstrip()


def _told(each: Change) -> str:
    if each.difference is None:
        return ""
    if each.low is None or each.high is None:
        return f"{each.difference:+.4f}"
    return (
        f"{each.difference:+.4f} ({each.low:+.4f} to {each.high:+.4f}, {each.cases} cases)"
        f"  {each.verdict}"
    )


def _four(value: float | None) -> str:
    return "-" if value is None else f"{value:.4f}"


def as_json(comparison: Comparison) -> dict[str, Any]:
    return {
        "before": dict(comparison.before),
        "after": dict(comparison.after),
        "warnings": list(comparison.warnings),
        "figures": [asdict(each) for each in comparison.changes],
    }


def as_markdown(comparison: Comparison) -> Iterator[str]:
    """For a pull request: what is shown to have changed first, everything else folded away."""
    yield "## Evaluation: what changed"
    yield ""
    before, after = (
        str(each.get("commit", "unknown"))[:12] for each in (comparison.before, comparison.after)
    )
    yield f"From `{before}` to `{after}`."
    for warning in comparison.warnings:
        yield f"- **Mind:** {markdown(warning)}."
    shown = [each for each in comparison.changes if each.shown and not each.slice]
    yield ""
    if shown:
        yield from _table(shown)
    else:
        yield "No figure is shown to differ, case by case."
    compared = sum(each.low is not None for each in comparison.changes)
    yield ""
    yield (
        f"{compared} figures were compared case by case, each with a 95 % interval: of so many, "
        f"about {compared / 20:.0f} would leave 0 out by chance alone."
    )
    yield ""
    yield "<details><summary>Every figure, and by slice</summary>"
    yield ""
    yield from _table(comparison.changes)
    yield ""
    yield "</details>"


def _table(changes: Sequence[Change]) -> Iterator[str]:
    yield "| suite | figure | before | after | difference | 95 % interval | cases | verdict |"
    yield "| --- | --- | --- | --- | --- | --- | --- | --- |"
    for each in changes:
        figure = f"{cell(each.figure)} ({markdown(each.slice)})" if each.slice else each.figure
        gained = "-" if each.difference is None else f"{each.difference:+.3f}"
        has = each.low is not None and each.high is not None
        bounds = f"{each.low:+.3f} to {each.high:+.3f}" if has else ""
        yield (
            f"| {cell(each.suite)} | {figure} | {number(each.before)} | {number(each.after)} "
            f"| {gained} | {bounds} | {each.cases or ''} | {each.verdict} |"
        )
