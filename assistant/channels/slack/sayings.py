"""What the assistant says in Slack beside its answers, in one sentence or two."""

from __future__ import annotations

from assistant.channels.operations import MAX_POST

NO_CLAIM = "I can't find words in that message that could be checked."
AGAIN = "I can't answer right now. I will try again and put the answer here."
BROKEN = "something failed here. Those who run me find what it was in the log."
MANY = "That is more than I can read at once: I left your last questions. Ask again in a minute."
NOT_AN_EDITOR = "Only editors can refresh a fact-check."
NOT_HERE = (
    "A fact-check is refreshed where the newsroom's own staff alone can read. Use the desk instead."
)
REFRESHING = "I am looking at its sources again. This thread hears what I find."
REFRESHED = "This fact-check was refreshed already: what was found stands in this thread."
THANKS = "Thank you, that was noted."


def too_long(length: int, most: int, *, as_claim: bool) -> str:
    """Kindly, and what to do instead."""
    if as_claim:
        return (
            f"That message has {length:,} characters; I read {most:,}. "
            "Post the part that makes the claim, and I will check that."
        )
    return (
        f"That is a long question: it has {length:,} characters, and I read {most:,}. Ask one "
        'short question, or choose "Check this claim" in the menu of the message: that reads up '
        f"to {MAX_POST:,}."
    )


def failed(why: str) -> str:
    return f"I could not answer this: {why}"
