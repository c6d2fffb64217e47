"""What every test shares: no network but loopback, a clean environment, the public data sets."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent
SHARED = REPOSITORY.parent / "shared"


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for key in [key for key in os.environ if key.startswith("ASSISTANT_")]:
        monkeypatch.delenv(key)
    return


@pytest.fixture
def repository() -> Path:
    return REPOSITORY


@pytest.fixture
def shared() -> Path:
    """The real fact-checks and public benchmarks that are kept beside the checkout in CI."""
    if not SHARED.is_dir():
        pytest.skip("needs ../shared, which only the project's own machines have")
    return SHARED
