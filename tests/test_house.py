"""The documentation is read by tests: it can't promise what isn't there, or hide what is."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import typer
from support.readme import house, rooms

from assistant.channels.cli import app
from assistant.settings import Settings


@pytest.fixture
def readme(repository: Path) -> str:
    return (repository / "README.md").read_text(encoding="utf-8")


def section(readme: str, title: str) -> str:
    return re.split(r"^## ", readme.split(f"\n## {title}\n")[1], maxsplit=1, flags=re.M)[0]


def commands() -> dict[str, Any]:
    group: Any = typer.main.get_command(app)
    return dict(group.commands)


def test_the_quick_start_is_two_commands(readme: str) -> None:
    fences = re.findall(r"```sh\n(.*?)\n```", section(readme, "Quick start"), flags=re.S)
    assert fences[:2] == ["make demo", "make test"]


def test_every_command_is_in_the_readme_and_has_help(readme: str) -> None:
    table = section(readme, "Commands")
    for name, command in commands().items():
        assert f"`assistant {name}" in table, name
        assert command.help, name
    named = set(re.findall(r"`assistant ([a-z]+)", table))
    assert named == set(commands())


def test_every_setting_is_in_the_readme_as_it_is(readme: str) -> None:
    table = section(readme, "Settings")
    for name, field in Settings.model_fields.items():
        assert f"| `ASSISTANT_{name.upper()}` | {field.description} |" in table, name
    assert len(re.findall(r"^\| `ASSISTANT_", table, flags=re.M)) == len(Settings.model_fields)


def test_the_house_is_shown_as_it_is(readme: str, repository: Path) -> None:
    """The README has the rooms, docs/house.md every module, each with what it says of itself."""
    shown = re.search(r"```text\n(assistant/.*?)\n```", section(readme, "The house"), flags=re.S)
    assert shown
    assert shown[1] == rooms()
    assert (repository / "docs" / "house.md").read_text(encoding="utf-8") == house()


def first_line(path: Path) -> str:
    docstring = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    assert docstring, path
    return docstring.splitlines()[0]


def test_every_link_of_the_documentation_leads_somewhere(repository: Path) -> None:
    pages = [
        repository / "README.md",
        *repository.glob("docs/*.md"),
        *repository.glob("*/README.md"),
    ]
    for page in [*pages, repository / "assistant/channels/widget/README.md"]:
        for target in re.findall(r"\]\(([^)#\s]+)", page.read_text(encoding="utf-8")):
            if not target.startswith(("http://", "https://")):
                assert (page.parent / target).exists(), f"{page}: {target}"


def test_every_module_and_package_says_what_it_is(repository: Path) -> None:
    for folder in ("assistant", "evals"):
        for path in (repository / folder).rglob("*.py"):
            assert first_line(path), path


def test_the_image_runs_what_make_runs(repository: Path) -> None:
    """`docker build` can't run everywhere: its pip lines are those that `make setup` ran."""
    make = (repository / "Makefile").read_text(encoding="utf-8")
    made = re.findall(r"pip (install --quiet (?!--editable).*)$", make, flags=re.M)
    docker = (repository / "Dockerfile").read_text(encoding="utf-8")
    run = [
        line.replace(' --index-url "${TORCH_INDEX_URL}"', "")
        for line in re.findall(r"pip (install --quiet .*?)(?: \\)?$", docker, flags=re.M)
    ]
    assert run[:2] == made[:2]
    assert run[2] == "install --quiet --no-deps ."


def test_the_locks_pin_every_dependency(repository: Path) -> None:
    project = tomllib.loads((repository / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    pins = {
        line.split("==")[0]
        for name in ("requirements.lock", "requirements-dev.lock")
        for line in (repository / name).read_text(encoding="utf-8").splitlines()
        if not line.startswith("#")
    }
    wanted = [*project["dependencies"], *sum(project["optional-dependencies"].values(), [])]
    missing = {re.split(r"[<>=]", each)[0].lower() for each in wanted} - pins
    assert missing == set()


@pytest.mark.parametrize(("mark", "module"), [("demo", "evals.demo"), ("current", "evals.current")])
def test_the_readme_shows_what_its_examples_print(
    mark: str, module: str, readme: str, repository: Path
) -> None:
    shown = re.search(rf"<!-- {mark}:.*?-->\n```text\n(.*?)\n```", readme, flags=re.S)
    assert shown
    done = subprocess.run(
        [sys.executable, "-m", module],
        cwd=repository,
        capture_output=True,
        text=True,
        check=True,
    )
    printed = done.stdout.split("--- demo ---\n")[1]
    assert without_confidence(shown[1]) == without_confidence(printed)


def without_confidence(text: str) -> str:
    """The last digit of a confidence may depend on the processor; a line may break anywhere."""
    return re.sub(r"\s+", " ", re.sub(r"confidence \d\.\d\d", "confidence", text)).strip()


def test_importing_the_command_line_is_light(repository: Path) -> None:
    """A question and `--help` must not wait for what only ingest or the server uses."""
    script = (
        "import sys, assistant.channels.cli, assistant.wiring\n"
        "heavy = {'torch', 'sentence_transformers', 'transformers', 'chromadb', 'fastapi', "
        "'uvicorn', 'alembic', 'trafilatura', 'pypdfium2', 'sklearn', 'langchain', 'httpx'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=repository, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
