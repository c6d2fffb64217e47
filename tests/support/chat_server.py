"""A server on loopback that speaks OpenAI's chat API and answers as a test tells it to."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Answer = Callable[[dict[str, Any]], "str | int | bytes"]
"""The request's body -> the model's text, a status of an error, or the raw body of a reply."""


class ChatServer:
    """`asked` are the bodies, `keys` the Authorization headers of the requests that came in."""

    def __init__(self, url: str, release: threading.Event) -> None:
        self.url = url
        self.asked: list[dict[str, Any]] = []
        self.keys: list[str | None] = []
        self.answer: Answer = lambda body: "?"
        self._release = release

    def hang(self, body: dict[str, Any]) -> str:
        """An answer that does not come before the test is over."""
        self._release.wait(60)
        return "too late"


@contextmanager
def chat_server() -> Iterator[ChatServer]:
    release = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            chat.asked.append(body)
            chat.keys.append(self.headers.get("Authorization"))
            answer = chat.answer(body)
            status = answer if isinstance(answer, int) else 200
            data = answer if isinstance(answer, bytes) else _completion(answer)
            try:
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)
            except OSError:
                pass  # its caller had enough

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    chat = ChatServer(f"http://127.0.0.1:{server.server_address[1]}/v1", release)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield chat
    finally:
        release.set()
        server.shutdown()
        server.server_close()
        thread.join()


def _completion(answer: str | int) -> bytes:
    if isinstance(answer, int):
        return json.dumps({"error": {"message": "the key sk-secret is wrong"}}).encode()
    message = {"role": "assistant", "content": answer}
    return json.dumps(
        {
            "id": "chat-1",
            "object": "chat.completion",
            "created": 0,
            "model": "test-model",
            "choices": [{"index": 0, "finish_reason": "stop", "message": message}],
            "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2},
        }
    ).encode()
