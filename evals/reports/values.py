"""What each case gave to each figure, as a run wrote it: read again to compare two runs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from assistant.errors import BadInput
from evals.reports.report import VALUES

Key = tuple[str, str, str]
"""suite, slice ("" for all cases), figure."""


def read(folder: Path) -> Mapping[Key, Mapping[str, float]]:
    """(suite, slice, figure) -> case -> value; empty where a report has none. Raises BadInput."""
    file = folder / VALUES
    if not file.is_file():
        return {}
    held: dict[Key, dict[str, float]] = {}
    for number, line in enumerate(file.read_text(encoding="utf-8").split("\n"), start=1):
        if not line:
            continue
        try:
            row = json.loads(line)
            for label in ("", *row.get("slices", ())):
                of_figure = held.setdefault((row["suite"], label, row["figure"]), {})
                of_figure[row["case"]] = float(row["value"])
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise BadInput(f"{file} line {number} is no value of a case: {error}") from error
    return held
