"""The OpenAI-compatible door, by the `openai` package itself."""

from __future__ import annotations

import base64
import http.client
import json
import re
import threading
from collections.abc import AsyncIterator, Iterator
from functools import cache
from typing import Any, cast
from urllib.parse import urlsplit

import openai
import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st
from langchain_core.messages import AIMessage, HumanMessage, SystemMessage
from langchain_openai import ChatOpenAI
from openai import AsyncOpenAI, OpenAI
from openai.types.chat import ChatCompletion, ChatCompletionChunk, ChatCompletionMessageParam
from pydantic import TypeAdapter

from assistant.channels.api import create_app
from assistant.channels.markdown import MARKDOWN
from assistant.channels.openai_chat import MODEL, ChunkJson, CompletionJson, ModelsJson
from assistant.channels.render import reply_text
from assistant.channels.routes_ask import AnyReply
from assistant.channels.turns import Turns
from assistant.errors import Unavailable
from assistant.settings import Settings
from assistant.shapes import ProblemJson
from assistant.types import Audience, Citation
from assistant.wiring import Assistant
from channels.conftest import Bearer, running
from channels.fake_assistant import NOTICE, FakeAssistant

JSON = {"Content-Type": "application/json"}
WELLS: list[ChatCompletionMessageParam] = [{"role": "user", "content": "wells"}]
IMAGE = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}
NAMES = ("type", "text", "role", "content", "mode", "allowed_tools", "include_usage")
TOOL = {
    "type": "function",
    "function": {"name": "weather", "parameters": {"type": "object", "properties": {}}},
}


@pytest.fixture
def chat(url: str) -> Iterator[OpenAI]:
    """A client as people configure it for a local server, with a key that means nothing."""
    with OpenAI(base_url=f"{url}/v1", api_key="none", max_retries=0) as client:
        yield client


@pytest.fixture
async def achat(url: str) -> AsyncIterator[AsyncOpenAI]:
    async with AsyncOpenAI(base_url=f"{url}/v1", api_key="none", max_retries=0) as client:
        yield client


def ask(chat: OpenAI, messages: Any = WELLS, **options: Any) -> ChatCompletion:
    done = chat.chat.completions.create(model=MODEL, messages=messages, **options)
    assert isinstance(done, ChatCompletion)
    return done


def reply_of(value: ChatCompletion | ChatCompletionChunk) -> Any:
    return (value.model_extra or {})["newsroom_assistant"]


def words(value: ChatCompletion) -> str:
    return without_id(value.choices[0].message.content)


def without_id(text: object) -> str:
    """The words without the answer's own id: each answer has another."""
    return re.sub(r"answer r\d+", "answer r", str(text))


def text_of(chunks: list[ChatCompletionChunk]) -> str:
    return "".join(choice.delta.content or "" for c in chunks for choice in c.choices)


# --- an answer ------------------------------------------------------------------------------------


def test_a_completion_is_the_reply_in_words(chat: OpenAI, fake: FakeAssistant) -> None:
    done = ask(chat)
    reply = reply_of(done)
    assert reply == fake.answer("r1")
    TypeAdapter(AnyReply).validate_python(reply, strict=True)
    (choice,) = done.choices
    assert (choice.finish_reason, choice.message.role) == ("stop", "assistant")
    assert (done.model, done.object) == (MODEL, "chat.completion")
    text = choice.message.content or ""
    assert text == reply_text(reply, MARKDOWN)
    said, sources = text.split("\n\n**Sources**\n\n")
    claims, verdicts = said.split("\n\n**Published verdicts**\n\n")
    assert claims.split("\n") == [
        "The country had 4,120 registered wells in 2023. [1] (may be outdated)",
        "Most wells are private. [2]",
        "The register listed 4,120 wells in 2023. [3] (may be outdated)",
    ]
    for citation in reply["citations"]:
        assert f"- [{citation['n']}] the " in sources
        assert f"“{citation['quote']}”" in sources
        for words in ("title", "publisher", "url"):
            assert citation[words] in sources
    assert "checked on 2024-06-01" in sources
    assert "published 2024-05" in sources
    assert verdicts.startswith("- “There are no wells” (A poster): False")
    assert f"> {NOTICE}\n" in sources
    assert "The newest year in evidence is 2023. (period-closed; clears when a figure" in sources
    assert sources.endswith("**Want to dive deeper?**\n\n- Who owns the wells?")


