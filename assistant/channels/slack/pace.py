"""How many questions a minute one person may ask in Slack; Slack's own repeats count once."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict

from assistant.channels.rates import WINDOW_SECONDS, Windows
from assistant.channels.slack.intake import AskJson, ManyJson, Taken

REMEMBERED = 10_000
"""Questions of which it is known whether they were taken: Slack sends each again for a while."""


class Pace:
    """Safe to call from threads."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._windows = Windows()
        self._known: OrderedDict[str, bool] = OrderedDict()
        self._lock = threading.Lock()

    def allows(self, key: str, body: AskJson) -> bool:
        """Whether a question is taken: the same for each time that it is sent."""
        with self._lock:
            if key not in self._known:
                who = f"{body['user_team']}:{body['user']}"
                self._known[key] = self._windows.hit(who, self._most) == 0
                if len(self._known) > REMEMBERED:
                    self._known.popitem(last=False)
            return self._known[key]


def refusal(body: AskJson) -> Taken:
    """The job that tells a person so: its key is the same for a minute."""
    minute = int(time.time() // WINDOW_SECONDS)
    told: ManyJson = {
        "kind": "many",
        "team": body["team"],
        "channel": body["channel"],
        "thread_ts": body["thread_ts"],
        "user": body["user"],
        "response_url": body["response_url"],
    }
    key = f"slack:{body['team']}:many:{body['user_team']}:{body['user']}:{minute}"
    return Taken(key=key, lane=key, body=told)
