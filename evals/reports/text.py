"""Words of cases in a report: somebody else's text, which must neither act nor break the page."""

from __future__ import annotations

import re

# Controls (XML knows none but tab and line ends), lone surrogates, what is no character, and the
# marks that reorder what is shown.
_UNFIT = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)
_MARKDOWN = re.compile(r"([\\`*_{}\[\]|~])")
# What a forge makes of plain text: a mention, a reference, a link.
_CALLS = re.compile(r"(?<![\w/])([@#])(?=\w)|(?<=:)//|(?i:\bwww)(?=\.)")
_BREAK = "<!-- -->"


def fit(text: str) -> str:
    """Without the characters that act, or that a page or XML can't hold."""
    return _UNFIT.sub("\N{REPLACEMENT CHARACTER}", text)


def plain(text: str, longest: int | None = None) -> str:
    """One line without controls; cut after `longest` characters, saying so by an ellipsis."""
    line = " ".join(fit(text).split())
    return line if longest is None or len(line) <= longest else line[: longest - 1] + "…"


def markdown(text: str, longest: int | None = None) -> str:
    """Somebody's words within a line or a cell of Markdown: no markup, mention, link or HTML."""
    line = plain(text, longest).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    escaped = _MARKDOWN.sub(r"\\\1", line)
    return _CALLS.sub(lambda found: _broken(found[0]), escaped)


def _broken(call: str) -> str:
    return f"{call[0]}{_BREAK}{call[1:]}"


def cell(text: str) -> str:
    """Our own words in a cell: only what would end it is escaped."""
    return plain(text).replace("|", "\\|").replace("<", "&lt;")


def number(value: float | None, digits: int = 3) -> str:
    """Shares with three digits; what is beyond 1, such as a count, with as few as it needs."""
    if value is None:
        return "-"
    return f"{value:.{digits}f}" if abs(value) <= 1 else f"{value:,.{min(digits, 2)}f}"


def interval(low: float | None, high: float | None) -> str:
    return "" if low is None or high is None else f"{number(low)} to {number(high)}"
