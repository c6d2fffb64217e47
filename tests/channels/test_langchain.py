"""The retriever and the tool for LangChain: its own standard tests, then what is ours."""

from __future__ import annotations

import socket
import threading
from contextlib import closing
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any, cast
from uuid import UUID

import pytest
from langchain_core.callbacks import AsyncCallbackHandler, BaseCallbackHandler
from langchain_core.documents import Document
from langchain_core.messages import ToolMessage
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import RunnableLambda
from langchain_core.tools import BaseTool, ToolException
from langchain_tests.integration_tests import RetrieversIntegrationTests, ToolsIntegrationTests
from langchain_tests.unit_tests import ToolsUnitTests
from pydantic import TypeAdapter

from assistant.channels.langchain import ArchiveRetriever, AskTool, Service, Tools, archive
from assistant.channels.markdown import MARKDOWN
from assistant.channels.render import reply_text
from assistant.channels.routes_ask import AnyReply
from assistant.channels.session import Local, Remote
from assistant.errors import (
    AssistantError,
    BadInput,
    Forbidden,
    Gone,
    TooLarge,
    TooManyRequests,
    Unauthenticated,
    Unavailable,
)
from assistant.settings import Settings
from assistant.wiring import Assistant
from channels.conftest import TOKEN, Bearer, running
from channels.fake_assistant import MEMO, WELLS, FakeAssistant, document

METADATA = {
    "document_id",
    "version",
    "passage_id",
    "start",
    "end",
    "score",
    "heading_path",
    "title",
    "publisher",
    "url",
    "kind",
    "checked_on",
    "published_on",
}


@pytest.fixture(params=["assistant", "session", "remote session", "url", "service"])
def source(request: pytest.FixtureRequest, fake: FakeAssistant) -> Any:
    """The archive in memory, reached in each of the ways that there are."""
    if request.param in ("assistant", "session"):
        opened = cast(Assistant, fake)
        return opened if request.param == "assistant" else Local(opened)
    url = request.getfixturevalue("url")
    return {"remote session": Remote(url, TOKEN), "url": url, "service": Service(url)}[
        request.param
    ]


# --- LangChain's standard tests -------------------------------------------------------------------


class OverTheArchive:
    """Gives the standard tests the archive in memory, and a service of it."""

    source: Any

    @pytest.fixture(autouse=True)
    def _open(self, source: Any) -> None:
        self.source = source


class TestRetrieverStandard(OverTheArchive, RetrieversIntegrationTests):
    @property
    def retriever_constructor(self) -> type[BaseRetriever]:
        return ArchiveRetriever

    @property
    def retriever_constructor_params(self) -> dict[str, Any]:
        return {"archive": self.source}

    @property
    def retriever_query_example(self) -> str:
        return "wells"


class _Tool(OverTheArchive):
    @property
    def tool_constructor(self) -> type[BaseTool]:
        return AskTool

    @property
    def tool_constructor_params(self) -> dict[str, Any]:
        return {"archive": self.source}

    @property
    def tool_invoke_params_example(self) -> dict[str, Any]:
        return {"question": "wells"}


class TestToolStandard(_Tool, ToolsIntegrationTests):
    pass


class TestToolUnit(_Tool, ToolsUnitTests):
    pass


# --- the retriever --------------------------------------------------------------------------------


def test_a_document_is_the_exact_passage_and_says_where_it_is(
    source: Any, fake: FakeAssistant
) -> None:
    found = ArchiveRetriever(archive=source).invoke("registered wells")
    (passage,) = found
    assert set(passage.metadata) == METADATA
    where = passage.metadata
    assert passage.page_content == WELLS.text[where["start"] : where["end"]]
    assert passage.id == f"wells:1:{where['start']}-{where['end']}"
    assert where["title"] == "How many wells does the country have?"
    assert (where["publisher"], where["url"]) == ("The Desk", "https://desk.example/wells")
    assert (where["kind"], where["checked_on"]) == ("fact_check", "2024-06-01")
    assert where["published_on"] is None
    assert where["heading_path"] == ["Summary"]
    (hit,) = fake.search("registered wells", 5)
    assert (where["score"], where["passage_id"]) == (hit.score, hit.passage.id)


def test_the_number_is_given_once_or_each_time(source: Any) -> None:
    retriever = ArchiveRetriever(archive=source, k=2)
    assert [len(retriever.invoke("wells", k=k)) for k in (1, 3)] == [1, 3]
    assert len(retriever.invoke("wells")) == 2
    with pytest.raises(BadInput, match="k"):
        retriever.invoke("wells", k=0)


def test_nothing_found_is_an_empty_list(source: Any) -> None:
    assert ArchiveRetriever(archive=source).invoke("zebras") == []


