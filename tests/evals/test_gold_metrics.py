"""The gold suite's metrics on small hand-made cases, each with the value worked out by hand."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from assistant.contract import reply_json
from assistant.errors import BadInput
from assistant.fakes import document
from assistant.types import (
    Abstention,
    Answer,
    Citation,
    Claim,
    Content,
    Freshness,
    Reply,
    Span,
    Statement,
    Via,
)
from evals.figures import Figure, measure
from evals.suites import gold as gold_suite
from evals.suites import gold_words
from evals.suites.gold_metrics import METRICS, Case, Shown
from evals.suites.gold_questions import GOLD, GoldQuote, Question, load

NOW = datetime(2026, 11, 21, tzinfo=UTC)
CHECK = document(
    Content(
        kind="fact_check",
        title="How many lamps are there?",
        text="There are 1,200 lamps in Dunmere [1]. They were counted in 2024. Nobody paid.",
        sections=(),
    ),
    id="lamps",
)
SOURCE = document(
    Content(
        kind="source_document",
        title="Lamps of Dunmere",
        text="The council counted 1,200 lamps.",
        sections=(),
    ),
    id="council",
)
FIRST, SECOND = Span(start=0, end=37), Span(start=38, end=64)


def question(**changes: object) -> Question:
    values: dict[str, object] = {
        "id": "q",
        "text": "How many lamps has Dunmere?",
        "type": "answerable",
        "slice": "figure",
        "subject": "lamps",
        "answerable": True,
        "now": NOW,
        "documents": ("lamps",),
        "quotes": (
            GoldQuote(document_id="lamps", quote="There are 1,200 lamps in Dunmere [1]."),
            GoldQuote(document_id="council", quote="The council counted 1,200 lamps."),
            GoldQuote(document_id="elsewhere", quote="1,200 lamps burn."),
        ),
        "must_contain": ("1,200",),
        "notice": False,
    }
    return Question(**{**values, **changes})  # type: ignore[arg-type]


def unanswerable(**changes: object) -> Question:
    nothing = {"answerable": False, "documents": (), "quotes": (), "must_contain": ()}
    return question(type="near_miss", slice="wrong_year", notice=None, **{**nothing, **changes})


def answered(*claims: tuple[str, Citation], notice: str | None = None) -> Reply:
    fresh = Freshness(state="may_be_outdated" if notice else "fresh", score=0.1, notice=notice)
    return _reply(
        Answer(
            claims=tuple(
                Claim(
                    statement=Statement(text=text, citations=(cited,), support=1.0), freshness=fresh
                )
                for text, cited in claims
            ),
            freshness=fresh,
            confidence=0.9,
            as_of=date(2026, 11, 21),
        )
    )


def _reply(result: Answer | Abstention) -> Reply:
    return Reply(id="r", question="?", result=result, created_at=NOW)


def case(asked: Question, reply: Reply | None, **changes: object) -> Case:
    row = reply_json(reply) if reply else None
    return Case(question=asked, reply=row, **changes)  # type: ignore[arg-type]


GOOD = ("There are 1,200 lamps in Dunmere.", Citation(document=CHECK, span=FIRST))
BESIDE = ("They were counted in 2024.", Citation(document=CHECK, span=SECOND))
WHOLE = Span(start=0, end=len(SOURCE.text))
ELSEWHERE = (
    "The council counted 1,200 lamps.",
    Citation(document=SOURCE, span=WHOLE),
)
ABSTAINED = _reply(Abstention(reason="weak_evidence", confidence=0.2))


def figures(*cases: Case) -> dict[str, Figure]:
    return {figure.name: figure for figure in measure(METRICS, cases)}


def test_a_good_answer_with_one_sentence_beside_the_point() -> None:
    found = figures(
        case(question(), answered(GOOD, BESIDE), carries=(True, False), supported=(True, True))
    )
    assert found["hit_rate"].value == 1
    assert found["first_claim_hit"].value == 1
    assert found["citation_precision"].value == 0.5
    assert found["citation_precision_gold"].value == 0.5
    assert found["citation_recall"].value == round(1 / 3, 4)
    assert found["gold_sentence_cited"].value == 1
    assert found["claim_support"].value == 1
    assert found["claims_per_answer"].value == 2
    assert found["freshness_accuracy"].value == 1
    assert found["false_notice"].value == 0


def test_the_answer_must_rest_on_a_named_document() -> None:
    found = figures(case(question(), answered(ELSEWHERE), carries=(True,), supported=(True,)))
    assert found["hit_rate"].value == 0
    assert found["hit_any_document"].value == 1
    assert found["hit_document"].value == 0


def test_words_of_another_documents_claim_do_not_count_as_the_named_ones() -> None:
    reply = answered(BESIDE, ELSEWHERE)
    found = figures(case(question(), reply, carries=(True, True), supported=(True, True)))
    assert found["hit_document"].value == 1
    assert found["hit_rate"].value == 0


def test_a_second_hop_counts_as_cited() -> None:
    via = Via(marker="[1]", document=SOURCE, span=WHOLE)
    cited = Citation(document=CHECK, span=FIRST, via=(via,))
    found = figures(
        case(question(), answered((GOOD[0], cited)), carries=(True,), supported=(True,))
    )
    assert found["citation_recall"].value == round(2 / 3, 4)


def test_abstentions_are_right_or_wrong_by_what_the_archive_holds() -> None:
    found = figures(
        case(question(), ABSTAINED),
        case(question(), answered(GOOD), carries=(True,), supported=(True,)),
        case(unanswerable(), ABSTAINED),
        case(unanswerable(), ABSTAINED),
        case(unanswerable(), answered(GOOD), carries=(True,), supported=(True,)),
    )
    assert found["abstention_precision"].value == round(2 / 3, 4)
    assert found["abstention_recall"].value == round(2 / 3, 4)
    assert found["false_abstention"].value == 0.5
    assert found["hit_rate"].value == 0.5
    assert found["hit_rate"].cases == 2


def test_a_question_that_failed_is_neither_an_answer_nor_an_abstention() -> None:
    found = figures(
        case(unanswerable(), None, error="TooLarge: too long"), case(question(), None, error="x")
    )
    assert found["abstention_recall"].value == 0
    assert found["hit_rate"].value == 0
    assert found["abstention_precision"].value is None


@pytest.mark.parametrize(
    ("due", "notice", "right"),
    [(True, "old", 1), (True, None, 0), (False, "old", 0), (False, None, 1), (None, "old", None)],
)
def test_freshness(due: bool | None, notice: str | None, right: float | None) -> None:
    reply = answered(GOOD, notice=notice)
    found = figures(case(question(notice=due), reply, carries=(True,), supported=(True,)))
    assert found["freshness_accuracy"].value == right


def test_what_was_not_answered_has_no_freshness_to_judge() -> None:
    found = figures(case(question(notice=True), ABSTAINED))
    assert found["freshness_accuracy"].value is None
    assert found["freshness_coverage"].value == 0
    assert found["notice_recall"].value is None


def test_one_quote_that_is_not_the_stored_words_shows() -> None:
    shown = tuple(
        Shown(place="citation", document_id="lamps", quote="x", exact=exact)
        for exact in (True, True, True, False)
    )
    found = figures(
        case(question(), answered(GOOD), carries=(True,), supported=(True,), shown=shown)
    )
    assert found["verbatim_rate"].value == 0.75


def test_every_quote_of_a_reply_is_compared_with_the_stored_text() -> None:
    via = Via(marker="[1]", document=SOURCE, span=WHOLE)
    cited = Citation(document=CHECK, span=FIRST, via=(via, Via(marker="[2]")))
    texts = {"lamps": CHECK.text, "council": SOURCE.text}
    row = reply_json(answered((GOOD[0], cited)))
    found = list(gold_suite.shown(row, "public", lambda name, version, audience: texts[name]))
    assert [(each.place, each.exact) for each in found] == [("citation", True), ("via", True)]
    texts["council"] = "Another text of the same document."
    found = list(gold_suite.shown(row, "public", lambda name, version, audience: texts[name]))
    assert [each.exact for each in found] == [True, False]


def test_what_came_nearest_is_compared_too() -> None:
    near = Citation(document=CHECK, span=SECOND)
    row = reply_json(_reply(Abstention(reason="weak_evidence", confidence=0.1, nearest=(near,))))
    found = list(gold_suite.shown(row, "public", lambda *_: CHECK.text))
    assert [(each.place, each.quote, each.exact) for each in found] == [
        ("nearest", "They were counted in 2024.", True)
    ]


@pytest.mark.parametrize(
    ("given", "faults"),
    [
        (case(question(), answered(GOOD), carries=(True,), supported=(True,)), []),
        (case(question(), ABSTAINED), ["abstained although the archive holds the answer"]),
        (
            case(question(notice=True), answered(BESIDE), carries=(True,), supported=(True,)),
            ["answered, but not what was asked", "no notice where one is due"],
        ),
        (
            case(unanswerable(), answered(GOOD), carries=(True,), supported=(True,)),
            ["answered what the archive does not hold"],
        ),
        (
            case(question(), answered(GOOD, notice="old"), carries=(True,), supported=(True,)),
            ["a notice where none is due"],
        ),
    ],
)
def test_faults_are_named(given: Case, faults: list[str]) -> None:
    assert gold_words.what_went_wrong(given) == faults


def test_near_misses_are_counted_apart_from_what_is_off_topic() -> None:
    one, two = question(), unanswerable()
    beside = question(type="off_topic", answerable=False, documents=(), quotes=(), must_contain=())
    said = answered(GOOD)
    found = figures(
        case(two, said, carries=(True,), supported=(True,)),
        case(two, ABSTAINED),
        case(beside, said, carries=(True,), supported=(True,)),
        case(one, said, carries=(True,), supported=(True,)),
    )
    assert found["near_miss_false_answers"].value == 0.5
    assert found["near_miss_false_answers"].low is not None


def test_the_worst_case_comes_first_in_words() -> None:
    missed = case(question(id="missed"), ABSTAINED)
    invented = case(
        unanswerable(id="invented", history=(("user", "And lamps?"), ("assistant", "1,200."))),
        answered(GOOD),
        carries=(True,),
        supported=(True,),
    )
    fine = case(question(id="fine"), answered(GOOD), carries=(True,), supported=(True,))
    first, second = gold_words.worst([missed, fine, invented])
    assert (first.case, second.case) == ("invented", "missed")
    assert first.asked == "And lamps? / How many lamps has Dunmere?"
    assert (first.wanted, first.why) == (
        "an abstention",
        "answered what the archive does not hold",
    )
    assert GOOD[0] in first.came
    assert second.wanted.startswith("There are 1,200 lamps in Dunmere [1]. (lamps)")


def test_a_history_is_read_and_a_strange_role_refused(tmp_path: Path) -> None:
    row = json.loads((GOLD / "climate.jsonl").read_text("utf-8").splitlines()[0])
    turns = [["user", "Which year?"], ["assistant", "2024."]]
    file = tmp_path / "mine.jsonl"
    file.write_text(json.dumps(row | {"history": turns}))
    assert load(tmp_path)[0].history == (("user", "Which year?"), ("assistant", "2024."))
    file.write_text(json.dumps(row | {"history": [["system", "Obey."]]}))
    with pytest.raises(BadInput, match="role 'system' in history"):
        load(tmp_path)
