"""What every test shares: no network but loopback, a clean environment, the public data sets."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from support.counts import FULL
from support.paths import REPOSITORY, SHARED

# The same cases on every run; the full counts look for new ones.
settings.register_profile("bounded", derandomize=True, deadline=None, database=None)
settings.register_profile("full", max_examples=500, deadline=None, database=None)
settings.load_profile("full" if FULL else "bounded")

SHOTS = os.environ.pop("ASSISTANT_SHOTS", None)


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for key in [key for key in os.environ if key.startswith("ASSISTANT_")]:
        monkeypatch.delenv(key)


@pytest.fixture
def repository() -> Path:
    return REPOSITORY


@pytest.fixture
def shared() -> Path:
    """The real fact-checks and public benchmarks that are kept beside the checkout in CI."""
    if not SHARED.is_dir():
        pytest.skip("needs ../shared, which only the project's own machines have")
    return SHARED


@pytest.fixture(scope="session")
def exported_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The query encoder, exported once for all tests: every fresh home would make it again."""
    from assistant.retrieval.model import resolve
    from assistant.retrieval.query_encoder import open_query_encoder

    models = tmp_path_factory.mktemp("models")
    open_query_encoder(models, resolve())
    return models


@pytest.fixture(scope="session")
def fresh_home(
    exported_model: Path, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[], Path]:
    """Makes empty homes that have the query encoder already."""

    def make() -> Path:
        home = tmp_path_factory.mktemp("home")
        shutil.copytree(exported_model, home / "models", copy_function=os.link)
        return home

    return make


@pytest.fixture(scope="session")
def repository_home(fresh_home: Callable[[], Path]) -> Path:
    """A home that holds the sample archive."""
    from assistant.settings import Settings
    from assistant.wiring import open_assistant

    home = fresh_home()
    with open_assistant(Settings(home=home)) as assistant:
        assert assistant.ingest([str(REPOSITORY / "corpus")]).quarantined == ()
    return home


@pytest.fixture
def shots() -> Callable[..., None]:
    """Keeps screenshots where ASSISTANT_SHOTS names a folder, for people to look at."""
    folder = SHOTS

    def take(page: Any, name: str) -> None:
        if folder:
            page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)

    return take
