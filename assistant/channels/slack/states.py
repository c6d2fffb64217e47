"""The states of installations under way: signed, each good once and for ten minutes, none kept."""

from __future__ import annotations

import logging
import secrets
import threading
import time
from collections import OrderedDict

from itsdangerous import BadData, URLSafeTimedSerializer
from slack_sdk.oauth.state_store import OAuthStateStore

SECONDS = 600
MOST = 10_000
"""States that come back in ten minutes; nobody installs the app so often."""


class States(OAuthStateStore):
    """Issuing one leaves nothing behind: anybody may ask for one, as often as they like.

    Those that came back are remembered for as long as they would be good. A restart forgets them,
    but the code that comes with a state is good only once as well.
    """

    def __init__(self, secret: str, seconds: int = SECONDS) -> None:
        self._signed = URLSafeTimedSerializer(secret, salt="slack-install")
        self._seconds = seconds
        self._used: OrderedDict[str, float] = OrderedDict()
        self._lock = threading.Lock()

    @property
    def logger(self) -> logging.Logger:
        return logging.getLogger("assistant.slack")

    def issue(self, *_: object, **__: object) -> str:
        return str(self._signed.dumps(secrets.token_urlsafe(16)))

    def consume(self, state: str) -> bool:
        try:
            name = str(self._signed.loads(state, max_age=self._seconds))
        except BadData:
            return False
        now = time.monotonic()
        with self._lock:
            while self._used and next(iter(self._used.values())) < now:
                self._used.popitem(last=False)
            if name in self._used or len(self._used) >= MOST:
                return False
            self._used[name] = now + self._seconds + 1
            return True
