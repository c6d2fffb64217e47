"""Watching sources: one round of looks, and how every watched source stands."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from assistant.channels.operations import ProgressSink, instant_of
from assistant.shapes_upkeep import SourceHealthJson, WatchReportJson
from assistant.types import Audience

if TYPE_CHECKING:
    from assistant.ledger.watched import Watch
    from assistant.upkeep.watcher import WatchRound
    from assistant.upkeep.watchlist import Target
    from assistant.wiring import Assistant


def watch_once(
    assistant: Assistant,
    *,
    now: str | None = None,
    everything: bool = False,
    progress: ProgressSink | None = None,
) -> WatchReportJson:
    """Looks at every source whose time has come, or at each."""
    done = assistant.watcher.round(instant_of(now), everything=everything, progress=progress)
    return _report(done)


def source_health(
    assistant: Assistant, *, audience: Audience = "internal"
) -> list[SourceHealthJson]:
    """Every watched source that the audience may know of, those in trouble first."""
    return [_health(target, watch) for target, watch in assistant.watcher.health(audience)]


def _report(done: WatchRound) -> WatchReportJson:
    found = [each.found for each in done.looked]
    return {
        "looked": len(found) - found.count("postponed"),
        "first": found.count("first"),
        "unchanged": found.count("unchanged"),
        "cosmetic": found.count("cosmetic"),
        "changed": found.count("changed"),
        "gone": found.count("missing"),
        "failed": found.count("failing"),
        "refused": found.count("refused"),
        "postponed": found.count("postponed"),
        "not_due": done.not_due,
        "sources": [_health(each.target, each.watch) for each in done.looked],
    }


def _health(target: Target, watch: Watch) -> SourceHealthJson:
    from assistant.upkeep.health import state_of

    return {
        "url": target.url,
        "state": state_of(watch),
        "title": target.title,
        "document_id": target.document_id,
        "looked_at": watch.looked_at,
        "seen_at": watch.seen_at,
        "next_at": watch.next_at,
        "status": watch.status,
        "problem": watch.retraction or watch.problem or _moved(watch.moved_to),
        "changes": watch.changes,
        "cited_by": [each.document_id for each in target.cited_by],
    }


def _moved(url: str | None) -> str | None:
    return f"it moved to {url}" if url else None


BY_NAME: dict[str, Callable[..., object]] = {
    "watch_once": watch_once,
    "source_health": source_health,
}
