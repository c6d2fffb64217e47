"""The claims that fact-checks rate, read all at once, so that two of one claim find each other."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import Engine, func, select

from assistant.ledger import schema


@dataclass(frozen=True, slots=True, kw_only=True)
class RatedClaim:
    """`place` is its verdict's among those of the document's current version, from 0."""

    document_id: str
    version: int
    place: int
    claim: str


class RatedClaims:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._all = lru_cache(maxsize=1)(self._read)

    def all(self, writes: int) -> tuple[RatedClaim, ...]:
        """Those of active fact-checks, by the document's id."""
        return self._all(writes)

    def _read(self, _writes: int) -> tuple[RatedClaim, ...]:
        d, v = schema.documents.c, schema.versions.c
        verdicts = func.json_extract(v.content, "$.verdicts")
        with self._engine.connect() as connection:
            rows = connection.execute(
                select(d.id, d.version, verdicts)
                .join(schema.versions, (v.document_id == d.id) & (v.version == d.version))
                .where(d.state == "active", d.kind == "fact_check", verdicts.is_not(None))
                .order_by(d.id)
            ).all()
        return tuple(
            RatedClaim(document_id=name, version=version, place=place, claim=each["claim"])
            for name, version, body in rows
            for place, each in enumerate(json.loads(body))
        )
