"""robots.txt as RFC 9309 says: which addresses of a host a program may ask for.

The standard library's parser knows no wildcards, takes the first rule instead of the longest, and
trips over a byte order mark; this one reads what the specification defines and nothing else but
the usual Crawl-delay.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

MAX_ROBOTS = 500 * 1024
"""Bytes that are read of a longer file: as many as the specification asks for."""

_LINE = re.compile(r"\r\n|\r|\n")
_TOKEN = re.compile(r"[A-Za-z_-]+")
_ESCAPED = re.compile(r"%([0-9A-Fa-f]{2})")
_UNRESERVED = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """`pattern` may hold * (any characters) and end with $ (the address ends here)."""

    pattern: str
    allow: bool

    def matches(self, path: str) -> bool:
        ends = self.pattern.endswith("$")
        first, *rest = (self.pattern[:-1] if ends else self.pattern).split("*")
        if not path.startswith(first):
            return False
        at = len(first)
        if not rest:
            return not ends or at == len(path)
        last = rest.pop() if ends else ""
        for part in rest:
            found = path.find(part, at)
            if found < 0:
                return False
            at = found + len(part)
        return len(path) - len(last) >= at and path.endswith(last)


@dataclass(frozen=True, slots=True, kw_only=True)
class Robots:
    """The rules for one program. Without any everything may be asked for."""

    rules: tuple[Rule, ...] = ()
    delay_s: float = 0.0

    def allows(self, url: str) -> bool:
        """The longest rule decides, of equals the one that allows."""
        parts = urlsplit(url)
        path = _comparable((parts.path or "/") + (f"?{parts.query}" if parts.query else ""))
        if path == "/robots.txt":
            return True
        found = [rule for rule in self.rules if rule.matches(path)]
        best = max(found, key=lambda rule: (len(rule.pattern), rule.allow), default=None)
        return best is None or best.allow


@dataclass(slots=True)
class _Group:
    agents: list[str] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    delay_s: float = 0.0
    closed: bool = False


def parse_robots(data: bytes, product: str) -> Robots:
    """The rules for the program named `product`: its own groups, else those for everybody."""
    groups = _groups(_LINE.split(data[:MAX_ROBOTS].decode("utf-8-sig", "replace")))
    name = product.lower()
    mine = [group for group in groups if name in group.agents]
    mine = mine or [group for group in groups if "*" in group.agents]
    return Robots(
        rules=tuple(rule for group in mine for rule in group.rules),
        delay_s=max((group.delay_s for group in mine), default=0.0),
    )


def _groups(lines: Sequence[str]) -> list[_Group]:
    groups: list[_Group] = []
    for line in lines:
        key, colon, value = line.partition("#")[0].partition(":")
        key, value = key.strip().lower(), value.strip()
        if not colon:
            continue
        if key == "user-agent":
            if not groups or groups[-1].closed:
                groups.append(_Group())
            groups[-1].agents.append(_agent(value))
        elif groups and key in ("allow", "disallow", "crawl-delay"):
            groups[-1].closed = True
            _note(groups[-1], key, value)
    return groups


def _agent(value: str) -> str:
    match = _TOKEN.match(value)
    return "*" if value.startswith("*") else match[0].lower() if match else ""


def _note(group: _Group, key: str, value: str) -> None:
    if key == "crawl-delay":
        if re.fullmatch(r"\d{1,6}(\.\d{1,3})?", value):
            group.delay_s = max(group.delay_s, float(value))
    elif value.startswith(("/", "*")):
        group.rules.append(Rule(pattern=_comparable(value), allow=key == "allow"))


def _comparable(path: str) -> str:
    """One spelling of percent-encoding: letters plain, all beyond ASCII encoded."""
    encoded = "".join(
        ch if ch.isascii() else "".join(f"%{byte:02X}" for byte in ch.encode("utf-8", "replace"))
        for ch in path
    )
    return _ESCAPED.sub(_plain, encoded)


def _plain(match: re.Match[str]) -> str:
    character = chr(int(match[1], 16))
    return character if character in _UNRESERVED else match[0].upper()
