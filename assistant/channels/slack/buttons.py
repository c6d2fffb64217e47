"""The buttons of an answer: whether it helped, and, under its notice, to refresh a fact-check."""

from __future__ import annotations

from collections.abc import Iterator

from assistant.channels.slack import mrkdwn
from assistant.channels.slack.rich import Json
from assistant.shapes import AnswerJson, CitationJson

ACTION = "refresh"
LABEL = "Refresh"
MOST = 3
"""Buttons under one notice; the desk lists what else is due."""
LONGEST_VALUE = 2_000


def refreshes(reply: AnswerJson) -> Iterator[Json]:
    """One for each fact-check that the notice is about, named where there are several."""
    concerned = [each for each in _concerned(reply) if len(_value(each)) <= LONGEST_VALUE][:MOST]
    elements = [
        {
            "type": "button",
            "action_id": f"{ACTION}_{n}",
            "text": {"type": "plain_text", "text": _label(each, len(concerned)), "emoji": False},
            "value": _value(each),
        }
        for n, each in enumerate(concerned, start=1)
    ]
    if elements:
        yield {"type": "actions", "elements": elements}


def _concerned(reply: AnswerJson) -> list[CitationJson]:
    """The first citation of each fact-check that a reason names; of all where none is named."""
    cited = [each for each in reply["citations"] if each["kind"] == "fact_check"]
    first = {each["document_id"]: each for each in reversed(cited)}
    named = {each["evidence"].get("document_id") for each in reply["freshness"]["reasons"]}
    order = sorted(first.values(), key=lambda each: each["n"])
    return [each for each in order if each["document_id"] in named] or order


def _label(citation: CitationJson, several: int) -> str:
    if several == 1:
        return LABEL
    title = mrkdwn.line(citation["title"]) or citation["document_id"]
    said = f"{LABEL} [{citation['n']}] {title}"
    return said if len(said) <= 75 else f"{said[:74]}…"


def _value(citation: CitationJson) -> str:
    return f"{citation['version']}:{citation['document_id']}"


def pressed(value: str) -> tuple[str, int] | None:
    """(document, version) of a button's value."""
    version, found, document_id = value.partition(":")
    return (document_id, int(version)) if found and document_id and version.isdecimal() else None


def feedback(answer_id: str) -> Json:
    """Thumbs up and down; `value` says of which answer."""
    return {
        "type": "context_actions",
        "elements": [
            {
                "type": "feedback_buttons",
                "action_id": "feedback",
                "positive_button": _thumb("Helpful", f"up:{answer_id}"),
                "negative_button": _thumb("Not helpful", f"down:{answer_id}"),
            }
        ],
    }


def _thumb(text: str, value: str) -> Json:
    return {"text": {"type": "plain_text", "text": text}, "value": value}
