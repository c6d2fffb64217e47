"""`python -m evals.current`: a source's page changes under a published check, and what follows.

A server on loopback plays the source. Every command is the product's own, in a fresh home; from
the marked line on the output is the same every time, laid out as that of `make demo`.
"""

from __future__ import annotations

import http.server
import os
import re
import shutil
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from evals import demo

HERE = Path(__file__).parent
HOME = Path(".current")
ADDRESS = "127.0.0.1:8765"
"""The address that the files and the output name; the server takes any port that is free."""
QUESTION = "What is the latest yearly number of passengers on the Lantern Bay ferry?"
CHECK = "lantern-bay-ferry"
_ANSWER = re.compile(r"^ *answer [0-9a-f]{32}\n?", re.MULTILINE)
"""A line that names an answer by its id, which is another one each time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A command on a day, and what came before it; `says` is shown in its place, if given."""

    on: str
    run: tuple[str, ...]
    before: str | None = None
    page: str | None = None
    """The page that the source shows from now on."""
    quiet: bool = False


STEPS = (
    Step(on="2026-02-10", run=("ingest", "http://{address}/passengers.html", "--kind",
         "source_document"), quiet=True, page="before.html"),
    Step(on="2026-02-10", run=("ingest", "newsroom"), quiet=True),
    Step(on="2026-02-11", run=("ask", QUESTION), quiet=True),
    Step(on="2026-03-10", run=("watch", "--once"), page="after.html",
         before="a month later the Harbour Office has rewritten its page"),
    Step(on="2026-03-10", run=("ask", QUESTION)),
    Step(on="2026-03-10", run=("refresh", CHECK)),
    Step(on="2026-03-10", run=("refresh", CHECK, "--approve", "--by", "Ana")),
    Step(on="2026-03-11", run=("ask", QUESTION)),
    Step(on="2026-03-11", run=("recall", CHECK)),
    Step(on="2026-03-11", run=("ask", QUESTION, "--as-of", "2026-03-09")),
)  # fmt: skip


def main() -> int:
    shutil.rmtree(HOME, ignore_errors=True)
    with source() as (port, show):
        address = f"127.0.0.1:{port}"
        _newsroom(address)
        print(demo.MARK)
        for step in STEPS:
            if step.page:
                show((HERE / "pages" / step.page).read_bytes())
            arguments = [each.format(address=address) for each in step.run]
            done = demo.assistant(arguments, _environment(step.on, address), HOME)
            if done.returncode:
                return demo.failed(done)
            if not step.quiet:
                _print(step, done.stdout.replace(address, ADDRESS))
    return 0


def _newsroom(address: str) -> None:
    folder = HOME / "newsroom"
    folder.mkdir(parents=True)
    for file in (HERE / "newsroom").iterdir():
        text = file.read_text(encoding="utf-8").replace(ADDRESS, address)
        (folder / file.name).write_text(text, encoding="utf-8")


def _environment(day: str, address: str) -> Mapping[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ASSISTANT_")}
    given = {"HOME": str(HOME.absolute() / "archive"), "NOW": day, "FETCH_ALLOW_HOSTS": address}
    return {**kept, **{f"ASSISTANT_{name}": value for name, value in given.items()}}


def _print(step: Step, output: str) -> None:
    shown = " ".join(f'"{each}"' if " " in each else each for each in step.run)
    when = f"# {step.on}: {step.before}" if step.before else f"# {step.on}"
    print(when, f"$ assistant {shown}", sep="\n")
    whole = _ANSWER.sub("", output).rstrip().split("\n")
    print(
        "\n".join(demo.laid_out(output) if step.run[0] == "ask" else whole), end="\n\n", flush=True
    )


@contextmanager
def source() -> Iterator[tuple[int, Callable[[bytes], None]]]:
    """A server on loopback that shows one page: its port, and what changes the page."""
    shown = [b""]

    class Page(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            here = self.path == "/passengers.html"
            body = shown[0] if here else b"not found"
            self.send_response(200 if here else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8" if here else "text/plain")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *arguments: object) -> None:
            pass

    def show(page: bytes) -> None:
        shown[0] = page

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.server_port, show
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


if __name__ == "__main__":
    sys.exit(main())
