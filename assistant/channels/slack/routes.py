"""HTTP: where Slack sends its events, and where other workspaces install the app."""

from __future__ import annotations

import re

import anyio
from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import Response
from slack_bolt.adapter.starlette.handler import to_bolt_request, to_starlette_response
from slack_bolt.oauth import OAuthFlow

from assistant.channels.slack.beside import Slack
from assistant.channels.slack.paths import EVENTS, INSTALL, REDIRECT
from assistant.errors import NotFound, Unauthenticated

router = APIRouter(include_in_schema=False)

_TIMESTAMP = re.compile(r"\d{1,12}", re.ASCII)


@router.post(EVENTS)
async def events(request: Request) -> Response:
    """Slack's signature decides. Raises Unauthenticated."""
    slack = _slack(request)
    if slack is None or not slack.events:
        raise Unauthenticated(
            "this server knows no signing secret of Slack's: set ASSISTANT_SLACK_SIGNING_SECRET"
        )
    body = await request.body()
    return await anyio.to_thread.run_sync(_dispatched, slack, request, body)


def _dispatched(slack: Slack, request: Request, body: bytes) -> Response:
    try:
        if not _TIMESTAMP.fullmatch(request.headers.get("x-slack-request-timestamp", "0")):
            raise ValueError("the timestamp is no number")
        read = to_bolt_request(request, body)
    except Exception as error:  # no UTF-8, no JSON, no object: nothing that Slack has signed
        raise Unauthenticated("this is no request of Slack's") from error
    return to_starlette_response(slack.door.dispatch(read))


@router.get(INSTALL)
async def install(request: Request) -> Response:
    """The first step of an installation: on to Slack."""
    flow = _flow(request).handle_installation
    asked = to_bolt_request(request, b"")
    return to_starlette_response(await anyio.to_thread.run_sync(flow, asked))


@router.get(REDIRECT)
async def oauth_redirect(request: Request) -> Response:
    """The last step: back from Slack, with a code."""
    flow = _flow(request).handle_callback
    asked = to_bolt_request(request, b"")
    return to_starlette_response(await anyio.to_thread.run_sync(flow, asked))


def _flow(request: Request) -> OAuthFlow:
    slack = _slack(request)
    flow = slack.door.app.oauth_flow if slack and slack.oauth else None
    if flow is None:
        raise NotFound("this server lets no other workspace install the app")
    return flow


def _slack(request: Request) -> Slack | None:
    found = getattr(request.app.state, "slack", None)
    return found if isinstance(found, Slack) else None


def install_in(app: FastAPI, slack: Slack) -> None:
    """Lets an application's routes find what takes Slack's requests."""
    app.state.slack = slack
