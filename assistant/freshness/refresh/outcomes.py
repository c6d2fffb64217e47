"""From what was found to one outcome, with the reason or the caution in words for an editor."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from assistant.freshness.refresh.composing import bare
from assistant.freshness.refresh.notes import named, not_looked_at, short
from assistant.freshness.refresh.values import ANSWERED, Change, Left, Outcome, SourceCheck
from assistant.freshness.refresh.work import Doubted
from assistant.types import Document, Freshness, Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Everything that decides the outcome. `cited`: the numbers that the text's markers name."""

    document: Document
    freshness: Freshness
    sources: tuple[SourceCheck, ...]
    cited: Collection[int]
    changes: tuple[Change, ...]
    left: tuple[Left, ...]
    retracted: bool
    """The summary rests on what was retracted, and nothing stands in its place."""
    by_hand: bool
    doubted: tuple[Doubted, ...] = ()


def outcome_of(found: Found) -> tuple[Outcome, str | None, str | None]:
    """(outcome, why it failed and what to do, what to know before approving)."""
    if replaced := _replaced(found):
        return "failed", replaced, None
    if found.retracted:
        return "withdrawn", None, _caution(found)
    if found.changes:
        outcome: Outcome = "corrected" if any(c.was_wrong for c in found.changes) else "updated"
        return outcome, None, _caution(found)
    left = [each for each in found.left if not (found.by_hand and each.vouchable)]
    if left:
        why = f"{named(left)} Edit the fact-check and ingest it again{_or_vouch(left)}."
        return "failed", why, None
    if unseen := _unseen(found):
        return "failed", unseen, None
    said = [_vouched(found), _stays(found.left), _doubted(found.doubted)]
    return "confirmed", None, " ".join(filter(None, said)) or None


def _replaced(found: Found) -> str | None:
    """Another document replaces or corrects the whole: there is nothing to refresh in this one."""
    for reason in found.freshness.reasons:
        if _by_another(reason):
            return f"{reason.text} Refresh or read the other document, or withdraw this one."
    return None


def _by_another(reason: Reason) -> bool:
    """Linked as a whole, by metadata or an editor; the hard reasons of a single source are not."""
    linked = reason.rule in ("superseded", "retracted-or-corrected") and reason.level == "hard"
    return linked and reason.claim is None and "by_document_id" in reason.evidence


def _unseen(found: Found) -> str | None:
    """Why nothing can be confirmed: what was cited could not be looked at."""
    cited = [check for check in found.sources if not found.cited or check.n in found.cited]
    addressed = [check for check in cited if check.status != "unchecked"]
    missed = [check for check in addressed if check.status not in ANSWERED]
    if found.by_hand:
        missed = [check for check in missed if check.status != "unreachable"]
    if missed:
        return (
            f"{not_looked_at(missed)} Try again later, or correct the address and ingest the "
            "fact-check again."
        )
    if addressed or found.by_hand:
        return None
    what = "none of its sources has an address" if cited else "it lists no sources"
    return (
        f"Nothing can be looked at from here: {what}. Look at them yourself and say so with "
        "--by-hand, or add their addresses and ingest it again."
    )


def _caution(found: Found) -> str | None:
    said = list(filter(None, [_stays(found.left), _doubted(found.doubted)]))
    missed = [c for c in found.sources if c.status not in (*ANSWERED, "unchecked")]
    if missed:
        said.append(f"Not looked at again: {not_looked_at(missed)}")
    return " ".join(said) or None


def _stays(left: Sequence[Left]) -> str | None:
    return f"Stays as it is: {named(left)}" if left else None


def _or_vouch(left: Sequence[Left]) -> str:
    vouchable = all(each.vouchable for each in left)
    return ", or say with --by-hand that it stands as it is" if vouchable else ""


def _doubted(doubted: Sequence[Doubted]) -> str | None:
    """What nobody needs to act on, but should know of before approving."""
    if not doubted:
        return None
    more = f" And {len(doubted) - 1} more." if len(doubted) > 1 else ""
    return f"Look at \u201c{short(bare(doubted[0].text))}\u201d: {doubted[0].doubt.why}.{more}"


def _vouched(found: Found) -> str | None:
    unseen = [c.n for c in found.sources if c.status in ("unchecked", "unreachable")]
    if not unseen:
        return None
    numbers = ", ".join(f"[{n}]" for n in unseen)
    return f"Not looked at from here: {numbers}."
