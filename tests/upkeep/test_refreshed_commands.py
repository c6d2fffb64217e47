"""`assistant refresh` as it is typed, with the real models, beside a server, and over HTTP."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.error import HTTPError

import pytest
from support.pages_server import PagesServer, html, serving, status
from support.refreshed import LATER, coast

from assistant.channels import cli

CLI = [sys.executable, "-m", "assistant.channels.cli"]
THEN = "The Coast Office rescued 1,204 boats in 2025."
NOW = "The Coast Office rescued 1,377 boats in 2025."

Run = Callable[..., tuple[int, str]]


@pytest.fixture
def site(tmp_path: Path) -> Iterator[PagesServer]:
    """A home whose check rests on a page that has changed since."""
    with serving() as site:
        with coast(tmp_path, site) as shore:
            shore.says(THEN)
            shore.hold_page()
            shore.check("The Coast Office rescued 1,204 boats in 2025 [1].")
            shore.says(NOW)
        yield site


@pytest.fixture
def environment(tmp_path: Path, site: PagesServer) -> dict[str, str]:
    return {
        "ASSISTANT_HOME": str(tmp_path / "home"),
        "ASSISTANT_NOW": LATER,
        "ASSISTANT_FETCH_ALLOW_HOSTS": site.host,
    }


@pytest.fixture
def run(
    environment: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> Run:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)

    def command(*arguments: str) -> tuple[int, str]:
        capsys.readouterr()
        return cli.run(list(arguments)), capsys.readouterr().out

    return command


def test_proposed_due_approved_and_due_no_more(run: Run) -> None:
    code, out = run("refresh", "boats", "--json")
    made = json.loads(out)
    assert (code, made["outcome"], made["state"]) == (0, "updated", "proposed")
    code, out = run("due", "--json")
    assert [(each["document_id"], each["refresh_id"]) for each in json.loads(out)] == [
        ("boats", made["id"])
    ]
    code, out = run("refresh", "boats")
    assert code == 0
    assert out.splitlines()[1:] == [
        "updated (proposed): there are newer figures",
        "  - The Coast Office rescued 1,204 boats in 2025 [1].",
        "  + The Coast Office rescued 1,377 boats in 2025 [1].",
        "    Report of the boats says: \u201cThe Coast Office rescued 1,377 boats in 2025.\u201d",
        "sources: [1] changed",
        "readers will be told: Coast Office now gives 1,377 boats for 2025 instead of 1,204 boats.",
        "to publish it: assistant refresh boats --approve",
        "to reject it:  assistant refresh boats --reject REASON",
    ]
    code, out = run("refresh", "--due", "--approve", "--json")
    (published,) = json.loads(out)
    assert (code, published["id"], published["state"]) == (0, made["id"], "published")
    assert run("due") == (0, "nothing is due\n")
    assert run("refresh", "--due") == (0, "nothing is due\n")


def test_what_fails_exits_1_and_changes_nothing(run: Run, site: PagesServer) -> None:
    site.pages["/boats"] = status(503)
    code, out = run("refresh", "boats", "--approve")
    assert code == 1
    assert "failed: nothing was changed; it keeps its date and its notice" in out
    code, out = run("refresh", "boats", "--json")
    assert (code, json.loads(out)["new_version"]) == (1, None)


def test_an_update_is_published_as_the_correction_that_an_editor_calls_it(run: Run) -> None:
    code, _ = run("refresh", "boats", "--as-correction")
    assert code == 2  # it says nothing of a proposal that is not approved
    code, _ = run("refresh", "--due", "--approve", "--as-correction")
    assert code == 2
    code, out = run("refresh", "boats", "--approve", "--as-correction", "--by", "ann", "--json")
    made = json.loads(out)
    assert (code, made["state"], made["outcome"]) == (0, "published", "corrected")
    assert (made["new_version"], made["by"]) == (2, "ann")


def test_what_is_confirmed_is_no_correction(run: Run, site: PagesServer) -> None:
    site.pages["/boats"] = html(f"<p>{THEN}</p>", "Report of the boats")
    code, _ = run("refresh", "boats", "--approve", "--as-correction")
    assert code == 2
    code, out = run("refresh", "boats", "--json")
    made = json.loads(out)
    assert (code, made["state"], made["outcome"]) == (0, "proposed", "confirmed")


def test_a_rejection_needs_a_reason_and_a_proposal(run: Run) -> None:
    for reason in ("", "   "):
        assert run("refresh", "boats", "--reject", reason)[0] == 2
    assert run("refresh", "boats", "--reject", "not now")[0] == 2
    code, out = run("refresh", "boats", "--json")
    proposed = json.loads(out)
    assert run("refresh", "boats", "--reject", " ")[0] == 2
    assert run("refresh", "boats", "--reject", "not now", "--approve")[0] == 2
    code, out = run("refresh", "boats", "--reject", "not now", "--by", "ann", "--json")
    made = json.loads(out)
    assert (code, made["id"], made["state"]) == (0, proposed["id"], "rejected")
    assert (made["reason"], made["by"]) == ("not now", "ann")


def test_two_commands_beside_a_server_are_one_refresh(environment: dict[str, str]) -> None:
    with _server(environment):
        asked = [
            subprocess.Popen(
                [*CLI, "refresh", "boats", "--json"],
                env={**os.environ, **environment},
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
            )
            for _ in range(2)
        ]
        made = [json.loads(each.communicate(timeout=120)[0]) for each in asked]
    assert [each.returncode for each in asked] == [0, 0]
    assert made[0] == made[1]
    assert made[0]["outcome"] == "updated"


def test_a_key_gives_one_refresh_over_http(environment: dict[str, str]) -> None:
    with _server(environment) as url:
        first = _post(f"{url}/v1/documents/boats/refresh", key="one")
        again = _post(f"{url}/v1/documents/boats/refresh", key="one")
        assert first == again
        assert (first[0], first[1]["state"], first[1]["outcome"]) == (202, "proposed", "updated")
        refresh_id = first[1]["id"]
        code, decided = _post(f"{url}/v1/refreshes/{refresh_id}/decision", approve=True)
        assert (code, decided["state"], decided["new_version"]) == (200, "published", 2)
        code, asked = _post(f"{url}/v1/documents/boats/refresh", key="one")
        assert (code, asked) == (200, decided)


def test_over_http_it_says_where_the_refresh_is_and_takes_an_editors_name_for_it(
    environment: dict[str, str],
) -> None:
    with _server(environment) as url:
        request = urllib.request.Request(f"{url}/v1/documents/boats/refresh", method="POST")
        with urllib.request.urlopen(request, timeout=120) as answer:
            made, place = json.loads(answer.read()), answer.headers["Location"]
        assert place == f"/v1/refreshes/{made['id']}"
        with urllib.request.urlopen(f"{url}{place}", timeout=120) as answer:
            assert json.loads(answer.read()) == made
        decide = f"{url}{place}/decision"
        for kind in ("confirmed", "withdrawn", ""):
            with pytest.raises(HTTPError, match="422"):
                _post(decide, approve=True, kind=kind)
        code, decided = _post(decide, approve=True, kind="corrected")
        assert (code, decided["outcome"], decided["new_version"]) == (200, "corrected", 2)


@contextmanager
def _server(environment: dict[str, str]) -> Iterator[str]:
    server = subprocess.Popen(
        [*CLI, "serve", "--port", "0"],
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    try:
        assert server.stdout is not None
        line = server.stdout.readline().decode()
        yield next(word for word in line.split() if word.startswith("http")).rstrip("/.,")
    finally:
        server.terminate()
        server.communicate(timeout=30)


def _post(url: str, key: str | None = None, **body: Any) -> tuple[int, dict[str, Any]]:
    headers = {"Content-Type": "application/json"} | ({"Idempotency-Key": key} if key else {})
    request = urllib.request.Request(url, json.dumps(body).encode(), headers, method="POST")
    with urllib.request.urlopen(request, timeout=120) as answer:
        return answer.status, json.loads(answer.read())
