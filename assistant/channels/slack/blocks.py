"""A reply as Slack shows it: rich text within Slack's limits, nothing lost in silence."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from assistant.channels.render import (
    ABSTAINED,
    CONTRARY,
    NO_VERDICT,
    STATES,
    WHY,
    footer,
    lacks_verdict,
    rates_contrary,
    reason_text,
    reply_text,
    revisions,
)
from assistant.channels.slack import links, mrkdwn
from assistant.channels.slack.buttons import feedback, refreshes
from assistant.channels.slack.limits import BLOCKS, LEVELS, MESSAGE, TEXT, Level
from assistant.channels.slack.links import Pages
from assistant.channels.slack.rich import (
    Json,
    block,
    bullets,
    cut,
    joined,
    linked,
    section,
    that_say_something,
    words,
)
from assistant.channels.slack.sources import nearest, source
from assistant.shapes import (
    AbstentionJson,
    AnswerJson,
    CitedVerdictJson,
    ClaimEventJson,
    ClaimJson,
    ReplyJson,
)
from assistant.types import Audience

_Item = TypeVar("_Item")

LONGEST_ID = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """`text` is for notifications and for where blocks can't be shown; it is mrkdwn."""

    text: str
    blocks: list[Json] = field(default_factory=list)


def answer(
    reply: ReplyJson,
    base_url: str | None = None,
    audience: Audience = "public",
    *,
    refreshable: bool = False,
) -> Rendered:
    """A whole reply: the answer first, then what it rests on.

    `audience` is whom the reply was made for: pages of internal answers stand at the desk.
    `refreshable`: editors are among its readers, and staff alone.
    """
    pages = Pages(base_url=base_url, audience=audience)
    blocks = _fitting(reply, pages, streamed=None, refreshable=refreshable)
    return Rendered(text=summary(reply), blocks=blocks)


def rest(
    reply: ReplyJson,
    base_url: str | None = None,
    audience: Audience = "public",
    *,
    refreshable: bool = False,
) -> Rendered:
    """What follows the claims that were streamed: all but them. An abstention is whole."""
    streamed = None
    if reply["kind"] == "answer":
        streamed = sum(len(_claim_markdown(each)) for each in reply["claims"])
    pages = Pages(base_url=base_url, audience=audience)
    blocks = _fitting(reply, pages, streamed=streamed, refreshable=refreshable)
    return Rendered(text=summary(reply), blocks=blocks)


def claim(event: ClaimEventJson) -> str:
    """One claim for a stream, as Markdown: a paragraph."""
    return _claim_markdown(event["claim"])


def _claim_markdown(each: ClaimJson) -> str:
    said = mrkdwn.markdown(cut(each["text"], TEXT))
    numbers = "".join(rf"\[{n}\]" for n in each["citations"])
    state = each["freshness"]["state"]
    return f"{said} {numbers}{'' if state == 'fresh' else f' *({STATES[state]})*'}\n\n"


def plain(
    reply: ReplyJson, base_url: str | None = None, audience: Audience = "public"
) -> list[str]:
    """The whole reply as mrkdwn texts of under 4,000 characters each, for where blocks are refused.

    The same text as on a terminal, so nothing of it is left out.
    """
    whole = Pages(base_url=base_url, audience=audience).answer(reply["id"])
    address = f"\n{mrkdwn.entities(whole)}" if whole else ""
    return mrkdwn.pieces(reply_text(reply, mrkdwn.MRKDWN) + address)


def summary(reply: ReplyJson) -> str:
    """What a notification says: the claims, or that there are none."""
    if reply["kind"] == "abstention":
        return f"{ABSTAINED} {WHY[reply['reason']]}"
    said = " ".join(
        f"{mrkdwn.line(each['text'])} {''.join(f'[{n}]' for n in each['citations'])}"
        for each in reply["claims"]
    )
    return mrkdwn.escaped(cut(said, TEXT)) or ABSTAINED


# --- within the limits ----------------------------------------------------------------------------


def _fitting(
    reply: ReplyJson, pages: Pages, *, streamed: int | None, refreshable: bool
) -> list[Json]:
    """The blocks at the first level at which Slack takes them."""
    made: list[Json] = []
    for level in LEVELS:
        composer = _Composer(reply, pages, level, refreshable)
        made = that_say_something(composer.blocks(with_claims=streamed is None))
        if len(made) <= BLOCKS and size(made) <= MESSAGE - (streamed or 0):
            break
    return made


def size(blocks: Sequence[Json]) -> int:
    return len(json.dumps(blocks, ensure_ascii=False))


