"""The rules that rest on figures: a later period, or another value for the same one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from assistant.freshness.authority import counts_from, publishers
from assistant.freshness.clocks import judged_on
from assistant.freshness.facts import Case, Finding, Keyed, Rival
from assistant.freshness.linked import hidden
from assistant.freshness.markers import markers
from assistant.freshness.review import day_after
from assistant.types import Document, Figure, PartialDate

_MONTH = 31
_Known = tuple[date, Rival]
"""From which day on a rival counts, and the rival."""


def superseded_by_figures(case: Case) -> Iterator[Finding]:
    """The archive holds a figure of the same series for a later period.

    Not of a period that the question closes ("in 2023").
    """
    if case.question.settled or not case.matters:
        return
    for keyed in case.figures:
        for rival, since, until in _latest_of(_known(case, keyed, "later")):
            yield _superseded(case, keyed.figure, rival, since, until)


def restated(case: Case) -> Iterator[Finding]:
    """A newer publication gives another value for the same period: one of the two is wrong."""
    if not case.matters:
        return
    for keyed in case.figures:
        known = _known(case, keyed, "restated")
        newer = [each for each in known if _is_newer(case, keyed.figure, each[1])]
        if newer:
            since, rival = min(newer, key=lambda each: (each[0], each[1].document.id))
            yield _restated(case, keyed.figure, rival, since)


def _known(case: Case, keyed: Keyed, relation: str) -> list[_Known]:
    """The rivals that may replace the figure, each with the first day on which it counts.

    An internal one says nothing of a public document: that there is a newer figure, and for when,
    is more than its readers may know.
    """
    mine = _behind(case.document, keyed.figure)
    early = _early(case, keyed.figure)
    found: list[_Known] = []
    for rival in keyed.rivals:
        if rival.relation != relation or hidden(rival.document, case.document):
            continue
        since = _counts_from(rival, early)
        if since is None:
            continue
        if case.authority.figures(_behind(rival.document, rival.figure), mine):
            found.append((since, rival))
    return found


def _behind(document: Document, figure: Figure) -> tuple[str | None, ...]:
    return publishers(document, markers(document.text, figure.sentence))


def _counts_from(rival: Rival, early: timedelta) -> date | None:
    """None for what can't be evidence: it has no date, or it spoke of its period before its end."""
    dated, ended = judged_on(rival.document), rival.figure.period_last
    if dated is None or ended is None or dated.last < _told_from(rival.figure, ended) - early:
        return None
    return max(counts_from(rival.document), ended)


def _early(case: Case, figure: Figure) -> timedelta:
    """How long before the end of its period the figure itself was told: a harvest is counted in
    autumn, and so is the next one, give or take a month."""
    told, ended = _published(case.document, figure), figure.period_last
    early = max(timedelta(), ended - told.last) if told and ended else timedelta()
    return early + min(early, timedelta(days=_MONTH))


def _told_from(figure: Figure, ended: date) -> date:
    """Of a month, a rate is told as soon as it is set; of longer, what is told before the end is
    no whole count."""
    first = figure.period_first
    return first if first is not None and (ended - first).days <= _MONTH else ended


def _latest_of(known: Sequence[_Known]) -> Iterator[tuple[Rival, date, date | None]]:
    """At any day the one of the latest period so far: each until one of a later period counts."""
    records: list[_Known] = []
    for since, rival in sorted(known, key=_order):
        if not records or _ended(rival) > _ended(records[-1][1]):
            if records and records[-1][0] == since:
                records.pop()
            records.append((since, rival))
    for place, (since, rival) in enumerate(records):
        yield rival, since, records[place + 1][0] if place + 1 < len(records) else None


def _order(known: _Known) -> tuple[date, date, str]:
    return known[0], _ended(known[1]), known[1].document.id


def _ended(rival: Rival) -> date:
    return rival.figure.period_last or date.min


def _is_newer(case: Case, figure: Figure, rival: Rival) -> bool:
    """Its publication is surely later than that on which the figure rests."""
    mine, theirs = _published(case.document, figure), _published(rival.document, rival.figure)
    return mine is not None and theirs is not None and theirs.first > mine.last


def _published(document: Document, figure: Figure) -> PartialDate | None:
    """When what a figure rests on came out: the newest source that it is marked by, where that is
    known, else its own document."""
    cited = set(markers(document.text, figure.sentence))
    dated = [
        source.published_on
        for source in document.content.sources
        if source.n in cited and source.published_on is not None
    ]
    own = judged_on(document)
    if own is not None:  # a source that came out after the check of it is a slip
        dated = [each for each in dated if each.first <= own.last]
    return max(dated, key=lambda each: each.last, default=own)


def _superseded(
    case: Case, figure: Figure, rival: Rival, since: date, until: date | None
) -> Finding:
    period, newer = _period(figure), _period(rival.figure)
    return Finding(
        rule="superseded",
        level="strong",
        state="superseded",
        since=since,
        until=until,
        text=f"Its figure is for {period}; \u201c{rival.document.title}\u201d gives one for {newer}"
        f": {_value(rival)}.",
        clears_when=f"The answer gives the figure for {newer}.",
        claim=case.index,
        document_id=case.document.id,
        evidence=_evidence(case, figure, rival),
    )


def _restated(case: Case, figure: Figure, rival: Rival, since: date) -> Finding:
    own = figure.span.of(case.document.text)
    return Finding(
        rule="restated",
        level="strong",
        state="contradicted",
        since=since,
        text=f"It gives {own} for {_period(figure)}; \u201c{rival.document.title}\u201d, which is "
        f"newer, gives another value: {_value(rival)}.",
        clears_when="A new check says which of the values holds.",
        claim=case.index,
        document_id=case.document.id,
        evidence=_evidence(case, figure, rival),
    )


def _evidence(case: Case, figure: Figure, rival: Rival) -> dict[str, str]:
    document, newer = case.document, rival.document
    return {
        "document_id": document.id,
        "figure": figure.span.of(document.text),
        "period": _period(figure),
        **_dates(document),
        "by_document_id": newer.id,
        "by_title": newer.title,
        "by_figure": _value(rival),
        "by_period": _period(rival.figure),
        **{f"by_{name}": value for name, value in _dates(newer).items()},
    }


def _dates(document: Document) -> dict[str, str]:
    dated = judged_on(document)
    name = "checked_on" if document.kind == "fact_check" else "published_on"
    return {} if dated is None else {name: str(dated)}


def _value(rival: Rival) -> str:
    return rival.figure.span.of(rival.document.text)


def _period(figure: Figure) -> str:
    """ "2024" for a calendar year, "2024-05" for a month, else its first and its last day."""
    first, last = figure.period_first, figure.period_last
    if first is None or last is None:
        return "an unknown period"
    if first == last:
        return last.isoformat()
    begins, ends = first.day == 1, (day_after(last, 1) or last).day == 1
    if begins and ends and (first.month, last.month, first.year) == (1, 12, last.year):
        return f"{last.year:04d}"
    if begins and ends and (first.year, first.month) == (last.year, last.month):
        return f"{last:%Y-%m}"
    return f"{first} to {last}"
