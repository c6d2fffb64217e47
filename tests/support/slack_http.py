"""The HTTP side of the local Slack: reads requests, logs them, and answers."""

from __future__ import annotations

import base64
import json
import socket
import sys
import urllib.parse
from email.parser import BytesParser
from email.policy import HTTP
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

from support.slack_calls import Call
from support.slack_world import Json

if TYPE_CHECKING:
    from support.slack_server import SlackServer

RESPONSE_URL = "response_url"
"""The method under which posts to response URLs are logged, failed and hooked."""


class Http(ThreadingHTTPServer):
    """`errors` are what went wrong in here, not in the app: nothing should."""

    daemon_threads = True

    def __init__(self, slack: SlackServer) -> None:
        self.slack = slack
        self.errors: list[BaseException] = []
        super().__init__(("127.0.0.1", 0), _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A caller that went away in the middle is no news; all else is the test server's fault."""
        error = sys.exception()
        if error is not None and not isinstance(error, OSError):
            self.errors.append(error)


class _Handler(BaseHTTPRequestHandler):
    server: Http

    def do_GET(self) -> None:
        path, args = self._asked()
        if path == "/oauth/v2/authorize":
            return self._authorize(args)
        return self._call(path, args)

    def do_POST(self) -> None:
        data = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        path, args = self._asked()
        try:
            args |= _arguments(data, self.headers.get("Content-Type") or "")
        except ValueError:
            return self._send(200, b'{"ok":false,"error":"invalid_json"}', {})
        return self._call(path, args)

    def _asked(self) -> tuple[str, Json]:
        split = urllib.parse.urlsplit(self.path)
        return split.path, dict(urllib.parse.parse_qsl(split.query))

    def _authorize(self, args: Json) -> None:
        """The page where somebody allows the app in: here they do so at once.

        `team` names the workspace; without it, the first one.
        """
        slack = self.server.slack
        team = slack.teams.get(str(args.get("team")), slack.team)
        code = {"code": slack.install_code(team), "state": args.get("state", "")}
        where = f"{args['redirect_uri']}?{urllib.parse.urlencode(code)}"
        self._send(302, b"", {"Location": where})

    def _call(self, path: str, args: Json) -> None:
        slack = self.server.slack
        call = self._logged(path, args)
        slack.failures.run(slack, call)
        if call.cut or call.answer is None:
            return self._cut()
        body = json.dumps(call.answer).encode() if call.body is None else call.body
        return self._send(call.status, body, call.answer_headers)

    def _logged(self, path: str, args: Json) -> Call:
        slack = self.server.slack
        method = path.removeprefix("/api/")
        if path.startswith("/response/"):
            method, args["_key"] = RESPONSE_URL, path.rsplit("/", 1)[1]
        authorization = self.headers.get("Authorization") or ""
        bearer = authorization.removeprefix("Bearer ")
        with slack.changed:
            call = Call(
                number=len(slack.calls),
                method=method,
                token=args.pop("token", None) if bearer == authorization else bearer,
                args=args,
                team=None,
                at=slack.now(),
                headers=dict(self.headers.items()),
                basic=_basic(authorization),
            )
            slack.calls.append(call)
            slack.changed.notify_all()
        return call

    def _send(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def _cut(self) -> None:
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    def log_message(self, *args: object) -> None:
        pass


def _basic(authorization: str) -> tuple[str, str] | None:
    if not authorization.startswith("Basic "):
        return None
    name, _, secret = base64.b64decode(authorization[6:]).decode().partition(":")
    return name, secret


def _arguments(data: bytes, content_type: str) -> Json:
    if not data:
        return {}
    if content_type.startswith("multipart/"):
        head = f"Content-Type: {content_type}\r\n\r\n".encode()
        parts = BytesParser(policy=HTTP).parsebytes(head + data).iter_parts()
        return {
            str(p.get_param("name", header="content-disposition")): p.get_content() for p in parts
        }
    if data.lstrip().startswith(b"{"):
        return dict(json.loads(data))
    return dict(urllib.parse.parse_qsl(data.decode(), keep_blank_values=True))
