"""How text is laid out on a terminal, and kept from giving it orders."""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass

# C0 and C1 controls but the line feed, and the marks that reorder what is shown: text of a
# document must not move the cursor, set the title or show a quote backwards.
_ORDERS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")

_BOLD, _DIM, _WARN, _END = "\x1b[1m", "\x1b[2m", "\x1b[33m", "\x1b[0m"


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """`width` None: lines are not broken, so that what is piped can be searched."""

    colour: bool = False
    width: int | None = None

    def words(self, text: str) -> str:
        """Somebody else's words within a line: of a document, of a reader."""
        return text

    def heading(self, text: str) -> str:
        return self.bold(text)

    def bold(self, text: str) -> str:
        return self._dress(_BOLD, text)

    def dim(self, text: str) -> str:
        return self._dress(_DIM, text)

    def warn(self, text: str) -> str:
        return self._dress(_WARN, text)

    def _dress(self, code: str, text: str) -> str:
        return f"{code}{text}{_END}" if self.colour else text

    def block(self, text: str, first: str = "", rest: str | None = None) -> str:
        """`text` behind `first`, its further lines behind `rest` (as wide, when not given)."""
        rest = " " * len(first) if rest is None else rest
        lines = [wrapped for line in plain(text).split("\n") for wrapped in self._wrap(line, rest)]
        return "\n".join((rest if n else first) + line for n, line in enumerate(lines))

    def _wrap(self, line: str, indent: str) -> list[str]:
        if self.width is None:
            return [line]
        room = max(self.width - len(indent), 20)
        return textwrap.wrap(line, room, break_long_words=False, break_on_hyphens=False) or [""]


def plain(text: str) -> str:
    """Text without the characters that a terminal obeys."""
    return _ORDERS.sub("", text.replace("\t", " "))


PLAIN = Style()
