"""What each run is given to read: the text that is embedded, and the question in its two forms."""

from __future__ import annotations

import re

QUESTION_CHARS = 2000
"""More of a question is not read: an encoder of 256 word pieces sees less than this."""

_LINK = re.compile(r"(?:https?://|www\.|pic\.twitter\.com/|t\.co/)\S+", re.IGNORECASE)
_BYLINE = re.compile(r"\s*[—–-]{1,2}\s*[^—–]{1,60}\(@\w{1,20}\)[^—–]{0,30}\Z")
_HASHTAG = re.compile(r"#(\w+)")
_HANDLE = re.compile(r"@(\w+)")
_TAG = re.compile(r"[#@](\w+)")
_SEAM = re.compile(r"_|(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|(?<=[^\W\d])(?=\d)")


def embedded_text(title: str, heading_path: tuple[str, ...], text: str) -> str:
    """A passage in its setting; `model.RECIPE` names this layout."""
    setting = [part.strip(" .") for part in (title, *heading_path) if part.strip(" .")]
    return ". ".join([*setting, text])


def cleaned(question: str) -> str:
    """A question for the dense run: a posted message without its links, byline and signs."""
    text = _LINK.sub(" ", question[:QUESTION_CHARS])
    text = _BYLINE.sub(" ", text)
    text = _HASHTAG.sub(lambda tag: _SEAM.sub(" ", tag[1]), text)
    text = " ".join(_HANDLE.sub(r"\1", text).split())
    return text or question[:QUESTION_CHARS].strip()


def is_post(question: str) -> bool:
    """Has it links, hashtags, handles or a byline, as a posted message has?"""
    return cleaned(question) != " ".join(question[:QUESTION_CHARS].split())


def worded(question: str) -> str:
    """A question for the lexical run: a posted message without its links, hashtags and handles
    also taken apart into their words. A byline stays: names are words to look for.
    """
    text = _LINK.sub(" ", question)
    parts = [_SEAM.sub(" ", tag) for tag in _TAG.findall(text)]
    apart = [part for part in parts if " " in part]
    return " ".join([text, *apart]) if any(c.isalnum() for c in text) else question
