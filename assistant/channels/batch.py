"""JSON Lines in, JSON Lines or a TREC run out.

A file is read and checked whole before the first row is worked on, so a malformed row costs
nothing; an output file appears whole or not at all.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from assistant.errors import BadInput

Turns = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionRow:
    """One question of a batch; `id` is its `_id`, or its line number where it has none."""

    id: str
    text: str
    history: Turns = ()
    now: str | None = None
    as_of: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PairRow:
    id: str
    claim: str
    evidence: str


def read_questions(path: Path) -> tuple[QuestionRow, ...]:
    """Rows of {"_id","text"} (or "question"), with `history`, `now`, `as_of`. Raises BadInput."""
    return tuple(_question(row) for row in _rows(path))


def read_pairs(path: Path) -> tuple[PairRow, ...]:
    """Rows of {"claim","evidence"}. Raises BadInput."""
    return tuple(
        PairRow(id=row.id, claim=row.text("claim"), evidence=row.text("evidence"))
        for row in _rows(path)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    where: str
    number: int
    fields: Mapping[str, object]

    @property
    def id(self) -> str:
        return str(self.fields.get("_id", self.number))

    def text(self, *names: str) -> str:
        """The first of the named fields that is there."""
        for name in names:
            if name in self.fields:
                value = self.fields[name]
                if isinstance(value, str):
                    return value
                raise BadInput(f"{self.where}: {name!r} is not a string")
        raise BadInput(f"{self.where}: has no {names[0]!r}")

    def date(self, name: str) -> str | None:
        return self.text(name) if self.fields.get(name) is not None else None

    def history(self) -> Turns:
        turns = self.fields.get("history") or []
        if not isinstance(turns, list) or not all(_is_turn(turn) for turn in turns):
            raise BadInput(f'{self.where}: history is not like [["user", "text"], ...]')
        return tuple((str(role), str(text)) for role, text in turns)


def _is_turn(turn: object) -> bool:
    return isinstance(turn, list) and len(turn) == 2 and all(isinstance(x, str) for x in turn)


def _question(row: _Row) -> QuestionRow:
    return QuestionRow(
        id=row.id,
        text=row.text("text", "question"),
        history=row.history(),
        now=row.date("now"),
        as_of=row.date("as_of"),
    )


def _rows(path: Path) -> Iterator[_Row]:
    # Not splitlines(): a JSON string may hold U+2028, which ends no row.
    for number, line in enumerate(_read(path).split("\n"), start=1):
        if not line.strip():
            continue
        where = f"{path}:{number}"
        try:
            fields = json.loads(line)
        except ValueError as error:
            raise BadInput(f"{where}: not JSON ({error})") from error
        if not isinstance(fields, dict):
            raise BadInput(f"{where}: not a JSON object")
        yield _Row(where=where, number=number, fields=fields)


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInput(f"{path} is not UTF-8 ({error}); save it as UTF-8") from error
    except FileNotFoundError as error:
        raise BadInput(f"no file {path}") from error
    except OSError as error:
        raise BadInput(f"{path} can't be read: {error.strerror}") from error


@contextmanager
def output(path: Path | None) -> Iterator[TextIO]:
    """Where rows go: a file that appears whole when all went well, or standard output."""
    if path is None or str(path) == "-":
        yield sys.stdout
        return
    partial = path.with_name(path.name + ".partial")
    try:
        with partial.open("w", encoding="utf-8") as file:
            yield file
        os.replace(partial, path)
    except OSError as error:
        raise BadInput(f"{path} can't be written: {error.strerror}") from error
    finally:
        partial.unlink(missing_ok=True)


def write_row(file: TextIO, row_id: str, fields: Mapping[str, object]) -> None:
    file.write(json.dumps({"_id": row_id, **fields}, ensure_ascii=False) + "\n")


def write_run(file: TextIO, query_id: str, ranked: Sequence[tuple[str, float]]) -> None:
    """TREC run format: `query-id Q0 document-id rank score tag`, rank from 1."""
    for rank, (document_id, score) in enumerate(ranked, start=1):
        file.write(f"{query_id} Q0 {document_id} {rank} {score!r} assistant\n")


def unbroken(ids: Iterable[str], path: Path) -> None:
    """A run's fields are parted by white space: raises BadInput for an id that holds some."""
    for each in ids:
        if not each or each.split() != [each]:
            raise BadInput(f"{path}: the id {each!r} holds white space; a TREC run can't carry it")
