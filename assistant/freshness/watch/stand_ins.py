"""What stands in the place of a page, told by what is lost of the words that stood there before.

A server has a thousand wordings for "not here", and says them in every language. So words decide
only what kind of page it is, and only once nearly all of what was there is gone; where no wording
is known, a short text that has nothing to do with the page before is no page either.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from assistant.freshness.watch.words import folded, held, known_words

InPlace = Literal["wall", "sign-in", "nothing"]
"""`wall`: it is kept from programs or from who does not pay, made by a program in the reader's
browser, or its server is being mended, which says nothing of it. `nothing`: no such page is there.
"""

_LOST = 0.2
"""Less of what stood there before is left."""
_SHORTER = 0.8
_SHORT = 1_000
_VERY_SHORT = 600
"""Code points. What a server says in the place of a page is short."""
_LONG = 400
"""Code points. What was shorter itself can't be told from other words by its length."""
_TIMES = 3
_STRANGE = 0.3
"""Fewer of the words were in use on the page before."""
_AKIN = 3
"""Words from before that make even a text without a figure a successor."""
_FIGURE = re.compile(r"(?<![\d.,])(?!(?:[45]\d\d|(?:19|20)\d\d)\b)\d")
"""A number that is neither a year nor the status of an answer."""

_WALL = re.compile(
    r"\b(?:(?:re)?captcha|unusual traffic|automated (?:access|requests)|robot check"
    r"|are you (?:a robot|(?:a )?human)|verify (?:that )?you(?:'re| are) (?:not )?(?:a )?\w+"
    r"|(?:you're|you are) not a (?:robot|bot)|checking your browser|security check"
    r"|bot (?:detection|protection)|access denied|you don't have permission|too many requests"
    r"|rate limit|request (?:was )?(?:blocked|rejected)|pardon our interruption"
    r"|(?:enable|requires?|turn on) (?:javascript|cookies)|without javascript"
    r"|javascript (?:is|to be) (?:disabled|required|enabled)"
    r"|before you continue|we value your privacy|your privacy (?:choices|matters)|manage consent"
    r"|we (?:and our \S+ )?(?:\w+ )?use cookies|(?:accept|reject) all|we and our (?:\S+ )?partners"
    r"|(?:not |un)available in your (?:region|country|location)|for legal reasons"
    r"|(?:down for|under|undergoing|scheduled) (?:\w+ )?maintenance|maintenance mode"
    r"|(?:be|come) back (?:soon|shortly|later)|try again (?:later|in a)"
    r"|temporarily (?:unavailable|down)|service (?:temporarily )?unavailable|bad gateway"
    r"|internal server error|gateway time-?out|database connection)"
    r"|^(?:error )?(?:403\W+)?forbidden",
    re.MULTILINE,
)
_PAID = re.compile(
    r"\b(?:(?:subscribe|pay) (?:now )?to (?:continue|keep|finish|read)"
    r"|(?:sign up|register|log in|sign in) to (?:(?:continue|keep|finish) reading|read)"
    r"|(?:subscribers?|members?)[- ]only|(?:only )?for (?:our )?subscribers|already a subscriber"
    r"|(?:continue|keep|finish) reading (?:with|for|by)|start your (?:free )?trial|reached your "
    r"(?:\w+ )?limit|to (?:read|view|see) the (?:full|rest|whole)|nur f\u00fcr abonnenten"
    r"|r\u00e9serv\u00e9 aux abonn\u00e9s)"
)
_SIGN_IN = re.compile(
    r"(?:^|[.!?:] |\b(?:please|must|to|or) )(?:log|sign) ?(?:in|on)\b|^login\b"
    r"|\bsession (?:has )?(?:expired|timed out)|\b(?:forgot(?:ten)?|enter) (?:your )?password"
    r"|^(?:anmelden|anmeldung|se connecter|connexion|iniciar sesi.n|accedi|inloggen)\b",
    re.MULTILINE,
)


def in_place(text: str, names: Sequence[str], before: str, called: str = "") -> InPlace | None:
    """What `text` is, where it stands in the place of a page that said `before`; None where it is
    the page, changed or not. `names` are its title and headings, `called` what the page is known
    by."""
    left = held(before, text)
    plain = "\n".join(map(folded, [*names, *text.split("\n")]))
    shorter = left < _LOST or len(text) < _SHORTER * len(before)
    if shorter and _PAID.search(plain) and not _PAID.search(folded(before)):
        return "wall"
    if left >= _LOST or len(text) > _SHORT:
        return None
    if _WALL.search(plain):
        return "wall"
    if _SIGN_IN.search(plain):
        return "sign-in"
    if _keeps_name(names, before, called):
        return "wall" if folded(text) in map(folded, names) else None
    own = "\n".join(line for line in text.split("\n") if line not in names)
    return "nothing" if _is_strange(own, before) else None


def is_left(text: str, before: str | None) -> bool:
    """Is enough of a page left to be sure that it is the page? Not, where `before` is unknown."""
    return before is not None and held(before, text) >= _LOST


def _keeps_name(names: Sequence[str], before: str, called: str) -> bool:
    known = [folded(each) for each in (called, before.strip().partition("\n")[0])]
    return any(folded(each).startswith(tuple(filter(None, known))) for each in names if each)


def _is_strange(text: str, before: str) -> bool:
    """So short, beside what stood there, and in such other words that it can't be its successor."""
    if len(before) < _LONG or len(text) > _VERY_SHORT or len(text) * _TIMES > len(before):
        return False
    own, shared = known_words(text, before)
    if shared < _STRANGE * own:
        return True
    return shared < _AKIN and not _FIGURE.search(text)
