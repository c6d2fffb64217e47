"""Notes in Slack beside answers: how to ask, and what became of a fact-check since."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from assistant.channels.render import reason_text
from assistant.channels.slack import links, mrkdwn
from assistant.channels.slack.blocks import Rendered
from assistant.channels.slack.links import Pages
from assistant.channels.slack.rich import (
    Json,
    block,
    bullets,
    cut,
    joined,
    linked,
    quoted,
    section,
    that_say_something,
    words,
)
from assistant.types import Audience

COMMAND = "/factcheck"
SHORTCUT = "Check this claim"

BECAME = {
    "corrected": "A fact-check that an answer in this thread rests on was corrected.",
    "withdrawn": "A fact-check that an answer in this thread rests on was withdrawn.",
    "changed": "A fact-check that an answer in this thread rests on was changed: words that the "
    "answer quotes no longer stand in it.",
    "updated": "A fact-check that an answer in this thread rests on was updated: words that the "
    "answer quotes no longer stand in it.",
    "erased": "A document that an answer in this thread rests on was taken out of the archive.",
}
INSTEAD = {
    "corrected": "Use the correction, not the answer.",
    "withdrawn": "Do not use what the answer says from it.",
    "changed": "Ask again for what it says now.",
    "updated": "The answer was right when it was given. Ask again for what the check says now.",
    "erased": "Do not use what the answer says from it.",
}
MOST = 1_500
"""Characters of a title, a note or a reason."""


def told(
    body: Mapping[str, Any],
    audience: Audience,
    base_url: str | None = None,
    on: str | None = None,
) -> Rendered:
    """What a thread hears of a fact-check that its answers rest on; `body` of a "tell" job.

    `audience` is who can read the channel now: where that is not whoever may read the document,
    nothing of it is named. `on` is the day of the change.
    """
    kind, about = str(body["kind"]), body.get("about") or {}
    pages = Pages(base_url=base_url, audience=audience)
    heading = f"⚠ {BECAME[kind]}"
    named = bool(about) and (audience == "internal" or about.get("audience") == "public")
    blocks = [block(section(words(heading, bold=True)))]
    if named:
        blocks += _about(kind, about, pages, on)
    elif on:
        blocks.append(block(section(words(f"On {on}."))))
    blocks.append(block(section(_instead(kind, body.get("answers") or (), pages))))
    said = [heading, *(_named(kind, about) if named else []), INSTEAD[kind]]
    shown = that_say_something(blocks)
    return Rendered(text=" ".join(mrkdwn.escaped(each) for each in said), blocks=shown)


def _named(kind: str, about: Mapping[str, Any]) -> Iterator[str]:
    """The same in words alone, for where blocks can't be shown."""
    yield f"“{mrkdwn.line(cut(str(about['title']), 300))}”."
    if about.get("note"):
        yield mrkdwn.line(cut(str(about["note"]), MOST))
    if kind == "corrected":
        yield from (mrkdwn.line(cut(each["text"], MOST)) for each in _corrections(about))


def _corrections(about: Mapping[str, Any]) -> list[Any]:
    """The reasons that say what was corrected."""
    reasons = about.get("reasons") or ()
    return [each for each in reasons if each["rule"] == "retracted-or-corrected"][:5]


def _about(kind: str, about: Mapping[str, Any], pages: Pages, on: str | None) -> Iterator[Json]:
    checked, page = about.get("checked_on"), links.web(about.get("url"))
    if page is None and kind != "withdrawn":
        page = pages.document(about["document_id"])
    facts = [
        linked(cut(str(about["title"]), 300), page),
        words(f"checked on {checked}" if checked else ""),
        words(f"{kind} on {on}" if on else ""),
    ]
    yield block(section(joined(facts)))
    if about.get("note"):
        yield block(quoted(cut(str(about["note"]), MOST)))
    if about.get("revision") and (address := pages.document(about["document_id"])):
        yield block(section(linked("Read what it says now", address)))
    if kind == "corrected":
        reasons = _corrections(about)
        if reasons:
            yield block(bullets([_reason(each, pages) for each in reasons]))


def _reason(reason: Any, pages: Pages) -> list[Json]:
    """The reason word for word, and the correction to be read instead."""
    by = reason["evidence"].get("by_document_id")
    address = pages.document(by) if by else None
    read = linked("Read the correction", address) if address else []
    note = reason["evidence"].get("note")
    said = words(f"“{cut(note, MOST)}”" if note else "")
    return joined([words(cut(reason_text(reason), MOST)), said, read])


def _instead(kind: str, answers: Sequence[Mapping[str, Any]], pages: Pages) -> list[Json]:
    found = [pages.answer(str(each["id"])) for each in answers if each.get("id")][:3]
    shown = [linked("The answer as it stands now", page) for page in found if page]
    return joined([words(INSTEAD[kind]), *shown])


def hint(examples: Sequence[str] = ()) -> Rendered:
    """How to ask."""
    ways = [
        "Ask in a direct message, or mention me in a channel. In a thread where I have answered, "
        "just ask on.",
        f"{COMMAND} and a question asks from anywhere.",
        f"“{SHORTCUT}” in the menu of any message looks for the published check.",
    ]
    opening = (
        "Ask me what the newsroom has checked. I answer with exact quotes, or say that the archive "
        "doesn't say."
    )
    blocks = [block(section(words(opening)), bullets([words(each) for each in ways]))]
    asked = [each for each in examples if each.strip()][:5]
    if asked:
        shown = bullets([words(cut(each, 300)) for each in asked])
        blocks.append(block(section(words("For example", bold=True)), shown))
    return Rendered(text=f"{opening} {ways[0]}", blocks=blocks)
