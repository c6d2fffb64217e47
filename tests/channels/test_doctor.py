"""`assistant doctor`: each thing that can be missing is named with what to do about it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from assistant import wiring
from assistant.channels import doctor
from assistant.errors import BadInput, HomeHeld
from assistant.settings import Settings
from channels.fake_assistant import FakeAssistant

Examine = Callable[..., dict[str, tuple[bool, str]]]


@pytest.fixture
def examine(fake: FakeAssistant, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Examine:
    @contextmanager
    def opened(_settings: Settings, **_options: Any) -> Iterator[FakeAssistant]:
        yield fake

    monkeypatch.setattr(wiring, "open_assistant", opened)

    def found(chosen: Settings = settings) -> dict[str, tuple[bool, str]]:
        return {f["name"]: (f["ok"], f["detail"]) for f in doctor.examine(lambda: chosen)}

    return found


def test_a_healthy_installation(examine: Examine) -> None:
    assert all(ok for ok, _ in examine().values())


def test_an_old_python(examine: Examine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "OLDEST_PYTHON", (99, 0))
    ok, detail = examine()["python"]
    assert not ok
    assert "too old" in detail


def test_a_package_that_is_missing(examine: Examine, monkeypatch: pytest.MonkeyPatch) -> None:
    needed = ["typer>=0.16", "no-such-package-here==1", 'pytest; extra == "dev"']
    monkeypatch.setattr("importlib.metadata.requires", lambda _name: needed)
    ok, detail = examine()["packages"]
    assert not ok
    assert detail.startswith("missing: no-such-package-here;")


def test_a_model_that_is_not_there(examine: Examine, settings: Settings, tmp_path: Path) -> None:
    ok, detail = examine(settings.model_copy(update={"embedding_model": str(tmp_path)}))["model"]
    assert not ok
    assert str(tmp_path) in detail


def test_an_index_that_lags(
    examine: Examine, fake: FakeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    counts = {**fake.counts(), "index_generation": None}
    monkeypatch.setattr(fake, "counts", lambda: counts)
    ok, detail = examine()["index"]
    assert not ok
    assert "assistant reindex" in detail


def test_a_home_that_is_held(examine: Examine, monkeypatch: pytest.MonkeyPatch) -> None:
    @contextmanager
    def held(_settings: Settings, **_options: Any) -> Iterator[None]:
        raise HomeHeld("held by process 7")
        yield

    monkeypatch.setattr(wiring, "open_assistant", held)
    found = examine()
    assert found["home"] == (False, "held by process 7")
    assert "index" not in found


def test_settings_that_cannot_be_read() -> None:
    def load() -> Settings:
        raise BadInput("ASSISTANT_PORT: not a number")

    found = {f["name"]: f["ok"] for f in doctor.examine(load)}
    assert found == {"python": True, "packages": True, "settings": False}
