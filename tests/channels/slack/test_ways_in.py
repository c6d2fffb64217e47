"""Socket Mode, and workspaces that install the app."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from support.slack_blocks import shown, shown_blocks
from support.slack_sending import SlackSender

from assistant.channels.slack.states import States
from channels.slack.conftest import Newsroom, served


class TestSocketMode:
    @pytest.fixture
    def connected(self, newsroom: Newsroom) -> Iterator[Newsroom]:
        """The same newsroom, by Socket Mode alone."""
        newsroom.stop()
        changes = {"slack_app_token": newsroom.slack.app_token, "slack_signing_secret": None}
        settings = newsroom.settings.model_copy(update=changes)
        with served(newsroom.archive, settings):
            newsroom.sender = SlackSender(newsroom.slack)
            newsroom.slack.socket.wait_connected()
            yield newsroom

    def test_a_mention_a_command_and_a_retry(self, connected: Newsroom) -> None:
        sender, slack, desk = connected.sender, connected.slack, connected.desk
        hang = slack.hang("*", times=None)
        sent = sender.mention(desk, connected.ana, "wells")
        assert sent.status == 200  # while nothing can be done yet
        hang.release()
        assert sender.retry(sent).status == 200
        assert sender.command(desk, connected.ana, "/factcheck", "wells").status == 200
        connected.settled()
        assert len(slack.answers(desk, sent.thread)) == 1
        assert len(connected.archive.asked) == 2

    def test_a_new_connection_is_made_when_slack_asks_for_one(self, connected: Newsroom) -> None:
        slack = connected.slack
        slack.socket.refresh(close=False)
        slack.wait_for(lambda: slack.socket.opened >= 2)
        slack.socket.wait_connected()
        sent = connected.sender.mention(connected.desk, connected.ana, "wells")
        assert sent.status == 200
        connected.settled()
        assert len(slack.answers(connected.desk, sent.thread)) == 1


def test_a_slack_that_is_down_at_the_start_is_connected_to_later(newsroom: Newsroom) -> None:
    newsroom.stop()
    down = newsroom.slack.fail("apps.connections.open", status=503)
    changes = {"slack_app_token": newsroom.slack.app_token}
    with served(newsroom.archive, newsroom.settings.model_copy(update=changes)):
        newsroom.slack.wait_for(lambda: down.met)
        newsroom.slack.socket.wait_connected()


class TestWorkspaces:
    @pytest.fixture
    def open_to_all(self, newsroom: Newsroom) -> Iterator[Newsroom]:
        newsroom.stop()
        slack = newsroom.slack
        changes = {"slack_client_id": slack.client_id, "slack_client_secret": slack.client_secret}
        with served(newsroom.archive, newsroom.settings.model_copy(update=changes)) as url:
            newsroom.url, newsroom.sender.url = url, f"{url}/slack/events"
            yield newsroom

    def install(self, newsroom: Newsroom, team: str) -> httpx.Response:
        """As a browser does it: to Slack, and back."""
        page = httpx.get(f"{newsroom.url}/slack/install", timeout=60)
        assert page.status_code == 302
        authorize = page.headers["location"]
        assert authorize.startswith(newsroom.slack.authorize_url)
        assert "chat:write" in parse_qs(urlsplit(authorize).query)["scope"][0]
        query = {k: v[0] for k, v in parse_qs(urlsplit(authorize).query).items()}
        code = newsroom.slack.install_code(newsroom.slack.teams[team])
        return httpx.get(
            f"{newsroom.url}/slack/oauth_redirect",
            params={"code": code, "state": query["state"]},
            headers={"Cookie": page.headers["set-cookie"].split(";")[0]},
            timeout=60,
        )

    def test_another_workspace_is_answered_and_never_told_what_is_internal(
        self, open_to_all: Newsroom
    ) -> None:
        slack, sender = open_to_all.slack, open_to_all.sender
        other = slack.add_team("Other")
        eve = slack.add_user("eve", team=other)
        their = slack.add_channel("theirs", eve, team=other)
        assert self.install(open_to_all, other.id).status_code == 200
        for question in ("wells", "hidden wells"):
            sent = sender.mention(their, eve, question)
            open_to_all.settled()
            (answer,) = slack.answers(their, sent.thread)
            assert "4,120" in shown(answer)
            assert "9 hidden" not in shown(answer)
        sent = sender.mention(open_to_all.desk, open_to_all.ana, "hidden wells")
        open_to_all.settled()
        assert "9 hidden" in shown(slack.answers(open_to_all.desk, sent.thread)[0])

    def test_a_workspace_that_took_the_app_out_is_forgotten(self, open_to_all: Newsroom) -> None:
        slack = open_to_all.slack
        other = slack.add_team("Other")
        assert self.install(open_to_all, other.id).status_code == 200
        assert open_to_all.archive.workspaces.ids() == [other.id]
        assert open_to_all.sender.uninstalled(other).status == 200
        assert open_to_all.archive.workspaces.ids() == []
        assert self.install(open_to_all, other.id).status_code == 200
        assert open_to_all.sender.tokens_revoked(other).status == 200
        assert open_to_all.archive.workspaces.ids() == []

    def test_a_state_that_we_did_not_give_installs_nothing(self, open_to_all: Newsroom) -> None:
        code = open_to_all.slack.install_code(open_to_all.slack.add_team("Other"))
        params = {"code": code, "state": "made-up"}
        response = httpx.get(f"{open_to_all.url}/slack/oauth_redirect", params=params, timeout=60)
        assert response.status_code == 400
        assert open_to_all.archive.workspaces.ids() == []

    def test_a_state_is_good_once(self, open_to_all: Newsroom) -> None:
        page = httpx.get(f"{open_to_all.url}/slack/install", timeout=60)
        state = parse_qs(urlsplit(page.headers["location"]).query)["state"][0]
        cookie = {"Cookie": page.headers["set-cookie"].split(";")[0]}
        answers = []
        for _ in range(2):
            code = open_to_all.slack.install_code(open_to_all.slack.add_team("Other"))
            answers.append(
                httpx.get(
                    f"{open_to_all.url}/slack/oauth_redirect",
                    params={"code": code, "state": state},
                    headers=cookie,
                    timeout=60,
                ).status_code
            )
        assert answers == [200, 401]
        assert len(open_to_all.archive.workspaces.ids()) == 1

    def test_who_only_begins_an_installation_leaves_nothing(self, open_to_all: Newsroom) -> None:
        def files() -> set[Path]:
            return {each for each in open_to_all.settings.home.rglob("*") if each.is_file()}

        before = files()
        for _ in range(3):
            assert httpx.get(f"{open_to_all.url}/slack/install", timeout=60).status_code == 302
        assert files() == before

    def test_a_state_ends(self) -> None:
        states, ended = States("secret"), States("secret", seconds=-1)
        assert states.consume(ended.issue())
        assert not ended.consume(states.issue())
        assert not states.consume(States("another").issue())
        assert not states.consume("")

    def test_without_a_client_id_nothing_can_be_installed(self, newsroom: Newsroom) -> None:
        for path in ("install", "oauth_redirect"):
            assert httpx.get(f"{newsroom.url}/slack/{path}", timeout=60).status_code == 404


class TestHome:
    def test_a_guest_sees_how_to_ask_and_nothing_of_the_desk(self, newsroom: Newsroom) -> None:
        guest = newsroom.slack.add_user("guest", is_restricted=True)
        assert newsroom.sender.home_opened(guest).status == 200
        newsroom.settled()
        view = newsroom.slack.home(guest)
        assert view
        said = shown_blocks(view["blocks"])
        assert "Ask me what the newsroom has checked" in said
        assert "not in the archive" not in said

    def test_the_messages_tab_is_no_home(self, newsroom: Newsroom) -> None:
        assert newsroom.sender.home_opened(newsroom.ana, tab="messages").status == 200
        newsroom.settled()
        assert newsroom.slack.home(newsroom.ana) is None


def test_an_event_of_a_workspace_without_the_app_is_no_trouble(newsroom: Newsroom) -> None:
    stranger = newsroom.slack.add_team("Stranger", installed=False)
    eve = newsroom.slack.add_user("eve", team=stranger)
    their = newsroom.slack.add_channel("theirs", eve, team=stranger)
    assert newsroom.sender.mention(their, eve, "wells").status == 200
    newsroom.settled()
    assert newsroom.archive.jobs.count("slack", "failed") == 1
