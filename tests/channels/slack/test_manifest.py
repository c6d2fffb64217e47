"""The manifest asks for what the app does and for nothing else; what is written of it is true."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from assistant.channels.cli import app
from assistant.channels.slack import home, manifest, notes, paths, routes, words
from assistant.errors import BadInput
from assistant.settings import Settings

HISTORY = {"channels:history", "groups:history", "im:history", "mpim:history"}
READ = {"channels:read", "groups:read", "im:read", "mpim:read"}
METHODS: dict[str, set[str]] = {
    "assistant_threads_setStatus": {"assistant:write"},
    "auth_test": set(),
    "chat_delete": {"chat:write"},
    "chat_postEphemeral": {"chat:write"},
    "chat_postMessage": {"chat:write"},
    "chat_appendStream": {"chat:write"},
    "chat_startStream": {"chat:write"},
    "chat_stopStream": {"chat:write"},
    "chat_stream": {"chat:write"},
    "chat_update": {"chat:write"},
    "conversations_history": HISTORY,
    "conversations_info": READ,
    "conversations_members": READ,
    "conversations_replies": HISTORY,
    "oauth_v2_access": set(),
    "users_info": {"users:read"},
    "users_list": {"users:read"},
    "views_publish": set(),
}
"""The scopes that Slack's reference names for each method that is called."""
EVENTS: dict[str, set[str]] = {
    "app_home_opened": set(),
    "app_mention": {"app_mentions:read"},
    "app_uninstalled": set(),
    "message.channels": {"channels:history"},
    "message.groups": {"groups:history"},
    "message.im": {"im:history"},
    "message.mpim": {"mpim:history"},
    "tokens_revoked": set(),
}
COMMANDS = {"commands"}
"""For slash commands and for shortcuts."""


def slack_code(repository: Path) -> str:
    folder = repository / "assistant" / "channels" / "slack"
    return "\n".join(path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.py")))


def called(repository: Path) -> set[str]:
    return set(re.findall(r"client\.([a-z]+_\w+)\(", slack_code(repository)))


def test_the_scopes_are_those_of_what_is_called_and_heard(repository: Path) -> None:
    made = manifest.manifest()
    methods = called(repository)
    assert "chat_postMessage" in methods
    assert methods <= set(METHODS), "a method that is called is missing in the table"
    events = made["settings"]["event_subscriptions"]["bot_events"]
    needed = COMMANDS.union(*(METHODS[each] for each in methods), *(EVENTS[e] for e in events))
    assert set(made["oauth_config"]["scopes"]["bot"]) == needed


def test_every_event_is_handled(repository: Path) -> None:
    code = slack_code(repository)
    heard = manifest.manifest()["settings"]["event_subscriptions"]["bot_events"]
    for event in heard:
        assert f'"{event.partition(".")[0]}"' in code, event


def test_entry_points_have_the_names_that_the_app_listens_to(repository: Path) -> None:
    features, code = manifest.manifest()["features"], slack_code(repository)
    assert [each["command"] for each in features["slash_commands"]] == [notes.COMMAND]
    (shortcut,) = features["shortcuts"]
    assert (shortcut["name"], shortcut["type"]) == (notes.SHORTCUT, "message")
    assert f'"{shortcut["callback_id"]}"' in code
    assert features["app_home"]["messages_tab_read_only_enabled"] is False


def test_the_limits_of_slack_are_kept() -> None:
    made = manifest.manifest("https://news.example")
    display, features = made["display_information"], made["features"]
    assert len(display["name"]) <= 35
    assert len(display["description"]) <= 140
    assert len(features["agent_view"]["agent_description"]) <= 300
    assert "assistant_view" not in features
    assert 1 <= len(features["agent_view"]["suggested_prompts"]) <= 4
    (command,), (shortcut,) = features["slash_commands"], features["shortcuts"]
    assert len(command["command"]) <= 32
    assert len(command["description"]) <= 2_000
    assert len(shortcut["name"]) <= 24
    assert len(shortcut["description"]) <= 150
    assert not set(json.dumps(made)) & set("<>")


def test_a_suggested_prompt_is_answered_by_the_hint() -> None:
    for prompt in manifest.manifest()["features"]["agent_view"]["suggested_prompts"]:
        assert prompt["message"].strip()
        assert not words.says_something(words.plain(prompt["message"]))


def test_for_http_every_address_is_the_servers() -> None:
    made: dict[str, Any] = manifest.manifest("https://news.example/archive/")
    events = f"https://news.example/archive{paths.EVENTS}"
    assert made["settings"]["socket_mode_enabled"] is False
    assert made["settings"]["event_subscriptions"]["request_url"] == events
    assert made["settings"]["interactivity"] == {"is_enabled": True, "request_url": events}
    assert made["features"]["slash_commands"][0]["url"] == events
    assert made["oauth_config"]["redirect_urls"] == [
        f"https://news.example/archive{paths.REDIRECT}"
    ]
    assert {paths.EVENTS, paths.REDIRECT} <= {each.path for each in routes.router.routes}  # type: ignore[attr-defined]
    assert manifest.manifest()["settings"]["socket_mode_enabled"] is True
    assert "redirect_urls" not in manifest.manifest()["oauth_config"]


@pytest.mark.parametrize(
    "url", ["", "news.example", "http://news.example", "https://", "https://["]
)
def test_an_address_that_slack_does_not_call_is_refused(url: str) -> None:
    with pytest.raises(BadInput, match="https://"):
        manifest.manifest(url)


def test_the_command_prints_what_can_be_pasted() -> None:
    printed = CliRunner().invoke(app, ["slack", "--manifest"])
    assert json.loads(printed.stdout) == manifest.manifest()
    printed = CliRunner().invoke(app, ["slack", "--manifest", "--url", "https://news.example"])
    assert json.loads(printed.stdout) == manifest.manifest("https://news.example")


# --- what docs/slack.md says ----------------------------------------------------------------------


@pytest.fixture
def page(repository: Path) -> str:
    return (repository / "docs" / "slack.md").read_text(encoding="utf-8")


def test_every_command_of_the_page_can_be_given(page: str) -> None:
    lines = "\n".join(re.findall(r"```sh\n(.*?)```", page, flags=re.S)).splitlines()
    commands = [line.split() for line in lines if line.strip().startswith("assistant ")]
    assert ["assistant", "slack", "--manifest"] in commands
    for command in commands:
        printed = CliRunner().invoke(app, [*command[1:], "--help"])
        assert printed.exit_code == 0, command
        for option in (part for part in command if part.startswith("--")):
            assert option in printed.stdout, option


def test_every_setting_of_the_page_is_one_and_all_are_there(page: str) -> None:
    named = set(re.findall(r"ASSISTANT_(\w+)", page))
    assert named <= {name.upper() for name in Settings.model_fields}
    of_slack = {name.upper() for name in Settings.model_fields if name.startswith("slack_")}
    assert of_slack <= named


def test_the_page_names_what_the_manifest_has(page: str) -> None:
    made = manifest.manifest()
    for scope in made["oauth_config"]["scopes"]["bot"]:
        assert f"`{scope}`" in page, scope
    for name in (notes.COMMAND, notes.SHORTCUT, paths.EVENTS, paths.INSTALL):
        assert name in page
    for kind in notes.BECAME:
        assert kind in page, kind
    assert set(home.CHANGED) - set(notes.BECAME) == {"stale", "refreshed"}
