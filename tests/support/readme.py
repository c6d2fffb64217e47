"""Writes the parts of the README that the code dictates: `python -m support.readme` in tests/."""

from __future__ import annotations

import ast
import re

from assistant.settings import Settings
from support.paths import REPOSITORY


def tree() -> str:
    """Every module of assistant/ with the first line of its docstring."""
    lines = []
    for path in sorted(
        (REPOSITORY / "assistant").rglob("*.py"), key=lambda p: (len(p.parts) > 0, p.as_posix())
    ):
        if "migrations" in path.parts or path.name == "__init__.py":
            continue
        name = path.relative_to(REPOSITORY / "assistant").as_posix()
        docstring = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
        lines.append((name, docstring.splitlines()[0]))
    lines.sort(key=lambda row: ("/" in row[0], row[0]))
    return "\n".join(["assistant/", *(f"  {name:<34} {line}" for name, line in lines)])


def settings() -> str:
    rows = ["| setting | |", "| --- | --- |"]
    rows += [
        f"| `ASSISTANT_{name.upper()}` | {field.description} |"
        for name, field in Settings.model_fields.items()
    ]
    return "\n".join(rows)


def written(readme: str) -> str:
    """The README with its tree and its settings as they are now."""
    readme = re.sub(
        r"(## The house\n\n```text\n).*?(\n```)",
        lambda found: found[1] + tree() + found[2],
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
