"""What a page says, apart from how it says it: the words that count when two looks are compared.

Quote marks, white space, line ends, case, update stamps, counters of readers, cookie notices and
advertising labels are not what a page says. Everything else is, above all every number.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Sequence

_SAME = str.maketrans(
    {
        **dict.fromkeys("\u201c\u201d\u201e\u201f\u00ab\u00bb\u2033", '"'),
        **dict.fromkeys("\u2018\u2019\u201a\u201b\u2032\u00b4`", "'"),
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-"),
        **dict.fromkeys("\xad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"),
        "\u2026": "...",
    }
)
_SHORT = 120
_NOTICE = 400
_WORD = re.compile(r"[^\W\d_]+|\d+")
_CLOCK = re.compile(r"\b\d{1,2}:\d{2}\b")
_TIME_WORDS = (
    "january february march april may june july august september october november december jan feb "
    "mar apr jun jul aug sep sept oct nov dec monday tuesday wednesday thursday friday saturday "
    "sunday mon tue tues wed thu thur thurs fri sat sun at on the of am pm a m p an few utc gmt "
    "est edt cst cdt mst mdt pst pdt cet cest bst ist et ct pt z t st nd rd th ago second seconds "
    "minute minutes min mins hour hours hr hrs day days week weeks month months yesterday today "
    "just now"
)
_UPDATED = "updated modified reviewed changed generated accessed retrieved printed edited refreshed"
_TIMES = frozenset(_TIME_WORDS.split())
_STAMP = frozenset(_UPDATED.split())
_STAMP_WORDS = _STAMP | {"page", "content", "this", "article", "site", "last", "first", "was", "is"}
_COUNTER = re.compile(
    r"[\d.,]+ ?[km]? (?:views?|shares?|comments?|likes?|reads?|reactions?|retweets?)"
    r"|(?:views|shares|comments|likes|reads|reactions)[:( ]+[\d.,]+ ?[km]?\)?"
    r"|\d+[- ]min(?:ute)?s?"
)
"""May be what a page is about: "12,400 shares" were bought. See `kept`."""
_READING = re.compile(
    r"\d+[- ]min(?:ute)?s? read|(?:reading|read) time:? \d+ ?min(?:ute)?s?"
    r"|[\d.,]+ ?[km]? page ?views?|page ?views[:( ]+[\d.,]+ ?[km]?\)?"
)
_NEAR = 2
_ENTRY = ("-", "*", "|", "\u2022", "\u00b7")
"""What the rows of tables and the entries of lists begin with."""
_LABEL_LIST = (
    "advertisement|advertising|ad|ads|sponsored|sponsored content|promoted|paid content|share|"
    "share this|share this page|print|print this page|email|copy link|back to top|menu|search|"
    "skip to content|skip to main content|read more|read next|most popular|close|next|previous|"
    "subscribe|sign in|log in|sign up|accept|accept all|reject all|manage preferences"
)
_LABELS = frozenset(_LABEL_LIST.split("|"))
_COOKIES = re.compile(r"\bcookies?\b")
_CONSENT = re.compile(r"\b(?:accept|agree|consent|preferences|settings|use|uses|using)\b")
_COPYRIGHT = re.compile(r"(?:\u00a9|\(c\)|copyright\b)")


def folded(text: str) -> str:
    """`text` in one spelling of case, quote marks, dashes and white space."""
    return " ".join(unicodedata.normalize("NFC", text.translate(_SAME)).casefold().split())


def kept(text: str) -> str:
    """The lines of `text` that say something, as they stand.

    A counter of readers is one where it stands by itself between other furniture, not in a table or
    a list (whose lines follow one another): a number too many costs a look, one too few hides a
    change.
    """
    lines = text.split("\n")
    worded = [n for n in range(len(lines)) if lines[n].strip() or _is_gap(lines, n)]
    around = [not lines[n] or is_furniture(lines[n]) for n in worded]
    plain = {n for n, dropped in zip(worded, around, strict=True) if dropped and lines[n]}
    out = set(plain)
    for place, n in enumerate(worded):
        near = around[max(0, place - _NEAR) : place + _NEAR + 1]
        if sum(near) >= _NEAR and is_counter(lines[n]):
            beside = [each for each in (n - 1, n + 1) if 0 <= each < len(lines)]
            if all(each in plain or not lines[each].strip() for each in beside):
                out.add(n)
    return "\n".join(line for n, line in enumerate(lines) if n not in out)


def words_of(text: str) -> str:
    """All that `text` says, folded, on one line."""
    return folded(kept(text))


def digest(text: str) -> str:
    """Equal for texts that say the same."""
    return hashlib.sha256(words_of(text).encode()).hexdigest()


def _is_gap(lines: Sequence[str], n: int) -> bool:
    """The middle of three empty lines: a reader has cut furniture out there already."""
    return 0 < n < len(lines) - 1 and not any(lines[n - 1 : n + 2])


def is_counter(line: str) -> bool:
    """Does it look like a counter of readers, outside of tables and lists?"""
    if len(line) > _SHORT or line.lstrip().startswith(_ENTRY):
        return False
    return _COUNTER.fullmatch(folded(line)) is not None


def is_furniture(line: str) -> bool:
    """Is this line of a page about the page, its readers or its owners rather than its subject?"""
    plain = folded(line).strip(" -|\u2022\u00b7*")
    if not plain:
        return False
    if len(plain) <= _SHORT and (
        plain in _LABELS or _READING.fullmatch(plain) is not None or _is_stamp(plain)
    ):
        return True
    if len(plain) > _NOTICE:
        return False
    if _COPYRIGHT.match(plain) or plain.endswith("all rights reserved."):
        return len(plain) <= _SHORT
    has_number = any(map(str.isdigit, plain))
    return bool(not has_number and _COOKIES.search(plain) and _CONSENT.search(plain))


def _is_stamp(line: str) -> bool:
    """ "Last updated: 12 May 2024, 10:31", "5 minutes ago": a time and nothing else.

    A bare date without a word of updating may be what a release is called by: it stays.
    """
    words = _WORD.findall(line)
    said = {word for word in words if not word.isdigit()}
    if any(len(word) > 4 for word in words if word.isdigit()):
        return False
    if not said <= _STAMP_WORDS | _TIMES:
        return False
    return bool(said & _STAMP or "ago" in said or _CLOCK.search(line)) and len(words) > 1


def share_of(sentences: Sequence[str], words: str) -> float:
    """How much of some sentences stands in `words` (folded), by their length: 0 to 1."""
    told = [each for each in map(folded, sentences) if len(each) >= _TELLING]
    total = sum(map(len, told))
    return sum(len(each) for each in told if each in words) / total if total else 0.0


_TELLING = 25
"""Letters of a sentence by which it is known again."""

_SHINGLE = 5


def alike(one: str, other: str) -> float:
    """How much two texts share, by their runs of five words: 0 to 1 (Jaccard)."""
    a, b = _shingles(one), _shingles(other)
    return len(a & b) / len(a | b) if a and b else 0.0


def held(before: str, now: str) -> float:
    """How much of what `before` said is left in `now`, by runs of five words: 0 to 1."""
    a, b = _shingles(before), _shingles(now)
    return len(a & b) / len(a) if a else 1.0


_OWN_WORD = 4


def known_words(text: str, before: str) -> tuple[int, int]:
    """How many of its longer words `text` has, and how many of them stand in `before`."""
    own, known = (
        {word for word in _WORD.findall(folded(each)) if len(word) >= _OWN_WORD}
        for each in (text, before)
    )
    own = {word for word in own if not word.isdigit()}
    return len(own), len(own & known)


def _shingles(text: str) -> set[tuple[str, ...]]:
    words = _WORD.findall(words_of(text))
    size = min(_SHINGLE, len(words))
    return {tuple(words[i : i + size]) for i in range(len(words) - size + 1)} if size else set()
