"""A request to the Web API, the table of its methods, and what they share."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from support.slack_limits import Refused
from support.slack_world import Channel, Json, Team, User

if TYPE_CHECKING:
    from support.slack_server import SlackServer


@dataclass(kw_only=True)
class Call:
    """One request to a method. `answer` is None until it was carried out.

    `headers` are the request's; `body`, when set, is sent instead of the answer as JSON; `cut`
    closes the connection instead of answering.
    """

    number: int
    method: str
    args: Json
    token: str | None
    team: Team | None
    at: float
    answer: Json | None = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    basic: tuple[str, str] | None = None
    body: bytes | None = None
    cut: bool = False
    answer_headers: dict[str, str] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        return bool(self.answer and self.answer.get("ok"))

    @property
    def error(self) -> str | None:
        return (self.answer or {}).get("error")


Method = Callable[["SlackServer", Call], Json]
METHODS: dict[str, Method] = {}


def method(name: str) -> Callable[[Method], Method]:
    def keep(function: Method) -> Method:
        METHODS[name] = function
        return function

    return keep


# -- finding -----------------------------------------------------


def team_of(call: Call) -> Team:
    assert call.team is not None
    return call.team


def channel_of(slack: SlackServer, call: Call, name: str = "channel") -> Channel:
    """The channel of a call, when the app may know of it."""
    team, wanted = team_of(call), call.args.get(name)
    channel = slack.channels.get(str(wanted))
    if channel is None or team.id not in channel.teams:
        raise Refused("channel_not_found")
    if channel.kind != "public" and not channel.has(team.bot_user_id):
        raise Refused("channel_not_found")
    return channel


def writable_of(slack: SlackServer, call: Call, name: str = "channel") -> Channel:
    wanted = str(call.args.get(name))
    if wanted in slack.users and name == "channel" and call.method.startswith("chat.post"):
        return slack.open_im(slack.users[wanted], team=team_of(call))
    channel = channel_of(slack, call, name)
    if channel.is_archived:
        raise Refused("is_archived")
    if not channel.has(team_of(call).bot_user_id):
        raise Refused("not_in_channel")
    return channel


def user_of(slack: SlackServer, call: Call, name: str = "user") -> User:
    user = slack.users.get(str(call.args.get(name)))
    if user is None:
        raise Refused("user_not_found")
    return user


def page_of(slack: SlackServer, call: Call, items: list[Any]) -> tuple[list[Any], Json]:
    """One page of the items and what Slack says of the next one."""
    try:
        start = int(str(call.args.get("cursor") or "0").removeprefix("page:"))
    except ValueError:
        raise Refused("invalid_cursor") from None
    limit = min(int(call.args.get("limit") or 100), slack.page_size or 1_000)
    end = start + limit
    following = f"page:{end}" if end < len(items) else ""
    return items[start:end], {"response_metadata": {"next_cursor": following}}


def decoded(value: Any, error: str) -> Any:
    """Form bodies carry JSON as text."""
    if isinstance(value, str):
        try:
            return json.loads(value)
        except ValueError:
            raise Refused(error) from None
    return value


def is_true(value: Any) -> bool:
    return value in (True, "1", "true", 1)
