"""How every answer of the desk leaves: as a page, errors too, with the desk's own headers."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool

from assistant.channels.desk.entry import PATH, VISITOR, keep, sessions, visitor
from assistant.channels.desk.views import page
from assistant.errors import AssistantError, Forbidden, TooManyRequests, Unauthenticated

POLICY = (
    "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)

PageNumber = Annotated[int, Query(alias="page", ge=1, le=1_000_000)]
Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class DeskRoute(APIRoute):
    """Errors become pages of the desk; somebody who is not in gets the form to sign in."""

    def get_route_handler(self) -> Handler:
        handle = super().get_route_handler()

        async def handled(request: Request) -> Response:
            try:
                response = await handle(request)
            except (AssistantError, RequestValidationError) as error:
                response = await run_in_threadpool(refused, request, error)
            return dressed(request, response)

        return handled


def desk_router() -> APIRouter:
    """Routes of the desk; none is part of the described API."""
    return APIRouter(prefix=PATH, include_in_schema=False, route_class=DeskRoute)


def refused(request: Request, error: AssistantError | RequestValidationError) -> Response:
    """The page of an error."""
    if isinstance(error, Unauthenticated):
        response = sign_in_page(request, 401, _why(request, error))
        response.headers["WWW-Authenticate"] = "Bearer"
        return response
    if isinstance(error, RequestValidationError):
        status, detail = 422, "this address can't be read: go back to the desk"
    else:
        status, detail = error.status, str(error)
    name = "Not allowed" if isinstance(error, Forbidden) else HTTPStatus(status).phrase
    response = page(request, "refused.html", None, status, name=name, detail=detail)
    if isinstance(error, TooManyRequests):
        response.headers["Retry-After"] = str(error.retry_after)
    return response


def _why(request: Request, error: Unauthenticated) -> str | None:
    """Nothing was tried yet by somebody who only opens the desk."""
    tried = request.method == "POST" or "authorization" in request.headers
    return str(error) if tried else None


def sign_in_page(request: Request, status: int = 200, wrong: str | None = None) -> Response:
    found = sessions(request)
    return page(
        request,
        "sign_in.html",
        None,
        status,
        form_token=found.token(visitor(request)),
        hours=found.seconds // 3600,
        wrong=wrong,
    )


def dressed(request: Request, response: Response) -> Response:
    response.headers["Content-Security-Policy"] = POLICY
    response.headers.setdefault("Cache-Control", "no-store")
    if cookie := getattr(request.state, "desk_cookie", None):
        keep(request, response, VISITOR, cookie)
    return response
