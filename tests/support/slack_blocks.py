"""What Slack refuses in blocks, what of a message is live in it, and what readers see of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from typing import Any

from support.slack_world import Json, Message

MARKDOWN = 12_000
MESSAGE = 13_200
"""Characters of all blocks of one message together, after which Slack says msg_blocks_too_long."""


class Refused(Exception):
    """Slack's answer to a request that it does not carry out: its error, and what it says of it."""

    def __init__(self, error: str, *details: str, **more: Any) -> None:
        super().__init__(error, *details)
        self.error, self.details, self.more = error, list(details), more


# -- limits ------------------------------------------------------------------------------------


def check_blocks(blocks: Any, *, most: int = 50) -> list[Json]:
    """The blocks, when Slack would take them; else Refused("invalid_blocks", what is wrong)."""
    if not isinstance(blocks, list) or any(not isinstance(each, dict) for each in blocks):
        raise Refused("invalid_blocks_format")
    wrong = list(_wrong_list(blocks, most))
    if wrong:
        raise Refused("invalid_blocks", *wrong)
    if sum(len(text) for _, text in _texts(blocks)) > MESSAGE and most == 50:
        raise Refused("msg_blocks_too_long")
    return blocks


def _wrong_list(blocks: list[Json], most: int) -> Iterator[str]:
    if len(blocks) > most:
        yield f"no more than {most} items allowed [json-pointer:/blocks]"
    ids = [each["block_id"] for each in blocks if each.get("block_id")]
    if len(ids) != len(set(ids)):
        yield "`block_id` already exists [json-pointer:/blocks]"
    if sum(len(str(each.get("text", ""))) for each in blocks if each["type"] == "markdown") > (
        MARKDOWN
    ):
        yield f"markdown text must be less than {MARKDOWN + 1} characters [json-pointer:/blocks]"
    for number, block in enumerate(blocks):
        for problem in _wrong_block(block):
            yield f"{problem} [json-pointer:/blocks/{number}]"


def _wrong_block(block: Json) -> Iterator[str]:
    check = _CHECKS.get(str(block.get("type")))
    if check is None:
        yield f"unsupported type: {block.get('type')}"
        return
    if len(str(block.get("block_id", ""))) > 255:
        yield "block_id must be less than 256 characters"
    yield from check(block)


def _text(value: Any, most: int, *kinds: str) -> Iterator[str]:
    if not isinstance(value, dict) or value.get("type") not in kinds:
        yield f"text must be one of {', '.join(kinds)}"
        return
    text = value.get("text")
    if not isinstance(text, str) or not text:
        yield "must be more than 0 characters"
    elif len(text) > most:
        yield f"must be less than {most + 1} characters"
    extra = (
        set(value)
        - {"type", "text"}
        - {"plain_text": {"emoji"}, "mrkdwn": {"verbatim"}}[value["type"]]
    )
    if extra:
        yield f"additional properties: {', '.join(sorted(extra))}"


def _section(block: Json) -> Iterator[str]:
    fields = block.get("fields")
    if block.get("text") is None and not fields:
        yield "missing required field: text"
    if block.get("text") is not None:
        yield from _text(block["text"], 3_000, "mrkdwn", "plain_text")
    if fields is not None:
        if not 1 <= len(fields) <= 10:
            yield "fields must be 1 to 10 items"
        for each in fields:
            yield from _text(each, 2_000, "mrkdwn", "plain_text")
    if "accessory" in block:
        yield from _element(block["accessory"])


def _header(block: Json) -> Iterator[str]:
    yield from _text(block.get("text"), 150, "plain_text")


def _markdown(block: Json) -> Iterator[str]:
    if not isinstance(block.get("text"), str) or not block["text"]:
        yield "missing required field: text"


def _context(block: Json) -> Iterator[str]:
    elements = block.get("elements") or []
    if not 1 <= len(elements) <= 10:
        yield "elements must be 1 to 10 items"
    for each in elements:
        if each.get("type") != "image":
            yield from _text(each, 3_000, "mrkdwn", "plain_text")


def _actions(block: Json) -> Iterator[str]:
    yield from _elements(block, 25, _ELEMENTS - {"feedback_buttons", "icon_button"})


def _context_actions(block: Json) -> Iterator[str]:
    yield from _elements(block, 5, {"feedback_buttons", "icon_button"})


def _elements(block: Json, most: int, allowed: set[str]) -> Iterator[str]:
    elements = block.get("elements") or []
    if not 1 <= len(elements) <= most:
        yield f"elements must be 1 to {most} items"
    ids = [each.get("action_id") for each in elements if each.get("action_id")]
    if len(ids) != len(set(ids)):
        yield "`action_id` already exists"
    for each in elements:
        if each.get("type") not in allowed:
            yield f"unsupported element: {each.get('type')}"
        else:
            yield from _element(each)


