"""`assistant mcp` as a process of its own, on a small real archive, by the official client."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, cast

import anyio
import pytest
from mcp import Client, StdioServerParameters, stdio_client
from support.documentation import blocks

from assistant import home as homes
from assistant.channels import cli, operations
from assistant.channels.mcp_home import Borrowed
from assistant.channels.mcp_stdio import LONGEST_LINE, lines_of
from assistant.errors import BadInput, HomeHeld, Unavailable
from assistant.settings import Settings
from assistant.wiring import open_assistant
from channels.test_mcp import call, over_http, refused, said
from channels.test_process import HEAVY
from channels.test_real_archive import CHECK, MEMO, QUESTION, SOURCE
from channels.test_serve import serving

MCP = [sys.executable, "-m", "assistant.channels.cli", "mcp"]
INITIALIZE = {
    "jsonrpc": "2.0",
    "id": "first",
    "method": "initialize",
    "params": {
        "protocolVersion": "2025-06-18",
        "capabilities": {},
        "clientInfo": {"name": "test", "version": "1"},
    },
}
NOTED = {"jsonrpc": "2.0", "method": "notifications/initialized"}
ASK = {
    "jsonrpc": "2.0",
    "id": "asked",
    "method": "tools/call",
    "params": {"name": "ask", "arguments": {"question": QUESTION}},
}


@pytest.fixture(scope="module")
def archive(fresh_home: Callable[[], Path]) -> Path:
    home = fresh_home()
    folder = home.parent / f"{home.name}-in"
    folder.mkdir()
    for name, text in (("check", CHECK), ("source", SOURCE), ("memo", MEMO)):
        (folder / f"{name}.md").write_text(text, encoding="utf-8")
    with open_assistant(Settings(home=home)) as assistant:
        assert assistant.ingest([str(folder)]).added == 3
    return home


@pytest.fixture
def home(archive: Path, tmp_path: Path) -> Path:
    """An archive of the test's own."""
    return Path(shutil.copytree(archive, tmp_path / "home"))


def environment(home: Path) -> dict[str, str]:
    return {"ASSISTANT_HOME": str(home), "ASSISTANT_NOW": "2026-03-15"}


def desktop(home: Path, *arguments: str, mode: str = "auto") -> Client:
    """A desktop program's client, with the process that it starts."""
    server = StdioServerParameters(
        command=MCP[0], args=[*MCP[1:], *arguments], env=environment(home)
    )
    return Client(stdio_client(server), mode=mode)


