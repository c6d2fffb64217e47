"""The blocks of docs/programs.md and of the README, run as they stand on the sample archive."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from support.documentation import blocks
from support.paths import REPOSITORY

from assistant.channels.openai_chat import MEMBER, MODEL
from assistant.settings import Settings
from assistant.wiring import Assistant, open_assistant
from channels.conftest import running

ADDRESS = "http://127.0.0.1:8000"
FIRST = (
    "NCMEC counts reports: it counts a missing child when a family, a police agency or a child "
    "welfare agency reports the child and asks NCMEC for help. [1]"
)


PAGE = "docs/programs.md"


@pytest.fixture(scope="module")
def home(repository_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    copied = tmp_path_factory.mktemp("programs") / "home"
    shutil.copytree(repository_home, copied)
    return copied


@pytest.fixture
def sample(home: Path) -> Iterator[Assistant]:
    with open_assistant(Settings(home=home, now="2026-11-21"), command="test") as assistant:
        yield assistant


Run = Callable[..., tuple[str, dict[str, Any]]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a block; gives what it prints and the names that it leaves."""

    def execute(block: str, url: str = ADDRESS) -> tuple[str, dict[str, Any]]:
        names: dict[str, Any] = {}
        capsys.readouterr()
        exec(compile(block.replace(ADDRESS, url), "docs/programs.md", "exec"), names)
        return capsys.readouterr().out, names

    return execute


def test_openai(sample: Assistant, run: Run) -> None:
    (block,) = blocks(PAGE, "OpenAI", "python")
    with running(sample, sample.settings) as url:  # type: ignore[arg-type]
        out, names = run(block, url)
        names["client"].close()
    reply = names["reply"]
    assert sample.answer(reply["id"]) == reply
    whole = names["answer"].choices[0].message.content
    assert whole.startswith(FIRST)
    assert out.startswith(whole)
    assert without_id(whole) == without_id(out)[-len(without_id(whole)) :]
    for citation in reply["citations"]:
        assert f"“{citation['quote']}”" in whole
        assert f"{citation['n']} {citation['document_id']} {citation['start']}" in out


def without_id(text: str) -> str:
    return re.sub(r"answer [0-9a-zA-Z_-]+$", "answer", text, flags=re.M)


def test_langchain_at_a_service(sample: Assistant, run: Run) -> None:
    block, _ = blocks(PAGE, "LangChain", "python")
    with running(sample, sample.settings) as url:  # type: ignore[arg-type]
        out, names = run(block, url)
        found = names["retriever"].invoke("missing children reported to NCMEC")
    assert len(found) == 3
    for passage in found:
        where = passage.metadata
        text = sample.document(where["document_id"], where["version"]).text
        assert passage.page_content == text[where["start"] : where["end"]]
        assert f"{where['title']} {where['start']} {where['end']}\n" in out
        assert passage.page_content in out
    assert FIRST in out
    assert names["message"].artifact["kind"] == "answer"
    assert sample.answer(names["message"].artifact["id"]) == names["message"].artifact


def test_langchain_here(home: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_HOME", str(home))
    monkeypatch.setenv("ASSISTANT_NOW", "2026-11-21")
    out, _ = run(blocks(PAGE, "LangChain", "python")[1])
    assert out.startswith(FIRST)


def test_the_page_names_what_there_is() -> None:
    page = (REPOSITORY / "docs" / "programs.md").read_text(encoding="utf-8")
    assert f"`{MEMBER}`" in page
    assert f'model="{MODEL}"' in page


def test_the_readmes_openai_snippet(sample: Assistant, run: Run) -> None:
    block, _ = blocks("README.md", "For programs", "python")
    with running(sample, sample.settings) as url:  # type: ignore[arg-type]
        out, names = run(block, url)
        names["client"].close()
    reply = names["answer"].model_extra[MEMBER]
    assert out.startswith(FIRST)
    assert out.rstrip("\n").endswith(f"\n{reply['citations'][0]['quote']}")


def test_the_readmes_langchain_snippet(sample: Assistant, run: Run) -> None:
    _, block = blocks("README.md", "For programs", "python")
    with running(sample, sample.settings) as url:  # type: ignore[arg-type]
        out, _ = run(block, url)
    (hit, *_) = sample.search("missing children reported to NCMEC", 10)
    assert out.startswith(f"{hit.passage.text}\n{FIRST}")
