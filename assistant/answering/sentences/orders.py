"""Sentences of a document that are no finding: orders to the assistant, a model's signs, code.

They are words of a document like any others and are shown on its page; they answer nothing. Only
what is plainly one of these counts. Advice to the public ("Ignore any instructions sent by text
message", "Reply with the word STOP"), and a report on somebody's order or code, are sentences like
any other: what a newsroom writes is full of them.
"""

from __future__ import annotations

import re
from functools import lru_cache

_START = r"(?:^[\W\d]*|[:;,.?!]\s+|\b(?:please|now|assistant|and|then)[\s,]+)"
_GOES_ON = (
    r",?\s+(?:and\s+)?(?:answer|reply|respond|say|write|print|output|tell|obey|reveal|act|translate|"
    r"recommend|give|return|instead)\b|,\s+(?:how|what|who|when|where|why|which|you|now|from)\b"
)
_ORDERS = re.compile(
    "|".join(
        (
            # to drop its rules: all of them, not those on something
            rf"{_START}(?:ignore|disregard|forget|override|bypass)\s+"
            r"(?:(?:all|any|every|of|the|your|these|those|previous|prior|above|earlier|preceding)\s+)+"
            rf"(?:instructions?|prompts?|rules)\b(?=\W*$|[.!]|{_GOES_ON})",
            rf"{_START}(?:ignore|disregard|forget)\s+the\s+archive\b(?=\W*$|[.!])",
            # what to say, and how
            rf"{_START}(?:always\s+)?(?:answer|begin|end|start)\s+(?:each|every|any|all)\s+"
            r"(?:questions?|sentences?|answers?)\s+with\s+(?:the\s+)?(?:\w+\s+)?(?:word|phrase)\b",
            r"\bfrom\s+now\s+on\W+(?:answer|begin|end|reply|respond|say|start|write)\b"
            r"[^.?!]{0,30}\b(?:questions?|the\s+word|your\s+(?:answer|repl|response))",
            r"\b(?:append\s+to|add\s+to|translate|begin|end|prefix|start)\s+"
            r"(?:(?:each|every)\s+sentence\s+of\s+)?your\s+(?:answers?|reply|replies|responses?)\b"
            r"(?!\s+(?:on|in|here|to)\b)",
            r"\bdo\s+not\s+cite\s+anything(?=\s+from\s+here\b|\W*$|[.;!])",
            rf"{_START}(?:print|reveal|repeat|show|output)\s+your\s+"
            r"(?:system\s+prompt|(?:hidden|initial|system)\s+instructions)\b",
            # whom to be
            rf"{_START}you\s+are\s+now\b[^.?!]{{0,40}}\b(?:assistant|chatbot|AI|language\s+model)\b"
            r"(?!\s+[a-z]+(?:or|er|ary|ch)\b)",
            rf"{_START}you\s+are\s+(?:now\s+)?in\s+(?:admin|debug|developer|god|jailbreak|root)\s+mode\b",
            rf"{_START}you\s+are\s+an?\s+(?:helpful\s+)?(?:AI|language\s+model|(?:AI\s+)?chatbot)\b",
            r"\bnote\s+to\s+the\s+assistant\s*[:!]",
        )
    ),
    re.IGNORECASE,
)
_VERB = (
    r"(?:sa(?:id|ys?|ying)|told|tell(?:s|ing)|asks?|asked|read(?:s|ing)?|wr(?:ote|ites?|itten)|"
    r"advis(?:ed?|es)|warn(?:ed|s)|urg(?:ed|es)|order(?:ed|s)|repl(?:ied|ies)|contain(?:ed|s)|"
    r"hid(?:es|den)?|instruct(?:ed|s)|include[sd]?|call(?:ed|s)|used?|decided|post(?:ed|s))"
)
_REPORTED = re.compile(
    rf"\b{_VERB}\b[^.?!]*$|[\"“‘«][^\"”’»]*$|\b(?:such\s+as|like|known\s+as|phrases?|words?)\W+$"
)
"""What stands before an order that somebody only tells about."""
_TOLD = re.compile(rf"(?:,|[\"”])\s+[^,.;]{{2,60}}\b{_VERB}\b|[\"”]\s+[a-z]{{2}}")
"""And what stands behind it."""
_CONTROL = re.compile(
    r"<\|[^|>\n]{0,40}\|>|\[/?INST\]|<</?SYS>>|</?\w+_(?:calls?|turn)\b|</?(?:system|evidence)\b|"
    r"(?m:^\W*(?:SYSTEM|Assistant|Human|User)\s*:\s*(?:you\b|(?i:answer|ignore|okay|reply|respond|"
    r"say|sure|thank|understood|the\s+\w+\s+is\s+over)\b))|"
    r"[{,]\s*\"(?:tool_calls|role|claims)\"\s*:|-{3,}\s*(?:BEGIN|END)\s+(?:EVIDENCE|INSTRUCTIONS)\s*-{3,}"
)
_CODE = re.compile(
    r"<script\b[^>]*>.*</script|<\w+[^>]*(?:\bon\w+\s*=|\bjavascript:)|\]\(javascript:|"
    r"\{%.*%\}|<%.*%>",
    re.IGNORECASE | re.DOTALL,
)
_CODE_ALONE = re.compile(
    r"(?<![\w^{$}])\{\{[^{}]*\}\}|<script\b|\bjavascript:|\bon(?:error|load|focus)\s*=|"
    r"\b(?:DROP\s+TABLE|UNION\s+SELECT)\b|^\W*=\s*[A-Z]+\(",
    re.IGNORECASE,
)
"""Code where there is no prose around it: a story may tell of a command."""
_PROSE_WORDS = 5
_PROSE = re.compile(r"[A-Z]?[a-z'’]+[.,;:!?]?")
_HINTS = (
    *("<", "{", "[inst", "[/inst", "javascript:", "---", "instruction", "prompt", "rules"),
    *("the archive", "now on", "question", "sentence", "your answer", "your repl", "your response"),
    *("cite anything", "are now", " mode", "are an ai", "are a helpful", "language model"),
    *("chatbot", "to the assistant", "assistant:", "human:", "user:", "system:", "onerror"),
    *("onload", "onfocus", "drop ", "union "),
)
"""Most sentences hold none of these and are let through at once."""


@lru_cache(maxsize=4096)
def is_no_finding(sentence: str) -> bool:
    """Whether a sentence orders the assistant about, speaks to a model, or is code."""
    lower = sentence.lower()
    if not lower.lstrip(" '\"").startswith("=") and not any(hint in lower for hint in _HINTS):
        return False
    return bool(_CONTROL.search(sentence)) or _is_code(sentence) or _orders(sentence)


def _orders(sentence: str) -> bool:
    return any(
        not _REPORTED.search(sentence[: match.start()]) and not _TOLD.search(sentence, match.end())
        for match in _ORDERS.finditer(sentence)
    )


def _is_code(sentence: str) -> bool:
    if _CODE.search(sentence):
        return True
    if not _CODE_ALONE.search(sentence):
        return False
    return sum(bool(_PROSE.fullmatch(each)) for each in sentence.split()) < _PROSE_WORDS
