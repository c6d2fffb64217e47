"""From a press of "Refresh" in a thread to the thread that hears of it, with real processes."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from html import unescape
from pathlib import Path
from typing import Any

import httpx
import pytest
from support.revising import revise
from support.slack_blocks import shown
from support.slack_calls import Call
from support.slack_server import SlackServer
from support.slack_world import Channel, Message

from assistant.channels.session import open_session
from assistant.channels.slack import sayings
from assistant.channels.slack.refreshes import APPROVE, PROPOSED
from assistant.channels.upkeep import refreshing
from assistant.settings import Settings
from assistant.wiring import open_assistant
from channels.slack import running
from channels.slack.running import PATIENCE_S, Newsroom, quick, words

QUESTION = "How many reports of missing bicycles did police in Arlen receive?"
OLD = "Police in Arlen received 12,400 reports of missing bicycles in 2022"
NEW = "Police in Arlen received 15,100 reports of missing bicycles in 2024"
NOTE = "The figure of <2024> is *out*."
FILES = {
    "bicycles.md": f"""---
title: {QUESTION}
kind: fact_check
publisher: The Arlen Desk
checked_on: 2024-03-01
sources:
  - {{n: 1, title: Police report, publisher: Arlen Police, document_id: police-2022}}
---
## Executive summary

{OLD} [1]. The latest yearly number of missing bicycles is kept by the police.
""",
    "police-2022.md": f"""---
id: police-2022
title: Police report
kind: source_document
publisher: Arlen Police
published_on: 2023-02-01
---
{OLD}. Most of them were found.
""",
    "police-2024.md": f"""---
id: police-2024
title: Police report for 2024
kind: source_document
publisher: Arlen Police
published_on: 2025-02-01
---
{NEW}. Most of them were found.
""",
}


@pytest.fixture(scope="session")
def stale_home(small_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small archive with a check that newer figures have overtaken."""
    home = running.copied(small_home, tmp_path_factory.mktemp("stale") / "home")
    folder = tmp_path_factory.mktemp("bicycles")
    for name, text in FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    with open_assistant(Settings(home=home, now=running.NOW)) as assistant:
        assert assistant.ingest([str(folder)]).added == len(FILES)
    return home


@pytest.fixture
def news(stale_home: Path, tmp_path: Path, slack: SlackServer) -> Iterator[Newsroom]:
    home = running.copied(stale_home, tmp_path / "newsroom")
    with Newsroom(home=home, slack=slack) as news:
        news.settings["slack_editors"] = f"U000, {news.ana.id}"
        news.settings["public_url"] = "https://assistant.news.example"
        yield news


def asked(news: Newsroom) -> tuple[Message, str]:
    sent = news.sender.mention(news.desk, news.ana, QUESTION)
    message = news.one_answer(news.desk, sent.thread)
    assert words(OLD) in words(shown(message)), shown(message)
    return message, sent.thread


def said(news: Newsroom, thread: str, part: str, channel: Channel | None = None) -> list[Message]:
    answers = news.slack.answers(channel or news.desk, thread)
    return [each for each in answers if part in words(shown(each))]


def refreshes(news: Newsroom) -> list[tuple[str, str]]:
    """(id, state) of every refresh that was begun, read beside the process."""
    path = news.home / "ledger.sqlite3"
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=30)) as ledger:
        return list(ledger.execute("select id, state from refreshes order by at, id"))


def approve(news: Newsroom, refresh_id: str) -> Any:
    """As the desk does, in the server that runs."""
    settings = Settings(home=news.home, now=running.NOW)
    with open_session(settings, "a test") as session:
        return session.call(
            refreshing.refresh_decide, refresh_id=refresh_id, approve=True, by="ed", note=NOTE
        )


def page(news: Newsroom, answer_id: str) -> str:
    """What readers of an answer's public page see."""
    address = f"{news.processes[0].url}/a/{answer_id}"
    response = httpx.get(address, headers={"Accept": "text/html"}, timeout=60, trust_env=False)
    assert response.status_code == 200, response.text
    return unescape(re.sub(r"<[^<>]*>", "", response.text))


