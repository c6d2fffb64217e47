"""What a look changes in what is known of a source: a pure function of both and of the clock.

Missing once means nothing: only a second look at least a day later says that it is gone. Failing
means nothing for a week. Whatever comes back has never been away.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Literal

from assistant.freshness.watch.schedule import MOST, Expected, Trouble, wait
from assistant.ledger.database import stamp
from assistant.ledger.watched import Watch

GONE_AFTER = timedelta(days=1)
UNREACHABLE_AFTER = timedelta(days=7)

LookOutcome = Literal[
    "first", "unchanged", "cosmetic", "changed", "missing", "failing", "refused", "postponed"
]
"""What a look found. `refused`: the guard, the site or its robots.txt kept us out, which says
nothing of the source. `postponed`: its host asked us to come again later."""

THERE: tuple[LookOutcome, ...] = ("first", "unchanged", "cosmetic", "changed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What came of one look. What a source that is there says of itself stands beside it."""

    found: LookOutcome
    status: int | None = None
    problem: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    body: str | None = None
    """The hash of the bytes."""
    moved_to: str | None = None
    retraction: str | None = None
    retracted_on: str | None = None
    corrected: bool = False
    noted: str | None = None
    doi: str | None = None
    not_before: datetime | None = None
    """When its host lets us come again."""


def after(watch: Watch, look: Look, expected: Expected, now: datetime) -> Watch:
    """The source as it stands after a look at `now`, with the time of the next one."""
    if look.found == "postponed":
        return replace(watch, next_at=stamp(look.not_before or now + timedelta(hours=1)))
    known = replace(
        watch, looked_at=stamp(now), looks=watch.looks + 1, status=look.status, refused=False
    )
    if look.found in THERE:
        known = _there(known, look, now)
    elif look.found == "missing":
        known = _missing(known, look, now)
    elif look.found == "failing":
        known = _failing(known, look, now)
    else:
        known = replace(known, problem=look.problem, refused=True)
    return replace(known, next_at=stamp(_next(known, look, expected, now)))


def trouble_of(watch: Watch) -> Trouble:
    if watch.gone_on:
        return "gone"
    if watch.gone_first:
        return "missing"
    if watch.unreachable_on:
        return "unreachable"
    return "failing" if watch.failing_first else "none"


def _there(watch: Watch, look: Look, now: datetime) -> Watch:
    return replace(
        watch,
        seen_at=stamp(now),
        first_at=watch.first_at or stamp(now),
        problem=None,
        gone_first=None,
        gone_on=None,
        failing_first=None,
        unreachable_on=None,
        moved_to=look.moved_to,
        retracted_on=look.retracted_on,
        retraction=look.retraction,
        corrected=look.corrected,
        noted=look.noted,
        doi=look.doi,
        etag=look.etag,
        last_modified=look.last_modified,
        body=look.body or watch.body,
        changes=watch.changes + (look.found == "changed"),
    )


def _missing(watch: Watch, look: Look, now: datetime) -> Watch:
    first = watch.gone_first or stamp(now)
    again = now - datetime.fromisoformat(first) >= GONE_AFTER
    gone_on = watch.gone_on or (_day(now) if again else None)
    return replace(watch, problem=look.problem, gone_first=first, gone_on=gone_on)


def _failing(watch: Watch, look: Look, now: datetime) -> Watch:
    first = watch.failing_first or stamp(now)
    long = now - datetime.fromisoformat(first) >= UNREACHABLE_AFTER
    since = watch.unreachable_on or (_day(now) if long else None)
    return replace(watch, problem=look.problem, failing_first=first, unreachable_on=since)


def _next(watch: Watch, look: Look, expected: Expected, now: datetime) -> datetime:
    observed = timedelta()
    if watch.first_at:
        observed = now - datetime.fromisoformat(watch.first_at)
    usual = wait(
        expected,
        observed_days=observed / timedelta(days=1),
        changes=watch.changes,
        trouble=trouble_of(watch),
        url_key=watch.url_key,
        now=now,
    )
    return max(now + usual, min(look.not_before or now, now + MOST))


def _day(moment: datetime) -> str:
    return moment.astimezone(UTC).date().isoformat()
