"""A reader of a page with the widget: what they see, and two ways to use it (mouse and keys)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Protocol
from urllib.request import urlopen

LAUNCH = "Ask the fact-checkers"
STALE = "what is the latest yearly number of missing children reported to NCMEC?"
FRESH = "how does NCMEC count a missing child?"
UNKNOWN = "how many children are missing in Canada?"
NOTICE = (
    "This fact-check may be outdated. Consider refreshing it to get the most current information."
)
FOCUSED = "e => e.getRootNode().activeElement === e"
FOCUS_RING = """e => {
  const style = getComputedStyle(e);
  const ring = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
  return e.matches(":focus-visible") && (ring || style.boxShadow !== "none");
}"""


class Hands(Protocol):
    """How a reader presses what they want and writes."""

    def press(self, target: Any) -> None: ...

    def write(self, target: Any, text: str) -> None: ...


class Mouse:
    def press(self, target: Any) -> None:
        target.click()

    def write(self, target: Any, text: str) -> None:
        target.click()
        target.fill(text)


class Keys:
    """Tab until it has the focus, then Enter. Fails when Tab does not lead there."""

    MOST = 150

    def __init__(self, page: Any) -> None:
        self._page = page

    def press(self, target: Any) -> None:
        self.reach(target)
        self._page.keyboard.press("Enter")

    def write(self, target: Any, text: str) -> None:
        self.reach(target)
        self._page.keyboard.insert_text(text)

    def reach(self, target: Any) -> None:
        target.wait_for()
        for _ in range(self.MOST):
            if target.evaluate(FOCUSED):
                assert target.evaluate(FOCUS_RING), f"no focus to be seen on {target}"
                return
            self._page.keyboard.press("Tab")
        raise AssertionError(f"Tab does not lead to {target}")


class Reader:
    """The widget as its reader finds it: by roles and names, whatever the markup."""

    def __init__(self, page: Any, hands: Hands | None = None) -> None:
        self.page = page
        self.hands = hands or Mouse()
        self.element = page.locator("newsroom-assistant")
        self.launcher = page.get_by_role("button", name=LAUNCH)
        self.panel = self.element.locator(".panel")
        self.question = page.get_by_role("textbox", name="Your question")
        self.popover = self.element.locator(".popover[role=dialog]")
        self.turns = self.element.locator("article.turn")

    def button(self, name: str) -> Any:
        return self.element.get_by_role("button", name=name, exact=True)

    def open(self) -> None:
        self.hands.press(self.launcher)
        self.question.wait_for()

    def close(self) -> None:
        self.hands.press(self.button("Close"))
        self.panel.wait_for(state="detached")

    def send(self, question: str) -> None:
        """Writes and sends, without waiting."""
        self.hands.write(self.question, question)
        if isinstance(self.hands, Keys):
            self.page.keyboard.press("Enter")
        else:
            self.hands.press(self.button("Send"))

    def ask(self, question: str) -> dict[str, Any]:
        """Asks and waits for the whole reply; the reply as the API gives it again."""
        before = self.links.count()
        self.send(question)
        self.links.nth(before).wait_for()
        return self.reply(before)

    @property
    def links(self) -> Any:
        return self.element.get_by_role("link", name="Permanent link")

    def reply(self, number: int = -1) -> dict[str, Any]:
        """The stored reply of one of the turns."""
        address = self.links.nth(number).get_attribute("href")
        reply: dict[str, Any] = fetched(address.replace("/a/", "/v1/answers/"))
        return reply

    def cite(self, number: int, turn: int = -1) -> Any:
        """The first button of that citation's number in a turn."""
        return self.turns.nth(turn).get_by_role("button", name=f"[{number}]", exact=True).first

    def claims(self, turn: int = -1) -> list[str]:
        texts: list[str] = self.turns.nth(turn).locator(".claim .text").all_text_contents()
        return texts

    def numbering(self, turn: int = -1) -> list[list[str]]:
        """The citation buttons of each claim."""
        claims = self.turns.nth(turn).locator(".claim")
        return [
            [text.strip() for text in each.get_by_role("button").all_text_contents()]
            for each in claims.all()
        ]


def fetched(url: str) -> Any:
    """JSON of the service, as the owner of its machine gets it."""
    with urlopen(url) as response:
        return json.load(response)


def quotes(service: str, reply: dict[str, Any]) -> Iterator[tuple[dict[str, Any], str]]:
    """Each citation of a reply with the words at its offsets in the stored version."""
    for citation in reply["citations"]:
        yield citation, stored(service, citation)


def stored(service: str, place: dict[str, Any]) -> str:
    """The words of a document's version at offsets that count code points."""
    version = f"?version={place['version']}"
    document = fetched(f"{service}/v1/documents/{place['document_id']}{version}")
    text: str = document["text"]
    return text[place["start"] : place["end"]]


class Form:
    """The host page's own form: its values, and that it can still be used."""

    def __init__(self, page: Any) -> None:
        self._page = page
        self.before = self.values()

    def values(self) -> dict[str, Any]:
        return dict(
            self._page.evaluate(
                "() => ({...Object.fromEntries(new FormData(document.forms[0])),"
                " url: location.href, title: document.title})"
            )
        )

    def works(self) -> None:
        """Nothing in it changed, its buttons can be clicked, and no script of the page broke."""
        assert self.values() == self.before
        clicks = self._page.evaluate("window.__clicks")
        self._page.get_by_role("button", name="Press").click()
        assert self._page.evaluate("window.__clicks") == clicks + 1
        self._page.get_by_role("button", name="Send it").click()
        sent = self._page.evaluate("window.__sent")
        assert sent == {"name": "untouched", "yes": "on", "notes": "as written", "pick": "two"}
        assert self._page.evaluate("window.__errors") == []
