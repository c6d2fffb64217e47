"""People ask in Slack by every entry, and the answer stands where it belongs."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator

import pytest
from support.slack_blocks import pings, shown
from support.slack_world import Message

from channels.slack.conftest import Newsroom, served


def answered(newsroom: Newsroom, thread: str) -> Message:
    """The one answer of a thread, once all is done."""
    newsroom.settled()
    (answer,) = newsroom.slack.answers(newsroom.desk, thread)
    return answer


class TestEntries:
    def test_a_mention_is_answered_in_its_thread(self, newsroom: Newsroom) -> None:
        sent = newsroom.sender.mention(newsroom.desk, newsroom.ana, "wells")
        assert sent.status == 200
        answer = answered(newsroom, sent.thread)
        assert answer.streamed
        assert "4,120 registered wells" in shown(answer)
        assert "[1]" in shown(answer)
        (kept,) = newsroom.archive.replies
        page = f"https://assistant.news.example/desk/answers/{kept}"  # all here are staff
        assert page in json.dumps(answer.all_blocks)
        assert newsroom.slack.statuses[0][:2] == (newsroom.desk.id, sent.thread)

    def test_a_mention_comes_as_two_events_and_is_answered_once(self, newsroom: Newsroom) -> None:
        sent, again = newsroom.sender.mention_twice(newsroom.desk, newsroom.ana, "wells")
        assert sent.event_id != again.event_id
        assert again.status == 200
        answered(newsroom, sent.thread)
        assert len(newsroom.archive.asked) == 1

    def test_a_direct_message(self, newsroom: Newsroom) -> None:
        sent = newsroom.sender.direct(newsroom.ana, "wells")
        newsroom.settled()
        im = newsroom.slack.open_im(newsroom.ana)
        (answer,) = newsroom.slack.answers(im, sent.thread)
        assert "4,120 registered wells" in shown(answer)

    def test_a_follow_up_needs_no_mention_from_anybody(self, newsroom: Newsroom) -> None:
        sent = newsroom.sender.mention(newsroom.desk, newsroom.ana, "wells")
        words = "And what of aram?"
        newsroom.sender.message(newsroom.desk, newsroom.ben, words, thread=sent.thread)
        newsroom.settled()
        assert len(newsroom.slack.answers(newsroom.desk, sent.thread)) == 2
        first, second = newsroom.archive.asked
        assert first["conversation_id"] == second["conversation_id"]
        assert first["conversation_id"] == (
            f"slack:{newsroom.slack.team.id}:{newsroom.desk.id}:{sent.thread}"
        )

    def test_what_people_say_to_each_other_is_not_kept(self, newsroom: Newsroom) -> None:
        sent = newsroom.sender.mention(newsroom.desk, newsroom.ana, "wells")
        newsroom.settled()
        kept = newsroom.archive.kept
        for words in ("The lawyer says we must not print the name.", "lgtm, ship it", "lunch?"):
            newsroom.sender.message(newsroom.desk, newsroom.ben, words, thread=sent.thread)
        newsroom.settled()
        assert len(newsroom.slack.answers(newsroom.desk, sent.thread)) == 1
        assert newsroom.archive.kept == kept
        question = "Who painted the zebra crossings?"
        newsroom.sender.message(newsroom.desk, newsroom.ben, question, thread=sent.thread)
        newsroom.settled()
        assert len(newsroom.slack.answers(newsroom.desk, sent.thread)) == 2

    def test_what_is_said_to_somebody_else_is_left_alone(self, newsroom: Newsroom) -> None:
        sent = newsroom.sender.mention(newsroom.desk, newsroom.ana, "wells")
        words = f"<@{newsroom.ana.id}> aram?"
        newsroom.sender.message(newsroom.desk, newsroom.ben, words, thread=sent.thread)
        newsroom.sender.message(newsroom.desk, newsroom.ben, "wells")  # no thread
        other = newsroom.slack.add_channel("other", newsroom.ana)
        root = newsroom.sender.message(other, newsroom.ana, "wells")
        newsroom.sender.message(other, newsroom.ana, "wells", thread=root.thread)
        answered(newsroom, sent.thread)
        assert len(newsroom.archive.asked) == 1

    def test_a_slash_command_makes_a_message_with_the_answer_below(
        self, newsroom: Newsroom
    ) -> None:
        text = "wells &amp; <!channel> *more*"
        newsroom.archive.documents["wells"] = newsroom.archive.documents["wells"]
        sent = newsroom.sender.command(newsroom.desk, newsroom.ana, "/factcheck", text)
        assert (sent.status, sent.text) == (200, "")
        newsroom.settled()
        root, answer = newsroom.slack.answers(newsroom.desk)
        assert answer.thread_ts == root.ts
        assert "asked: " in shown(root)
        assert [each.kind for each in pings(root)] == ["user"]
        newsroom.sender.message(newsroom.desk, newsroom.ben, "wells", thread=root.ts)
        newsroom.settled()
        assert len(newsroom.slack.answers(newsroom.desk, root.ts)) == 3

    def test_a_slash_command_where_the_app_is_not_answers_the_asker(
        self, newsroom: Newsroom
    ) -> None:
        away = newsroom.slack.add_channel("away", newsroom.ana, kind="private", bot=False)
        newsroom.sender.command(away, newsroom.ana, "/factcheck", "wells")
        newsroom.settled()
        (whispered,) = newsroom.slack.ephemerals(away, newsroom.ana)
        assert "4,120 registered wells" in shown(whispered)
        assert newsroom.slack.messages(away) == []

    def test_check_this_claim_answers_in_the_thread_of_the_message(
        self, newsroom: Newsroom
    ) -> None:
        post = newsroom.sender.build.say(newsroom.desk, newsroom.ben, "wells")
        sent = newsroom.sender.shortcut(newsroom.desk, newsroom.ana, post, "check_claim")
        assert sent.status == 200
        answer = answered(newsroom, post.ts)
        assert "4,120 registered wells" in shown(answer)
        assert newsroom.archive.claims == ["wells"]

    def test_check_this_claim_where_the_app_is_not(self, newsroom: Newsroom) -> None:
        away = newsroom.slack.add_channel("away", newsroom.ana, bot=False)
        post = newsroom.sender.build.say(away, newsroom.ana, "wells")
        newsroom.sender.shortcut(away, newsroom.ana, post, "check_claim")
        newsroom.settled()
        (whispered,) = newsroom.slack.ephemerals(away, newsroom.ana)
        assert "4,120 registered wells" in shown(whispered)


class TestHints:
    @pytest.mark.parametrize("text", ["", ":wave:", "🙂 :+1::skin-tone-2:", "?!"])
    def test_nothing_to_ask_gets_a_hint(self, newsroom: Newsroom, text: str) -> None:
        sent = newsroom.sender.mention(newsroom.desk, newsroom.ana, text)
        assert "Ask me what the newsroom has checked" in shown(answered(newsroom, sent.thread))
        assert newsroom.archive.asked == []
        # Who was told how to ask may do so right there.
        newsroom.sender.message(newsroom.desk, newsroom.ana, "wells", thread=sent.thread)
        newsroom.settled()
        assert len(newsroom.slack.answers(newsroom.desk, sent.thread)) == 2

    def test_in_a_thread_nothing_is_said_to_an_emoji(self, newsroom: Newsroom) -> None:
        sent = newsroom.sender.mention(newsroom.desk, newsroom.ana, "wells")
        newsroom.sender.message(newsroom.desk, newsroom.ben, ":tada:", thread=sent.thread)
        answered(newsroom, sent.thread)

    def test_an_empty_command_is_told_how_to_ask_in_private(self, newsroom: Newsroom) -> None:
        newsroom.sender.command(newsroom.desk, newsroom.ana, "/factcheck", "")
        newsroom.settled()
        (hint,) = newsroom.slack.ephemerals(newsroom.desk, newsroom.ana)
        assert "Ask me what" in shown(hint)
        assert newsroom.slack.messages(newsroom.desk) == []

    def test_a_question_that_is_too_long_is_told_so_kindly(self, newsroom: Newsroom) -> None:
        sent = newsroom.sender.mention(newsroom.desk, newsroom.ana, "wells " * 6_000)
        assert sent.status == 200
        said = shown(answered(newsroom, sent.thread))
        assert "35,999" in said
        assert "Check this claim" in said

    def test_a_post_of_forty_thousand_characters_can_be_checked(self, newsroom: Newsroom) -> None:
        text = ("é" * 39_000 + " wells")[-40_000:]
        post = newsroom.sender.build.say(newsroom.desk, newsroom.ben, text)
        sent = newsroom.sender.shortcut(newsroom.desk, newsroom.ana, post, "check_claim")
        assert sent.status == 200
        answered(newsroom, post.ts)
        assert newsroom.archive.claims == [text]


class TestNobodysQuestions:
    def test_bots_edits_and_joins(self, newsroom: Newsroom) -> None:
        sender, desk = newsroom.sender, newsroom.desk
        sent = sender.mention(desk, newsroom.ana, "wells")
        answer = answered(newsroom, sent.thread)
        for echo in (
            sender.echo(desk, answer),
            sender.bot_message(desk, "wells", thread=sent.thread),
            sender.bot_message(desk, "wells", thread=sent.thread, subtype=False),
            sender.changed(desk, sent.message, "aram"),
            sender.deleted(desk, sent.message),
            sender.joined(desk, newsroom.slack.add_user("cleo")),
            sender.event({"type": "a_new_kind_of_event"}),
        ):
            assert echo.status == 200
        newsroom.settled()
        assert len(newsroom.archive.asked) == 1
        assert len(newsroom.slack.answers(desk)) == 1

    def test_a_mention_by_a_bot(self, newsroom: Newsroom) -> None:
        bot_user = newsroom.slack.team.bot_user_id
        newsroom.sender.bot_message(newsroom.desk, f"<@{bot_user}> wells", subtype=False)
        newsroom.settled()
        assert newsroom.archive.asked == []


class TestOnce:
    def test_a_retry_before_and_after_it_was_done(self, newsroom: Newsroom) -> None:
        newsroom.archive.hold = threading.Event()
        sent = newsroom.sender.mention(newsroom.desk, newsroom.ana, "wells")
        assert newsroom.sender.retry(sent).status == 200
        newsroom.archive.hold.set()
        answered(newsroom, sent.thread)
        assert newsroom.sender.retry(sent, 2).status == 200
        answered(newsroom, sent.thread)
        assert len(newsroom.archive.asked) == 1

    def test_a_retry_that_is_the_first_to_arrive_is_answered(self, newsroom: Newsroom) -> None:
        payload = newsroom.sender.build.app_mention(newsroom.desk, newsroom.ana, "wells")
        sent = newsroom.sender.deliver(payload, retry_num=1)
        answered(newsroom, sent.thread)


class TestPace:
    @pytest.fixture
    def strict(self, newsroom: Newsroom) -> Iterator[Newsroom]:
        """Two questions a minute from each person."""
        newsroom.stop()
        settings = newsroom.settings.model_copy(update={"rate_per_address": 2})
        with served(newsroom.archive, settings) as url:
            newsroom.sender.url = f"{url}/slack/events"
            yield newsroom

    def test_more_than_that_is_not_taken_and_said_once(self, strict: Newsroom) -> None:
        sent = [strict.sender.mention(strict.desk, strict.ana, "wells") for _ in range(4)]
        sent.append(strict.sender.command(strict.desk, strict.ana, "/factcheck", "wells"))
        assert [each.status for each in sent] == [200] * 5
        strict.settled()
        assert len(strict.archive.asked) == 2
        told = strict.slack.ephemerals(strict.desk, strict.ana)
        assert 1 <= len(told) <= 2  # two where the minute has just ended
        assert "in a minute" in shown(told[0])

    def test_others_and_slack_s_own_repeats_are_not_counted(self, strict: Newsroom) -> None:
        first = strict.sender.mention(strict.desk, strict.ana, "wells")
        for n in range(3):
            assert strict.sender.retry(first, n + 1).status == 200
        strict.sender.mention(strict.desk, strict.ana, "aram")
        strict.sender.mention(strict.desk, strict.ben, "wells")
        strict.settled()
        assert len(strict.archive.asked) == 3
        assert strict.slack.ephemerals(strict.desk) == []

    def test_a_question_that_was_left_stays_left(self, strict: Newsroom) -> None:
        sent = [strict.sender.mention(strict.desk, strict.ana, "wells") for _ in range(3)]
        assert strict.sender.retry(sent[2], 1).status == 200
        strict.settled()
        assert len(strict.archive.asked) == 2


class TestFeedback:
    def test_the_other_thumb_corrects_the_first(self, newsroom: Newsroom) -> None:
        sent = newsroom.sender.mention(newsroom.desk, newsroom.ana, "wells")
        answer = answered(newsroom, sent.thread)
        buttons = answer.all_blocks[-1]["elements"][0]
        up, down = (buttons[f"{side}_button"]["value"] for side in ("positive", "negative"))
        ana, ben = newsroom.ana, newsroom.ben
        for person, value in ((ana, up), (ana, up), (ana, down), (ana, down), (ben, down)):
            pressed = newsroom.sender.press(newsroom.desk, person, answer, "feedback", value)
            assert pressed.status == 200
            newsroom.settled()
        up_, down_ = ("r1", True, None), ("r1", False, None)
        assert newsroom.archive.ratings == [up_, down_, down_]
        thanks = newsroom.slack.ephemerals(newsroom.desk, newsroom.ana)
        assert ["Thank you" in shown(each) for each in thanks] == [True, True]
