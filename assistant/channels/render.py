"""A reply as text for a terminal: made from the contract's JSON, like every other channel's."""

from __future__ import annotations

from collections.abc import Iterator

from assistant.channels.style import Style, plain
from assistant.shapes import (
    AbstentionJson,
    AnswerJson,
    CitationJson,
    CitedVerdictJson,
    ClaimJson,
    FreshnessJson,
    NearestJson,
    ReasonJson,
    ReplyJson,
    ViaJson,
)
from assistant.types import AbstentionReason, State

ABSTAINED = "The archive doesn't say."

WHY: dict[AbstentionReason, str] = {
    "no_evidence": "Nothing in the archive speaks to this question.",
    "weak_evidence": "What the archive holds on this does not settle the question.",
    "unsupported": "No sentence of the archive carries an answer to this question.",
    "out_of_scope": "This is not a question that an archive of fact-checks can answer.",
}

STATES: dict[State, str] = {
    "retracted": "retracted",
    "contradicted": "contradicted by newer figures",
    "superseded": "superseded",
    "may_be_outdated": "may be outdated",
    "unverifiable": "can no longer be verified",
    "unknown": "of unknown date",
    "ageing": "ageing",
    "fresh": "fresh",
}


def reply_text(reply: ReplyJson, style: Style) -> str:
    if reply["kind"] == "answer":
        return "\n".join(_answer(reply, style))
    return "\n".join(_abstention(reply, style))


def _answer(answer: AnswerJson, style: Style) -> Iterator[str]:
    for claim in answer["claims"]:
        yield style.block(_claim(claim))
    yield ""
    yield style.bold("Sources")
    for citation in answer["citations"]:
        yield from _citation(citation, style)
    yield from _verdicts(answer["verdicts"], style)
    if answer["freshness"]["notice"]:
        yield ""
        yield from _notice(answer["freshness"], style)
    yield ""
    yield style.dim(_footer(answer))
    yield from _follow_ups(answer["follow_ups"], style)


def _claim(claim: ClaimJson) -> str:
    numbers = "".join(f"[{n}]" for n in claim["citations"])
    state = claim["freshness"]["state"]
    badge = "" if state == "fresh" else f" ({STATES[state]})"
    return f"{claim['text']} {numbers}{badge}"


def _citation(citation: CitationJson, style: Style) -> Iterator[str]:
    indent = f"[{citation['n']}] "
    yield style.block(f"{speaker(citation)}: “{citation['quote']}”", indent)
    about = [citation["title"], citation["publisher"], dates(citation), page(citation["page"])]
    yield style.dim(style.block(_joined([*about, citation["url"]]), " " * len(indent)))
    for via in citation["via"]:
        yield style.block(via_text(via), " " * len(indent) + f"{via['marker']} ")


def speaker(citation: CitationJson) -> str:
    """Which of the two hops is speaking."""
    return "the fact-check says" if citation["kind"] == "fact_check" else "the source says"


def via_text(via: ViaJson) -> str:
    """The second hop in one line; a marker that leads nowhere is labelled so."""
    named = _joined([via["title"], via["publisher"], via["published_on"], page(via["page"])])
    if via["quote"] is not None:
        return f"the source says: “{via['quote']}” ({named})"
    if via["resolved"]:
        return f"{named}: no sentence of this source was found to say the same"
    if named:
        return f"unresolved, the source is not in the archive: {named}"
    return "unresolved, the fact-check does not list its source"


def dates(citation: CitationJson) -> str:
    """The clocks that are known, each by its name."""
    checked, published = citation["checked_on"], citation["published_on"]
    if citation["kind"] == "fact_check" and checked is None:
        return "date of the check not known"
    return _joined(
        [checked and f"checked on {checked}", published and f"published {published}"], ", "
    )


def page(number: int | None) -> str | None:
    return None if number is None else f"page {number}"


def _notice(freshness: FreshnessJson, style: Style) -> Iterator[str]:
    yield style.warn(style.block(freshness["notice"] or ""))
    for reason in freshness["reasons"]:
        yield style.block(reason_text(reason), "  - ")


def reason_text(reason: ReasonJson) -> str:
    """Why, and what would clear it."""
    return f"{reason['text']} ({reason['rule']}; clears when {_lower(reason['clears_when'])})"


def _lower(clause: str) -> str:
    """A sentence as a clause: "A newer release is in." -> "a newer release is in"."""
    first_word = clause.split(" ", 1)[0]
    lowered = (
        clause if first_word[1:] != first_word[1:].lower() else clause[:1].lower() + clause[1:]
    )
    return lowered.rstrip(".").removeprefix("when ")


def _footer(answer: AnswerJson) -> str:
    freshness = answer["freshness"]
    review = freshness["next_review_on"]
    return _joined(
        [
            f"freshness: {STATES[freshness['state']]} as of {answer['as_of']}",
            review and f"next review {review}",
            f"confidence {answer['confidence']:.2f}",
            f"answer {plain(answer['id'])}",
        ]
    )


def _verdicts(verdicts: list[CitedVerdictJson], style: Style) -> Iterator[str]:
    if verdicts:
        yield ""
        yield style.bold("Published verdicts")
    for verdict in verdicts:
        who = f" ({verdict['claimant']})" if verdict["claimant"] else ""
        about = _joined([verdict["reviewed_on"], verdict["url"]])
        text = f"“{verdict['claim']}”{who}: {verdict['rating']}"
        yield style.block(f"{text} · {about}" if about else text, "  - ")


def _follow_ups(questions: list[str], style: Style) -> Iterator[str]:
    if questions:
        yield ""
        yield style.bold("Want to dive deeper?")
    for question in questions:
        yield style.block(question, "  - ")


def _abstention(abstention: AbstentionJson, style: Style) -> Iterator[str]:
    yield f"{style.bold(ABSTAINED)} {WHY[abstention['reason']]}"
    if abstention["nearest"]:
        yield ""
        yield style.bold("What came nearest")
    for near in abstention["nearest"]:
        yield from _nearest(near, style)
    yield ""
    yield style.dim(
        f"confidence {abstention['confidence']:.2f} that the archive holds the answer · "
        f"answer {plain(abstention['id'])}"
    )
    yield from _follow_ups(abstention["follow_ups"], style)


def _nearest(near: NearestJson, style: Style) -> Iterator[str]:
    checked = near["checked_on"]
    yield style.block(f"“{near['quote']}”", "  - ")
    yield style.dim(
        style.block(_joined([near["title"], checked and f"checked on {checked}"]), "    ")
    )


def _joined(parts: list[str | None], separator: str = " · ") -> str:
    return separator.join(part for part in parts if part)
