"""`assistant doctor`: is everything there that the assistant needs, and what to do if not."""

from __future__ import annotations

import importlib.metadata
import re
import sys
from collections.abc import Callable

from typing_extensions import TypedDict

from assistant.channels import operations
from assistant.channels.session import open_session
from assistant.channels.slack import credentials
from assistant.channels.style import plain
from assistant.errors import AssistantError
from assistant.settings import Settings

DISTRIBUTION = "newsroom-assistant"
OLDEST_PYTHON = (3, 11)


class FindingJson(TypedDict):
    name: str
    ok: bool
    detail: str


def examine(load: Callable[[], Settings]) -> list[FindingJson]:
    """Every check, also after one that failed; what needs settings is left out without them."""
    found = [_finding("python", _python), _finding("packages", _packages)]
    try:
        settings = load()
    except AssistantError as error:
        return [*found, {"name": "settings", "ok": False, "detail": str(error)}]
    return [
        *found,
        {"name": "settings", "ok": True, "detail": "read"},
        _finding("model", lambda: _model(settings)),
        *([_finding("slack", lambda: _slack(settings))] if credentials.wanted(settings) else []),
        *_home(settings),
    ]


def findings_text(findings: list[FindingJson]) -> str:
    return "\n".join(
        f"{'ok  ' if finding['ok'] else 'DOWN'}  {finding['name']}: {plain(finding['detail'])}"
        for finding in findings
    )


def _finding(name: str, check: Callable[[], str]) -> FindingJson:
    try:
        return {"name": name, "ok": True, "detail": check()}
    except AssistantError as error:
        return {"name": name, "ok": False, "detail": str(error)}


def _python() -> str:
    here = sys.version_info[:3]
    text = ".".join(str(part) for part in here)
    if here < OLDEST_PYTHON:
        raise AssistantError(f"Python {text} is too old; install 3.11 or newer")
    return text


def _packages() -> str:
    """Looks at what is installed without importing it."""
    needed = [
        requirement
        for requirement in importlib.metadata.requires(DISTRIBUTION) or []
        if "extra ==" not in requirement
    ]
    missing = [name for name in map(_name, needed) if not _is_installed(name)]
    if missing:
        raise AssistantError(
            f"missing: {', '.join(missing)}; run `pip install -r requirements.lock`"
        )
    return f"{len(needed)} installed"


def _name(requirement: str) -> str:
    """The name of a requirement (PEP 508)."""
    return re.split(r"[^A-Za-z0-9._-]", requirement, maxsplit=1)[0]


def _is_installed(name: str) -> bool:
    try:
        importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return False
    return True


def _model(settings: Settings) -> str:
    from assistant.retrieval.model import resolve

    model = resolve(settings.embedding_model)  # checks the weights' hash
    return f"{model.name}, fingerprint {model.fingerprint}"


def _slack(settings: Settings) -> str:
    """Whether the settings fit together. Slack itself is not asked: it may be down, we are not."""
    credentials.must_be_complete(settings)
    return credentials.described(settings)


def _home(settings: Settings) -> list[FindingJson]:
    """The home by opening it, or by asking the server that holds it."""
    try:
        with open_session(settings, "doctor") as session:
            status = session.call(operations.status)
    except AssistantError as error:
        return [{"name": "home", "ok": False, "detail": str(error)}]
    counts = status["counts"]
    where = f"{settings.home.absolute()}: {counts['documents']} documents"
    return [
        {"name": "home", "ok": True, "detail": where},
        {
            "name": "index",
            "ok": counts["index_generation"] == counts["ledger_generation"],
            "detail": _generations(counts),
        },
        {
            "name": "archive",
            "ok": not status["problems"],
            "detail": "; ".join(status["problems"]) or "ready to answer",
        },
    ]


def _generations(counts: dict[str, int | str | None]) -> str:
    index, ledger = counts["index_generation"], counts["ledger_generation"]
    if index == ledger:
        return f"holds generation {ledger}, like the ledger"
    return f"holds generation {index}, the ledger {ledger}; run `assistant reindex`"
