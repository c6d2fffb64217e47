"""Upkeep played for the desk: the real JSON, made up, so that a test says what comes of it.

Links are real: they need neither the network nor an index.
"""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import Any, cast

from assistant.channels.desk.upkeep import Upkeep
from assistant.channels.operations import ProgressSink
from assistant.errors import AssistantError, BadInput, NotFound
from assistant.shapes_upkeep import (
    AuditFindingJson,
    AuditJson,
    DifferenceJson,
    RecalledJson,
    RecallJson,
    RefreshJson,
    SourceCheckJson,
    SourceHealthJson,
)
from assistant.types import Audience
from channels.desk.newsroom import NOW, Newsroom

STAMP = NOW.isoformat()


def difference(**changed: Any) -> DifferenceJson:
    made: dict[str, Any] = {
        "start": 0,
        "end": 59,
        "old": "The latest yearly number of wells is 4,120, counted in 2023.",
        "new": "The latest yearly number of wells is 4,377, counted in 2025.",
        "old_value": "4,120",
        "new_value": "4,377",
        "old_period": "2023",
        "new_period": "2025",
        "source_id": "register",
        "source_version": 1,
        "source_title": "Register of wells 2025",
        "publisher": "Water Office",
        "url": "https://water.example/register",
        "published_on": "2026-05",
        "quote": "listed 4,377 wells",
        "reasons": [
            {
                "rule": "source-changed",
                "level": "strong",
                "claim": None,
                "text": "Its source gives 4,377 now, no longer 4,120.",
                "evidence": {},
                "clears_when": "The fact-check is refreshed.",
            }
        ],
    }
    return cast(DifferenceJson, {**made, **changed})


def looked(**changed: Any) -> SourceCheckJson:
    made = {
        "n": 1,
        "title": "Register of wells 2025",
        "publisher": "Water Office",
        "url": "https://water.example/register",
        "document_id": "register",
        "status": "changed",
        "text": "The number that it was cited for is gone.",
    }
    return cast(SourceCheckJson, {**made, **changed})


def source(url: str = "https://water.example/register", **changed: Any) -> SourceHealthJson:
    made = {
        "url": url,
        "state": "ok",
        "title": "Register of wells 2025",
        "document_id": "register",
        "looked_at": STAMP,
        "seen_at": STAMP,
        "next_at": "2026-12-01T00:00:00+00:00",
        "status": 200,
        "problem": None,
        "changes": 1,
        "cited_by": ["wells"],
    }
    return cast(SourceHealthJson, {**made, **changed})


def recalled(id: str, **changed: Any) -> RecalledJson:
    made = {
        "id": id,
        "question": "How many wells?",
        "created_at": STAMP,
        "versions": [1],
        "affected": False,
        "why": None,
        "threads": 0,
        "told": 0,
        "url": f"/a/{id}",
    }
    return cast(RecalledJson, {**made, **changed})


def finding(**changed: Any) -> AuditFindingJson:
    made = {
        "kind": "number_differs",
        "document_id": "wells",
        "version": 1,
        "title": "How many wells has wells?",
        "start": 0,
        "end": 59,
        "sentence": "The latest yearly number of wells is 4,120, counted in 2023.",
        "claimed": "4,120",
        "marker": "[1]",
        "source_id": "register",
        "source_version": 1,
        "source_title": "Register of wells 2025",
        "url": "https://water.example/register",
        "nearest": "listed 4,377 wells",
        "nearest_start": 13,
        "nearest_end": 31,
        "reasons": ["4,120 is not in the source"],
    }
    return cast(AuditFindingJson, {**made, **changed})


