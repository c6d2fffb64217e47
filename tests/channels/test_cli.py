"""Every command, run in this process on the archive in memory."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from assistant import home, wiring
from assistant.channels import cli
from assistant.channels.operations import WITHDRAWN
from assistant.errors import HomeHeld
from assistant.home import ServerAddress
from assistant.settings import Settings
from channels.conftest import TOKEN, running
from channels.fake_assistant import ARCHIVE, NOTICE, NOW, FakeAssistant

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def in_process(fake: FakeAssistant, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The commands open the archive in memory instead of a home directory."""

    @contextmanager
    def opened(_settings: Settings, **_options: Any) -> Iterator[FakeAssistant]:
        yield fake

    monkeypatch.setattr(wiring, "open_assistant", opened)
    monkeypatch.setenv("ASSISTANT_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def through_server(
    fake: FakeAssistant, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, settings: Settings
) -> Iterator[None]:
    """A server holds the home; the commands must reach the archive in memory through it."""
    monkeypatch.setenv("ASSISTANT_HOME", str(settings.home))
    monkeypatch.chdir(tmp_path)
    with home.owned(settings.home, "serve", 1), running(fake, settings) as url:
        home.announce(settings.home, ServerAddress(url=url, token=TOKEN, pid=_own_pid()))
        yield


def _own_pid() -> int:
    import os

    return os.getpid()


