"""Feedback: what readers said of the answers that they were given."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, delete, func, insert, select

from assistant.errors import NotFound
from assistant.ledger import database, schema
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
        seen = ("public", "internal") if audience == "internal" else ("public",)
        columns = (f.c.answer_id, a.c.question, a.c.audience, f.c.at, f.c.helpful)
        with self._engine.connect() as connection:
            rows = connection.execute(
                select(*columns, f.c.reason, f.c.comment)
                .join(a, a.c.id == f.c.answer_id)
                .where(a.c.audience.in_(seen))
                .order_by(f.c.id.desc())
                .limit(limit)
                .offset(offset)
            ).mappings()
            return [Feedback(**{**row, "helpful": bool(row["helpful"])}) for row in rows]

    def count(self, audience: Audience = "internal") -> int:
        f, a = schema.feedback, schema.answers
        seen = ("public", "internal") if audience == "internal" else ("public",)
        with self._engine.connect() as connection:
            return connection.execute(
                select(func.count())
                .select_from(f.join(a, a.c.id == f.c.answer_id))
                .where(a.c.audience.in_(seen))
            ).scalar_one()

    def forget_before(self, instant: datetime) -> int:
        """Deletes what was said before an instant; how many."""
        with database.writing(self._engine) as connection:
            return connection.execute(
                delete(schema.feedback).where(schema.feedback.c.at < database.stamp(instant))
            ).rowcount
