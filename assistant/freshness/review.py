"""From findings to a verdict: what fires today, and the day of the next review, solved.

The score of age is s(t) = p (1 - exp(-t / tau)), t in days. It reaches a threshold h < p at
t = -tau ln(1 - h / p); the next review is the earliest such day over all rules.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta

from assistant.freshness.facts import Finding
from assistant.types import STATES_WORST_FIRST, Level, Reason, State, Volatility

AGEING = 0.10
"""From this score on a document counts as ageing, which carries no notice."""

OUTDATED = (
    "This fact-check may be outdated. Consider refreshing it to get the most current information."
)
NOTICES: dict[State, str | None] = {
    "retracted": "This fact-check was corrected or withdrawn.",
    "contradicted": OUTDATED,
    "superseded": OUTDATED,
    "may_be_outdated": OUTDATED,
    "unverifiable": "A source of this fact-check can no longer be checked.",
    "unknown": "The date of this fact-check is not known.",
    "ageing": None,
    "fresh": None,
}
LEVELS_WORST_FIRST: tuple[Level, ...] = ("hard", "strong", "medium", "soft", "info")


def score(volatility: Volatility, age_days: int) -> float:
    """p_mutable x (1 - exp(-age / tau)), 0 to 1: how likely the answer has changed by now."""
    return volatility.p_mutable * (1 - math.exp(-age_days / volatility.tau_days))


def days_until(volatility: Volatility, threshold: float) -> int | None:
    """The least age in whole days at which the score reaches `threshold`, None when it never does.

    `threshold` is above 0, so that at age 0 nothing is reached.
    """
    if volatility.p_mutable <= threshold:
        return None
    days = math.ceil(-volatility.tau_days * math.log1p(-threshold / volatility.p_mutable))
    # A rounding error of one unit in the last place can move the ceiling by a day either way.
    if days > 0 and score(volatility, days - 1) >= threshold:
        days -= 1
    elif score(volatility, days) < threshold:
        days += 1
    return days if score(volatility, days) >= threshold else None


def day_after(start: date, days: int) -> date | None:
    """`start` + `days`, None past the end of the calendar."""
    try:
        return start + timedelta(days=days)
    except OverflowError:
        return None


def next_review(findings: Iterable[Finding], now: date) -> date | None:
    """The earliest day on which a finding fires that does not fire now."""
    return min((f.since for f in findings if f.since > now and _ever(f)), default=None)


def _ever(finding: Finding) -> bool:
    return finding.until is None or finding.since < finding.until


def held(findings: Sequence[Finding]) -> list[Finding]:
    """The findings on one document with its pin applied.

    While an editor's pin holds, nothing but a retraction fires beside it; what would have fired
    waits until it ends.
    """
    pin_ends = next((f.until for f in findings if f.rule == "pinned" and f.state == "fresh"), None)
    if pin_ends is None:
        return list(findings)
    return [
        f
        if f.rule in ("pinned", "retracted-or-corrected")
        else replace(f, since=max(f.since, pin_ends))
        for f in findings
    ]


def holds(findings: Iterable[Finding], now: date) -> bool:
    """An editor's pin is in force."""
    return any(f.rule == "pinned" and f.state == "fresh" and f.fires(now) for f in findings)


def worst(states: Iterable[State]) -> State:
    return min(states, key=STATES_WORST_FIRST.index, default="fresh")


def reasons(firing: Sequence[Finding]) -> tuple[Reason, ...]:
    """Strongest first, each said once: the same sentence on several claims names the first."""
    said: dict[tuple[str, str, str], Finding] = {}
    for finding in sorted(firing, key=_order):
        said.setdefault((finding.rule, finding.document_id, finding.text), finding)
    return tuple(finding.reason for finding in said.values())


def _order(finding: Finding) -> tuple[int, int, int]:
    claim = -1 if finding.claim is None else finding.claim
    return LEVELS_WORST_FIRST.index(finding.level), STATES_WORST_FIRST.index(finding.state), claim
