"""How much of a long check runs: a bounded slice by default, all of it in `make test-full`."""

from __future__ import annotations

import os

FULL = os.environ.get("ASSISTANT_TEST_FULL") == "1"


def count(bounded: int, full: int) -> int:
    return full if FULL else bounded