@pytest.fixture(params=["in_process", "through_server"])
def run(request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command both ways; gives exit code, standard output and standard error."""
    request.getfixturevalue(request.param)

    def command(*arguments: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = cli.run(list(arguments))
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return command


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def write_rows(path: Path, *values: dict[str, Any]) -> str:
    path.write_text("".join(json.dumps(value) + "\n" for value in values), encoding="utf-8")
    return str(path)


class TestAsk:
    def test_an_answer_for_people(self, run: Run) -> None:
        code, out, err = run("ask", "registered wells")
        assert (code, err) == (0, "")
        assert "The country had 4,120 registered wells in 2023. [1]" in out
        assert (
            "the fact-check says: “The country had 4,120 registered wells in 2023 [1] [2].”" in out
        )
        assert "[1] the source says: “The register listed 4,120 wells in 2023.”" in out
        assert "[2] unresolved, the source is not in the archive: Yearbook" in out
        assert NOTICE in out
        assert "clears when a figure for 2024 or later is in the archive" in out
        assert "\x1b" not in out

    def test_an_answer_as_json(self, run: Run, fake: FakeAssistant) -> None:
        code, out, _ = run("ask", "wells", "--json")
        assert code == 0
        assert json.loads(out) == fake.answer("r1")

    def test_an_abstention_exits_3(self, run: Run) -> None:
        code, out, _ = run("ask", "zebras")
        assert code == 3
        assert out.startswith("The archive doesn't say. Nothing in the archive speaks")
        assert "What came nearest" in out
        assert run("ask", "zebras", "--json")[0] == 3

    def test_the_audience_is_public_unless_said(self, run: Run) -> None:
        assert run("ask", "memo")[0] == 3
        assert run("ask", "memo", "--audience", "internal")[0] == 0

    def test_the_day_is_given(
        self, run: Run, fake: FakeAssistant, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        run("ask", "wells", "--now", "2026-03-15")
        assert fake.asked[-1]["now"] == NOW
        monkeypatch.setenv("ASSISTANT_NOW", "2026-03-15")
        run("ask", "wells")
        assert fake.asked[-1]["now"] == NOW
        run("ask", "wells", "--now", "2027-01-01T10:00:00")
        assert fake.asked[-1]["now"].year == 2027

    @pytest.mark.parametrize(
        "arguments", [[""], ["  "], ["x" * 5000], ["wells", "--now", "someday"], ["\udc80"]]
    )
    def test_what_is_no_question_is_refused(self, run: Run, arguments: list[str]) -> None:
        code, out, err = run("ask", *arguments)
        assert (code, out) == (2, "")
        assert err.startswith("error: ")
        assert err.count("\n") == 1

    def test_one_form_at_a_time(self, run: Run, tmp_path: Path) -> None:
        questions = write_rows(tmp_path / "q.jsonl", {"_id": "1", "text": "wells"})
        assert run("ask")[0] == 2
        code, _, err = run("ask", "wells", "--questions", questions)
        assert code == 2
        assert "either QUESTION or --questions" in err

    def test_escape_sequences_of_documents_do_not_reach_the_terminal(self, run: Run) -> None:
        _, out, _ = run("ask", "banner ruin")
        assert "\x1b" not in out
        assert "\u202e" not in out
        assert json.loads(run("ask", "banner ruin", "--json")[1])["citations"][0]["quote"].count(
            "\x1b"
        )


class TestBatches:
    def test_questions_with_history_and_a_day_each(
        self, run: Run, fake: FakeAssistant, tmp_path: Path
    ) -> None:
        questions = write_rows(
            tmp_path / "q.jsonl",
            {"_id": "a", "text": "wells", "history": [["user", "hi"], ["agent", "yes"]]},
            {"_id": "b", "text": "zebras", "now": "2027-01-01"},
        )
        code, out, _ = run(
            "ask",
            "--questions",
            questions,
            "--out",
            str(tmp_path / "r.jsonl"),
            "--now",
            "2026-03-15",
        )
        assert (code, out) == (0, "")
        replies = rows(tmp_path / "r.jsonl")
        assert [(row["_id"], row["kind"]) for row in replies] == [
            ("a", "answer"),
            ("b", "abstention"),
        ]
        assert [tuple(map(tuple, asked["history"])) for asked in fake.asked] == [
            (("user", "hi"), ("assistant", "yes")),
            (),
        ]
        assert [asked["now"].year for asked in fake.asked] == [2026, 2027]

    def test_a_row_that_is_no_question_is_named_and_the_rest_done(
        self, run: Run, tmp_path: Path
    ) -> None:
        questions = write_rows(
            tmp_path / "q.jsonl", {"_id": "a", "text": " "}, {"_id": "b", "text": "wells"}
        )
        code, out, err = run("ask", "--questions", questions)
        assert code == 1
        first, second = (json.loads(line) for line in out.splitlines())
        assert first["_id"] == "a"
        assert "empty" in first["error"]
        assert second["kind"] == "answer"
        assert "row 'a'" in err

    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ("{", "q.jsonl:1: not JSON"),
            ("[]", "q.jsonl:1: not a JSON object"),
            ('\n{"_id": "1"}', "q.jsonl:2: has no 'text'"),
            ('{"text": 7}', "q.jsonl:1: 'text' is not a string"),
            ('{"text": "a", "history": [["user"]]}', "q.jsonl:1: history"),
            ('{"text": "a", "history": 1}', "q.jsonl:1: history"),
            ('{"text": "a", "now": 5}', "q.jsonl:1: 'now' is not a string"),
        ],
    )
    def test_malformed_rows_are_named_before_anything_is_done(
        self, run: Run, fake: FakeAssistant, tmp_path: Path, text: str, words: str
    ) -> None:
        (tmp_path / "q.jsonl").write_text(text)
        code, _, err = run(
            "ask", "--questions", str(tmp_path / "q.jsonl"), "--out", str(tmp_path / "r.jsonl")
        )
        assert code == 2
        assert words in err
        assert not fake.asked
        assert not (tmp_path / "r.jsonl").exists()

    def test_files_that_cannot_be_used_are_named(self, run: Run, tmp_path: Path) -> None:
        assert "no file" in run("ask", "--questions", "none.jsonl")[2]
        (tmp_path / "latin.jsonl").write_bytes(b'{"text": "caf\xe9"}')
        assert "not UTF-8" in run("ask", "--questions", str(tmp_path / "latin.jsonl"))[2]
        assert "can't be read" in run("ask", "--questions", str(tmp_path))[2]
        questions = write_rows(tmp_path / "q.jsonl", {"text": "wells"})
        code, _, err = run("ask", "--questions", questions, "--out", str(tmp_path / "no" / "r"))
        assert code == 2
        assert "can't be written" in err

    def test_queries_give_a_trec_run(self, run: Run, tmp_path: Path) -> None:
        queries = write_rows(
            tmp_path / "q.jsonl",
            {"_id": "q1", "text": "wells"},
            {"_id": "q2", "text": "a line\u2028with zebras"},
            {"_id": "q3", "text": "register"},
        )
        code, out, _ = run(
            "search", "--queries", queries, "--run", str(tmp_path / "out.trec"), "-k", "5"
        )
        assert (code, out) == (0, "")
        lines = [line.split(" ") for line in (tmp_path / "out.trec").read_text().splitlines()]
        assert [line[:4] + line[5:] for line in lines] == [
            ["q1", "Q0", "wells", "1", "assistant"],
            ["q1", "Q0", "register", "2", "assistant"],
            ["q3", "Q0", "wells", "1", "assistant"],
            ["q3", "Q0", "register", "2", "assistant"],
        ]
        assert float(lines[0][4]) > float(lines[1][4])

    def test_an_id_with_white_space_fits_no_run(self, run: Run, tmp_path: Path) -> None:
        queries = write_rows(tmp_path / "q.jsonl", {"_id": "q 1", "text": "wells"})
        code, _, err = run("search", "--queries", queries)
        assert code == 2
        assert "'q 1'" in err

    def test_volatility_and_verify(self, run: Run, tmp_path: Path) -> None:
        questions = write_rows(tmp_path / "q.jsonl", {"question": "latest"}, {"text": "wells"})
        assert run("volatility", "--questions", questions, "--out", str(tmp_path / "v"))[0] == 0
        assert [(row["_id"], row["p_mutable"]) for row in rows(tmp_path / "v")] == [
            ("1", 0.95),
            ("2", 0.1),
        ]
        pairs = write_rows(
            tmp_path / "p.jsonl",
            {"_id": 7, "claim": "a", "evidence": "a b"},
            {"_id": 8, "claim": "c", "evidence": "a b"},
            {"_id": 9, "claim": "", "evidence": "a b"},
        )
        assert run("verify", "--pairs", pairs, "--out", str(tmp_path / "s"))[0] == 1
        supported, not_supported, unusable = rows(tmp_path / "s")
        assert (supported["_id"], supported["label"]) == ("7", "supported")
        assert not_supported["label"] == "not_supported"
        assert "needed" in unusable["error"]


class TestJudging:
    def test_search(self, run: Run) -> None:
        code, out, _ = run("search", "wells", "-k", "2", "--json")
        assert code == 0
        hits = json.loads(out)["hits"]
        assert [hit["document_id"] for hit in hits] == ["wells", "wells"]
        assert "wells > Summary" in run("search", "wells")[1]
        assert run("search", "wells", "-k", "0")[0] == 2
        assert run("search", "wells", "-k", "5000")[0] == 2

    def test_check(self, run: Run) -> None:
        checks = json.loads(run("check", "--json", "--now", "2026-03-15")[1])
        assert [check["document_id"] for check in checks] == ["wells", "memo", "hostile"]
        assert checks[0]["reasons"][0]["rule"] == "period-closed"
        out = run("check")[1]
        assert "may be outdated; checked on 2024-06-01; next review 2026-04-01" in out
        assert "\x1b" not in out

    def test_volatility(self, run: Run) -> None:
        judged = json.loads(run("volatility", "the latest figure", "--json")[1])
        assert judged == {"p_mutable": 0.95, "class": "annual", "tau_days": 365.0}
        assert "may change" in run("volatility", "the latest figure")[1]
        assert "stays true" in run("volatility", "a definition")[1]

    def test_verify(self, run: Run) -> None:
        code, out, _ = run("verify", "--claim", "a", "--evidence", "a b", "--json")
        assert code == 0
        assert json.loads(out) == {"label": "supported", "score": 1.0, "reasons": ["same words"]}
        assert "not supported" in run("verify", "--claim", "c", "--evidence", "a b")[1]
        assert run("verify", "--claim", "c")[0] == 2
        assert run("verify", "--claim", " ", "--evidence", "x")[0] == 2

    def test_gaps(self, run: Run) -> None:
        run("ask", "zebras")
        run("ask", "zebras")
        run("ask", "lions")
        found = json.loads(run("gaps", "--json")[1])
        assert [(gap["question"], gap["count"]) for gap in found] == [("zebras", 2), ("lions", 1)]
        assert "2 x zebras" in run("gaps", "--limit", "1")[1]
        assert "lions" not in run("gaps", "--limit", "1")[1]


class TestKeeping:
    def test_ingest_reports_what_it_did(
        self, run: Run, fake: FakeAssistant, tmp_path: Path
    ) -> None:
        (tmp_path / "new.md").write_text("New words.")
        code, out, _ = run("ingest", "new.md", "--kind", "source_document", "--json")
        assert code == 0
        counts = {"added": 1, "changed": 0, "removed": 0, "unchanged": 0, "quarantined": []}
        assert json.loads(out) == counts
        assert fake.documents["new"].kind == "source_document"

    def test_what_is_quarantined_makes_it_exit_1(self, run: Run, tmp_path: Path) -> None:
        (tmp_path / "new.md").write_text("New words.")
        (tmp_path / "empty.md").write_text("")
        code, out, _ = run("ingest", "new.md", "empty.md")
        assert code == 1
        assert "1 added" in out
        assert "empty.md is empty" in out
        code, _, err = run("ingest", "none.md")
        assert code == 2
        assert "nothing at" in err

    def test_withdraw_and_erase(self, run: Run, fake: FakeAssistant) -> None:
        run("ask", "registered wells")
        assert run("withdraw", "wells", "--note", "We erred.")[0] == 0
        assert fake.withdrawn == {"wells": "We erred."}
        assert run("withdraw", "wells")[0] == 0
        assert fake.withdrawn == {"wells": WITHDRAWN}
        assert run("erase", "memo", "--json")[1].strip() == '{\n  "erased": "memo"\n}'
        assert "memo" not in fake.documents
        code, _, err = run("erase", "memo")
        assert code == 1
        assert err == "error: no document 'memo'\n"

    def test_reindex_backup_restore(self, run: Run, fake: FakeAssistant, tmp_path: Path) -> None:
        assert "7 passages" in run("reindex")[1]
        assert run("backup", "saved")[0] == 0
        del fake.documents["wells"]
        fake.documents["wells"] = ARCHIVE[0]
        fake.documents["extra"] = ARCHIVE[0]
        assert run("restore", "saved")[0] == 0
        assert sorted(fake.documents) == ["hostile", "memo", "register", "wells"]

    def test_keys(self, run: Run, fake: FakeAssistant) -> None:
        made = json.loads(
            run("keys", "create", "--scope", "edit", "--audience", "internal", "--json")[1]
        )
        assert fake.authenticate(made["key"]).scope == "edit"
        code, out, err = run("keys", "create")
        assert out.strip() == "na_secret-k2"
        assert "can't be shown again" in err
        assert run("keys", "revoke", made["id"])[0] == 0
        listed = json.loads(run("keys", "list", "--json")[1])
        assert [(key["id"], bool(key["revoked_at"])) for key in listed] == [
            ("k1", True),
            ("k2", False),
        ]
        assert "secret" not in run("keys", "list")[1]
        assert run("keys", "revoke", "k9")[0] == 1
        assert run("keys", "create", "--scope", "all")[0] == 2

    def test_widget_keys(self, run: Run, fake: FakeAssistant) -> None:
        sites = ("--origin", "https://News.example:443/", "--origin", "http://127.0.0.1:9000")
        made = json.loads(run("keys", "create", "--widget", *sites, "--limit", "30", "--json")[1])
        key = fake.authenticate(made["key"])
        assert (key.widget, key.scope, key.audience, key.rate_limit) == (True, "ask", "public", 30)
        assert key.origins == ("https://news.example", "http://127.0.0.1:9000")
        _, out, err = run("keys", "create", "--widget", "--origin", "https://news.example")
        assert out.strip() == "na_secret-k2"
        assert "data-key" in err
        listed = json.loads(run("keys", "list", "--json")[1])
        assert [(each["widget"], each["limit"]) for each in listed] == [(True, 30), (True, None)]
        assert listed[0]["origins"] == list(key.origins)
        lines = run("keys", "list")[1].splitlines()
        assert "30 a minute  on https://news.example http://127.0.0.1:9000" in lines[0]
        for wrong in ("news.example", "https://*.example", "ftp://news.example", "null"):
            assert run("keys", "create", "--widget", "--origin", wrong)[0] == 2
        assert run("keys", "create", "--limit", "0")[0] == 2

    def test_doctor(self, run: Run, fake: FakeAssistant) -> None:
        code, out, _ = run("doctor", "--json")
        found = json.loads(out)
        assert [check["name"] for check in found["checks"]] == [
            "python",
            "packages",
            "settings",
            "model",
            "home",
            "index",
            "archive",
        ]
        assert (code, found["ok"]) == (0, True), found
        fake.problems = ["the archive is empty"]
        code, out, _ = run("doctor")
        assert code == 5
        assert "DOWN  archive: the archive is empty" in out


@pytest.mark.usefixtures("in_process")
class TestFailures:
    def test_a_home_held_by_another_exits_5(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        @contextmanager
        def held(_settings: Settings, **_options: Any) -> Iterator[None]:
            raise HomeHeld("held by process 7")
            yield

        monkeypatch.setattr(wiring, "open_assistant", held)
        assert cli.run(["ask", "wells"]) == 5
        assert capsys.readouterr().err == "error: held by process 7\n"

    def test_the_unexpected_is_one_line_and_a_log(
        self, fake: FakeAssistant, capsys: pytest.CaptureFixture[str], tmp_path: Path
    ) -> None:
        (tmp_path / "home").mkdir()
        fake.fails = ZeroDivisionError("oh\nno")
        assert cli.run(["ask", "wells"]) == 1
        err = capsys.readouterr().err
        assert err.count("\n") == 1
        assert str(tmp_path / "home" / "errors.log") in err
        assert "Traceback" in (tmp_path / "home" / "errors.log").read_text()

    def test_an_unknown_setting_is_named(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setenv("ASSISTANT_HOEM", "x")
        assert cli.run(["ask", "wells"]) == 2
        assert "did you mean 'ASSISTANT_HOME'" in capsys.readouterr().err
        assert cli.run(["doctor"]) == 5
        assert "DOWN  settings" in capsys.readouterr().out

    def test_an_unknown_command_is_named(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert cli.run(["ingets", "x"]) == 2
        assert "'ingest'" in capsys.readouterr().err

    def test_ctrl_c_is_quiet(self, fake: FakeAssistant, capsys: pytest.CaptureFixture[str]) -> None:
        fake.fails = KeyboardInterrupt()  # type: ignore[assignment]
        assert cli.run(["ask", "wells"]) == 130
        assert "Traceback" not in capsys.readouterr().err


@pytest.mark.usefixtures("through_server")
class TestServerTrouble:
    def test_a_server_that_crashes_is_named(
        self, fake: FakeAssistant, capsys: pytest.CaptureFixture[str]
    ) -> None:
        fake.fails = ZeroDivisionError("oh no")
        assert cli.run(["ask", "wells"]) == 1
        assert "unexpected ZeroDivisionError in the server" in capsys.readouterr().err

    def test_a_wrong_token_is_named(
        self, settings: Settings, capsys: pytest.CaptureFixture[str]
    ) -> None:
        address = home.server_of(settings.home)
        assert address is not None
        home.announce(settings.home, ServerAddress(url=address.url, token="x", pid=address.pid))
        assert cli.run(["ask", "wells"]) == 5
        assert "refused" in capsys.readouterr().err

    def test_a_server_that_is_not_there_is_named(
        self, settings: Settings, capsys: pytest.CaptureFixture[str]
    ) -> None:
        gone = ServerAddress(url="http://127.0.0.1:9", token="x", pid=_own_pid())
        home.announce(settings.home, gone)
        assert cli.run(["ask", "wells"]) == 5
        assert "http://127.0.0.1:9" in capsys.readouterr().err


def _commands() -> list[list[str]]:
    groups = {group.name: group.typer_instance for group in cli.app.registered_groups}
    single = [
        [command.callback.__name__] for command in cli.app.registered_commands if command.callback
    ]
    nested = [
        [name or "", command.name or ""]
        for name, group in groups.items()
        if group
        for command in group.registered_commands
    ]
    return single + nested


def test_the_contracts_commands_are_there() -> None:
    assert {" ".join(command) for command in _commands()} == {
        *("ingest", "ask", "search", "check", "volatility", "verify", "gaps", "withdraw", "erase"),
        *("reindex", "backup", "restore", "serve", "slack", "mcp", "doctor"),
        *("keys create", "keys list", "keys revoke"),
        *("due", "refresh", "watch", "recall", "audit", "link", "freshness calibrate"),
    }


@pytest.mark.parametrize("command", _commands(), ids=" ".join)
def test_every_command_and_option_has_help(
    command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run([*command, "--help"]) == 0
    usage, _, description, *rest = capsys.readouterr().out.splitlines()
    assert usage.startswith(f"Usage: assistant {' '.join(command)}")
    assert description.strip()
    for n, line in enumerate(rest):
        if line.startswith("  -"):
            # Its help stands behind it, or on the next line where the option is long.
            behind = line.strip().partition("  ")[2]
            assert behind.strip() or rest[n + 1].startswith(" " * 10), line
