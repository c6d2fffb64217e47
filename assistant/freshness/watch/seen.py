"""What came back from an address, and whether it is the page at all: soft 404s, logins, walls."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from assistant.freshness.watch.stand_ins import in_place, is_left
from assistant.freshness.watch.words import alike, folded


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A page as it was read. `asked` is the address that was asked for, `url` where it ended.

    `text` is what it says, without what every reader leaves out. `title` is the window's, the
    headings are the outer ones, `heading` the first of the outermost. `asks_password`: there is a
    field for one.
    """

    asked: str
    url: str
    text: str
    title: str = ""
    heading: str = ""
    headings: tuple[str, ...] = ()
    meta: Mapping[str, str] = field(default_factory=dict)
    asks_password: bool = False


_SHORT = 2_500
"""Code points. What stands in the place of a page is short; an article about logins is not."""
_ALIKE = 0.8
_FORM = 600
"""Code points around a field for a password, or around words of a page that is not there: a short
page may have the one in its corner and the other in its text."""

_NOT_FOUND = re.compile(
    r"(?:error |http ){0,2}(?:404|410)(?: error)?"
    r"(?:$|\s*[-:|,.(]|\s+(?:page |file )?(?:not found|gone))"
    r"|(?:page|file|document|article|resource|content|site|item) (?:was )?not found\b"
    r"|not found$|(?:we )?(?:can't|cannot|could not|couldn't) find (?:the|that|this) page"
    r"|.{0,40}\b(?:page|article|document|content|file|resource)\b.{0,20}"
    r"(?:can't be found|cannot be found|could not be found|does(?: not|n't) exist"
    r"|(?:is )?no longer (?:available|exists?|here)|(?:has been|was) (?:removed|deleted)"
    r"|is gone|isn't (?:here|available)|not (?:exist|available))"
    r"|(?:oops|sorry)\b.{0,60}(?:not found|404|find|exist|missing|gone)"
    r"|.{0,30}(?:nicht gefunden|introuvable|no encontrada|non trovata|niet gevonden)"
)
_BEHIND_NAME = re.compile(r"\s[-|\u2013:]\s.*$")
_LOGIN = re.compile(
    r"(?:please )?(?:log ?in|sign ?in|login|sign on|single sign[- ]on|anmelden|anmeldung|connexion"
    r"|se connecter|iniciar sesi.n|accedi|inloggen)\b"
)
_LOGIN_PATH = re.compile(
    r"/(?:log-?in|sign-?in|log_in|sign_in|signon|sso|oauth2?|cas|wp-login\.php|accounts/login)"
    r"(?:[/.?]|$)"
)
_WALL = re.compile(
    r"just a moment|attention required|access denied|are you (?:a robot|human)"
    r"|verify you(?:'re| are) (?:a )?human|checking your browser|pardon our interruption"
    r"|security check|captcha"
    r"|request (?:blocked|rejected|unsuccessful)|bot (?:detection|protection)"
    r"|(?:please )?enable (?:javascript|cookies)"
)
_HOME = re.compile(r"/?(?:[a-z]{2}(?:-[a-z]{2})?/?)?(?:(?:index|default|home)(?:\.\w{2,5})?/?)?")


def missing(page: Seen, before: str | None = None, called: str = "") -> str | None:
    """Why a page that came with status 200 is not the one that was asked for; None when it is.

    `before` is what it said last, as far as that is known, and `called` what it is known by.
    """
    if _is_deep(page.asked) and not _is_deep(page.url):
        return f"it leads to the front page {page.url} now: nothing of its own is there"
    if is_left(page.text, before):
        return None
    if _is_login(page):
        return f"it leads to a page for signing in ({page.url})"
    if len(page.text) <= _SHORT and any(map(_says_not_found, _names(page))):
        return f"it answers with status 200 and says \u201c{_names(page)[0]}\u201d"
    return _instead(page, before, called)


def _instead(page: Seen, before: str | None, called: str) -> str | None:
    """The same, by what is left of the words that stood there before."""
    if before is None:
        return None
    found = in_place(page.text, _own_names(page), before, called)
    if found is None and len(page.text) <= _FORM and any(map(_says_not_found, _lines(page))):
        found = "nothing"
    if found == "sign-in":
        return f"a page for signing in stands in its place ({page.url})"
    if found == "nothing":
        said = _names(page)[0]
        return f"it answers with status 200, and nothing of what stood there: \u201c{said}\u201d"
    return None


def walled(page: Seen, before: str | None = None, called: str = "") -> str | None:
    """Why a page shows programs something else than readers; None when it doesn't."""
    if _is_behind_wall(page, before, called):
        return f"it keeps programs out (\u201c{_names(page)[0]}\u201d): look at it by hand"
    return None


def _is_behind_wall(page: Seen, before: str | None, called: str) -> bool:
    if _leads_to_login(page):
        return False
    if before is not None and in_place(page.text, _own_names(page), before, called) == "wall":
        return True
    if is_left(page.text, before):
        return False
    by_name = any(_WALL.match(name) for name in _names(page, fold=True))
    return (len(page.text) <= _SHORT and by_name) or (before is not None and _is_bare(page))


def answers_alike(page: Seen, sibling: Seen) -> bool:
    """Does an address beside it that can't exist answer with the same page?"""
    return alike(page.text, sibling.text) >= _ALIKE


def is_suspicious(page: Seen) -> bool:
    """So little that it may be what a server says of any address."""
    return len(page.text) < 600


def _names(page: Seen, fold: bool = False) -> list[str]:
    found = _own_names(page) or [page.text[:80]]
    return [folded(name) for name in found] if fold else found


def _lines(page: Seen) -> list[str]:
    return [line for line in page.text.split("\n") if line.strip()]


def _is_bare(page: Seen) -> bool:
    """Its name alone: what is left of a page that a program makes in its reader's browser."""
    name = folded(page.title)
    same = not page.headings and folded(page.text) == name
    return same and not _says_not_found(name) and not _LOGIN.match(name)


def _own_names(page: Seen) -> list[str]:
    return [name for name in (page.title, *page.headings[:2]) if name]


def _says_not_found(name: str) -> bool:
    plain = folded(name)
    return any(_NOT_FOUND.match(each) for each in (plain, _BEHIND_NAME.sub("", plain)))


def _is_login(page: Seen) -> bool:
    if _LOGIN_PATH.search(urlsplit(page.asked).path.lower()):
        return False
    if _leads_to_login(page):
        return True
    if len(page.text) > _SHORT:
        return False
    form = page.asks_password and len(page.text) <= _FORM
    return form or any(_LOGIN.match(name) for name in _names(page, fold=True))


def _leads_to_login(page: Seen) -> bool:
    asked, came = (urlsplit(url).path.lower() for url in (page.asked, page.url))
    return _LOGIN_PATH.search(came) is not None and _LOGIN_PATH.search(asked) is None


def _is_deep(url: str) -> bool:
    parts = urlsplit(url)
    return bool(parts.query) or not _HOME.fullmatch(parts.path.lower())