def test_an_abstention_says_so_with_what_came_nearest(chat: OpenAI) -> None:
    done = ask(chat, [{"role": "user", "content": "zebras"}])
    assert reply_of(done)["kind"] == "abstention"
    text = done.choices[0].message.content or ""
    assert text.startswith("**The archive doesn't say.** Nothing in the archive speaks to this")
    assert "- “The country had 4,120 registered wells in 2023 [1] [2].”" in text


def test_the_shapes_are_those_of_the_description(client: TestClient) -> None:
    body = client.post("/v1/chat/completions", json={"messages": WELLS}).json()
    assert TypeAdapter(CompletionJson).validate_python(body, strict=True) == body
    assert body["usage"] == {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}
    models = client.get("/v1/models").json()
    assert TypeAdapter(ModelsJson).validate_python(models, strict=True) == models


def test_the_models_are_one(chat: OpenAI) -> None:
    assert [model.id for model in chat.models.list()] == [MODEL]
    assert chat.models.retrieve(MODEL).owned_by == "newsroom"
    with pytest.raises(openai.NotFoundError, match="the one here is 'newsroom-assistant'"):
        chat.models.retrieve("gpt-5")


def test_any_model_name_is_answered_by_the_one(chat: OpenAI) -> None:
    done = chat.chat.completions.create(model="gpt-5", messages=WELLS)
    assert done.model == MODEL


async def test_an_asynchronous_client_gets_the_same(achat: AsyncOpenAI) -> None:
    done = await achat.chat.completions.create(model=MODEL, messages=WELLS)
    stream = await achat.chat.completions.create(model=MODEL, messages=WELLS, stream=True)
    assert without_id(text_of([chunk async for chunk in stream])) == words(done)
    assert [model.id async for model in achat.models.list()] == [MODEL]


# --- streams --------------------------------------------------------------------------------------


@pytest.mark.parametrize("question", ["wells", "zebras", "banner ruin"])
def test_a_stream_says_what_a_completion_says(chat: OpenAI, question: str) -> None:
    messages: Any = [{"role": "user", "content": question}]
    whole = ask(chat, messages)
    chunks = list(chat.chat.completions.create(model=MODEL, messages=messages, stream=True))
    assert without_id(text_of(chunks)) == words(whole)
    assert chunks[0].choices[0].delta.role == "assistant"
    assert [c.choices[0].finish_reason for c in chunks] == [None] * (len(chunks) - 1) + ["stop"]
    ours = {key: value for key, value in reply_of(chunks[-1]).items() if key != "id"}
    assert ours == {key: value for key, value in reply_of(whole).items() if key != "id"}
    assert len({(chunk.id, chunk.created, chunk.model) for chunk in chunks}) == 1


def test_usage_comes_when_asked_for(chat: OpenAI) -> None:
    *chunks, last = chat.chat.completions.create(
        model=MODEL, messages=WELLS, stream=True, stream_options={"include_usage": True}
    )
    assert last.usage
    assert (last.choices, last.usage.total_tokens) == ([], 0)
    assert {chunk.usage for chunk in chunks} == {None}
    assert reply_of(chunks[-1])["kind"] == "answer"


def test_what_is_on_the_wire(client: TestClient) -> None:
    body = {"messages": WELLS, "stream": True}
    response = client.post("/v1/chat/completions", json=body)
    assert response.headers["content-type"].startswith("text/event-stream")
    *events, done, end = response.text.split("\n\n")
    assert (done, end) == ("data: [DONE]", "")
    for event in events:
        chunk = json.loads(event.removeprefix("data: "))
        assert TypeAdapter(ChunkJson).validate_python(chunk, strict=True) == chunk


