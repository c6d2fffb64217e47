"""A claim read out of what was pasted: a statement or a post, and its checkable sentences.

Told by general features of English, never by known sentences. What may be a question stays one,
unless the caller says that it is a claim.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.answering.language.text import content_stems, listed, split_sentences, words
from assistant.answering.questions.asides import without_asides
from assistant.answering.questions.posts import is_posted, message
from assistant.answering.questions.scope import QUESTION_CHARS, clean, reason_out_of_scope
from assistant.errors import BadInput

SENTENCES = 6
"""Checkable sentences of a long post that are looked up; more would find something by chance."""
QUESTIONS = 3
"""Wordings of a claim without a check that are tried as questions."""
RECORDED_CHARS = 300
"""A claim as it is kept: a few sentences, not the post."""
_WHOLE_CHARS = 400
"""A post up to this long is also looked up as a whole, as its author wrote it."""

_ASKS = frozenset(
    listed(
        """
    what who whom whose which when where why how is are am was were do does did has have had can
    could will would shall should might must isn't aren't wasn't weren't don't doesn't didn't
    hasn't haven't can't couldn't won't wouldn't shouldn't whether any"""
    )
)
_BIDS = frozenset(
    listed(
        """
    tell explain list give show find describe compare summarise summarize define search name please
    help check look read watch share follow click retweet rt like subscribe stop wake think remember
    imagine let let's join sign call see listen stay pray stand vote spread repost forward send
    comment tag dm visit buy ask say write repeat print ignore forget act pretend translate"""
    )
)
_FINITE = re.compile(
    r"\b(?:is|are|was|were|has|have|had|will|can|cannot|could|would|must|does|did|do|never|"
    r"(?:is|are|was|were|has|have|had|do|does|did|can|could|wo|would|should)n['’]t|"
    r"causes?|caused|kills?|killed|emits?|contains?|prevents?|makes?|made|becomes?|became|"
    r"says?|said|goes|went|gets?|got|comes?|came|takes?|took|gives?|gave|loses?|lost|wins?|won|"
    r"rose|fell|grew|shrank|doubled|tripled|halved|shows?|proves?|proved|spreads?|leads?|led|"
    r"means?|needs?|wants?|knows?|dies?|lives?|bans?|banned|admits?|admitted|confirms?|"
    r"announces?|announced|protects?|destroys?|destroyed|steals?|stole|stolen|"
    r"pays|paid|spends?|spent|owns?|arrests?|hides?|hid|hit|alters?|increases|decreases|raises|"
    r"lowers|reduces|produces?|receives?|creates?|created|cures?|cured|triggers?)\b",
    re.IGNORECASE,
)
"""Verbs that make a statement of it. Those that are nouns as often ("change") are left out: what
is not told to be a claim is answered as a question, as before."""
_RELATIVE = re.compile(r"\b(?:who|that|which|whose)\s+\w+(?:\s+been)?\b", re.IGNORECASE)
_MODAL = re.compile(r"^may\s+(?:\d|of\b|was\b|is\b|day\b|and\b)", re.IGNORECASE)
_TRUTH = re.compile(
    r"^\W*(?:(?:is|was|are) (?:this|that|it|these|they|any of (?:this|it)) (?:\w+ )?"
    r"(?:true|real|right|correct|accurate|legit|fake|false|a hoax|so|fact)|true|real|fake|legit|"
    r"(?:is|was) (?:this|that) (?:\w+ ){0,3}(?:claim|post|story|tweet|image|message)\b.*|"
    r"(?:can|could|would) (?:you|someone|anyone|somebody) (?:please )?(?:fact[- ]?)?(?:check|"
    r"verify|confirm)\b.*|(?:please )?(?:fact[- ]?)?check (?:this|that|it)?.*|true or false|"
    r"thoughts|(?:what (?:about|of) (?:this|that))|really|seriously|has (?:this|that) been .*|"
    r"my (?:\w+ )?(?:sent|shared|forwarded) .*)\W*$",
    re.IGNORECASE,
)
"""A sentence that only asks whether the rest is so."""
_OWN = re.compile(
    r"(?:i|i'm|i’m|i've|i’ve|i'll|we|my|our|hope|thanks|thank|thx|sorry|lol|congrat\w+|happy|"
    r"great|good|nice|perfect|ok|okay|yes|no|yeah)\b",
    re.IGNORECASE,
)
_ASKED_LAST = re.compile(
    r",\s*(?:and\s+)?(?:would|could|can|will|should|do|does|did|is|are|has|have)\s+[\w'’]+\s+\w[^,.!]*$",
    re.IGNORECASE,
)
_FIGURE = re.compile(r"\d")
_NAMED = re.compile(r"(?<=[\w,;] )[A-Z]\w+")
_MORE = re.compile(r"[\n#@:!]|\.\s|\bknow\b")
_SWEEPING = re.compile(
    r"\b(?:all|every|most|none|no|never|always|only|more|less|fewer|than|since|causes?|half|"
    r"first|largest|biggest|highest|lowest|record|banned|illegal|legal|dead|died|kill\w*)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """What is to be checked. `text` is the claim as it is kept and shown; `sentences` are those
    that can be checked, `whole` the message where it is short."""

    text: str
    sentences: tuple[str, ...]
    whole: str | None = None

    @property
    def wordings(self) -> tuple[str, ...]:
        """What is compared with published claims."""
        return tuple(dict.fromkeys((self.whole, *self.sentences) if self.whole else self.sentences))

    @property
    def searches(self) -> tuple[str, ...]:
        """What is searched for."""
        return (self.whole,) if self.whole else self.sentences

    @property
    def questions(self) -> tuple[str, ...]:
        """What is asked of the archive where no check rates the claim."""
        return tuple(dict.fromkeys((self.text, *self.sentences)))[:QUESTIONS]


def read_claim(text: str, *, told: bool = False) -> Claimed | None:
    """The claim in a text; None where it is a question. `told`: the caller says it is a claim.

    Raises BadInput for a claim without a word.
    """
    if not told and (_plainly_asks(text) or _asks_without_its_mark(text)):
        return None
    said = message(text)
    sentences = _sentences(said)
    if not told and not _is_claim(text, sentences):
        return None
    if not sentences:
        if not told:
            return None
        raise BadInput("there is no claim in it; paste the sentence that is to be checked")
    return _claimed(sentences)


def _sentences(said: str) -> list[str]:
    found = (span.of(said) for span in split_sentences(said))
    return list(dict.fromkeys(each for each in found if any(char.isalpha() for char in each)))


def _claimed(sentences: list[str]) -> Claimed:
    """In the order of the post; the most checkable where there are more than are looked up."""
    kept = [s for s in sentences if not _TRUTH.match(s)] or sentences
    stated = [s for s in kept if _is_checkable(s)] or kept
    best = sorted(stated, key=_weight, reverse=True)[:SENTENCES]
    chosen = [s for s in stated if s in best]
    whole = " ".join(kept)
    return Claimed(
        text=_recorded(chosen, best),
        sentences=tuple(dict.fromkeys(_cut(s, _WHOLE_CHARS) for s in chosen)),
        whole=whole if len(whole) <= _WHOLE_CHARS else None,
    )


def _recorded(chosen: list[str], best: list[str]) -> str:
    """The checkable sentences; of many, the most checkable, as many as have room."""
    room, said = RECORDED_CHARS, list[str]()
    for sentence in best:
        if not said or (len(sentence) < room and _weight(sentence) >= _weight(best[0]) / 2):
            said.append(sentence)
            room -= len(sentence) + 1
    return clean(_cut(" ".join(s for s in chosen if s in said), RECORDED_CHARS))


def _cut(text: str, most: int) -> str:
    """At most that many code points, cut between words."""
    if len(text) <= most:
        return text
    head = text[: most + 1]
    return (head[: head.rfind(" ")] if " " in head else head[:most]).rstrip(" ,;:")


def _is_claim(text: str, sentences: list[str]) -> bool:
    kept = [s for s in sentences if not _TRUTH.match(s)]
    if not kept or reason_out_of_scope(" ".join(text[:QUESTION_CHARS].split())):
        return False
    if kept[-1].endswith("?"):
        return False
    stated = [s for s in kept if _is_statement(s)]
    if is_posted(text) or len(kept) < len(sentences):
        return bool(stated)
    return len(stated) == len(kept)


def _is_statement(sentence: str) -> bool:
    """Declarative: neither asking nor bidding, and with a finite verb or a full stop."""
    said = words(sentence)
    if sentence.endswith("?") or len(said) < 3 or len(set(content_stems(sentence))) < 2:
        return False
    first = said[0].lower()
    if _OWN.match(sentence) and len(said) < 8:
        return False
    if first in _ASKS or first in _BIDS or (first == "may" and not _MODAL.match(sentence)):
        return False
    if sentence[-1] in ".!":
        return True
    return bool(_FINITE.search(_RELATIVE.sub(" ", sentence), len(said[0])))


def _is_checkable(sentence: str) -> bool:
    """Says something of the world: no question, no bidding, not about the writer alone."""
    said = words(sentence)
    stems = set(content_stems(sentence))
    if len(stems) < 2 or sentence.endswith("?") or reason_out_of_scope(sentence):
        return False
    return said[0].lower() not in _BIDS and not (_OWN.match(sentence) and len(stems) < 6)


def _weight(sentence: str) -> float:
    """How much there is to check: figures, names, sweeping words, and words at all."""
    weight = min(len(set(content_stems(sentence))), 12) / 12
    weight += 0.5 * bool(_FIGURE.search(sentence)) + 0.5 * bool(_NAMED.search(sentence))
    weight += 0.5 * bool(_SWEEPING.search(sentence))
    return weight - 0.5 * bool(_OWN.match(sentence))


def _plainly_asks(text: str) -> bool:
    """One line that ends with its only question mark: nothing more needs to be read."""
    text = text.strip()
    return (
        text.endswith("?")
        and text.count("?") == 1
        and not _MORE.search(text)
        and text.split(maxsplit=1)[0].lower() in _ASKS
    )


def _asks_without_its_mark(text: str) -> bool:
    """A single unpunctuated line that opens with a question, or closes with one after a comma:
    "hey quick one how far did it fall", "she is 19, would they take that on"."""
    text = text.strip()
    if "?" in text or _MORE.search(text):
        return False
    first = without_asides(text).split(maxsplit=1)
    return bool(first) and (first[0].lower() in _ASKS or bool(_ASKED_LAST.search(text)))
