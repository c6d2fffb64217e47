"""The assistant in a local Slack: an archive in memory with a real ledger for jobs and posts."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import pytest
import uvicorn
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from support.slack_sending import SlackSender
from support.slack_server import SlackServer
from support.slack_world import Channel, User

from assistant.channels.api import create_app
from assistant.channels.serve import bound, url_of
from assistant.channels.session import Local
from assistant.channels.slack.beside import beside
from assistant.channels.slack.routes import install_in
from assistant.errors import NotFound
from assistant.ledger.jobs import Jobs
from assistant.ledger.ledger import Ledger
from assistant.ledger.posts import Post, Posts
from assistant.ledger.workspaces import Workspaces
from assistant.settings import Settings
from assistant.types import Audience, Reply
from assistant.wiring import Assistant, open_assistant
from channels.fake_assistant import NOW, FakeAssistant
from channels.slack import newsroom_files, running


class Archive(FakeAssistant):
    """The archive in memory, with a ledger on the disk for what Slack needs."""

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        settings.home.mkdir(parents=True, exist_ok=True)
        self.settings = settings
        self._kept = Ledger(settings.home / "ledger.sqlite3")

    def _reply(self, *arguments: Any, **options: Any) -> Reply:
        reply = super()._reply(*arguments, **options)
        audience, body, _ = self.replies[reply.id]
        self._kept.answers.keep(reply, body, audience)
        return reply

    def close(self) -> None:
        self._kept.close()

    @property
    def jobs(self) -> Jobs:
        return self._kept.jobs

    @property
    def posts(self) -> Posts:
        return self._kept.posts

    @property
    def workspaces(self) -> Workspaces:
        return self._kept.workspaces

    def posted(self, post: Post) -> None:
        self._kept.posts.add(post, NOW)

    def audience_of(self, document_id: str) -> Audience | None:
        try:
            return self.document(document_id, None, "internal").audience
        except NotFound:
            return None

    def changes(self, *_: Any, **__: Any) -> list[Any]:
        return []


@dataclass(kw_only=True)
class Newsroom:
    """A Slack, the assistant in it, and two people: ana and ben, at the desk."""

    slack: SlackServer
    archive: Archive
    settings: Settings
    sender: SlackSender
    ana: User
    ben: User
    desk: Channel
    url: str = ""
    stop: Callable[[], None] = lambda: None
    """Ends the assistant, as a restart does; Slack goes on."""

    def settled(self) -> None:
        """Waits until nothing waits and nothing is being done."""
        jobs = self.archive.jobs
        self.slack.wait_for(
            lambda: not any(jobs.count(each, "waiting", "working") for each in ("slack", "tell"))
        )


@contextmanager
def served(archive: Archive, settings: Settings) -> Iterator[str]:
    """The server with Slack beside it, on a free port; its URL."""
    app = create_app(cast(Assistant, archive), settings, token="token")
    session = Local(cast(Assistant, archive))
    with (
        beside(session, settings, wait=lambda _: 0.05) as slack,
        closing(bound("127.0.0.1", 0)) as at,
    ):
        install_in(app, slack)
        config = uvicorn.Config(app, log_config=None, lifespan="off", ws="none")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [at]})
        thread.start()
        try:
            yield url_of("127.0.0.1", at)
        finally:
            server.should_exit = True
            thread.join(20)


@pytest.fixture
def slack() -> Iterator[SlackServer]:
    with SlackServer() as slack:
        yield slack


@pytest.fixture
def client(slack: SlackServer) -> WebClient:
    return WebClient(slack.team.bot_token, base_url=slack.api_url, retry_handlers=[])


@pytest.fixture
def ana(slack: SlackServer) -> User:
    return slack.add_user("ana")


@pytest.fixture
def desk(slack: SlackServer, ana: User) -> Channel:
    return slack.add_channel("desk", ana)


def refused(call: Any, **arguments: Any) -> str:
    """The error that Slack answers with."""
    with pytest.raises(SlackApiError) as caught:
        call(**arguments)
    return str(caught.value.response["error"])


@pytest.fixture
def settings(slack: SlackServer, tmp_path: Path) -> Settings:
    return Settings(
        home=tmp_path / "home",
        public_url="https://assistant.news.example",
        slack_bot_token=slack.team.bot_token,
        slack_signing_secret=slack.signing_secret,
        slack_api_url=slack.api_url,
    )


@pytest.fixture
def archive(settings: Settings) -> Iterator[Archive]:
    archive = Archive(settings)
    yield archive
    archive.close()


@pytest.fixture
def newsroom(slack: SlackServer, archive: Archive, settings: Settings) -> Iterator[Newsroom]:
    ana, ben = slack.add_user("ana"), slack.add_user("ben")
    with ExitStack() as stack:
        url = stack.enter_context(served(archive, settings))
        yield Newsroom(
            stop=stack.close,
            slack=slack,
            archive=archive,
            settings=settings,
            sender=SlackSender(slack, f"{url}/slack/events"),
            ana=ana,
            ben=ben,
            desk=slack.add_channel("desk", ana, ben),
            url=url,
        )


@pytest.fixture(scope="session")
def small_home(fresh_home: Callable[[], Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the small archive of `newsroom_files`; tests work on copies of it."""
    home, folder = fresh_home(), newsroom_files.write(tmp_path_factory.mktemp("files"))
    with open_assistant(Settings(home=home, now=running.NOW)) as assistant:
        assert assistant.ingest([str(folder)]).added == len(newsroom_files.FILES)
    return home


@pytest.fixture
def program(small_home: Path, tmp_path: Path, slack: SlackServer) -> Iterator[running.Newsroom]:
    """The real program's newsroom; nothing runs yet."""
    home = running.copied(small_home, tmp_path / "newsroom")
    with running.Newsroom(home=home, slack=slack) as newsroom:
        yield newsroom
