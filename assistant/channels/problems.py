"""RFC 9457 problem details: the one shape of every error over HTTP."""

from __future__ import annotations

from http import HTTPStatus
from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import Receive, Scope, Send

from assistant.channels.negotiation import prefers
from assistant.channels.openai_errors import NotTaken, openai_error, speaks_openai
from assistant.channels.stream import ClientGone
from assistant.channels.web import problem_page
from assistant.errors import AssistantError, TooManyRequests
from assistant.shapes import ProblemJson

MEDIA_TYPE = "application/problem+json"


def problem_json(
    status: int,
    detail: str,
    *,
    path: str,
    request_id: str,
    errors: list[str] | None = None,
    param: str | None = None,
) -> ProblemJson:
    """`param` names the member of a request that is at fault, for OpenAI's clients alone."""
    problem: ProblemJson = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "instance": quote(path),
        "request_id": request_id,
    }
    if errors:
        problem["errors"] = errors
    if speaks_openai(path):
        problem["error"] = openai_error(status, detail, param)
    return problem


def install(app: FastAPI) -> None:
    """Every error that a route can raise leaves as a problem, or as a page for a browser."""
    app.add_exception_handler(AssistantError, _ours)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _validation)
    app.add_exception_handler(ClientGone, _nobody)


def request_id(request: Request) -> str:
    return str(request.scope.get("request_id", ""))


def answer(
    request: Request,
    status: int,
    detail: str,
    *,
    errors: list[str] | None = None,
    headers: dict[str, str] | None = None,
    param: str | None = None,
) -> Response:
    problem = problem_json(
        status,
        detail,
        path=request.url.path,
        request_id=request_id(request),
        errors=errors,
        param=param,
    )
    return rendered(problem, request.headers.get("accept", ""), headers)


def rendered(problem: ProblemJson, accept: str, headers: dict[str, str] | None = None) -> Response:
    """A page for whoever would rather have one, else JSON."""
    if prefers(accept, "text/html", "application/json"):
        page = problem_page(problem, (headers or {}).get("Retry-After"))
        return HTMLResponse(page, problem["status"], headers)
    return JSONResponse(problem, problem["status"], headers, MEDIA_TYPE)


def _ours(request: Request, error: Exception) -> Response:
    status = error.status if isinstance(error, AssistantError) else 500
    headers = {"WWW-Authenticate": "Bearer"} if status == HTTPStatus.UNAUTHORIZED else None
    if isinstance(error, TooManyRequests):
        headers = {"Retry-After": str(error.retry_after)}
        request.app.state.services.metrics.refused(error.reason)
    param = error.param if isinstance(error, NotTaken) else None
    return answer(request, status, str(error), headers=headers, param=param)


class _Silence(Response):
    """Sends nothing: the client left before there was an answer."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        return


def _nobody(_request: Request, _error: Exception) -> Response:
    return _Silence()


def _http(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    detail = {
        404: f"nothing is served at {request.url.path}",
        405: f"{request.method} is not answered at {request.url.path}",
    }.get(error.status_code, error.detail)
    headers = dict(error.headers) if error.headers else None
    return answer(request, error.status_code, detail, headers=headers)


def _validation(request: Request, error: Exception) -> Response:
    if not isinstance(error, RequestValidationError):
        raise error
    found = [
        (".".join(str(part) for part in e["loc"]), e["type"], e["msg"]) for e in error.errors()
    ]
    if any(kind == "json_invalid" for _, kind, _ in found):
        return answer(request, 400, "the body is not JSON")
    errors = [f"{where}: {message}" for where, _, message in found]
    refused = 400 if speaks_openai(request.url.path) else 422  # as OpenAI's clients know it
    param = found[0][0].removeprefix("body.") if found else None
    return answer(request, refused, "; ".join(errors), errors=errors, param=param)
