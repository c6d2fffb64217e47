"""Slack's text as plain words: what a person sees of a message, without who is addressed in it."""

from __future__ import annotations

import re

_ENTITY = re.compile(r"<([^<>\n]*)>")
_MARKED = re.compile(r"(?<![\w*_~`])([*_~`]+)(?=\S)([^\n]*?\S)\1(?![\w*_~`])")
_QUOTED = re.compile(r"^> ?", re.MULTILINE)
_HALVES = re.compile("[\ud800-\udfff]")
_EMOJI = re.compile(r":[a-z0-9_+'-]+:(?::skin-tone-\d:)?")
_ADDRESSED = re.compile(r"\s*<(?:@([A-Z0-9]+)|!)")


def plain(text: str) -> str:
    """The words of a message. Mentions are gone, links are their labels, marks of style as well."""
    words = _ENTITY.sub(_shown, _HALVES.sub("\ufffd", text))
    words = words.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    words = _MARKED.sub(lambda match: match[2], _QUOTED.sub("", words))
    return "\n".join(" ".join(line.split()) for line in words.splitlines()).strip()


def _shown(match: re.Match[str]) -> str:
    """What readers see of `<...>`: the label where there is one."""
    target, _, label = match[1].partition("|")
    if target.startswith("@"):
        return " "
    if target.startswith("#"):
        return f"#{label}" if label else " "
    if target.startswith("!"):
        return label if target.startswith("!date") else " "
    return label or target.removeprefix("mailto:")


def says_something(words: str) -> bool:
    """Whether there is a letter or a digit beside the names of emoji."""
    return any(each.isalnum() for each in _EMOJI.sub(" ", words))


def mentions(text: str, user: str) -> bool:
    return re.search(rf"<@{re.escape(user)}(?:\|[^<>]*)?>", text) is not None


def addresses_another(text: str, user: str) -> bool:
    """Whether a message begins by naming somebody who is not `user`."""
    found = _ADDRESSED.match(text)
    return found is not None and found[1] != user
