"""Is this a question to an archive at all? Told by general features, never by known sentences.

Out of scope are instructions to the assistant (to drop its rules, to play a part, to write
something, to say given words), talk about the assistant itself, greetings, and what is not
written in Latin letters (the default models read English).
"""

from __future__ import annotations

import re
import unicodedata

from assistant.answering.language.text import is_content, listed, words
from assistant.errors import BadInput, TooLarge

QUESTION_CHARS = 2000

_START = (
    r"(?:^|[.!?;:,\n\"'“]\s*|\b(?:and|then|now|instead|so|but)\s+(?:then\s+|please\s+)?|\bplease\s+|"
    r"\b(?:can|could|would|will)\s+you\s+(?:please\s+|kindly\s+)?|"
    r"\bi(?:\s+(?:want|need|order|command|ask)|['’]d\s+like|\s+would\s+like)\s+you\s+to\s+|"
    r"\byou\s+(?:must|should|will|have\s+to|need\s+to)\s+|\bjust\s+)"
)
_DROP = r"(?:ignore|disregard|forget|override|bypass|drop|skip|abandon|break|violate|neglect)"
_RULES = (
    r"(?:instructions?|prompts?|rules?|guidelines?|directives?|restrictions?|programming|"
    r"training|safeguards?|safety|filters?|policies|constraints?|guardrails?|limitations?|"
    r"system\s+(?:message|prompt)|messages?|orders?|context|above|before|persona|task)"
)
_MAKE = (
    r"(?:write|compose|draft|generate|create|invent|make\s+up|sing|rhyme|draw|paint|translate|"
    r"rewrite|rephrase|paraphrase|code|program|design|roleplay|role-play|brainstorm|imagine|"
    r"tell\s+(?:me\s+|us\s+)?(?:a|another|some)\s+(?:\w+\s+)?(?:joke|story|poem|riddle|secret|tale|pun))"
)
_OBJECT = (
    r"(?:\ba\b|\ban\b|\bsome\b|\bme\b|\bus\b|\bmy\b|\bthis\b|\bthat\b|\bthe\b|\bin\b|\babout\b|"
    r"\binto\b|\bto\b|\d)"
)
_INSTRUCTION = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"{_START}{_DROP}\b[^.?!]{{0,60}}\b{_RULES}\b",
        rf"\b{_DROP}\b[^.?!]{{0,30}}\b(?:your|previous|prior|above|earlier|system)\b"
        rf"[^.?!]{{0,30}}\b{_RULES}\b",
        r"\b(?:reveal|show|print|repeat|output|display|leak|dump|recite|tell|give|share|what\s+(?:is|are|"
        r"were))\b[^.?!]{0,30}\b(?:your|system|hidden|secret|initial|previous|developer)\b"
        r"[^.?!]{0,15}\b(?:instructions?|prompts?|rules|guidelines|system\s+(?:message|prompt)|"
        r"configuration|programming|password|api\s+keys?|secret|credentials)\b",
        rf"{_START}{_MAKE}\b\s*[^.?!]{{0,12}}{_OBJECT}",
        rf"{_START}(?:act|behave|respond|answer|talk|speak|write|reply)\s+(?:as|like)\s+"
        rf"(?:if\s+you\b|an?\b|my\b|the\b|though\s+you\b|[A-Z])",
        rf"{_START}pretend\b|\byou\s+are\s+(?:now|no\s+longer)\b|\bfrom\s+now\s+on\b[^.?!]*\byou\b|"
        rf"\b(?:developer|god|dan|jailbreak)\s+mode\b|\bjailbreak\b|\bas\s+an\s+ai\b",
        rf"{_START}(?:say|state|reply|respond|answer|output|print|repeat|write|echo|type)\s+"
        rf"(?:only\b|just\b|simply\b|with\b|that\b|in\s+(?:\w+\s+)?(?:words?|caps|french|spanish|"
        rf"german|verse|rhyme|style)|exactly\b|after\s+me|[\"'“‘]|yes\b|no\b|the\s+(?:word|following|words))",
        r"<\|[^|>]*\|>|\[/?INST\]|^\s*(?:system|assistant)\s*:|^\s*#{2,}\s*(?:instruction|system)",
    )
)
_ABOUT_ITSELF = re.compile(r"\b(?:you|your|yours|yourself|you['’](?:re|ve|ll|d))\b", re.IGNORECASE)
_SMALL_TALK = frozenset(
    listed(
        """
    hi hello hey hiya howdy yo greetings good morning afternoon evening night thanks thank thx
    cheers bye goodbye ok okay yes no cool nice great test testing ping lol hmm there friend
    assistant bot robot chatbot ai model name feel feeling feelings today doing up sup old live
    alive human real love like favourite favorite colour color joke hungry bored made created built
    help welcome sir madam mate buddy please sorry dear folks everyone all much so very"""
    )
)


def reason_out_of_scope(question: str) -> str | None:
    """Why this is no question to an archive, in a word; None when it may be one."""
    if is_other_script(question):
        return "script"
    if any(pattern.search(question) for pattern in _INSTRUCTION):
        return "instruction"
    content = [word.lower() for word in words(question) if is_content(word)]
    if not content:
        return "empty"
    if all(word in _SMALL_TALK for word in content) and _is_small_talk(question, content):
        return "small_talk"
    return None


def _is_small_talk(question: str, content: list[str]) -> bool:
    """One plain word may be a search ("inflation"); these few are talk, alone or to "you"."""
    greets = {"hi", "hello", "hey", "thanks", "thank", "bye", "goodbye", "good", "greetings"}
    return bool(_ABOUT_ITSELF.search(question)) or bool(greets & set(content)) or len(content) == 1


def is_other_script(question: str) -> bool:
    """More letters outside the Latin alphabet than inside it."""
    letters = [char for char in question if char.isalpha()]
    foreign = sum(1 for char in letters if ord(char) > 0x24F and not 0x1E00 <= ord(char) <= 0x1EFF)
    return foreign * 2 > len(letters)


def clean(question: str) -> str:
    """The question without control characters. Raises BadInput when nothing, TooLarge when too
    much is left."""
    if len(question) > QUESTION_CHARS:
        raise TooLarge(
            f"the question has {len(question):,} characters; ask in at most {QUESTION_CHARS:,}"
        )
    kept = "".join(
        " " if unicodedata.category(char) in ("Cc", "Zl", "Zp") else char
        for char in question
        if unicodedata.category(char) not in ("Cf", "Cs", "Co", "Cn")
    )
    text = " ".join(kept.split())
    if not any(char.isalnum() for char in text):
        raise BadInput("the question is empty; ask in a sentence or a few keywords")
    return text
