"""What a client would rather have, and what it has, by its headers (RFC 9110)."""

from __future__ import annotations


def prefers(accept: str, wanted: str, otherwise: str) -> bool:
    """Whether `accept` names `wanted` itself, at least as highly as it accepts `otherwise`.

    A client that takes anything ("*/*", or no header) gets `otherwise`.
    """
    ranges = dict(_ranges(accept))
    asked = ranges.get(wanted, 0.0)
    return asked > 0 and asked >= ranges.get(otherwise, 0.0)


def takes_gzip(accept_encoding: str) -> bool:
    """Whether a client takes gzip (RFC 9110, section 12.5.3)."""
    ranges = dict(_ranges(accept_encoding))
    return ranges.get("gzip", ranges.get("*", 0.0)) > 0


def names_tag(if_none_match: str, tag: str) -> bool:
    """Whether an If-None-Match names the tag; weakly compared, as it is for this header."""
    known = (each.strip().removeprefix("W/") for each in if_none_match.split(","))
    return any(each in (tag, "*") for each in known)


def _ranges(accept: str) -> list[tuple[str, float]]:
    ranges = []
    for part in accept.split(","):
        media, *parameters = (piece.strip().lower() for piece in part.split(";"))
        ranges.append((media, _quality(parameters)))
    return ranges


def _quality(parameters: list[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                return float(value)
            except ValueError:
                return 0.0
    return 1.0
