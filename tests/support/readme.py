"""Writes the parts of the README that the code dictates: `python -m support.readme` in tests/."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from assistant.settings import Settings
from evals.reports import summary
from support.paths import REPOSITORY


def rooms() -> str:
    """The modules at the top of assistant/ and its packages, each with the first line it says."""
    top = REPOSITORY / "assistant"
    rows = [(path.name, says(path)) for path in top.glob("*.py") if path.name != "__init__.py"]
    rows += [
        (f"{path.parent.relative_to(top).as_posix()}/", says(path))
        for path in top.rglob("__init__.py")
        if path.parent != top and "migrations" not in path.parts
    ]
    rows.sort(key=lambda row: ("/" in row[0], row[0]))
    return "\n".join(["assistant/", *(f"  {name:<20} {line}" for name, line in rows)])


def house() -> str:
    """docs/house.md: every module of assistant/ and evals/, a folder at a time."""
    lines = [
        "# The house, module by module",
        "",
        "Each module says in one sentence what it is for. This page is written from those",
        "sentences (`python -m support.readme` in `tests/`), and a test compares them.",
    ]
    for path in sorted(
        (path for each in ("assistant", "evals") for path in (REPOSITORY / each).rglob("*.py")),
        key=lambda path: (path.parent.as_posix(), path.name != "__init__.py", path.name),
    ):
        if "versions" in path.parts:
            continue
        folder = path.parent.relative_to(REPOSITORY).as_posix()
        if path.name == "__init__.py":
            lines += ["", f"## {folder}/", "", says(path), ""]
        else:
            lines.append(f"- `{path.name}`: {says(path)}")
    return "\n".join(lines) + "\n"


def says(path: Path) -> str:
    """The first paragraph of a module's docstring, in one line."""
    docstring = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    return " ".join(docstring.split("\n\n")[0].split())


def settings() -> str:
    rows = ["| setting | |", "| --- | --- |"]
    rows += [
        f"| `ASSISTANT_{name.upper()}` | {field.description} |"
        for name, field in Settings.model_fields.items()
    ]
    return "\n".join(rows)


def written(readme: str) -> str:
    """The README with its rooms, its settings and its measurements as they are now."""
    readme = re.sub(
        f"({re.escape(summary.MARK)}\n).*?(\n{re.escape(summary.END)})",
        lambda found: f"{found[1]}\n{summary.table(summary.read())}\n{found[2]}",
        readme,
        flags=re.S,
    )
    readme = re.sub(
        r"(## The house\n\n```text\n).*?(\n```)",
        lambda found: found[1] + rooms() + found[2],
        readme,
        flags=re.S,
    )
    return re.sub(
        r"(\n\n)\| setting \| \|\n.*?(\n\n## )",
        lambda found: found[1] + settings() + found[2],
        readme,
        flags=re.S,
    )


if __name__ == "__main__":
    path = REPOSITORY / "README.md"
    path.write_text(written(path.read_text(encoding="utf-8")), encoding="utf-8")
    (REPOSITORY / "docs" / "house.md").write_text(house(), encoding="utf-8")
