"""A question without what is said around it: fillers, courtesies, calls to share, indignation.

"um hey quick one, how many ..." asks what "how many ..." asks. Told by general turns of spoken and
posted English; what may belong to the question stays, and so does all of it where nothing is left.
"""

from __future__ import annotations

import re

_KEPT_WORDS = 2
"""Fewer words than this are no question: then nothing was said around it."""
_FILLER = (
    r"(?:um+|uh+|erm*|hm+|mm+|ok(?:ay)?|hey|hi|hiya|hello|yo|"
    r"so(?! (?:many|much|far|few|called)\b))\b[\s,.!…:–—-]*|"
    r"(?:well|right|listen|look|sorry|please|thanks|guys|folks|everyone|there|basically|honestly|"
    r"actually|anyway|like)\s*[,.!…:–—-]+\s*|"
    r"like\s+(?=(?:how|what|when|where|who|which|why|is|are|was|were|do|does|did)\b)|"
    r"please\s+"
)
_LEADS = re.compile(
    rf"^(?:(?:{_FILLER})(?=\w)|"
    r"(?:(?:just|a|one|another)\s+)*quick\s+(?:one|question|q)\b[\s,.!…:–—-]*|"
    r"(?:i\s+(?:was|am)|i['’]?m|just)\s+(?:just\s+)?(?:wondering|curious|asking)\b"
    r"[\s,:]*(?:(?:about|if|whether)\s+)?|"
    r"(?:can|could|would|will)\s+(?:you|u|anyone|anybody|someone|somebody)\s+(?:please\s+)?"
    r"(?:tell|remind)\s+(?:me|us)\s+(?:(?:about|if|whether)\s+)?|"
    r"(?:please\s+)?(?:tell|remind)\s+(?:me|us)\s+(?:(?:about|if|whether)\s+)?(?=\w+\s+\w)|"
    r"(?:do|does)\s+(?:you|u|we|anyone|anybody|someone)\s+(?:happen\s+to\s+)?know\s+"
    r"(?:(?:about|if|whether)\s+)?|"
    r"(?:any\s+idea)\s+(?:(?:about|if|whether)\s+)?|"
    r"i(?:['’]d|\s+would)\s+like\s+to\s+know\s+(?:(?:about|if|whether)\s+)?|"
    r"i\s+(?:want|need)(?:ed)?\s+to\s+know\s+(?:(?:about|if|whether)\s+)?|"
    r"(?:did|have|had)\s+(?:we|you)\s+(?:ever\s+|already\s+)?(?:(?:fact[- ]?)?check(?:ed)?|rated?|"
    r"cover(?:ed)?|look(?:ed)?\s+(?:at|into))\s+"
    r"(?:the\s+(?:thing|claim|post|story|rumou?r|idea|one)\s+)?(?:about\s+|that\s+|of\s+)?|"
    r"they\s+(?:\w+\s+)?(?:admit|admitted|confirm|confirmed|confess|confessed)\s+(?:it|this)\s*:\s*)",
    re.IGNORECASE,
)
_ENDS = re.compile(
    r"(?:[\s,.!?;:…–—-]+(?:please|thanks|thank\s+you|thx|cheers|do\s+(?:you|we)\s+know|any\s+idea|"
    r"lol|smh|tho(?:ugh)?|look\s+it\s+up|wake\s+up|let\s+that\s+sink\s+in|think\s+about\s+(?:it|that)|"
    r"do\s+your\s+(?:own\s+)?research|pass\s+it\s+on|spread\s+the\s+word|"
    r"(?:share|repost|retweet)(?:\s+(?:this|it|now|before\s+\w+\s+\w+(?:\s+\w+)?))*|"
    r"(?:ask|tell)\s+(?:your|every)\s?\w+(?:\s+(?:why|what|how|about|to)\b[^.!?]*)?)|"
    r",?\s+and\s+what\s+did\s+(?:we|you)\s+(?:rate|say|find|conclude|call)(?:\s+(?:it|that))?|"
    r",?\s+(?:and|but|yet)\s+(?:nobody|no\s+one|(?:the\s+)?(?:\w+\s+)?(?:media|press)|they)\s+"
    r"(?:(?:ever|even|just)\s+)?(?:says?|checks?|cares?|talks?|reports?|notices?|covers?|stays?|"
    r"is|are|wo|will|wants?|do|does)\b[^.!?]*)(?P<mark>[\s.!?…]*)$",
    re.IGNORECASE,
)
_WITHIN = (
    (re.compile(r"(?:(?<=\s)|^)(?:um+|uh+|erm|hmm+)\b,?\s*"), ""),
    (re.compile(r",\s*(?:like|you know|i mean)\s*,\s*", re.IGNORECASE), " "),
    (re.compile(r"\bthe one (?=(?:where|when|that|which|about)\b)", re.IGNORECASE), ""),
    (re.compile(r"\bback (?=in\b|then\b)", re.IGNORECASE), ""),
    (re.compile(r"\bhow m(?:e|i)?ny\b", re.IGNORECASE), "how many"),
    (re.compile(r"\bhow far (?=(?:did|has|have|had|do|does)\b)", re.IGNORECASE), "how much "),
    (
        re.compile(
            r"\b(has|have|had|is|are|was|were|do|does|did|could|would|should)nt\b", re.IGNORECASE
        ),
        r"\1n't",
    ),
    (re.compile(r"\b(what|who|where|when|how|why)s\b(?=\s+\w)", re.IGNORECASE), r"\1's"),
)


def without_asides(text: str) -> str:
    """The question alone. Pure; never empty where the text is not."""
    for pattern, put in _WITHIN:
        text = pattern.sub(put, text)
    before = None
    while before != text:
        before = text
        text = _kept(text, _LEADS.sub("", text, count=1))
        text = _kept(text, _ENDS.sub(r"\g<mark>", text, count=1).rstrip())
    return text


def _kept(text: str, rest: str) -> str:
    return rest if len(re.findall(r"\w+", rest)) >= _KEPT_WORDS else text
