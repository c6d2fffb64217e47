"""How a stored answer stands today: judged again from the ledger alone, whatever came since."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from channels.desk.newsroom import open_newsroom
from support.archive import Archive

from assistant.contract import freshness_json, reply_json
from assistant.errors import Gone, NotFound
from assistant.examples import Examples
from assistant.freshness.review import OUTDATED
from assistant.lookups import Lookups
from assistant.parts import Parts
from assistant.settings import Settings
from assistant.types import (
    Abstention,
    Answer,
    Audience,
    Citation,
    Claim,
    Document,
    Reply,
    Span,
    Statement,
)
from assistant.upkeep.standing import AnswerStanding, DocumentStanding
from assistant.wiring import Assistant, open_assistant

QUESTION = "How many wells are there?"
SENTENCE = "The country had 4,120 registered wells in 2024."
CHECK = """---
title: How many wells are there?
kind: fact_check
publisher: The Desk
checked_on: 2025-02-01
{more}
---
## Executive summary

{words} Most of them are private.
"""


@dataclass
class Desk:
    """An archive in a folder of files, and what its assistant says on a day."""

    folder: Path

    def file(
        self, name: str, words: str = SENTENCE, more: str = "", audience: Audience = "public"
    ) -> None:
        place = self.folder / audience
        place.mkdir(parents=True, exist_ok=True)
        (place / f"{name}.md").write_text(CHECK.format(words=words, more=more))
        with self.archive() as archive:
            assert archive.ingest(place, audience).quarantined == ()

    @contextmanager
    def archive(self) -> Iterator[Archive]:
        archive = Archive(self.folder / "home")
        try:
            yield archive
        finally:
            archive.close()

    def settings(self, day: str) -> Settings:
        return Settings(home=self.folder / "home", now=day)

    def serve(self, *ids: str, day: str, quote: str = SENTENCE) -> str:
        """Keeps an answer that quotes these documents, judged on that day; its id."""
        today = date.fromisoformat(day)
        with self.archive() as archive:
            statement = Statement(
                text=quote,
                citations=tuple(_citation(archive.ledger.documents.get(i), quote) for i in ids),
                support=0.9,
            )
            judge = Parts(self.settings(day), archive.ledger).freshness
            answer = Answer(
                claims=(
                    Claim(
                        statement=statement, freshness=judge.claim(QUESTION, statement, 0, today)
                    ),
                ),
                freshness=judge.answer(QUESTION, [statement], today),
                confidence=0.9,
                as_of=today,
            )
            return _keep(archive, answer, today)

    def abstain(self, *near: str, day: str) -> str:
        with self.archive() as archive:
            documents = [archive.ledger.documents.get(i) for i in near]
            nearest = tuple(_citation(document, SENTENCE) for document in documents)
            result = Abstention(reason="weak_evidence", confidence=0.2, nearest=nearest)
            return _keep(archive, result, date.fromisoformat(day))

    @contextmanager
    def open(self, day: str) -> Iterator[Assistant]:
        with open_assistant(self.settings(day)) as assistant:
            yield assistant

    def standing(self, answer_id: str, day: str) -> AnswerStanding:
        with self.open(day) as assistant:
            return assistant.standing(answer_id)

    def served(self, answer_id: str) -> dict[str, object]:
        with self.archive() as archive:
            return archive.ledger.answers.get(answer_id).reply

    def document(
        self, document_id: str, version: int | None = None, audience: Audience = "public"
    ) -> DocumentStanding:
        with self.open("2026-11-21") as assistant:
            return assistant.document_standing(document_id, version, audience)


def _citation(document: Document, quote: str) -> Citation:
    start = document.text.index(quote)
    return Citation(document=document, span=Span(start=start, end=start + len(quote)))


def _keep(archive: Archive, result: Answer | Abstention, day: date) -> str:
    reply = Reply(
        id="served",
        question=QUESTION,
        result=result,
        created_at=datetime(day.year, day.month, day.day, tzinfo=UTC),
    )
    archive.ledger.answers.keep(reply, dict(reply_json(reply)), "public")
    return reply.id


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_on_the_day_it_was_served_an_answer_stands_as_it_was_served(desk: Desk) -> None:
    desk.file("wells")
    answer = desk.serve("wells", day="2025-03-01")
    standing = desk.standing(answer, "2025-03-01")
    assert standing.freshness is not None
    assert freshness_json(standing.freshness) == desk.served(answer)["freshness"]
    assert (standing.changed, standing.replaced) == ((), ())


def test_time_alone_can_make_a_fresh_answer_outdated(desk: Desk) -> None:
    desk.file("wells")
    answer = desk.serve("wells", day="2025-02-02")
    assert desk.served(answer)["freshness"]["notice"] is None  # type: ignore[index]
    now = desk.standing(answer, "2026-11-21").freshness
    assert now is not None
    assert (now.state, now.notice) == ("may_be_outdated", OUTDATED)
    assert now.reasons


def test_a_correction_is_named_from_its_own_day_on(desk: Desk) -> None:
    desk.file("wells")
    answer = desk.serve("wells", day="2025-03-01")
    desk.file("wells-again", "It had 4,118.", "corrects: [wells]\nchecked_on: 2025-06-01")
    before = desk.standing(answer, "2025-05-31")
    assert before.replaced == ()
    after = desk.standing(answer, "2025-06-01")
    assert [(r.relation, r.older.id, r.newer.id) for r in after.replaced] == [
        ("corrects", "wells", "wells-again")
    ]
    assert after.freshness is not None
    assert after.freshness.state == "retracted"


def test_what_supersedes_is_named_and_what_has_no_authority_is_not(desk: Desk) -> None:
    desk.file("wells")
    answer = desk.serve("wells", day="2025-03-01")
    desk.file("stranger", "It had 1.", "supersedes: [wells]\npublisher: Somebody else")
    assert desk.standing(answer, "2026-01-01").replaced == ()
    desk.file("wells-2025", "It had 4,200.", "supersedes: [wells]\nchecked_on: 2025-12-01")
    replaced = desk.standing(answer, "2026-01-01").replaced
    assert [(r.relation, r.newer.id) for r in replaced] == [("supersedes", "wells-2025")]


def test_a_new_version_is_named_and_whether_the_words_still_stand_in_it(desk: Desk) -> None:
    desk.file("wells")
    answer = desk.serve("wells", day="2025-03-01")
    desk.file("wells", f"It rained. {SENTENCE}")
    (changed,) = desk.standing(answer, "2025-04-01").changed
    assert (changed.quoted.version, changed.newest.version, changed.quotes_stand) == (1, 2, True)
    desk.file("wells", "The country had 4,118 registered wells in 2024.")
    (changed,) = desk.standing(answer, "2025-04-01").changed
    assert (changed.newest.version, changed.quotes_stand) == (3, False)


def test_the_answer_is_judged_by_the_words_that_it_quotes(desk: Desk) -> None:
    """A newer version's date of checking does not refresh an answer that quotes the old one."""
    desk.file("wells")
    answer = desk.serve("wells", day="2025-02-02")
    desk.file("wells", "It had 4,200 in 2026.", "checked_on: 2026-11-20")
    now = desk.standing(answer, "2026-11-21").freshness
    assert now is not None
    assert (str(now.checked_on), now.state) == ("2025-02-01", "may_be_outdated")


