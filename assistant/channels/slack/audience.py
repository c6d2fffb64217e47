"""Who can read a channel: full members of the newsroom's own workspace alone, or others too.

Asked anew each time: what was so a minute ago says nothing once a guest has joined or another
company was let in. Whatever Slack does not say is taken for others.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from typing import Any

from slack_sdk import WebClient

from assistant.channels.slack.calls import TROUBLE
from assistant.channels.slack.workspaces import Workspace
from assistant.types import Audience

log = logging.getLogger("assistant.slack")

MOST_MEMBERS = 200
"""Who can read a larger channel is not looked up, one by one; it counts as read by others."""

SHARED = (
    "is_ext_shared",
    "is_shared",
    "is_org_shared",
    "is_pending_ext_shared",
    "is_global_shared",
)
OTHERS = ("pending_shared", "pending_connected_team_ids", "connected_team_ids")
"""Fields of a channel that are empty lists where nobody else reads it."""


def of_channel(workspace: Workspace, channel: str, rule: str) -> Audience:
    """What may be told in a channel. `rule` is the setting ASSISTANT_SLACK_INTERNAL_CHANNELS."""
    if not workspace.own or not _is_named(channel, rule):
        return "public"
    try:
        closed = _is_closed(workspace.client, channel, workspace.team)
    except TROUBLE as error:
        log.warning("who reads %s is not known (%r): it gets what is public", channel, error)
        return "public"
    return "internal" if closed else "public"


def of_person(workspace: Workspace, user: str) -> Audience:
    """What one person may be told in private."""
    if not workspace.own:
        return "public"
    try:
        staff = _is_staff(workspace.client.users_info(user=user)["user"], workspace.team)
    except TROUBLE as error:
        log.warning("who %s is is not known (%r): shown what is public", user, error)
        return "public"
    return "internal" if staff else "public"


def _is_named(channel: str, rule: str) -> bool:
    if rule.strip() in ("staff", "none"):
        return rule.strip() == "staff"
    return channel in [each.strip() for each in rule.split(",")]


def _is_closed(client: WebClient, channel: str, team: str) -> bool:
    info: Mapping[str, Any] = client.conversations_info(channel=channel)["channel"]
    if any(info.get(name) for name in (*SHARED, *OTHERS)):
        return False
    if info.get("context_team_id", team) != team:
        return False
    if set(info.get("shared_team_ids") or [team]) != {team}:
        return False
    members = list(_members(client, channel))
    if not members or len(members) > MOST_MEMBERS:
        return False
    return all(_is_staff(client.users_info(user=each)["user"], team) for each in members)


def _members(client: WebClient, channel: str) -> Iterator[str]:
    """Up to one more than is looked up."""
    cursor, seen = "", 0
    while seen <= MOST_MEMBERS:
        page = client.conversations_members(channel=channel, limit=MOST_MEMBERS, cursor=cursor)
        yield from page["members"]
        seen += len(page["members"])
        cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
        if not cursor:
            return


def _is_staff(user: Mapping[str, Any], team: str) -> bool:
    """A full member of the workspace, or an app that the newsroom installed in it.

    A guest, a person of another workspace, and one of whom Slack tells no role are none.
    """
    if user.get("team_id") != team or user.get("is_stranger"):
        return False
    return user.get("is_restricted") is False and user.get("is_ultra_restricted") is False
