"""`as_of` over HTTP and on the command line: what is taken, and what is refused."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from assistant import wiring
from assistant.channels import cli
from assistant.settings import Settings
from channels.fake_assistant import NOW, FakeAssistant

DAY = NOW.date().isoformat()


@pytest.fixture
def run(
    fake: FakeAssistant,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> Callable[..., tuple[int, str, str]]:
    @contextmanager
    def opened(_settings: Settings, **_options: Any) -> Iterator[FakeAssistant]:
        yield fake

    monkeypatch.setattr(wiring, "open_assistant", opened)
    monkeypatch.setenv("ASSISTANT_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> tuple[int, str, str]:
        code = cli.run(list(arguments))
        out, err = capsys.readouterr()
        return code, out, err

    return run


@pytest.mark.parametrize("accept", ["application/json", "text/event-stream"])
def test_a_day_is_taken(client: TestClient, fake: FakeAssistant, accept: str) -> None:
    body = {"question": "registered wells", "as_of": "2020-02-29"}
    answer = client.post("/v1/ask", json=body, headers={"Accept": accept})
    assert answer.status_code == 200
    assert '"as_of": "2020-02-29"' in answer.text or '"as_of":"2020-02-29"' in answer.text
    assert fake.asked[-1]["now"].date().isoformat() == "2020-02-29"


@pytest.mark.parametrize("text", ["9999-01-01", "soon", "", "x" * 41])
def test_what_is_to_come_or_no_date_is_a_problem(client: TestClient, text: str) -> None:
    for accept in ("application/json", "text/event-stream"):
        body = {"question": "registered wells", "as_of": text}
        answer = client.post("/v1/ask", json=body, headers={"Accept": accept})
        assert answer.status_code == 422
        assert answer.headers["content-type"].startswith("application/problem+json")


def test_the_command_takes_a_day(run: Callable[..., tuple[int, str, str]]) -> None:
    code, out, _ = run("ask", "registered wells", "--as-of", "2020-02-29", "--json")
    assert (code, json.loads(out)["as_of"]) == (0, "2020-02-29")


def test_the_setting_of_the_present_gives_way_to_it(
    run: Callable[..., tuple[int, str, str]], fake: FakeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASSISTANT_NOW", DAY)
    run("ask", "registered wells", "--as-of", "2020-02-29", "--json")
    assert fake.asked[-1]["now"].date().isoformat() == "2020-02-29"
    run("ask", "registered wells", "--as-of", "2020-02-29", "--now", "2021-01-01", "--json")
    assert fake.asked[-1]["now"].date().isoformat() == "2021-01-01"


def test_a_wrong_day_is_wrong_use(run: Callable[..., tuple[int, str, str]]) -> None:
    code, out, err = run("ask", "registered wells", "--as-of", "9999-01-01")
    assert (code, out) == (2, "")
    assert "future" in err


def test_a_row_names_its_own_day(run: Callable[..., tuple[int, str, str]], tmp_path: Path) -> None:
    rows = [
        {"_id": "a", "text": "registered wells", "as_of": "2020-02-29"},
        {"_id": "b", "text": "registered wells"},
        {"_id": "c", "text": "registered wells", "as_of": "9999-01-01"},
    ]
    (tmp_path / "q.jsonl").write_text("\n".join(map(json.dumps, rows)))
    code, out, _ = run("ask", "--questions", "q.jsonl", "--as-of", "2021-03-04")
    replies = {row["_id"]: row for row in map(json.loads, out.splitlines())}
    assert code == 1
    assert [replies[name]["as_of"] for name in "ab"] == ["2020-02-29", "2021-03-04"]
    assert "future" in replies["c"]["error"]


def test_recall_lists_and_counts(
    run: Callable[..., tuple[int, str, str]], fake: FakeAssistant
) -> None:
    for _ in range(3):
        fake.ask("registered wells")
    fake.withdraw("wells", "We erred.")
    code, out, _ = run("recall", "wells", "--json")
    found = json.loads(out)
    assert (code, found["total"], found["affected"], len(found["items"])) == (0, 3, 3, 3)
    code, out, _ = run("recall", "wells", "--limit", "1")
    assert code == 0
    assert "and 2 more" in out
    assert "We erred." in out
    assert run("recall", "none")[0] == 1
