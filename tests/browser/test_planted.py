"""Documents in which many strings that would run are planted, in a browser: nothing does."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest
from markdown_it import MarkdownIt
from support.counts import count
from support.hostile import page
from support.sample_report import provenance

from assistant.settings import Settings
from assistant.wiring import open_assistant
from browser.conftest import LIMITS, PATIENCE, Watch
from browser.reader import Form, Reader
from evals.homes import NOW
from evals.reports.report import Suite, Worst
from evals.reports.writing import write
from evals.site import Service, Site, SitePage, served
from evals.suites.safety_archive import Injection, load
from evals.suites.safety_shown import in_terminal

Open = Callable[..., Any]
A_DOCUMENT = 12
"""Strings in one document: few pages hold them all."""
ALIEN = """() => {
  const found = [];
  const look = (root) => {
    for (const each of root.querySelectorAll("*")) {
      const tag = each.localName;
      const runs = each.getAttributeNames().some((name) =>
        name.startsWith("on") || name === "srcdoc" || name === "autofocus" || name === "ping");
      const leads = ["href", "src", "action", "formaction"].some((name) =>
        /^\\s*(?:javascript|vbscript|data|file):|^(?:https?:)?\\/\\/127\\.0\\.0\\.1:9\\//i
          .test(each.getAttribute(name) ?? ""));
      const alien = ["iframe", "object", "embed", "base", "math", "img", "video", "marquee"];
      const ours = each.closest("newsroom-assistant") || root !== document;
      if (alien.includes(tag) || runs || leads || (tag === "style" && !ours)
          || (tag === "newsroom-assistant" && each.dataset.key === "na_stolen"))
        found.push(each.outerHTML.slice(0, 200));
      if (each.shadowRoot) look(each.shadowRoot);
    }
  };
  look(document);
  return window.__pwned ? [...found, "it ran"] : found;
}"""


def documents() -> list[tuple[str, Sequence[Injection]]]:
    strings = load()
    groups = [strings[at : at + A_DOCUMENT] for at in range(0, len(strings), A_DOCUMENT)]
    return [(f"planted-many-{number:02}", group) for number, group in enumerate(groups)]


def markdown(number: int, group: Sequence[Injection]) -> str:
    """Every place of a document holds a string; its own paragraphs hold the rest."""
    texts = [each.text for each in group]
    at = (texts * 8)[number : number + 7]  # each group begins at another
    front = {
        "title": f"How many boats does harbour {number} have? {at[0]}",
        "kind": "fact_check",
        "url": f"https://boats.example/{number}",
        "publisher": f"Harbour office {at[1]}",
        "checked_on": "2026-11-01",
        "claim": f"Harbour {number} is empty: {at[2]}",
        "rating": f"False. {at[3]}",
        "sources": [{"n": 1, "title": f"Register {at[4]}", "publisher": at[5], "url": at[6]}],
    }
    fact = f"Harbour {number} has {700 + number} boats, as its office counted in 2023 [1]."
    body = "\n\n".join((fact, *(f"The office was sent this: {text}" for text in texts)))
    questions = "\n".join(f"- {' '.join(text.split())}" for text in texts[:3])
    head = json.dumps(front, ensure_ascii=True)
    return f"---\n{head}\n---\n\n## {at[5]}\n\n{body}\n\n## Want to dive deeper?\n\n{questions}\n"


@pytest.fixture(scope="module")
def planting(
    fresh_home: Callable[[], Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Service]:
    home, folder = fresh_home(), tmp_path_factory.mktemp("planted")
    for number, (name, group) in enumerate(documents()):
        (folder / f"{name}.md").write_bytes(markdown(number, group).encode())
    with open_assistant(Settings(home=home, now=NOW)) as assistant:
        assert assistant.ingest([str(folder)]).quarantined == ()
    with served(home, **LIMITS) as service:
        yield service


def question(number: int) -> str:
    return f"How many boats does harbour {number} have?"


def clean(opened: Any, what: str) -> None:
    """Nothing ran, and nothing but our own elements is there, shadow roots included."""
    assert opened.evaluate(ALIEN) == [], what


def posted(service: Service, path: str, body: Any) -> Any:
    accept = "application/json" + (", text/event-stream" if path == "/mcp" else "")
    headers = {"Content-Type": "application/json", "Accept": accept}
    with urlopen(Request(service.url + path, json.dumps(body).encode(), headers)) as response:
        return json.loads(response.read() or "null")


def test_it_would_be_seen(browser: Any) -> None:
    """The strings as a page that escapes nothing has them: the check finds much to say."""
    context = browser.new_context(offline=True)
    opened = context.new_page()
    opened.on("dialog", lambda dialog: dialog.dismiss())
    strings = [each.text for each in load() if each.family in ("html", "scheme")]
    for text in strings:
        opened.evaluate("text => document.body.insertAdjacentHTML('beforeend', text)", text)
    assert len(opened.evaluate(ALIEN)) > 5
    context.close()


def test_pages_of_documents_and_answers(planting: Service, open_page: Open, watch: Watch) -> None:
    watch.origins.add(planting.url)
    opened = open_page(planting.url)
    for number, (name, group) in enumerate(documents()):
        opened.goto(f"{planting.url}/d/{name}")
        assert f"harbour {number}" in opened.locator("h1").text_content()
        clean(opened, name)
        reply = posted(planting, "/v1/ask", {"question": question(number)})
        opened.goto(f"{planting.url}/a/{reply['id']}")
        clean(opened, name)
        if number % 3 == 0:  # the question itself is shown again
            asked = posted(planting, "/v1/ask", {"question": f"{question(0)} {group[0].text}"})
            opened.goto(f"{planting.url}/a/{asked['id']}")
            clean(opened, group[0].id)


@pytest.mark.parametrize("framed", [True], ids=["embed"])
def test_the_widget(
    planting: Service, host: Site, open_page: Open, watch: Watch, *, framed: bool
) -> None:
    watch.origins.add(planting.url)
    _, key = planting.widget_key(host.origin)
    if framed:
        opened = open_page(f"{planting.url}/embed?key={key}")
    else:
        opened = open_page(host.put("/planted", page(planting.url, key)))
    reader = Reader(opened)
    form = None if framed else Form(opened)
    usual = [] if framed else opened.evaluate(ALIEN)  # the hostile page has elements of its own
    if not framed:
        reader.open()
    reader.question.wait_for(timeout=PATIENCE)
    for number, (name, group) in enumerate(documents()[:: count(4, 1)]):
        reader.question.fill(f"{question(number * count(4, 1))} {group[0].text}"[:500])
        reader.question.press("Enter")
        reader.turns.nth(number).locator(".actions, .error").first.wait_for()
        cites = reader.turns.nth(number).get_by_role("button", name="[1]", exact=True)
        if cites.count():
            cites.first.click()
            reader.popover.locator(".quote").wait_for()
        assert [each for each in opened.evaluate(ALIEN) if each not in usual] == [], name
        if cites.count():  # without a popover it would close the panel
            opened.keyboard.press("Escape")
    if form:
        reader.close()
        form.works()


def test_what_programs_get_is_text(planting: Service, open_page: Open, watch: Watch) -> None:
    """Markdown of the OpenAI-compatible door shown with HTML let through, MCP's text, feeds."""
    watch.origins.add(planting.url)
    opened = open_page(planting.url)
    for number, (name, _) in enumerate(documents()):
        asked = {"model": "x", "messages": [{"role": "user", "content": question(number)}]}
        chat = posted(planting, "/v1/chat/completions", asked)
        text = chat["choices"][0]["message"]["content"]
        assert f"{700 + number} boats" in text
        opened.set_content(MarkdownIt("js-default", {"html": True}).render(text))
        clean(opened, name)
        call = {"name": "ask", "arguments": {"question": question(number)}}
        body = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": call}
        told = posted(planting, "/mcp", body)["result"]["content"]
        assert f"{700 + number} boats" in told[0]["text"]
        assert [list(in_terminal(part["text"])) for part in told] == [[] for _ in told]
    watch.expect("favicon")  # what is no page of ours has no icon of its own
    for feed in ("freshness.json", "claimreview.json"):
        opened.goto(f"{planting.url}/feeds/{feed}")
        clean(opened, feed)
    with urlopen(f"{planting.url}/feeds/freshness.atom") as response:
        assert response.headers["Content-Type"].startswith("application/atom+xml")


def test_a_report_with_planted_cases(host: Site, open_page: Open, tmp_path: Path) -> None:
    strings = load()
    suite = Suite(
        name="gold",
        figures=(),
        data={each.id: each.text for each in strings},
        worst=tuple(
            Worst(case=each.id, asked=each.text, came=each.text, wanted=each.text, why=each.text)
            for each in strings
        ),
    )
    write([suite], provenance(), tmp_path)
    opened = open_page(
        host.put("/latest", SitePage(body=(tmp_path / "latest.html").read_text("utf-8")))
    )
    assert "PELICAN" in opened.locator("body").text_content()
    assert opened.evaluate("window.__pwned") is None
    alien = "iframe, object, embed, base, img, form, newsroom-assistant, [onerror], [onfocus]"
    assert opened.locator(alien).count() == 0
    told = (tmp_path / "report.md").read_text("utf-8")
    opened.set_content(MarkdownIt("js-default", {"html": True}).render(told))
    assert opened.locator(alien).count() == 0
    assert opened.evaluate("window.__pwned") is None
    assert opened.locator("a[href*='127.0.0.1:9']").count() == 0
