"""To whom a sentence attributes what it says, and whether a source speaks of them at all."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from assistant.answering.language.text import content_stems, is_content, listed, stem, words
from assistant.answering.support.grounds import Ground

_NAME = (
    r"(?:the\s+)?(?P<name>(?:[A-Z][\w.&'’-]*)(?:\s+(?:(?:of|for|and|the|on|&)\s+)*[A-Z][\w.&-]*)*)"
)
_PLAIN = r"(?:the )?[A-Z][\w.&'’-]*(?:\s+(?:(?:of|for|the|on|&)\s+)*[A-Z][\w.&-]*)*"
_SAYS = (
    r"(?:says|said|puts?|finds?|found|reports?|reported|estimates?|estimated|projects?|projected|"
    r"calls?|called|counts?|counted|announced|concluded|concludes|states?|stated|expects?|expected|"
    r"recorded|records|calculates?|calculated|confirmed|confirms|warned|warns|declared|published)"
)
_PATTERNS = (
    re.compile(rf"\b[Aa]ccording to (?P<name>{_PLAIN}(?:, (?:and )?{_PLAIN})*(?: and {_PLAIN})?)"),
    re.compile(
        rf"(?:^|[,;:]\s+|\b(?:and|but|while|that|as)\s+)(?i:the\s+)?{_NAME}(?:\s\([A-Z]+\))?\s+{_SAYS}\b"
    ),
    re.compile(
        r"\b(?:estimated|measured|counted|reported|published|found|issued|announced|said|compiled|"
        rf"calculated) by {_NAME}"
    ),
)
_AND = re.compile(r",\s+|\s+and\s+(?:the\s+)?")
KNOWN = 0.6
"""Share of the words of a name that a source must hold for it to speak of that body."""
_NOT_BODIES = frozenset(
    listed("it he she they we this that these those staff posts researchers scientists one in most "
           "federal researcher headlines writers some many no yes its their").copy()
)  # fmt: skip


def unheard(text: str, grounds: Sequence[Ground]) -> str | None:
    """A body to which the text attributes something and that no source names or is by."""
    held = frozenset[str]().union(*(_heard(ground) for ground in grounds))
    for name in _attributed(text):
        parts = {stem(word) for word in words(name) if is_content(word)}
        initials = "".join(word[0] for word in re.findall(r"\b[A-Z]\w+", name)).lower()
        known = len(parts & held) >= KNOWN * len(parts)
        if parts and not known and not (len(initials) > 1 and initials in held):
            return name
    return None


def _attributed(text: str) -> Iterator[str]:
    for pattern in _PATTERNS:
        for match in pattern.finditer(text):
            for each in _AND.split(match["name"]):
                name = each.removeprefix("the ").removesuffix("'s").removesuffix("’s")
                if name.split()[0].lower() not in _NOT_BODIES:
                    yield name


def _heard(ground: Ground) -> frozenset[str]:
    """Stems of all that a source says and of who says it, with the initials of its names."""
    text = f"{ground.speaker}. {ground.document.text}"
    runs = re.findall(r"\b[A-Z]\w+(?:[\s-]+(?:(?:of|for|and|the|on|&)\s+)*[A-Z]\w+)+", text)
    initials = {"".join(w[0] for w in re.findall(r"\b[A-Z]\w+", run)).lower() for run in runs}
    return frozenset(content_stems(text)) | initials