def test_what_is_internal_is_for_those_who_say_so_and_may(
    url: str, fake: FakeAssistant, bearer: Bearer
) -> None:
    opened = cast(Assistant, fake)
    staff, public = (
        bearer("ask", audience)["Authorization"].removeprefix("Bearer ")
        for audience in ("internal", "public")
    )
    for tools in (archive(opened), archive(url), archive(url, key=staff)):
        assert tools.retriever.invoke("hidden wells") == []
        assert "9 hidden" not in tools.ask.invoke({"question": "hidden wells"})
    for tools in (
        archive(opened, audience="internal"),
        archive(url, key=staff, audience="internal"),
    ):
        assert [d.page_content for d in tools.retriever.invoke("hidden wells")] == [MEMO.text]
        assert "9 hidden" in tools.ask.invoke({"question": "hidden wells"})
    with pytest.raises(Forbidden, match="only what is public"):
        archive(url, key=public, audience="internal").retriever.invoke("hidden wells")


def test_an_id_may_be_anything(fake: FakeAssistant, url: str) -> None:
    odd = document("a/b c?d#e%2F", "Odd names are kept.")
    fake.documents[odd.id] = odd
    for source in (url, cast(Assistant, fake)):
        (found,) = archive(source).retriever.invoke("odd names")
        assert found.metadata["document_id"] == odd.id


def test_what_is_withdrawn_meanwhile_is_no_evidence(source: Any, fake: FakeAssistant) -> None:
    searched = fake.search

    def search(*given: Any, **options: Any) -> Any:
        hits = searched(*given, **options)
        fake.withdraw("wells", "It was wrong.")
        return hits

    fake.search = search  # type: ignore[method-assign]
    found = ArchiveRetriever(archive=source, k=10).invoke("wells")
    assert {each.metadata["document_id"] for each in found} == {"register"}
    with pytest.raises(Gone):
        fake.document("wells")


async def test_it_is_a_link_in_a_chain(source: Any) -> None:
    def texts(found: list[Document]) -> list[str]:
        return [each.page_content for each in found]

    chain = ArchiveRetriever(archive=source, k=1) | RunnableLambda(texts)
    expected = ["The country had 4,120 registered wells in 2023 [1] [2]."]
    assert chain.invoke("registered wells") == expected
    assert await chain.ainvoke("registered wells") == expected
    assert await chain.abatch(["registered wells", "zebras"]) == [expected, []]


# --- the tool -------------------------------------------------------------------------------------


def test_a_tool_message_has_the_words_and_the_reply(source: Any, fake: FakeAssistant) -> None:
    message = AskTool(archive=source).invoke(_call("wells"))
    assert isinstance(message, ToolMessage)
    assert message.artifact == fake.answer("r1")
    TypeAdapter(AnyReply).validate_python(message.artifact, strict=True)
    assert message.content == reply_text(message.artifact, MARKDOWN)
    assert "Most wells are private. [2]" in str(message.content)
    assert "“Most wells are private [3].”" in str(message.content)


def test_an_abstention_says_so(source: Any) -> None:
    message = AskTool(archive=source).invoke(_call("zebras"))
    assert message.artifact["kind"] == "abstention"
    assert message.content.startswith("**The archive doesn't say.**")


def test_a_claim_can_be_checked(source: Any, fake: FakeAssistant) -> None:
    post = "There are no wells. " * 400
    AskTool(archive=source).invoke({"question": post, "as_claim": True})
    assert fake.claims == [post]


def test_a_model_is_told_of_two_arguments(fake: FakeAssistant) -> None:
    tool = AskTool(archive=cast(Assistant, fake))
    assert set(tool.args) == {"question", "as_claim"}
    assert "archive" not in str(tool.tool_call_schema)


def _call(question: str) -> Any:
    return {
        "name": "ask_fact_checks",
        "args": {"question": question},
        "id": "1",
        "type": "tool_call",
    }


# --- callbacks ------------------------------------------------------------------------------------


class Told:
    """What a handler was told, in order."""

    raise_error = True

    def __init__(self) -> None:
        super().__init__()
        self.events: list[tuple[str, object]] = []


class Handler(Told, BaseCallbackHandler):
    def on_retriever_start(self, serialized: Any, query: str, **_: Any) -> None:
        self.events.append(("start", query))

    def on_retriever_end(self, documents: Any, *, run_id: UUID, **_: Any) -> None:
        self.events.append(("end", len(documents)))

    def on_retriever_error(self, error: BaseException, *, run_id: UUID, **_: Any) -> None:
        self.events.append(("error", str(error)))

    def on_tool_start(self, serialized: Any, input_str: str, **_: Any) -> None:
        self.events.append(("start", input_str))

    def on_tool_end(self, output: Any, *, run_id: UUID, **_: Any) -> None:
        self.events.append(("end", output.artifact["kind"]))

    def on_tool_error(self, error: BaseException, *, run_id: UUID, **_: Any) -> None:
        self.events.append(("error", str(error)))


