"""The claim that a fact-check rates is never a sentence of an answer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from assistant import fakes
from assistant.answering.ask import Asker
from assistant.answering.sentences.restated import headed_as_claim, repeats
from assistant.types import Answer, Content, Document, Section, SectionRole, Span, Verdict

CLAIM = "Lemon juice cures malaria in two days."
FOUND = "Malaria is treated with medicines, and no study found that lemon juice cures it."


@pytest.mark.parametrize(
    "sentence",
    [
        CLAIM,
        f"Claim: {CLAIM}",
        f"What was claimed: “{CLAIM}”",
        "Lemon juice cures malaria in two days, doctors do not want you to know this.",
        "LEMON JUICE CAN CURE MALARIA WITHIN TWO DAYS!",
    ],
)
def test_the_rated_claim_is_known_by_its_words(sentence: str) -> None:
    assert repeats(sentence, CLAIM)


@pytest.mark.parametrize(
    "sentence",
    [
        FOUND,
        "Lemon juice does not cure malaria in two days.",
        "It is false that lemon juice cures malaria in two days.",
        "No: lemon juice cures malaria in two days only on paper.",
        "Lemon juice cures malaria in three days.",
        "Lemon juice cures malaria in two days in 15% of mice.",
    ],
)
def test_what_a_check_says_of_the_claim_is_not_the_claim(sentence: str) -> None:
    assert not repeats(sentence, CLAIM)


def test_a_section_is_the_claim_by_its_own_heading() -> None:
    assert headed_as_claim(("Report", "What was claimed?"))
    assert headed_as_claim(("The claim",))
    assert not headed_as_claim(("Claim", "Finding"))
    assert not headed_as_claim(("Claims about owls",))


def checked(*parts: tuple[str, SectionRole, str]) -> Document:
    """A check of CLAIM; `parts` are (heading, role, text)."""
    title = "Does lemon juice cure malaria?"
    text, sections = title, list[Section]()
    for heading, role, body in parts:
        text += f"\n\n{heading}\n\n{body}"
        span = Span(start=len(text) - len(body), end=len(text))
        sections.append(Section(span=span, heading_path=(heading,), role=role))
    verdict = Verdict(claim=CLAIM, rating="False")
    return fakes.document(
        Content(
            kind="fact_check",
            title=title,
            text=text,
            sections=tuple(sections),
            verdicts=(verdict,),
        ),
        id="lemon",
    )


@pytest.mark.parametrize(
    "sections",
    [
        (("Check", "summary", f"Claim: {CLAIM} {CLAIM[:-1]}, doctors hide it. {FOUND}"),),
        (("Claim", "body", f"Juice of lemons heals malaria. {CLAIM}"), ("Finding", "body", FOUND)),
    ],
)
def test_an_answer_says_what_was_found_and_shows_the_claim_as_rated(
    make_asker: Callable[..., Asker], sections: tuple[tuple[str, SectionRole, str], ...]
) -> None:
    asker = make_asker(fakes.Archive([checked(*sections)]))
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    reply = asker.ask("Does lemon juice cure malaria?", audience="public", now=moment)
    assert isinstance(reply.result, Answer)
    assert [claim.statement.text for claim in reply.result.claims] == [FOUND]
    assert [(v.claim, v.rating) for _, v in reply.result.verdicts] == [(CLAIM, "False")]
