"""Every error that the assistant raises on purpose.

AssistantError                what went wrong and what to do about it, in one sentence for a person
 +- BadInput                  the caller's words can't be used            (exit 2, HTTP 422)
 |   +- UnknownName           a setting, command, id or file unknown here (names the nearest known)
 |   +- TooLarge              longer than the limit                       (HTTP 413)
 +- Unreadable                bytes that no reader can take: quarantined, the rest goes in
 +- NotFound                  no such document or answer                  (HTTP 404)
 |   +- Gone                  it was withdrawn or erased                  (HTTP 410)
 +- Forbidden                 the key may not do or see this              (HTTP 403)
 |   +- Unauthenticated       no key, or not one of ours                  (HTTP 401)
 +- TooManyRequests           asked too often, or more than can be worked on now (HTTP 429)
 +- FetchRefused              guarded fetching won't go there: the address, the size, the time
 |   +- Unfetchable           what came back can't be taken: its type, size, redirects
 |   +- Disallowed            the site asks programs to stay away (robots.txt)
 +- Unavailable               something needed is down, held or full      (exit 5, HTTP 503)
     +- HomeHeld              another process owns the home directory
     +- HomeUnusable          the home directory can't be read or written

`exit_code` and `status` say what its caller does next: the command line exits with the one, HTTP
answers with the other (RFC 9457).
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class AssistantError(Exception):
    exit_code = 1
    status = 500


class BadInput(AssistantError):
    exit_code = 2
    status = 422


class UnknownName(BadInput):
    """Names what isn't known and the nearest that is."""

    def __init__(self, what: str, name: str, known: Iterable[str]) -> None:
        by_lower = {each.lower(): each for each in known}
        near = difflib.get_close_matches(name.lower(), list(by_lower), n=1, cutoff=0.5)
        hint = f"; did you mean {by_lower[near[0]]!r}?" if near else ""
        super().__init__(f"unknown {what} {name!r}{hint}")


class TooLarge(BadInput):
    status = 413


class Unreadable(AssistantError):
    """The message is the quarantine's reason: what is wrong with the bytes and what to do."""


class NotFound(AssistantError):
    status = 404


class Gone(NotFound):
    status = 410


class Forbidden(AssistantError):
    status = 403


class Unauthenticated(Forbidden):
    status = 401


class TooManyRequests(AssistantError):
    """Its caller waits `retry_after` seconds. `reason` is a word for the metrics."""

    status = 429
    retry_after = 1
    reason = "unknown"

    def __init__(self, message: str, *, retry_after: int, reason: str) -> None:
        super().__init__(message)
        self.retry_after = retry_after
        self.reason = reason


class FetchRefused(AssistantError):
    status = 422


class Unfetchable(FetchRefused):
    pass


class Disallowed(FetchRefused):
    pass


class Unavailable(AssistantError):
    exit_code = 5
    status = 503


class HomeHeld(Unavailable):
    pass


class HomeUnusable(Unavailable):
    pass
