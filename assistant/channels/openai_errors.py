"""Errors in OpenAI's shape: a member that problems of the OpenAI-compatible routes have as well."""

from __future__ import annotations

from assistant.errors import BadInput
from assistant.shapes import OpenAIErrorJson

_ROUTES = ("/v1/chat/", "/v1/models")
_CODES = {
    401: ("authentication_error", "invalid_api_key"),
    403: ("permission_error", "forbidden"),
    404: ("invalid_request_error", "not_found"),
    413: ("invalid_request_error", "too_large"),
    429: ("rate_limit_error", "rate_limit_exceeded"),
}


class NotTaken(BadInput):
    """What OpenAI's protocol allows and an archive can't do. `param` names the member it is in."""

    status = 400

    def __init__(self, message: str, param: str) -> None:
        super().__init__(message)
        self.param = param


def speaks_openai(path: str) -> bool:
    return path.startswith(_ROUTES)


def openai_error(status: int, detail: str, param: str | None = None) -> OpenAIErrorJson:
    """What OpenAI's clients read of an error: they show `message` and go by the status."""
    kind = "server_error" if status >= 500 else "invalid_request_error"
    kind, code = _CODES.get(status, (kind, None))
    return {"message": detail, "type": kind, "param": param, "code": code}
