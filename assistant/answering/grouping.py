"""Questions that ask the same in other words: told by the stems of the words that carry meaning."""

from __future__ import annotations

import hashlib
from functools import lru_cache

from assistant.answering.text import content_stems


@lru_cache(maxsize=1 << 15)
def same_question(question: str) -> str:
    """A name that questions share when they share all their content stems, whatever their order.

    16 hexadecimal digits. A question without such words (another script, say) goes by itself.
    """
    stems = sorted(set(content_stems(question))) or ["", " ".join(question.casefold().split())]
    return hashlib.sha256("\n".join(stems).encode("utf-8", "replace")).hexdigest()[:16]
