"""The public contract's JSON: exact shapes, and erasure from what was stored."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from assistant import contract, erasure, shapes
from assistant.ledger.gaps import Gap
from assistant.types import (
    Abstention,
    Answer,
    Badge,
    Citation,
    Claim,
    ClaimVerified,
    Content,
    Document,
    EvidenceFound,
    Freshness,
    Hit,
    PartialDate,
    Passage,
    Reason,
    Reply,
    Section,
    Source,
    Span,
    State,
    Statement,
    Support,
    Verdict,
    Via,
    Volatility,
)

NOW = datetime(2026, 3, 15, 12, tzinfo=UTC)


def day(text: str) -> PartialDate:
    return PartialDate(value=text, origin="front_matter")


def document(id: str, text: str, **fields: Any) -> Document:
    kind = fields.pop("kind", "fact_check")
    sections = (Section(span=Span(start=0, end=len(text)), heading_path=("A", "B")),)
    content = Content(kind=kind, title=f"Title of {id}", text=text, sections=sections, **fields)
    return Document(id=id, version=3, audience="public", content=content, retrieved_on=NOW)


SOURCE = document(
    "source",
    "Rain fell on 112 days in 2024.",
    kind="source_document",
    publisher="Weather Office",
    url="https://weather.example/2024",
    published_on=day("2025-01"),
    pages=(Span(start=0, end=10), Span(start=10, end=30)),
)
CHECK = document(
    "check",
    "It rained on 112 days in 2024 [1] [2] [3]. That is usual 😀.",
    checked_on=day("2025-02-03"),
    valid_as_of=day("2024"),
    sources=(Source(n=1, url="https://weather.example/2024"), Source(n=2, title="Almanac")),
    verdicts=(Verdict(claim="It never rained", rating="False", reviewed_on=day("2025")),),
)
SPLIT = CHECK.text.index(" That")
WORDS = Span(start=0, end=SPLIT)
HOPS = (
    Via(
        marker="[1]",
        source=CHECK.content.sources[0],
        document=SOURCE,
        span=Span(start=12, end=30),
    ),
    Via(marker="[2]", source=CHECK.content.sources[1]),
    Via(marker="[3]"),
)
FIRST = Citation(document=CHECK, span=WORDS, via=HOPS)
SECOND = Citation(document=SOURCE, span=Span(start=0, end=30))
USUAL = Citation(document=CHECK, span=Span(start=SPLIT + 1, end=len(CHECK.text)))


def reason(claim: int | None = None, text: str = "The year is over.", **evidence: str) -> Reason:
    return Reason(
        rule="period-closed",
        level="medium",
        claim=claim,
        text=text,
        clears_when="A newer year is in evidence.",
        evidence=evidence,
    )


def freshness(*reasons: Reason, state: State = "may_be_outdated") -> Freshness:
    return Freshness(
        state=state,
        score=0.25,
        notice="Notice.",
        reasons=reasons,
        checked_on=day("2025-02-03"),
        valid_as_of=day("2024"),
        next_review_on=date(2026, 6, 1),
    )


def claim(text: str, *citations: Citation, reasons: tuple[Reason, ...] = ()) -> Claim:
    statement = Statement(text=text, citations=citations, support=0.97)
    return Claim(statement=statement, freshness=freshness(*reasons))


def answered(*claims: Claim, **fields: Any) -> Reply:
    fields.setdefault("freshness", freshness(reason(0, period="2024"), reason(1), reason(None)))
    answer = Answer(
        claims=claims,
        confidence=0.91,
        as_of=NOW.date(),
        verdicts=((CHECK, CHECK.content.verdicts[0]),),
        follow_ups=("What of 2025?",),
        **fields,
    )
    return Reply(
        id="r1", question="Rain?", result=answer, created_at=NOW, diagnostics={"composer": "x"}
    )


ANSWER = answered(
    claim("It rained on 112 days.", FIRST, SECOND, reasons=(reason(0),)),
    claim("That is usual.", USUAL, reasons=(reason(1),)),
    claim("Rain fell.", SECOND, reasons=(reason(2),)),
)


adapter = cache(TypeAdapter)


def matches(shape: Any, value: object) -> None:
    assert adapter(shape).validate_python(value, strict=True) == value
    assert json.loads(json.dumps(value)) == value


def test_an_answer() -> None:
    reply = contract.reply_json(ANSWER)
    matches(shapes.AnswerJson, reply)
    assert reply["kind"] == "answer"
    assert [c["citations"] for c in reply["claims"]] == [[1, 2], [3], [2]]
    assert [c["n"] for c in reply["citations"]] == [1, 2, 3]
    assert reply["as_of"] == "2026-03-15"
    assert reply["created_at"] == "2026-03-15T12:00:00+00:00"
    assert reply["verdicts"] == [
        {
            "document_id": "check",
            "claim": "It never rained",
            "rating": "False",
            "claimant": None,
            "reviewed_on": "2025",
            "url": None,
        }
    ]
    assert reply["claims"][0]["freshness"] == {
        "state": "may_be_outdated",
        "reasons": [
            {
                "rule": "period-closed",
                "level": "medium",
                "claim": 0,
                "text": "The year is over.",
                "evidence": {},
                "clears_when": "A newer year is in evidence.",
            }
        ],
    }
    assert reply["diagnostics"] == {"composer": "x"}


def test_a_citation_says_who_speaks_and_through_what() -> None:
    first, second, _ = contract.reply_json(ANSWER)["citations"]  # type: ignore[typeddict-item]
    assert first["quote"] == CHECK.text[first["start"] : first["end"]]
    assert (first["kind"], first["checked_on"], first["published_on"], first["page"]) == (
        "fact_check",
        "2025-02-03",
        None,
        None,
    )
    assert (second["kind"], second["published_on"], second["page"]) == (
        "source_document",
        "2025-01",
        1,
    )
    resolved, listed, nowhere = first["via"]
    assert resolved["quote"] == SOURCE.text[resolved["start"] : resolved["end"]]
    assert (resolved["resolved"], resolved["document_id"], resolved["page"]) == (True, "source", 2)
    assert resolved["publisher"] == "Weather Office"
    assert (listed["resolved"], listed["title"], listed["quote"]) == (False, "Almanac", None)
    assert nowhere == {**dict.fromkeys(nowhere), "marker": "[3]", "resolved": False}


def test_a_source_found_without_its_sentence_is_resolved_without_a_quote() -> None:
    via = contract.via_json(Via(marker="[1]", document=SOURCE))
    assert via["resolved"]
    assert (via["quote"], via["start"], via["end"], via["page"]) == (None, None, None, None)


def test_an_abstention() -> None:
    abstention = Abstention(
        reason="weak_evidence", confidence=0.2, nearest=(FIRST,), follow_ups=("What of 2025?",)
    )
    reply = contract.reply_json(Reply(id="r2", question="?", result=abstention, created_at=NOW))
    matches(shapes.AbstentionJson, reply)
    assert reply["kind"] == "abstention"
    (near,) = reply["nearest"]
    assert near["quote"] == CHECK.text[near["start"] : near["end"]]
    assert (near["checked_on"], near["version"]) == ("2025-02-03", 3)


def test_events_have_the_numbers_of_the_answer() -> None:
    answer = ANSWER.result
    assert isinstance(answer, Answer)
    last = answer.claims[2]
    name, event = contract.event_json(
        ClaimVerified(index=2, claim=last, numbers=answer.numbers(last))
    )
    matches(shapes.ClaimEventJson, event)
    reply = contract.reply_json(ANSWER)
    assert reply["kind"] == "answer"
    assert (name, event) == (
        "claim",
        {"index": 2, "claim": reply["claims"][2], "citations": [reply["citations"][1]]},
    )
    name, event = contract.event_json(EvidenceFound(documents=(CHECK,)))
    assert (name, event) == (
        "evidence",
        {
            "passages": [{"document_id": "check", "title": "Title of check"}],
            "standalone_question": None,
        },
    )
    assert contract.event_json(ANSWER) == ("reply", reply)


def test_a_check_has_its_badges_at_their_places() -> None:
    badge = Badge(span=USUAL.span, freshness=freshness(reason(None), state="ageing"))
    check = contract.check_json(CHECK, freshness(), [badge])
    matches(shapes.CheckJson, check)
    (found,) = check["claims"]
    assert found["text"] == CHECK.text[found["start"] : found["end"]] == "That is usual 😀."
    assert found["state"] == "ageing"
    assert (check["next_review_on"], check["valid_as_of"]) == ("2026-06-01", "2024")


def test_a_document_with_all_that_is_known_of_it() -> None:
    body = contract.document_json(SOURCE)
    matches(shapes.DocumentJson, body)
    assert body["text"] == SOURCE.text
    assert body["sections"] == [{"heading_path": ["A", "B"], "role": "body", "start": 0, "end": 30}]
    assert body["pages"][1] == {"page": 2, "start": 10, "end": 30}
    listed = contract.document_json(CHECK)["sources"]
    assert listed[1] == {**dict.fromkeys(listed[1]), "n": 2, "title": "Almanac"}


def test_the_smaller_shapes() -> None:
    passage = Passage(id=7, document_id="check", version=3, span=WORDS, text=WORDS.of(CHECK.text))
    hit = contract.hit_json(Hit(passage=passage, score=0.5))
    matches(shapes.HitJson, hit)
    assert (hit["passage_id"], hit["start"], hit["end"]) == (7, 0, SPLIT)
    volatility = contract.volatility_json(Volatility(p_mutable=0.6, kind="annual", tau_days=365))
    assert volatility == {"p_mutable": 0.6, "class": "annual", "tau_days": 365}
    for supported, label in ((True, "supported"), (False, "not_supported")):
        verified = contract.verify_json(Support(score=0.7, supported=supported, reasons=("a",)))
        matches(shapes.VerifyJson, verified)
        assert (verified["label"], verified["reasons"]) == (label, ["a"])
    gap = contract.gap_json(
        Gap(
            key="q",
            audience="public",
            question="Q?",
            reason="no_evidence",
            confidence=0.1,
            count=2,
            first_asked="2026-01-01",
            last_asked="2026-01-02",
        )
    )
    matches(shapes.GapJson, gap)
    assert (gap["question"], gap["count"], gap["assignee"]) == ("Q?", 2, None)


# --- erasure --------------------------------------------------------------------------------------


def test_erasing_a_source_takes_its_claims_and_its_hops() -> None:
    stored = dict(contract.reply_json(ANSWER))
    cut = erasure.without_document(stored, document_id="source")
    matches(shapes.AnswerJson, cut)
    assert [c["text"] for c in cut["claims"]] == ["That is usual."]
    assert [c["n"] for c in cut["citations"]] == [3]
    assert cut["claims"][0]["citations"] == [3]
    assert [r["claim"] for r in cut["freshness"]["reasons"]] == [0, None]
    assert [r["claim"] for r in cut["claims"][0]["freshness"]["reasons"]] == [0]
    assert cut["verdicts"] == stored["verdicts"]
    assert stored == contract.reply_json(ANSWER)


def test_erasing_a_source_behind_a_marker_leaves_the_marker() -> None:
    stored = dict(contract.reply_json(answered(claim("It rained.", FIRST), freshness=freshness())))
    cut = erasure.without_document(stored, document_id="source")
    matches(shapes.AnswerJson, cut)
    first, second, _ = cut["citations"][0]["via"]
    assert first == {**dict.fromkeys(first), "marker": "[1]", "resolved": False}
    assert second["title"] == "Almanac"
    assert "Rain fell" not in json.dumps(cut)


def test_erasing_the_fact_check_takes_verdicts_and_reasons_that_name_it() -> None:
    reply = answered(
        claim("Rain fell.", SECOND),
        claim("It rained.", USUAL),
        freshness=freshness(
            reason(0, document="check"), reason(0, "It contradicts check."), reason(1)
        ),
    )
    cut = erasure.without_document(dict(contract.reply_json(reply)), document_id="check")
    assert cut["verdicts"] == cut["follow_ups"] == cut["freshness"]["reasons"] == []
    assert '"check"' not in json.dumps(cut["claims"] + cut["citations"])
    assert cut["diagnostics"]["erased"] == erasure.ERASED


def test_erasing_what_came_nearest() -> None:
    abstention = Abstention(reason="no_evidence", confidence=0.1, nearest=(FIRST, SECOND))
    stored = dict(
        contract.reply_json(Reply(id="r", question="?", result=abstention, created_at=NOW))
    )
    cut = erasure.without_document(stored, document_id="check")
    matches(shapes.AbstentionJson, cut)
    assert [near["document_id"] for near in cut["nearest"]] == ["source"]


citations = st.sampled_from([FIRST, SECOND, USUAL])


@given(
    st.lists(st.lists(citations, min_size=1, max_size=3, unique_by=lambda c: c.key), min_size=1),
    st.sampled_from(["check", "source"]),
)
def test_erasure_leaves_no_word_and_no_loose_number(
    cited: list[list[Citation]], erased: str
) -> None:
    claims = [
        claim(" ".join(c.quote for c in each), *each, reasons=(reason(n),))
        for n, each in enumerate(cited)
    ]
    reasons = freshness(*(reason(n) for n in range(len(claims))))
    stored: dict[str, Any] = dict(contract.reply_json(answered(*claims, freshness=reasons)))
    cut = erasure.without_document(stored, document_id=erased)
    matches(shapes.AnswerJson, cut)
    gone = {"check": (CHECK.text[:28], "That is usual"), "source": (SOURCE.text[:20],)}[erased]
    assert not [words for words in gone if words in json.dumps(cut, ensure_ascii=False)]
    numbers = {c["n"] for c in cut["citations"]}
    assert {n for each in cut["claims"] for n in each["citations"]} == numbers
    kept = [c for c in stored["citations"] if c["n"] in numbers]
    assert [c["quote"] for c in cut["citations"]] == [c["quote"] for c in kept]
    for place, each in enumerate(cut["claims"]):
        assert [r["claim"] for r in each["freshness"]["reasons"]] == [place]
    assert len(cut["freshness"]["reasons"]) == len(cut["claims"])


@pytest.mark.parametrize("value", ["2024", "2024-05", "2024-05-12"])
def test_dates_keep_their_precision(value: str) -> None:
    dated = document("d", "Words.", checked_on=day(value))
    assert contract.document_json(dated)["checked_on"] == value