@contextmanager
def process(home: Path, command: list[str] = MCP) -> Iterator[subprocess.Popen[bytes]]:
    started = subprocess.Popen(
        command,
        env={**os.environ, **environment(home)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    try:
        yield started
    finally:
        started.kill()
        started.wait()
        for stream in (started.stdin, started.stdout, started.stderr):
            assert stream
            with suppress(BrokenPipeError):
                stream.close()


def send(server: subprocess.Popen[bytes], *messages: Any) -> None:
    assert server.stdin
    for message in messages:
        line = message if isinstance(message, bytes) else json.dumps(message).encode()
        server.stdin.write(line + b"\n")
    server.stdin.flush()


def receive(server: subprocess.Popen[bytes]) -> dict[str, Any]:
    assert server.stdout
    return cast(dict[str, Any], json.loads(server.stdout.readline()))


def until_held(home: Path) -> None:
    """Waits until the process has opened the home, for a call that it works on."""
    waiting = threading.Event()
    for _ in range(3_000):
        if (home / homes.OWNER).exists():
            return
        waiting.wait(0.01)
    raise AssertionError("the home was never opened")


def is_free(home: Path) -> bool:
    with homes.owned(home, "test", 0):
        return True


@pytest.mark.parametrize("mode", ["auto", "legacy"])
async def test_a_desktop_program_asks_searches_and_reads(home: Path, mode: str) -> None:
    async with desktop(home, mode=mode) as client:
        reply = await call(client, "ask", question=QUESTION)
        (first, *_) = reply["citations"]
        document = await call(client, "fetch", id=first["document_id"], version=first["version"])
        assert document["text"][first["start"] : first["end"]] == first["quote"]
        (found, *_) = (await call(client, "search", query="lighthouse register"))["results"]
        read = await call(client, "fetch", id=found["id"])
        assert read["text"][found["start"] : found["end"]] == found["text"]
        (listed,) = (await client.list_resources()).resources
        (contents,) = (await client.read_resource(listed.uri)).contents
        followed = await call(client, "ask", question="And how many have a keeper?", history=[
            {"role": "user", "text": QUESTION},
            {"role": "assistant", "text": reply["claims"][0]["text"]},
        ])  # fmt: skip
        nothing = await client.call_tool("ask", {"question": "Who painted the Mona Lisa?"})
    assert "214 lighthouses" in reply["claims"][0]["text"]
    assert first["via"][0]["quote"] in SOURCE.replace("\n", " ")
    assert cast(Any, contents).text == document["text"]
    assert followed["kind"] == "answer"
    assert "The archive doesn't say." in said(nothing)
    assert is_free(home)


def configurations(page: str, section: str) -> list[dict[str, Any]]:
    """What a page gives to put into a program's configuration: a process, an address."""
    found = blocks(page, section, "json")
    return [json.loads(block)["mcpServers"]["newsroom"] for block in found]


async def test_the_documented_configuration_of_a_process(home: Path) -> None:
    started, _ = configurations("docs/programs.md", "MCP")
    assert configurations("README.md", "For programs") == [started]
    command = Path(sys.executable).with_name(started["command"])
    assert started["env"].keys() == {"ASSISTANT_HOME"}
    server = StdioServerParameters(
        command=str(command), args=started["args"], env={"ASSISTANT_HOME": str(home)}
    )
    async with Client(stdio_client(server)) as client:
        assert (await call(client, "ask", question=QUESTION))["kind"] == "answer"


async def test_the_documented_configuration_of_an_address(home: Path) -> None:
    _, reached = configurations("docs/programs.md", "MCP")
    with open_assistant(Settings(home=home)) as assistant:
        _, key = assistant.create_key("ask", "internal")
    headers = {name: value.replace("KEY", key) for name, value in reached["headers"].items()}
    with serving(home) as (_, url):
        address = reached["url"].replace("http://127.0.0.1:8000", url)
        assert address == f"{url}/mcp"
        for sent, read in ((headers, True), ({}, False)):
            async with over_http(url, sent) as client:
                assert (await call(client, "ask", question=QUESTION))["kind"] == "answer"
                found = await call(client, "search", query="Which lighthouses will close?")
                assert ("internal plan" in json.dumps(found)) is read


async def test_internal_words_need_the_audience(home: Path) -> None:
    question = "Which lighthouses will close?"
    async with desktop(home) as client:
        told = (await client.call_tool("ask", {"question": question})).model_dump_json()
        found = (await client.call_tool("search", {"query": question})).model_dump_json()
        listed = (await client.list_resources()).model_dump_json()
    assert "12 lighthouses" not in told + found
    assert "memo" not in listed
    async with desktop(home, "--audience", "internal") as client:
        reply = await call(client, "ask", question=question)
        assert len((await client.list_resources()).resources) == 2
    assert "12 lighthouses" in reply["claims"][0]["text"]


async def test_twenty_questions_at_once(home: Path) -> None:
    replies: list[dict[str, Any]] = []
    async with desktop(home) as client:

        async def ask(n: int) -> None:
            asked = QUESTION if n % 2 else "How many lighthouses still have a keeper?"
            replies.append(await call(client, "ask", question=asked, conversation_id=f"c{n}"))

        async with anyio.create_task_group() as group:
            for n in range(20):
                group.start_soon(ask, n)
    assert len({reply["id"] for reply in replies}) == 20
    assert {reply["kind"] for reply in replies} == {"answer"}


async def test_other_commands_work_while_a_desktop_program_is_open(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ASSISTANT_HOME", str(home))
    new = tmp_path / "buoys.md"
    new.write_text("---\ntitle: How many buoys are there?\nkind: fact_check\n---\n\nNorland has 77 "
                   "buoys at sea.\n")  # fmt: skip
    async with desktop(home) as client:
        await call(client, "ask", question=QUESTION)  # it holds the home right now
        code = await anyio.to_thread.run_sync(cli.run, ["ingest", str(new), "--json"])
        assert (code, json.loads(capsys.readouterr().out)["added"]) == (0, 1)
        reply = await call(client, "ask", question="How many buoys does Norland have at sea?")
        assert "77 buoys" in reply["claims"][0]["text"]


async def test_it_asks_the_server_that_holds_the_home(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASSISTANT_NOW", environment(home)["ASSISTANT_NOW"])
    async with desktop(home) as client:
        before = await call(client, "ask", question=QUESTION)
        with serving(home) as (server, url):
            assert url.startswith("http://127.0.0.1:")
            during = await call(client, "ask", question=QUESTION)
            assert "no document" in await refused(client, "fetch", id="none")
            server.send_signal(signal.SIGTERM)
            assert server.wait(30) == 0
        after = await call(client, "ask", question=QUESTION)
    assert before["claims"] == during["claims"] == after["claims"]


async def test_a_home_that_is_held_is_named(home: Path) -> None:
    async with desktop(home) as client:
        with homes.owned(home, "ingest", 0):
            assert "assistant ingest" in await refused(client, "search", query="lighthouses")
        await call(client, "search", query="lighthouses")


def test_stdout_carries_the_protocol_alone(home: Path) -> None:
    """Whatever prints: a library, a child process, in time or from a buffer at the end."""
    code = (
        "import os, subprocess, sys\n"
        "from assistant.channels import cli, operations\n"
        "search = operations.search\n"
        "def noisy(assistant, **given):\n"
        "    print('noise')\n"
        "    os.write(1, b'noise\\n')\n"
        "    subprocess.run(['echo', 'noise'])\n"
        "    print('late noise', end='')\n"
        "    return search(assistant, **given)\n"
        "operations.search = noisy\n"
        "sys.exit(cli.run(['mcp']))\n"
    )
    search = {**ASK, "params": {"name": "search", "arguments": {"query": "lighthouses"}}}
    with process(home, [sys.executable, "-c", code]) as server:
        send(server, INITIALIZE, NOTED, search)
        assert receive(server)["id"] == "first"
        assert receive(server)["result"]["structuredContent"]["results"]
        assert server.stdin
        server.stdin.close()
        assert server.wait(30) == 0
        assert server.stdout
        assert server.stderr
        assert server.stdout.read() == b""
        assert server.stderr.read().count(b"noise") == 4


def test_garbage_is_passed_over(home: Path) -> None:
    garbage = [
        b"\xff\xfe\x00",
        b"hello",
        b"",
        b"[" * 200_000,
        b"{}",
        b"[]",
        b'{"jsonrpc":"2.0"}',
        b'{"jsonrpc":"2.0","id":1,"result":{}}',
        b'{"jsonrpc":"1.0","id":1,"method":"x"}',
        b"x" * (2 * LONGEST_LINE),
        '{"\ud800'.encode(errors="surrogatepass"),
    ]
    with process(home) as server:
        send(server, *garbage, INITIALIZE)
        assert receive(server)["result"]["serverInfo"]["name"] == "newsroom-assistant"
        send(server, NOTED, *garbage, {"jsonrpc": "2.0", "id": 2, "method": "no/such"}, ASK)
        answers = {each["id"]: each for each in (receive(server), receive(server))}
        assert "error" in answers[2]
        assert answers["asked"]["result"]["structuredContent"]["kind"] == "answer"
        assert server.stdin
        server.stdin.close()
        assert server.wait(30) == 0
        assert server.stderr
        assert b"Traceback" not in server.stderr.read()
    assert is_free(home)


@pytest.mark.parametrize("asking", [False, True], ids=["idle", "asking"])
@pytest.mark.parametrize("end", ["eof", "sigterm", "sigint", "gone"])
def test_it_ends_with_its_client(home: Path, end: str, asking: bool) -> None:
    with process(home) as server:
        assert server.stdin
        assert server.stdout
        send(server, INITIALIZE, NOTED)
        receive(server)
        if asking:
            send(server, ASK)
            until_held(home)
        if end == "gone":  # killed: nobody reads, and nobody writes any longer
            server.stdout.close()
        if end in ("eof", "gone"):
            server.stdin.close()
        else:
            server.send_signal(signal.SIGTERM if end == "sigterm" else signal.SIGINT)
        assert server.wait(30) == 0
        assert server.stderr
        assert b"Traceback" not in server.stderr.read()
    assert is_free(home)


@pytest.mark.parametrize("end", ["eof", "sigterm"])
def test_work_without_an_end_does_not_keep_it(home: Path, end: str) -> None:
    code = (
        "import sys, threading\n"
        "from assistant.channels import cli, operations\n"
        "operations.search = lambda assistant, **given: threading.Event().wait()\n"
        "sys.exit(cli.run(['mcp']))\n"
    )
    search = {**ASK, "params": {"name": "search", "arguments": {"query": "lighthouses"}}}
    with process(home, [sys.executable, "-c", code]) as server:
        send(server, INITIALIZE, NOTED, search)
        until_held(home)
        assert server.stdin
        server.stdin.close() if end == "eof" else server.send_signal(signal.SIGTERM)
        assert server.wait(60) == 0
    assert is_free(home)


def test_an_answer_that_nobody_reads_ends_it(home: Path) -> None:
    with process(home) as server:
        assert server.stdin
        assert server.stdout
        send(server, INITIALIZE, NOTED)
        receive(server)
        server.stdout.close()
        send(server, ASK)
        assert server.wait(60) == 0  # although stdin is open
    assert is_free(home)


def test_a_program_is_told_of_its_tools_before_anything_heavy_is_loaded() -> None:
    heavy = set(HEAVY) - {"starlette", "uvicorn"}  # the protocol's library imports these
    code = (
        "import sys\n"
        "from assistant.channels import mcp_stdio\n"
        "mcp_stdio.make_server(lambda request: None)\n"
        f"print(sorted({heavy!r} & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_settings_are_checked_before_the_protocol_begins(tmp_path: Path) -> None:
    done = subprocess.run(
        MCP,
        env={**os.environ, "ASSISTANT_HOME": str(tmp_path), "ASSISTANT_PORT": "x"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
    )
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"ASSISTANT_PORT" in done.stderr


def test_lines_are_whole() -> None:
    reading, writing = os.pipe()
    sent = b"a\n\nb\xc3\xa9\n" + b"x" * (LONGEST_LINE + 70_000) + b"\nc\nno end"

    def write_all() -> None:
        _write(writing, sent)
        os.close(writing)

    thread = threading.Thread(target=write_all)
    thread.start()
    assert list(lines_of(reading)) == ["a", "", "bé", "c"]
    thread.join()
    os.close(reading)


def _write(descriptor: int, data: bytes) -> None:
    while data:
        data = data[os.write(descriptor, data) :]


class TestBorrowed:
    """The home is there for calls, and for the others as soon as there are none."""

    def test_it_is_free_between_calls(self, tmp_path: Path) -> None:
        home = tmp_path / "home"
        session = Borrowed(Settings(home=home), "mcp", idle_s=0.0)
        for _ in range(5):
            assert session.call(operations.keys_list) == []
            with homes.owned(home, "test", 5):
                pass
        session.close()
        assert is_free(home)

    def test_many_at_once_share_it(self, tmp_path: Path) -> None:
        session = Borrowed(Settings(home=tmp_path / "home"), "mcp", idle_s=0.01)
        results: list[object] = []

        def work() -> None:
            for _ in range(20):
                results.append(session.call(operations.keys_list))

        threads = [threading.Thread(target=work) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        session.close()
        assert results == [[]] * 160
        assert is_free(tmp_path / "home")

    def test_failures_are_the_callers(self, tmp_path: Path) -> None:
        home = tmp_path / "home"
        session = Borrowed(Settings(home=home), "mcp")
        with homes.owned(home, "ingest", 0), pytest.raises(HomeHeld, match="assistant ingest"):
            session.call(operations.keys_list)
        with pytest.raises(BadInput):
            session.call(operations.search, query="")
        assert session.call(operations.keys_list) == []
        session.close()
        assert is_free(home)
        with pytest.raises(Unavailable):
            session.call(operations.keys_list)
