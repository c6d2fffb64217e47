"""A pasted post without what is not its message: links, handles, bylines, shouts, emoji.

The words that are left are the author's own, in their order; hashtags are read as words.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

_LINK = re.compile(r"(?:https?://|www\.|pic\.twitter\.com/|t\.co/|bit\.ly/)\S+", re.IGNORECASE)
_MARKUP = re.compile(r"<(?:https?://|mailto:)[^<>|\s]+\|([^<>]*)>")
"""A link with its label, as chat programs write it."""
_BYLINE = re.compile(
    r"\s*(?:[—–-]{1,2}|\bby)\s*[^—–\n]{1,60}\(@\w{1,20}\)[^—–\n]{0,30}\Z|"
    r"^[^\n.!?]{1,60}?\(?@\w{1,20}\)?(?:\s*[·•|,]\s*[^\n.!?]{1,30})?\s*\n",
    re.IGNORECASE,
)
_RETWEET = re.compile(r"^\W*(?:RT|MT|via)\s+@\w+\s*:?\s*", re.IGNORECASE)
_REPLIES = re.compile(r"^(?:\s*@\w+)+")
_HANDLE = re.compile(r"@(\w+)")
_HASHTAG = re.compile(r"#(\w+)")
_LAST_TAGS = re.compile(r"(?:\s*#\w+)+\s*\Z")
_SEAM = re.compile(r"_|(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|(?<=[^\W\d])(?=\d)")
_SHOUT = re.compile(
    r"^\W*(?:breaking(?: news)?|just in|urgent|alert|attention|exclusive|exposed|warning|shocking|"
    r"must (?:read|watch|see)|watch|read(?: this)?|psa|fyi|omg|wow|smh|lol|wtf|unreal|update|"
    r"reminder|thread|fact(?:[- ]?check)?|fun fact|true story|claim|rumou?r|news(?:flash)?|fwd?|"
    r"forwarded(?: message| as received| many times)?)\s*[:!.…,–—-]+\s*|"
    r"^\W*(?:breaking news|fun fact)\b\s*",
    re.IGNORECASE,
)
_SHOUTED = re.compile(
    r"^\W*(?:BREAKING|URGENT|ALERT|WARNING|EXCLUSIVE|SHOCKING|EXPOSED|WATCH|OMG|WOW|PSA|FYI|UPDATE|"
    r"ATTENTION|JUST IN)\s+(?=[\"“‘]?[A-Z\d])"
)
"""In capitals they call out without a mark after them."""
_KNEW = re.compile(
    r"^\W*did (?:you|u|ya|y'all|anyone) know\b[\s,:….]*(?:that\b\s*)?", re.IGNORECASE
)
"""Asks nothing: what follows is told, whatever mark it ends with."""
_SAID = re.compile(
    r"^(?:(?:so|well|ok(?:ay)?|and|but|apparently|reportedly|allegedly|basically|honestly|"
    r"seriously|remember(?: that)?|turns out|it turns out|"
    r"(?:guys|folks|people|friends|hey|hi|hello|everyone|dear \w+)(?=[,!:])|"
    r"(?:i|we) (?:just )?(?:heard|read|saw|learned|learnt|was told|were told|found out)|"
    r"(?:they|people|everyone|many|some|some people|doctors?|experts?|someone|somebody) "
    r"(?:are saying|are claiming|says?|said|claims?|claimed|told me)|"
    r"word is|rumou?r has it|(?:it is|it's) (?:being )?(?:said|claimed|reported)|"
    r"(?:the )?(?:truth|fact|point) is|is it (?:really |actually )?true|true or false)\b"
    r"[\s,:;…?!-]*(?:that\b\s*)?)+",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"^\s*(?:\(?\d{1,2}(?:/\d{0,2}|[.)])\)?|[-*•>▪–]+)\s+")
_FURNITURE = re.compile(
    r"^\W*(?:forwarded(?: many times)?|forwarded as received|translated from \w+|show this thread|"
    r"(?:see|show) (?:more|translation)|read more|like|comment|share|reply|retweet(?:ed)?|follow|"
    r"sponsored|promoted|edited|photo|video|image|gif|screenshot|"
    r"[\d.,]+\s?[KkMm]?\s?(?:views?|likes?|retweets?|reposts?|shares?|comments?|replies|quotes?|"
    r"bookmarks?|reactions?)(?:\W+[\d.,]+\s?[KkMm]?\s?\w+)*|"
    r"\d{1,2}:\d\d\s?(?:[AaPp]\.?[Mm]\.?)?(?:\W.{0,40})?|"
    r"(?:\w+ ){0,3}(?:\d+\s?(?:s|m|h|d|w|min|mins|hrs?|hours?|days?)(?: ago)?|yesterday|just now))"
    r"\W*$",
    re.IGNORECASE,
)
_QUOTES = '"“”„«»'
_KEPT_SIGNS = frozenset("°%$€£¥+<>=~§©®™")
_POSTED = re.compile(
    r"https?://|pic\.twitter\.com|(?<!\w)#[^\W\d]\w+|(?:^|\n)\W*RT @|\(@\w{1,20}\)|"
    r"(?:^|\n)\W*(?:BREAKING|URGENT|JUST IN|ALERT|Forwarded)\b|(?:^|\n)[^\n]{0,60}\s@\w+\s+·",
)


def is_posted(text: str) -> bool:
    """Does it carry the marks of a post: a link, a hashtag, a byline, "BREAKING"?"""
    return bool(_POSTED.search(text))


def only_tags(text: str) -> bool:
    """Nothing but hashtags, handles and links: topics, no statement."""
    return all(word.startswith(("#", "@", "http://", "https://")) for word in text.split())


def message(text: str) -> str:
    """What the post says, a paragraph to a line; empty where nothing is left."""
    text = unicodedata.normalize("NFKC", text.replace("\r\n", "\n").replace("\r", "\n"))
    text = _MARKUP.sub(r"\1", text)
    text = _LINK.sub(" ", text)
    text = _BYLINE.sub("\n", _BYLINE.sub(" ", text.strip()).strip())
    text = _RETWEET.sub("", text.strip())
    lines = (_line(line) for line in _joined("".join(map(_sign, text))))
    return "\n".join(line for line in lines if line)


def _sign(char: str) -> str:
    """Emoji, control and joining characters away; what a number is written with stays."""
    if char == "\n" or char in _KEPT_SIGNS:
        return char
    kind = unicodedata.category(char)
    if kind in ("Cf", "Mn", "Co", "Cs", "Cn"):
        return ""
    return " " if kind in ("So", "Sk", "Cc", "Zl", "Zp", "Zs") else char


def _joined(text: str) -> Iterator[str]:
    """Lines, those that were only wrapped put together again."""
    held = ""
    for line in text.split("\n"):
        line = " ".join(line.split())
        wrapped = held and line and held[-1] not in ".!?:…" and line[0].islower()
        if wrapped:
            held = f"{held} {line}"
            continue
        if held:
            yield held
        held = line
    yield held


def _line(line: str) -> str:
    line = _NUMBERED.sub("", line)
    if _FURNITURE.match(line):
        return ""
    line = _REPLIES.sub("", line)
    line = _untagged(line)
    line = _HANDLE.sub(lambda handle: _SEAM.sub(" ", handle[1]), line)
    line = _unquoted(" ".join(line.split()))
    line = re.sub(r"([!?])[!?]+", _one_mark, line)
    line = _opened(line)
    return line if any(char.isalnum() for char in line) else ""


def _untagged(line: str) -> str:
    """Hashtags as words; those that only close the line are a filing, not what it says."""
    head = _LAST_TAGS.sub("", line)
    if sum(any(char.isalpha() for char in word) for word in head.split()) >= 4:
        line = head
    return _HASHTAG.sub(lambda tag: " ".join(_SEAM.split(tag[1])), line)


def _unquoted(line: str) -> str:
    """Without the quotation marks around the whole of it."""
    if len(line) > 2 and line[0] in _QUOTES and line[-1] in _QUOTES:
        inner = line[1:-1]
        if not any(char in _QUOTES for char in inner):
            return inner.strip()
    return line


def _opened(line: str) -> str:
    """Without what only calls for attention or says that others say so."""
    told = _KNEW.sub("", line)
    if told != line:
        line = told.replace("?", ".", 1)
    before = None
    while before != line and line:
        before = line
        for opening in (_SHOUT, _SHOUTED, _SAID):
            rest = opening.sub("", line, count=1)
            if len(rest.split()) >= 3:
                line = _unquoted(rest.strip())
    return line


def _one_mark(match: re.Match[str]) -> str:
    """A run of marks is one: a question mark where there is no other."""
    return "!" if "!" in match.group() and "?" not in match.group() else "?"
