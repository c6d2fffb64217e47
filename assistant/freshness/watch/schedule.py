"""When to look at a source again: pure functions of what is expected and of what was seen.

A page's changes are taken as a Poisson process whose rate has a Gamma prior worth one change in
`tau_days` (the class of volatility of what cites it): after c changes in d days the expected time
to the next is (tau + d) / (1 + c). A page is looked at ten times in that time, on the day on which
a release of its statistic is due, and sooner while something looks wrong or while it is new: then
a day later, and again whenever the time that it is known for has doubled. Never more often than
every six hours and at least once in thirty days.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

LEAST = timedelta(hours=6)
MOST = timedelta(days=30)
LOOKS_A_CHANGE = 10
SPREAD = 0.1
"""A look comes up to this part of the wait earlier, by the address, so that looks do not bunch."""

_NEW = timedelta(days=1)
"""The first wait of a page of which nothing is known but its class."""

Trouble = Literal["none", "missing", "gone", "failing", "unreachable"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What is expected of a source: its class of volatility, and its next release, if any."""

    tau_days: float
    release: datetime | None = None


def days_to_change(tau_days: float, observed_days: float, changes: int) -> float:
    """The expected days to the next change, after `changes` in `observed_days`."""
    return (max(tau_days, 0.0) + max(observed_days, 0.0)) / (1 + max(changes, 0))


def wait(
    expected: Expected,
    *,
    observed_days: float,
    changes: int,
    trouble: Trouble,
    url_key: str,
    now: datetime,
) -> timedelta:
    """How long until the next look, from LEAST to MOST."""
    days = days_to_change(expected.tau_days, observed_days, changes) / LOOKS_A_CHANGE
    known = timedelta(days=min(max(observed_days, 0.0), MOST.days))
    usual = min(timedelta(days=min(days, MOST.days)), max(known, _NEW))
    usual *= 1 - SPREAD * _part(url_key)
    usual = min(usual, _to_release(expected, now))
    # A second look a day later tells what is gone from what was away.
    if trouble == "missing":
        usual = timedelta(days=1)
    elif trouble == "failing":
        usual = min(usual, timedelta(hours=12))
    elif trouble in ("gone", "unreachable"):
        usual = min(max(usual, timedelta(days=2)), timedelta(days=7))
    return min(max(usual, LEAST), MOST)


def _to_release(expected: Expected, now: datetime) -> timedelta:
    """Until the day of the next release; daily once that has come and it has not."""
    if expected.release is None:
        return MOST
    ahead = expected.release - now
    return ahead if ahead > timedelta() else timedelta(days=1)


def _part(url_key: str) -> float:
    """0 to 1, the same for an address for good."""
    return int.from_bytes(hashlib.sha256(url_key.encode()).digest()[:4]) / 2**32
