"""A reply as text, in the style of where it is read: made from the contract's JSON alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assistant.channels.style import PLAIN, Style, plain
from assistant.shapes import (
    AbstentionJson,
    AnswerJson,
    CitationJson,
    CitedRevisionJson,
    CitedVerdictJson,
    ClaimJson,
    FreshnessJson,
    NearestJson,
    ReasonJson,
    ReplyJson,
    ViaJson,
)
from assistant.types import AbstentionReason, RevisionKind, State

ABSTAINED = "The archive doesn't say."

WHY: dict[AbstentionReason, str] = {
    "no_evidence": "Nothing in the archive speaks to this question.",
    "weak_evidence": "What the archive holds on this does not settle the question.",
    "unsupported": "No sentence of the archive carries an answer to this question.",
    "out_of_scope": "This is not a question that an archive of fact-checks can answer.",
}

NO_VERDICT = "No published verdict on this claim was found."
CONTRARY = "The published check rates the contrary claim:"

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


REVISED: dict[RevisionKind, str] = {
    "corrected": "Corrected",
    "updated": "Updated",
    "confirmed": "Checked again and confirmed",
}
"""What became of a version: that it was wrong is never called an update, nor the other way."""


def lacks_verdict(reply: ReplyJson) -> bool:
    """Was it looked up as a claim, and no check found that rates it?"""
    verdicts = reply["verdicts"] if reply["kind"] == "answer" else []
    return reply["diagnostics"].get("read_as") == "claim" and not verdicts


def rates_contrary(reply: ReplyJson) -> bool:
    """Do the verdicts rate the contrary of the claim that was pasted?"""
    return reply["diagnostics"].get("rated") == "the contrary"


def reply_text(reply: ReplyJson, style: Style) -> str:
    if reply["kind"] == "answer":
        return "\n".join(_answer(reply, style))
    return "\n".join(_abstention(reply, style))


def _answer(answer: AnswerJson, style: Style) -> Iterator[str]:
    yield from _no_verdict(answer, style)
    for claim in answer["claims"]:
        yield claim_text(claim, style)
    yield from _verdicts(answer, style)
    yield ""
    yield style.heading("Sources")
    revised = revisions(answer["citations"])
    for citation in answer["citations"]:
        yield from _citation(citation, style)
        if said := revised.get(citation["n"]):
            yield style.block(revision_text(said, style), " " * len(f"[{citation['n']}] "))
    if answer["freshness"]["notice"]:
        yield ""
        yield from _notice(answer["freshness"], style)
    yield ""
    yield style.dim(footer(answer))
    yield from _follow_ups(answer["follow_ups"], style)


def claim_text(claim: ClaimJson, style: Style) -> str:
    """A sentence with its numbers and, unless it is fresh, how it stands."""
    numbers = "".join(f"[{n}]" for n in claim["citations"])
    state = claim["freshness"]["state"]
    badge = "" if state == "fresh" else f" ({STATES[state]})"
    return style.block(f"{style.words(claim['text'])} {numbers}{badge}")


def _citation(citation: CitationJson, style: Style) -> Iterator[str]:
    indent = f"[{citation['n']}] "
    yield style.block(f"{speaker(citation)}: “{style.words(citation['quote'])}”", indent)
    named = [_said(citation["title"], style), _said(citation["publisher"], style)]
    about = [*named, dates(citation), page(citation["page"]), _said(citation["url"], style)]
    yield style.dim(style.block(_joined(about), " " * len(indent)))
    for via in citation["via"]:
        marker = style.words(via["marker"])
        yield style.block(via_text(via, style), " " * len(indent) + f"{marker} ")


def revisions(citations: Sequence[CitationJson]) -> dict[int, CitedRevisionJson]:
    """Why versions that are quoted were updated or corrected: once for each document, by the
    number of its first citation. One that was confirmed says when it was checked, and no more."""
    said: set[str] = set()
    found: dict[int, CitedRevisionJson] = {}
    for each in citations:
        revision = each.get("revision")  # an older reply has none
        if revision and revision["kind"] != "confirmed" and each["document_id"] not in said:
            said.add(each["document_id"])
            found[each["n"]] = revision
    return found


def revision_text(revision: CitedRevisionJson, style: Style = PLAIN) -> str:
    return f"{REVISED[revision['kind']]} on {revision['on']}: {style.words(revision['note'])}"


def speaker(citation: CitationJson) -> str:
    """Which of the two hops is speaking."""
    return "the fact-check says" if citation["kind"] == "fact_check" else "the source says"


def via_text(via: ViaJson, style: Style = PLAIN) -> str:
    """The second hop in one line; a marker that leads nowhere is labelled so."""
    about = [_said(via["title"], style), _said(via["publisher"], style)]
    named = _joined([*about, via["published_on"], page(via["page"])])
    if via["quote"] is not None:
        return f"the source says: “{style.words(via['quote'])}” ({named})"
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
    yield style.warn(style.block(style.words(freshness["notice"] or "")))
    for reason in freshness["reasons"]:
        yield style.block(reason_text(reason, style), "  - ")


def reason_text(reason: ReasonJson, style: Style = PLAIN) -> str:
    """Why, and what would clear it."""
    clears = style.words(_lower(reason["clears_when"]))
    return f"{style.words(reason['text'])} ({reason['rule']}; clears when {clears})"


def _lower(clause: str) -> str:
    """A sentence as a clause: "A newer release is in." -> "a newer release is in"."""
    first_word = clause.split(" ", 1)[0]
    lowered = (
        clause if first_word[1:] != first_word[1:].lower() else clause[:1].lower() + clause[1:]
    )
    return lowered.rstrip(".").removeprefix("when ")


def footer(reply: ReplyJson) -> str:
    """How the reply stands, and its id, in one line."""
    if reply["kind"] == "abstention":
        sure = f"confidence {reply['confidence']:.2f} that the archive holds the answer"
        return f"{sure} · answer {plain(reply['id'])}"
    freshness = reply["freshness"]
    review = freshness["next_review_on"]
    return _joined(
        [
            f"freshness: {STATES[freshness['state']]} as of {reply['as_of']}",
            review and f"next review {review}",
            f"confidence {reply['confidence']:.2f}",
            f"answer {plain(reply['id'])}",
        ]
    )


def _no_verdict(reply: ReplyJson, style: Style) -> Iterator[str]:
    if lacks_verdict(reply):
        yield style.block(NO_VERDICT)
        yield ""


def _verdicts(answer: AnswerJson, style: Style) -> Iterator[str]:
    verdicts: list[CitedVerdictJson] = answer["verdicts"]
    if verdicts:
        yield ""
        yield style.heading("Published verdicts")
        if rates_contrary(answer):
            yield style.block(CONTRARY)
    for verdict in verdicts:
        who = f" ({style.words(verdict['claimant'])})" if verdict["claimant"] else ""
        about = _joined([verdict["reviewed_on"], _said(verdict["url"], style)])
        text = f"“{style.words(verdict['claim'])}”{who}: {style.words(verdict['rating'])}"
        yield style.block(f"{text} · {about}" if about else text, "  - ")


def _follow_ups(questions: list[str], style: Style) -> Iterator[str]:
    if questions:
        yield ""
        yield style.heading("Want to dive deeper?")
    for question in questions:
        yield style.block(style.words(question), "  - ")


def _abstention(abstention: AbstentionJson, style: Style) -> Iterator[str]:
    yield from _no_verdict(abstention, style)
    yield f"{style.bold(ABSTAINED)} {WHY[abstention['reason']]}"
    if abstention["nearest"]:
        yield ""
        yield style.heading("What came nearest")
    for near in abstention["nearest"]:
        yield from _nearest(near, style)
    yield ""
    yield style.dim(footer(abstention))
    yield from _follow_ups(abstention["follow_ups"], style)


def _nearest(near: NearestJson, style: Style) -> Iterator[str]:
    checked = near["checked_on"]
    about = [_said(near["title"], style), checked and f"checked on {checked}"]
    yield style.block(f"“{style.words(near['quote'])}”", "  - ")
    yield style.dim(style.block(_joined(about), "    "))


def _said(text: str | None, style: Style) -> str | None:
    return text and style.words(text)


def _joined(parts: list[str | None], separator: str = " · ") -> str:
    return separator.join(part for part in parts if part)