class _Composer:
    """Makes the blocks of one reply, and notes what it had to leave out."""

    def __init__(
        self, reply: ReplyJson, pages: Pages, level: Level, refreshable: bool = False
    ) -> None:
        self._reply = reply
        self._refreshable = refreshable
        self._pages = pages
        self._whole = pages.answer(reply["id"])
        self._level = level
        self._left: list[str] = []
        self._is_cut = False

    def blocks(self, *, with_claims: bool) -> Iterator[Json]:
        reply = self._reply
        yield from self._understood(reply)
        if reply["kind"] == "answer":
            yield from self._answer(reply, with_claims)
        else:
            yield from self._abstention(reply)
        yield from self._follow_ups(reply["follow_ups"])
        yield from self._left_out()
        yield self._footer()
        if len(reply["id"]) <= LONGEST_ID:
            yield feedback(reply["id"])

    def _understood(self, reply: ReplyJson) -> Iterator[Json]:
        """What was looked up, where that is not what was written; that a claim has no verdict."""
        said = []
        if reply["standalone_question"]:
            said.append(f"Looked up: “{self._cut(reply['standalone_question'], 500)}”")
        if lacks_verdict(reply):
            said.append(NO_VERDICT)
        if said:
            yield block(section(words("\n".join(said), italic=True)))

    def _answer(self, reply: AnswerJson, with_claims: bool) -> Iterator[Json]:
        yield from self._verdicts(reply["verdicts"])
        if with_claims and reply["claims"]:
            yield self._claims(reply["claims"])
        if reply["freshness"]["notice"]:
            yield from self._notice(reply)
        if reply["citations"]:
            yield block(section(words("Sources", bold=True)))
        kept = reply["citations"][: self._level.sources]
        revised = revisions(reply["citations"])
        for citation in kept:
            revision = revised.get(citation["n"])
            yield source(citation, self._cut, self._level, self._pages, revision)
        if len(kept) < len(reply["citations"]):
            left = [f"[{each['n']}]" for each in reply["citations"][len(kept) :]]
            named = f"source {left[0]}" if len(left) == 1 else f"sources {left[0]} to {left[-1]}"
            self._left.append(named)

    def _cut(self, text: str, most: int) -> str:
        short = cut(text, most)
        self._is_cut = self._is_cut or len(mrkdwn.harmless(text)) > most
        return short

    def _claims(self, claims: Sequence[ClaimJson]) -> Json:
        kept = self._most(claims, "sentence")
        parts: list[Sequence[Json]] = []
        for n, each in enumerate(kept):
            state = each["freshness"]["state"]
            numbers = "".join(f"[{number}]" for number in each["citations"])
            parts += [words("\n" if n else ""), words(self._cut(each["text"], self._level.words))]
            parts += [words(f" {numbers}")]
            parts += [words("" if state == "fresh" else f" ({STATES[state]})", italic=True)]
        return block(section(*parts))

    def _verdicts(self, verdicts: Sequence[CitedVerdictJson]) -> Iterator[Json]:
        if verdicts:
            items = [self._verdict(each) for each in self._most(verdicts, "published verdict")]
            heading = section(words("Published verdicts", bold=True))
            said = [section(words(CONTRARY))] if rates_contrary(self._reply) else []
            yield block(heading, *said, bullets(items))

    def _verdict(self, each: CitedVerdictJson) -> list[Json]:
        most = self._level.words
        claimant = each["claimant"] and self._cut(each["claimant"], 200)
        said = words(f"“{self._cut(each['claim'], most)}”{f' ({claimant})' if claimant else ''}: ")
        rating = words(self._cut(each["rating"], most), bold=True)
        about = [words(each["reviewed_on"] or ""), linked("the verdict", links.web(each["url"]))]
        return joined([[*said, *rating], *(about if links.web(each["url"]) else about[:1])])

    def _notice(self, reply: AnswerJson) -> Iterator[Json]:
        freshness = reply["freshness"]
        notice = words(f"⚠ {self._cut(freshness['notice'] or '', self._level.words)}", bold=True)
        kept = self._most(freshness["reasons"], "reason")
        reasons = [words(self._cut(reason_text(each), self._level.words)) for each in kept]
        yield block(section(notice), bullets(reasons))
        if self._refreshable:
            yield from refreshes(reply)

    def _abstention(self, reply: AbstentionJson) -> Iterator[Json]:
        yield block(section(words(ABSTAINED, bold=True), words(f" {WHY[reply['reason']]}")))
        kept = self._most(reply["nearest"], "passage that came near")
        if kept:
            yield block(section(words("What came nearest", bold=True)))
        for each in kept:
            yield nearest(each, self._cut, self._level, self._pages)

    def _follow_ups(self, questions: Sequence[str]) -> Iterator[Json]:
        kept = [each for each in questions if each.strip()][:5]
        if kept:
            heading = section(words("Want to dive deeper?", bold=True))
            yield block(heading, bullets([words(self._cut(each, 300)) for each in kept]))

    def _most(self, items: Sequence[_Item], name: str) -> Sequence[_Item]:
        """As many as there is room for; what is left out is noted."""
        left = len(items) - self._level.items
        if left > 0:
            self._left.append(f"{left} more {name}{'s' if left > 1 else ''}")
        return items[: self._level.items]

    def _left_out(self) -> Iterator[Json]:
        if not self._left and not self._is_cut:
            return
        said = ["shortened quotes or words, marked […]"] if self._is_cut else []
        what = "Too long for one message. Left out here: " + "; ".join([*self._left, *said]) + ". "
        where = linked("Read the whole answer", self._whole)
        if self._whole is None:
            where = words("The editors' desk has the whole answer, under its id below.")
        yield block(section(words(what, italic=True), where))

    def _footer(self) -> Json:
        """How it stands, and its id."""
        facts = {"type": "plain_text", "text": cut(footer(self._reply), 500), "emoji": False}
        if self._whole is None:
            return {"type": "context", "elements": [facts]}
        address = f"<{mrkdwn.entities(self._whole)}|permalink>"
        linked_to = {"type": "mrkdwn", "text": address, "verbatim": True}
        return {"type": "context", "elements": [facts, linked_to]}
