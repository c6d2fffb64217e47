"""Which state of the ledger the two rebuildable indexes hold.

Every change to what may be found moves the ledger's generation and marks the documents that it
touched as pending, in the same transaction. Once both indexes hold them, `settle` clears the
marks. A process that dies in between leaves the marks, and the next one finishes the work.
"""

from __future__ import annotations

import uuid

from sqlalchemy import Connection, Engine, delete, select, text

from assistant.ledger import database, schema

GENERATION, INDEXED, LEDGER = "generation", "indexed", "ledger"


class Generations:
    """Names look like "ledger-id:17"; "ledger-id:0" is an empty ledger."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def current(self, within: Connection | None = None) -> str:
        """The newest, as a transaction that is still open sees it where one is given."""
        if within is None:
            return self._name(GENERATION)
        return f"{_get(within, LEDGER)}:{_get(within, GENERATION) or 0}"

    def indexed(self) -> str:
        """The generation that the indexes held when all marks were last cleared."""
        return self._name(INDEXED)

    def _name(self, key: str) -> str:
        with self._engine.connect() as connection:
            ledger, number = _get(connection, LEDGER), _get(connection, key)
        if ledger is None:
            with database.writing(self._engine) as connection:
                ledger = _get(connection, LEDGER) or uuid.uuid4().hex
                _set(connection, LEDGER, ledger)
        return f"{ledger}:{number or 0}"

    def pending(self) -> list[str]:
        with self._engine.connect() as connection:
            column = schema.pending.c.document_id
            return list(connection.execute(select(column).order_by(column)).scalars())

    def settle(self, document_ids: list[str], generation: str) -> None:
        """The indexes hold these documents; `generation` is the one that was then current."""
        with database.writing(self._engine) as connection:
            statement = delete(schema.pending).where(schema.pending.c.document_id == text(":id"))
            if document_ids:
                connection.execute(statement, [{"id": each} for each in document_ids])
            _set(connection, INDEXED, generation.rpartition(":")[2])


def number(connection: Connection) -> int:
    """The ledger's generation inside a transaction: for what is written and not found by words."""
    return int(_get(connection, GENERATION) or 0)


def bump(connection: Connection) -> int:
    """Moves the ledger on by one generation, in the caller's transaction; the new one."""
    number = int(_get(connection, GENERATION) or 0) + 1
    _set(connection, GENERATION, str(number))
    return number


def _get(connection: Connection, key: str) -> str | None:
    return connection.execute(
        select(schema.meta.c.value).where(schema.meta.c.key == key)
    ).scalar_one_or_none()


def _set(connection: Connection, key: str, value: str) -> None:
    connection.execute(
        text("insert or replace into meta (key, value) values (:key, :value)"),
        {"key": key, "value": value},
    )
