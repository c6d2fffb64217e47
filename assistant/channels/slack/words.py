"""Slack's text as plain words: what a person sees of a message, without who is addressed in it."""

from __future__ import annotations

import re

_ENTITY = re.compile(r"<([^<>\n]*)>")
_MARKS = re.compile(r"[*_~`]+")
_QUOTED = re.compile(r"^> ?", re.MULTILINE)
_HALVES = re.compile("[\ud800-\udfff]")
_EMOJI = re.compile(r":[a-z0-9_+'-]+:(?::skin-tone-\d:)?")
_ADDRESSED = re.compile(r"\s*<(?:@([A-Z0-9]+)|!)")


def plain(text: str) -> str:
    """The words of a message. Mentions are gone, links are their labels, marks of style as well."""
    words = _ENTITY.sub(_shown, _HALVES.sub("\ufffd", text))
    words = words.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    words = "\n".join(map(_unmarked, _QUOTED.sub("", words).split("\n")))
    return "\n".join(" ".join(line.split()) for line in words.splitlines()).strip()


def _unmarked(line: str) -> str:
    """A line without the marks of style that open and close in it; all others stay.

    In one pass: what people send is of any length, and nothing else happens meanwhile.
    """
    opened: list[tuple[str, int]] = []
    waiting = dict.fromkeys("*_~`", 0)
    gone: set[int] = set()
    for run in _MARKS.finditer(line):
        before, after = line[max(run.start() - 1, 0) : run.start()], line[run.end() : run.end() + 1]
        opens = not before.isalnum() and after != "" and not after.isspace()
        closes = not after.isalnum() and before != "" and not before.isspace()
        for at in range(run.start(), run.end()):
            mark = line[at]
            if closes and waiting[mark]:
                gone |= {_last(mark, opened, waiting), at}
            elif opens:
                opened.append((mark, at))
                waiting[mark] += 1
    return "".join(each for at, each in enumerate(line) if at not in gone)


def _last(mark: str, opened: list[tuple[str, int]], waiting: dict[str, int]) -> int:
    """Where a mark was opened last. What was opened after it can't be closed any more."""
    while True:
        each, at = opened.pop()
        waiting[each] -= 1
        if each == mark:
            return at


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
