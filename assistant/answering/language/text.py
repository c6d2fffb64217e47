"""Words, stems and sentences of English text: the small vocabulary that answering shares.

Everything here is pure and cached, because a question is compared with some fifty sentences in a
few milliseconds. Stems are Snowball's "english" (Porter2), with irregular forms and the synonyms
of `families` folded together, so that "kids" meets "children" and "died" meets "deaths".
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

import Stemmer

from assistant.answering.language.families import families, joined_phrases
from assistant.answering.language.spelling import american
from assistant.types import Span


def listed(text: str) -> list[str]:
    """The words of a list kept as running text."""
    return text.split()


MARKER = re.compile(r"\[\s*(\d{1,3}(?:\s*[,;–-]\s*\d{1,3})*)\s*\]")
_WORD = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+(?:['’][^\W\d_]+)*")
_SENTENCE_END = re.compile(r"""(?<=[.!?])["'”’)\]]*\s+(?=["'“‘(\[]?[A-Z0-9])""")
_ABBREVIATION = re.compile(
    r"\b(?:Mr|Mrs|Ms|Dr|Prof|Sen|Rep|Gov|St|No|vs|etc|Inc|Ltd|Co|Jr|Sr|Fig|approx|[A-Z]|"
    r"U\.S|U\.K|e\.g|i\.e|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec)\.$"
)

STOPWORDS = frozenset(
    listed(
        """
    a an the this that these those and or but nor so yet if then than as at by for from in into
    of off on onto out over per to up upon with within without about above across after against
    along among around before behind below beneath beside between beyond down during except inside
    near outside since through throughout toward towards under until via am is are was were be been
    being do does did doing done have has had having can could may might must shall should will
    would i me my mine we us our ours you your yours he him his she her hers it its they them their
    theirs who whom whose which what when where why how there here not no don't doesn't didn't isn't
    aren't wasn't weren't won't can't couldn't what's who's it's that's there's how's where's also
    just very too any some such own same other another each both either neither all most more only
    again once ever even please let's get got hasn't haven't hadn't wouldn't shouldn't couldn't i'm
    i've i'd i'll we're we've they're you're you've"""
    )
)

_FRAME = frozenset(
    listed(
        """
    latest newest recent recently current currently number numbers figure figures total totals
    amount statistics statistic stats data count counted tally many much according say says said
    tell know give show find list fact check checked claim claimed true false real really right
    explain mean means meaning define defined definition defines yearly annual annually year years
    today now exact exactly actual actually happen happened happens long often kind type sort
    overall people person make made use used like want need look info information details question
    answer think believe there's official officially headline reported reports report month months
    ever thing things way called named known"""
    )
)

_porter = Stemmer.Stemmer("english", 0)


def _canonical() -> dict[str, str]:
    stems = ((_porter.stemWord(american(family[0])), family) for family in families())
    return {word: stemmed for stemmed, family in stems for word in family}


_CANONICAL = _canonical()


@lru_cache(maxsize=1 << 16)
def stem(word: str) -> str:
    """The stem under which a word is compared; numbers lose their thousands separators."""
    lower = word.lower().replace("’", "'")
    if lower[0].isdigit():
        return lower.replace(",", "")
    lower = lower.removesuffix("'s")
    spelled = american(lower)
    return _CANONICAL.get(lower) or _CANONICAL.get(spelled) or _porter.stemWord(spelled)


FRAME_STEMS = frozenset(stem(word) for word in _FRAME)


def words(text: str) -> list[str]:
    """The words and numbers of `text` in order, source markers left out."""
    if "[" in text:
        text = MARKER.sub(" ", text)
    return _WITH_PLACES.findall(joined_phrases(_SPECIAL.sub(_one_word, text)))


def _one_word(match: re.Match[str]) -> str:
    kept = match.group() if match.lastgroup == "congress" else ""
    return f" {kept} {_ONE_WORD[match.lastgroup or '']} "


_ONE_WORD = {"us": "united_states", "uk": "united_kingdom", "ai": "AI", "eu": "EU", "un": "UN",
             "co2": "carbon dioxide", "congress": "Congress"}  # fmt: skip
_SPECIAL = re.compile(
    r"(?P<us>\bU\.\s?S\.(?:\s?A\.?)?|\bUSA?\b|\bUnited States\b)|"
    r"(?P<uk>\bU\.\s?K\.?|\bUK\b|\bUnited Kingdom\b)|"
    r"(?P<ai>\b(?i:artificial intelligence)\b|\bA\.I\.)|"
    r"(?P<eu>\bEuropean Union\b)|(?P<un>\bUnited Nations\b)|"
    r"(?P<co2>\bCO[2₂]\b)|"
    r"(?P<congress>\bSenate (?:and|or) (?:the )?House of Representatives\b)"
)
_WITH_PLACES = re.compile(rf"united_states|united_kingdom|{_WORD.pattern}")


def is_content(word: str) -> bool:
    lower = word.lower()
    return lower not in STOPWORDS and (len(lower) > 1 or lower.isdigit())


def content_stems(text: str) -> list[str]:
    """Stems of the words that carry meaning, in order, with repetitions."""
    return [stem(word) for word in words(text) if is_content(word)]


def split_sentences(text: str) -> list[Span]:
    """Spans of the sentences of a short English text: for evidence handed over as a string.

    Stored documents are split where they are read; this is for text that has no spans yet.
    """
    spans: list[Span] = []
    for paragraph in re.finditer(r"\S(?:[^\n]*\S)?", text):
        start = paragraph.start()
        for end in _SENTENCE_END.finditer(text, start, paragraph.end()):
            if _ABBREVIATION.search(text, start, end.start()):
                continue
            spans.append(Span(start=start, end=end.end() - len(_spaces_before(text, end.end()))))
            start = end.end()
        spans.append(Span(start=start, end=paragraph.end()))
    return spans


def _spaces_before(text: str, end: int) -> str:
    head = text[:end]
    return head[len(head.rstrip()) :]


# --- how rare a word is ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Background:
    """Inverse document frequency of English stems, in nats; a stem not listed is rarer still."""

    idf: dict[str, float]
    unseen: float

    def weight(self, stem_: str) -> float:
        """How much a matched stem says: its rarity, reduced for words that only frame a question.

        Between 0.3 and `unseen`.
        """
        rarity = max(self.idf.get(stem_, self.unseen), 0.3)
        return min(rarity, 2.0) * 0.3 if stem_ in FRAME_STEMS else rarity


@lru_cache(maxsize=1)
def background() -> Background:
    """Small archives make their own document frequencies meaningless, so these ship."""
    stored = json.loads(
        (files("assistant.answering") / "weights" / "background.json").read_text(encoding="utf-8")
    )
    return Background(idf=stored["idf"], unseen=stored["unseen"])


def weight_of(stems: Iterable[str]) -> float:
    table = background()
    return sum(table.weight(each) for each in stems)


def jaccard(one: Sequence[str], other: Sequence[str]) -> float:
    """Shared stems over all stems, 0 to 1: how far two sentences say the same."""
    a, b = set(one), set(other)
    return len(a & b) / len(a | b) if a | b else 0.0
