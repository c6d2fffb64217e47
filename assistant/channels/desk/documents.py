"""The desk's documents: their clocks, freshness and reach; and withdrawing one."""

from __future__ import annotations

import secrets
from typing import Annotated

from fastapi import Query, Request
from fastapi.responses import RedirectResponse, Response

from assistant.channels import operations
from assistant.channels.desk.entry import PATH, Acting, Editor, Form, Reading
from assistant.channels.desk.route import PageNumber, desk_router
from assistant.channels.desk.views import DONE, page, pager
from assistant.channels.routes_ask import FARTHEST
from assistant.channels.services import archive
from assistant.types import Document

router = desk_router()

Version = Annotated[int | None, Query(ge=1, le=FARTHEST)]

LONGEST_NOTE = 1000


@router.get("/documents")
def documents(
    request: Request, who: Reading, q: str = "", number: PageNumber = 1, done: str = ""
) -> Response:
    desk = archive(request).desk
    found = desk.documents(who.audience, q[:200])
    shown = pager(number, len(found), q=q[:200])
    return page(
        request,
        "documents.html",
        who,
        q=q[:200],
        shelved=desk.shelved(shown.of(found), who.audience),
        ticket=secrets.token_urlsafe(12),
        under_way=desk.docket(who.audience).progress.under_way,
        pager=shown,
        done=DONE.get(done),
    )


@router.get("/document")
def document(
    request: Request,
    who: Reading,
    id: str,
    version: Version = None,
    start: int = 0,
    end: int = 0,
) -> Response:
    """A document's text for those who may read it: `/d/` shows public ones alone.

    `start` and `end` mark words in it.
    """
    found = archive(request).document(id, version, who.audience)
    text = found.text
    low, high = (start, end) if 0 <= start < end <= len(text) else (0, 0)
    parts = (text[:low], text[low:high], text[high:])
    return page(request, "document.html", who, document=found, parts=parts)


@router.get("/documents/withdraw")
def confirm(request: Request, who: Reading, id: str) -> Response:
    who.needs("admin")
    found = archive(request).document(id, audience=who.audience)
    return _confirm(request, who, found, operations.WITHDRAWN)


@router.post("/documents/withdraw")
def withdraw(request: Request, who: Acting, form: Form) -> Response:
    who.needs("admin")
    found = archive(request).document(form.get("id", ""), audience=who.audience)
    note = form.get("note", "").strip()
    if not note or len(note) > LONGEST_NOTE:
        wrong = f"readers need a note, of at most {LONGEST_NOTE:,} characters"
        return _confirm(request, who, found, note[:LONGEST_NOTE], wrong=wrong)
    operations.withdraw(archive(request), document_id=found.id, note=note)
    return RedirectResponse(f"{PATH}/documents?done=withdrawn", 303)


def _confirm(
    request: Request, who: Editor, found: Document, note: str, wrong: str | None = None
) -> Response:
    return page(
        request,
        "withdraw.html",
        who,
        422 if wrong else 200,
        document=found,
        reach=archive(request).desk.reach(found.id, who.audience),
        note=note,
        wrong=wrong,
    )
