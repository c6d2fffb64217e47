"""Conversations: what a reader asked before, kept under a hash of the reader's own opaque id."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Engine, delete, func, insert, select

from assistant.ledger import database, schema
from assistant.types import Audience

TURNS_READ = 12
"""Earlier questions that the next one may lean on; older ones are not kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """A reader's question, as it was asked and as it was understood."""

    question: str
    standalone: str


class Conversations:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def turns(self, conversation: str, since: datetime | None = None) -> list[Turn]:
        """The last turns, oldest first; none for a conversation that isn't known.

        What was asked before `since` is not read, whether or not it has been deleted yet.
        """
        t = schema.turns.c
        where = [t.conversation == conversation]
        if since:
            where.append(t.at >= database.stamp(since))
        with self._engine.connect() as connection:
            rows = connection.execute(
                select(t.question, t.standalone)
                .where(*where)
                .order_by(t.n.desc())
                .limit(TURNS_READ)
            ).all()
        return [Turn(question=row.question, standalone=row.standalone) for row in reversed(rows)]

    def add(
        self,
        conversation: str,
        question: str,
        standalone: str,
        now: datetime,
        within: Connection | None = None,
    ) -> None:
        t = schema.turns
        with database.writing(self._engine, within) as connection:
            last = connection.execute(
                select(func.max(t.c.n)).where(t.c.conversation == conversation)
            ).scalar()
            n = (last or 0) + 1
            connection.execute(
                delete(t).where(t.c.conversation == conversation, t.c.n <= n - TURNS_READ)
            )
            connection.execute(
                insert(t).values(
                    conversation=conversation,
                    n=n,
                    at=database.stamp(now),
                    question=question,
                    standalone=standalone,
                )
            )

    def forget_before(self, instant: datetime) -> int:
        """Deletes what was asked before an instant; how many turns."""
        with database.writing(self._engine) as connection:
            return connection.execute(
                delete(schema.turns).where(schema.turns.c.at < database.stamp(instant))
            ).rowcount

    def erase(self, connection: Connection, goes: Callable[[str], bool]) -> None:
        """Deletes the turns that `goes` says, as they were asked or as they were understood."""
        t = schema.turns.c
        for row in connection.execute(select(schema.turns)).all():
            if goes(row.question) or goes(row.standalone):
                connection.execute(
                    delete(schema.turns).where(t.conversation == row.conversation, t.n == row.n)
                )


def conversation_key(audience: Audience, conversation_id: str) -> str:
    """What a conversation is kept under: a hash, so that the ledger never holds the id itself.

    The same id read as another audience is another conversation. A channel that knows its callers
    puts them before the id, so that it is another one with another key too.
    """
    return hashlib.sha256(f"{audience}\n{conversation_id}".encode()).hexdigest()
