"""Unknown settings are errors that name the nearest known one; values are checked."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from assistant.errors import BadInput, UnknownName
from assistant.settings import Settings, load, parse_instant
from assistant.wiring import open_assistant


def test_defaults_need_nothing(tmp_path: Path) -> None:
    settings = load({}, tmp_path / "none.toml")
    assert settings.home == Path(".assistant")
    assert settings.clock().tzinfo is not None


def test_the_environment_wins_over_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.toml").write_text('home = "/from/file"\nport = 9000\n')
    monkeypatch.setenv("ASSISTANT_HOME", "/from/environment")
    settings = load(toml=tmp_path / "a.toml")
    assert settings.home == Path("/from/environment")
    assert settings.port == 9000


def test_an_unknown_setting_is_named_with_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(UnknownName, match=r"ASSISTANT_HOEM.*did you mean 'ASSISTANT_HOME'"):
        load({"ASSISTANT_HOEM": "x"}, tmp_path / "none")
    (tmp_path / "a.toml").write_text("prot = 1\n")
    with pytest.raises(UnknownName, match=r"'prot'; did you mean 'port'"):
        load({}, tmp_path / "a.toml")


@pytest.mark.parametrize(
    ("key", "value"),
    [("ASSISTANT_PORT", "70000"), ("ASSISTANT_NOW", "soon"), ("ASSISTANT_NOW", "2026-13-01")],
)
def test_a_bad_value_names_its_setting(
    key: str, value: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(key, value)
    with pytest.raises(BadInput, match=key):
        load(toml=tmp_path / "none")


@pytest.mark.parametrize("body", [b"= = =", b"\xff\xfe"])
def test_a_file_that_is_no_toml_is_named(body: bytes, tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_bytes(body)
    with pytest.raises(BadInput, match=r"a\.toml is not TOML"):
        load({}, tmp_path / "a.toml")


def test_the_clock_can_be_set() -> None:
    assert Settings(now="2026-01-29").clock() == datetime(2026, 1, 29, tzinfo=UTC)
    assert parse_instant("2026-01-29T08:00:00+02:00").utcoffset() is not None


@pytest.mark.parametrize("name", ["database_url", "chroma_url"])
def test_a_store_that_is_not_supported_is_refused_not_ignored(tmp_path: Path, name: str) -> None:
    settings = Settings(home=tmp_path / "home", **{name: "somewhere://else"})  # type: ignore[arg-type]
    with pytest.raises(BadInput, match=f"ASSISTANT_{name.upper()}"), open_assistant(settings):
        pass
    assert not (tmp_path / "home").exists()


@pytest.mark.parametrize(
    "address", ["news.example", "ftp://news.example", "https://a b", "https://a/?q"]
)
@pytest.mark.parametrize("name", ["ASSISTANT_PUBLIC_URL", "ASSISTANT_SLACK_API_URL"])
def test_an_address_is_an_address(name: str, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, address)
    with pytest.raises(BadInput, match=name):
        load(toml=Path("none.toml"))


def test_a_public_address_ends_without_a_slash(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_PUBLIC_URL", "https://assistant.news.example/")
    assert load(toml=Path("none.toml")).public_url == "https://assistant.news.example"
