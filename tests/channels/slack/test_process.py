"""`assistant slack` as a process of its own: with a home of its own, and beside a server."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import pytest
from support.slack_blocks import shown
from support.slack_sending import SlackSender
from support.slack_server import SlackServer

from assistant.channels import cli
from assistant.channels.doctor import examine
from assistant.channels.slack.credentials import missing
from assistant.settings import Settings, load
from channels.slack.conftest import Archive, served


@pytest.fixture
def environment(slack: SlackServer, tmp_path: Path) -> dict[str, str]:
    return {
        "ASSISTANT_HOME": str(tmp_path / "home"),
        "ASSISTANT_SLACK_BOT_TOKEN": slack.team.bot_token,
        "ASSISTANT_SLACK_SIGNING_SECRET": slack.signing_secret,
        "ASSISTANT_SLACK_API_URL": slack.api_url,
    }


@contextmanager
def running(
    environment: dict[str, str], *arguments: str
) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """(the process, the URL that it says), killed at the end if it has not left by then."""
    process = subprocess.Popen(
        [sys.executable, "-m", "assistant.channels.cli", *arguments],
        env=os.environ | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout
        line = process.stdout.readline()
        assert line, process.communicate(timeout=20)[1]
        yield process, json.loads(line)["url"]
    finally:
        process.kill()
        process.communicate()


def leaves_cleanly(process: subprocess.Popen[str]) -> bool:
    process.send_signal(signal.SIGTERM)
    assert process.wait(30) == 0
    assert process.stderr
    with closing(process.stderr) as errors:
        return "Traceback" not in errors.read()


def ask(slack: SlackServer, url: str | None) -> str:
    """One mention, answered in its thread; what stands there. The archive is empty."""
    ana = slack.add_user("ana")
    desk = slack.add_channel("desk", ana)
    sender = SlackSender(slack, f"{url}/slack/events" if url else None)
    sent = sender.mention(desk, ana, "How many wells are there?")
    assert sent.status == 200
    return shown(slack.wait_for(lambda: slack.answers(desk, sent.thread), 60)[0])


def test_it_serves_the_home_with_slack_beside(
    slack: SlackServer,
    environment: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    with running(environment, "slack", "--port", "0", "--json") as (process, url):
        assert "doesn't say" in ask(slack, url)
        monkeypatch.setenv("ASSISTANT_HOME", environment["ASSISTANT_HOME"])
        assert cli.run(["gaps", "--json"]) == 0  # other commands reach it
        assert "wells" in capsys.readouterr().out
        assert leaves_cleanly(process)


def test_beside_a_server_it_takes_events_by_http_and_by_socket(
    slack: SlackServer, environment: dict[str, str]
) -> None:
    home = {"ASSISTANT_HOME": environment["ASSISTANT_HOME"]}
    by_socket = environment | {"ASSISTANT_SLACK_APP_TOKEN": slack.app_token}
    del by_socket["ASSISTANT_SLACK_SIGNING_SECRET"]
    with ExitStack() as stack:
        server, _ = stack.enter_context(running(home, "serve", "--port", "0", "--json"))
        http, url = stack.enter_context(running(environment, "slack", "--port", "0", "--json"))
        assert "doesn't say" in ask(slack, url)
        assert leaves_cleanly(http)
        socket, nowhere = stack.enter_context(running(by_socket, "slack", "--json"))
        assert nowhere is None
        slack.socket.wait_connected()
        assert "doesn't say" in ask(slack, None)
        assert leaves_cleanly(socket)
        assert leaves_cleanly(server)


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({}, "ASSISTANT_SLACK_BOT_TOKEN"),
        ({"slack_bot_token": "xoxb-1"}, "ASSISTANT_SLACK_APP_TOKEN"),
        ({"slack_app_token": "xapp-1", "slack_client_id": "1"}, "ASSISTANT_SLACK_BOT_TOKEN"),
        ({"slack_bot_token": "xapp-1", "slack_app_token": "xapp-1"}, "begin with xoxb-"),
        ({"slack_bot_token": "xoxb-1", "slack_app_token": "xoxb-1"}, "begin with xapp-"),
        (
            {"slack_bot_token": "xoxb-1", "slack_app_token": "xapp-1", "slack_client_id": "1"},
            "ASSISTANT_SLACK_CLIENT_SECRET",
        ),
        (
            {
                "slack_bot_token": "xoxb-1",
                "slack_app_token": "xapp-1",
                "slack_internal_channels": "#desk",
            },
            "ASSISTANT_SLACK_INTERNAL_CHANNELS",
        ),
    ],
)
def test_settings_that_do_not_fit_together_are_named(
    settings: dict[str, str],
    named: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("ASSISTANT_HOME", str(tmp_path))
    for name, value in settings.items():
        monkeypatch.setenv(f"ASSISTANT_{name.upper()}", value)
    assert cli.run(["slack", "--port", "0"]) == 2
    assert named in capsys.readouterr().err
    if settings:
        findings = {each["name"]: each for each in examine(load)}
        assert not findings["slack"]["ok"]
        assert named in findings["slack"]["detail"]


def test_the_doctor_says_what_is_set_up(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, slack_bot_token="xoxb-secret", slack_app_token="xapp-secret")
    assert missing(settings) is None
    found = {each["name"]: each for each in examine(lambda: settings)}["slack"]
    assert found["ok"]
    assert "Socket Mode" in found["detail"]
    assert "secret" not in found["detail"]
    assert "slack" not in {each["name"] for each in examine(lambda: Settings(home=tmp_path))}


def test_a_wrong_bot_token_is_said_at_the_start(
    slack: SlackServer, archive: Archive, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    wrong = settings.model_copy(update={"slack_bot_token": "xoxb-wrong"})
    with served(archive, wrong):
        slack.wait_for(lambda: "look at ASSISTANT_SLACK_BOT_TOKEN" in caplog.text)
    assert "xoxb-wrong" not in caplog.text
