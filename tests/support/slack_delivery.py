"""How a delivery of the local Slack is signed and encoded, and what came of it."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
import urllib.parse
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from support.slack_interactions import Payload
from support.slack_message import Message
from support.slack_socket import Envelope


@dataclass(frozen=True, kw_only=True)
class Sign:
    """How a request is signed: rightly, unless told otherwise.

    `age` is added to the moment it claims to come from (negative: from the future); `signature`
    and `timestamp` are sent as they are ("" leaves the header out); `alter` changes the body after
    it was signed; `secret` is another signing secret.
    """

    secret: str | None = None
    age: float = 0
    signature: str | None = None
    timestamp: str | None = None
    alter: Callable[[bytes], bytes] | None = None


RIGHT = Sign()


@dataclass(frozen=True, kw_only=True)
class Sent:
    """What the app said to a delivery, and after how many seconds.

    The status is 0 when the app could not be reached or went away; `text` then names the error.
    Over Socket Mode it is 200 once it was acknowledged, else 0.
    """

    payload: Payload
    status: int
    text: str
    seconds: float
    headers: dict[str, str] = field(default_factory=dict)
    envelope: Envelope | None = None
    request: tuple[bytes, dict[str, str]] = (b"", {})

    @property
    def taken(self) -> bool:
        """Whether Slack would count it as acknowledged."""
        return 200 <= self.status < 300 and self.seconds <= 3

    @property
    def message(self) -> Message:
        """The message that was sent, or that the payload is about."""
        assert self.payload.message is not None
        return self.payload.message

    @property
    def event_id(self) -> str:
        assert self.payload.event_id is not None
        return self.payload.event_id

    @property
    def thread(self) -> str:
        """The thread in which an answer to this message belongs."""
        return self.message.thread_ts or self.message.ts

    @property
    def json(self) -> Any:
        return json.loads(self.text) if self.text else None


def signed(body: bytes, secret: str, sign: Sign) -> dict[str, str]:
    """The headers that say who sent this body, and when."""
    timestamp = sign.timestamp
    if timestamp is None:
        timestamp = str(int(time.time() - sign.age))
    base = f"v0:{timestamp}:".encode() + body
    key = secret if sign.secret is None else sign.secret
    digest = hmac.new(key.encode(), base, hashlib.sha256).hexdigest()
    signature = f"v0={digest}" if sign.signature is None else sign.signature
    headers = {"X-Slack-Request-Timestamp": timestamp, "X-Slack-Signature": signature}
    return {name: value for name, value in headers.items() if value}


def encoded(payload: Payload) -> tuple[bytes, str]:
    """The body and its content type."""
    form = "application/x-www-form-urlencoded"
    if payload.kind == "interactive":
        return urllib.parse.urlencode({"payload": json.dumps(payload.body)}).encode(), form
    if payload.kind == "slash_commands":
        return urllib.parse.urlencode(payload.body).encode(), form
    return json.dumps(payload.body).encode(), "application/json"