def _element(element: Json) -> Iterator[str]:
    if element.get("type") not in _ELEMENTS:
        yield f"unsupported element: {element.get('type')}"
    if len(str(element.get("action_id", ""))) > 255:
        yield "action_id must be less than 256 characters"
    if len(str(element.get("value", ""))) > 2_000:
        yield "value must be less than 2001 characters"
    if element.get("type") == "button":
        yield from _button(element)
    if element.get("type") == "feedback_buttons":
        for side in ("positive_button", "negative_button"):
            yield from _feedback(element.get(side) or {})


def _button(element: Json) -> Iterator[str]:
    yield from _text(element.get("text"), 75, "plain_text")
    if len(str(element.get("url", ""))) > 3_000:
        yield "url must be less than 3001 characters"
    if element.get("style") not in (None, "primary", "danger"):
        yield "style must be primary or danger"


def _feedback(button: Json) -> Iterator[str]:
    yield from _text(button.get("text"), 75, "plain_text")
    if not button.get("value") or len(str(button["value"])) > 2_000:
        yield "value must be 1 to 2000 characters"


def _input(block: Json) -> Iterator[str]:
    yield from _text(block.get("label"), 2_000, "plain_text")
    if not isinstance(block.get("element"), dict):
        yield "missing required field: element"


def _image(block: Json) -> Iterator[str]:
    if not block.get("alt_text"):
        yield "missing required field: alt_text"


def _anything(block: Json) -> Iterator[str]:
    return iter(())


_CHECKS = {
    "section": _section,
    "header": _header,
    "markdown": _markdown,
    "context": _context,
    "actions": _actions,
    "context_actions": _context_actions,
    "input": _input,
    "image": _image,
    "divider": _anything,
    "rich_text": _anything,
    "task_card": _anything,
    "plan": _anything,
}
_ELEMENTS = {
    "button", "overflow", "static_select", "external_select", "users_select", "datepicker",
    "radio_buttons", "checkboxes", "image", "conversations_select", "channels_select",
    "multi_static_select", "timepicker", "workflow_button", "feedback_buttons", "icon_button",
}  # fmt: skip


# -- what a message says -------------------------------------------------------------------------


def _texts(blocks: Any) -> Iterator[tuple[Json, str]]:
    """Every text object (or markdown block) with its text, in the order of reading."""
    if isinstance(blocks, list):
        for each in blocks:
            yield from _texts(each)
    elif isinstance(blocks, dict):
        if isinstance(blocks.get("text"), str):
            yield blocks, blocks["text"]
        for key in ("title", "label", "text", "fields", "elements", "accessory", "element",
                    "positive_button", "negative_button"):  # fmt: skip
            if isinstance(blocks.get(key), dict | list):
                yield from _texts(blocks[key])


_ENTITY = re.compile(r"<([^<>\n]+)>")
_LINK = re.compile(r"(?<!!)\[((?:[^\[\]\\]|\\.|\[[^\[\]]*\])*)\]\(\s*<?([^\s)>]+)>?[^)]*\)")
_PLAIN_PING = re.compile(r"(?<![\w@`])@(channel|here|everyone)\b")
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
    for holder, text in _texts(message.all_blocks):
        where = str(holder.get("type", "text"))
        if where == "plain_text":
            continue
        found += _live(text, where, named=where == "mrkdwn" and not holder.get("verbatim"))
        if where == "markdown":
            found += [
                Ping(kind="link", target=match[2], where=where)
                for match in _LINK.finditer(_without_code(text))
            ]
    return found


def autolinks(message: Message) -> list[str]:
    """Addresses that stand bare in the message and that Slack turns into links."""
    found = [] if message.all_blocks else _bare(message.text)
    for holder, text in _texts(message.all_blocks):
        if holder.get("type") in ("mrkdwn", "markdown") and not holder.get("verbatim"):
            found += _bare(text)
    return found


def _bare(text: str) -> list[str]:
    return _URL.findall(_LINK.sub(" ", _ENTITY.sub(" ", text)))


def _without_code(text: str) -> str:
    return re.sub(r"```.*?```|`[^`\n]*`", " ", text, flags=re.S)


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
    for holder, text in _texts(blocks):
        kind = holder.get("type")
        parts.append(
            unescape(text) if kind in ("plain_text", "text") else visible(text, kind == "markdown")
        )
    return "\n".join(parts)


def visible(text: str, markdown: bool = False) -> str:
    """What is seen of a mrkdwn (or markdown) text."""
    if markdown:
        text = _LINK.sub(lambda match: match[1], text)
        text = re.sub(r"^#{1,6} +", "", text, flags=re.M)
    text = _ENTITY.sub(lambda match: match[1].split("|")[-1], text)
    text = re.sub(r"^(?:>|&gt;) ?", "", text, flags=re.M)
    marks = (r"\*\*", "__", r"\*", "_", "~~", "~", "`") if markdown else (r"\*", "_", "~", "`")
    for mark in marks:
        text = re.sub(
            rf"(?<![\w\\]){mark}(?=\S)([^\n]*?[^\s\\]){mark}(?!\w)", lambda match: match[1], text
        )
    if markdown:
        text = re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", text)
    return unescape(text)
