"""The figures that documents give, kept by what they measure, so that rivals are found at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from pydantic import TypeAdapter
from sqlalchemy import Connection, Engine, bindparam, delete, insert, select, text

from assistant.ledger import schema
from assistant.types import Figure

READ_BY = "figures_read_by"


_f, _w, _d = schema.figures.c, schema.figure_words.c, schema.documents.c
_OF_WORD = (
    select(_f.document_id, _f.version, _f.n, _f.body)
    .join_from(
        schema.figure_words,
        schema.figures,
        (_w.document_id == _f.document_id) & (_w.version == _f.version) & (_w.n == _f.n),
    )
    .join(schema.documents, (_d.id == _f.document_id) & (_d.version == _f.version))
    .where(_w.word == bindparam("word"), _d.state == "active")
    .order_by(_f.document_id, _f.n)
)
_OF_VERSION = (
    select(_f.body)
    .where(_f.document_id == bindparam("id"), _f.version == bindparam("version"))
    .order_by(_f.n)
)
"""Read thousands of times in a round: made once, for making one costs more than running it."""


@dataclass(frozen=True, slots=True)
class Named:
    """A figure that a word leads to: (document id, version, figure), and its place there."""

    n: int
    row: tuple[str, int, Figure]

    @property
    def document_id(self) -> str:
        return self.row[0]


class Figures:
    """Reads figures. What is read often is cached under the documents' count of writes."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._of_series = lru_cache(maxsize=4096)(self._read_series)
        self._of_word = lru_cache(maxsize=4096)(self._read_word)
        self._of_version = lru_cache(maxsize=512)(self._read_version)

    def of_series(self, series: str, writes: int) -> tuple[tuple[str, int, Figure], ...]:
        """(document id, version, figure) of what shares a word of a series, where served now."""
        return self._of_series(series, writes)

    def of_version(self, document_id: str, version: int, writes: int) -> tuple[Figure, ...]:
        """The figures of one version, in reading order."""
        return self._of_version(document_id, version, writes)

    def read_by(self) -> str | None:
        """Which version of the reader has read the figures; None: none has."""
        with self._engine.connect() as connection:
            return connection.execute(
                select(schema.meta.c.value).where(schema.meta.c.key == READ_BY)
            ).scalar_one_or_none()

    def of_word(self, word: str, writes: int) -> tuple[Named, ...]:
        """What shares one word of a series, where served now, in reading order."""
        return self._of_word(word, writes)

    def _read_series(self, series: str, writes: int) -> tuple[tuple[str, int, Figure], ...]:
        named = {
            (each.document_id, each.n): each
            for word in series_words(series)
            for each in self.of_word(word, writes)
        }
        return tuple(named[key].row for key in sorted(named))

    def _read_word(self, word: str, _writes: int) -> tuple[Named, ...]:
        with self._engine.connect() as connection:
            rows = connection.execute(_OF_WORD, {"word": word}).all()
        return tuple(
            Named(n=row.n, row=(row.document_id, row.version, parse(row.body))) for row in rows
        )

    def _read_version(self, document_id: str, version: int, _writes: int) -> tuple[Figure, ...]:
        named = {"id": document_id, "version": version}
        with self._engine.connect() as connection:
            return tuple(parse(body) for body in connection.execute(_OF_VERSION, named).scalars())


def put(connection: Connection, document_id: str, version: int, figures: Sequence[Figure]) -> None:
    """Keeps the figures of a version, in the place of what was kept of it."""
    for table in (schema.figure_words, schema.figures):
        connection.execute(
            delete(table).where(table.c.document_id == document_id, table.c.version == version)
        )
    of = {"document_id": document_id, "version": version}
    rows = [
        {**of, "n": n, "body": _adapter().dump_json(figure, exclude_defaults=True).decode()}
        for n, figure in enumerate(figures)
    ]
    words = [
        {**of, "n": n, "word": word}
        for n, figure in enumerate(figures)
        for word in series_words(figure.series)
    ]
    if rows:
        connection.execute(insert(schema.figures), rows)
    if words:
        connection.execute(insert(schema.figure_words), words)


def mark_read_by(connection: Connection, version: str) -> None:
    """The figures of all served documents are those that this version of the reader gives."""
    connection.execute(
        text("insert or replace into meta (key, value) values (:key, :value)"),
        {"key": READ_BY, "value": version},
    )


def series_words(series: str) -> list[str]:
    """Each word of the metric with the unit: by any of them a figure is found."""
    unit, *metric = series.split(" ")
    return sorted({f"{unit} {word}" for word in metric})


@lru_cache(maxsize=20_000)
def parse(body: str) -> Figure:
    return _adapter().validate_json(body)


@cache
def _adapter() -> TypeAdapter[Figure]:
    return TypeAdapter(Figure)
