"""`assistant serve` as a process of its own, on an empty home of its own."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from assistant import home
from assistant.channels import cli
from assistant.channels.auth import host_of, is_loopback
from assistant.channels.serve import bound, url_of
from assistant.errors import Unavailable

SERVE = [sys.executable, "-m", "assistant.channels.cli", "serve"]


@contextmanager
def serving(folder: Path, *arguments: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    environment = {**os.environ, "ASSISTANT_HOME": str(folder)}
    process = subprocess.Popen(
        [*SERVE, "--port", "0", *arguments],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout
        yield process, process.stdout.readline().strip()
    finally:
        process.kill()
        process.communicate()


def status(url: str) -> int:
    try:
        with urllib.request.urlopen(url, timeout=60) as response:
            return int(response.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code


def test_it_says_where_it_listens_takes_commands_and_leaves_cleanly(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ASSISTANT_HOME", str(tmp_path))
    with serving(tmp_path) as (process, url):
        announced = json.loads((tmp_path / home.SERVER).read_text())
        assert (announced["url"], announced["pid"]) == (url, process.pid)
        assert (tmp_path / home.SERVER).stat().st_mode & 0o777 == 0o600
        assert (status(f"{url}/healthz"), status(f"{url}/readyz")) == (200, 503)

        assert cli.run(["keys", "create", "--json"]) == 0
        made = json.loads(capsys.readouterr().out)
        assert cli.run(["keys", "list", "--json"]) == 0
        assert [key["id"] for key in json.loads(capsys.readouterr().out)] == [made["id"]]

        assert cli.run(["serve", "--port", "0"]) == 5
        assert f"process {process.pid} (assistant serve" in capsys.readouterr().err

        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0
        assert process.stderr
        assert "Traceback" not in process.stderr.read()
    assert not (tmp_path / home.SERVER).exists()
    assert cli.run(["keys", "list"]) == 0  # the home was given back


def test_ctrl_c_ends_it_too(tmp_path: Path) -> None:
    with serving(tmp_path, "--json") as (process, line):
        where = json.loads(line)
        assert where["pid"] == process.pid
        assert status(f"{where['url']}/healthz") == 200
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 0


def test_it_refuses_other_addresses_until_a_key_exists(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ASSISTANT_HOME", str(tmp_path))
    assert cli.run(["serve", "--host", "0.0.0.0", "--port", "0"]) == 1
    assert "assistant keys create" in capsys.readouterr().err
    cli.run(["keys", "create"])
    with serving(tmp_path, "--host", "0.0.0.0") as (_, url):
        assert (status(f"{url}/v1/freshness"), status(f"{url}/healthz")) == (401, 200)
        assert cli.run(["keys", "list"]) == 0  # the owner's commands reach it all the same


def test_proxies_are_checked_at_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ASSISTANT_HOME", str(tmp_path))
    monkeypatch.setenv("ASSISTANT_TRUSTED_PROXIES", "10.0.0.0/8, my-proxy")
    assert cli.run(["serve", "--port", "0"]) == 2
    assert "ASSISTANT_TRUSTED_PROXIES: 'my-proxy'" in capsys.readouterr().err
    monkeypatch.setenv("ASSISTANT_TRUSTED_PROXIES", "127.0.0.1")
    assert cli.run(["serve", "--port", "0"]) == 1
    assert "assistant keys create" in capsys.readouterr().err
    cli.run(["keys", "create"])
    with serving(tmp_path) as (_, url):
        assert (status(f"{url}/v1/freshness"), status(f"{url}/healthz")) == (401, 200)


def test_a_port_that_is_taken_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ASSISTANT_HOME", str(tmp_path))
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]
        assert cli.run(["serve", "--port", str(port)]) == 5
    assert f"port {port}" in capsys.readouterr().err
    assert not (tmp_path / home.SERVER).exists()


def test_what_is_no_address_is_named() -> None:
    with pytest.raises(Unavailable, match="no address"):
        bound("256.1.1.1", 0)


@pytest.mark.parametrize(
    ("host", "where"),
    [("127.0.0.1", "127.0.0.1"), ("0.0.0.0", "127.0.0.1"), ("::", "[::1]"), ("::1", "[::1]")],
)
def test_the_address_that_commands_reach(host: str, where: str) -> None:
    with closing(bound("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        assert url_of(host, listening) == f"http://{where}:{port}"


@pytest.mark.parametrize(
    ("header", "host", "loopback"),
    [
        ("localhost", "localhost", True),
        ("localhost:80", "localhost", True),
        ("127.0.0.1:8000", "127.0.0.1", True),
        ("127.3.2.1", "127.3.2.1", True),
        ("[::1]:8000", "::1", True),
        ("[::1]", "::1", True),
        ("10.0.0.1", "10.0.0.1", False),
        ("news.example:443", "news.example", False),
        ("127.0.0.1.news.example", "127.0.0.1.news.example", False),
        ("", "", False),
    ],
)
def test_which_hosts_are_this_machine(header: str, host: str, loopback: bool) -> None:
    assert host_of(header) == host
    assert is_loopback(host) is loopback
