"""One owner at a time, named to those who wait."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from assistant import home
from assistant.errors import HomeHeld, HomeUnusable
from assistant.home import ServerAddress

HOLD = """
import sys
from pathlib import Path
from assistant.home import ServerAddress, announce, owned
with owned(Path(sys.argv[1]), "serve", 1):
    import os
    announce(Path(sys.argv[1]), ServerAddress(url="http://127.0.0.1:9", token="t", pid=os.getpid()))
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def holder(tmp_path: Path):  # type: ignore[no-untyped-def]
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.communicate()


def test_the_one_who_holds_a_home_is_named(tmp_path: Path, holder: subprocess.Popen[str]) -> None:
    with (
        pytest.raises(HomeHeld, match=rf"process {holder.pid} \(assistant serve, since 20"),
        home.owned(tmp_path, "ask", 0.05),
    ):
        pass


def test_a_server_is_found_while_it_holds_the_home(
    tmp_path: Path, holder: subprocess.Popen[str]
) -> None:
    address = home.server_of(tmp_path)
    assert address == ServerAddress(url="http://127.0.0.1:9", token="t", pid=holder.pid)
    holder.kill()
    holder.wait()
    assert home.server_of(tmp_path) is None


def test_a_killed_owner_leaves_the_home_free(tmp_path: Path, holder: subprocess.Popen[str]) -> None:
    holder.kill()
    holder.wait()
    with home.owned(tmp_path, "ask", 0.05):
        assert json.loads((tmp_path / "owner.json").read_text())["pid"] == os.getpid()
    assert not (tmp_path / "owner.json").exists()


def test_an_announcement_of_a_process_that_lives_but_holds_nothing_is_stale(tmp_path: Path) -> None:
    home.announce(tmp_path, ServerAddress(url="http://x", token="t", pid=os.getpid()))
    assert home.server_of(tmp_path) is None
    home.withdraw_announcement(tmp_path)
    home.withdraw_announcement(tmp_path)
    (tmp_path / "server.json").write_text("{}")
    assert home.server_of(tmp_path) is None


def test_only_its_owner_can_read_the_token(tmp_path: Path) -> None:
    home.announce(tmp_path, ServerAddress(url="http://x", token="t", pid=1))
    assert (tmp_path / "server.json").stat().st_mode & 0o077 == 0


def test_a_home_that_cannot_be_made_is_said_to_be_unusable(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with (
        pytest.raises(HomeUnusable, match="can't be written"),
        home.owned(tmp_path / "file" / "home", "ask", 0),
    ):
        pass


def test_an_owner_that_left_no_name_is_still_an_owner(
    tmp_path: Path, holder: subprocess.Popen[str]
) -> None:
    (tmp_path / "owner.json").unlink()
    with pytest.raises(HomeHeld, match="another process"), home.owned(tmp_path, "ask", 0):
        pass
