"""What holds of every refresh: edits keep words where they are; what failed publishes nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from refresh_making import composed
from support.counts import count

from assistant.errors import BadInput
from assistant.freshness.refresh.edits import Edit, edited, reread, taken_out
from assistant.freshness.refresh.outcomes import Found, outcome_of
from assistant.freshness.refresh.values import Left, SourceCheck, Status
from assistant.types import (
    Content,
    Document,
    Freshness,
    PartialDate,
    Source,
    Span,
)

CASES = settings(max_examples=count(100, 10_000), deadline=None)
WORDS = st.text(alphabet="abc \u00e9\U0001f600", min_size=1, max_size=12).filter(str.strip)


@CASES
@given(st.lists(WORDS, min_size=1, max_size=5), st.data())
def test_an_edit_within_a_section_leaves_every_other_section_its_words(
    bodies: list[str], data: st.DataObject
) -> None:
    content = composed(bodies)
    n = data.draw(st.integers(0, len(bodies) - 1))
    span = content.sections[n].span
    start = data.draw(st.integers(span.start, span.end - 1))
    end = data.draw(st.integers(start + 1, span.end))
    new = data.draw(WORDS)
    made = edited(content, [Edit(start=start, end=end, words=new)])
    held = [section.span.of(made.text) for section in made.sections]
    before = [section.span.of(content.text) for section in content.sections]
    assert held[:n] + held[n + 1 :] == before[:n] + before[n + 1 :]
    assert held[n] == content.text[span.start : start] + new + content.text[end : span.end]


@CASES
@given(st.lists(WORDS, min_size=1, max_size=5), st.data())
def test_a_person_may_change_any_paragraph_and_the_headings_stay(
    bodies: list[str], data: st.DataObject
) -> None:
    content = composed([body.strip() for body in bodies])
    n = data.draw(st.integers(0, len(bodies) - 1))
    new = data.draw(WORDS).strip()
    changed = [each.span.of(content.text) for each in content.sections]
    changed[n] = new
    text = composed(changed).text
    made = reread(content, text)
    assert made.text in (text, content.text)
    assert [each.span.of(made.text) for each in made.sections] == changed
    assert [each.heading_path for each in made.sections] == [
        each.heading_path for each in content.sections
    ]


def test_a_heading_that_is_missing_is_named() -> None:
    content = composed(["one", "two"])
    with pytest.raises(BadInput, match="Heading 1"):
        reread(content, content.text.replace("Heading 1", "Elsewhere"))


def test_overlapping_edits_are_refused() -> None:
    content = composed(["one two three"])
    with pytest.raises(ValueError, match="overlap"):
        edited(content, [Edit(start=10, end=20, words=""), Edit(start=15, end=22, words="")])


def test_a_sentence_goes_with_its_space() -> None:
    content = composed(["One. Two. Three."])
    start = content.text.index("Two.")
    made = edited(content, [taken_out(content, Span(start=start, end=start + 4))])
    assert made.sections[0].span.of(made.text) == "One. Three."
    last = content.text.index("Three.")
    made = edited(content, [taken_out(content, Span(start=last, end=last + 6))])
    assert made.sections[0].span.of(made.text) == "One. Two."


STATUSES = st.sampled_from(
    ["unchanged", "changed", "moved", "gone", "retracted", "unreachable", "unchecked"]
)


@CASES
@given(st.lists(STATUSES, max_size=5), st.booleans(), st.booleans())
def test_without_a_look_at_every_cited_source_nothing_is_confirmed(
    statuses: list[Status], by_hand: bool, left: bool
) -> None:
    outcome, reason, _ = outcome_of(_found(statuses, by_hand=by_hand, left=left))
    answered = [each for each in statuses if each in ("unchanged", "changed", "moved")]
    missed = {"gone", "retracted", *(() if by_hand else ("unreachable",))} & set(statuses)
    looked = not missed and (by_hand or bool(answered))
    assert outcome == ("confirmed" if looked and not left else "failed")
    assert (reason is None) == (outcome == "confirmed")


def _found(statuses: list[Status], *, by_hand: bool, left: bool) -> Found:
    sources = tuple(
        SourceCheck(n=n, source=Source(n=n, title=f"Source {n}"), status=status, text="so it is.")
        for n, status in enumerate(statuses, start=1)
    )
    content = replace(composed(["One."]), checked_on=PartialDate(value="2025-01-01", origin="row"))
    stays = Left(span=Span(start=0, end=1), text="One.", why="nobody knows.")
    return Found(
        document=_document(content),
        freshness=Freshness(state="fresh", score=0.0),
        sources=sources,
        cited=frozenset(check.n for check in sources),
        changes=(),
        left=(stays,) if left else (),
        retracted=False,
        by_hand=by_hand,
    )


def _document(content: Content) -> Document:
    from datetime import UTC, datetime

    when = datetime.combine(date(2025, 1, 1), datetime.min.time(), UTC)
    return Document(id="d", version=1, audience="public", content=content, retrieved_on=when)
