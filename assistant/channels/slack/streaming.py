"""An answer that appears in Slack claim by claim, each one verified before it is sent."""

from __future__ import annotations

import logging
from collections.abc import Callable

from slack_sdk.errors import SlackApiError
from slack_sdk.web.chat_stream import ChatStream

from assistant.channels.slack.blocks import Rendered
from assistant.channels.slack.calls import TROUBLE, error_of
from assistant.channels.slack.delivery import Stamp, Thread

log = logging.getLogger("assistant.slack")


class Claims:
    """The stream of one answer: `append` claims, then `stop`.

    A stream can be refused, or die: then it takes nothing more, and the whole answer is put into
    its message, or into a new one. `may` says before each claim whether it may be shown here.
    """

    def __init__(
        self,
        thread: Thread,
        recipient: tuple[str, str],
        *,
        may: Callable[[], bool],
        started: Callable[[str], None],
    ) -> None:
        team, user = recipient
        self._may = may
        self._started = started
        self._open = thread.thread_ts is not None
        self._stream: ChatStream | None = None
        if thread.thread_ts is not None:
            self._stream = thread.workspace.client.chat_stream(
                buffer_size=1,
                channel=thread.channel,
                thread_ts=thread.thread_ts,
                recipient_team_id=team,
                recipient_user_id=user,
            )
        self.lost = False
        """Whether a message may stand in the thread of which we don't know."""

    @property
    def ts(self) -> str | None:
        """Its message, once there is one."""
        return self._stream.ts if self._stream else None

    @property
    def standing(self) -> bool:
        """Whether it can be ended as it is."""
        return self._open and self.ts is not None

    def append(self, text: str) -> None:
        if not self._open or self._stream is None:
            return
        if not self._may():
            self._open = False
            return
        begun = self.ts is not None
        try:
            self._stream.append(markdown_text=text)
        except TROUBLE as error:
            self._failed(error)
            return
        if not begun and self.ts:
            self._started(self.ts)

    def stop(self, shown: Rendered, stamp: Stamp) -> bool:
        """Ends it with the blocks that follow the claims. False: the message is to be replaced."""
        if not self.standing or self._stream is None:
            return False
        try:
            self._stream.stop(blocks=shown.blocks or None, metadata=stamp.metadata())
        except TROUBLE as error:
            self._failed(error)
            return False
        return True

    def _failed(self, error: Exception) -> None:
        self._open = False
        self.lost = self.ts is None and not isinstance(error, SlackApiError)
        log.info("no stream any more: %s", error_of(error) or repr(error))
