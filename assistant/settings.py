"""Settings: environment variables `ASSISTANT_*`, then `assistant.toml`, then the defaults here.

An unknown key is an error that names the nearest known one. Nothing reads settings at import.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from assistant.errors import BadInput, UnknownName

PREFIX = "ASSISTANT_"
TOML = Path("assistant.toml")


class Settings(BaseSettings):
    """One field per setting; its description is what the README shows."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid", frozen=True)

    home: Path = Field(Path(".assistant"), description="The folder of the ledger and the indexes.")
    now: str | None = Field(
        None, description="A date or an instant that stands in for the present (tests, demos)."
    )
    database_url: str | None = Field(
        None, description="Another ledger than SQLite in the home directory (not yet supported)."
    )
    chroma_url: str | None = Field(
        None, description="A Chroma server instead of the embedded one (not yet supported)."
    )
    embedding_model: str = Field(
        "all-MiniLM-L6-v2",
        description="The packaged model by name, or the path of a sentence-transformers model.",
    )
    reranker_model: str | None = Field(
        None,
        description="The path of a cross-encoder with one score, which ranks what was found again.",
    )
    support_model: str | None = Field(
        None,
        description="The path of an NLI cross-encoder (entailment, neutral, contradiction), which "
        "the judge of support hears as well.",
    )
    chat_model: str | None = Field(
        None,
        description="A LangChain chat model (`provider:name`) that composes answers and makes "
        "follow-up questions stand alone; whole sentences of the archive and rules do it without "
        "one, and whenever it fails.",
    )
    chat_base_url: str | None = Field(
        None, description="An OpenAI-compatible server that has the chat model."
    )
    chat_api_key: str | None = Field(
        None, description="The chat model's key, where its server wants one."
    )
    chat_seconds: float = Field(
        20.0,
        gt=0,
        le=300,
        description="The longest that an answer waits for the chat model, with a second try.",
    )
    chat_tokens: int = Field(
        8000,
        ge=500,
        le=200_000,
        description="The most tokens that composing one answer takes, in and out together; below "
        "2,500 the prompt is one that small models can follow.",
    )
    chat_prices: tuple[float, float] | None = Field(
        None,
        description="Prices of a million tokens in and out, such as `[0.4, 1.6]`: replies then say "
        "what they cost.",
    )
    fetch_allow_hosts: str = Field(
        "", description="host[:port], comma-separated: private hosts that fetching may reach."
    )
    doi_api_url: str = Field(
        "https://api.crossref.org/works/",
        description="Where a watched DOI is looked up for retractions; empty: nowhere.",
    )
    freshness_profile: Literal["sensitive", "balanced", "quiet"] = Field(
        "sensitive", description="When age alone raises the notice: at .20, .30 or .50."
    )
    authority: dict[str, int] = Field(
        {},
        description="Tiers of publishers, 1 the highest: a table of `assistant.toml`, or JSON such "
        'as `{"Bureau of Labor Statistics": 1}`. A figure is replaced by one of the same '
        "publisher, or of one listed here whose tier is at least as high.",
    )
    watch_sources: bool = Field(
        False,
        description="Whether `assistant serve` looks at cited sources again in its own time; "
        "without it `assistant watch` does.",
    )
    refresh_approval: Literal["editor", "confirmed"] = Field(
        "editor",
        description="Who approves a refresh: always an `editor`, or nobody where it found the "
        "fact-check `confirmed`.",
    )
    answers_kept_days: int | None = Field(
        None, ge=1, description="How long served answers are kept; for good when it is not set."
    )
    host: str = Field("127.0.0.1", description="The address that `assistant serve` listens on.")
    port: int = Field(8000, ge=0, le=65535, description="The port that `assistant serve` uses.")
    public_url: str | None = Field(
        None,
        description="Where readers reach this service, such as https://assistant.news.example: for "
        "links in Slack and in feeds. Pages without it go by the address that they were asked at.",
    )
    rate_per_address: int = Field(
        60,
        ge=1,
        description="Questions a minute that a reader's address, or a person in Slack, may ask.",
    )
    rate_per_key: int = Field(
        600, ge=1, description="Questions a minute for a key that has no limit of its own."
    )
    trusted_proxies: str = Field(
        "",
        description="Addresses or networks of your own proxies, comma-separated: only they may say "
        "whom a request comes from (without it all readers behind one share one limit). A server "
        "behind proxies needs keys.",
    )
    session_hours: int = Field(
        8, ge=1, le=168, description="How long an editor stays signed in at the desk."
    )
    questions_kept_days: int = Field(
        180, ge=1, description="How long gaps and feedback keep what readers wrote."
    )
    conversations_kept_days: int = Field(
        30, ge=1, description="How long a conversation is remembered."
    )
    slack_bot_token: str | None = Field(
        None, description="Slack's bot token (xoxb-...) of the newsroom's own workspace."
    )
    slack_app_token: str | None = Field(
        None,
        description="Slack's app token (xapp-...): Socket Mode, which needs no public address.",
    )
    slack_signing_secret: str | None = Field(
        None, description="Slack's signing secret: events come by HTTP, at /slack/events."
    )
    slack_api_url: str | None = Field(
        None, description="Another address of Slack's Web API (tests, proxies)."
    )
    slack_internal_channels: str = Field(
        "staff",
        description="Where Slack may be told what is internal: `staff` (wherever all who can read "
        "are full members of the newsroom's own workspace), `none`, or ids of channels of which "
        "that must hold too, comma-separated.",
    )
    slack_editors: str = Field(
        "",
        description="Ids of the people in Slack who may refresh a fact-check there, "
        "comma-separated; without it nobody may.",
    )
    slack_client_id: str | None = Field(
        None, description="Slack's client id, to let other workspaces install the app."
    )
    slack_client_secret: str | None = Field(
        None, description="Slack's client secret, with the client id."
    )

    @field_validator("now")
    @classmethod
    def _now_is_an_instant(cls, value: str | None) -> str | None:
        if value:
            parse_instant(value)
        return value or None

    @field_validator("public_url", "slack_api_url")
    @classmethod
    def _is_an_address(cls, value: str | None) -> str | None:
        if not value:
            return None
        if not re.fullmatch(r"https?://[^\s/?#@]+(/[^\s?#]*)?", value):
            raise ValueError("not an address such as https://assistant.news.example")
        return value.rstrip("/")

    @field_validator("doi_api_url")
    @classmethod
    def _is_a_registry(cls, value: str) -> str:
        found = cls._is_an_address(value)
        return f"{found}/" if found else ""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return env_settings, init_settings

    def clock(self) -> datetime:
        """The present instant, or the one that `ASSISTANT_NOW` puts in its place."""
        return parse_instant(self.now) if self.now else datetime.now(UTC)


def load(environ: Mapping[str, str] | None = None, toml: Path = TOML) -> Settings:
    """The settings in force. Raises UnknownName for an unknown key, BadInput for a bad value."""
    environ = os.environ if environ is None else environ
    for key in environ:
        name = key.removeprefix(PREFIX)
        if key.startswith(PREFIX) and name.lower() not in Settings.model_fields:
            known = [PREFIX + field.upper() for field in Settings.model_fields]
            raise UnknownName("setting", key, known)
    values = _read_toml(toml)
    for key in values:
        if key not in Settings.model_fields:
            raise UnknownName(f"key of {toml}", key, Settings.model_fields)
    try:
        return Settings(**values)
    except ValidationError as error:
        first = error.errors()[0]
        where = PREFIX + ".".join(str(part) for part in first["loc"]).upper()
        raise BadInput(f"{where}: {first['msg']}") from error


def parse_instant(text: str) -> datetime:
    """A date ("2026-01-29": its midnight in UTC) or an ISO 8601 instant. Raises ValueError."""
    instant = datetime.fromisoformat(text)
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)


def _read_toml(path: Path) -> dict[str, Any]:
    if not path.is_file():
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadInput(f"{path} is not TOML: {error}") from error
