"""Looking at addresses: several hosts at once, one request at a time each.

Each look is made by a thread of its host; what is known of the source is changed by the one who
takes the sights.
"""

from __future__ import annotations

import logging
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from queue import Empty, SimpleQueue

from assistant.upkeep.observing import Assignment, Observer
from assistant.upkeep.sight import Sight

HOSTS_AT_ONCE = 4

log = logging.getLogger("assistant.watch")


class Looking:
    """One round of looks. `begin` gives an assignment as it stands when its turn comes; None where
    it is not looked at. After `stop` nothing more is begun."""

    def __init__(
        self,
        observer: Observer,
        stop: threading.Event,
        begin: Callable[[Assignment], Assignment | None] = lambda assignment: assignment,
    ) -> None:
        self._observer = observer
        self._stop = stop
        self._begin = begin

    def all(self, assignments: Sequence[Assignment]) -> Iterator[tuple[Assignment, Sight | None]]:
        """Every assignment with what was seen, as they come in; None where nobody looked."""
        hosts: dict[str, list[Assignment]] = defaultdict(list)
        for assignment in assignments:
            hosts[assignment.target.host].append(assignment)
        waiting: SimpleQueue[list[Assignment]] = SimpleQueue()
        for queue in hosts.values():
            waiting.put(queue)
        done: SimpleQueue[tuple[Assignment, Sight | None]] = SimpleQueue()
        for _ in range(min(HOSTS_AT_ONCE, len(hosts))):
            # Daemons: whoever ends the round does not wait for a slow host.
            threading.Thread(
                target=self._work, args=(waiting, done), daemon=True, name="look"
            ).start()
        for _ in assignments:
            yield done.get()

    def _work(
        self,
        waiting: SimpleQueue[list[Assignment]],
        done: SimpleQueue[tuple[Assignment, Sight | None]],
    ) -> None:
        while not self._stop.is_set():
            try:
                queue = waiting.get(block=False)
            except Empty:
                return
            later: Sight | None = None
            for assignment in queue:
                if self._stop.is_set():
                    return
                begun = self._begun(assignment)
                sight = (later or self._safely(begun)) if begun else None
                if sight:
                    later = sight if sight.found == "postponed" else None
                done.put((begun or assignment, sight))

    def _begun(self, assignment: Assignment) -> Assignment | None:
        try:
            return self._begin(assignment)
        except Exception:
            log.exception("%s could not be looked at", assignment.target.url)
            return None

    def _safely(self, assignment: Assignment) -> Sight:
        try:
            return self._observer.look(assignment)
        except Exception as error:
            log.exception("%s could not be looked at", assignment.target.url)
            return Sight(found="refused", problem=f"it could not be read ({error!r}): look by hand")
