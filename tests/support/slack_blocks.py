"""What of a message readers see, and what of it Slack would make live."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from typing import Any

from support.slack_world import Json, Message


def texts(blocks: Any) -> Iterator[tuple[Json, str]]:
    """Every text object (or markdown block) with its text, in the order of reading."""
    if isinstance(blocks, list):
        for each in blocks:
            yield from texts(each)
    elif isinstance(blocks, dict) and blocks.get("type") == "rich_text":
        yield blocks, "\n".join(_lines(blocks.get("elements", [])))
    elif isinstance(blocks, dict):
        if isinstance(blocks.get("text"), str):
            yield blocks, blocks["text"]
        for key in ("title", "label", "text", "fields", "elements", "accessory", "element",
                    "positive_button", "negative_button"):  # fmt: skip
            if isinstance(blocks.get(key), dict | list):
                yield from texts(blocks[key])


def _lines(parts: list[Json]) -> Iterator[str]:
    """The lines of rich text: one of each section, quote and item of a list."""
    for part in parts:
        if part.get("type") == "rich_text_list":
            yield from _lines(part.get("elements", []))
        else:
            yield "".join(_element(each) for each in part.get("elements", []))


def _element(element: Json) -> str:
    """What is seen of one element of rich text; its words are words, whatever stands in them."""
    kind = element.get("type")
    if kind == "emoji":
        return f":{element['name']}:"
    if kind in ("broadcast", "user", "usergroup", "channel"):
        return f"{'#' if kind == 'channel' else '@'}{element[_RICH[kind]]}"
    if kind == "date":
        return str(element.get("fallback", ""))
    return str(element.get("text") or element.get("url") or "")


_RICH = {"broadcast": "range", "user": "user_id", "usergroup": "usergroup_id",
         "channel": "channel_id", "link": "url"}  # fmt: skip
_ENTITY = re.compile(r"<([^<>\n]+)>")
_UNESCAPED = re.compile(r"(?<!\\)<([^<>\n]+)>")
_LINK = re.compile(r"(?<![!\\])\[((?:[^\[\]\\]|\\.|\[[^\[\]]*\])*)\]\(\s*<?([^\s)>]+)>?[^)]*\)")
_PLAIN_PING = re.compile(r"(?<![\w@`])@(channel|here|everyone)\b")
_CODE = re.compile(r"(?<![\\`])(`+)(?!`)(.+?)(?<!`)\1(?!`)", re.S)
_URL = re.compile(r"https?://[^\s<>|)\]]+")


@dataclass(frozen=True, kw_only=True)
class Ping:
    """Something that is live. `kind` is broadcast, user, group, channel, date or link."""

    kind: str
    target: str
    where: str


def pings(message: Message) -> list[Ping]:
    """All that would ring, name or link in this message, in its text and in every block.

    Links count when written as links (`<url|words>`, `[words](url)`); `autolinks` are bare ones.
    `@channel` in plain words counts where Slack looks for it: with link_names, or in a mrkdwn
    text object without `verbatim`.
    """
    found = list(_live(message.text, "text", named=message.link_names))
    for holder, text in texts(message.all_blocks):
        where = str(holder.get("type", "text"))
        if where in ("plain_text", "rich_text"):  # rich text: see _rich
            continue
        found += _live(text, where, named=where == "mrkdwn" and not holder.get("verbatim"))
        if where == "markdown":
            found += [
                Ping(kind="link", target=match[2], where=where)
                for match in _LINK.finditer(_without_code(text))
            ]
    return found + list(_rich(message.all_blocks))


def _rich(blocks: Any) -> Iterator[Ping]:
    """What is live in rich_text blocks: there it is an element, never words."""
    if isinstance(blocks, list):
        for each in blocks:
            yield from _rich(each)
    elif isinstance(blocks, dict):
        key = _RICH.get(str(blocks.get("type")))
        if key and key in blocks:
            kind = "group" if blocks["type"] == "usergroup" else blocks["type"]
            yield Ping(kind=kind, target=blocks[key], where="rich_text")
        yield from _rich(blocks.get("elements"))


def autolinks(message: Message) -> list[str]:
    """Addresses that stand bare in the message and that Slack turns into links."""
    found = [] if message.all_blocks else _bare(message.text)
    for holder, text in texts(message.all_blocks):
        if holder.get("type") in ("mrkdwn", "markdown") and not holder.get("verbatim"):
            found += _bare(text)
    return found


def _bare(text: str) -> list[str]:
    return _URL.findall(_LINK.sub(" ", _ENTITY.sub(" ", text)))


def _without_code(text: str) -> str:
    return _CODE.sub(" ", text)


def _live(text: str, where: str, *, named: bool) -> Iterator[Ping]:
    for match in _ENTITY.finditer(text):
        kind = _kind(match[1])
        if kind:
            yield Ping(kind=kind, target=match[1].split("|")[0], where=where)
    if named:
        for match in _PLAIN_PING.finditer(text):
            yield Ping(kind="broadcast", target=match[0], where=where)


def _kind(inside: str) -> str | None:
    if inside.startswith("!subteam"):
        return "group"
    if inside.startswith("!date"):
        return "date"
    if inside.startswith("!"):
        return "broadcast"
    if re.match(r"@[A-Z0-9]", inside):
        return "user"
    if re.match(r"#[A-Z0-9]", inside):
        return "channel"
    return "link" if re.match(r"(?:https?:|mailto:|tel:|slack:|ftp:)", inside, re.I) else None


def shown(message: Message) -> str:
    """The words that readers see: of the text where there are no blocks, else of all blocks.

    Blocks and text objects are separated by line feeds; marks of bold, quotes and links are gone,
    entities are characters again. The words of buttons are included.
    """
    return shown_blocks(message.all_blocks) if message.all_blocks else visible(message.text)


def shown_blocks(blocks: list[Json]) -> str:
    """As `shown`, of blocks alone: those of a home tab or of a modal."""
    parts = []
    for holder, text in texts(blocks):
        kind = holder.get("type")
        if kind == "rich_text":  # its words are shown as they are, entities and marks too
            parts.append(text)
        elif kind == "plain_text":
            parts.append(_decoded(text))
        else:
            parts.append(visible(text, kind == "markdown"))
    return "\n".join(parts)


def visible(text: str, markdown: bool = False) -> str:
    """What is seen of a mrkdwn (or markdown) text. Code keeps its marks."""
    seen, end = [], 0
    for code in _CODE.finditer(text):
        seen += [_worded(text[end : code.start()], markdown), _decoded(_inside(code[2]))]
        end = code.end()
    return "".join([*seen, _worded(text[end:], markdown)])


def _worded(text: str, markdown: bool) -> str:
    if markdown:
        text = _LINK.sub(lambda match: match[1], text)
        text = re.sub(r"^#{1,6} +", "", text, flags=re.M)
    text = (_UNESCAPED if markdown else _ENTITY).sub(_named, text)
    text = re.sub(r"^(?:>|&gt;) ?", "", text, flags=re.M)
    for mark in (r"\*\*", "__", r"\*", "_", "~~", "~") if markdown else (r"\*", "_", "~"):
        marked = rf"(?<![\w\\]){mark}(?=\S)([^\n]*?[^\s\\]){mark}(?!\w)"
        text = re.sub(marked, lambda match: match[1], text)
    if markdown:
        text = re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", text)
        return unescape(text)
    return _decoded(text)


def _named(match: re.Match[str]) -> str:
    """The words of an entity: its label, else what it names; other angle brackets stay."""
    if _kind(match[1]) is None:
        return match[0]
    words = match[1].split("|")[-1]
    return f"@{words[1:]}" if words.startswith("!") else words


def _decoded(text: str) -> str:
    """Slack knows three entities."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _inside(code: str) -> str:
    """The words of a code span: one space beside the marks belongs to them."""
    padded = code.startswith(" ") and code.endswith(" ") and code.strip()
    return code[1:-1] if padded else code
