"""The operation that refits the clock of freshness on the outcomes of refreshes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.shapes_upkeep import CalibrationJson

if TYPE_CHECKING:
    from assistant.wiring import Assistant


def calibrate(assistant: Assistant, *, apply: bool = True) -> CalibrationJson:
    """Tau per class and the threshold of the notice, before and after. Too few outcomes change
    nothing: `reason` says how many are missing."""
    made, applied = assistant.calibrating.fit(apply=apply)
    return {
        "outcomes": made.outcomes,
        "applied": applied,
        "reason": made.reason,
        "taus": [
            {
                "kind": tau.kind,
                "outcomes": tau.outcomes,
                "changed": tau.changed,
                "before": tau.before,
                "after": tau.after,
            }
            for tau in made.taus
        ],
        "threshold_before": made.threshold_before,
        "threshold_after": made.threshold_after,
        "loss_before": made.loss_before,
        "loss_after": made.loss_after,
    }


BY_NAME = {calibrate.__name__: calibrate}
