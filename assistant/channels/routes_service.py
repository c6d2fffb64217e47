"""HTTP: the service's own state, and operations for the commands of the home's owner."""

from __future__ import annotations

import hmac
import inspect
import json
import logging
from collections.abc import Callable
from functools import partial
from typing import Literal

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from typing_extensions import TypedDict

from assistant.channels import operations, operations_chat
from assistant.channels.problems import answer as problem
from assistant.channels.routes_ask import problems
from assistant.channels.services import archive, services
from assistant.channels.stream import ClientGone, Emit, WorkerStream
from assistant.channels.upkeep import (
    auditing,
    calibrating,
    linking,
    recalling,
    refreshing,
    watching,
)
from assistant.errors import AssistantError, BadInput, NotFound, Unauthenticated, UnknownName

log = logging.getLogger("assistant.http")
router = APIRouter()

OPERATIONS = {
    **operations.BY_NAME,
    **operations_chat.BY_NAME,
    **recalling.BY_NAME,
    **auditing.BY_NAME,
    **calibrating.BY_NAME,
    **refreshing.BY_NAME,
    **watching.BY_NAME,
    **linking.BY_NAME,
}

OF_OTHER_HOSTS = {"watch_once", "refresh", "refresh_due"}
"""Operations that wait for other hosts."""

LINES = "application/x-ndjson"


class Health(TypedDict):
    status: Literal["ok"]


@router.get("/healthz", response_model=Health, summary="Is the process alive?")
async def healthz() -> Response:
    return JSONResponse({"status": "ok"})


@router.get(
    "/readyz", response_model=Health, responses=problems(503), summary="Can it answer questions?"
)
def readyz(request: Request) -> Response:
    found = archive(request).ready()
    if found:
        return problem(request, 503, "; ".join(found), errors=list(found))
    return JSONResponse({"status": "ok"})


@router.get(
    "/metrics",
    summary="Counts for Prometheus",
    response_class=Response,
    responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}},
)
def metrics(request: Request) -> Response:
    text = services(request).metrics.text(archive(request).counts())
    return Response(text, media_type="text/plain; version=0.0.4; charset=utf-8")


@router.post("/v1/operations/{name}", include_in_schema=False)
async def operate(request: Request, name: str) -> Response:
    """Runs a command's operation for it: see `session.py` for the lines of the answer."""
    found = services(request)
    _must_be_owner(found.token, request.headers.get("authorization", ""))
    if name not in OPERATIONS:
        raise UnknownName("operation", name, OPERATIONS)
    work = _bound(OPERATIONS[name], await _arguments(request))
    return WorkerStream(
        partial(_lines, partial(work, found.assistant)),
        media_type=LINES,
        turns=found.refreshes if name in OF_OTHER_HOSTS else found.commands,
        keep_alive=b"\n",
    )


def _must_be_owner(token: str | None, authorization: str) -> None:
    if token is None:
        raise NotFound("this server takes no operations")
    if not hmac.compare_digest(authorization.encode(), f"Bearer {token}".encode()):
        raise Unauthenticated("operations need the token that the server wrote into its home")


async def _arguments(request: Request) -> dict[str, object]:
    try:
        arguments = json.loads(await request.body())
    except ValueError as error:
        raise BadInput(f"the arguments are not JSON: {error}") from error
    if not isinstance(arguments, dict):
        raise BadInput("the arguments are not a JSON object")
    return arguments


Sinks = dict[str, Callable[..., None]]
"""Callbacks by the name of the argument that takes them: each call is a line of the answer."""
Work = Callable[[object, Sinks], object]


def _bound(operation: Callable[..., object], arguments: dict[str, object]) -> Work:
    """The operation with its arguments. Raises BadInput when they don't fit it."""
    signature = inspect.signature(operation)
    try:
        signature.bind(None, **arguments)
    except TypeError as error:
        raise BadInput(f"{operation.__name__}: {error}") from error

    def work(assistant: object, sinks: Sinks) -> object:
        taken = {name: sink for name, sink in sinks.items() if name in signature.parameters}
        return operation(assistant, **{**arguments, **taken})

    return work


def _lines(work: Callable[[Sinks], object], emit: Emit) -> None:
    sinks: Sinks = {
        "progress": lambda *made: emit(_line({"progress": made})),
        "emit": lambda *made: emit(_line({"event": made})),
    }
    try:
        emit(_line({"result": work(sinks)}))
    except ClientGone:
        raise
    except AssistantError as error:
        emit(_line({"error": {"name": type(error).__name__, "message": str(error)}}))
    except Exception as error:
        log.exception("an operation failed")
        message = f"unexpected {type(error).__name__} in the server; its log has more: {error}"
        emit(_line({"error": {"name": "AssistantError", "message": message}}))


def _line(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode() + b"\n"
