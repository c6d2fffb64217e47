"""Said to one person: where they pressed or asked, or at the address that Slack gave for that."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from slack_sdk.webhook import WebhookClient

from assistant.channels.slack.blocks import Rendered
from assistant.channels.slack.calls import TROUBLE, Later, Never, error_of, meaning
from assistant.channels.slack.workspaces import Workspaces


def alone(workspaces: Workspaces, body: Mapping[str, Any], text: str) -> None:
    """To whoever the job is of, in its thread. Raises Later, Never."""
    client = workspaces.get(body["team"]).client
    try:
        client.chat_postEphemeral(
            channel=body["channel"], user=body["user"], thread_ts=body["thread_ts"], text=text
        )
    except TROUBLE as error:
        told = meaning(error)
        if isinstance(told, Never) and body["response_url"]:
            return whisper(body["response_url"], Rendered(text=text))
        raise told from error


def whisper(url: str, shown: Rendered) -> None:
    """To one person, where the app is not in the channel. Raises Later, Never."""
    sent: dict[str, Any] = {"text": shown.text, "response_type": "ephemeral"}
    if shown.blocks:
        sent["blocks"] = shown.blocks
    try:
        response = WebhookClient(url, timeout=15).send_dict(sent | {"replace_original": False})
    except TROUBLE as error:
        raise Later(f"Slack can't be reached: {error_of(error) or error!r}") from error
    if response.status_code == 429 or response.status_code >= 500:
        raise Later(f"Slack answered {response.status_code} at the response URL")
    if response.status_code != 200:
        raise Never(f"the response URL is closed ({response.status_code})")
