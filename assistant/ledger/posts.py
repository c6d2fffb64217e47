"""Posts: in which threads the assistant answered, and with which of its answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Engine, insert, select

from assistant.ledger import database, schema
from assistant.ledger.documents import chunks


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A message of the assistant. `ts` is its name in its channel, as the chat service gave it.

    `answer_id` is None for a message that is no answer.
    """

    team: str
    channel: str
    ts: str
    thread_ts: str
    answer_id: str | None = None


def lane_of(team: str, channel: str, thread_ts: str) -> str:
    """A thread, as the jobs that are for it name it."""
    return f"{team}:{channel}:{thread_ts}"


class Posts:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, post: Post, now: datetime, within: Connection | None = None) -> None:
        """Remembers a message; one that is known stays as it is."""
        p = schema.posts
        with database.writing(self._engine, within) as connection:
            known = select(p.c.ts).where(
                p.c.team == post.team, p.c.channel == post.channel, p.c.ts == post.ts
            )
            if connection.execute(known).first() is None:
                connection.execute(
                    insert(p).values(
                        team=post.team,
                        channel=post.channel,
                        ts=post.ts,
                        thread_ts=post.thread_ts,
                        answer_id=post.answer_id,
                        at=database.stamp(now),
                    )
                )

    def knows(self, team: str, channel: str, thread_ts: str) -> bool:
        """Whether the assistant has answered in a thread."""
        p = schema.posts.c
        query = select(p.ts).where(
            p.team == team, p.channel == channel, p.thread_ts == thread_ts, p.answer_id.is_not(None)
        )
        with self._engine.connect() as connection:
            return connection.execute(query.limit(1)).first() is not None

    def of_document(self, document_id: str) -> list[Post]:
        """The messages that show words of any version of a document, oldest first.

        An abstention is among them: it shows what came nearest.
        """
        p, c = schema.posts, schema.answer_citations.c
        cites = select(c.answer_id).where(c.document_id == document_id)
        return self._read(p.c.answer_id.in_(cites))

    def rested_on(self) -> set[str]:
        """The documents that some message shows words of."""
        p, c = schema.posts, schema.answer_citations
        query = select(c.c.document_id).join(p, p.c.answer_id == c.c.answer_id).distinct()
        with self._engine.connect() as connection:
            return set(connection.execute(query).scalars())

    def of_answer(self, answer_id: str) -> list[Post]:
        return self._read(schema.posts.c.answer_id == answer_id)

    def threads_of(self, answer_ids: Sequence[str]) -> dict[str, set[str]]:
        """In which threads answers were posted, by their lanes, under each answer's id."""
        p = schema.posts.c
        found: dict[str, set[str]] = {}
        with self._engine.connect() as connection:
            for chunk in chunks(answer_ids):
                rows = connection.execute(
                    select(p.answer_id, p.team, p.channel, p.thread_ts).where(
                        p.answer_id.in_(chunk)
                    )
                )
                for row in rows:
                    lane = lane_of(row.team, row.channel, row.thread_ts)
                    found.setdefault(row.answer_id, set()).add(lane)
        return found

    def _read(self, which: object) -> list[Post]:
        p = schema.posts
        columns = (p.c.team, p.c.channel, p.c.ts, p.c.thread_ts, p.c.answer_id)
        with self._engine.connect() as connection:
            rows = connection.execute(
                select(*columns).where(which).order_by(p.c.at, p.c.ts)  # type: ignore[arg-type]
            ).mappings()
            return [Post(**row) for row in rows]
