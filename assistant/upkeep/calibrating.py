"""Calibrating: the clock refitted on what became of refreshed checks, kept by the day it was."""

from __future__ import annotations

from datetime import UTC, date

from assistant.freshness.calibration import UNCALIBRATED, Calibrated, Fit, fit
from assistant.freshness.judge import PROFILES
from assistant.ledger.labels import Labels
from assistant.ports import Clock


class Calibrating:
    """What holds on a day is what was last learned by then, for the profile that it was learned
    for: a verdict of an earlier day is given again as it was."""

    def __init__(self, labels: Labels, profile: str, clock: Clock) -> None:
        self._labels = labels
        self._profile = profile
        self._clock = clock

    def __call__(self, day: date) -> Calibrated:
        body = self._labels.calibration(day)
        if body is None:
            return UNCALIBRATED
        own = body.get("profile") == self._profile
        return Calibrated(taus=body["taus"], threshold=body["threshold"] if own else None)

    def fit(self, *, apply: bool) -> tuple[Fit, bool]:
        """What the outcomes teach, and whether it holds from now on."""
        now = self._clock()
        made = fit(self._labels.all(), self(now.astimezone(UTC).date()), PROFILES[self._profile])
        if made.reason is not None or not apply:
            return made, False
        learned = made.calibrated
        self._labels.calibrate(
            {
                "profile": self._profile,
                "taus": dict(learned.taus),
                "threshold": learned.threshold,
                "outcomes": made.outcomes,
            },
            now,
        )
        return made, True
