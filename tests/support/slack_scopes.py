"""Which OAuth scope each method of Slack's Web API asks for."""

from __future__ import annotations

from support.slack_calls import Call
from support.slack_limits import Refused
from support.slack_world import Channel

_PLACES = {"public": "channels", "private": "groups", "im": "im", "mpim": "mpim"}
_TYPES = {"public_channel": "channels", "private_channel": "groups", "im": "im", "mpim": "mpim"}
_NEEDED = {
    "users.info": {"users:read"},
    "bots.info": {"users:read"},
    "reactions.add": {"reactions:write"},
    "reactions.remove": {"reactions:write"},
    "conversations.open": {"im:write", "mpim:write"},
}
"""Any one of these scopes will do."""
EVERY_SCOPE = [
    "app_mentions:read", "assistant:write", "chat:write", "commands", "reactions:write",
    "users:read", "im:write", "mpim:write",
    *(f"{place}:{what}" for place in _PLACES.values() for what in ("read", "history")),
]  # fmt: skip


def check_scope(call: Call, channel: Channel | None, granted: str) -> None:
    """Refused("missing_scope") where the app was not granted what the method asks for."""
    needed = _needed(call, channel)
    if needed and not needed & set(granted.split(",")):
        raise Refused("missing_scope", needed=",".join(sorted(needed)), provided=granted)


def _needed(call: Call, channel: Channel | None) -> set[str]:
    if call.method in _NEEDED:
        return _NEEDED[call.method]
    if call.method.startswith(("chat.", "agents.")):
        # Permalinks ask for nothing.
        return set() if call.method == "chat.getPermalink" else {"chat:write"}
    if call.method.startswith("assistant."):
        return {"assistant:write", "chat:write"}
    if call.method == "users.conversations":
        types = str(call.args.get("types") or "public_channel").split(",")
        missing = [f"{_TYPES[each]}:read" for each in types if each in _TYPES]
        return set(missing[:1])
    if call.method.startswith("conversations.") and channel is not None:
        what = "history" if call.method.endswith(("replies", "history")) else "read"
        return {f"{_PLACES[channel.kind]}:{what}"}
    return set()