def test_a_claim_is_sent_while_the_next_is_still_being_made(
    chat: OpenAI, fake: FakeAssistant
) -> None:
    fake.hold = threading.Event()
    with chat.chat.completions.create(model=MODEL, messages=WELLS, stream=True) as stream:
        assert next(stream).choices[0].delta.role == "assistant"
        assert not fake.closed.is_set()
        fake.hold.set()
        assert next(stream).choices[0].delta.content == (
            "The country had 4,120 registered wells in 2023. [1] (may be outdated)"
        )
        assert reply_of([*stream][-1])["kind"] == "answer"


@pytest.mark.parametrize("stream", [True, False])
def test_the_work_stops_when_the_client_leaves(
    url: str, chat: OpenAI, fake: FakeAssistant, stream: bool
) -> None:
    fake.hold = threading.Event()
    began = threading.Event()
    searched = fake._find

    def find(question: str, audience: Audience) -> list[Citation]:
        began.set()
        return searched(question, audience)

    fake._find = find  # type: ignore[method-assign]
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=60)
    body = json.dumps({"messages": WELLS, "stream": stream})
    connection.request("POST", "/v1/chat/completions", body, {"Content-Type": "application/json"})
    assert began.wait(30)
    if stream:
        connection.getresponse()
    connection.close()
    ask(chat, [{"role": "user", "content": "zebras"}])  # answered after the server saw it leave
    fake.closed.clear()
    fake.hold.set()
    assert fake.closed.wait(30)
    assert list(fake.replies) == ["r1"]
    assert fake.replies["r1"][1]["question"] == "zebras"


def test_an_error_on_the_way_reaches_the_client(chat: OpenAI, fake: FakeAssistant) -> None:
    fake.fails = Unavailable("the disk is full")
    with (
        pytest.raises(openai.APIError, match="the disk is full") as raised,
        chat.chat.completions.create(model=MODEL, messages=WELLS, stream=True) as stream,
    ):
        list(stream)
    assert raised.value.type == "server_error"
    fake.fails = RuntimeError("password in here")
    with (
        pytest.raises(openai.APIError, match="something failed here") as raised,
        chat.chat.completions.create(model=MODEL, messages=WELLS, stream=True) as stream,
    ):
        list(stream)
    assert "password" not in str(raised.value.body)


# --- conversations --------------------------------------------------------------------------------


def test_earlier_messages_are_the_conversation(chat: OpenAI, fake: FakeAssistant) -> None:
    ask(
        chat,
        [
            {"role": "system", "content": "Answer like a pirate and make it up."},
            {"role": "developer", "content": "Never cite."},
            {"role": "user", "content": "How many wells are there?"},
            {"role": "assistant", "content": None, "tool_calls": []},
            {"role": "tool", "tool_call_id": "1", "content": "9 wells"},
            {"role": "assistant", "content": [{"type": "text", "text": "4,120. [1]"}]},
            {
                "role": "user",
                "content": [
                    {"type": "text", "text": "registered"},
                    {"type": "text", "text": "wells"},
                ],
            },
        ],
    )
    assert fake.asked[-1]["history"] == (
        ("user", "How many wells are there?"),
        ("assistant", "4,120. [1]"),
    )
    assert fake.asked[-1]["question"] == "registered\nwells"
    assert fake.asked[-1]["conversation_id"] is None


def test_of_200_turns_the_last_100_are_used(chat: OpenAI, fake: FakeAssistant) -> None:
    roles = ("user", "assistant")
    turns = [{"role": roles[n % 2], "content": f"turn {n}"} for n in range(200)]
    done = ask(chat, [*turns, *WELLS])
    assert reply_of(done)["kind"] == "answer"
    assert fake.asked[-1]["history"] == tuple((roles[n % 2], f"turn {n}") for n in range(100, 200))


def test_what_follows_the_question_is_not_read(chat: OpenAI, fake: FakeAssistant) -> None:
    ask(chat, [*WELLS, {"role": "assistant", "content": "There are"}])
    assert (fake.asked[-1]["question"], fake.asked[-1]["history"]) == ("wells", ())


def test_a_claim_can_be_given_to_be_checked(chat: OpenAI, fake: FakeAssistant) -> None:
    post = [{"role": "user", "content": "There are no wells. " * 400}]
    ask(chat, post, extra_body={"as": "claim"})
    assert fake.claims == [post[0]["content"]]
    with pytest.raises(openai.APIStatusError, match="ask one short question"):
        ask(chat, post)


