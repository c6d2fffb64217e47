"""Who can read a channel: full members of the newsroom's own workspace alone, or others too.

Asked anew each time: what was so a minute ago says nothing once a guest has joined or another
company was let in. Whatever Slack does not say is taken for others; a Slack that can't be asked
just now is asked again.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from typing import Any

from slack_sdk import WebClient

from assistant.channels.slack.calls import TROUBLE, Later, error_of, meaning
from assistant.channels.slack.workspaces import Workspace
from assistant.types import Audience

log = logging.getLogger("assistant.slack")

MOST_MEMBERS = 200
"""Who can read a larger channel is not looked up: it counts as read by others."""
FEW = 20
"""So many people are looked up one by one; more, by lists of all people."""
MOST_PAGES = 5
"""Lists of a thousand people that are read to find them."""

SHARED = (
    "is_ext_shared",
    "is_shared",
    "is_org_shared",
    "is_pending_ext_shared",
    "is_global_shared",
)
OTHERS = ("pending_shared", "pending_connected_team_ids", "connected_team_ids")
"""Fields of a channel that are empty lists where nobody else reads it."""


class Readers:
    """Who can read a channel, while one answer is given there.

    Its sharing and its members are asked for each time. What a member is, once: in the seconds
    that an answer takes, people come and go, but don't become guests.
    """

    def __init__(
        self, workspace: Workspace, channel: str, rule: str, *, last: bool = False
    ) -> None:
        """`rule` is the setting ASSISTANT_SLACK_INTERNAL_CHANNELS. `last`: nobody asks again."""
        self._last = last
        self._workspace = workspace
        self._channel = channel
        self._is_named = _is_named(channel, rule)
        self._staff: dict[str, bool] = {}

    def audience(self) -> Audience:
        """What may be told there now. Raises Later where Slack can't be asked now."""
        if not self._workspace.own or not self._is_named:
            return "public"
        try:
            closed = self._is_closed()
        except Exception as error:  # whatever Slack did not say rightly
            if not self._last:
                _raise_passing(error)
            why = error_of(error) or repr(error)
            log.warning("who reads %s is not known (%s): told what is public", self._channel, why)
            return "public"
        return "internal" if closed else "public"

    def is_still(self, audience: Audience) -> bool:
        """Whether that may be told there now, for all that Slack says."""
        try:
            return audience == "public" or self.audience() == audience
        except Later:
            return False

    def _is_closed(self) -> bool:
        client, team = self._workspace.client, self._workspace.team
        info: Mapping[str, Any] = client.conversations_info(channel=self._channel)["channel"]
        if any(info.get(name) for name in (*SHARED, *OTHERS)):
            return False
        if info.get("context_team_id", team) != team:
            return False
        if set(info.get("shared_team_ids") or [team]) != {team}:
            return False
        members = list(_members(client, self._channel))
        if not members or len(members) > MOST_MEMBERS:
            return False
        unknown = [each for each in members if each not in self._staff]
        if len(unknown) > FEW:
            self._look_up_all(set(unknown))
        return all(self._is_staff(each) for each in members)

    def _is_staff(self, user: str) -> bool:
        if user not in self._staff:
            told = self._workspace.client.users_info(user=user)["user"]
            self._staff[user] = _is_staff(told, self._workspace.team)
        return self._staff[user]

    def _look_up_all(self, wanted: set[str]) -> None:
        """Many at once, where the workspace is not too large for that; else one by one."""
        cursor = ""
        for _ in range(MOST_PAGES):
            try:
                page = self._workspace.client.users_list(limit=1_000, cursor=cursor)
            except TROUBLE as error:
                log.info("users.list: %s", error_of(error) or repr(error))
                return
            for user in page["members"]:
                if user["id"] in wanted:
                    self._staff[user["id"]] = _is_staff(user, self._workspace.team)
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor or wanted <= set(self._staff):
                return


def of_person(workspace: Workspace, user: str, *, last: bool = False) -> Audience:
    """What one person may be told in private. Raises Later as `Readers.audience` does."""
    if not workspace.own:
        return "public"
    try:
        staff = _is_staff(workspace.client.users_info(user=user)["user"], workspace.team)
    except Exception as error:
        if not last:
            _raise_passing(error)
        log.warning("who %s is is not known (%r): shown what is public", user, error)
        return "public"
    return "internal" if staff else "public"


def _raise_passing(error: Exception) -> None:
    """A hiccup says nothing of who reads."""
    if isinstance(error, TROUBLE) and isinstance(told := meaning(error), Later):
        raise told from error


def _is_named(channel: str, rule: str) -> bool:
    if rule.strip() in ("staff", "none"):
        return rule.strip() == "staff"
    return channel in [each.strip() for each in rule.split(",")]


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
