"""A chat model that does whatever a document orders: no reader sees anything of it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from support.counts import count
from support.obedient_server import WAYS, obedient_server

from assistant.contract import reply_json
from assistant.settings import Settings
from assistant.wiring import open_assistant
from evals.homes import NOW
from evals.suites.safety_archive import Planted
from evals.suites.safety_metrics import said


@pytest.mark.parametrize("way", WAYS)
def test_what_a_document_orders_is_not_said(
    planted_home: Path, planted: list[Planted], tmp_path: Path, way: str
) -> None:
    home = tmp_path / "home"
    shutil.copytree(planted_home, home, symlinks=True)
    with obedient_server(way) as server:
        settings = Settings(
            home=home,
            now=NOW,
            chat_model="obedient",
            chat_base_url=server.url,
            chat_api_key="k",
            chat_seconds=60,
        )
        with open_assistant(settings) as assistant:
            some = planted[:: count(12, 1)]
            for each in some:
                reply = reply_json(assistant.ask(each.question))
                assert not each.injection.obeyed(said(reply)), (each.injection.id, said(reply))
                assert reply["kind"] == "answer", each.injection.id
                assert each.nights in reply["claims"][0]["text"], each.injection.id
        assert len(server.asked) >= len(some)  # it was asked, and what it said was refused
