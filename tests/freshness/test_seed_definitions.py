"""The figures of the two real fact-checks: three definitions of one thing raise no conflict."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from freshness_making import seed
from generated import Holdings

RESTS_ON_FIGURES = {"superseded", "restated"}


@pytest.mark.parametrize("now", [date(2026, 1, 29), date(2026, 11, 21), date(2030, 1, 1)])
def test_the_seeds_neither_supersede_nor_contradict_each_other(shared: Path, now: date) -> None:
    files = sorted((shared / "seeds").glob("*.txt"))
    checks = tuple(seed(file.read_text("utf-8"), file.stem) for file in files)
    assert len(checks) >= 2
    judge = Holdings(documents=checks).judge
    for each in checks:
        freshness, badges = judge.document(each, now)
        reasons = [*freshness.reasons, *(r for badge in badges for r in badge.freshness.reasons)]
        assert not {reason.rule for reason in reasons} & RESTS_ON_FIGURES