def test_an_editor_refreshes_from_a_thread_and_the_thread_hears_of_the_outcome_once(
    news: Newsroom,
) -> None:
    news.start()
    message, thread = asked(news)
    public = news.asked(QUESTION)["id"]
    quick(news.sender.press(news.desk, news.ben, message, "refresh_1"))
    news.settled()
    assert [each.text for each in news.slack.ephemerals(news.desk, news.ben)] == [
        sayings.NOT_AN_EDITOR
    ]
    assert refreshes(news) == []

    sent = news.sender.press(news.desk, news.ana, message, "refresh_1")
    quick(sent)
    quick(news.sender.retry(sent))
    quick(news.sender.press(news.desk, news.ana, message, "refresh_1"))
    news.slack.wait_for(lambda: said(news, thread, PROPOSED["updated"]), PATIENCE_S)
    news.settled()
    (found,) = said(news, thread, PROPOSED["updated"])
    ((refresh_id, state),) = refreshes(news)
    assert state == "proposed"
    text = words(shown(found))
    assert "15,100" in text
    assert APPROVE in text
    assert f"/desk/refresh?id={refresh_id}" in str(found.blocks)
    told = [each.text for each in news.slack.ephemerals(news.desk, news.ana)]
    assert sorted(told) == sorted([sayings.REFRESHING] * 2 + [sayings.REFRESHED])
    assert "Updated" not in page(news, public)  # nothing is published yet

    assert approve(news, refresh_id)["state"] == "published"
    news.slack.wait_for(lambda: said(news, thread, "was updated"), PATIENCE_S)
    news.settled()
    (note,) = said(news, thread, "was updated")
    assert NOTE in shown(note)
    assert "corrected" not in shown(note).lower()
    assert page(news, public).count("Updated") == 1

    news.processes[0].terminate()
    news.processes.clear()
    news.start()
    news.settled()
    assert len(said(news, thread, "was updated")) == 1
    assert len(said(news, thread, PROPOSED["updated"])) == 1


@pytest.mark.parametrize("killed", [False, True])
def test_a_correction_is_told_once_whatever_was_down(news: Newsroom, killed: bool) -> None:
    process = news.start()
    _, thread = asked(news)
    public = news.asked(QUESTION)["id"]
    process.terminate()
    settings = Settings(home=news.home, now=running.NOW)
    with open_assistant(settings) as assistant:
        revise(
            assistant._ledger,
            assistant._parts.chronicle.revised,
            "bicycles",
            "corrected",
            ("12,400", "12,040"),
            note=NOTE,
            now=settings.clock(),
        )
    news.processes.clear()
    if killed:
        _killed_while_telling(news)
    for _ in range(2):
        news.start()
        news.slack.wait_for(lambda: said(news, thread, "was corrected"), PATIENCE_S)
        news.settled()
        (note,) = said(news, thread, "was corrected")
        assert NOTE in shown(note)
        assert "updated" not in shown(note).lower()
        assert page(news, public).count("Corrected") == 1
        news.processes[0].terminate()
        news.processes.clear()


def _killed_while_telling(news: Newsroom) -> None:
    """Its note is posted, and nobody writes that down."""
    struck: list[int] = []

    def kill(call: Call) -> None:
        if not struck:
            struck.append(call.number)
            news.processes[-1].kill()

    news.slack.on("chat.postMessage", kill)
    process = news.start(ready=False)
    news.slack.wait_for(lambda: process.ended is not None, PATIENCE_S)
    assert struck, process.log[-3000:]
    process.wait()
    news.processes.clear()


def test_a_channel_that_others_read_has_no_button(news: Newsroom, slack: SlackServer) -> None:
    news.start()
    guest = slack.add_user("gus", is_restricted=True)
    place = slack.add_channel("open", news.ana, guest)
    sent = news.sender.mention(place, news.ana, QUESTION)
    message = news.one_answer(place, sent.thread)
    assert "Consider refreshing" in shown(message)
    assert "refresh_1" not in str(message.blocks)
