"""What the desk has done for it: refreshes, looks at sources, recall, audit, links."""

from __future__ import annotations

from typing import cast

from fastapi import Request

from assistant.channels.operations import ProgressSink
from assistant.channels.services import archive
from assistant.channels.upkeep import auditing, linking, recalling, refreshing, watching
from assistant.ledger.documents import Relation
from assistant.shapes_upkeep import AuditJson, RecallJson, RefreshJson, SourceHealthJson
from assistant.types import Audience
from assistant.wiring import Assistant


class Upkeep:
    """The operations of one assistant. A test of pages may hand in others, with the same JSON."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant

    def refresh(self, document_id: str, *, key: str | None, by_hand: bool, by: str) -> RefreshJson:
        """Proposes what becomes of a fact-check; nothing is published unless the policy says so."""
        return refreshing.refresh(
            self._assistant, document_id=document_id, key=key, by_hand=by_hand, by=by
        )

    def refresh_get(self, refresh_id: str) -> RefreshJson:
        return refreshing.refresh_get(self._assistant, refresh_id=refresh_id)

    def decide(
        self,
        refresh_id: str,
        *,
        approve: bool,
        by: str,
        note: str | None = None,
        reason: str | None = None,
        text: str | None = None,
    ) -> RefreshJson:
        return refreshing.refresh_decide(
            self._assistant,
            refresh_id=refresh_id,
            approve=approve,
            by=by,
            note=note,
            reason=reason,
            text=text,
        )

    def source_health(self, audience: Audience) -> list[SourceHealthJson]:
        return watching.source_health(self._assistant, audience=audience)

    def look_at(self, url: str) -> None:
        """Looks at one watched source now, whenever its next look would have been."""
        self._assistant.watcher.look_at([url])

    def recall(self, document_id: str, audience: Audience) -> RecallJson:
        return recalling.recall(self._assistant, document_id=document_id, audience=audience)

    def audit(self, audience: Audience, progress: ProgressSink) -> AuditJson:
        return auditing.audit(self._assistant, audience=audience, progress=progress)

    def link(
        self, newer: str, relation: Relation, older: str, *, by: str, remove: bool = False
    ) -> None:
        linking.link(
            self._assistant,
            document_id=newer,
            relation=relation,
            target=older,
            by=by,
            remove=remove,
        )


def upkeep(request: Request) -> Upkeep:
    return cast(Upkeep, request.app.state.desk_upkeep(archive(request)))