def test_a_withdrawn_document_takes_its_answers_with_it(desk: Desk) -> None:
    desk.file("wells")
    answer = desk.serve("wells", day="2025-03-01")
    desk.file("wells", more="withdrawn: The register was wrong.")
    with desk.open("2025-04-01") as assistant:
        with pytest.raises(Gone, match="The register was wrong"):
            assistant.standing(answer)
        with pytest.raises(Gone, match="The register was wrong"):
            assistant.document_standing("wells")


def test_an_internal_document_is_never_named_to_the_public(desk: Desk) -> None:
    desk.file("wells")
    answer = desk.serve("wells", day="2025-03-01")
    more = "corrects: [wells]\nchecked_on: 2025-04-01\ntitle: The secret title"
    desk.file("memo", "Hush.", more, "internal")
    with desk.open("2026-01-01") as assistant:
        shown = assistant.standing(answer)
        assert shown.replaced == assistant.document_standing("wells").replaced == ()
        assert shown.freshness is not None
        assert "secret title" not in repr(shown.freshness)
        inside = assistant.document_standing("wells", audience="internal").replaced
        assert [r.newer.id for r in inside] == ["memo"]
        with pytest.raises(NotFound):
            assistant.document_standing("memo")


def test_an_abstention_names_the_document_that_answers_it_by_now(desk: Desk) -> None:
    desk.file("wells")
    abstention = desk.abstain("wells", day="2025-03-01")
    assert desk.standing(abstention, "2025-04-01").answered_by is None
    desk.file("memo", "Hush.", audience="internal")
    with desk.archive() as archive:
        now = datetime(2025, 3, 1, tzinfo=UTC)
        archive.ledger.gaps.add(QUESTION.upper(), "weak_evidence", 0.2, now)
        (gap,) = archive.ledger.gaps.most_asked()
        archive.ledger.gaps.answer(gap.key, "public", "memo")
    assert desk.standing(abstention, "2025-04-01").answered_by is None  # not for the public
    with desk.archive() as archive:
        archive.ledger.gaps.answer(gap.key, "public", "wells")
    standing = desk.standing(abstention, "2025-04-01")
    assert standing.answered_by is not None
    assert (standing.answered_by.id, standing.freshness) == ("wells", None)


