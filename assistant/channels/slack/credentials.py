"""Whether the settings are enough to speak with Slack, and what they lack by name."""

from __future__ import annotations

from assistant.errors import BadInput
from assistant.settings import Settings


def missing(settings: Settings) -> str | None:
    """What the settings lack to speak with Slack, with their names; None when they are enough."""
    speaks = settings.slack_bot_token or (settings.slack_client_id and settings.slack_client_secret)
    if not speaks:
        return (
            "no token speaks for the assistant: set ASSISTANT_SLACK_BOT_TOKEN, or, to let "
            "workspaces install the app, ASSISTANT_SLACK_CLIENT_ID and "
            "ASSISTANT_SLACK_CLIENT_SECRET"
        )
    if not settings.slack_app_token and not settings.slack_signing_secret:
        return (
            "there is no way in for events: set ASSISTANT_SLACK_APP_TOKEN for Socket Mode, or "
            "ASSISTANT_SLACK_SIGNING_SECRET for events over HTTP"
        )
    return None


def wanted(settings: Settings) -> bool:
    """Whether any setting speaks of Slack's credentials."""
    return any(
        getattr(settings, f"slack_{name}")
        for name in ("bot_token", "app_token", "signing_secret", "client_id", "client_secret")
    )


def must_be_complete(settings: Settings) -> None:
    """Raises BadInput, which names what is missing."""
    if lack := missing(settings):
        raise BadInput(lack)
