"""Jobs: work that is taken once and done in spite of a restart, one at a time in each lane."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, Engine, delete, func, insert, select, update

from assistant.ledger import codec, database, schema

Json = dict[str, Any]
State = Literal["waiting", "working", "done", "failed"]
OPEN: tuple[State, ...] = ("waiting", "working")


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Work for the worker that was given it. `notes` says how far an earlier try has come.

    `attempts` counts the tries, this one too.
    """

    key: str
    queue: str
    lane: str
    at: str
    attempts: int
    body: Json
    notes: Json = field(default_factory=dict)


class Jobs:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(
        self,
        key: str,
        queue: str,
        lane: str,
        body: Mapping[str, Any],
        now: datetime,
        within: Connection | None = None,
    ) -> bool:
        """Takes work in, to last. False for what was taken before, whatever became of it."""
        j = schema.jobs
        with database.writing(self._engine, within) as connection:
            if connection.execute(select(j.c.key).where(j.c.key == key)).first():
                return False
            last = connection.execute(select(func.max(j.c.n))).scalar() or 0
            connection.execute(
                insert(j).values(
                    key=key,
                    queue=queue,
                    lane=lane,
                    n=last + 1,
                    at=database.stamp(now),
                    state="waiting",
                    attempts=0,
                    body=_in_json(body),
                )
            )
        return True

    def next(self, queue: str, worker: str, skip: Collection[str] = ()) -> Job | None:
        """Gives a worker the oldest job that waits at the head of its lane; None: there is none.

        A lane is busy until its job has ended, so the same thread is never answered twice at once.
        Jobs whose keys are in `skip` wait on: they failed a moment ago.
        """
        j = schema.jobs
        ahead = schema.jobs.alias("ahead")
        busy = (
            select(ahead.c.key)
            .where(ahead.c.queue == j.c.queue, ahead.c.lane == j.c.lane)
            .where(ahead.c.state.in_(OPEN), ahead.c.n < j.c.n)
            .exists()
        )
        first = (
            select(j)
            .where(j.c.state == "waiting", j.c.queue == queue, ~busy)
            .where(j.c.key.not_in(list(skip)))
            .order_by(j.c.n)
            .limit(1)
        )
        with self._engine.connect() as connection:  # most looks find nothing: no lock for those
            if connection.execute(first).first() is None:
                return None
        with database.writing(self._engine) as connection:
            row = connection.execute(first).mappings().first()
            if row is None:
                return None
            attempts = row["attempts"] + 1
            connection.execute(
                update(j)
                .where(j.c.key == row["key"])
                .values(state="working", worker=worker, attempts=attempts)
            )
        return Job(
            key=row["key"],
            queue=row["queue"],
            lane=row["lane"],
            at=row["at"],
            attempts=attempts,
            body=json.loads(row["body"]),
            notes=json.loads(row["notes"]) if row["notes"] else {},
        )

    def note(self, key: str, notes: Mapping[str, Any], within: Connection | None = None) -> None:
        """Keeps how far a job has come, for whoever goes on with it after a crash."""
        with database.writing(self._engine, within) as connection:
            connection.execute(
                update(schema.jobs).where(schema.jobs.c.key == key).values(notes=_in_json(notes))
            )

    def end(self, key: str, reason: str | None = None, within: Connection | None = None) -> None:
        """A job is done, or, with a reason, has failed for good. Its words are not kept."""
        state: State = "failed" if reason else "done"
        with database.writing(self._engine, within) as connection:
            connection.execute(
                update(schema.jobs)
                .where(schema.jobs.c.key == key)
                .values(state=state, worker=None, body=None, reason=reason)
            )

    def put_back(self, key: str) -> None:
        """A job in hand waits again, to be tried once more. One that has ended stays ended."""
        self._free((schema.jobs.c.key == key) & (schema.jobs.c.state == "working"))

    def rewrite(self, queue: str, cut: Callable[[Json], Json | None], within: Connection) -> None:
        """Puts what `cut` leaves of each open job's body in its place; None ends the job."""
        j = schema.jobs
        rows = within.execute(
            select(j.c.key, j.c.body).where(j.c.queue == queue, j.c.state.in_(OPEN))
        ).all()
        for row in rows:
            body = json.loads(row.body)
            left = cut(body)
            if left is None:
                self.end(row.key, within=within)
            elif left != body:
                within.execute(update(j).where(j.c.key == row.key).values(body=_in_json(left)))

    def known(self, queue: str) -> list[tuple[str, str]]:
        """(key, lane) of every job that is to be done or was, and that has not failed."""
        j = schema.jobs.c
        query = select(j.key, j.lane).where(j.queue == queue, j.state != "failed").order_by(j.n)
        with self._engine.connect() as connection:
            return [(row.key, row.lane) for row in connection.execute(query)]

    def named(self) -> set[str]:
        """Every string in the bodies and the notes of what is still to be done: ids among them."""
        j = schema.jobs.c
        query = select(j.body, j.notes).where(j.state.in_(OPEN))
        with self._engine.connect() as connection:
            rows = connection.execute(query).all()
        return {
            text
            for row in rows
            for words in row
            if words
            for text in codec.strings(json.loads(words))
        }

    def workers(self) -> list[str]:
        """Who is working on something, or was when it crashed."""
        j = schema.jobs.c
        with self._engine.connect() as connection:
            found = select(j.worker).where(j.state == "working").distinct().order_by(j.worker)
            return list(connection.execute(found).scalars())

    def free(self, worker: str) -> int:
        """What a worker that is no more had in hand waits again; how many jobs."""
        return self._free((schema.jobs.c.worker == worker) & (schema.jobs.c.state == "working"))

    def count(self, queue: str, *states: State) -> int:
        """How many jobs of a queue are in one of these states, at one moment."""
        j = schema.jobs
        with self._engine.connect() as connection:
            return connection.execute(
                select(func.count()).select_from(j).where(j.c.queue == queue, j.c.state.in_(states))
            ).scalar_one()

    def forget_before(self, instant: datetime) -> int:
        """Deletes what has ended and was taken before an instant; how many."""
        j = schema.jobs.c
        with database.writing(self._engine) as connection:
            return connection.execute(
                delete(schema.jobs).where(j.state.not_in(OPEN), j.at < database.stamp(instant))
            ).rowcount

    def _free(self, which: Any) -> int:
        with database.writing(self._engine) as connection:
            return connection.execute(
                update(schema.jobs).where(which).values(state="waiting", worker=None)
            ).rowcount


def _in_json(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False)
