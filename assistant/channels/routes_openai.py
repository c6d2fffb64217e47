"""HTTP: the same answers for OpenAI's clients."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from assistant.channels.asking import EVENTS, Asked, reply_to, stream_to
from assistant.channels.auth import Caller
from assistant.channels.openai_chat import (
    MODEL,
    THE_MODEL,
    ChatRequest,
    Chunks,
    CompletionJson,
    ModelJson,
    ModelsJson,
    completion,
)
from assistant.channels.routes_ask import Docs, problems
from assistant.channels.services import Chatter, Program, services
from assistant.errors import NotFound

router = APIRouter()

# Named so that FastAPI doesn't promise a 422: OpenAI's clients know what they sent by a 400.
ELSE: Docs = {"default": problems(500)[500]}


@router.post(
    "/v1/chat/completions",
    response_model=CompletionJson,
    responses={
        200: {
            "description": "A chat completion with the Reply under `newsroom_assistant`; with "
            "`stream`, chunks: each claim as it is verified, then the sources and notices.",
            "content": {EVENTS: {"schema": {"type": "string"}}},
        },
        **problems(400, 401, 403, 413, 429, 503),
        **ELSE,
    },
    summary="Ask the archive, for OpenAI's clients",
)
async def chat(request: Request, body: ChatRequest, caller: Chatter) -> Response:
    body.must_be_possible()
    asked = _asked(body, caller)
    created = int(services(request).settings.clock().timestamp())
    if body.stream:
        options = body.stream_options
        usage = bool(options and options.include_usage)
        return stream_to(request, asked, Chunks(created, usage=usage))
    return JSONResponse(completion(await reply_to(request, asked), created))


def _asked(body: ChatRequest, caller: Caller) -> Asked:
    return {
        "question": body.question(),
        "audience": caller.reading(body.audience),
        "history": body.history(),
        "conversation_id": None,  # the client sends the conversation itself
        "as_claim": body.as_ == "claim",
    }


@router.get(
    "/v1/models",
    response_model=ModelsJson,
    responses={**problems(401, 403), **ELSE},
    summary="The one model, for OpenAI's clients",
)
def models(_caller: Program) -> Response:
    return JSONResponse({"object": "list", "data": [THE_MODEL]})


@router.get(
    "/v1/models/{model}",
    response_model=ModelJson,
    responses={**problems(401, 403, 404), **ELSE},
    summary="A model by its name, for OpenAI's clients",
)
def model(model: str, _caller: Program) -> Response:
    if model != MODEL:
        raise NotFound(f"no model {model!r}; the one here is {MODEL!r}")
    return JSONResponse(THE_MODEL)
