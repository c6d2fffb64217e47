"""What a refresh that was begun in Slack has found: a proposal, which is approved at the desk."""

from __future__ import annotations

from assistant.channels.slack import mrkdwn
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
    words,
)
from assistant.shapes_upkeep import DifferenceJson, RefreshJson

MOST = 3
"""Differences in one message: the desk has all of them."""
LONGEST = 300

FAILED = "The refresh did not get through, and nothing has changed: the notice stays."
PROPOSED = {
    "confirmed": "Its sources still say the same: it is proposed to confirm the fact-check.",
    "updated": "There is newer information: an update of the fact-check is proposed.",
    "corrected": "It was wrong when it was published: a correction is proposed.",
    "withdrawn": "What it rests on is gone: it is proposed to withdraw the fact-check.",
}
ENDED = {
    "published": "This refresh has been approved and published.",
    "rejected": "This refresh was rejected: the fact-check stays as it was.",
    "working": "This refresh is still being made; the desk shows it when it is done.",
}
APPROVE = "Nothing changes until an editor approves it at the desk."


def told(refresh: RefreshJson, pages: Pages) -> Rendered:
    """What was found, in short, and where an editor approves it."""
    heading = _heading(refresh)
    title = cut(refresh["title"] or refresh["document_id"], LONGEST)
    blocks = [block(section(joined([words(heading, bold=True), words(f"“{title}”")])))]
    said = [heading, f"“{mrkdwn.line(title)}”."]
    if refresh["state"] == "proposed":
        shown = refresh["differences"][:MOST]
        blocks.append(block(bullets([_difference(each) for each in shown])))
        if more := len(refresh["differences"]) - len(shown):
            blocks.append(block(section(words(f"{more} more at the desk.", italic=True))))
        if refresh["note"]:
            blocks.append(block(section(words("Proposed public note:"))))
            blocks.append(block(quoted(cut(refresh["note"], LONGEST * 3))))
        if refresh["caution"]:
            blocks.append(block(quoted(cut(refresh["caution"], LONGEST * 3))))
        said.append(APPROVE)
    elif refresh["reason"]:
        blocks.append(block(quoted(cut(refresh["reason"], LONGEST * 3))))
        said.append(mrkdwn.line(cut(refresh["reason"], LONGEST)))
    address = pages.refresh(refresh["id"])
    path = f"/desk/refresh?id={refresh['id']}"
    where = linked("Open it at the desk", address) if address else words(f"At the desk: {path}")
    ends = words(APPROVE) if refresh["state"] == "proposed" else []
    blocks.append(block(section(joined([ends, where], " "))))
    said.append(address or path)
    text = " ".join(mrkdwn.escaped(each) for each in said)
    return Rendered(text=text, blocks=[each for each in blocks if each["elements"]])


def _heading(refresh: RefreshJson) -> str:
    if refresh["state"] == "failed" or refresh["outcome"] == "failed":
        return FAILED
    if refresh["state"] == "proposed":
        return PROPOSED[refresh["outcome"] or "confirmed"]
    return ENDED[refresh["state"]]


def _difference(each: DifferenceJson) -> list[Json]:
    """One claim before and after, in its numbers where they are known."""
    old, new = each["old"], each["new"] or "(taken out)"
    if each["old_value"] and each["new_value"]:
        old = _side(each["old_value"], each["old_period"])
        new = _side(each["new_value"], each["new_period"])
    said = f"{cut(old, LONGEST)} → {cut(new, LONGEST)}"
    source = each["source_title"] or each["publisher"] or ""
    return joined([words(said), words(cut(source, LONGEST))])


def _side(value: str, period: str | None) -> str:
    return f"{value} ({period})" if period else value
