"""The home tab: how to ask, what has changed, and for the newsroom's staff what is to be done."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assistant.channels.operations_chat import (
    ChangeLineJson,
    DeskSummaryJson,
    DueLineJson,
    GapLineJson,
)
from assistant.channels.render import STATES, WHY, reason_text
from assistant.channels.slack import links
from assistant.channels.slack.links import Pages
from assistant.channels.slack.notes import hint
from assistant.channels.slack.rich import Json, block, bullets, cut, joined, linked, section, words

MOST = 10
"""Lines of each list; the desk has the rest."""

CHANGED = {
    "stale": "may be outdated now",
    "corrected": "was corrected",
    "withdrawn": "was withdrawn",
    "refreshed": "was checked again",
    "changed": "was changed",
}


def view(summary: DeskSummaryJson, *, is_staff: bool, base_url: str | None = None) -> Json:
    """The tab as `views.publish` takes it.

    `is_staff`: a full member of the newsroom's own workspace. Nobody else sees what is due or what
    readers asked, whatever the summary holds.
    """
    blocks = [*hint(summary["examples"]).blocks]
    if is_staff:
        blocks += [*_due(summary, base_url), *_gaps(summary)]
    blocks += _changes(summary["changes"], base_url, is_staff=is_staff)
    desk = Pages(base_url=base_url).at("desk") if is_staff else None
    if desk:
        blocks.append(block(section(linked("Open the editors' desk", desk))))
    return {"type": "home", "blocks": blocks}


def _due(summary: DeskSummaryJson, base_url: str | None) -> Iterator[Json]:
    yield _header("Due for a new look")
    if summary["due"] is None:
        yield block(section(words("Still looking through the fact-checks; open this tab again.")))
        return
    if not summary["due"]:
        yield block(section(words("Nothing: no fact-check carries a notice.")))
    for each in summary["due"][:MOST]:
        yield _due_one(each, base_url)
    yield from _more(summary["due_total"] - len(summary["due"][:MOST]), "fact-check")


def _due_one(due: DueLineJson, base_url: str | None) -> Json:
    answers = due["answers"]
    rests = "1 answer rests on it" if answers == 1 else f"{answers:,} answers rest on it"
    facts = [
        linked(cut(due["title"], 300), _page(base_url, due)),
        words(STATES[due["state"]]),
        words(f"checked on {due['checked_on']}" if due["checked_on"] else ""),
        words(rests if answers else ""),
    ]
    return block(
        section(joined(facts)),
        bullets([words(cut(reason_text(each), 600)) for each in due["reasons"][:2]]),
    )


def _gaps(summary: DeskSummaryJson) -> Iterator[Json]:
    yield _header("Asked, and not in the archive")
    if not summary["gaps"]:
        yield block(section(words("Nothing that is still open.")))
        return
    yield block(bullets([_gap(each) for each in summary["gaps"][:MOST]]))
    yield from _more(summary["gaps_total"] - len(summary["gaps"][:MOST]), "question")


def _gap(gap: GapLineJson) -> list[Json]:
    times = "once" if gap["count"] == 1 else f"{gap['count']:,} times"
    asked = words(f"asked {times}, last on {gap['last_asked'][:10]}")
    return joined([words(cut(gap["question"], 300)), asked, words(WHY.get(gap["reason"], ""))])


def _changes(
    changes: Sequence[ChangeLineJson], base_url: str | None, *, is_staff: bool
) -> Iterator[Json]:
    shown = [each for each in changes if is_staff or each["audience"] == "public"][:MOST]
    if shown:
        yield _header("What has changed")
        yield block(bullets([_change(each, base_url) for each in shown]))


def _change(change: ChangeLineJson, base_url: str | None) -> list[Json]:
    withdrawn = change["kind"] == "withdrawn"
    address = links.web(change["url"]) if withdrawn else _page(base_url, change)
    named = linked(cut(change["title"], 300), address)
    return joined([[*named, *words(f" {_became(change)}")], words(change["at"][:10])])


def _became(change: ChangeLineJson) -> str:
    return "was updated" if change.get("revision") == "updated" else CHANGED[change["kind"]]


def _page(base_url: str | None, of: DueLineJson | ChangeLineJson) -> str | None:
    return Pages(base_url=base_url, audience=of["audience"]).document(of["document_id"])


def _header(text: str) -> Json:
    return {"type": "header", "text": {"type": "plain_text", "text": text, "emoji": False}}


def _more(left: int, name: str) -> Iterator[Json]:
    if left > 0:
        many = f"{left:,} more {name}{'s' if left > 1 else ''}"
        yield block(section(words(f"And {many}, at the editors' desk.", italic=True)))
