"""An internal document is quoted where only the newsroom's staff reads, whoever asks and how."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from support.counts import FULL
from support.slack_calls import Call
from support.slack_server import SlackServer
from support.slack_world import Channel, User

from assistant.ledger.ledger import Ledger
from channels.slack.newsroom_files import SECRET, SECRET_WORDS, WELLS
from channels.slack.running import Newsroom, copied, quick

HINTED = "The vaults of the Selbridge mint stand empty."
"""A claim that the internal document is about, without its words."""
TOLD = ("Thirty-one", "two people who work at the mint", "How many vaults of the Selbridge mint")
"""Words and title of the internal document."""

Place = Callable[[Newsroom], tuple[Channel, User]]
ENTRIES = ("mention", "command", "shortcut", "follow-up")


def own(news: Newsroom, kind: str = "public", *others: User, **more: Any) -> tuple[Channel, User]:
    user = news.slack.add_user("dora")
    return news.slack.add_channel("own", user, news.ben, *others, kind=kind, **more), user


def with_a(**flags: Any) -> Place:
    def made(news: Newsroom) -> tuple[Channel, User]:
        return own(news, "private", news.slack.add_user("eve", **flags))

    return made


def with_another_company(kind: str) -> Place:
    def made(news: Newsroom) -> tuple[Channel, User]:
        other = news.slack.add_team("Others", installed=False)
        guest = news.slack.add_user("finn", team=other)
        return own(news, kind, guest, shared_with=(other,), is_ext_shared=True)

    return made


def direct(**flags: Any) -> Place:
    def made(news: Newsroom) -> tuple[Channel, User]:
        user = news.slack.add_user("gil", **flags)
        return news.slack.open_im(user), user

    return made


def unseen_guest(news: Newsroom) -> tuple[Channel, User]:
    """A guest on the second page of the members."""
    staff = [news.slack.add_user(f"staff-{n}") for n in range(4)]
    return own(news, "public", *staff, news.slack.add_user("last", is_restricted=True))


def elsewhere(news: Newsroom) -> tuple[Channel, User]:
    """A workspace that installed the app; it is not the newsroom's own."""
    team = next(each for each in news.slack.teams.values() if each.name == "Elsewhere")
    user = news.slack.add_user("hugo", team=team)
    return news.slack.add_channel("theirs", user, team=team, kind="private"), user


def failing(method: str, **trouble: Any) -> Place:
    """Slack doesn't say who reads it."""

    def made(news: Newsroom) -> tuple[Channel, User]:
        channel, user = own(news)

        def about(call: Call) -> bool:
            return call.args.get("channel") == channel.id or call.args.get("user") == user.id

        news.slack.fail(method, times=None, when=about, **trouble)
        return channel, user

    return made


STAFF: dict[str, Place] = {
    "public": lambda news: own(news, "public"),
    "private": lambda news: own(news, "private"),
    "several": lambda news: own(news, "mpim"),
    "direct": direct(),
}
OTHERS: dict[str, Place] = {
    "a guest": with_a(is_restricted=True),
    "a single-channel guest": with_a(is_restricted=True, is_ultra_restricted=True),
    "a stranger": with_a(is_stranger=True),
    "another company": with_another_company("public"),
    "another company, private": with_another_company("private"),
    "invited": lambda news: own(news, is_pending_ext_shared=True),
    "invited by team": lambda news: own(news, pending_teams=["T0OTHER"]),
    "the organisation": lambda news: own(news, is_org_shared=True),
    "marked alone": lambda news: own(news, is_ext_shared=True),
    "direct, a guest": direct(is_restricted=True),
    "direct, a single-channel guest": direct(is_restricted=True, is_ultra_restricted=True),
    "several, a guest": lambda news: own(
        news, "mpim", news.slack.add_user("ida", is_restricted=True)
    ),
    "second page": unseen_guest,
    "another workspace": elsewhere,
    "no info": failing("conversations.info", error="missing_scope"),
    "no info at all": failing("conversations.info", error="channel_not_found"),
    "no members": failing("conversations.members", error="fetch_members_failed"),
    "no person": failing("users.info", error="user_not_found"),
    "no rights": failing("conversations.members", error="no_permission"),
}


