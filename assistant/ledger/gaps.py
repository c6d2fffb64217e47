"""Gaps: what was asked that the archive could not answer, and who takes care of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Engine, delete, select, text, update

from assistant.errors import NotFound
from assistant.ledger import database, schema
from assistant.ledger.documents import seen_by
from assistant.types import Audience


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A question that the archive had no answer to, asked `count` times.

    `key` and `audience` name it; `answered_by` is the id of a document that answers it by now.
    """

    key: str
    audience: Audience
    question: str
    reason: str
    confidence: float
    count: int
    first_asked: str
    last_asked: str
    assignee: str | None = None
    answered_by: str | None = None


def key_of(question: str) -> str:
    """What two spellings of one question share."""
    return " ".join(question.casefold().split()).rstrip("?!. ")


class Gaps:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(
        self,
        question: str,
        reason: str,
        confidence: float,
        now: datetime,
        audience: Audience = "public",
        within: Connection | None = None,
    ) -> None:
        """Counts a question that could not be answered; case and white space make no new gap."""
        statement = text(
            "insert into gaps (key, audience, question, reason, confidence, count, first_asked, "
            "last_asked) values (:key, :audience, :question, :reason, :confidence, 1, :now, :now) "
            "on conflict (key, audience) do update set count = gaps.count + 1, reason = :reason, "
            "confidence = :confidence, last_asked = :now"
        )
        values = {
            "key": key_of(question),
            "audience": audience,
            "question": question,
            "reason": reason,
            "confidence": confidence,
            "now": database.stamp(now),
        }
        with database.writing(self._engine, within) as connection:
            connection.execute(statement, values)

    def most_asked(
        self, limit: int = 100, offset: int = 0, audience: Audience = "internal"
    ) -> list[Gap]:
        """The most asked first; what internal readers asked is shown to internal readers only."""
        g = schema.gaps.c
        with self._engine.connect() as connection:
            rows = connection.execute(
                select(schema.gaps)
                .where(g.audience.in_(seen_by(audience)))
                .order_by(schema.gaps.c["count"].desc(), g.last_asked.desc(), g.key, g.audience)
                .limit(limit)
                .offset(offset)
            ).mappings()
            return [Gap(**row) for row in rows]

    def answered_by(self, question: str, audience: Audience) -> str | None:
        """The id of the document that answers a question by now, as an editor said."""
        g = schema.gaps.c
        query = select(g.answered_by).where(g.key == key_of(question), g.audience == audience)
        with self._engine.connect() as connection:
            return connection.execute(query).scalar_one_or_none()

    def assign(self, key: str, audience: Audience, assignee: str | None) -> None:
        """Says who takes care of a gap; None takes that back. Raises NotFound."""
        self._change(key, audience, assignee=assignee)

    def answer(self, key: str, audience: Audience, document_id: str | None) -> None:
        """Says which document answers it now; None takes that back. Raises NotFound."""
        self._change(key, audience, answered_by=document_id)

    def forget_before(self, instant: datetime) -> int:
        """Deletes the questions last asked before an instant; how many."""
        with database.writing(self._engine) as connection:
            return connection.execute(
                delete(schema.gaps).where(schema.gaps.c.last_asked < database.stamp(instant))
            ).rowcount

    def erase(self, connection: Connection, goes: Callable[[str], bool]) -> None:
        """Deletes the questions that `goes` says."""
        g = schema.gaps.c
        for row in connection.execute(select(g.key, g.audience, g.question)).all():
            if goes(row.question):
                connection.execute(
                    delete(schema.gaps).where(g.key == row.key, g.audience == row.audience)
                )

    def _change(self, key: str, audience: Audience, **values: str | None) -> None:
        g = schema.gaps
        with database.writing(self._engine) as connection:
            changed = connection.execute(
                update(g).where(g.c.key == key, g.c.audience == audience).values(**values)
            ).rowcount
        if not changed:
            raise NotFound(f"no gap {key!r}; it may have been forgotten since")
