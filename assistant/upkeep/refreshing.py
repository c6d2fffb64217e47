"""Refreshing: the job of a fact-check's refresh, from who asks to who decides.

One refresh of a document is worked on at a time; who asks meanwhile waits and is given the same.
A proposal stands until something that it rests on has moved (the day, the archive, a source): then
its sources are looked at again, and it gives way only to one that found something else.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from assistant.errors import AssistantError, BadInput
from assistant.freshness.refresh.refresher import Refresher
from assistant.ledger import database
from assistant.ledger.ledger import Ledger
from assistant.ledger.refreshes import OPEN, Kept
from assistant.ports import Clock
from assistant.types import Audience, Document
from assistant.upkeep.approval import Approval, fact_check
from assistant.upkeep.one_at_a_time import OneAtATime
from assistant.upkeep.refresh_body import body_of, content_of, found_the_same
from assistant.upkeep.refresh_swap import Decided, Publisher

INTERRUPTED = "It was interrupted: refresh it again."


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """Who asks for what. `now` is the instant of which it is judged."""

    document_id: str
    now: datetime
    key: str | None = None
    approve: bool = False
    by_hand: bool = False
    by: str | None = None

    @property
    def day(self) -> date:
        return self.now.astimezone(UTC).date()


class Refreshing:
    """Safe to share between threads. Its owner is the home's: what another left is taken up."""

    def __init__(
        self,
        ledger: Ledger,
        publisher: Publisher,
        *,
        refresher: Callable[[datetime], Refresher],
        without_looking: Callable[[datetime], Refresher],
        watching: Callable[[Document], Sequence[object]],
        approves_itself: bool,
        clock: Clock,
    ) -> None:
        self._ledger = ledger
        self._approval = Approval(
            ledger, publisher, without_looking=without_looking, watching=watching, clock=clock
        )
        self._refresher = refresher
        self._approves_itself = approves_itself
        self._clock = clock
        self._worker = uuid.uuid4().hex
        self._turns = OneAtATime()

    # --- asking -----------------------------------------------------------------------------------

    def refresh(self, ask: Ask) -> Kept:
        """The refresh of the document's version: the one that stands, or a new one.

        Raises NotFound, Gone, BadInput for a source document or a key of another document's.
        """
        if ask.approve:
            self._approval.must_have_come(ask.day)
        with self._turns.of(ask.document_id):
            kept = self._asked(ask)
            if kept.state == "proposed" and (ask.approve or self._passes(kept, ask)):
                return self._approval.publish(kept, Decided(by=ask.by, at=ask.now))
            return kept

    def get(self, refresh_id: str) -> Kept:
        return self._ledger.refreshes.get(refresh_id)

    def listed(
        self, document_id: str | None, *, open_only: bool, limit: int, offset: int
    ) -> list[Kept]:
        """The newest first."""
        return self._ledger.refreshes.listed(
            document_id, open_only=open_only, limit=limit, offset=offset
        )

    def open_ids(self) -> dict[str, str]:
        """The open refresh of each document that has one."""
        heads = reversed(self._ledger.refreshes.heads())
        return {each.document_id: each.id for each in heads if each.state in OPEN}

    def reach(self, audience: Audience) -> dict[str, int]:
        """How many answers rested on each document."""
        return self._ledger.answers.reach(audience)

    def decide(
        self,
        refresh_id: str,
        *,
        approve: bool,
        by: str | None = None,
        note: str | None = None,
        reason: str | None = None,
        text: str | None = None,
        kind: str | None = None,
    ) -> Kept:
        """Publishes or rejects a proposal. Deciding again what was decided so changes nothing.

        `kind` is what an editor calls it: "updated", or "corrected" where it was wrong.

        Raises NotFound, and BadInput where nothing is to be decided any more or a text can't be
        read.
        """
        known = self._ledger.refreshes.get(refresh_id)
        with self._turns.of(known.document_id):
            kept = self._ledger.refreshes.get(refresh_id)
            if kept.state == ("published" if approve else "rejected"):
                return kept
            if kept.state != "proposed":
                raise BadInput(f"this refresh is {kept.state}, so there is nothing to decide")
            if approve:
                decided = Decided(by=by, note=note, text=text, kind=kind, at=self._clock())
                return self._approval.publish(kept, decided)
            return self._approval.reject(kept, by, reason or "An editor rejected it.")

    def _asked(self, ask: Ask) -> Kept:
        document = fact_check(self._ledger, ask.document_id)
        if done := self._of_key(document, ask):
            return done
        refreshes = self._ledger.refreshes
        kept, mine = refreshes.begin(
            document.id, document.version, self._worker, self._clock(), ask.key
        )
        if mine:
            made = self._once_a_day(self._work(kept, document, ask), document)
            return self._only(made)
        if kept.state != "proposed":
            return kept
        if self._stands(kept, document, ask):
            if ask.key:
                refreshes.name(kept.id, ask.key)
            return kept
        second = refreshes.again(kept, self._worker, self._clock(), ask.key)
        return self._only(self._work(second, document, ask))

    def _of_key(self, document: Document, ask: Ask) -> Kept | None:
        """What this very key led to already."""
        asked = self._ledger.refreshes.of_key(ask.key) if ask.key else None
        if asked is None or asked.state == "working":
            return None
        return asked if asked.document_id == document.id else None

    def _once_a_day(self, made: Kept, document: Document) -> Kept:
        """The refresh of this very day that published what is served, where another look found
        that nothing has moved since."""
        if made.outcome != "confirmed" or content_of(made.body) != document.content:
            return made
        for last in self._ledger.refreshes.listed(document.id):
            if last.state == "published" and last.body.get("new_version") == document.version:
                self._ledger.refreshes.drop(made, instead=last)
                said = f"Already refreshed at {last.ended_at}: nothing has moved since."
                return replace(last, body={**last.body, "reason": said})
        return made

    def _only(self, made: Kept) -> Kept:
        """One alone is proposed of a document, also after a death between two of its steps."""
        listed = self._ledger.refreshes.listed(made.document_id, open_only=True)
        others = [each for each in listed if each.id != made.id and each.state == "proposed"]
        for other in others:
            made = self._rather(other, made)
        return made

    def _rather(self, old: Kept, new: Kept) -> Kept:
        """Which of two stands: the old one where both found the same, or the new one failed."""
        if new.state == "failed":
            return new
        alike = (new.version, new.state) == (old.version, old.state)
        if alike and found_the_same(old.body, new.body):
            self._ledger.refreshes.drop(new, instead=old)
            kept = replace(old, body={**old.body, "basis": new.body["basis"]})
            self._ledger.refreshes.put(kept)
            return kept
        self._approval.reject(old, None, f"A newer refresh took its place: {new.id}.")
        return new

    # --- working ----------------------------------------------------------------------------------

    def _work(self, kept: Kept, document: Document, ask: Ask) -> Kept:
        """Whatever happens, no refresh is left as if somebody were working on it."""
        try:
            return self._made(kept, document, ask)
        except AssistantError as error:
            return self._failed(kept, document, ask, str(error))
        except BaseException:
            with suppress(Exception):  # what happened first is what is told
                self._failed(kept, document, ask, INTERRUPTED)
            raise

    def _made(self, kept: Kept, document: Document, ask: Ask) -> Kept:
        proposal = self._refresher(ask.now).propose(document, ask.day, by_hand=ask.by_hand)
        if fact_check(self._ledger, document.id).version != document.version:
            return self._failed(kept, document, ask, "The fact-check was changed meanwhile.")
        body = body_of(proposal, document, ask.by)
        failed = proposal.outcome == "failed"
        made = replace(
            kept,
            state="failed" if failed else "proposed",
            outcome=proposal.outcome,
            ended_at=database.stamp(self._clock()) if failed else None,
            body={**body, "basis": self._basis(document, ask)},
        )
        self._ledger.refreshes.put(made)
        return made

    def _failed(self, kept: Kept, document: Document, ask: Ask, why: str) -> Kept:
        body = {"title": document.title, "by": ask.by, "reason": why}
        made = replace(
            kept,
            state="failed",
            outcome="failed",
            ended_at=database.stamp(self._clock()),
            body={**body, "basis": self._basis(document, ask)},
        )
        self._ledger.refreshes.put(made)
        return made

    def _basis(self, document: Document, ask: Ask) -> dict[str, object]:
        """What a refresh rests on: as long as it is the same, looking again finds the same."""
        return {
            "day": ask.day.isoformat(),
            "by_hand": ask.by_hand,
            **self._approval.resting_on(document),
        }

    def _stands(self, kept: Kept, document: Document, ask: Ask) -> bool:
        return bool(kept.body.get("basis") == self._basis(document, ask))

    # --- deciding ---------------------------------------------------------------------------------

    def _passes(self, kept: Kept, ask: Ask) -> bool:
        confirmed = self._approves_itself and kept.outcome == "confirmed"
        return confirmed and ask.day <= self._today()

    def _today(self) -> date:
        return self._clock().astimezone(UTC).date()
