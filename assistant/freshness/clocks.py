"""Four clocks, never mixed: what each of a document's dates says, and from when it counts.

`valid_as_of` is the world that a figure describes, `published_on` the source, `retrieved_on` our
own fetch, `checked_on` a person's judgement. Only the last makes a fact-check older; our fetch
moves nothing. A date is an interval: it counts as known from its first day on, and age runs from
its last day, so that a date of year precision never makes a document look older than it is. A
date that still lies ahead of the injected clock counts as unknown.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

from assistant.types import Document, PartialDate


@dataclass(frozen=True, slots=True, kw_only=True)
class Clocks:
    """One document's four dates, as stored; None is unknown and is never read as today."""

    valid_as_of: PartialDate | None
    published_on: PartialDate | None
    retrieved_on: datetime
    checked_on: PartialDate | None


def clocks(document: Document) -> Clocks:
    return Clocks(
        valid_as_of=document.content.valid_as_of,
        published_on=document.content.published_on,
        retrieved_on=document.retrieved_on,
        checked_on=document.content.checked_on,
    )


def day(instant: datetime | date) -> date:
    """The calendar day of an instant in UTC, the same in every time zone; a day is itself."""
    if isinstance(instant, datetime):
        return instant.astimezone(UTC).date() if instant.tzinfo else instant.date()
    return instant


def known(value: PartialDate | None, now: date) -> PartialDate | None:
    """`value`, or None while all of it still lies ahead of `now`."""
    return value if value is not None and value.first <= now else None


def judged_on(document: Document) -> PartialDate | None:
    """The date that age and later calendar years are counted from.

    A fact-check's is `checked_on` and nothing else. A source document has none: it stands in its
    own words, so its `published_on` takes the place.
    """
    if document.kind == "fact_check":
        return document.content.checked_on
    return document.content.published_on


def age_in_days(value: PartialDate | None, now: date) -> int:
    """Whole days from the last day of `value` to `now`; 0 when unknown or not yet over."""
    return max(0, (now - value.last).days) if value is not None else 0


def in_force_from(document: Document) -> date:
    """The first day on which a document may be answered from or may replace another one."""
    checked = document.content.checked_on
    if document.kind == "fact_check" and checked is not None:
        return checked.first
    return date.min


def in_force(document: Document, now: date) -> bool:
    """False for a fact-check before its own `checked_on`: `check` and `ask` leave it out."""
    return in_force_from(document) <= now
