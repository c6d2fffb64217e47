"""Labels and calibrations: what became of fact-checks that were refreshed, and what it taught."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Engine, insert, select

from assistant.ledger import database, schema
from assistant.ledger.refreshes import RefreshOutcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """One outcome. `kind` is the class of volatility, `age_days` the age of the check that was
    refreshed; `p_mutable` and `tau_days` are as they were without any calibration."""

    document_id: str
    version: int
    kind: str
    p_mutable: float
    tau_days: float
    age_days: int
    outcome: RefreshOutcome


class Labels:
    """Reads are cached until something is written here."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._writes = 0
        self._calibrations = lru_cache(maxsize=1)(self._read_calibrations)

    @property
    def writes(self) -> int:
        """Counts up with every calibration."""
        return self._writes

    def add(self, label: Label, now: datetime, within: Connection) -> None:
        values = {**asdict(label), "at": database.stamp(now)}
        within.execute(insert(schema.labels).values(**values))

    def all(self, as_of: date | None = None) -> list[Label]:
        """In the order in which they came; those of later days left out."""
        t = schema.labels
        columns = [t.c[name] for name in Label.__dataclass_fields__]
        query = select(*columns).order_by(t.c.id)
        if as_of is not None:
            query = query.where(t.c.at < _after(as_of))
        with self._engine.connect() as connection:
            return [Label(**row) for row in connection.execute(query).mappings()]

    def calibrate(self, body: Mapping[str, Any], now: datetime) -> None:
        """From now on this holds in the place of the priors."""
        with database.writing(self._engine) as connection:
            connection.execute(
                insert(schema.calibrations).values(at=database.stamp(now), body=json.dumps(body))
            )
        self.forget_cache()

    def calibration(self, as_of: date) -> Mapping[str, Any] | None:
        """What held at the end of a day; None where the priors did."""
        until = _after(as_of)
        held = [body for at, body in self._calibrations(self._writes) if at < until]
        return held[-1] if held else None

    def forget_cache(self) -> None:
        self._writes += 1
        self._calibrations.cache_clear()

    def _read_calibrations(self, _writes: int) -> tuple[tuple[str, Mapping[str, Any]], ...]:
        c = schema.calibrations
        with self._engine.connect() as connection:
            rows = connection.execute(select(c.c.at, c.c.body).order_by(c.c.id)).all()
        return tuple((row.at, json.loads(row.body)) for row in rows)


def _after(day: date) -> str:
    """The first instant after a day, as the ledger writes it."""
    if day == date.max:
        return "9999-12-32"
    return database.stamp(datetime.combine(day + timedelta(days=1), time(), UTC))
