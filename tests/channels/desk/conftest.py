"""A newsroom, and who comes to its desk: the owner, editors, admins."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.ledger.ledger import Ledger
from assistant.wiring import LEDGER
from channels.desk.keeping import Keeper
from channels.desk.newsroom import ELSEWHERE, Browser, Newsroom, open_newsroom


@pytest.fixture(scope="session")
def empty_ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger that is migrated already: every test would do it again."""
    path = tmp_path_factory.mktemp("empty") / LEDGER
    Ledger(path).close()
    return path


@pytest.fixture
def newsroom(tmp_path: Path, empty_ledger: Path) -> Iterator[Newsroom]:
    (tmp_path / "home").mkdir()
    shutil.copy(empty_ledger, tmp_path / "home" / LEDGER)
    newsroom = open_newsroom(tmp_path / "home")
    newsroom.keeper = Keeper(newsroom)
    yield newsroom
    newsroom.assistant.close()


@pytest.fixture
def keeper(newsroom: Newsroom) -> Keeper:
    """Plays the upkeep for every browser."""
    assert isinstance(newsroom.keeper, Keeper)
    return newsroom.keeper


@pytest.fixture
def owner(newsroom: Newsroom) -> Browser:
    """A browser on the server's own machine, without a key."""
    return Browser(newsroom.app())


@pytest.fixture
def stranger(newsroom: Newsroom) -> Browser:
    """A browser elsewhere, at a server that needs keys."""
    newsroom.key("ask")
    return Browser(newsroom.app(host="0.0.0.0"), ELSEWHERE)


@pytest.fixture
def editor(newsroom: Newsroom, stranger: Browser) -> Browser:
    """Signed in with a key that edits and reads what is public."""
    assert stranger.sign_in(newsroom.key("edit")).status_code == 303
    return stranger


@pytest.fixture
def insider(newsroom: Newsroom) -> Browser:
    """Signed in with a key of an admin who reads internal matters."""
    secret = newsroom.key("admin", "internal")
    browser = Browser(newsroom.app(host="0.0.0.0"), ELSEWHERE)
    assert browser.sign_in(secret).status_code == 303
    return browser
