"""The limits that Slack sets to blocks, and the answers when they are passed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from support.slack_blocks import texts
from support.slack_world import Json

TEXT, MARKDOWN = 40_000, 12_000
METADATA = 16_000
"""Characters of a message's metadata as JSON."""
MESSAGE = 13_172
"""Characters of all blocks of one message together, after which Slack says msg_blocks_too_long."""


SESSION_STATUSES = ("active", "processing", "suspended", "closed")


class Refused(Exception):
    """Slack's answer to a request that it does not carry out: its error, and what it says of it."""

    def __init__(self, error: str, *details: str, **more: Any) -> None:
        super().__init__(error, *details)
        self.error, self.details, self.more = error, list(details), more


def check_blocks(blocks: Any, *, surface: str = "message") -> list[Json]:
    """The blocks, when Slack would take them; else Refused("invalid_blocks", what is wrong).

    `surface` is message, home or modal.
    """
    if not isinstance(blocks, list) or any(not isinstance(each, dict) for each in blocks):
        raise Refused("invalid_blocks_format")
    wrong = list(_wrong_list(blocks, surface))
    if wrong:
        raise Refused("invalid_blocks", *wrong)
    if size(blocks) > MESSAGE and surface == "message":
        raise Refused("msg_blocks_too_long")
    return blocks


def size(blocks: list[Json]) -> int:
    """The characters of all texts of these blocks."""
    return sum(len(text) for _, text in texts(blocks))


def _wrong_list(blocks: list[Json], surface: str) -> Iterator[str]:
    most = 50 if surface == "message" else 100
    if len(blocks) > most:
        yield f"no more than {most} items allowed [json-pointer:/blocks]"
    ids = [each["block_id"] for each in blocks if each.get("block_id")]
    if len(ids) != len(set(ids)):
        yield "`block_id` already exists [json-pointer:/blocks]"
    markdown = sum(len(str(b.get("text", ""))) for b in blocks if b.get("type") == "markdown")
    if markdown > MARKDOWN:
        yield f"markdown text must be less than {MARKDOWN + 1} characters [json-pointer:/blocks]"
    for number, block in enumerate(blocks):
        for problem in _wrong_block(block, surface):
            yield f"{problem} [json-pointer:/blocks/{number}]"


def _wrong_block(block: Json, surface: str) -> Iterator[str]:
    kind = str(block.get("type"))
    check = _CHECKS.get(kind)
    if check is None or (surface != "message" and kind in _ONLY_IN_MESSAGES):
        yield f"unsupported type: {kind}"
        return
    if len(str(block.get("block_id", ""))) > 255:
        yield "block_id must be less than 256 characters"
    extra = set(block) - {"type", "block_id"} - set(_KEYS.get(kind, block))
    if extra:
        yield f"invalid additional property: {', '.join(sorted(extra))}"
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
    extra = set(value) - {"type", "text", "emoji" if value["type"] == "plain_text" else "verbatim"}
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
    if len(str(element.get("accessibility_label", ""))) > 75:
        yield "accessibility_label must be less than 76 characters"
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


_STYLES = {"bold", "italic", "strike", "code", "underline", "highlight"}
_INLINE = {
    "text": {"text"}, "link": {"url", "text", "unsafe"}, "emoji": {"name", "unicode", "skin_tone"},
    "user": {"user_id"}, "usergroup": {"usergroup_id"}, "channel": {"channel_id"},
    "broadcast": {"range"}, "color": {"value"},
    "date": {"timestamp", "format", "url", "fallback"},
}  # fmt: skip
_PARTS = {
    "rich_text_section": set[str](),
    "rich_text_quote": {"border"},
    "rich_text_preformatted": {"border", "language"},
    "rich_text_list": {"style", "indent", "offset", "border"},
}


def _rich_text(block: Json) -> Iterator[str]:
    parts = block.get("elements") or []
    if not parts:
        yield "must define elements"
    for part in parts:
        yield from _part(part)


def _part(part: Json) -> Iterator[str]:
    kind, inside = str(part.get("type")), part.get("elements")
    if kind not in _PARTS or not isinstance(inside, list):
        yield f"unsupported element: {kind}"
        return
    extra = set(part) - {"type", "elements"} - _PARTS[kind]
    if extra:
        yield f"invalid additional property: {', '.join(sorted(extra))}"
    if kind == "rich_text_list":
        if part.get("style") not in ("bullet", "ordered"):
            yield "style must be bullet or ordered"
        if any(each.get("type") != "rich_text_section" for each in inside):
            yield "a list holds sections"
        for each in inside:
            yield from _part(each)
        return
    for each in inside:
        yield from _inline(each)


def _inline(element: Json) -> Iterator[str]:
    kind = str(element.get("type"))
    if kind not in _INLINE:
        yield f"unsupported element: {kind}"
        return
    extra = set(element) - {"type", "style"} - _INLINE[kind]
    extra |= {name for name in element.get("style") or {} if name not in _STYLES}
    if extra:
        yield f"invalid additional property: {', '.join(sorted(extra))}"
    if kind == "text" and not element.get("text"):
        yield "must be more than 0 characters"
    if kind == "link" and not 1 <= len(str(element.get("url") or "")) <= 3_000:
        yield "url must be 1 to 3000 characters"


_ONLY_IN_MESSAGES = {"markdown", "context_actions", "task_card", "plan"}
_KEYS = {
    "section": {"text", "fields", "accessory", "expand"},
    "header": {"text"},
    "markdown": {"text"},
    "context": {"elements"},
    "actions": {"elements"},
    "context_actions": {"elements"},
    "rich_text": {"elements"},
    "divider": set[str](),
}
"""What a block may have besides type and block_id; blocks that are not named here: anything."""
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
    "rich_text": _rich_text,
    "task_card": _anything,
    "plan": _anything,
}
_ELEMENTS = {
    "button", "overflow", "static_select", "external_select", "users_select", "datepicker",
    "radio_buttons", "checkboxes", "image", "conversations_select", "channels_select",
    "multi_static_select", "timepicker", "workflow_button", "feedback_buttons", "icon_button",
}  # fmt: skip
