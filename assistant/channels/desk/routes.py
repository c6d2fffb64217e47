"""The desk over HTTP: what is due today, feedback, quarantine; and the way in to all the rest."""

from __future__ import annotations

import secrets
from collections import Counter

from fastapi import FastAPI, Request
from fastapi.responses import Response

from assistant.channels.desk import (
    audits,
    documents,
    gaps,
    keys,
    links,
    recalls,
    refreshes,
    signing,
    sources,
)
from assistant.channels.desk.charts import Figures, charts, figures
from assistant.channels.desk.entry import Reading
from assistant.channels.desk.route import PageNumber, desk_router
from assistant.channels.desk.sessions import Sessions
from assistant.channels.desk.upkeep import Upkeep
from assistant.channels.desk.views import page, pager, style_sheet
from assistant.channels.services import archive, services
from assistant.ledger.answers import Day
from assistant.settings import Settings
from assistant.types import STATES_WORST_FIRST

router = desk_router()

PARTS = (
    router,
    refreshes.router,
    sources.router,
    recalls.router,
    audits.router,
    gaps.router,
    links.router,
    documents.router,
    keys.router,
    signing.router,
)
TOP_GAPS = 6
WEEKS = 12


def install(app: FastAPI, settings: Settings) -> None:
    """Opens the desk on an application."""
    app.state.desk_sessions = Sessions(settings.home, hours=settings.session_hours)
    app.state.desk_upkeep = Upkeep
    app.state.desk_audits = {}
    for part in PARTS:
        app.include_router(part)


@router.get("")
def today(request: Request, who: Reading, state: str = "", number: PageNumber = 1) -> Response:
    """What is due, and how the questions of thirty days went."""
    desk = archive(request).desk
    docket = desk.docket(who.audience)
    days = desk.days(who.audience)
    states = Counter(each.checked.freshness.state for each in docket.due)
    by_state = [(name, states[name]) for name in STATES_WORST_FIRST if states[name]]
    state = state if state in states else ""
    due = [each for each in docket.due if state in ("", each.checked.freshness.state)]
    shown = pager(number, len(due), state=state)
    return page(
        request,
        "today.html",
        who,
        today=desk.today(),
        key_figures=_key_figures(days),
        whole=figures(days),
        days=days,
        charts=charts(days),
        docket=docket,
        turned=sum(each.checked.turned for each in docket.due),
        by_state=by_state,
        state=state,
        due=shown.of(due),
        ticket=secrets.token_urlsafe(12),
        pager=shown,
        top_gaps=[gap for gap in desk.gaps(who.audience) if gap.state == "open"][:TOP_GAPS],
    )


def _key_figures(days: list[Day]) -> list[tuple[str, Figures]]:
    return [
        ("Today", figures(days[-1:])),
        ("Yesterday", figures(days[-2:-1])),
        ("Last 7 days", figures(days[-7:])),
        ("Last 30 days", figures(days)),
    ]


@router.get("/feedback")
def feedback(request: Request, who: Reading, number: PageNumber = 1) -> Response:
    desk = archive(request).desk
    shown = pager(number, desk.feedback_count(who.audience))
    return page(
        request,
        "feedback.html",
        who,
        kept_days=services(request).settings.questions_kept_days,
        weeks=desk.weeks(who.audience)[-WEEKS:][::-1],
        said=desk.feedback(who.audience, shown.size, shown.offset),
        pager=shown,
    )


@router.get("/quarantine")
def quarantine(request: Request, who: Reading, number: PageNumber = 1) -> Response:
    held = archive(request).desk.quarantine(who.audience)
    shown = pager(number, len(held))
    return page(request, "quarantine.html", who, held=shown.of(held), pager=shown)


@router.get("/answers/{answer_id}")
def answer(request: Request, who: Reading, answer_id: str) -> Response:
    """An answer as it was given, for those who may read it: `/a/` shows public ones alone."""
    reply = archive(request).answer(answer_id, who.audience)
    return page(request, "answer.html", who, reply=reply)


@router.get("/desk.css")
def css() -> Response:
    headers = {"Cache-Control": "public, max-age=3600"}
    return Response(style_sheet(), media_type="text/css", headers=headers)
