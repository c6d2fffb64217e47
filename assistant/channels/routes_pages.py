"""HTTP: pages for people. They work without scripts, and show what is public."""

from __future__ import annotations

from urllib.parse import parse_qs

import anyio
from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from assistant.channels import operations
from assistant.channels.asking import reply_to
from assistant.channels.services import archive, asking, services
from assistant.channels.web import answer_page, ask_page, style_sheet
from assistant.errors import BadInput, Forbidden

router = APIRouter(include_in_schema=False)

FORM = "application/x-www-form-urlencoded"


@router.get("/")
def home(request: Request, q: str = "") -> Response:
    needs_key = not services(request).gate.keyless
    return HTMLResponse(ask_page(question=q[: operations.MAX_QUESTION], needs_key=needs_key))


@router.post("/")
async def ask(request: Request) -> Response:
    """Answers, then sends the reader to the answer's own page, so that a reload asks nothing."""
    found = services(request)
    form = _fields(await request.body(), request.headers.get("content-type", ""))
    question, key = form.get("question", ""), form.get("key")
    try:
        authorization = f"Bearer {key}" if key else request.headers.get("authorization")
        await anyio.to_thread.run_sync(asking, request, authorization)
        asked = operations.question_of(question)
        reply = await reply_to(
            request,
            {"question": asked, "audience": "public", "history": (), "conversation_id": None},
        )
    except (BadInput, Forbidden) as error:
        page = ask_page(
            question=question[: operations.MAX_QUESTION],
            needs_key=not found.gate.keyless,
            error=str(error),
        )
        return HTMLResponse(page, error.status)
    return RedirectResponse(f"/a/{reply['id']}", 303)


def _fields(body: bytes, content_type: str) -> dict[str, str]:
    if content_type.partition(";")[0].strip().lower() != FORM:
        raise BadInput(f"a form is sent as {FORM}; to send JSON, use POST /v1/ask")
    parsed = parse_qs(body.decode("utf-8", "replace"), max_num_fields=20)
    return {name: values[0] for name, values in parsed.items()}


@router.get("/a/{answer_id}")
def answer(request: Request, answer_id: str) -> Response:
    """The public page of an answer; its id is the only key that it needs."""
    return HTMLResponse(answer_page(operations.answer(archive(request), answer_id=answer_id)))


@router.get("/page.css")
def css() -> Response:
    return Response(
        style_sheet(), media_type="text/css", headers={"Cache-Control": "public, max-age=3600"}
    )
