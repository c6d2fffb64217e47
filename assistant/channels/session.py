"""The archive at hand: opened by this process, or reached through the server that holds its home.

One process owns a home directory. A command that finds a server there sends its operation to it
(`POST /v1/operations/NAME`, with the token that the server wrote into its home) and reads JSON
lines: {"progress": [done, total, name]} or {"event": [name, data]} any number of times, then
{"result": ...} or {"error": {"name", "message"}}.
"""

from __future__ import annotations

import http.client
import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Concatenate, ParamSpec, Protocol, TypeVar, cast
from urllib.parse import urlsplit

from assistant import errors
from assistant.channels.operations import EventSink, ProgressSink
from assistant.errors import AssistantError, HomeHeld, Unavailable
from assistant.settings import Settings

if TYPE_CHECKING:
    from assistant.wiring import Assistant

P = ParamSpec("P")
R = TypeVar("R")


class Session(Protocol):
    """Runs operations, wherever the archive is open."""

    def call(
        self,
        operation: Callable[Concatenate[Assistant, P], R],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> R: ...


class Local:
    """This process holds the home."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant

    def call(
        self,
        operation: Callable[Concatenate[Assistant, P], R],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> R:
        return operation(self._assistant, *args, **kwargs)


class Remote:
    """A running server holds the home."""

    def __init__(self, url: str, token: str) -> None:
        self._url = url
        self._token = token

    def call(
        self,
        operation: Callable[Concatenate[Assistant, P], R],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> R:
        """Raises what the operation raised there; Unavailable when the server can't be reached."""
        arguments: dict[str, object] = dict(kwargs)
        progress = cast("ProgressSink | None", arguments.pop("progress", None))
        emit = cast("EventSink | None", arguments.pop("emit", None))
        try:
            for line in self._post(operation.__name__, arguments):
                if "progress" in line and progress:
                    progress(*cast("tuple[int, int, str]", line["progress"]))
                if "event" in line and emit:
                    emit(*cast("tuple[str, dict[str, object]]", line["event"]))
                if "error" in line:
                    raise _raised(cast("dict[str, str]", line["error"]))
                if "result" in line:
                    return cast(R, line["result"])
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise self._unreachable(repr(error)) from error
        raise self._unreachable("it closed the connection")

    def _post(self, name: str, arguments: dict[str, object]) -> Iterator[dict[str, object]]:
        address = urlsplit(self._url)
        connection = http.client.HTTPConnection(address.hostname or "", address.port)
        headers = {"Authorization": f"Bearer {self._token}", "Content-Type": "application/json"}
        try:
            connection.request("POST", f"/v1/operations/{name}", json.dumps(arguments), headers)
            response = connection.getresponse()
            if response.status != http.client.OK:
                problem = json.loads(response.read())
                raise Unavailable(f"the server at {self._url} refused: {problem['detail']}")
            yield from (json.loads(line) for line in response if line.strip())
        finally:
            connection.close()

    def _unreachable(self, why: str) -> Unavailable:
        return Unavailable(
            f"the server at {self._url} holds the home but went away before it finished ({why}); "
            "see its log, or stop it and run the command again"
        )


def _raised(error: dict[str, str]) -> AssistantError:
    """The same class here as there, so that the exit code is the same."""
    kind = getattr(errors, error["name"], AssistantError)
    raised = AssistantError.__new__(kind)
    raised.args = (error["message"],)
    return cast(AssistantError, raised)


@contextmanager
def open_session(settings: Settings, command: str) -> Iterator[Session]:
    """Raises HomeHeld when a process that is no server holds the home, HomeUnusable."""
    with ExitStack() as stack:
        yield _reach(settings, command, stack)


def _reach(settings: Settings, command: str, stack: ExitStack) -> Session:
    from assistant.wiring import open_assistant, server_of

    if address := server_of(settings):
        return Remote(address.url, address.token)
    try:
        return Local(stack.enter_context(open_assistant(settings, command=command)))
    except HomeHeld:
        # A server may have taken the home between the two questions.
        if address := server_of(settings):
            return Remote(address.url, address.token)
        raise
