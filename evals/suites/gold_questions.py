"""The gold questions: what was asked of the sample archive, and what an answer has to hold."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar, get_args

from assistant.errors import BadInput
from assistant.settings import parse_instant
from assistant.types import Audience

GOLD = Path(__file__).parent.parent / "gold"
Item = TypeVar("Item")


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldQuote:
    """A sentence that carries the answer, as it stands in the document's text."""

    document_id: str
    quote: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question. Any of `documents` answers it; `quotes` are alternatives of one another.

    `notice` is whether the answer must warn at `now`; None where that is not judged. `history` is
    what was said before, each (role, text): a follow-up is understood with it.
    """

    id: str
    text: str
    type: str
    slice: str
    subject: str
    answerable: bool
    now: datetime
    documents: tuple[str, ...] = ()
    quotes: tuple[GoldQuote, ...] = ()
    must_contain: tuple[str, ...] = ()
    notice: bool | None = None
    audience: Audience = "public"
    history: tuple[tuple[str, str], ...] = ()


def load(folder: Path = GOLD, limit: int | None = None) -> tuple[Question, ...]:
    """Every question of a folder's JSON Lines files, or a slice of `limit` of them.

    Raises BadInput with file and line for a row that is not a gold question.
    """
    files = sorted(folder.glob("*.jsonl"))
    if not files:
        raise BadInput(f"{folder} holds no gold questions (*.jsonl)")
    questions = [question for file in files for question in _read(file)]
    return sliced(questions, limit, key=[question.id for question in questions])


def sliced(items: Sequence[Item], limit: int | None, key: Iterable[str]) -> tuple[Item, ...]:
    """`limit` of the items, the same ones on every machine, in their order. None is all."""
    if limit is None or limit >= len(items):
        return tuple(items)
    digests = [hashlib.sha256(each.encode()).digest() for each in key]
    chosen = sorted(range(len(items)), key=lambda place: digests[place])[:limit]
    return tuple(items[place] for place in sorted(chosen))


def _read(file: Path) -> Iterable[Question]:
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            yield _question(json.loads(line), file.stem)
        except (ValueError, KeyError, TypeError) as error:
            raise BadInput(
                f"{file.name} line {number} is no gold question: {type(error).__name__} {error}"
            ) from error


def _question(row: Mapping[str, Any], subject: str) -> Question:
    if row["audience"] not in get_args(Audience):
        raise ValueError(f"audience {row['audience']!r}")
    return Question(
        id=row["_id"],
        text=row["text"],
        type=row["type"],
        slice=row["slice"],
        subject=subject,
        answerable=row["answerable"],
        now=parse_instant(row["now"]),
        documents=tuple(row["documents"]),
        quotes=tuple(GoldQuote(**quote) for quote in row["quotes"]),
        must_contain=tuple(row["must_contain"]),
        notice=row["notice"],
        audience=row["audience"],
        history=tuple(_turn(each) for each in row.get("history", ())),
    )


def _turn(pair: Sequence[str]) -> tuple[str, str]:
    role, text = pair
    if role not in ("user", "assistant"):
        raise ValueError(f"role {role!r} in history")
    return role, text
