"""Workspaces: the chat workspaces where the assistant was installed, with what lets it speak."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, delete, insert, select

from assistant.ledger import database, schema

Installation = dict[str, Any]
"""What the chat service gave at the installation, its token among it."""


class Workspaces:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def put(self, workspace_id: str, installation: Installation, now: datetime) -> None:
        """Keeps an installation in the place of an older one."""
        with database.writing(self._engine) as connection:
            connection.execute(
                delete(schema.workspaces).where(schema.workspaces.c.id == workspace_id)
            )
            connection.execute(
                insert(schema.workspaces).values(
                    id=workspace_id,
                    at=database.stamp(now),
                    installation=json.dumps(installation, ensure_ascii=False),
                )
            )

    def get(self, workspace_id: str) -> Installation | None:
        w = schema.workspaces.c
        with self._engine.connect() as connection:
            found = connection.execute(
                select(w.installation).where(w.id == workspace_id)
            ).scalar_one_or_none()
        return None if found is None else dict(json.loads(found))

    def ids(self) -> list[str]:
        w = schema.workspaces.c
        with self._engine.connect() as connection:
            return list(connection.execute(select(w.id).order_by(w.id)).scalars())

    def delete(self, workspace_id: str) -> None:
        """Forgets an installation; one that isn't there is no error."""
        with database.writing(self._engine) as connection:
            connection.execute(
                delete(schema.workspaces).where(schema.workspaces.c.id == workspace_id)
            )
