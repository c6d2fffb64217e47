"""Somebody else's words in Slack's two markups, mrkdwn and Markdown: they stay words."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.channels.style import Style
from assistant.channels.style import plain as obedient_to_none
from assistant.channels.web import link

JOINER = "\u2060"
"""Of no width; what it stands in is not read as one word."""
_SURROGATES = re.compile("[\ud800-\udfff]")
_EMOJI = r":[\w+'-]+:"
_REST = r"[^\s<>&`]+"
_ADDRESS = (
    rf"[a-zA-Z][a-zA-Z+.-]{{0,30}}://{_REST}|\b(?:mailto:|www\.){_REST}"
    r"|[\w.+-]{1,64}@[\w-]+\.\w[\w.-]*"
)
"""With bounds, so that a long word without an end takes no longer than another."""
_BROADCAST = r"@(?:here|channel|everyone|group)\b"
_LIVE_IN_MRKDWN = re.compile(rf"[*_~`]|^[>•]|^&gt;|{_EMOJI}|{_ADDRESS}", re.M)
_TOKEN_IN_MARKDOWN = re.compile(rf"{_EMOJI}|{_ADDRESS}|{_BROADCAST}")
_MARKS = re.compile(r"[\\`*_~\[\]|#!()>]")
_LINE_START = re.compile(r"^( *)([-+=]|\d+(?=[.)]))")
_LONGEST_SPAN = 1_000


def harmless(text: str) -> str:
    """Without control characters and marks that turn what is shown around."""
    return obedient_to_none(_SURROGATES.sub("\ufffd", text))


def line(text: str) -> str:
    """The same in one line."""
    return " ".join(harmless(text.replace("\n", " ")).split(" "))


def entities(text: str) -> str:
    """Slack's three escapes. What follows a bare `<` would ring, name or link."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def escaped(text: str) -> str:
    """Words for a mrkdwn text, letter for letter.

    mrkdwn has no escape for its marks, so words that hold any stand in code, where none is read:
    `*bold*`, `:emoji:`, an address. `@here` is held apart by a mark of no width. A text that is
    nothing but a web address stays one that is followed.
    """
    text = re.sub(rf"(?={_BROADCAST})@", f"@{JOINER}", harmless(text))
    if link(text) == text and text.startswith("http") and not re.search(r"[\s<>|`]", text):
        return entities(text)
    if not _LIVE_IN_MRKDWN.search(text):
        return entities(text)
    return " ".join(_code(chunk) for chunk in _chunks(text, _LONGEST_SPAN))


def _code(text: str) -> str:
    """In a code span, or where the words hold a backtick or lines, in a fence.

    Three backticks in the words would end the fence: they are held apart by a mark of no width.
    """
    if "`" not in text and "\n" not in text:
        return f"`{entities(text)}`" if text.strip() else entities(text)
    inner = entities(re.sub("`(?=``)", f"`{JOINER}", text))
    return f"```\n{inner}\n```"


def _chunks(text: str, most: int) -> Iterator[str]:
    while len(text) > most:
        cut = text.rfind(" ", 1, most)
        cut = most if cut < 0 else cut
        yield text[:cut]
        text = text[cut:].removeprefix(" ")
    yield text


def markdown(text: str) -> str:
    """Words for Markdown as Slack reads it (`markdown` blocks, streams), in one line.

    Marks are escaped. What has no escape there (an emoji's name, a bare address, a handle) stands
    in code. `<` is an entity: behind a backslash it would still name a channel.
    """
    text = line(text)
    parts, end = [], 0
    for token in _TOKEN_IN_MARKDOWN.finditer(text):
        parts += [_marked(text[end : token.start()]), f"`{token[0]}`"]
        end = token.end()
    parts.append(_marked(text[end:]))
    return _LINE_START.sub(_shielded, "".join(parts))


def _shielded(match: re.Match[str]) -> str:
    """What would begin a list or a heading, behind a backslash."""
    if match[2].isdigit():
        return f"{match[1]}{match[2]}\\"
    return f"{match[1]}\\{match[2]}"


def _marked(text: str) -> str:
    shielded = _MARKS.sub(r"\\\g<0>", text)
    return shielded.replace("&", "&amp;").replace("<", "&lt;")


class Mrkdwn(Style):
    """A reply as one mrkdwn text, for where blocks are refused."""

    def words(self, text: str) -> str:
        return escaped(text)

    def heading(self, text: str) -> str:
        return f"*{text}*"

    def bold(self, text: str) -> str:
        return f"*{text}*"

    def dim(self, text: str) -> str:
        return text

    def warn(self, text: str) -> str:
        return text


MRKDWN = Mrkdwn()

_PIECE = re.compile(r"```.*?```|`[^`]*`|&\w+;|\s|[^\s`&]+|.", re.S)


def pieces(text: str, most: int = 3_900) -> list[str]:
    """The text in messages of at most so many characters, nothing lost but white space between.

    Cut between lines, else between words; never within code or an escape, unless the one is longer
    than a message.
    """
    found, current = [], ""
    for unit in _units(text, most):
        if len(current) + len(unit) > most:
            found.append(current.strip("\n"))
            current = ""
        current += unit
    found.append(current.strip("\n"))
    return [piece for piece in found if piece.strip()] or ["…"]


def _units(text: str, most: int) -> Iterator[str]:
    """Lines with their ends; of a line that is too long, its words; of a word, so much at once."""
    for each in text.splitlines(keepends=True):
        if len(each) <= most:
            yield each
            continue
        for token in _PIECE.findall(each):
            yield from (token[n : n + most] for n in range(0, len(token), most))
