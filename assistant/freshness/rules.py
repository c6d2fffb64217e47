"""The rules, one small function each: a Case goes in, the days on which the rule fires come out.

A new rule is one function and one entry in RULES. What a rule rests on says where it stands: dates
(`dated.py`, `events.py`), links (`linked.py`), figures (`keyed.py`), sources (`sourced.py`),
published verdicts (`rated.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from assistant.freshness.dated import (
    age_volatility,
    period_closed,
    pinned,
    relative_wording,
    release_overdue,
    unknown_date,
)
from assistant.freshness.events import event_passed
from assistant.freshness.facts import Case, Finding
from assistant.freshness.keyed import restated, superseded_by_figures
from assistant.freshness.linked import retracted_or_corrected, superseded
from assistant.freshness.rated import superseded_by_verdict
from assistant.freshness.sourced import source_changed, source_gone, source_retracted

Find = Callable[[Case], Iterator[Finding]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A rule's function, and what it is run once for.

    A "document" that an answer rests on; a "sentence", unless it is cited beside a fact-check and
    so does not count by its own dates; or a sentence wherever its "source" is cited.
    """

    find: Find
    about: Literal["sentence", "document", "source"]


RULES: tuple[Entry, ...] = (
    Entry(find=retracted_or_corrected, about="document"),
    Entry(find=superseded, about="document"),
    Entry(find=superseded_by_verdict, about="document"),
    Entry(find=pinned, about="document"),
    Entry(find=source_retracted, about="source"),
    Entry(find=source_changed, about="source"),
    Entry(find=source_gone, about="source"),
    Entry(find=restated, about="sentence"),
    Entry(find=superseded_by_figures, about="sentence"),
    Entry(find=event_passed, about="sentence"),
    Entry(find=release_overdue, about="sentence"),
    Entry(find=period_closed, about="sentence"),
    Entry(find=relative_wording, about="sentence"),
    Entry(find=age_volatility, about="sentence"),
    Entry(find=unknown_date, about="document"),
)

OF_ITS_TIME: frozenset[Find] = frozenset(
    (
        superseded_by_figures,
        event_passed,
        release_overdue,
        period_closed,
        relative_wording,
        age_volatility,
        unknown_date,
    )
)
"""What a newer version of the same words settles. What befell the words themselves it does not."""
