"""The report as Markdown, for a pull request: the summary first, then each suite."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from evals.figures import Difference, Figure
from evals.provenance import Provenance
from evals.reports.direction import better, verdict
from evals.reports.gate import Floor
from evals.reports.report import Suite, Worst
from evals.reports.summary import bound, headline
from evals.reports.text import cell, interval, number
from evals.reports.text import markdown as escaped

_WORST = 10
_LONGEST = 400


def markdown(
    suites: Sequence[Suite], provenance: Provenance, floors: Sequence[Floor] = ()
) -> list[str]:
    lines = ["# Evaluation", "", *origin(provenance), "", *_summary(suites, floors)]
    for suite in suites:
        data = "; ".join(f"{escaped(name)} {escaped(str(v))}" for name, v in suite.data.items())
        lines += ["", f"## {cell(suite.name)}", "", f"Measured on: {data}.", ""]
        lines += table(suite.figures)
        for part in (_slices(suite.slices), _differences(suite, floors), _worst(suite.worst)):
            told = list(part)
            lines += ["", *told] if told else []
        if suite.findings:
            lines += ["", *suite.findings]
    return lines


def origin(provenance: Provenance) -> list[str]:
    """Where every figure comes from, a sentence a line."""
    changed = " with uncommitted changes" if provenance.uncommitted else ""
    settings = ", ".join(f"{k} {escaped(str(v))}" for k, v in provenance.settings.items())
    libraries = ", ".join(f"{name} {version}" for name, version in provenance.libraries.items())
    return [
        f"Commit {provenance.commit}{changed}, of {provenance.date}; "
        f"code {provenance.code_sha256}.",
        f"Embedding model {escaped(provenance.embedding_model)} "
        f"({provenance.embedding_fingerprint}).",
        f"Settings: {settings}. Libraries: {libraries}. Seed {provenance.seed}.",
        *([f"A slice: {provenance.limit} of each set."] if provenance.limit else []),
    ]


def _summary(suites: Sequence[Suite], floors: Sequence[Floor]) -> Iterator[str]:
    rows = [(suite, *each) for suite in suites for each in headline(suite, floors)]
    missed = [floor for _, figure, floor in rows if floor and floor.missed(figure.value)]
    asked = sum(floor is not None for *_, floor in rows)
    yield f"**{asked - len(missed)} of {asked} floors kept.**" if asked else "No floor is asked."
    yield ""
    yield "| suite | figure | value | 95 % interval | cases | floor | |"
    yield "| --- | --- | --- | --- | --- | --- | --- |"
    for suite, figure, floor in rows:
        kept = "" if floor is None else "**missed**" if floor.missed(figure.value) else "kept"
        yield (
            f"| {cell(suite.name)} | {cell(figure.name)} | {shown(figure)} "
            f"| {interval(figure.low, figure.high)} | {figure.cases} "
            f"| {bound(floor) if floor else ''} | {kept} |"
        )


def table(figures: Sequence[Figure]) -> list[str]:
    lines = [
        "| figure | value | 95 % interval | n | what it says |",
        "| --- | --- | --- | --- | --- |",
    ]
    return lines + [
        f"| {cell(each.name)} | {shown(each)} | {interval(each.low, each.high)} | {each.of:g} "
        f"| {cell(each.means)} |"
        for each in figures
    ]


def _slices(slices: Mapping[str, tuple[Figure, ...]]) -> Iterator[str]:
    """One row a slice, one column a figure that applies to any of them."""
    names = list(
        dict.fromkeys(
            each.name
            for figures in slices.values()
            for each in figures
            if each.value is not None or each.error
        )
    )
    if not names:
        return
    yield f"| slice | {' | '.join(cell(name) for name in names)} |"
    yield "| --- " * (len(names) + 1) + "|"
    for label, figures in slices.items():
        values = {each.name: shown(each) for each in figures}
        yield f"| {escaped(label)} | {' | '.join(values.get(name, '-') for name in names)} |"


def _differences(suite: Suite, floors: Sequence[Floor]) -> Iterator[str]:
    if not suite.differences:
        return
    yield "| figure | beside | ours | theirs | difference | 95 % interval | cases | |"
    yield "| --- | --- | --- | --- | --- | --- | --- | --- |"
    for each in suite.differences:
        yield (
            f"| {cell(each.figure)} | {cell(each.beside)} | {number(each.ours)} "
            f"| {number(each.theirs)} | {each.value:+.3f} | {each.low:+.3f} to {each.high:+.3f} "
            f"| {each.cases} | {told(suite.name, each, floors)} |"
        )


def told(suite: str, each: Difference, floors: Sequence[Floor]) -> str:
    return verdict(each.low, each.high, better(suite, each.figure, floors))


def _worst(worst: Sequence[Worst]) -> Iterator[str]:
    if not worst:
        return
    yield "<details><summary>Worst cases</summary>"
    yield ""
    for each in worst[:_WORST]:
        yield f"- **{escaped(each.why, _LONGEST)}** ({escaped(each.case)})"
        yield f"  - asked: {escaped(each.asked, _LONGEST)}"
        yield f"  - came: {escaped(each.came, _LONGEST)}"
        yield f"  - wanted: {escaped(each.wanted, _LONGEST)}"
    yield ""
    yield "</details>"


def shown(figure: Figure) -> str:
    if figure.error:
        return f"failed: {escaped(figure.error, _LONGEST)}"
    return number(figure.value)
