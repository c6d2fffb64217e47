"""HTTP: pages for people. They work without scripts, and show what is public."""

from __future__ import annotations

import json
import re
from urllib.parse import parse_qs, quote

import anyio
from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from assistant.channels import operations
from assistant.channels.asking import reply_to
from assistant.channels.auth import FORWARDED, KEYLESS
from assistant.channels.claimreview import MEDIA_TYPE, embedded, in_context, reviews
from assistant.channels.headers import content_policy
from assistant.channels.negotiation import prefers
from assistant.channels.services import address_of, archive, asking, services
from assistant.channels.visits import visit_of
from assistant.channels.web import (
    ICON,
    REASONS,
    Site,
    answer_page,
    ask_page,
    document_page,
    embed_page,
    language_of,
    script,
    style_sheet,
)
from assistant.errors import BadInput, Forbidden, NotFound, Unauthenticated
from assistant.ports import UNDERSTOOD
from assistant.types import Document, Span

router = APIRouter(include_in_schema=False)

FORM = "application/x-www-form-urlencoded"
MAX_COMMENT = 4_000
THEMES = ("light", "dark", "auto")

_NUMBER = re.compile(r"[0-9]{1,9}")


# --- asking ---------------------------------------------------------------------------------------


@router.get("/")
def home(request: Request, q: str = "") -> Response:
    page = ask_page(
        question=q[: operations.MAX_QUESTION],
        examples=archive(request).examples(),
        site=_site(request),
    )
    return _page(page)


@router.post("/")
async def ask(request: Request) -> Response:
    """Answers, then sends the reader to the answer's own page, so that a reload asks nothing."""
    form = _fields(await request.body(), request.headers.get("content-type", ""))
    question, key, after = form.get("question", ""), form.get("key"), form.get("after")
    try:
        authorization = f"Bearer {key}" if key else request.headers.get("authorization")
        await anyio.to_thread.run_sync(asking, request, authorization)
        asked = operations.question_of(question)
        history = await anyio.to_thread.run_sync(_before, request, after)
        reply = await reply_to(
            request,
            {"question": asked, "audience": "public", "history": history, "conversation_id": None},
        )
    except (BadInput, Forbidden) as error:
        shown = question[: operations.MAX_QUESTION]
        page = ask_page(question=shown, error=str(error), after=after, site=_site(request))
        return _page(page, error.status)
    return RedirectResponse(f"/a/{quote(reply['id'], safe='')}", 303)


def _before(request: Request, answer_id: str | None) -> tuple[tuple[str, str], ...]:
    """What the question follows: the answer's own question, as it was understood.

    The form names the answer that it stands under, so a conversation goes on from any permanent
    link, needs nothing kept about its reader, and shares nothing between two readers of a link.
    """
    try:
        reply = archive(request).answer(answer_id) if answer_id else None
    except NotFound:
        return ()
    if reply is None:
        return ()
    return ((UNDERSTOOD, str(reply.get("standalone_question") or reply["question"])),)


def _fields(body: bytes, content_type: str) -> dict[str, str]:
    if content_type.partition(";")[0].strip().lower() != FORM:
        raise BadInput(f"a form is sent as {FORM}; to send JSON, use POST /v1/ask")
    try:
        parsed = parse_qs(body.decode("utf-8", "replace"), max_num_fields=20)
    except ValueError as error:
        raise BadInput("this form has too many fields") from error
    return {name: values[0] for name, values in parsed.items()}


# --- answers --------------------------------------------------------------------------------------


@router.get("/a/{answer_id}")
def answer(request: Request, answer_id: str, thanks: str | None = None) -> Response:
    """The public page of an answer; its id is the only key that it needs."""
    return _answer(request, answer_id, thanked=thanks is not None)


def _answer(
    request: Request, answer_id: str, *, thanked: bool = False, error: BadInput | None = None
) -> Response:
    reply = operations.answer(archive(request), answer_id=answer_id)
    page = answer_page(
        reply,
        archive(request).standing(answer_id),
        thanked=thanked,
        error=str(error) if error else None,
        site=_site(request),
    )
    return _page(page, error.status if error else 200)


@router.post("/a/{answer_id}/feedback")
async def feedback(request: Request, answer_id: str) -> Response:
    """Whoever can read the page may say whether it helped."""
    form = _fields(await request.body(), request.headers.get("content-type", ""))
    return await anyio.to_thread.run_sync(_feedback, request, answer_id, form)


def _feedback(request: Request, answer_id: str, form: dict[str, str]) -> Response:
    _count_reader(request)
    operations.answer(archive(request), answer_id=answer_id)
    try:
        helpful, reason, comment = _said(form)
    except BadInput as error:
        return _answer(request, answer_id, error=error)
    operations.feedback(
        archive(request), answer_id=answer_id, helpful=helpful, reason=reason, comment=comment
    )
    return RedirectResponse(f"/a/{quote(answer_id, safe='')}?thanks#feedback", 303)