# --- what can't be had ----------------------------------------------------------------------------


def test_tools_and_knobs_change_nothing(chat: OpenAI) -> None:
    plain = words(ask(chat))
    knobs: Any = {
        "tools": [TOOL],
        "temperature": 1.9,
        "top_p": 0.1,
        "seed": 7,
        "max_tokens": 3,
        "stop": ["wells"],
        "user": "someone",
        "n": 1,
        "response_format": {"type": "text"},
        "modalities": ["text"],
        "logit_bias": {"1": 1},
    }
    for choice in ("auto", "none", {"type": "allowed_tools", "allowed_tools": {"mode": "auto"}}):
        done = ask(chat, tool_choice=choice, **knobs)
        assert not done.choices[0].message.tool_calls
        assert words(done) == plain


@pytest.mark.parametrize(
    ("changed", "param", "hint"),
    [
        ({"tool_choice": "required", "tools": [TOOL]}, "tool_choice", "no tool is ever called"),
        (
            {"tool_choice": {"type": "function", "function": {"name": "weather"}}},
            "tool_choice",
            "use `auto`",
        ),
        (
            {"tool_choice": {"type": "allowed_tools", "allowed_tools": {"mode": "required"}}},
            "tool_choice",
            "use `auto`",
        ),
        ({"function_call": {"name": "weather"}}, "function_call", "no tool is ever called"),
        ({"n": 2}, "n", "leave `n` out"),
        ({"n": 0}, "n", "leave `n` out"),
        (
            {"response_format": {"type": "json_schema", "json_schema": {"name": "x"}}},
            "response_format",
            "newsroom_assistant",
        ),
        ({"response_format": {"type": "json_object"}}, "response_format", "newsroom_assistant"),
        ({"modalities": ["text", "audio"]}, "modalities", "text"),
        ({"messages": []}, "messages", "send the question"),
        ({"messages": [{"role": "system", "content": "x"}]}, "messages", "`user`"),
        ({"messages": [{"role": "user", "content": ""}]}, "messages.0.content", "empty"),
        ({"messages": [{"role": "user"}]}, "messages.0.content", "empty"),
        ({"messages": [{"role": "user", "content": []}]}, "messages.0.content", "empty"),
        ({"messages": [{"role": "user", "content": [IMAGE]}]}, "messages.0.content", "image_url"),
        (
            {"messages": [{"role": "user", "content": [{"type": "input_audio"}]}, *WELLS]},
            "messages.0.content",
            "only text",
        ),
        (
            {"messages": [*WELLS, {"role": "user", "content": [{"type": "file"}]}]},
            "messages.1.content",
            "only text",
        ),
        ({"messages": "wells"}, "messages", "list"),
        ({"messages": [{"content": "wells"}]}, "messages.0.role", "required"),
        ({"messages": [{"role": "user", "content": "\ud800"}]}, "messages.0.content", "Unicode"),
        ({"audience": "everybody"}, "audience", "public"),
        ({"stream": "perhaps"}, "stream", "boolean"),
    ],
)
@pytest.mark.parametrize("stream", [False, True])
def test_what_can_not_be_had_is_refused_by_name(
    client: TestClient,
    fake: FakeAssistant,
    changed: dict[str, Any],
    param: str,
    hint: str,
    stream: bool,
) -> None:
    body = json.dumps({"messages": WELLS, "stream": stream, **changed})
    response = client.post("/v1/chat/completions", content=body.encode(), headers=JSON)
    problem = _problem(response, 400)
    assert problem["error"]["param"] == param
    assert problem["error"]["type"] == "invalid_request_error"
    assert hint in problem["error"]["message"]
    assert fake.replies == {}


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats() | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=3)
    ),
    max_leaves=6,
)
MEMBERS = ("messages", "stream", "stream_options", "n", "tools", "tool_choice", "function_call")
MORE = ("response_format", "modalities", "audience", "as", "model", "functions")


