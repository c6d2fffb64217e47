"""One question by every door: the same sentences, numbers, quotes, verdicts and notices."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import anyio
import pytest
from mcp import Client
from openai import OpenAI
from support.revising import revise
from support.slack_blocks import shown
from support.slack_sending import SlackSender
from support.slack_server import SlackServer

from assistant.channels.langchain import archive
from assistant.settings import Settings
from assistant.wiring import open_assistant
from browser.reader import FRESH, NOTICE, STALE, UNKNOWN, Reader
from evals.site import Service, Site, SitePage, served

CLAIM = "BREAKING!! Vaccines cause autism, doctors admit https://t.co/x1 #vaccines"
CORRECTED = "How is the unemployment rate defined?"
CORRECTION = "It gave the share of 1998 & <b>not</b> the newest."
QUESTIONS = {
    "fresh": FRESH,
    "stale": STALE,
    "unknown": UNKNOWN,
    "claim": CLAIM,
    "corrected": CORRECTED,
}

Json = dict[str, Any]


class Doors:
    """The running service and everybody who comes in."""

    def __init__(self, service: Service, slack: SlackServer, open_page: Callable[..., Any]) -> None:
        self.service = service
        self.slack = slack
        self.open_page = open_page

    def reply(self, question: str) -> Json:
        """The Reply by HTTP: what every other door is held against."""
        return dict(self._post("/v1/ask", {"question": question}))

    # --- doors ------------------------------------------------------------------------------------

    def cli(self, question: str) -> str:
        environment = {**os.environ, "ASSISTANT_HOME": str(self.service.home), "NO_COLOR": "1"}
        command = [sys.executable, "-m", "assistant.channels.cli", "ask", question]
        done = subprocess.run(
            command, env=environment, capture_output=True, encoding="utf-8", check=False
        )
        assert done.returncode in (0, 3), done.stderr
        return done.stdout

    def events(self, question: str) -> str:
        """The stream of events: its claims and what its reply adds."""
        data = self._post("/v1/ask", {"question": question}, accept="text/event-stream")
        found = [
            (name, json.loads(body))
            for name, body in re.findall(r"event: (\w+)\ndata: (.*)\n", data)
        ]
        reply = dict(found)["reply"]
        claims = [body["claim"] for name, body in found if name == "claim"]
        assert claims == reply.get("claims", [])
        return _told(reply)

    def openai(self, question: str) -> str:
        with self._openai() as client:
            done = client.chat.completions.create(
                model="newsroom-assistant", messages=_by(question)
            )
        return done.choices[0].message.content or ""

    def openai_stream(self, question: str) -> str:
        with self._openai() as client:
            stream = client.chat.completions.create(
                model="newsroom-assistant", messages=_by(question), stream=True
            )
            return "".join(each.choices[0].delta.content or "" for each in stream if each.choices)

    def mcp(self, question: str) -> str:
        async def ask() -> Any:
            async with Client(f"{self.service.url}/mcp") as client:
                return await client.call_tool("ask", {"question": question})

        with ThreadPoolExecutor(1) as thread:  # the browser's loop has this one
            result = thread.submit(anyio.run, ask).result()
        assert not result.is_error
        (content,) = result.content
        return str(content.text)

    def langchain(self, question: str) -> str:
        _, tool = archive(self.service.url)
        return str(tool.invoke({"question": question}))

    def slack_mention(self, question: str) -> str:
        """In a channel that everybody may read, as an app_mention over HTTP."""
        ana = self.slack.add_user("ana")
        channel = self.slack.add_channel("desk", ana)
        sender = SlackSender(self.slack, f"{self.service.url}/slack/events")
        sent = sender.mention(channel, ana, question)
        return self._in_thread(channel, sent.thread)

    def widget(self, question: str) -> str:
        with ExitStack() as stack:
            host = stack.enter_context(Site().open())
            _, key = self.service.widget_key(host.origin)
            tag = f'<script async src="{self.service.url}/widget.js" data-key="{key}"></script>'
            page = self.open_page(host.put("/", _page(tag)))
            reader = Reader(page)
            reader.open()
            reply = reader.ask(question)
            shown = str(reader.turns.last.text_content())  # folded reasons too
            return "\n".join([shown, *_cited(reader, reply)])

    def page(self, question: str) -> str:
        """The page that an answer keeps."""
        reply = self.reply(question)
        page = self.open_page(f"{self.service.url}/a/{reply['id']}")
        return str(page.locator("main").inner_text())

    # --- inside -----------------------------------------------------------------------------------

    def _in_thread(self, channel: Any, thread: str) -> str:
        def answered() -> str:
            texts = [shown(each) for each in self.slack.answers(channel, thread)]
            whole = "\n".join(texts)
            return whole if "answer " in whole else ""

        return self.slack.wait_for(answered)

    def _openai(self) -> OpenAI:
        return OpenAI(base_url=f"{self.service.url}/v1", api_key="none")

    def _post(self, path: str, body: Json, accept: str = "application/json") -> Any:
        headers = {"Content-Type": "application/json", "Accept": accept}
        request = Request(self.service.url + path, json.dumps(body).encode(), headers)
        with urlopen(request) as response:
            text = response.read().decode()
        return json.loads(text) if accept == "application/json" else text


DOORS = (
    "cli",
    "events",
    "openai",
    "openai_stream",
    "mcp",
    "langchain",
    "slack_mention",
    "widget",
    "page",
)


@pytest.fixture(scope="module")
def slack() -> Iterator[SlackServer]:
    with SlackServer() as slack:
        yield slack


@pytest.fixture(scope="module")
def spoken(home_copy: Callable[[], Path], slack: SlackServer) -> Iterator[Service]:
    """A server that speaks with Slack too; a check in its archive was corrected by an editor."""
    home = home_copy()
    settings = Settings(home=home, now="2026-11-21")
    with open_assistant(settings) as assistant:
        cited = dict(assistant.answer(assistant.ask(CORRECTED).id))["citations"]
        checks = {each["document_id"] for each in cited if each["kind"] == "fact_check"}
        told = assistant._parts.chronicle.revised
        for each in checks:
            revise(
                assistant._ledger, told, each, "corrected", note=CORRECTION, now=settings.clock()
            )
    with served(
        home,
        slack_bot_token=slack.team.bot_token,
        slack_signing_secret=slack.signing_secret,
        slack_api_url=slack.api_url,
    ) as service:
        yield service


@pytest.mark.parametrize("asked", QUESTIONS)
@pytest.mark.parametrize("door", DOORS)
def test_every_door_gives_the_same(
    spoken: Service, slack: SlackServer, plain_page: Callable[..., Any], door: str, asked: str
) -> None:
    doors = Doors(spoken, slack, plain_page)
    reply = doors.reply(QUESTIONS[asked])
    told = _bare(getattr(doors, door)(QUESTIONS[asked]))
    assert reply["kind"] == ("abstention" if asked == "unknown" else "answer")
    _in_order(told, [_claim(each) for each in reply.get("claims", [])])
    for citation in reply.get("citations", []):
        assert re.search(rf"\[{citation['n']}\].*?{re.escape(_bare(citation['quote']))}", told)
    corrected = {each["document_id"] for each in reply.get("citations", []) if each["revision"]}
    assert bool(corrected) == (asked == "corrected")
    times = 2 * len(corrected) if door == "widget" else len(corrected)  # with its citation too
    assert (told.count(_bare(CORRECTION)) >= times) if times else CORRECTION not in told
    assert not corrected or told.count("Correctedon") == told.count(_bare(CORRECTION))
    assert "Updatedon" not in told
    for near in reply.get("nearest", []):
        assert _bare(near["quote"]) in told
    for verdict in reply.get("verdicts", []):
        assert _bare(verdict["claim"]) in told
        assert _bare(verdict["rating"]) in told
    notice = (reply.get("freshness") or {}).get("notice")
    assert told.count(_bare(NOTICE)) == (1 if notice == NOTICE else 0)
    for reason in (reply.get("freshness") or {}).get("reasons", []) if notice else []:
        assert _bare(reason["text"]) in told


@pytest.fixture
def plain_page(browser: Any) -> Iterator[Callable[..., Any]]:
    with ExitStack() as stack:

        def open_(url: str) -> Any:
            context = stack.enter_context(browser.new_context())
            page = context.new_page()
            page.goto(url)
            return page

        yield open_


def _claim(claim: Json) -> str:
    return _bare(claim["text"]) + "".join(f"[{n}]" for n in claim["citations"])


def _in_order(text: str, parts: list[str]) -> None:
    """Each part stands in the text, after the one before."""
    at = 0
    for part in parts:
        assert (found := text.find(part, at)) >= 0, f"{part!r} is not there:\n{text}"
        at = found + len(part)


_MARKUP = re.compile(r"[`\\*_]|\u200b|\u2060")


def _bare(text: str) -> str:
    """Without white space and what a channel's own markup adds around words."""
    return re.sub(r"\s+", "", _MARKUP.sub("", text))