def _count_reader(request: Request) -> None:
    """Raises TooManyRequests, or Forbidden for a form that stands on another site."""
    found, visit = services(request), visit_of(request.scope)
    if visit.foreign:
        raise Forbidden(f"forms on {visit.origin} are not taken here")
    local = found.gate.keyless and not visit.forwarded
    found.rates.spend(KEYLESS if local else FORWARDED, visit)


def _said(form: dict[str, str]) -> tuple[bool, str | None, str | None]:
    """(helpful, reason, comment). Raises BadInput."""
    helpful, reason = form.get("helpful"), form.get("reason") or None
    comment = form.get("comment", "").strip() or None
    if helpful not in ("yes", "no"):
        raise BadInput("say whether the answer helped: yes or no")
    if reason is not None and reason not in REASONS:
        raise BadInput("this reason is not one of those offered")
    if comment and len(comment) > MAX_COMMENT:
        raise BadInput(f"the comment is longer than {MAX_COMMENT:,} characters; shorten it")
    return helpful == "yes", reason, comment


# --- documents ------------------------------------------------------------------------------------


@router.get("/d/{document_id:path}")
def document(
    request: Request,
    document_id: str,
    version: str | None = None,
    start: str | None = None,
    end: str | None = None,
) -> Response:
    """A document's page. What makes no sense in the address is left out, and the page says so.

    Who would rather have JSON-LD gets its verdicts as ClaimReview, which the page holds too.
    """
    notes = []
    found = archive(request).document_standing(document_id)
    if version is not None:
        number = _number(version)
        if number is None or not 1 <= number <= found.newest:
            notes.append(
                "There is no such version: this is the newest, and no passage is marked in it."
            )
            start = end = None
        elif number != found.newest:
            found = archive(request).document_standing(document_id, number)
    verdicts = reviews(found, address_of(request))
    if prefers(request.headers.get("accept", ""), MEDIA_TYPE, "text/html"):
        body = json.dumps(in_context(verdicts), ensure_ascii=False)
        return Response(body, media_type=MEDIA_TYPE, headers={"Vary": "Accept"})
    mark = _passage(found.document, start, end)
    if mark is None and (start, end) != (None, None):
        notes.append("The passage that the address names is not in this text: nothing is marked.")
    linked = embedded(in_context(verdicts)) if verdicts else None
    page = _page(document_page(found, mark=mark, notes=notes, reviews=linked))
    page.headers["Vary"] = "Accept"
    return page


def _passage(document: Document, start: str | None, end: str | None) -> Span | None:
    low, high = _number(start), _number(end)
    if low is None or high is None or not low < high <= len(document.text):
        return None
    return Span(start=low, end=high)


def _number(text: str | None) -> int | None:
    return int(text) if text and _NUMBER.fullmatch(text) else None


# --- in a frame -----------------------------------------------------------------------------------


@router.get("/embed")
def embed(request: Request, key: str = "", lang: str = "", theme: str = "") -> Response:
    """The widget alone, for a frame in the pages of the key's sites."""
    sites = _sites(request, key.strip())
    page = embed_page(
        key=key.strip() or None,
        lang=language_of(lang),
        theme=theme if theme in THEMES else None,
    )
    policy = content_policy(scripts=True, framed_by=("'self'", *sites))
    headers = {
        "Content-Security-Policy": policy,
        "Cross-Origin-Resource-Policy": "cross-origin",
    }
    return HTMLResponse(page, headers=headers)


def _sites(request: Request, key: str) -> tuple[str, ...]:
    """The origins that may frame the widget. Raises Forbidden, TooManyRequests."""
    found = services(request)
    if not key and found.gate.keyless:
        return ()
    refused = Forbidden(
        "this address needs the key of a widget: make one with "
        "`assistant keys create --widget --origin URL` and put it behind ?key="
    )
    if not key:
        raise refused
    try:
        who = found.gate.admit(f"Bearer {key}")
    except Unauthenticated as error:
        found.rates.key_failed(visit_of(request.scope))
        raise refused from error
    if not who.widget:
        raise Forbidden(
            "this is a secret key, and an address is not the place for one: make a key for the "
            "widget, and revoke this one"
        )
    return who.origins


# --- what all pages share -------------------------------------------------------------------------


@router.get("/page.css")
def css() -> Response:
    return _asset(style_sheet(), "text/css")


@router.get("/icon.svg")
def icon() -> Response:
    return _asset(ICON, "image/svg+xml")


@router.get("/page.js")
def js() -> Response:
    return _asset(script(), "text/javascript")


def _asset(text: str, media_type: str) -> Response:
    headers = {"Cache-Control": "public, max-age=3600"}
    return Response(text, media_type=media_type, headers=headers)


def _page(text: str, status: int = 200) -> Response:
    headers = {"Content-Security-Policy": content_policy(scripts=True)}
    return HTMLResponse(text, status, headers)


def _site(request: Request) -> Site:
    return Site(
        base=address_of(request),
        needs_key=not services(request).gate.keyless,
        scripts=True,
    )
