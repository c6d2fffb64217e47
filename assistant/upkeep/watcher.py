"""Watching sources: a round looks at what is due, and what each says is recorded as it comes in.

A round that is killed has looked at some sources and not yet at the others.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from assistant.errors import AssistantError, HomeUnusable, NotFound
from assistant.freshness.watch.schedule import MOST
from assistant.ingest.fetch import Fetcher
from assistant.ingest.urls import canonical_url
from assistant.ledger.watched import Watch, Watched, hash_of
from assistant.ports import Clock, ProgressSink
from assistant.types import Audience
from assistant.upkeep.health import trouble
from assistant.upkeep.looking import Looking
from assistant.upkeep.observing import Assignment, Observer
from assistant.upkeep.recorder import Looked, Recorder
from assistant.upkeep.sight import Sight
from assistant.upkeep.underway import Run, UnderWay
from assistant.upkeep.watchlist import Target, Watchlist

log = logging.getLogger("assistant.watch")


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchRound:
    """What a round of looks found; `not_due` sources were left alone."""

    looked: tuple[Looked, ...]
    not_due: int


class Watcher:
    """Safe to call from threads: a look that an editor waits for does not wait for a round."""

    def __init__(
        self,
        watched: Watched,
        watchlist: Watchlist,
        recorder: Recorder,
        fetcher: Fetcher,
        clock: Clock,
        doi_api: str = "",
    ) -> None:
        self._watched = watched
        self._list = watchlist
        self._recorder = recorder
        self._clock = clock
        self._doi_api = doi_api
        self._under_way = UnderWay(fetcher)
        self._turn = threading.Lock()
        """For whoever writes what was seen; nobody waits for another's network."""

    def round(
        self,
        now: datetime | None = None,
        *,
        everything: bool = False,
        progress: ProgressSink | None = None,
    ) -> WatchRound:
        """Looks at every source whose time has come, or at each."""
        moment = now or self._clock()
        targets = list(self._list.targets().values())
        due = [each for each in targets if everything or self._is_due(each, moment)]
        looked = self._looks(due, moment, progress)
        return WatchRound(looked=tuple(looked), not_due=len(targets) - len(due))

    def look_at(self, urls: Collection[str], now: datetime | None = None) -> dict[str, Watch]:
        """Looks at these addresses now, due or not; how each stands, by its canonical form."""
        moment = now or self._clock()
        known, erased = self._list.targets(), self._watched.erased()
        wanted = {canonical_url(url): url for url in urls}
        targets = [
            known.get(key) or Target(url_key=key, url=url)
            for key, url in wanted.items()
            if hash_of(key) not in erased
        ]
        self._looks(targets, moment, None)
        return {each.url_key: self._recorder.known(each) for each in targets}

    def health(self, audience: Audience = "internal") -> list[tuple[Target, Watch]]:
        """Every watched source that these readers may know of, those in trouble first."""
        seen = (each.seen_by(audience) for each in self._list.targets().values())
        found = [(each, self._recorder.known(each)) for each in seen if each]
        return sorted(found, key=lambda pair: (trouble(pair[1]), pair[0].url_key))

    # --- inside -----------------------------------------------------------------------------------

    def _is_due(self, target: Target, now: datetime) -> bool:
        """A time further off than the longest wait was set by a clock that went wrong."""
        next_at = self._recorder.known(target).next_at
        if next_at is None:
            return True
        moment = datetime.fromisoformat(next_at)
        return moment <= now or moment > now + MOST + timedelta(days=1)

    def _looks(
        self, targets: Sequence[Target], now: datetime, progress: ProgressSink | None
    ) -> list[Looked]:
        planned = [Assignment(target=each, watch=self._recorder.known(each)) for each in targets]
        planned.sort(key=lambda each: each.watch.next_at or "")
        looked: list[Looked] = []
        with self._under_way.run() as run:
            observer = Observer(run.polite, now, self._doi_api)
            looking = Looking(observer, run.ended, partial(self._begin, run))
            for done, (assignment, sight) in enumerate(looking.all(planned), start=1):
                if sight and (kept := self._kept(assignment, sight, now)):
                    looked.append(kept)
                self._under_way.free(assignment.target.url_key, run)
                if progress:
                    progress(done, len(planned), assignment.target.url)
        return looked

    def _begin(self, run: Run, planned: Assignment) -> Assignment | None:
        """What is known of a source when its turn comes; None where another run has looked at it
        since this one began."""
        if not self._under_way.take(planned.target.url_key, run):
            return None
        assignment = self._recorder.assignment(planned.target)
        return assignment if assignment.watch.looks == planned.watch.looks else None

    def _kept(self, assignment: Assignment, sight: Sight, now: datetime) -> Looked | None:
        """None for what was withdrawn or erased while it was looked at: the round goes on."""
        url = assignment.target.url
        try:
            with self._turn:
                return self._recorder.record(assignment, sight, now)
        except HomeUnusable:
            raise
        except NotFound as error:
            log.info("the look at %s is dropped: %s", url, error)
        except AssistantError as error:
            log.warning("the look at %s could not be kept: %s", url, error)
        return None
