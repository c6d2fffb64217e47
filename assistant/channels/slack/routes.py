"""HTTP: where Slack sends its events, and where other workspaces install the app."""

from __future__ import annotations

import anyio
from fastapi import APIRouter, Request
from fastapi.responses import Response
from slack_bolt import App
from slack_bolt.adapter.starlette.handler import to_bolt_request, to_starlette_response

from assistant.errors import NotFound, Unauthenticated

router = APIRouter(include_in_schema=False)

EVENTS = "/slack/events"


@router.post(EVENTS)
async def events(request: Request) -> Response:
    """Slack's signature decides. Raises Unauthenticated."""
    app = getattr(request.app.state, "slack_events", None)
    if not isinstance(app, App):
        raise Unauthenticated(
            "this server knows no signing secret of Slack's: set ASSISTANT_SLACK_SIGNING_SECRET"
        )
    body = await request.body()
    return await anyio.to_thread.run_sync(_dispatched, app, request, body)


def _dispatched(app: App, request: Request, body: bytes) -> Response:
    try:
        if not request.headers.get("x-slack-request-timestamp", "0").isdecimal():
            raise ValueError("the timestamp is no number")
        return to_starlette_response(app.dispatch(to_bolt_request(request, body)))
    except ValueError as error:  # no UTF-8, no JSON: nothing that Slack has signed
        raise Unauthenticated("this is no request of Slack's") from error


@router.get("/slack/install")
async def install(request: Request) -> Response:
    """The first step of an installation: on to Slack."""
    app = _oauth(request)
    assert app.oauth_flow
    flow = app.oauth_flow.handle_installation
    asked = to_bolt_request(request, b"")
    return to_starlette_response(await anyio.to_thread.run_sync(flow, asked))


@router.get("/slack/oauth_redirect")
async def oauth_redirect(request: Request) -> Response:
    """The last step: back from Slack, with a code."""
    app = _oauth(request)
    assert app.oauth_flow
    flow = app.oauth_flow.handle_callback
    asked = to_bolt_request(request, b"")
    return to_starlette_response(await anyio.to_thread.run_sync(flow, asked))


def _oauth(request: Request) -> App:
    found = getattr(request.app.state, "slack_oauth", None)
    if not isinstance(found, App):
        raise NotFound("this server lets no other workspace install the app")
    return found


def install_in(app: object, bolt: App, *, events: bool) -> None:
    """Lets an application's routes find the bolt app."""
    state = app.state  # type: ignore[attr-defined]
    state.slack_events = bolt if events else None
    state.slack_oauth = bolt if bolt.oauth_flow else None
