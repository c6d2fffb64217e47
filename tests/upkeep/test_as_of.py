"""The archive asked as it stood: the words, citations and judgement of then, whenever asked."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shutil import copy, copytree, ignore_patterns
from typing import Any

import pytest
from support.counts import count
from support.paths import REPOSITORY

from assistant.contract import reply_json
from assistant.errors import BadInput, Gone
from assistant.freshness.volatility import TAU_DAYS
from assistant.settings import Settings
from assistant.types import Answer, Audience
from assistant.wiring import Assistant, open_assistant

Json = dict[str, Any]
START = datetime(2026, 3, 1, 9, tzinfo=UTC)
DAY = timedelta(days=1)
CHECKS = (
    "federal-minimum-wage",
    "fec-contribution-limits-2025-2026",
    "eu-election-turnout-2024",
    "eu-election-turnout-2024-final",
)
WAGE, LIMITS = CHECKS[:2]


class Dated(Settings):
    """Settings whose clock is moved on by the test."""

    def clock(self) -> datetime:
        return _CLOCK[0]


_CLOCK = [START]


@dataclass
class Newsroom:
    """A folder of fact-checks, and the assistant over it from day to day."""

    assistant: Assistant
    folder: Path
    day: int = 0

    def file(self, name: str) -> Path:
        return self.folder / f"{name}.md"

    def edit(self, name: str, old: str, new: str) -> None:
        text = self.file(name).read_text()
        assert old in text
        self.file(name).write_text(text.replace(old, new))

    def next_day(self) -> int:
        self.day += 1
        _CLOCK[0] = START + self.day * DAY
        return self.day

    def mirror(self, audience: Audience = "public") -> None:
        report = self.assistant.ingest([str(self.folder)], audience=audience)
        assert report.quarantined == ()

    def on(self, day: int) -> str:
        return (START + day * DAY).date().isoformat()

    def ask(self, question: str, day: int | None = None, audience: Audience = "public") -> Json:
        """As it is answered today, or as of the end of another day."""
        moment = None if day is None else self.assistant.moment_of(self.on(day))
        reply = self.assistant.ask(question, audience=audience, as_of=moment)
        return dict(reply_json(reply))

    @property
    def questions(self) -> list[str]:
        return [_title(REPOSITORY / "corpus" / "fact-checks" / f"{each}.md") for each in CHECKS]

    def id_of(self, name: str) -> str:
        (found,) = (
            each.id
            for each in self.assistant._ledger.documents.listed("internal")
            if each.title == _title(REPOSITORY / "corpus" / "fact-checks" / f"{name}.md")
        )
        return found


def _title(file: Path) -> str:
    found = re.search(r'^title: "?(.*?)"?$', file.read_text(), re.MULTILINE)
    assert found
    return found[1]


def words(reply: Json) -> Json:
    """What two answers share that are the same answer."""
    return {k: v for k, v in reply.items() if k not in ("id", "created_at")}


@pytest.fixture(scope="module")
def stocked(
    fresh_home: Callable[[], Path], tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, Path]:
    """A home, and the folder of files that it mirrors."""
    home, folder = fresh_home(), tmp_path_factory.mktemp("archive")
    _fill(folder)
    _CLOCK[0] = START
    with open_assistant(Dated(home=home)) as assistant:
        Newsroom(assistant=assistant, folder=folder).mirror()
    return home, folder


@pytest.fixture
def newsroom(stocked: tuple[Path, Path], tmp_path: Path) -> Iterator[Newsroom]:
    """It as it was on the first day."""
    home, folder = tmp_path / "home", stocked[1]
    copytree(stocked[0], home)
    _fill(folder)
    _CLOCK[0] = START
    with open_assistant(Dated(home=home)) as assistant:
        yield Newsroom(assistant=assistant, folder=folder)


def _fill(folder: Path) -> None:
    for name in CHECKS:
        copy(REPOSITORY / "corpus" / "fact-checks" / f"{name}.md", folder)


def test_the_day_before_a_correction_has_the_old_answer_word_for_word(newsroom: Newsroom) -> None:
    question = newsroom.questions[0]
    before = newsroom.ask(question)
    assert before["kind"] == "answer"
    assert "$7.25" in json.dumps(before)
    newsroom.next_day()
    newsroom.edit(WAGE, "$7.25", "$8.40")
    newsroom.mirror()
    assert "$7.25" not in json.dumps(newsroom.ask(question))
    then = newsroom.ask(question, 0)
    assert words(then) == words(before)
    assert then["as_of"] == newsroom.on(0)
    assert then["created_at"] == (START + DAY).isoformat()
    assert words(newsroom.ask(question, 0)) == words(then)
    for citation in then["citations"]:
        document = newsroom.assistant.document(citation["document_id"], citation["version"])
        assert document.text[citation["start"] : citation["end"]] == citation["quote"]


def test_another_process_gives_the_same(newsroom: Newsroom) -> None:
    """What was embedded by then is searched with the vectors that it had."""
    question = newsroom.questions[0]
    before = newsroom.ask(question)
    newsroom.next_day()
    newsroom.edit(WAGE, "The", "Then, the")
    newsroom.mirror()
    home = newsroom.folder.parent / f"again-{newsroom.day}"
    newsroom.assistant.close()
    copytree(newsroom.assistant.settings.home, home, ignore=ignore_patterns("*.lock"))
    with open_assistant(Dated(home=home)) as again:
        reopened = Newsroom(assistant=again, folder=newsroom.folder, day=newsroom.day)
        assert words(reopened.ask(question, 0)) == words(before)
        again.reindex()
        assert words(reopened.ask(question, 0))["claims"] == before["claims"]


def test_while_nothing_has_changed_it_is_the_plain_answer(newsroom: Newsroom) -> None:
    for question in (*newsroom.questions, "Who won the tulip race?"):
        plain, then = newsroom.ask(question), newsroom.ask(question, 0)
        assert words(then) == words(plain)


def test_before_the_first_document_there_is_no_evidence(newsroom: Newsroom) -> None:
    found = newsroom.ask(newsroom.questions[0], -1)
    assert (found["kind"], found["reason"], found["nearest"]) == ("abstention", "no_evidence", [])


def test_what_was_withdrawn_or_erased_since_never_comes_back(newsroom: Newsroom) -> None:
    wage, limits = newsroom.id_of(WAGE), newsroom.id_of(LIMITS)
    first = newsroom.ask(newsroom.questions[0], 0)
    assert wage in json.dumps(first)
    newsroom.next_day()
    newsroom.assistant.withdraw(wage, "It was wrong.")
    newsroom.assistant.erase(limits)
    for question in newsroom.questions:
        found = json.dumps(newsroom.ask(question, 0, "internal"))
        assert wage not in found
        assert limits not in found
    with pytest.raises(Gone):
        newsroom.assistant.answer(first["id"])


def test_what_was_removed_since_stands_for_those_who_may_read_it(newsroom: Newsroom) -> None:
    before = newsroom.ask(newsroom.questions[0])
    newsroom.next_day()
    text = newsroom.file(LIMITS).read_text()
    newsroom.file(WAGE).unlink()
    newsroom.file(LIMITS).write_text(text.replace("---\n", "---\naudience: internal\n", 1))
    newsroom.mirror()
    limits = newsroom.id_of(LIMITS)
    assert newsroom.ask(newsroom.questions[0])["kind"] == "abstention"
    then = newsroom.ask(newsroom.questions[0], 0)
    assert then["claims"] == before["claims"]
    assert limits not in json.dumps(newsroom.ask(newsroom.questions[1], 0))
    assert limits in json.dumps(newsroom.ask(newsroom.questions[1], 0, "internal"))


def test_it_is_judged_as_of_that_day_unless_another_is_named(newsroom: Newsroom) -> None:
    newsroom.next_day()
    moment, later = newsroom.assistant.moment_of(newsroom.on(0)), START + 3000 * DAY
    question = newsroom.questions[1]
    then = newsroom.assistant.ask(question, as_of=moment)
    judged = newsroom.assistant.ask(question, as_of=moment, now=later)
    assert reply_json(then)["freshness"] != reply_json(judged)["freshness"]  # type: ignore[typeddict-item]
    assert reply_json(judged)["as_of"] == newsroom.on(0)  # type: ignore[typeddict-item]
    plain = newsroom.assistant.ask(question, now=later)
    assert reply_json(judged)["freshness"] == reply_json(plain)["freshness"]  # type: ignore[typeddict-item]


def test_it_is_no_gap_and_is_not_remembered(newsroom: Newsroom) -> None:
    moment = newsroom.assistant.moment_of(newsroom.on(-1))
    reply = newsroom.assistant.ask(
        newsroom.questions[0], as_of=moment, conversation_id="a conversation"
    )
    assert newsroom.assistant.gaps() == []
    assert newsroom.assistant.answer(reply.id)["kind"] == "abstention"
    with newsroom.assistant._ledger.noting() as connection:
        assert connection.exec_driver_sql("select count(*) from turns").scalar() == 0


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("2026-03-02", "future"),
        ("2026-03-01T09:00:01", "future"),
        ("2026-03-01T10:00:00+00:30", "future"),
        ("9999-12-31", "future"),
        ("yesterday", "no date"),
        ("", "no date"),
        ("2026-02-30", "no date"),
        ("0001-01-01T00:00:00+14:00", "no date"),
    ],
)
def test_what_is_to_come_or_no_date_is_refused(text: str, problem: str, tmp_path: Path) -> None:
    with (
        open_assistant(Settings(home=tmp_path, now=START.isoformat())) as assistant,
        pytest.raises(BadInput, match=problem),
    ):
        assistant.moment_of(text)


def test_a_day_is_its_end_and_an_instant_itself(tmp_path: Path) -> None:
    with open_assistant(Settings(home=tmp_path, now=START.isoformat())) as assistant:
        assert assistant.moment_of("2026-03-01") == datetime(2026, 3, 1, 23, 59, 59, 999999, UTC)
        assert assistant.moment_of("2026-03-01T08:00+01:00") == datetime(2026, 3, 1, 7, tzinfo=UTC)
        assert assistant.moment_of("2026-03-01T09:00:00") == START


def test_any_course_of_days_is_answered_again_as_it_was(newsroom: Newsroom) -> None:
    """Random edits, removals and returns; then every day is asked for once more."""
    chance = random.Random(20260301)
    kept: dict[int, dict[str, Json]] = {0: {q: newsroom.ask(q) for q in newsroom.questions}}
    away: dict[str, str] = {}
    for _ in range(count(4, 60)):
        name = chance.choice(CHECKS)
        if name in away:
            newsroom.file(name).write_text(away.pop(name))
        elif chance.random() < 0.3:
            away[name] = newsroom.file(name).read_text()
            newsroom.file(name).unlink()
        else:
            newsroom.edit(name, ". ", f". There are {chance.randint(3, 9)} sorts. ")
        day = newsroom.next_day()
        newsroom.mirror()
        kept[day] = {question: newsroom.ask(question) for question in newsroom.questions}
    for day, replies in kept.items():
        for question, before in replies.items():
            then = newsroom.ask(question, day)
            # What was deleted still counts in the statistics of the index that serves, so its
            # scores, and the order of what only came near, may differ a little.
            assert then["kind"] == before["kind"]
            for name in ("claims", "citations", "freshness", "verdicts", "reason"):
                assert then.get(name) == before.get(name)
            assert then["confidence"] == pytest.approx(before["confidence"], abs=0.05)


def test_what_is_learned_later_changes_no_answer_of_then(newsroom: Newsroom) -> None:
    """Not even on the same day: what had been learned by the instant is what counts."""
    (question,) = (each for each in newsroom.questions if "minimum wage" in each.lower())
    assistant = newsroom.assistant

    def then(at: datetime) -> Json:
        reply = assistant.ask(question, as_of=assistant.moment_of(at.isoformat()))
        found: Any = reply_json(reply)
        return dict(found["freshness"])

    _CLOCK[0] = START + timedelta(hours=1)
    before = then(_CLOCK[0])
    _CLOCK[0] = START + timedelta(hours=2)
    taus = dict.fromkeys(TAU_DAYS, 1.0)
    learned = {"profile": "sensitive", "taus": taus, "threshold": 0.10, "outcomes": 40}
    assistant._ledger.labels.calibrate(learned, _CLOCK[0])
    now = assistant.ask(question).result
    assert isinstance(now, Answer)
    assert now.freshness.score > before["score"]
    assert then(START + timedelta(hours=2))["score"] > before["score"]
    assert then(START + timedelta(hours=1)) == before
