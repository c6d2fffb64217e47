"""Where things lie: the checkout, and what is kept beside it on the project's own machines."""

from __future__ import annotations

from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent.parent
SHARED = REPOSITORY.parent / "shared"
