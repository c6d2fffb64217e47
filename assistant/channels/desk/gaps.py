"""The desk's gaps: grouped, assigned to somebody, answered by a document."""

from __future__ import annotations

import re
from collections import Counter
from typing import get_args
from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from assistant.answering.questions.grouping import GapState
from assistant.channels.desk.entry import PATH, Acting, Editor, Fields, Form, Reading
from assistant.channels.desk.route import PageNumber, desk_router
from assistant.channels.desk.views import DONE, page, pager
from assistant.channels.services import archive, services
from assistant.errors import BadInput, NotFound

router = desk_router()

STATES: tuple[GapState, ...] = get_args(GapState)
LONGEST_NAME = 80


@router.get("/gaps")
def gaps(
    request: Request, who: Reading, state: str = "open", number: PageNumber = 1, done: str = ""
) -> Response:
    return _page(request, who, state, number, done=DONE.get(done))


@router.post("/gaps/assign")
def assign(request: Request, who: Acting, form: Form) -> Response:
    name = " ".join(form.get("name", "").split())
    if len(name) > LONGEST_NAME:
        raise BadInput(f"a name has at most {LONGEST_NAME} characters")
    archive(request).desk.assign(form.get("gap", ""), who.audience, name or None)
    return _back(form, "assigned")


@router.post("/gaps/answered")
def answered(request: Request, who: Acting, form: Form) -> Response:
    gap, document_id = form.get("gap", ""), form.get("document", "").strip()
    desk = archive(request).desk
    if not any(group.id == gap for group in desk.gaps(who.audience)):
        raise NotFound("this gap is not there any more; it may have been forgotten since")
    try:
        desk.answer(gap, who.audience, document_id or None)
    except NotFound as error:
        wrong = {"wrong": str(error), "wrong_gap": gap, "wrong_id": document_id}
        page_sent = form.get("page", "")
        number = int(page_sent) if re.fullmatch(r"[1-9][0-9]{0,5}", page_sent) else 1
        return _page(request, who, form.get("state", "open"), number, 422, **wrong)
    return _back(form, "answered")


def _back(form: Fields, done: str) -> Response:
    query = {name: form[name] for name in ("state", "page") if form.get(name)}
    return RedirectResponse(f"{PATH}/gaps?{urlencode({**query, 'done': done})}", 303)


def _page(
    request: Request,
    who: Editor,
    state: str,
    number: int,
    status: int = 200,
    *,
    done: str | None = None,
    wrong: str | None = None,
    wrong_gap: str = "",
    wrong_id: str = "",
) -> Response:
    desk = archive(request).desk
    state = state if state in (*STATES, "all") else "open"
    groups = desk.gaps(who.audience)
    counts = Counter(group.state for group in groups)
    chosen = [group for group in groups if state in ("all", group.state)]
    shown = pager(number, len(chosen), state=state)
    part = shown.of(chosen)
    named = [document_id for group in part for document_id in group.answered_by]
    return page(
        request,
        "gaps.html",
        who,
        status,
        kept_days=services(request).settings.questions_kept_days,
        counts=[*((name, counts[name]) for name in STATES), ("all", len(groups))],
        state=state,
        groups=part,
        names=sorted({name for group in groups for name in group.assignees}),
        titles=desk.titles(named, who.audience),
        public=set(desk.titles(named, "public")),
        pager=shown,
        done=done,
        wrong=wrong,
        wrong_gap=wrong_gap,
        wrong_id=wrong_id,
    )
