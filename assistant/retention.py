"""Retention: what readers wrote and were told is deleted once its time is over."""

from __future__ import annotations

from datetime import datetime, timedelta

from assistant.ledger.ledger import Ledger
from assistant.settings import Settings

EVERY = timedelta(hours=1)
AT_ONCE = 1000
"""Answers whose time is over that are deleted at one look."""


class Retention:
    """How long the settings let questions, conversations and answers be kept."""

    def __init__(self, ledger: Ledger, settings: Settings) -> None:
        self._ledger = ledger
        self._settings = settings
        self._looked: datetime | None = None

    def remembered_since(self) -> datetime:
        """What was asked in a conversation before this instant is neither read nor kept."""
        return self._settings.clock() - timedelta(days=self._settings.conversations_kept_days)

    def forget_old(self) -> None:
        """Deletes what readers wrote once its time is over; looks for it at most once an hour."""
        now = self._settings.clock()
        if self._looked and timedelta() <= now - self._looked < EVERY:
            return
        self._looked = now
        questions = now - timedelta(days=self._settings.questions_kept_days)
        ledger = self._ledger
        gone = ledger.gaps.forget_before(questions) + ledger.feedback.forget_before(questions)
        gone += ledger.conversations.forget_before(self.remembered_since())
        gone += ledger.jobs.forget_before(questions)
        gone += self._forget_answers(now)
        if gone:
            ledger.checkpoint()

    def _forget_answers(self, now: datetime) -> int:
        """A few at a time, because a reader may be waiting; the rest at the next look."""
        if self._settings.answers_kept_days is None:
            return 0
        before = now - timedelta(days=self._settings.answers_kept_days)
        needed = self._ledger.jobs.named()
        gone = self._ledger.answers.forget_before(before, AT_ONCE, needed)
        if gone == AT_ONCE:
            self._looked = None
        return gone
