"""Gaps: grouped by what they ask, assigned, answered, filtered, forgotten."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answering.questions.grouping import same_question
from channels.desk.newsroom import DAY, NOW, Browser, Newsroom, Page, words_of


def test_questions_with_the_same_words_are_one_gap(newsroom: Newsroom, owner: Browser) -> None:
    newsroom.gap("How many children are missing in Canada?", 3, at=NOW - 3 * DAY)
    newsroom.gap("in Canada, how many kids are missing", 2, at=NOW - DAY)
    newsroom.gap("How many children are missing in Peru?", 4)
    peru, canada = sorted(newsroom.assistant.desk.gaps("public"), key=lambda g: g.count)
    assert (canada.count, len(canada.gaps), peru.count) == (5, 2, 4)
    assert canada.question == "How many children are missing in Canada?"
    page = owner.get("/gaps")
    rows = Page(page.text).tables[0][1:]
    assert [row[2] for row in rows] == ["5", "4"]
    assert "2026-11-20" in rows[0][3]
    assert "2 wordings" in rows[0][0]
    assert "in Canada, how many kids are missing 2 ×" in words_of(page)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("What is inflation in Germany?", "what's inflation in germany", True),
        ("Minimum wage in Ohio?", "What is the minimum wage in Ohio?", True),
        ("How many wells in 2023?", "How many wells in 2024?", False),
        ("How many wells in Chad?", "How many wells in Mali?", False),
        ("Сколько колодцев?", "сколько колодцев?", True),
        ("Сколько колодцев?", "Сколько людей?", False),
        ("???", "!!!", False),
        ("who is it?", "who is it?", True),
    ],
)
def test_which_questions_are_one(one: str, other: str, same: bool) -> None:
    assert (same_question(one) == same_question(other)) is same


@given(
    st.lists(st.sampled_from(["wells", "Chad", "2023", "deep", "water"]), min_size=1), st.randoms()
)
def test_order_and_repetition_make_no_new_gap(words: list[str], rng: random.Random) -> None:
    shuffled = [*words, words[0]]
    rng.shuffle(shuffled)
    assert same_question(" ".join(words)) == same_question(" ".join(shuffled) + "?")


@given(st.text())
def test_any_question_has_a_name(text: str) -> None:
    assert len(same_question(text)) == 16


def test_a_gap_is_assigned_and_given_back(newsroom: Newsroom, owner: Browser) -> None:
    newsroom.gap("Where is the well?")
    newsroom.gap("The well is where?")
    (group,) = newsroom.assistant.desk.gaps("public")
    response = owner.send("/gaps/assign", gap=group.id, name="  Ada   Okafor ", state="open")
    assert response.headers["location"] == "/desk/gaps?state=open&done=assigned"
    assert {gap.assignee for gap in newsroom.ledger.gaps.most_asked()} == {"Ada Okafor"}
    after = owner.client.get(response.headers["location"])
    assert "Saved who takes care of it." in after.text
    assert "No gap is open" in after.text
    assert "Ada Okafor" in Page(owner.get("/gaps?state=assigned").text).values
    owner.send("/gaps/assign", gap=group.id, name="")
    assert {gap.assignee for gap in newsroom.ledger.gaps.most_asked()} == {None}


def test_a_gap_is_answered_by_a_document(newsroom: Newsroom, owner: Browser) -> None:
    newsroom.gap("Where is the well?")
    newsroom.document("a/well", title="The well of Sund")
    (group,) = newsroom.assistant.desk.gaps("public")
    assert owner.send("/gaps/answered", gap=group.id, document=" a/well ").status_code == 303
    assert newsroom.ledger.gaps.most_asked()[0].answered_by == "a/well"
    page = Page(owner.get("/gaps?state=answered").text)
    assert "The well of Sund" in page.words
    assert "/d/a/well" in page.addresses
    assert "/?q=Where%20is%20the%20well%3F" in page.addresses  # asked again
    assert owner.send("/gaps/answered", gap=group.id, document="").status_code == 303
    assert newsroom.ledger.gaps.most_asked()[0].answered_by is None


def test_a_wrong_id_is_explained_where_it_was_typed(newsroom: Newsroom, owner: Browser) -> None:
    newsroom.gap("Where is the well?")
    (group,) = newsroom.assistant.desk.gaps("public")
    response = owner.send("/gaps/answered", gap=group.id, document="wel", page="x", state="?")
    assert response.status_code == 422
    assert "no document 'wel' is served to public readers" in words_of(response)
    assert "wel" in Page(response.text).values
    assert response.text.count('aria-invalid="true"') == 1
    assert newsroom.ledger.gaps.most_asked()[0].answered_by is None


def test_a_withdrawn_document_answers_nothing(newsroom: Newsroom, owner: Browser) -> None:
    newsroom.document("well", withdrawn="It was wrong.")
    newsroom.gap("Where is the well?")
    (group,) = newsroom.assistant.desk.gaps("public")
    assert owner.send("/gaps/answered", gap=group.id, document="well").status_code == 422


def test_a_gap_that_is_not_there_is_refused(newsroom: Newsroom, owner: Browser) -> None:
    newsroom.gap("Where is the well?")
    for path in ("/gaps/assign", "/gaps/answered"):
        assert owner.send(path, gap="0" * 16, name="Ada", document="x").status_code == 404
        assert owner.send(path).status_code == 404
    assert owner.send("/gaps/assign", gap="x", name="n" * 81).status_code == 422


def test_gaps_are_filtered_counted_and_paged(newsroom: Newsroom, owner: Browser) -> None:
    newsroom.document("well")
    for n in range(30):
        newsroom.gap(f"Where is village {n}?", at=NOW - n * timedelta(minutes=1))
    groups = newsroom.assistant.desk.gaps("public")
    for group in groups[:3]:
        newsroom.assistant.desk.assign(group.id, "public", "Ada")
    newsroom.assistant.desk.answer(groups[0].id, "public", "well")
    shown = words_of(owner.get("/gaps?state=all"))
    assert "open 27 assigned 2 answered 1 all 30" in shown
    seen = [
        row[0].strip().split("\n")[0]
        for n in (1, 2)
        for row in Page(owner.get(f"/gaps?page={n}").text).tables[0][1:]
    ]
    assert seen == [f"Where is village {n}?" for n in range(3, 30)]
    assert "Village 1?" not in owner.get("/gaps?state=answered").text


def test_old_questions_are_forgotten(newsroom: Newsroom, owner: Browser) -> None:
    kept = newsroom.assistant.settings.questions_kept_days
    newsroom.gap("Where was the old well?", at=NOW - timedelta(days=kept + 1))
    newsroom.gap("Where is the new well?", at=NOW)
    page = owner.get("/gaps")
    assert "old well" not in page.text
    assert "new well" in page.text
    assert f"kept for {kept} days" in words_of(page)


def test_a_question_asked_as_of_another_day_takes_nothing_along(newsroom: Newsroom) -> None:
    newsroom.gap("How deep are the wells?")
    answer = newsroom.answer(newsroom.fact_check("wells"))
    newsroom.assistant.feedback(answer, False, "Too short.")
    newsroom.assistant.ask("Hello!", now=NOW + 4000 * DAY, conversation_id="c")
    assert [gap.question for gap in newsroom.assistant.gaps()] == ["How deep are the wells?"]
    assert newsroom.assistant.desk.feedback_count("public") == 1
    with newsroom.ledger.noting() as connection:
        (at,) = connection.exec_driver_sql("select at from turns").scalars()
    assert at[:10] == "2026-11-21"


def test_what_is_forgotten_is_in_no_file(newsroom: Newsroom) -> None:
    newsroom.gap("Where is the zyzzyva?", at=NOW - 400 * DAY)
    newsroom.ledger.conversations.add("c", "A zyzzyva?", "A zyzzyva?", NOW - 400 * DAY)
    assert newsroom.assistant.gaps() == []
    files = [path for path in newsroom.ledger.path.parent.iterdir() if path.is_file()]
    assert [path.name for path in files if b"zyzzyva" in path.read_bytes()] == []
