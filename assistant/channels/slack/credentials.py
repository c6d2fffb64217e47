"""Whether the settings are enough to speak with Slack, and what they lack by name."""

from __future__ import annotations

import re

from assistant.channels.slack.paths import EVENTS
from assistant.errors import BadInput
from assistant.settings import Settings

_CHANNEL = re.compile(r"[CGD][A-Z0-9]+")


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
    return _mistaken(settings)


def _mistaken(settings: Settings) -> str | None:
    """Tokens begin with what they are; the two are easily mixed up."""
    for name, token, begin, other in (
        ("BOT", settings.slack_bot_token, "xoxb-", "xapp-"),
        ("APP", settings.slack_app_token, "xapp-", "xoxb-"),
    ):
        if token and token.startswith(other):
            return f"ASSISTANT_SLACK_{name}_TOKEN must begin with {begin}: look which token it is"
    if bool(settings.slack_client_id) != bool(settings.slack_client_secret):
        return "ASSISTANT_SLACK_CLIENT_ID and ASSISTANT_SLACK_CLIENT_SECRET go together: set both"
    rule = [each.strip() for each in settings.slack_internal_channels.split(",")]
    if rule not in (["staff"], ["none"]) and not all(_CHANNEL.fullmatch(each) for each in rule):
        return (
            "ASSISTANT_SLACK_INTERNAL_CHANNELS must be staff, none, or ids of channels like "
            "C0123456789, comma-separated: a channel's id stands at the end of its details"
        )
    return None


def described(settings: Settings) -> str:
    """What the settings amount to, without any of their secrets."""
    ways = []
    if settings.slack_app_token:
        ways.append("Socket Mode")
    if settings.slack_signing_secret:
        ways.append(f"events over HTTP at {EVENTS}")
    others = "; other workspaces may install it" if settings.slack_client_id else ""
    internal = settings.slack_internal_channels
    return f"set up for {' and '.join(ways)}; internal documents: {internal}{others}"


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
