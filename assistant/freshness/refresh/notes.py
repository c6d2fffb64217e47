"""What readers and editors are told of a refresh, written by rules."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from assistant.freshness.refresh.composing import bare
from assistant.freshness.refresh.values import ANSWERED, Change, Left, Outcome, SourceCheck

SHOWN = 3
"""Changes that a note names; of the rest it gives the number."""


def note_of(
    outcome: Outcome, changes: Sequence[Change], sources: Sequence[SourceCheck], day: date
) -> str | None:
    """The public note of an outcome; None for one that publishes nothing.

    Whoever shows a note says before it what became of the check and when; a withdrawal's stands by
    itself.
    """
    if outcome == "confirmed":
        return _sentence(f"{_what_holds(sources)}.")
    if outcome == "withdrawn":
        return f"Withdrawn on {day}: {_retracted(sources)}, and nothing stands in its place."
    if outcome == "updated":
        return _sentence(_listed(_updates(changes)))
    if outcome == "corrected":
        return _sentence(_listed([_corrected(change) for change in changes]))
    return None


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _what_holds(sources: Sequence[SourceCheck]) -> str:
    answered = [check for check in sources if check.status in ANSWERED and check.shown]
    if not answered:
        return "an editor looked at its sources, and they still say what is cited"
    if len(answered) == 1:
        return "its source still says what is cited"
    return f"its {len(answered)} sources still say what is cited"


def _retracted(sources: Sequence[SourceCheck]) -> str:
    named = [_name(check) for check in sources if check.status == "retracted"]
    return f"what it rested on was retracted ({'; '.join(named)})"


def _name(check: SourceCheck) -> str:
    return check.source.title or check.source.publisher or f"source [{check.n}]"


def _updates(changes: Sequence[Change]) -> list[str]:
    """One sentence for each who says what is new."""
    by_publisher: dict[str | None, dict[str, None]] = {}
    for change in changes:
        if not _is_restated(change):
            by_publisher.setdefault(change.publisher, {}).update(dict.fromkeys(_pairs(change)))
    later = [f"{', '.join(pairs)}, {who}." for who, pairs in by_publisher.items() if pairs]
    return later + [_restated(change) for change in changes if _is_restated(change)]


def _is_restated(change: Change) -> bool:
    return change.candidate is not None and change.candidate.relation == "restated"


def _restated(change: Change) -> str:
    """Another value of the very period: what was published then was right then."""
    period = change.new_period or change.old_period
    said = f"{change.publisher} now gives {change.new_value}{f' for {period}' if period else ''}"
    return f"{said} instead of {change.old_value}."


def _pairs(change: Change) -> list[str]:
    if change.old_value is None or change.new_value is None:
        return []
    old = f"{change.old_value}{_of(change.old_period)}"
    new = f"{change.new_value}{_of(change.new_period)}"
    return [f"{was} \u2192 {now}" for was, now in [(old, new), *change.also] if was != now]


def _of(period: str | None) -> str:
    return f" ({period})" if period else ""


def _corrected(change: Change) -> str:
    if change.retracted is not None:
        title = change.retracted.title or change.retracted.publisher or "its source"
        return f"a sentence was taken out, because what it rested on was retracted ({title})."
    if change.candidate is None or change.old_value is None or change.new_value is None:
        return f"an earlier version said \u201c{bare(change.old)}\u201d."
    if not change.was_wrong:
        return " ".join(_updates([change]))
    said = f"{change.old_value}{_of(change.old_period)}"
    says = f"{change.new_value}{_of(change.new_period)}"
    return f"an earlier version said {said}; its source says {says}, {change.publisher}."


def _listed(parts: Sequence[str]) -> str:
    parts = list(dict.fromkeys(parts))
    shown = " ".join(part[0].upper() + part[1:] if i else part for i, part in enumerate(parts))
    if len(parts) <= SHOWN:
        return shown
    shown = " ".join(part[0].upper() + part[1:] if i else part for i, part in enumerate(parts[:3]))
    return f"{shown} And {len(parts) - SHOWN} more."


# --- for editors ----------------------------------------------------------------------------------


def not_looked_at(sources: Sequence[SourceCheck]) -> str:
    """Which sources gave no answer, and why, in one sentence."""
    missed = [check for check in sources if check.status not in (*ANSWERED, "unchecked")]
    return " ".join(f"[{check.n}] {check.text}" for check in missed)


def named(left: Sequence[Left]) -> str:
    """The sentences that stay as they are, with why."""
    said = [f"\u201c{short(bare(each.text))}\u201d: {each.why}" for each in left[:SHOWN]]
    more = f" And {len(left) - SHOWN} more." if len(left) > SHOWN else ""
    return " ".join(said) + more


def short(text: str, most: int = 120) -> str:
    """The first words of a text, as many as fit."""
    return text if len(text) <= most else text[:most].rsplit(" ", 1)[0] + " \u2026"
