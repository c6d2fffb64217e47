"""The desk's pages from templates: everything escaped, told apart, and paged."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from math import ceil
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment
from markupsafe import Markup

from assistant.channels import templates
from assistant.channels.desk.charts import percent
from assistant.channels.desk.entry import Editor, sessions
from assistant.channels.desk.places import address
from assistant.channels.render import STATES, WHY
from assistant.channels.web import link
from assistant.types import PartialDate

T = TypeVar("T")

PAGES = Path(__file__).parent / "pages"
PAGE_SIZE = 25
CLIPPED = 240
"""Longer texts of readers and documents are folded to this many characters."""

GAP_REASONS = {
    "no_evidence": "nothing found",
    "weak_evidence": "not settled",
    "unsupported": "no sentence carries it",
}
FEEDBACK_REASONS = {
    "wrong": "wrong",
    "outdated": "outdated",
    "not_my_question": "not the question",
    "weak_source": "weak source",
    "unclear": "unclear",
    "other": "other",
}
DONE = {
    "assigned": "Saved who takes care of it.",
    "answered": "Saved what answers it.",
    "withdrawn": "Withdrawn. Nothing is answered from it any more, and its answers say so.",
    "revoked": "Revoked. The key opens nothing any more.",
    "published": "Published. It is what readers are given from now on.",
    "rejected": "Rejected. Nothing was changed for readers.",
    "late": "It had been decided before: this is what became of it.",
    "looked": "Looked at: this is how it stands.",
    "linked": "Linked. Answers that rest on this document say so from now on.",
    "unlinked": "Taken back. The two are not linked any more.",
}
REFRESH_STATES = {
    "working": "being made",
    "proposed": "waits for an editor",
    "published": "published",
    "rejected": "rejected",
    "failed": "failed",
}
OUTCOMES = {
    "confirmed": "confirmed",
    "updated": "updated",
    "corrected": "corrected",
    "withdrawn": "withdrawn",
    "failed": "failed",
}
OUTCOME_SAYS = {
    "confirmed": "The sources still say what the fact-check says.",
    "updated": "It was right when it was published; the sources have something newer.",
    "corrected": "It was wrong when it was published.",
    "withdrawn": "A source that it rests on was retracted: it should not be answered from.",
    "failed": "It could not be found out whether it still holds.",
}
SOURCE_STATUS = {
    "unchanged": "unchanged",
    "changed": "changed",
    "moved": "moved",
    "gone": "gone",
    "retracted": "retracted",
    "unreachable": "out of reach",
    "unchecked": "not looked at",
}
SOURCE_STATES = {
    "new": "not looked at yet",
    "ok": "in order",
    "failing": "failing",
    "unreachable": "out of reach",
    "missing": "missing once",
    "gone": "gone",
    "retracted": "retracted",
    "refused": "refused",
}
AUDIT_KINDS = {
    "unsupported": "not in the source",
    "number_differs": "number differs",
    "dead_marker": "marker without a source",
    "source_gone": "source gone",
}
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]|[\ud800-\udfff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pager:
    """Which part of a list a page shows. `query` is what its addresses keep beside the number."""

    number: int
    total: int
    query: tuple[tuple[str, str], ...] = ()
    size: int = PAGE_SIZE

    @property
    def pages(self) -> int:
        return max(1, ceil(self.total / self.size))

    @property
    def offset(self) -> int:
        return (self.number - 1) * self.size

    @property
    def first(self) -> int:
        return min(self.offset + 1, self.total)

    @property
    def last(self) -> int:
        return min(self.offset + self.size, self.total)

    def of(self, items: Sequence[T]) -> Sequence[T]:
        """The part of a list that this page shows."""
        return items[self.offset : self.offset + self.size]

    def address(self, number: int) -> str:
        return "?" + urlencode([*self.query, ("page", str(number))])


def pager(number: int, total: int, **query: str) -> Pager:
    """The page asked for, or the last one when there are fewer."""
    kept = tuple((name, value) for name, value in query.items() if value)
    last = max(1, ceil(total / PAGE_SIZE))
    return Pager(number=min(number, last), total=total, query=kept)


def page(
    request: Request, template: str, who: Editor | None, status: int = 200, /, **values: object
) -> HTMLResponse:
    """A page of the desk. `who` is None for somebody who is not in."""
    here = request.url.path
    token = sessions(request).token(who.form_name) if who else ""
    text = _environment().get_template(template).render(who=who, here=here, token=token, **values)
    return HTMLResponse(text, status)


@cache
def style_sheet() -> str:
    return (PAGES / "desk.css").read_text(encoding="utf-8")


def clean(value: object) -> object:
    """What no page can show becomes a mark: control characters and halves of characters."""
    if isinstance(value, str) and not isinstance(value, Markup):
        return _CONTROLS.sub("\ufffd", value)
    return value


def moment(stamp: str) -> str:
    """An instant of the ledger, to the minute."""
    return stamp[:16].replace("T", " ")


def clipped(text: str) -> str | None:
    """The beginning of a text that is too long for a table, or None when it is not."""
    return text[:CLIPPED].rstrip() + "…" if len(text) > CLIPPED else None


def count_of(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"


def age(checked_on: PartialDate, today: date) -> str:
    """How long ago something was checked, at least."""
    return count_of(max(0, (today - checked_on.last).days), "day ago", "days ago")


def names_of(items: Sequence[str], words: dict[str, str]) -> str:
    return ", ".join(words.get(item, item) for item in items)


@cache
def _environment() -> Environment:
    environment = templates.environment(PAGES, finalize=clean)
    environment.globals.update(
        states=STATES,
        why=WHY,
        gap_reasons=GAP_REASONS,
        feedback_reasons=FEEDBACK_REASONS,
        refresh_states=REFRESH_STATES,
        outcomes=OUTCOMES,
        outcome_says=OUTCOME_SAYS,
        source_status=SOURCE_STATUS,
        source_states=SOURCE_STATES,
        audit_kinds=AUDIT_KINDS,
        address=address,
        age=age,
        count_of=count_of,
        names_of=names_of,
    )
    environment.filters.update(percent=percent, moment=moment, clipped=clipped, link=link)
    return environment