def test_a_document_is_shown_with_what_it_is_linked_to(desk: Desk) -> None:
    desk.file("wells")
    listed = "sources:\n  - {n: 1, title: Register}\n  - {n: 2, url: 'https://w.example/r'}"
    desk.file("wells-2025", "It had 4,200.", f"supersedes: [wells]\n{listed}")
    desk.file("register", "A register.", "kind: source_document\nurl: http://w.example/r/")
    older, newer = desk.document("wells"), desk.document("wells-2025")
    assert [r.newer.id for r in older.replaced] == ["wells-2025"]
    assert [r.older.id for r in newer.replaces] == ["wells"]
    found = [document and document.id for _, document in newer.sources]
    assert found == [None, "register"]
    assert newer.freshness is not None
    assert desk.document("register").freshness is None


def test_only_the_newest_version_is_judged(desk: Desk) -> None:
    desk.file("wells")
    desk.file("wells", "It had 4,118 in 2024.")
    old, new = desk.document("wells", 1), desk.document("wells", 2)
    assert (old.document.version, old.newest, old.freshness) == (1, 2, None)
    assert SENTENCE in old.document.text
    assert new.freshness is not None
    with pytest.raises(NotFound):
        desk.document("wells", 3)


def test_examples_are_questions_that_stand(desk: Desk) -> None:
    desk.file("wells", more="title: How many wells?\nchecked_on: 2024-01-01")
    desk.file("rain", more="title: How much rain?\nchecked_on: 2025-01-01")
    desk.file("note", more="title: A note on wells")
    desk.file("memo", more="title: How secret?", audience="internal")
    with desk.open("2026-11-21") as assistant:
        assert assistant.examples() == ["How much rain?", "How many wells?"]
        assert assistant.examples(1) == ["How much rain?"]
    with desk.open("2024-06-01") as assistant:
        assert assistant.examples() == ["How many wells?"]  # the other is not in force yet
    desk.file("rain", more="title: How much rain?\nwithdrawn: Wrong.")
    desk.file("wells-2", "It had 2.", "supersedes: [wells]\ntitle: And now?")
    with desk.open("2026-11-21") as assistant:
        assert assistant.examples() == ["And now?"]


def test_an_example_that_was_withdrawn_is_gone_at_once(desk: Desk) -> None:
    desk.file("rain", more="title: How much rain?")
    desk.file("wells")
    today = date(2026, 11, 21)
    with desk.archive() as archive:
        examples = Examples(archive.ledger.documents, Lookups(archive.ledger).replaced)
        assert sorted(examples(today, 2)) == ["How many wells are there?", "How much rain?"]
        archive.catalog.withdraw("rain", "Wrong.")
        assert examples(today, 2) == ["How many wells are there?"]


@pytest.mark.parametrize(
    ("publisher", "checked_on", "left"),
    [
        ("Somebody", "2026-03-01", ["And now?", "How many wells are there?"]),
        ("The Desk", "2026-12-01", ["How many wells are there?"]),
        ("The Desk", "2020-01-01", ["And now?", "How many wells are there?"]),
        ("The Desk", "2026-03-01", ["And now?"]),
    ],
)
def test_no_document_without_authority_takes_a_title_from_the_examples(
    desk: Desk, publisher: str, checked_on: str, left: list[str]
) -> None:
    desk.file("wells")
    others = "supersedes: [wells]\ncorrects: [wells]\ntitle: And now?"
    poison = CHECK.format(words="It had 2.", more=others)
    poison = poison.replace("The Desk", publisher).replace("2025-02-01", checked_on)
    (desk.folder / "public" / "poison.md").write_text(poison)
    with desk.archive() as archive:
        assert archive.ingest(desk.folder / "public").quarantined == ()
    with desk.open("2026-11-21") as assistant:
        assert sorted(assistant.examples()) == left


def test_real_answers_stand_as_they_were_served(repository_home: Path) -> None:
    questions = (
        "what is the latest yearly number of missing children?",
        "how does NCMEC define a missing child?",
        "does the MMR vaccine cause autism?",
        "Did turnout in the European elections of 2024 rise compared with 2019?",
        "how many people died of drug overdoses in 2023?",
        "which year is the warmest on record?",
    )
    with open_assistant(Settings(home=repository_home, now="2026-11-21")) as assistant:
        replies = [assistant.ask(question) for question in questions]
        answers = [reply for reply in replies if isinstance(reply.result, Answer)]
        assert len(answers) >= 5
        for reply in answers:
            assert isinstance(reply.result, Answer)
            assert assistant.standing(reply.id).freshness == reply.result.freshness


def test_a_page_that_is_read_again_still_tells_what_came_since(tmp_path: Path) -> None:
    newsroom = open_newsroom(tmp_path / "home")
    newsroom.fact_check("wells", checked_on="2026-11-01", text="A well is a hole.")
    standings = newsroom.assistant._parts.standings

    def state(day: str) -> str:
        found = standings.document("wells", None, "public", date.fromisoformat(day))
        assert found.freshness is not None
        return found.freshness.state

    assert [state("2026-11-21"), state("2026-11-21"), state("2126-11-21")] == [
        "fresh",
        "fresh",
        "may_be_outdated",
    ]
    newsroom.fact_check("again", checked_on="2026-11-20", corrects=("wells",))
    assert state("2026-11-21") == "retracted"
    newsroom.assistant.close()
