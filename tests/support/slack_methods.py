"""The methods of apps, people, conversations, agents and views of the local Slack of the tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from support.slack_calls import (
    Call,
    channel_of,
    decoded,
    is_true,
    method,
    page_of,
    team_of,
    user_of,
    writable_of,
)
from support.slack_limits import SESSION_STATUSES, Refused, check_blocks
from support.slack_world import APP_ID, Channel, Json, Message

if TYPE_CHECKING:
    from support.slack_server import SlackServer


# -- apps and people ---------------------------------------------


@method("api.test")
def _api_test(slack: SlackServer, call: Call) -> Json:
    return {"args": call.args}


@method("auth.test")
def _auth_test(slack: SlackServer, call: Call) -> Json:
    team = team_of(call)
    return {
        "url": f"https://{team.domain}.slack.com/",
        "team": team.name,
        "user": "assistant",
        "team_id": team.id,
        "user_id": team.bot_user_id,
        "bot_id": team.bot_id,
        "enterprise_id": team.enterprise_id,
        "is_enterprise_install": False,
    }


@method("auth.revoke")
def _auth_revoke(slack: SlackServer, call: Call) -> Json:
    slack.revoke(team_of(call))
    return {"revoked": True}


@method("apps.connections.open")
def _connections_open(slack: SlackServer, call: Call) -> Json:
    return {"url": slack.socket.ticket()}


@method("oauth.v2.access")
def _oauth(slack: SlackServer, call: Call) -> Json:
    client = call.basic or (call.args.get("client_id"), call.args.get("client_secret"))
    if client[0] != slack.client_id:
        raise Refused("invalid_client_id")
    if client[1] != slack.client_secret:
        raise Refused("bad_client_secret")
    team = slack.codes.pop(str(call.args.get("code")), None)
    if team is None:
        raise Refused("invalid_code")
    if not team.installed:  # its old token stays revoked
        team.bot_token = f"xoxb-again-{slack.number('')}"
    team.installed = True
    enterprise = {"id": team.enterprise_id, "name": "Group"} if team.enterprise_id else None
    return {
        "app_id": APP_ID,
        "authed_user": {"id": slack.number("U")},
        "scope": slack.scopes,
        "token_type": "bot",
        "access_token": team.bot_token,
        "bot_user_id": team.bot_user_id,
        "team": {"id": team.id, "name": team.name},
        "enterprise": enterprise,
        "is_enterprise_install": False,
    }


@method("users.info")
def _users_info(slack: SlackServer, call: Call) -> Json:
    return {"user": slack.profile(user_of(slack, call), team_of(call))}


@method("users.conversations")
def _users_conversations(slack: SlackServer, call: Call) -> Json:
    user = call.args.get("user") or team_of(call).bot_user_id
    kinds = {"public_channel": "public", "private_channel": "private", "im": "im", "mpim": "mpim"}
    wanted = {kinds[each.strip()] for each in _types(call)}
    inside = [
        channel.as_json()
        for channel in slack.channels.values()
        if channel.has(user) and channel.kind in wanted and team_of(call).id in channel.teams
    ]
    page, more = page_of(slack, call, inside)
    return {"channels": page} | more


def _types(call: Call) -> list[str]:
    types = str(call.args.get("types") or "public_channel").split(",")
    if set(types) - {"public_channel", "private_channel", "im", "mpim"}:
        raise Refused("invalid_types")
    return types


@method("bots.info")
def _bots_info(slack: SlackServer, call: Call) -> Json:
    team = team_of(call)
    bot = {"id": team.bot_id, "app_id": APP_ID, "user_id": team.bot_user_id, "name": "assistant"}
    return {"bot": bot}


# -- conversations -----------------------------------------------


@method("conversations.info")
def _conversations_info(slack: SlackServer, call: Call) -> Json:
    channel = channel_of(slack, call)
    return {"channel": channel.as_json(counted=is_true(call.args.get("include_num_members")))}


@method("conversations.members")
def _conversations_members(slack: SlackServer, call: Call) -> Json:
    page, more = page_of(slack, call, list(channel_of(slack, call).members))
    return {"members": page} | more


@method("conversations.open")
def _conversations_open(slack: SlackServer, call: Call) -> Json:
    users = str(call.args.get("users") or "").split(",")
    if call.args.get("channel"):
        channel = channel_of(slack, call)
    elif len(users) == 1 and users[0] in slack.users:
        channel = slack.open_im(slack.users[users[0]], team=team_of(call))
    else:
        raise Refused("user_not_found" if users[0] else "users_list_not_supplied")
    full = {"channel": channel.as_json()} if is_true(call.args.get("return_im")) else {}
    return {"channel": {"id": channel.id}} | full


@method("conversations.replies")
def _conversations_replies(slack: SlackServer, call: Call) -> Json:
    channel = _readable(slack, call)
    ts = str(call.args.get("ts"))
    found = channel.find(ts)
    if found is None:
        raise Refused("thread_not_found")
    return _listed(slack, call, channel.thread(found.thread_ts or found.ts))


@method("conversations.history")
def _conversations_history(slack: SlackServer, call: Call) -> Json:
    channel = _readable(slack, call)
    roots = [m for m in channel.messages if not m.deleted and not m.ephemeral_to]
    return _listed(slack, call, [m for m in reversed(roots) if m.thread_ts in (None, m.ts)])


def _readable(slack: SlackServer, call: Call) -> Channel:
    channel = channel_of(slack, call)
    if not channel.has(team_of(call).bot_user_id):
        raise Refused("not_in_channel")
    return channel


def _listed(slack: SlackServer, call: Call, messages: list[Message]) -> Json:
    oldest, latest = call.args.get("oldest"), call.args.get("latest")
    inclusive = is_true(call.args.get("inclusive"))
    # A thread's first message always comes, whatever the limits.
    inside = [
        each
        for number, each in enumerate(messages)
        if (number == 0 and call.method.endswith("replies"))
        or (
            (not oldest or each.ts > oldest or (inclusive and each.ts == oldest))
            and (not latest or each.ts < latest or (inclusive and each.ts == latest))
        )
    ]
    page, more = page_of(slack, call, inside)
    told = is_true(call.args.get("include_all_metadata"))
    has_more = bool(more["response_metadata"]["next_cursor"])
    return {"messages": [m.as_json(metadata=told) for m in page], "has_more": has_more} | more


# -- agents ------------------------------------------------------


@method("assistant.threads.setStatus")
def _set_status(slack: SlackServer, call: Call) -> Json:
    channel = writable_of(slack, call, "channel_id")
    if not call.args.get("thread_ts"):
        raise Refused("invalid_thread_ts")
    if "status" not in call.args:
        raise Refused("invalid_arguments")
    if len(call.args.get("loading_messages") or []) > 10:
        raise Refused("invalid_arguments")
    slack.set_status(channel, str(call.args["thread_ts"]), str(call.args["status"]))
    return {}


@method("assistant.threads.setTitle")
def _set_title(slack: SlackServer, call: Call) -> Json:
    channel = channel_of(slack, call, "channel_id")
    slack.titles[(channel.id, str(call.args.get("thread_ts")))] = str(call.args.get("title"))
    return {}


@method("assistant.threads.setSuggestedPrompts")
def _set_prompts(slack: SlackServer, call: Call) -> Json:
    channel = channel_of(slack, call, "channel_id")
    prompts = decoded(call.args.get("prompts"), "invalid_arguments")
    if not isinstance(prompts, list) or not 1 <= len(prompts) <= 4:
        raise Refused("invalid_arguments")
    if any(not each.get("title") or not each.get("message") for each in prompts):
        raise Refused("invalid_arguments")
    slack.prompts[(channel.id, call.args.get("thread_ts"))] = prompts
    return {}


@method("agents.sessions.setStatus")
def _session_status(slack: SlackServer, call: Call) -> Json:
    channel = writable_of(slack, call, "channel_id")
    status, title = call.args.get("status"), call.args.get("title")
    if status not in SESSION_STATUSES or len(str(title or "")) > 200:
        raise Refused("invalid_arguments")
    if not call.args.get("thread_ts"):
        raise Refused("invalid_thread_ts")
    session = slack.set_session(channel.id, str(call.args["thread_ts"]), str(status), title)
    return {"status": status, "agent_status": status, "title": session["title"]}


@method("agents.sessions.rename")
def _session_rename(slack: SlackServer, call: Call) -> Json:
    channel = channel_of(slack, call, "channel_id")
    session = slack.sessions.get((channel.id, str(call.args.get("thread_ts"))))
    if session is None:
        raise Refused("session_not_found")
    if not 1 <= len(str(call.args.get("title") or "")) <= 200:
        raise Refused("invalid_arguments")
    session["title"] = call.args["title"]
    return {"title": session["title"]}


# -- views -------------------------------------------------------


@method("views.publish")
def _publish(slack: SlackServer, call: Call) -> Json:
    user = user_of(slack, call, "user_id")
    view = _view(call, "home")
    return {"view": slack.keep_view(view, user=user.id, key=f"home:{team_of(call).id}:{user.id}")}


@method("views.open")
def _open(slack: SlackServer, call: Call) -> Json:
    view = _view(call, "modal")
    user = slack.use_trigger(call.args.get("trigger_id"))
    return {"view": slack.keep_view(view, user=user)}


@method("views.push")
def _push(slack: SlackServer, call: Call) -> Json:
    return _open(slack, call)


@method("views.update")
def _update_view(slack: SlackServer, call: Call) -> Json:
    old = slack.views.get(str(call.args.get("view_id")))
    if old is None:
        raise Refused("not_found")
    if call.args.get("hash") not in (None, old["hash"]):
        raise Refused("hash_conflict")
    view = _view(call, old["type"])
    return {"view": slack.keep_view(view, user=old["user"], key=old["id"])}


def _view(call: Call, kind: str) -> Json:
    view = decoded(call.args.get("view"), "invalid_arguments")
    if not isinstance(view, dict) or view.get("type") != kind:
        raise Refused("invalid_arguments")
    try:
        check_blocks(view.get("blocks"), surface=kind)
    except Refused as refused:
        raise Refused("invalid_arguments", *refused.details) from None
    if kind == "modal":
        title = (view.get("title") or {}).get("text") or ""
        if not 1 <= len(title) <= 24:
            raise Refused("invalid_arguments", "title must be 1 to 24 characters")
    if len(view.get("private_metadata") or "") > 3_000:
        raise Refused("invalid_arguments", "private_metadata must be less than 3001 characters")
    return view
