"""The fenced blocks of the documentation, which tests run as they stand."""

from __future__ import annotations

import re

from support.paths import REPOSITORY


def blocks(page: str, section: str, language: str) -> list[str]:
    """What stands in the fences of a language in a section ("## ...") of a page."""
    text = (REPOSITORY / page).read_text(encoding="utf-8")
    words = re.split(r"^## ", text.split(f"\n## {section}\n")[1], maxsplit=1, flags=re.M)[0]
    return re.findall(rf"```{language}\n(.*?)```", words, flags=re.S)