@pytest.fixture(scope="module")
def template(small_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copied(small_home, tmp_path_factory.mktemp("audience") / "template")


def opened(template: Path, slack: SlackServer, **settings: str) -> Newsroom:
    """A newsroom whose app another workspace has installed too."""
    home = copied(template, template.parent / f"home-{len(list(template.parent.iterdir()))}")
    team = slack.add_team("Elsewhere")
    ledger = Ledger(home / "ledger.sqlite3")
    ledger.workspaces.put(
        team.id,
        {"team_id": team.id, "bot_token": team.bot_token, "bot_user_id": team.bot_user_id,
         "bot_id": team.bot_id},
        datetime.now(UTC),
    )  # fmt: skip
    ledger.close()
    slack.page_size = 3
    return Newsroom(home=home, slack=slack, settings=dict(settings))


@pytest.fixture(scope="module")
def news(template: Path) -> Iterator[Newsroom]:
    with SlackServer() as slack, opened(template, slack) as newsroom:
        newsroom.start()
        yield newsroom


def enter(news: Newsroom, entry: str, channel: Channel, user: User) -> str | None:
    """Asks for what is internal; the thread, where there is one already."""
    if entry == "mention":
        sent = (
            news.sender.message(channel, user, SECRET)
            if channel.kind == "im"
            else news.sender.mention(channel, user, SECRET)
        )
    elif entry == "command":
        quick(news.sender.command(channel, user, "/factcheck", SECRET))
        return None
    elif entry == "shortcut":
        posted = news.sender.build.say(channel, user, HINTED)
        sent = news.sender.shortcut(channel, user, posted, "check_claim")
    else:
        first = news.sender.mention(channel, user, WELLS)
        news.one_answer(channel, first.thread)
        sent = news.sender.message(channel, user, SECRET, thread=first.thread)
    quick(sent)
    return sent.thread


def said_in(news: Newsroom, channel: Channel) -> str:
    """All that was ever sent to a channel, in any form, and what its people alone see."""
    sent = [str(each.args) for each in news.slack.calls if each.args.get("channel") == channel.id]
    alone = [str(each.as_json()) for each in news.slack.ephemerals(channel)]
    return " ".join([*sent, *alone])


def cases(places: dict[str, Place]) -> list[tuple[str, str]]:
    """Every place by every way in; in the bounded run each way in turn, from place to place."""
    return [
        (place, entry)
        for n, place in enumerate(places)
        for entry in (ENTRIES if FULL or n < len(ENTRIES) else (ENTRIES[n % 4],))
    ]


@pytest.mark.parametrize(("place", "entry"), cases(STAFF))
def test_staff_are_told(news: Newsroom, place: str, entry: str) -> None:
    channel, user = STAFF[place](news)
    enter(news, entry, channel, user)
    news.settled()
    assert SECRET_WORDS in said_in(news, channel)


@pytest.mark.parametrize(("place", "entry"), cases(OTHERS))
def test_others_are_not_told(news: Newsroom, place: str, entry: str) -> None:
    """Not a word of it, in no message, no stream, no version: and still they get an answer."""
    channel, user = OTHERS[place](news)
    enter(news, entry, channel, user)
    news.settled()
    said = said_in(news, channel)
    assert [each for each in TOLD if each in said] == []
    assert news.slack.answers(channel), "no answer at all"


@pytest.mark.parametrize(
    "trouble", [{"status": 503}, {"status": 429, "retry_after": 1}, {"body": b"oops"}]
)
def test_a_slack_that_cannot_say_now_is_asked_again(news: Newsroom, trouble: Any) -> None:
    channel, user = own(news)

    def mine(call: Call) -> bool:
        return call.args.get("channel") == channel.id

    hiccup = news.slack.fail("conversations.info", times=3, when=mine, **trouble)
    said: list[str] = []
    news.slack.on("conversations.info", lambda _: said.append(said_in(news, channel)))
    enter(news, "mention", channel, user)
    news.settled()
    assert hiccup.met == 3
    assert [each for each in TOLD if each in "".join(said[:3])] == []
    assert SECRET_WORDS in said_in(news, channel)


@pytest.mark.parametrize("entry", ["command", "shortcut"])
def test_where_the_app_is_not_nobody_knows_who_reads(news: Newsroom, entry: str) -> None:
    user = news.slack.add_user("jo")
    for guests in ((), (news.slack.add_user("kim", is_restricted=True),)):
        channel = news.slack.add_channel("far", user, *guests, kind="private", bot=False)
        enter(news, entry, channel, user)
        news.settled()
        said = said_in(news, channel)
        assert [each for each in TOLD if each in said] == []
        assert news.slack.ephemerals(channel, user)


def test_the_setting_none(template: Path) -> None:
    setting = {"slack_internal_channels": "none"}
    with SlackServer() as slack, opened(template, slack, **setting) as news:
        news.start()
        for made in STAFF.values():
            channel, user = made(news)
            enter(news, "mention", channel, user)
            news.settled()
            assert [each for each in TOLD if each in said_in(news, channel)] == []
            assert news.slack.answers(channel)


def test_the_setting_of_channels(template: Path) -> None:
    """Channels by their ids, of which the rule must hold as well."""
    with SlackServer() as slack, opened(template, slack) as news:
        named, user = own(news)
        unnamed, _ = own(news)
        guests, _ = own(news, "public", slack.add_user("mia", is_restricted=True))
        news.settings["slack_internal_channels"] = f"{named.id}, {guests.id}"
        news.start()
        for channel in (named, unnamed, guests):
            enter(news, "mention", channel, user if channel is named else news.ben)
        news.settled()
        assert SECRET_WORDS in said_in(news, named)
        for channel in (unnamed, guests):
            assert [each for each in TOLD if each in said_in(news, channel)] == []
