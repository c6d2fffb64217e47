"""The app as Slack is told of it: its name, entry points, events and scopes."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any
from urllib.parse import urlsplit

from assistant.channels.slack.paths import EVENTS, REDIRECT
from assistant.errors import BadInput


def manifest(url: str | None = None) -> dict[str, Any]:
    """For Socket Mode; with the public address of the server, for HTTP.

    Raises BadInput for an address that Slack would not take.
    """
    found: dict[str, Any] = json.loads(
        files("assistant.channels.slack").joinpath("manifest.json").read_text(encoding="utf-8")
    )
    if url is None:
        return found
    base = _public(url)
    settings = found["settings"]
    settings["socket_mode_enabled"] = False
    settings["event_subscriptions"] |= {"request_url": base + EVENTS}
    settings["interactivity"] |= {"request_url": base + EVENTS}
    for command in found["features"]["slash_commands"]:
        command["url"] = base + EVENTS
    found["oauth_config"]["redirect_urls"] = [base + REDIRECT]
    return found


def _public(url: str) -> str:
    try:
        address = urlsplit(url)
        usable = address.scheme == "https" and address.hostname and not address.query
    except ValueError:
        usable = False
    if not usable:
        raise BadInput(f"{url!r} is no address that Slack calls; give it as https://news.example")
    return url.rstrip("/")
