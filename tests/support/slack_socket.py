"""Socket Mode of the local Slack: a WebSocket that hands out envelopes and waits for their acks."""

from __future__ import annotations

import json
import threading
import time
import uuid
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from websockets.exceptions import ConnectionClosed
from websockets.sync.server import Server, ServerConnection, serve

from support.slack_world import APP_ID, Json

if TYPE_CHECKING:
    from support.slack_server import SlackServer


@dataclass(kw_only=True)
class Envelope:
    """One delivery. `acked` is set by the ack; `answer` is the payload that came with it."""

    id: str
    body: Json
    sent_at: float
    connection: ServerConnection
    acked: threading.Event = field(default_factory=threading.Event)
    answer: Any = None
    seconds: float | None = None
    acks: int = 0


class SocketMode:
    """`connections` are open; `send` delivers, `refresh`, `warn` and `cut` end connections."""

    def __init__(self, slack: SlackServer) -> None:
        self._slack = slack
        self.connections: list[ServerConnection] = []
        self.opened = 0
        self.envelopes: dict[str, Envelope] = {}
        self.strange: list[str] = []
        self._tickets: set[str] = set()
        self._server: Server = serve(
            self._serve, "127.0.0.1", 0, compression=None, close_timeout=1, ping_interval=5
        )

    def start(self) -> None:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()

    def ticket(self) -> str:
        """A URL of one connection."""
        ticket = uuid.uuid4().hex
        self._tickets.add(ticket)
        port = self._server.socket.getsockname()[1]
        return f"ws://127.0.0.1:{port}/link/?ticket={ticket}&app_id={APP_ID}"

    def _serve(self, connection: ServerConnection) -> None:
        path = connection.request.path if connection.request else ""
        ticket = path.partition("ticket=")[2].partition("&")[0]
        if ticket not in self._tickets:
            return  # a ticket is good once
        self._tickets.discard(ticket)
        hello = {
            "type": "hello",
            "num_connections": len(self.connections) + 1,
            "debug_info": {"host": "local", "approximate_connection_time": 18_060},
            "connection_info": {"app_id": APP_ID},
        }
        with suppress(ConnectionClosed):
            connection.send(json.dumps(hello))
            with self._slack.changed:
                self.connections.append(connection)
                self.opened += 1
                self._slack.changed.notify_all()
            for text in connection:
                self._take(str(text))
        with self._slack.changed:
            if connection in self.connections:
                self.connections.remove(connection)
            self._slack.changed.notify_all()

    def _take(self, text: str) -> None:
        try:
            answer = json.loads(text)
        except ValueError:
            answer = {}
        envelope = self.envelopes.get(str(answer.get("envelope_id")))
        if envelope is None:
            self.strange.append(text)
            return
        envelope.acks += 1
        envelope.answer = answer.get("payload")
        if envelope.seconds is None:
            envelope.seconds = time.monotonic() - envelope.sent_at
        envelope.acked.set()
        with self._slack.changed:
            self._slack.changed.notify_all()

    def wait_connected(self, count: int = 1, seconds: float = 20.0) -> None:
        """Waits until so many connections are open."""
        self._slack.wait_for(lambda: len(self.connections) >= count, seconds)

    def send(
        self,
        kind: str,
        payload: Json,
        *,
        retry_num: int | None = None,
        retry_reason: str | None = None,
        envelope_id: str | None = None,
    ) -> Envelope:
        """Delivers on one open connection: the newest. `kind`: events_api, interactive, or
        slash_commands."""
        self.wait_connected()
        body: Json = {
            "envelope_id": envelope_id or str(uuid.uuid4()),
            "payload": payload,
            "type": kind,
            "accepts_response_payload": kind != "events_api",
        }
        if kind == "events_api":
            body |= {"retry_attempt": retry_num or 0, "retry_reason": retry_reason or ""}
        with self._slack.changed:
            connection = self.connections[-1]
        envelope = Envelope(
            id=body["envelope_id"], body=body, sent_at=time.monotonic(), connection=connection
        )
        self.envelopes[envelope.id] = envelope
        with suppress(ConnectionClosed):
            connection.send(json.dumps(body))
        return envelope

    def say(self, text: str) -> None:
        """Sends any text on every connection: what Slack never should."""
        for connection in list(self.connections):
            with suppress(ConnectionClosed):
                connection.send(text)

    def ping(self, seconds: float = 10.0) -> bool:
        """Whether every open connection answers a ping."""
        return all(each.ping().wait(seconds) for each in list(self.connections))

    def warn(self) -> None:
        """Says that the connection ends soon."""
        self._disconnect("warning")

    def refresh(self, *, close: bool = True) -> None:
        """Asks for a new connection and, as Slack does, closes this one."""
        old = list(self.connections)
        self._disconnect("refresh_requested")
        if close:
            for connection in old:
                connection.close()

    def cut(self) -> None:
        """Ends every connection without a word."""
        for connection in list(self.connections):
            connection.close_socket()

    def _disconnect(self, reason: str) -> None:
        body = {"type": "disconnect", "reason": reason, "debug_info": {"host": "local"}}
        self.say(json.dumps(body))
