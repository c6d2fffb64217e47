"""Feedback: what readers said of the answers that they were given."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, delete, func, insert, select

from assistant.errors import NotFound
from assistant.ledger import database, schema
from assistant.ledger.documents import seen_by
from assistant.types import Audience


@dataclass(frozen=True, slots=True, kw_only=True)
class Feedback:
    answer_id: str
    question: str
    audience: Audience
    at: str
    helpful: bool
    reason: str | None
    comment: str | None


class FeedbackBook:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(
        self,
        answer_id: str,
        helpful: bool,
        comment: str | None,
        now: datetime,
        reason: str | None = None,
    ) -> None:
        """Raises NotFound for an answer that isn't there."""
        a = schema.answers.c
        with database.writing(self._engine) as connection:
            if connection.execute(select(a.id).where(a.id == answer_id)).first() is None:
                raise NotFound(f"no answer {answer_id!r}")
            connection.execute(
                insert(schema.feedback).values(
                    answer_id=answer_id,
                    at=database.stamp(now),
                    helpful=int(helpful),
                    comment=comment,
                    reason=reason,
                )
            )

    def newest(
        self, limit: int = 100, offset: int = 0, audience: Audience = "internal"
    ) -> list[Feedback]:
        """The newest first; what is about internal answers is for internal readers only."""
        f, a = schema.feedback, schema.answers
        columns = (f.c.answer_id, a.c.question, a.c.audience, f.c.at, f.c.helpful)
        with self._engine.connect() as connection:
            rows = connection.execute(
                select(*columns, f.c.reason, f.c.comment)
                .join(a, a.c.id == f.c.answer_id)
                .where(a.c.audience.in_(seen_by(audience)))
                .order_by(f.c.id.desc())
                .limit(limit)
                .offset(offset)
            ).mappings()
            return [Feedback(**{**row, "helpful": bool(row["helpful"])}) for row in rows]

    def count(self, audience: Audience = "internal") -> int:
        f, a = schema.feedback, schema.answers
        with self._engine.connect() as connection:
            return connection.execute(
                select(func.count())
                .select_from(f.join(a, a.c.id == f.c.answer_id))
                .where(a.c.audience.in_(seen_by(audience)))
            ).scalar_one()

    def days(self, audience: Audience = "internal") -> list[tuple[str, int, int]]:
        """(day in UTC, how many said something, how many of them found it helpful), oldest first"""
        f, a = schema.feedback, schema.answers
        day = func.substr(f.c.at, 1, 10)
        with self._engine.connect() as connection:
            rows = connection.execute(
                select(day, func.count(), func.sum(f.c.helpful))
                .join(a, a.c.id == f.c.answer_id)
                .where(a.c.audience.in_(seen_by(audience)))
                .group_by(day)
                .order_by(day)
            ).all()
        return [(day, count, helpful) for day, count, helpful in rows]

    def forget_before(self, instant: datetime) -> int:
        """Deletes what was said before an instant; how many."""
        with database.writing(self._engine) as connection:
            return connection.execute(
                delete(schema.feedback).where(schema.feedback.c.at < database.stamp(instant))
            ).rowcount