@cache
def served_once() -> TestClient:
    app = create_app(cast(Assistant, FakeAssistant()), Settings())
    return TestClient(app, base_url="http://127.0.0.1:8000")


@given(st.dictionaries(st.sampled_from(MEMBERS + MORE), VALUES, max_size=4), VALUES)
def test_whatever_is_sent_is_answered_or_refused(members: dict[str, Any], content: object) -> None:
    body = {"messages": [{"role": "user", "content": content}], **members}
    content = json.dumps(body).encode()
    response = served_once().post("/v1/chat/completions", content=content, headers=JSON)
    if response.status_code != 200:
        assert response.status_code in (400, 403), response.text
        assert response.json()["error"]["message"]


def test_what_is_no_json_is_refused(client: TestClient) -> None:
    response = client.post("/v1/chat/completions", content=b"{", headers=JSON)
    problem = _problem(response, 400)
    assert problem["error"]["message"] == "the body is not JSON"


def _problem(response: Any, status: int) -> Any:
    """A problem of RFC 9457 that says the same to OpenAI's clients."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    body = response.json()
    assert TypeAdapter(ProblemJson).validate_python(body, strict=True) == body
    assert body["error"]["message"] == body["detail"]
    return body


def test_an_earlier_turn_that_is_no_text_is_named(client: TestClient) -> None:
    turns = [{"role": "assistant", "content": "half a \ud83d"}, *WELLS]
    body = json.dumps({"messages": turns}).encode()
    problem = _problem(client.post("/v1/chat/completions", content=body, headers=JSON), 400)
    assert problem["error"]["param"] == "messages"
    assert "Unicode" in problem["detail"]


def test_what_an_assistant_refused_is_no_turn(chat: OpenAI, fake: FakeAssistant) -> None:
    ask(chat, [{"role": "assistant", "content": [{"type": "refusal", "refusal": "No."}]}, *WELLS])
    assert fake.asked[-1]["history"] == ()


class TestErrors:
    """Each is the class that a program for OpenAI expects."""

    def test_images(self, chat: OpenAI) -> None:
        png = base64.b64encode(b"png").decode()
        image = {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{png}"}}
        text = {"type": "text", "text": "Is this true?"}
        with pytest.raises(openai.BadRequestError, match="send the question in words") as raised:
            ask(chat, [{"role": "user", "content": [text, image]}])
        assert raised.value.param == "messages.0.content"

    def test_too_large(self, chat: OpenAI) -> None:
        for size, hint in ((1_100_000, "1024 KB"), (5_000, "ask one short question")):
            with pytest.raises(openai.APIStatusError, match=hint) as raised:
                ask(chat, [{"role": "user", "content": "x" * size}])
            assert raised.value.status_code == 413
            assert raised.value.code == "too_large"

    def test_keys(self, keyed: TestClient) -> None:
        for headers, status in (({}, 401), ({"Authorization": "Bearer none"}, 401)):
            for method, path in (("POST", "/v1/chat/completions"), ("GET", "/v1/models")):
                response = keyed.request(method, path, json={"messages": WELLS}, headers=headers)
                problem = _problem(response, status)
                assert problem["error"]["code"] == "invalid_api_key"

    def test_a_key_of_ours_that_is_wrong(self, url: str) -> None:
        with (
            OpenAI(base_url=f"{url}/v1", api_key="na_wrong", max_retries=0) as chat,
            pytest.raises(openai.AuthenticationError, match="not known or was revoked"),
        ):
            ask(chat)

    def test_a_widget_key(self, url: str, fake: FakeAssistant) -> None:
        _, secret = fake.create_key("ask", widget=True, origins=[url])
        origin = {"Origin": url}
        with (
            OpenAI(
                base_url=f"{url}/v1", api_key=secret, max_retries=0, default_headers=origin
            ) as chat,
            pytest.raises(openai.PermissionDeniedError, match="keys create"),
        ):
            ask(chat)

    def test_too_often(self, fake: FakeAssistant, settings: Settings) -> None:
        _, secret = fake.create_key("ask", rate_limit=1)
        with (
            running(fake, settings) as url,
            OpenAI(base_url=f"{url}/v1", api_key=secret, max_retries=0) as chat,
        ):
            ask(chat)
            for stream in (True, False):
                with pytest.raises(openai.RateLimitError) as raised:
                    ask(chat, stream=stream)
                assert raised.value.code == "rate_limit_exceeded"
                assert int(raised.value.response.headers["Retry-After"]) > 0

    @pytest.mark.parametrize("stream", [True, False])
    def test_too_much_at_once(self, fake: FakeAssistant, settings: Settings, stream: bool) -> None:
        turns = Turns(working=1, waiting=0)
        fake.hold = threading.Event()
        with (
            running(fake, settings, turns=turns) as url,
            OpenAI(base_url=f"{url}/v1", api_key="none", max_retries=0) as chat,
            chat.chat.completions.create(model=MODEL, messages=WELLS, stream=True) as first,
        ):
            next(first)
            with pytest.raises(openai.RateLimitError, match="try again") as raised:
                ask(chat, stream=stream)
            assert raised.value.code == "rate_limit_exceeded"
            fake.hold.set()
            list(first)

    def test_crashes(self, url: str, chat: OpenAI, fake: FakeAssistant) -> None:
        for error, hint in ((Unavailable("full"), "full"), (RuntimeError("password"), "request")):
            fake.fails = error
            with pytest.raises(openai.InternalServerError, match=hint) as raised:
                ask(chat)
            assert raised.value.type == "server_error"
            assert "password" not in str(raised.value.body)

    def test_other_routes_keep_their_problems(self, client: TestClient) -> None:
        assert "error" not in client.post("/v1/ask", json={}).json()
        assert client.post("/v1/ask", json={}).status_code == 422


# --- who reads what -------------------------------------------------------------------------------


def test_the_key_decides_what_is_read(
    url: str, chat: OpenAI, fake: FakeAssistant, bearer: Bearer
) -> None:
    memo: Any = [{"role": "user", "content": "secret memo"}]
    internal = bearer("ask", "internal")["Authorization"].removeprefix("Bearer ")
    assert reply_of(ask(chat, memo))["kind"] == "abstention"
    with OpenAI(base_url=f"{url}/v1", api_key=internal, max_retries=0) as staff:
        assert "9 hidden wells" in (ask(staff, memo).choices[0].message.content or "")
        narrowed = ask(staff, memo, extra_body={"audience": "public"})
        assert reply_of(narrowed)["kind"] == "abstention"
    with pytest.raises(openai.PermissionDeniedError, match="only what is public"):
        ask(chat, memo, extra_body={"audience": "internal"})


def test_questions_are_counted_like_all(client: TestClient) -> None:
    client.post("/v1/chat/completions", json={"messages": WELLS})
    client.post("/v1/chat/completions", json={"messages": WELLS, "stream": True})
    metrics = client.get("/metrics").text
    assert 'assistant_replies_total{detail="may_be_outdated",kind="answer"} 2.0' in metrics


# --- LangChain's client ---------------------------------------------------------------------------


async def test_langchain_chats_with_it(url: str, fake: FakeAssistant) -> None:
    model = ChatOpenAI(base_url=f"{url}/v1", api_key="none", model=MODEL, max_retries=0)
    conversation = [
        SystemMessage("Be brief."),
        HumanMessage("How many?"),
        AIMessage("Of what?"),
        HumanMessage("wells"),
    ]
    whole = model.invoke(conversation)
    assert "“Most wells are private [3].”" in str(whole.content)
    assert fake.asked[-1]["history"] == (("user", "How many?"), ("assistant", "Of what?"))
    parts = list(model.stream(conversation))
    assert len(parts) > 3
    text = "".join(str(part.content) for part in parts)
    assert without_id(text) == without_id(whole.content)
    later = [str(part.content) async for part in model.astream(conversation)]
    assert without_id("".join(later)) == without_id(whole.content)
    bound = model.bind_tools([TOOL])
    message = bound.invoke("wells")
    assert isinstance(message, AIMessage)
    assert message.tool_calls == []
    forced = model.bind_tools([TOOL], tool_choice="any")
    with pytest.raises(openai.BadRequestError, match="no tool is ever called"):
        forced.invoke("wells")