def _by(question: str) -> Any:
    return [{"role": "user", "content": question}]


def _told(reply: Json) -> str:
    """What the Reply itself tells, for the door that sends it as it is."""
    lines = [_claim(each) for each in reply.get("claims", [])]
    lines += [f"[{each['n']}] {each['quote']}" for each in reply.get("citations", [])]
    lines += [
        f"{each['kind'].capitalize()} on {each['on']}: {each['note']}"
        for each in {c["document_id"]: c["revision"] for c in reply.get("citations", [])}.values()
        if each
    ]
    lines += [each["quote"] for each in reply.get("nearest", [])]
    lines += [f"{each['claim']} {each['rating']}" for each in reply.get("verdicts", [])]
    freshness = reply.get("freshness") or {}
    lines += [
        freshness.get("notice") or "",
        *(each["text"] for each in freshness.get("reasons", [])),
    ]
    return "\n".join(lines)


def _page(tag: str) -> SitePage:
    return SitePage(body=f"<!doctype html><title>News</title><main>News</main>{tag}")


def _cited(reader: Reader, reply: Json) -> Iterator[str]:
    """What each citation's popover shows."""
    for citation in reply.get("citations", []):
        reader.cite(citation["n"]).click()
        reader.popover.wait_for()
        yield f"[{citation['n']}] {reader.popover.inner_text()}"
        reader.page.keyboard.press("Escape")
        reader.popover.wait_for(state="detached")