class Keeper(Upkeep):
    """Refreshes as `proposal` says, in the ledger's own table of refreshes."""

    def __init__(self, newsroom: Newsroom) -> None:
        super().__init__(newsroom.assistant)
        self._newsroom = newsroom
        self.made: dict[str, RefreshJson] = {}
        self.proposal: dict[str, Any] = {}
        """What differs from the usual proposal."""
        self.hold: threading.Event | None = None
        """When set, a refresh, a look or an audit waits for it (but not for ever)."""
        self.fails: AssistantError | None = None
        self.begun: list[dict[str, Any]] = []
        self.sources: list[SourceHealthJson] = []
        self.answers: list[RecalledJson] = []
        self.recalled: dict[str, Any] = {}
        self.findings: list[AuditFindingJson] = []
        self.seen: list[str] = []
        self.audited: list[Audience] = []
        self._turn = threading.Lock()

    def refresh(self, document_id: str, *, key: str | None, by_hand: bool, by: str) -> RefreshJson:
        self.begun.append({"id": document_id, "key": key, "by_hand": by_hand, "by": by})
        refreshes = self._newsroom.ledger.refreshes
        document = self._newsroom.assistant.document(document_id, audience="internal")
        kept, _ = refreshes.begin(document_id, document.version, "w", NOW, key)
        self._wait()
        if kept.id not in self.made:
            made: dict[str, Any] = {
                "id": kept.id,
                "document_id": document_id,
                "title": document.title,
                "version": document.version,
                "new_version": None,
                "state": "proposed",
                "outcome": "updated",
                "at": STAMP,
                "ended_at": None,
                "by": by,
                "note": "Updated: the register lists 4,377 wells.",
                "reason": None,
                "caution": None,
                "left": [],
                "text": document.text.replace("4,120", "4,377"),
                "checked_on": None,
                "differences": [difference()],
                "sources": [looked()],
            }
            self._put({**made, **self.proposal})
        return self.made[kept.id]

    def _put(self, made: dict[str, Any]) -> RefreshJson:
        refreshes = self._newsroom.ledger.refreshes
        kept = refreshes.get(made["id"])
        refreshes.put(replace(kept, state=made["state"], outcome=made["outcome"]))
        self.made[made["id"]] = cast(RefreshJson, made)
        return self.made[made["id"]]

    def refresh_get(self, refresh_id: str) -> RefreshJson:
        if refresh_id not in self.made:
            raise NotFound(f"no refresh {refresh_id!r}; `assistant refresh ID` makes one")
        return self.made[refresh_id]

    def decide(self, refresh_id: str, *, approve: bool, by: str, **said: Any) -> RefreshJson:
        self._wait()
        with self._turn:
            found = dict(self.refresh_get(refresh_id))
            if found["state"] != "proposed":
                raise BadInput("this refresh was decided before")
            text = said.get("text") or found["text"]
            if approve:
                document_id = str(found["document_id"])
                self._newsroom.fact_check(document_id, text=text, checked_on="2026-11-21")
                found |= {"new_version": 2, "checked_on": "2026-11-21", "note": said["note"]}
            found |= {"state": "published" if approve else "rejected", "by": by, "text": text}
            return self._put({**found, "reason": said.get("reason"), "ended_at": STAMP})

    def source_health(self, audience: Audience) -> list[SourceHealthJson]:
        return self.sources

    def look_at(self, url: str) -> None:
        self.seen.append(url)
        self._wait()

    def recall(self, document_id: str, audience: Audience) -> RecallJson:
        made = {"document_id": document_id, "title": "Wells", "state": "active", "note": None}
        affected = len([each for each in self.answers if each["affected"]])
        items = {
            "items": self.answers,
            "affected": affected,
            "total": len(self.answers),
            "next_cursor": None,
        }
        return cast(RecallJson, {**made, **items, **self.recalled})

    def audit(self, audience: Audience, progress: ProgressSink) -> AuditJson:
        self.audited.append(audience)
        progress(1, 7, "wells")
        self._wait()
        return {
            "documents": 7,
            "sentences": 40,
            "markers": 31,
            "held": 24,
            "not_in_archive": 5,
            "findings": self.findings,
        }

    def _wait(self) -> None:
        if self.hold:
            self.hold.wait(60)
        if self.fails:
            raise self.fails
