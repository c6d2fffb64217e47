"""What was served: answers with what they cited, the feedback on them, and the gaps."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Engine, func, insert, select, text, update

from assistant.errors import NotFound
from assistant.ledger import database, schema
from assistant.types import Answer, Audience, Reply

ReplyJson = dict[str, Any]
"""A reply in the shape of the contract, as it was sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredAnswer:
    id: str
    audience: Audience
    question: str
    created_at: str
    reply: ReplyJson
    cites: tuple[tuple[str, int], ...]
    """(document id, version) of everything that it quotes, through a second hop too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A question that the archive had no answer to, asked `count` times."""

    question: str
    reason: str
    confidence: float
    count: int
    first_asked: str
    last_asked: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Feedback:
    answer_id: str
    at: str
    helpful: bool
    comment: str | None


class Answers:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def keep(self, reply: Reply, body: ReplyJson, audience: Audience) -> None:
        """Stores a reply as it is about to be sent."""
        with database.writing(self._engine) as connection:
            connection.execute(
                insert(schema.answers).values(
                    id=reply.id,
                    created_at=_stamp(reply.created_at),
                    audience=audience,
                    question=reply.question,
                    reply=json.dumps(body, ensure_ascii=False),
                )
            )
            if rows := _citations(reply):
                connection.execute(insert(schema.answer_citations), rows)

    def get(self, answer_id: str) -> StoredAnswer:
        """Raises NotFound."""
        with self._engine.connect() as connection:
            row = (
                connection.execute(select(schema.answers).where(schema.answers.c.id == answer_id))
                .mappings()
                .first()
            )
            if row is None:
                raise NotFound(f"no answer {answer_id!r}")
            c = schema.answer_citations.c
            cites = connection.execute(
                select(c.document_id, c.version).where(c.answer_id == answer_id).distinct()
            ).all()
        return StoredAnswer(
            id=answer_id,
            audience=row["audience"],
            question=row["question"],
            created_at=row["created_at"],
            reply=json.loads(row["reply"]),
            cites=tuple((cite.document_id, cite.version) for cite in cites),
        )

    def count(self) -> int:
        with self._engine.connect() as connection:
            return connection.execute(select(func.count()).select_from(schema.answers)).scalar_one()

    def of_document(self, document_id: str) -> list[str]:
        """The ids of the answers that quote any version of a document, newest first."""
        a, c = schema.answers.c, schema.answer_citations.c
        with self._engine.connect() as connection:
            return list(
                connection.execute(
                    select(a.id)
                    .where(a.id.in_(select(c.answer_id).where(c.document_id == document_id)))
                    .order_by(a.created_at.desc(), a.id)
                ).scalars()
            )

    def rewrite(
        self, connection: Connection, document_id: str, cut: Callable[[ReplyJson], ReplyJson]
    ) -> int:
        """Passes every stored reply that names a document through `cut`; the number changed.

        Replies are searched by their text: an abstention's "nearest" cites nothing.
        """
        table = schema.answers
        needle = json.dumps(document_id, ensure_ascii=False)
        rows = connection.execute(
            select(table.c.id, table.c.reply).where(table.c.reply.contains(needle, autoescape=True))
        ).all()
        for row in rows:
            body = json.dumps(cut(json.loads(row.reply)), ensure_ascii=False)
            connection.execute(update(table).where(table.c.id == row.id).values(reply=body))
        return len(rows)

    def add_feedback(
        self, answer_id: str, helpful: bool, comment: str | None, now: datetime
    ) -> None:
        self.get(answer_id)
        with database.writing(self._engine) as connection:
            connection.execute(
                insert(schema.feedback).values(
                    answer_id=answer_id, at=_stamp(now), helpful=int(helpful), comment=comment
                )
            )

    def feedback(self) -> list[Feedback]:
        with self._engine.connect() as connection:
            rows = connection.execute(select(schema.feedback).order_by(schema.feedback.c.id)).all()
        return [
            Feedback(
                answer_id=row.answer_id, at=row.at, helpful=bool(row.helpful), comment=row.comment
            )
            for row in rows
        ]

    def add_gap(
        self,
        question: str,
        reason: str,
        confidence: float,
        now: datetime,
        audience: Audience = "public",
    ) -> None:
        """Counts a question that could not be answered; case and white space make no new gap."""
        statement = text(
            "insert into gaps (key, audience, question, reason, confidence, count, first_asked, "
            "last_asked) values (:key, :audience, :question, :reason, :confidence, 1, :now, :now) "
            "on conflict (key, audience) do update set count = count + 1, reason = :reason, "
            "confidence = :confidence, last_asked = :now"
        )
        values = {
            "key": " ".join(question.casefold().split()).rstrip("?!. "),
            "audience": audience,
            "question": question,
            "reason": reason,
            "confidence": confidence,
            "now": _stamp(now),
        }
        with database.writing(self._engine) as connection:
            connection.execute(statement, values)

    def gaps(self, limit: int = 100, offset: int = 0, audience: Audience = "internal") -> list[Gap]:
        """The most asked first; what internal readers asked is shown to internal readers only."""
        g = schema.gaps.c
        seen = ("public", "internal") if audience == "internal" else ("public",)
        with self._engine.connect() as connection:
            rows = connection.execute(
                select(schema.gaps)
                .where(g.audience.in_(seen))
                .order_by(schema.gaps.c["count"].desc(), g.last_asked.desc(), g.key, g.audience)
                .limit(limit)
                .offset(offset)
            ).all()
        return [
            Gap(
                question=row.question,
                reason=row.reason,
                confidence=row.confidence,
                count=int(row._mapping["count"]),
                first_asked=row.first_asked,
                last_asked=row.last_asked,
            )
            for row in rows
        ]


def _citations(reply: Reply) -> list[dict[str, object]]:
    """Everything whose words the reply shows: what came nearest to an abstention too."""
    result = reply.result
    rows: list[dict[str, object]] = []
    for citation in result.citations if isinstance(result, Answer) else result.nearest:
        quoted = [(1, citation.document, citation.span)]
        quoted += [(2, via.document, via.span) for via in citation.via if via.document and via.span]
        for hop, document, span in quoted:
            rows.append(
                {
                    "answer_id": reply.id,
                    "n": len(rows) + 1,
                    "document_id": document.id,
                    "version": document.version,
                    "start": span.start,
                    "end": span.end,
                    "hop": hop,
                }
            )
    return rows


def _stamp(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat(timespec="seconds")
