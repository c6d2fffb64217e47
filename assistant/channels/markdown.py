"""A reply as Markdown, for chat clients: whatever a document says, it stays words."""

from __future__ import annotations

import re
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

from assistant.channels.style import Style, plain

_HARMLESS = re.compile(
    r"\[(?![ xX]\])[^\[\]\n]*\](?![(:\[])"  # "[1]", "[sic]": no link where no link is defined
    r"|(?<=\w)_+(?=\w)|(?<=\s)[*~](?=\s)|(?<!\S)~(?=\d)|<(?=[\s\d=])"
)
"""Signs that open and close nothing where they stand: "snake_case", "2 * 3", "~5%", "< 10"."""
_BEGINS = re.compile(r"[\\`*_~<\[\]|]")
"""Signs that could begin something here and end it in somebody else's words further on."""
_AROUND = (("", ""), ("“", "”"), ("x ", " x"))
"""Where words stand: alone in a line, in quotation marks, in the middle."""


class Markdown(Style):
    """Lists and bold headings. Words that Markdown would take for orders stand in a code span.

    So every quote is in the text letter for letter (but for control characters, as on a terminal),
    and no document can show an image, a link under another name, or a heading of its own.
    """

    def words(self, text: str) -> str:
        text = harmless(text)
        return text if _inert(text) else _code(text)

    def heading(self, text: str) -> str:
        return f"**{text}**\n"

    def bold(self, text: str) -> str:
        return f"**{text}**"

    def dim(self, text: str) -> str:
        return text

    def warn(self, text: str) -> str:
        return f"> {text}\n"

    def block(self, text: str, first: str = "", rest: str | None = None) -> str:
        """What is indented on a terminal is an item of a list here, or of a list within it."""
        if text.startswith("\n"):
            return text  # a fence stands by itself: an item that begins empty would be a rule
        nested = first.startswith("   ")
        marker = first.strip().removeprefix("-")
        item = "  - " if nested else "- " if first else ""
        return f"{item}{marker + ' ' if marker else ''}{text}"


def harmless(text: str) -> str:
    """Without what a terminal obeys; tabs stay."""
    return "\t".join(plain(part) for part in text.split("\t"))


def _inert(text: str) -> bool:
    """Whether Markdown shows these words as they are, wherever they stand in a line."""
    if text[:1].isspace() or _BEGINS.search(_HARMLESS.sub("", text)):
        return False
    return all(_is_text(f"{before}{text}{after}") for before, after in _AROUND)


def _is_text(source: str) -> bool:
    inner = _only_paragraph(source)
    if inner is None or any(token.type not in ("text", "softbreak") for token in inner):
        return not source
    shown = "".join("\n" if token.type == "softbreak" else token.content for token in inner)
    return _lines(shown) == _lines(source)


def _lines(text: str) -> list[str]:
    return [line.strip(" \t") for line in text.strip().split("\n")]


def _code(text: str) -> str:
    """In a code span; in a fence at the left margin where a span can't hold its lines."""
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    ticks = "`" * (longest + 1)
    pad = " " if text[:1] in "` " or text[-1:] in "` " else ""
    span = f"{ticks}{pad}{text}{pad}{ticks}"
    if all(_is_code(f"{before}{span}{after}") for before, after in _AROUND):
        return span
    fence = "`" * max(longest + 1, 3)
    return f"\n\n{fence}\n{text}\n{fence}\n\n"


def _is_code(source: str) -> bool:
    inner = _only_paragraph(source)
    spans = [token for token in inner or () if token.type == "code_inline"]
    rest = [token for token in inner or () if token.type != "code_inline"]
    return len(spans) == 1 and all(token.type == "text" for token in rest)


def _only_paragraph(source: str) -> list[Token] | None:
    """The inline tokens of a text that is one paragraph and nothing else."""
    env: dict[str, object] = {}  # where the parser keeps link definitions
    tokens = _parser().parse(source, env)
    kinds = [token.type for token in tokens]
    if kinds != ["paragraph_open", "inline", "paragraph_close"] or env:
        return None
    return tokens[1].children or []


@cache
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark").enable(["table", "strikethrough"])


MARKDOWN = Markdown()
