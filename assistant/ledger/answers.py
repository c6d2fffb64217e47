"""What was served: every reply as it was sent, with what it cited."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import (
    Connection,
    Engine,
    Text,
    case,
    cast,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)

from assistant.errors import NotFound
from assistant.ledger import database, schema
from assistant.ledger.documents import chunks, seen_by
from assistant.types import Answer, Audience, Reply, State

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
class Day:
    """A day's questions; how many got an answer, and how many of those may be outdated."""

    day: str
    questions: int
    answered: int
    stale: int


class Piece(NamedTuple):
    """A place in a version of a document, of which an answer shows the words."""

    version: int
    start: int
    end: int


class Citing(NamedTuple):
    """An answer that shows words of a document, through a second hop too.

    `state` is that of its freshness as it was served, None for an abstention; `kept_at` is when
    that was, by the clock. A tuple: there may be a hundred thousand of them.
    """

    id: str
    created_at: str
    kept_at: str
    state: State | None
    pieces: tuple[Piece, ...]


STALE = ("retracted", "contradicted", "superseded", "may_be_outdated")
"""States of an answer that was served with the notice."""


class Answers:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def keep(
        self,
        reply: Reply,
        body: ReplyJson,
        audience: Audience,
        within: Connection | None = None,
        now: datetime | None = None,
    ) -> None:
        """Stores a reply as it is about to be sent, at `now` by the clock (else when it was made).

        Of its reader it holds nothing but the question.
        """
        answer = reply.result if isinstance(reply.result, Answer) else None
        with database.writing(self._engine, within) as connection:
            connection.execute(
                insert(schema.answers).values(
                    id=reply.id,
                    created_at=database.stamp(reply.created_at),
                    audience=audience,
                    question=reply.question,
                    reply=_in_json(body),
                    kind="answer" if answer else "abstention",
                    state=answer.freshness.state if answer else None,
                    kept_at=database.stamp(now or reply.created_at),
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

    def citing(self, document_id: str, audience: Audience = "internal") -> list[Citing]:
        """The answers for an audience that show words of any version, newest first."""
        a, c = schema.answers.c, schema.answer_citations.c
        piece = cast(c.version, Text) + ":" + cast(c.start, Text) + ":" + cast(c.end, Text)
        kept_at = func.coalesce(a.kept_at, a.created_at)
        query = (
            select(a.id, a.created_at, kept_at, a.state, func.group_concat(piece.distinct()))
            .join(schema.answer_citations, c.answer_id == a.id)
            .where(c.document_id == document_id, a.audience.in_(seen_by(audience)))
            .group_by(a.id)
            .order_by(a.created_at.desc(), a.id)
        )
        with self._engine.connect() as connection:
            rows = connection.execute(query).all()
        return [Citing(*row[:4], _pieces(row[4])) for row in rows]

    def questions(self, answer_ids: Sequence[str]) -> dict[str, str]:
        """What was asked, by the answer's id."""
        a = schema.answers.c
        found: dict[str, str] = {}
        with self._engine.connect() as connection:
            for chunk in chunks(answer_ids):
                rows = connection.execute(select(a.id, a.question).where(a.id.in_(chunk)))
                found |= {row.id: row.question for row in rows}
        return found

    def forget_before(self, instant: datetime, most: int, needed: Collection[str]) -> int:
        """Deletes answers kept since before an instant, with all that hangs on them; how many.

        At most so many, the oldest first, and none that is `needed`. A message that shows one
        stays known as a message.
        """
        a, cites, said, p = (
            schema.answers,
            schema.answer_citations,
            schema.feedback,
            schema.posts,
        )
        old = (
            select(a.c.id).where(a.c.kept_at < database.stamp(instant)).order_by(a.c.kept_at)
        ).limit(most + len(needed))
        with database.writing(self._engine) as connection:
            found = connection.execute(old).scalars().all()
            ids = [each for each in found if each not in needed][:most]
            for chunk in chunks(ids):
                connection.execute(update(p).where(p.c.answer_id.in_(chunk)).values(answer_id=None))
                connection.execute(delete(said).where(said.c.answer_id.in_(chunk)))
                connection.execute(delete(cites).where(cites.c.answer_id.in_(chunk)))
                connection.execute(delete(a).where(a.c.id.in_(chunk)))
        return len(ids)

    def rewrite(
        self,
        connection: Connection,
        document_id: str,
        cut: Callable[[ReplyJson], ReplyJson],
        words: Collection[str] = (),
    ) -> int:
        """Passes every stored reply that names a document or has `words` of it through `cut`.

        The number changed. Replies are searched by their text: an abstention's "nearest" cites
        nothing, and a question that was only offered stands in no citation.
        """
        table = schema.answers
        # A string of JSON without its quotation marks: words may stand inside a longer one.
        sought = [_in_json(document_id), *(_in_json(each)[1:-1] for each in words)]
        holds = or_(*(table.c.reply.contains(each, autoescape=True) for each in sought))
        rows = connection.execute(select(table).where(holds)).all()
        for row in rows:
            reply = cut(json.loads(row.reply))
            values = {"reply": _in_json(reply), "question": reply.get("question", row.question)}
            connection.execute(update(table).where(table.c.id == row.id).values(**values))
        return len(rows)

    def days(self, since: datetime, audience: Audience = "internal") -> list[Day]:
        """What was asked on each day in UTC since then, oldest first; days without are left out.

        What internal readers asked is counted for internal readers only.
        """
        a = schema.answers.c
        day = func.substr(a.created_at, 1, 10).label("day")
        answered = func.sum(case((a.kind == "answer", 1), else_=0)).label("answered")
        stale = func.sum(case((a.state.in_(STALE), 1), else_=0)).label("stale")
        with self._engine.connect() as connection:
            rows = connection.execute(
                select(day, func.count().label("questions"), answered, stale)
                .where(a.created_at >= database.stamp(since), a.audience.in_(seen_by(audience)))
                .group_by(day)
                .order_by(day)
            ).mappings()
            return [Day(**row) for row in rows]

    def reach(
        self, audience: Audience = "internal", among: Collection[str] | None = None
    ) -> dict[str, int]:
        """How many answers that this audience may read rested on each document, by its id.

        `among` names the few documents that are asked for; all that any answer rests on otherwise.
        """
        a, c = schema.answers.c, schema.answer_citations.c
        # Naming those that don't count is three times as fast as joining those that do.
        others = select(a.id).where((a.kind != "answer") | a.audience.not_in(seen_by(audience)))
        query = (
            select(c.document_id, func.count(c.answer_id.distinct()))
            .where(c.answer_id.not_in(others))
            .group_by(c.document_id)
        )
        if among is not None:
            query = query.where(c.document_id.in_(among))
        with self._engine.connect() as connection:
            return {document_id: count for document_id, count in connection.execute(query).all()}


def _in_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


@lru_cache(maxsize=4096)
def _pieces(named: str) -> tuple[Piece, ...]:
    """As the query names them; many answers show the same."""
    places = (each.split(":") for each in named.split(","))
    return tuple(sorted(Piece(*map(int, place)) for place in places))


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
