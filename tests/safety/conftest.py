"""A home in which every string is planted, made once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from assistant.settings import Settings
from assistant.wiring import open_assistant
from evals.homes import NOW
from evals.suites.safety_archive import Planted, load, plant


@pytest.fixture(scope="session")
def planted() -> list[Planted]:
    return [Planted(injection=each, number=n) for n, each in enumerate(load())]


@pytest.fixture(scope="session")
def planted_home(
    planted: list[Planted], fresh_home: Callable[[], Path], tmp_path_factory: pytest.TempPathFactory
) -> Path:
    home, folder = fresh_home(), tmp_path_factory.mktemp("planted") / "archive"
    plant(planted, folder, twin=False)
    with open_assistant(Settings(home=home, now=NOW)) as assistant:
        assert assistant.ingest([str(folder)]).quarantined == ()
    return home
