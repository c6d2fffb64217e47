"""Calls to Slack: the client, and what an error of it means for the work in hand."""

from __future__ import annotations

import http.client
import logging
from collections.abc import Mapping
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.http_retry import RateLimitErrorRetryHandler
from slack_sdk.http_retry.request import HttpRequest
from slack_sdk.http_retry.response import HttpResponse
from slack_sdk.http_retry.state import RetryState

API = "https://slack.com/api/"
TIMEOUT_S = 15
SHORT_S = 3
"""A rate limit of so many seconds is waited for at once; for a longer one the job waits."""

PASSING = {
    "ratelimited", "rate_limited", "internal_error", "fatal_error", "service_unavailable",
    "request_timeout", "team_added_to_org", "accesslimited", "streaming_state_conflict",
}  # fmt: skip
"""Errors that go away by themselves."""
CLOSED = {
    "channel_not_found", "not_in_channel", "is_archived", "restricted_action",
    "restricted_action_thread_locked", "thread_not_found", "messages_tab_disabled",
    "restricted_action_read_only_channel", "user_not_in_channel", "cannot_reply_to_message",
}  # fmt: skip
"""Errors that say that the app may not write in a channel or thread."""
DEAD = {
    "not_authed", "invalid_auth", "account_inactive", "token_revoked", "token_expired",
    "missing_scope", "no_permission", "not_allowed_token_type", "org_login_required",
    "ekm_access_denied", "team_access_not_granted", "unknown_method", "enterprise_is_restricted",
}  # fmt: skip
"""Errors that say that the app may not do this at all."""
TROUBLE: tuple[type[Exception], ...] = (
    SlackClientError,
    OSError,
    http.client.HTTPException,
    ValueError,  # an answer that is no JSON
)
"""All that a call can raise. Of OSError nobody knows whether the call was carried out."""

log = logging.getLogger("assistant.slack")


class Later(Exception):
    """Try again, after so many seconds at least where Slack said so."""

    def __init__(self, why: str, seconds: float | None = None) -> None:
        super().__init__(why)
        self.seconds = seconds


class Never(Exception):
    """Trying again is of no use. The message is the reason that is kept, `error` Slack's word."""

    def __init__(self, why: str, error: str = "") -> None:
        super().__init__(why)
        self.error = error


class _ShortLimits(RateLimitErrorRetryHandler):
    """Waits for a rate limit that is short; a long one would hold a worker, and its end, up."""

    def _can_retry(
        self,
        *,
        state: RetryState,
        request: HttpRequest,
        response: HttpResponse | None = None,
        error: Exception | None = None,
    ) -> bool:
        if response is None or response.status_code != http.client.TOO_MANY_REQUESTS:
            return False
        wait = retry_after({name: each[0] for name, each in response.headers.items() if each})
        return wait is not None and wait <= SHORT_S


def client_of(token: str | None, api_url: str | None) -> WebClient:
    """A client that repeats nothing by itself but what Slack refused for its rate.

    A call whose answer was lost may have been carried out: only who made it can know whether
    making it again would say something twice.
    """
    return WebClient(
        token=token,
        base_url=api_url or API,
        timeout=TIMEOUT_S,
        retry_handlers=[_ShortLimits(max_retry_count=2)],
        logger=logging.getLogger("assistant.slack.api"),
    )


def error_of(error: Exception) -> str:
    """Slack's word for what went wrong; "" for what is no answer of Slack's."""
    if not isinstance(error, SlackApiError):
        return ""
    found = error.response.get("error") if error.response is not None else None
    # of an answer that is no JSON the client says so in a sentence: Slack's own words have no space
    return "" if " " in str(found or "") else str(found or "")


def meaning(error: Exception) -> Later | Never:
    """Whether a call that failed is worth making again."""
    if not isinstance(error, SlackApiError):
        return Later(f"Slack can't be reached: {error!r}")
    name, status = error_of(error), _status(error)
    if status == http.client.TOO_MANY_REQUESTS or name in ("ratelimited", "rate_limited"):
        return Later("Slack's rate limit", retry_after(_headers(error)))
    if not name or status >= http.client.INTERNAL_SERVER_ERROR or name in PASSING:
        return Later(f"Slack answered {status} {name}".strip())
    return Never(f"Slack refused: {name}", name)


def retry_after(headers: Mapping[str, Any]) -> float | None:
    """Seconds, of the header Retry-After."""
    for name, value in headers.items():
        if name.lower() == "retry-after" and str(value).isdecimal():
            return float(value)
    return None


def _status(error: SlackApiError) -> int:
    code = getattr(error.response, "status_code", None)
    if code is None and isinstance(error.response, dict):
        code = error.response.get("status")
    return int(code or 0)


def _headers(error: SlackApiError) -> Mapping[str, Any]:
    found = getattr(error.response, "headers", None)
    if found is None and isinstance(error.response, dict):
        found = error.response.get("headers")
    return found or {}
