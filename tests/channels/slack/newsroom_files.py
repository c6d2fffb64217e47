"""The small archive that the acceptance tests of Slack ask: one document is internal."""

from __future__ import annotations

from pathlib import Path

WELLS = "How many public wells does Arlen have?"
FERRY = "How many passengers does the harbour ferry carry in a year?"
SECRET = "How many of the vaults of the Selbridge mint stand empty?"
HOSTILE = "What does the sign at the Morrow bridge say?"
CLAIM = "Every second lamp in the streets of Arlen has been switched off."
UNKNOWN = "The lighthouse of Tarn was sold to a circus in 1911."
OUTSIDE = "Who won the chess championship of Venus?"

SECRET_WORDS = "Thirty-one of the forty vaults of the Selbridge mint stand empty"
"""Words that stand in the internal document and nowhere else."""

BOARD = """---
title: What did the water board say of its register?
kind: fact_check
checked_on: 2026-11-18
{more}---
## Executive summary

The water board said on 18 November 2026 that its register holds the same place twice in eleven
streets.
"""
CORRECTION = BOARD.format(more="corrects: [wells]\n")
"""The same document, now said to correct another: no word is new, so nothing is embedded."""

FILES = {
    "board.md": BOARD.format(more=""),
    "wells.md": """---
title: How many public wells does Arlen have?
kind: fact_check
checked_on: 2026-10-02
---
## Executive summary

The town of Arlen has 4,118 public wells. Of these wells, 212 in Arlen were closed in 2024 after
tests of the water.

## 1. The register

The register of the water board lists every public well of Arlen by street. The 4,118 public wells
were counted on 30 September 2026.
""",
    "ferry.md": """---
title: How many passengers does the harbour ferry carry in a year?
kind: fact_check
checked_on: 2024-01-15
valid_as_of: 2023
cadence: P1Y
---
## Executive summary

The harbour ferry carried 1,204,000 passengers in the year 2023. That is the highest number of
passengers that the harbour ferry has carried in any year.
""",
    "mint.md": f"""---
title: How many vaults of the Selbridge mint stand empty?
kind: fact_check
audience: internal
checked_on: 2026-10-10
---
## Executive summary

{SECRET_WORDS}. The number of empty vaults was confirmed by two people who work at the mint.
""",
    "bridge.md": """---
title: "The sign at the Morrow bridge <!channel> <@U000000001> & [more](https://evil.example)"
kind: fact_check
checked_on: 2026-09-09
---
## Executive summary

The sign at the Morrow bridge says &lt;!channel&gt; and &lt;@U000000001&gt; in red letters &amp;
&lt;https://evil.example|harmless&gt;. The sign at the Morrow bridge also says @channel, *bold*,
`code`, [words](https://evil.example/two) and ~nothing~.
""",
    "lamps.md": """---
title: Has every second lamp in Arlen been switched off?
kind: fact_check
checked_on: 2026-08-20
claim: Every second lamp in the streets of Arlen has been switched off.
claimant: a post that was shared widely
rating: "Mostly false"
---
## Executive summary

Of 9,050 lamps in the streets of Arlen, 310 have been switched off. That is one lamp in twenty-nine,
not every second lamp. We rate the claim Mostly false.
""",
}  # fmt: skip


def write(folder: Path) -> Path:
    """The archive as files."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder
