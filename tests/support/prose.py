"""Deterministic fact-checks about an invented archipelago: as many as a test needs."""

from __future__ import annotations

import random
from pathlib import Path

_ISLANDS = ("Norra", "Selk", "Bruma", "Tavik", "Ostrel", "Miren", "Halde", "Quor")
_THINGS = ("ferries", "lighthouses", "puffins", "schools", "wells", "bakeries", "orchards", "mills")
_VERBS = ("counted", "registered", "inspected", "reported", "repaired", "closed", "opened")


def fact_check(number: int, sections: int = 6) -> str:
    """A Markdown fact-check of about `sections` passages; equal numbers give equal texts."""
    pick = random.Random(number)
    island, thing = pick.choice(_ISLANDS), pick.choice(_THINGS)
    lines = [
        "---",
        f"title: How many {thing} did {island} count in survey {number}?",
        "kind: fact_check",
        f"checked_on: 2025-{pick.randint(1, 12):02}-{pick.randint(1, 28):02}",
        "---",
        "## Executive summary",
        "",
        f"Survey {number} {pick.choice(_VERBS)} {pick.randint(2, 9000)} {thing} on {island} [1].",
    ]
    for section in range(1, sections):
        lines += ["", f"## {section}. What survey {number} found in district {section}", ""]
        for _ in range(7):
            lines.append(
                f"In {pick.randint(1990, 2024)} the district office of {pick.choice(_ISLANDS)} "
                f"{pick.choice(_VERBS)} {pick.randint(2, 9000)} {pick.choice(_THINGS)}, of which "
                f"{pick.randint(1, 99)} % were new."
            )
    return "\n".join(lines) + "\n"


def folder_of(path: Path, documents: int, sections: int = 6) -> Path:
    path.mkdir(parents=True)
    for number in range(documents):
        text = fact_check(number, sections)
        (path / f"survey-{number:04}.md").write_text(text, encoding="utf-8")
    return path
