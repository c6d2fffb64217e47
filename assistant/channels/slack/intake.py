"""What Slack sends, read: what is asked, where and by whom; what is nobody's question is left.

Everything is turned into a job of the queue "slack" (see `work.py`). A job's key is the identity of
what was sent, so that the same thing is taken once, however often and to whomever it is sent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypedDict

from assistant.channels.slack.buttons import pressed
from assistant.channels.slack.words import addresses_another, mentions, plain

Payload = Mapping[str, Any]
Entry = Literal["mention", "direct", "thread", "command", "shortcut"]

PEOPLES = (None, "thread_broadcast", "file_share", "me_message")
"""The subtypes of messages that people write; all others tell of edits, joins and the like."""


class AskJson(TypedDict):
    """The body of a job that asks. `ts` is the message's own name, None for a slash command."""

    kind: Literal["ask"]
    entry: Entry
    team: str
    channel: str
    thread_ts: str | None
    ts: str | None
    user: str
    user_team: str
    text: str
    as_claim: bool
    response_url: str | None


class RateJson(TypedDict):
    """The body of a job that keeps what a person said of an answer."""

    kind: Literal["rate"]
    team: str
    channel: str
    thread_ts: str | None
    user: str
    answer_id: str
    helpful: bool
    response_url: str | None


class HomeJson(TypedDict):
    """The body of a job that shows a person the home tab."""

    kind: Literal["home"]
    team: str
    user: str


class ManyJson(TypedDict):
    """The body of a job that tells a person that these are too many questions."""

    kind: Literal["many"]
    team: str
    channel: str
    thread_ts: str | None
    user: str
    response_url: str | None


class PressJson(TypedDict):
    """The body of a job that refreshes a fact-check, of which an answer quoted `version`."""

    kind: Literal["refresh"]
    team: str
    channel: str
    thread_ts: str
    user: str
    document_id: str
    version: int
    response_url: str | None


class RefreshedJson(TypedDict):
    """The body of a job that tells a thread what a refresh has found."""

    kind: Literal["refreshed"]
    team: str
    channel: str
    thread_ts: str
    refresh_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A job to be added. `if_known`: only when the assistant takes part in the thread."""

    key: str
    lane: str
    body: AskJson | RateJson | HomeJson | ManyJson | PressJson
    if_known: bool = False


def team_of(payload: Payload) -> str:
    """The workspace in which the app is installed that this was sent to."""
    for each in payload.get("authorizations") or ():
        if each.get("team_id"):
            return str(each["team_id"])
    team = payload.get("team")
    found = team.get("id") if isinstance(team, dict) else None
    return str(found or payload.get("context_team_id") or payload.get("team_id") or "")


def bot_user_of(payload: Payload) -> str:
    """The app's own user in that workspace; "" where Slack doesn't say."""
    bots = (each for each in payload.get("authorizations") or () if each.get("is_bot"))
    return str(next((each.get("user_id") for each in bots), None) or "")


def of_message(payload: Payload) -> Taken | None:
    """A mention or a message; None when it is not for the assistant."""
    event: Payload = payload["event"]
    bot, text = bot_user_of(payload), str(event.get("text") or "")
    if _is_no_persons(event, bot):
        return None
    entry = _entry(event, bot, text)
    if entry is None:
        return None
    team, channel, ts = team_of(payload), str(event["channel"]), str(event["ts"])
    thread_ts = str(event.get("thread_ts") or ts)
    body: AskJson = {
        "kind": "ask",
        "entry": entry,
        "team": team,
        "channel": channel,
        "thread_ts": thread_ts,
        "ts": ts,
        "user": str(event["user"]),
        "user_team": str(event.get("user_team") or event.get("team") or team),
        "text": plain(text),
        "as_claim": False,
        "response_url": None,
    }
    return Taken(
        key=f"slack:{team}:{channel}:{ts}",
        lane=f"{team}:{channel}:{thread_ts}",
        body=body,
        if_known=entry == "thread",
    )


def _is_no_persons(event: Payload, bot: str) -> bool:
    """Bots are never answered, least of all oneself: two of them would never stop."""
    user = event.get("user")
    return (
        not user
        or user in (bot, "USLACKBOT")
        or bool(event.get("bot_id") or event.get("bot_profile"))
        or bool(event.get("hidden"))
        or event.get("subtype") not in PEOPLES
    )


def _entry(event: Payload, bot: str, text: str) -> Entry | None:
    if event.get("type") == "app_mention" or (bot and mentions(text, bot)):
        return "mention"
    if event.get("channel_type") == "im":
        return "direct"
    follows = event.get("thread_ts") not in (None, event["ts"])
    return "thread" if follows and not addresses_another(text, bot) else None


def of_command(payload: Payload) -> Taken:
    """A slash command: its own message, and a thread below it, are made when it is answered."""
    team, channel = team_of(payload), str(payload["channel_id"])
    key = f"slack:{team}:command:{payload['trigger_id']}"
    body: AskJson = {
        "kind": "ask",
        "entry": "command",
        "team": team,
        "channel": channel,
        "thread_ts": None,
        "ts": None,
        "user": str(payload["user_id"]),
        "user_team": team,
        "text": plain(str(payload.get("text") or "")),
        "as_claim": False,
        "response_url": payload.get("response_url"),
    }
    return Taken(key=key, lane=key, body=body)


def of_shortcut(payload: Payload) -> Taken:
    """ "Check this claim" on a message: answered in that message's thread."""
    team, channel = team_of(payload), str(payload["channel"]["id"])
    message: Payload = payload["message"]
    ts = str(payload.get("message_ts") or message["ts"])
    thread_ts = str(message.get("thread_ts") or ts)
    user: Payload = payload["user"]
    body: AskJson = {
        "kind": "ask",
        "entry": "shortcut",
        "team": team,
        "channel": channel,
        "thread_ts": thread_ts,
        "ts": ts,
        "user": str(user["id"]),
        "user_team": str(user.get("team_id") or team),
        "text": plain(_text_of(message)),
        "as_claim": True,
        "response_url": payload.get("response_url"),
    }
    moment = payload.get("action_ts") or payload.get("trigger_id")
    key = f"slack:{team}:{channel}:{ts}:check:{user['id']}:{moment}"
    return Taken(key=key, lane=f"{team}:{channel}:{thread_ts}", body=body)


