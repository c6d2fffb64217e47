"""The real program beside a local Slack: processes that start, end and are killed, and what stands.

    with Newsroom(home, slack) as newsroom:
        newsroom.start()                        # `assistant slack`, events over HTTP
        sent = newsroom.sender.mention(newsroom.desk, newsroom.ana, WELLS)
        message = newsroom.one_answer(newsroom.desk, sent.thread)
        same_as_asked(message, newsroom.asked(WELLS))

Nothing here sleeps: a test waits for what stands in the local Slack, or in the ledger.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Literal
from urllib.parse import urlsplit

import httpx
from support.slack_blocks import pings, shown
from support.slack_sending import Sent, SlackSender
from support.slack_server import SlackServer
from support.slack_world import Channel, Message

COMMAND = (sys.executable, "-m", "assistant.channels.cli")
NOW = "2026-11-21"
PATIENCE_S = 60.0
OPEN = ("waiting", "working")

Json = dict[str, Any]
Way = Literal["http", "socket"]


def copied(template: Path, home: Path) -> Path:
    """A home like another one; the models are shared, for they are large and never written."""
    shutil.copytree(template, home, ignore=shutil.ignore_patterns("models"))
    (home / "models").symlink_to(template / "models", target_is_directory=True)
    return home


def free_port() -> int:
    """One below those that a system gives to outgoing connections, so that it stays free between
    a process that has ended and the one that takes its place."""
    for port in random.sample(range(15_000, 32_000), 200):
        with closing(socket.socket()) as taking:
            try:
                taking.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise AssertionError("no port is free")


class Process:
    """`assistant COMMAND`, running. `log` is what it wrote to stderr so far."""

    def __init__(self, command: str, environment: dict[str, str], log: Path, port: int) -> None:
        self._log = log
        with log.open("ab") as errors:
            self._process = subprocess.Popen(
                [*COMMAND, command, "--port", str(port), "--json"],
                env=environment,
                stdout=subprocess.PIPE,
                stderr=errors,
                encoding="utf-8",
            )
        self._where: Json = {}

    def ready(self) -> None:
        """Waits until it says where it listens."""
        if not self._where:
            assert self._process.stdout is not None
            line = self._process.stdout.readline()
            if not line:
                self.wait()
            assert line, f"it did not start:\n{self.log[-3000:]}"
            self._where = json.loads(line)

    @property
    def url(self) -> str:
        self.ready()
        return str(self._where["url"])

    @property
    def port(self) -> int:
        return urlsplit(self.url).port or 0

    @property
    def log(self) -> str:
        return self._log.read_text(encoding="utf-8", errors="replace")

    @property
    def ended(self) -> int | None:
        """How it ended; None while it runs."""
        return self._process.poll()

    def terminate(self) -> None:
        """SIGTERM, and waits: it ends well."""
        self._process.send_signal(signal.SIGTERM)
        assert self.wait() == 0, self.log[-3000:]

    def kill(self) -> None:
        """kill -9; does not wait, so that a hook of the local Slack may call it."""
        self._process.kill()

    def wait(self) -> int:
        _, _ = self._process.communicate(timeout=PATIENCE_S)
        return self._process.returncode


@dataclass(kw_only=True)
class Newsroom:
    """A home, a local Slack, the processes that open them, and two people at a desk."""

    home: Path
    slack: SlackServer
    way: Way = "http"
    settings: dict[str, str] = field(default_factory=dict)
    processes: list[Process] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.ana, self.ben = self.slack.add_user("ana"), self.slack.add_user("ben")
        self.desk = self.slack.add_channel("desk", self.ana, self.ben)
        self.sender = SlackSender(self.slack)
        self._starts = 0
        self._key = ""

    def __enter__(self) -> Newsroom:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.slack.failures.release_all()
        for each in self.processes:
            if each.ended is None:
                each.kill()
                each.wait()
        if error is None:
            self.nothing_rings()

    # --- processes ---

    @property
    def environment(self) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith("ASSISTANT_")}
        given = {
            "home": str(self.home),
            "now": NOW,
            "slack_bot_token": self.slack.team.bot_token,
            "slack_api_url": self.slack.api_url,
            "rate_per_address": "1000000",
        }
        if self.way == "http":
            given["slack_signing_secret"] = self.slack.signing_secret
        else:
            given["slack_app_token"] = self.slack.app_token
        given |= self.settings
        return kept | {f"ASSISTANT_{name.upper()}": value for name, value in given.items()}

    def start(
        self, command: str = "slack", *, port: int = 0, connected: bool = True, ready: bool = True
    ) -> Process:
        """A process that is ready; the sender sends to it from now on.

        `connected` off: it is ready before Slack is reached; `ready` off: it has just begun.
        """
        opened = self.slack.socket.opened
        self._starts += 1
        log = self.home.parent / f"{self.home.name}-{self._starts}.log"
        if self.way == "http":
            port = port or free_port()
        process = Process(command, self.environment, log, port)
        self.processes.append(process)
        if not ready:
            return process
        process.ready()
        if self.way == "http":
            self.sender = SlackSender(self.slack, f"{process.url}/slack/events")
        elif connected:
            self.slack.wait_for(lambda: self.slack.socket.opened > opened, PATIENCE_S)
        return process

    def again(self, process: Process, command: str = "slack") -> Process:
        """A process in the place of one that has ended, at the same address."""
        return self.start(command, port=process.port if self.way == "http" else 0)

    def command(self, *arguments: str) -> Any:
        """`assistant ARGUMENTS --json`, beside what runs or alone; what it printed."""
        done = subprocess.run(
            [*COMMAND, *arguments, "--json"],
            env=self.environment,
            capture_output=True,
            encoding="utf-8",
            check=False,
            timeout=5 * PATIENCE_S,  # an ingest loads the model that reads passages
        )
        assert done.returncode == 0, done.stderr[-3000:]
        return json.loads(done.stdout)

    # --- looking ---

    def counted(self, *states: str, queue: str = "slack") -> int:
        """How many jobs are in one of these states, read beside the process."""
        path = self.home / "ledger.sqlite3"
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=30)) as ledger:
            marks = ",".join("?" * len(states))
            query = f"SELECT count(*) FROM jobs WHERE queue = ? AND state IN ({marks})"
            return int(ledger.execute(query, (queue, *states)).fetchone()[0])

    def settled(self, seconds: float = PATIENCE_S) -> None:
        """Waits until nothing waits and nothing is in hand, in either queue."""
        self.slack.wait_for(
            lambda: self.counted(*OPEN) + self.counted(*OPEN, queue="tell") == 0, seconds
        )

    def one_answer(self, channel: Channel, thread: str, seconds: float = PATIENCE_S) -> Message:
        """The only message of the app in a thread, once all work is done."""
        self.slack.wait_for(lambda: self.slack.answers(channel, thread), seconds)
        self.settled(seconds)
        answers = self.slack.answers(channel, thread)
        assert len(answers) == 1, [shown(each) for each in answers]
        return answers[0]

    def reply_of(self, message: Message) -> Json:
        """The reply that a message shows, by its metadata, as the API tells it."""
        answer_id = str((message.metadata or {})["event_payload"]["answer_id"])
        return self._api("GET", f"/v1/answers/{answer_id}", internal=True)

    def asked(self, question: str, *, internal: bool = False) -> Json:
        """What `/v1/ask` answers."""
        return self._api("POST", "/v1/ask", internal=internal, json={"question": question})

    def _api(self, method: str, path: str, *, internal: bool, **more: Any) -> Json:
        """Of the first process, which is a whole server."""
        if internal and not self._key:
            self._key = self.command("keys", "create", "--audience", "internal")["key"]
        headers = {"Authorization": f"Bearer {self._key}"} if internal else {}
        response = httpx.request(
            method,
            f"{self.processes[0].url}{path}",
            headers=headers,
            timeout=PATIENCE_S,
            trust_env=False,
            **more,
        )
        assert response.status_code == 200, response.text
        return dict(response.json())

    def nothing_rings(self) -> None:
        """Nothing that was ever posted rings anybody or is a link that we did not make."""
        for channel in self.slack.channels.values():
            for message in channel.messages:
                if message.bot_id == channel.team.bot_id or message.ephemeral_to:
                    assert all(harmless(each) for each in pings(message)), pings(message)
                    assert all(harmless(each) for each in past_pings(message))


def harmless(ping: Any) -> bool:
    """The asker of a slash command is named by her own message, and our own links are links."""
    return ping.kind in ("user", "link") and "evil.example" not in ping.target


def past_pings(message: Message) -> list[Any]:
    """What was live in earlier versions of a message."""
    found = []
    for text, blocks in message.versions:
        earlier = Message(
            channel=message.channel, ts=message.ts, user=message.user, text=text, blocks=blocks
        )
        found += pings(earlier)
    return found


def words(text: str) -> str:
    """A text without the places where its lines break."""
    return " ".join(text.split())


def same_as_asked(message: Message, reply: Json) -> None:
    """A message shows the claims, numbers, quotes and notices of a reply, and no others."""
    seen = words(shown(message))
    for claim in reply.get("claims", []):
        numbers = "".join(f"[{n}]" for n in claim["citations"])
        assert f"{words(claim['text'])} {numbers}" in seen, (claim, seen)
    for citation in reply.get("citations", []):
        assert f"[{citation['n']}]" in seen
        assert words(citation["quote"]) in seen, (citation["quote"], seen)
    notice = (reply.get("freshness") or {}).get("notice")
    assert ("Consider refreshing" in seen) == bool(notice)
    if notice:
        assert words(notice) in seen
    for verdict in reply.get("verdicts", []):
        assert verdict["rating"] in seen
        assert words(verdict["claim"]) in seen
    if reply["kind"] == "abstention":
        assert "doesn't say" in seen or "does not say" in seen, seen


def same_replies(one: Json, other: Json) -> None:
    """The same claims, numbers, quotes and notices."""
    assert one["kind"] == other["kind"]
    for name in ("claims", "citations", "freshness", "verdicts", "nearest", "follow_ups"):
        assert one.get(name) == other.get(name), name


def quick(sent: Sent) -> None:
    """It was acknowledged within Slack's three seconds."""
    assert sent.status == 200, (sent.status, sent.text)
    assert sent.taken
    print(f"acknowledged in {sent.seconds * 1000:.0f} ms: {sent.payload.kind}", file=sys.stderr)
