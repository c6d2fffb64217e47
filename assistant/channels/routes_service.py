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

from assistant.channels import operations
from assistant.channels.problems import answer as problem
from assistant.channels.routes_ask import problems
from assistant.channels.services import archive, services
from assistant.channels.stream import ClientGone, Emit, WorkerStream
from assistant.errors import AssistantError, BadInput, NotFound, Unauthenticated, UnknownName

log = logging.getLogger("assistant.http")
router = APIRouter()

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
    if name not in operations.BY_NAME:
        raise UnknownName("operation", name, operations.BY_NAME)
    work = _bound(operations.BY_NAME[name], await _arguments(request))
    return WorkerStream(
        partial(_lines, lambda progress: work(found.assistant, progress)),
        media_type=LINES,
        turns=found.commands,
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


Progress = operations.ProgressSink
Work = Callable[[object, Progress], object]


def _bound(operation: Callable[..., object], arguments: dict[str, object]) -> Work:
    """The operation with its arguments. Raises BadInput when they don't fit it."""
    signature = inspect.signature(operation)
    try:
        signature.bind(None, **arguments)
    except TypeError as error:
        raise BadInput(f"{operation.__name__}: {error}") from error
    if "progress" in signature.parameters:
        return lambda assistant, progress: operation(assistant, **arguments, progress=progress)
    return lambda assistant, _progress: operation(assistant, **arguments)


def _lines(work: Callable[[Progress], object], emit: Emit) -> None:
    def progress(done: int, total: int, name: str) -> None:
        emit(_line({"progress": [done, total, name]}))

    try:
        emit(_line({"result": work(progress)}))
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