def _text_of(message: Payload) -> str:
    """Its text; that of its attachments where an app posted without one."""
    attached = (str(each.get("text") or "") for each in message.get("attachments") or ())
    return str(message.get("text") or "") or "\n".join(filter(None, attached))


def of_feedback(payload: Payload) -> Taken | None:
    """A press of one of the feedback buttons. For each answer, each of them is taken once from
    each person: the other one, pressed later, corrects the first."""
    team, user = team_of(payload), str(payload["user"]["id"])
    container: Payload = payload.get("container") or {}
    rated = _rated(payload)
    if rated is None:
        return None
    answer_id, helpful = rated
    body: RateJson = {
        "kind": "rate",
        "team": team,
        "channel": str((payload.get("channel") or {}).get("id") or container.get("channel_id")),
        "thread_ts": container.get("thread_ts"),
        "user": user,
        "answer_id": answer_id,
        "helpful": helpful,
        "response_url": payload.get("response_url"),
    }
    lane = f"slack:{team}:rate:{answer_id}:{user}"
    return Taken(key=f"{lane}:{'up' if helpful else 'down'}", lane=lane, body=body)


def _rated(payload: Payload) -> tuple[str, bool] | None:
    """(answer, helpful) of a button's value: the answer's id and "up" or "down", in any order."""
    parts = str(payload["actions"][0].get("value") or "").split(":")
    sides, ids = {"up", "down"} & {*parts}, [each for each in parts if each not in ("up", "down")]
    return (ids[0], "up" in sides) if len(sides) == 1 and len(ids) == 1 and ids[0] else None


def of_refresh(payload: Payload) -> Taken | None:
    """A press of "Refresh". Each press is taken once; presses wait for each other."""
    team, container = team_of(payload), payload.get("container") or {}
    found = pressed(str(payload["actions"][0].get("value") or ""))
    ts = container.get("message_ts")
    if found is None or not ts:
        return None
    document_id, version = found
    channel = str((payload.get("channel") or {}).get("id") or container.get("channel_id"))
    body: PressJson = {
        "kind": "refresh",
        "team": team,
        "channel": channel,
        "thread_ts": str(container.get("thread_ts") or ts),
        "user": str(payload["user"]["id"]),
        "document_id": document_id,
        "version": version,
        "response_url": payload.get("response_url"),
    }
    moment = payload["actions"][0].get("action_ts") or payload.get("trigger_id")
    key = f"slack:{team}:{channel}:{ts}:refresh:{document_id}:{moment}"
    return Taken(key=key, lane="slack:refresh", body=body)


def of_home(payload: Payload) -> Taken | None:
    event: Payload = payload["event"]
    if event.get("tab") != "home":
        return None
    team, user = team_of(payload), str(event["user"])
    body: HomeJson = {"kind": "home", "team": team, "user": user}
    return Taken(key=f"slack:{payload['event_id']}", lane=f"{team}:home:{user}", body=body)
