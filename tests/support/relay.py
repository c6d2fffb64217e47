"""A small TCP relay between a page and the server, for breaking the way between them."""

from __future__ import annotations

import socket
import struct
import threading
from contextlib import suppress
from types import TracebackType

_CHUNK = 65_536
_RESET = struct.pack("ii", 1, 0)


class Relay:
    """Listens on a free loopback port and passes everything on to the server's, until told not to.

    `stall_after` is part of the server's answers: once it passed, nothing more does until `heal()`.
    `canned` is sent instead of every answer whose request starts with `canned_for`.
    """

    def __init__(self, target: int) -> None:
        self._target = target
        self._listening = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        self.stall_after: bytes | None = None
        self.canned: bytes | None = None
        self.canned_for = b"POST /v1/ask"
        self._down = False
        self._going = threading.Event()
        self._open: list[socket.socket] = []
        self._thread = threading.Thread(target=self._accept, daemon=True)

    def go_down(self) -> None:
        """Breaks every connection, and every new one at once."""
        self._down = True
        for each in self._open:
            _reset(each)
        self._open.clear()

    def heal(self) -> None:
        """Passes everything on again."""
        self.stall_after = self.canned = None
        self._down = False
        self._going.set()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listening.accept()
            except OSError:
                return
            if self._down:
                _reset(client)
                continue
            server = socket.create_connection(("127.0.0.1", self._target))
            self._open += [client, server]
            threading.Thread(target=self._upward, args=(client, server), daemon=True).start()
            threading.Thread(target=self._downward, args=(server, client), daemon=True).start()

    def _upward(self, client: socket.socket, server: socket.socket) -> None:
        try:
            while data := client.recv(_CHUNK):
                if self.canned is not None and data.startswith(self.canned_for):
                    client.sendall(self.canned)
                    client.shutdown(socket.SHUT_WR)
                    return
                server.sendall(data)
            server.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def _downward(self, server: socket.socket, client: socket.socket) -> None:
        tail = b""
        try:
            while data := server.recv(_CHUNK):
                seen = tail + data
                if self.stall_after is not None and self.stall_after in seen:
                    upto = seen.index(self.stall_after) + len(self.stall_after) - len(tail)
                    client.sendall(data[:upto])
                    self._going.clear()
                    self._going.wait()
                    data = data[upto:]
                client.sendall(data)
                tail = seen[-256:]
            client.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def __enter__(self) -> Relay:
        self._thread.start()
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._listening.close()
        self._going.set()
        for each in self._open:
            _reset(each)


def _reset(connection: socket.socket) -> None:
    """Ends a connection as a network that breaks does. A thread that reads from it is woken."""
    with suppress(OSError):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        connection.shutdown(socket.SHUT_RDWR)
    connection.close()
