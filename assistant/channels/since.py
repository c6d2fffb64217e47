"""What a page says of an answer since it was served: what was corrected, changed or doubted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from assistant.shapes import AnswerStandingJson, RevisedSinceJson
from assistant.types import Document, Freshness, Reason, Revision, RevisionKind
from assistant.upkeep.standing import AnswerStanding, NewVersion, Replacement

Level = Literal["replaced", "doubtful", "changed", "same"]
Revised = tuple[NewVersion, Revision]
"""A document whose words were shown, and why one of its later versions took their place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Since:
    """The differences between a reply as it was served and as it stands.

    `notice` and `reasons` hold only what was not served with it; `still` is a notice that was.
    `cleared`: it was served with a notice, and today there is none.
    """

    today: date
    now: Freshness | None
    notice: str | None
    still: bool
    cleared: bool
    reasons: tuple[Reason, ...]
    changed: tuple[NewVersion, ...]
    replaced: tuple[Replacement, ...]
    answered_by: Document | None
    replaced_before: tuple[Replacement, ...]
    """Known, and said in a reason, when the reply was served."""

    @property
    def corrections(self) -> tuple[Revised, ...]:
        """It was wrong when it was published: never mixed with what only moved on since."""
        return self._revised("corrected")

    @property
    def updates(self) -> tuple[Revised, ...]:
        return self._revised("updated")

    @property
    def confirmations(self) -> tuple[Revised, ...]:
        return self._revised("confirmed")

    def _revised(self, kind: RevisionKind) -> tuple[Revised, ...]:
        """Each once, whichever of its words were shown."""
        found = {
            (each.quoted.id, revision.version): (each, revision)
            for each in self.changed
            for revision in each.revisions
            if revision.kind == kind
        }
        return tuple(found.values())

    @property
    def unchanged(self) -> bool:
        news = (self.replaced, self.notice, self.reasons, self.changed, self.answered_by)
        return not any(news) and not self.cleared

    @property
    def level(self) -> Level:
        if self.replaced or self.replaced_before or self.corrections:
            return "replaced"
        if self.notice or self.reasons:
            return "doubtful"
        return "same" if self.unchanged else "changed"


def since(reply: Mapping[str, Any], standing: AnswerStanding) -> Since:
    """Compares a stored reply with its standing today."""
    served = reply.get("freshness") or {"notice": None, "reasons": []}
    now = standing.freshness
    notice = now.notice if now else None
    known = {reason["text"] for reason in served["reasons"]}
    reasons = [r for r in now.reasons if r.text not in known] if now and notice else []
    named = {reason["evidence"].get("by_document_id") for reason in served["reasons"]}
    return Since(
        today=standing.today,
        now=now,
        notice=notice if notice != served["notice"] else None,
        still=notice is not None and notice == served["notice"],
        cleared=now is not None and notice is None and served["notice"] is not None,
        reasons=tuple(reasons),
        changed=standing.changed,
        answered_by=standing.answered_by,
        replaced=tuple(r for r in standing.replaced if r.newer.id not in named),
        replaced_before=tuple(r for r in standing.replaced if r.newer.id in named),
    )


def standing_json(answer_id: str, found: Since) -> AnswerStandingJson:
    replaced = (*found.replaced, *found.replaced_before)
    corrected = [each.newer for each in replaced if each.relation == "corrects"]
    return {
        "id": answer_id,
        "today": found.today.isoformat(),
        "state": found.now.state if found.now else None,
        "notice": found.now.notice if found.now else None,
        "revisions": [
            _revised_json(each)
            for each in (*found.corrections, *found.updates, *found.confirmations)
        ],
        "corrected_by": [{"document_id": each.id, "title": each.title} for each in corrected],
        "words_gone": not all(each.quotes_stand for each in found.changed),
    }


def _revised_json(revised: Revised) -> RevisedSinceJson:
    new, revision = revised
    return {
        "document_id": new.newest.id,
        "title": new.newest.title,
        "kind": revision.kind,
        "version": revision.version,
        "on": revision.on,
        "note": revision.note,
    }