class Later(Told, AsyncCallbackHandler):
    async def on_retriever_start(self, serialized: Any, query: str, **_: Any) -> None:
        self.events.append(("start", query))

    async def on_retriever_end(self, documents: Any, *, run_id: UUID, **_: Any) -> None:
        self.events.append(("end", len(documents)))


async def test_callbacks_are_told(source: Any, fake: FakeAssistant) -> None:
    tools = Tools(ArchiveRetriever(archive=source), AskTool(archive=source))
    now, later = Handler(), Later()
    tools.retriever.invoke("private", {"callbacks": [now]})
    await tools.retriever.ainvoke("private", {"callbacks": [later]})
    assert now.events == later.events == [("start", "private"), ("end", 1)]
    now.events.clear()
    tools.ask.invoke(_call("zebras"), {"callbacks": [now]})
    assert [name for name, _ in now.events] == ["start", "end"]
    assert now.events[-1] == ("end", "abstention")
    now.events.clear()
    with pytest.raises(AssistantError):
        tools.retriever.invoke("", {"callbacks": [now]})
    fake.fails = Unavailable("the disk is full")
    with pytest.raises(ToolException):
        await tools.ask.ainvoke(_call("wells"), {"callbacks": [now]})
    assert [name for name, _ in now.events] == ["start", "error", "start", "error"]
    assert "the disk is full" in str(now.events[-1][1])


# --- errors ---------------------------------------------------------------------------------------


def test_errors_are_plain_and_of_the_same_class_everywhere(
    source: Any, fake: FakeAssistant
) -> None:
    tools = Tools(ArchiveRetriever(archive=source), AskTool(archive=source))
    with pytest.raises(BadInput):
        tools.retriever.invoke("")
    fake.fails = Unavailable("the disk is full")
    with pytest.raises(ToolException, match="the disk is full") as raised:
        tools.ask.invoke({"question": "wells"})
    assert isinstance(raised.value.__cause__, Unavailable)
    with pytest.raises(ToolException, match="at most 4,?000"):
        tools.ask.invoke({"question": "x" * 5_000})
    patient = AskTool(archive=source, handle_tool_error=True)
    message = patient.invoke(_call("wells"))
    assert (message.status, message.content) == ("error", "the disk is full")


def test_a_service_says_what_is_wrong_with_a_key(fake: FakeAssistant) -> None:
    _, secret = fake.create_key("ask", rate_limit=1)
    with running(fake, Settings()) as url:
        with pytest.raises(Unauthenticated, match="not known or was revoked"):
            archive(url, key="na_wrong").retriever.invoke("wells")
        retriever = archive(url, key=secret).retriever
        retriever.invoke("wells")
        with pytest.raises(TooManyRequests) as raised:
            retriever.invoke("wells")
        assert raised.value.retry_after > 0
        with pytest.raises(TooLarge):
            archive(url).retriever.invoke("x" * 70_000)


def test_a_service_that_is_not_there_is_named() -> None:
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening: refused
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(Unavailable, match="can't be reached.*assistant serve"):
            archive(url).retriever.invoke("wells")


@pytest.mark.parametrize(("status", "body"), [(200, b"<p>hi"), (200, b"{}"), (502, b"[1]")])
def test_another_server_is_told_from_ours(status: int, body: bytes) -> None:
    class Other(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Other) as server:
        thread = threading.Thread(target=server.handle_request)
        thread.start()
        with pytest.raises(Unavailable, match="not like this assistant"):
            archive(f"http://127.0.0.1:{server.server_port}").retriever.invoke("wells")
        thread.join(10)


@pytest.mark.parametrize("wrong", ["", "127.0.0.1:8000", "ftp://news.example", "http://"])
def test_what_is_no_url_is_refused_at_once(wrong: str) -> None:
    with pytest.raises(BadInput, match="like http://127.0.0.1:8000"):
        archive(wrong)


def test_a_key_is_for_a_service(fake: FakeAssistant) -> None:
    with pytest.raises(BadInput, match="give its URL"):
        archive(cast(Assistant, fake), key="na_x")


def test_a_key_is_not_shown(url: str) -> None:
    for part in archive(url, key="na_precious"):
        shown = f"{part!r} {part} {part.model_dump()} {part.to_json()}"
        assert "na_precious" not in shown
