"""What a run writes: the same twice, nothing of a case acts in it, and every form says the same."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.sample_report import HOSTILE, provenance, suites

from evals.reports import gate, svg, text, writing
from evals.reports.direction import better, verdict
from evals.reports.gate import Floor
from evals.reports.pictures import Bar, Line, Picture
from evals.reports.report import read

FLOORS = (
    Floor(suite="gold", figure="hit_rate", low=0.9),
    Floor(suite="gold", figure="false_abstention", high=0.7),
    Floor(suite="gold", figure="not_there", low=0.1),
    Floor(suite="elsewhere", figure="hit_rate", low=0.1),
)


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("report")
    writing.write(suites(), provenance(), folder, FLOORS)
    return folder


class Page(HTMLParser):
    """The elements of a page and the text in it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.open: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in ("meta", "wbr"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join("".join(self.words).split())


def test_only_timings_differ_between_two_runs(out: Path, tmp_path: Path) -> None:
    writing.write(suites(slow=3.0), provenance(), tmp_path, FLOORS)
    names = {file.name for file in out.iterdir()}
    assert names == {file.name for file in tmp_path.iterdir()}
    differ = {name for name in names if (out / name).read_bytes() != (tmp_path / name).read_bytes()}
    assert differ == {"timings.json", "timings.html"}


@pytest.mark.parametrize("name", ["latest.html", "timings.html"])
def test_a_page_stands_alone_and_nothing_of_a_case_acts_in_it(out: Path, name: str) -> None:
    page = Page((out / name).read_text("utf-8"))
    assert page.open == []
    assert not {"script", "img", "iframe", "object", "form", "b"} & {tag for tag, _ in page.tags}
    for tag, attributes in page.tags:
        assert not [key for key in attributes if key.startswith("on")], tag
        # What it leads to is a place in it, or the other page of the same folder.
        for key in ("href", "src"):
            assert re.fullmatch(r"#\w+|timings\.html|latest\.html", attributes.get(key) or "#top")
    policy = [a["content"] for tag, a in page.tags if tag == "meta" and "http-equiv" in a]
    assert policy == ["default-src 'none'; style-src 'unsafe-inline'"]


def test_the_page_says_the_words_of_the_worst_cases_as_words(out: Path) -> None:
    page = Page((out / "latest.html").read_text("utf-8"))
    assert "</title><script>alert(1)</script><img src=x onerror=alert(2)> | `code`" in page.text
    assert "Cases that went wrong, with their words (14, the first 12 are here)" in page.text
    assert "wrong 11" in page.text
    assert "wrong 12" not in page.text
    assert not re.search("[\x00\x1b\u202e\ud800]", page.text)


def test_every_picture_has_a_title_and_its_numbers(out: Path) -> None:
    html = (out / "latest.html").read_text("utf-8")
    pictures = re.findall(r'<svg [^>]*role="img".*?</svg>', html, flags=re.S)
    assert len(pictures) == 3
    for picture in pictures:
        root = ElementTree.fromstring(picture)
        named = root.attrib["aria-labelledby"].split()
        assert [each.get("id") for each in root[:2]] == named
        assert all(each.text for each in root[:2])
    ids = re.findall(r' id="([^"]+)"', html)
    assert len(ids) == len(set(ids))
    assert html.count("The numbers in this picture") == 3
    assert "LangChain + Chroma</td><td>0.700</td><td>0.660 to 0.750" in html


def test_the_page_tells_which_floors_are_kept(out: Path) -> None:
    page = Page((out / "latest.html").read_text("utf-8"))
    assert "1 of 3 floors kept." in page.text
    assert "MISSED ≥ 0.9" in page.text
    assert "kept ≤ 0.7" in page.text


def test_the_page_tells_differences_in_words(out: Path) -> None:
    page = Page((out / "latest.html").read_text("utf-8"))
    assert re.search(r"LangChain \+ Chroma ?0\.900 ?0\.700 ?\+0\.200.{0,40}better", page.text)
    assert re.search(r"BM25 alone ?0\.900 ?0\.900 ?\+0\.000.{0,40}no difference shown", page.text)


def test_junit_has_a_case_for_each_floor_and_each_crash(out: Path) -> None:
    root = ElementTree.parse(out / "junit.xml").getroot()
    held = {suite.attrib["name"]: suite for suite in root}
    assert list(held) == ["evals.gold", "evals.retrieval"]
    told = {
        case.attrib["name"]: [part.tag for part in case]
        for case in held["evals.gold"].iter("testcase")
    }
    assert told == {
        "hit_rate: at least 0.9": ["failure"],
        "false_abstention: at most 0.7": ["system-out"],
        "not_there: at least 0.1": ["failure"],
        "broken is measured": ["error"],
    }
    counts = [root.attrib[name] for name in ("tests", "failures", "errors")]
    assert counts == ["4", "2", "1"]
    failure = next(root.iter("failure"))
    assert failure.attrib["message"] == "hit_rate: at least 0.9, measured 0.7250"


def test_markdown_shows_the_summary_first_and_escapes_the_rest(out: Path) -> None:
    lines = (out / "report.md").read_text("utf-8").splitlines()
    summary = next(n for n, line in enumerate(lines) if line.startswith("| suite | figure |"))
    assert summary < lines.index("## gold")
    assert "| gold | hit_rate | 0.725 | 0.572 to 0.839 | 40 | ≥ 0.9 | **missed** |" in lines
    widths = {line.count(" | ") for line in lines[summary : summary + 5]}
    assert len(widths) == 1
    asked = next(line for line in lines if line.startswith("  - asked: "))
    assert "<script" not in asked
    assert "&lt;script&gt;" in asked
    assert r"\`code\` \*\*bold\*\* \[a\](http:/<!-- -->/b.c)" in asked
    assert "@<!-- -->someone #<!-- -->12" in asked


def test_values_have_what_each_case_gave_and_its_slices(out: Path) -> None:
    rows = [json.loads(line) for line in (out / "values.jsonl").read_text("utf-8").splitlines()]
    assert rows[0] == {
        "suite": "gold",
        "figure": "hit_rate",
        "case": "q0",
        "value": 1.0,
        "slices": [HOSTILE],
    }
    assert len(rows) == 40 + 2 * 60


def test_what_is_written_is_read_again(out: Path) -> None:
    assert read(out)["gold"]["hit_rate"] == 0.725
    assert read(out)["gold"]["broken"] is None
    row = json.loads((out / "replies.jsonl").read_text("utf-8"))
    assert row["text"] == "half a pair: \ud800"


@given(st.text(st.characters(), max_size=60))
def test_any_words_stay_within_their_cell_and_line(words: str) -> None:
    shown = text.markdown(words)
    assert not re.search(r"(?<!\\)(?:\\\\)*[|`*_\[\]]", shown)
    assert not re.search(r"<(?!!-- -->)", shown)
    assert len(shown.splitlines()) <= 1
    shown.encode("utf-8")
    root = ElementTree.Element("a", name=text.plain(words))
    assert ElementTree.fromstring(ElementTree.tostring(root)).attrib["name"] == text.plain(words)


@given(
    st.lists(
        st.tuples(st.floats(-1e4, 1e4, width=32), st.floats(-1e4, 1e4, width=32)),
        min_size=1,
        max_size=30,
    )
)
def test_any_line_is_drawn_within_its_frame(points: list[tuple[float, float]]) -> None:
    picture = Picture(
        name="any", title="t", x="x", y="y", lines=(Line(name="n", points=tuple(points)),)
    )
    root = ElementTree.fromstring(svg.svg(picture))
    width, height = (float(each) for each in root.attrib["viewBox"].split()[2:])
    line = next(root.iter("polyline"))
    for corner in line.attrib["points"].split():
        x, y = (float(each) for each in corner.split(","))
        assert 0 <= x <= width
        assert 0 <= y <= height


@given(st.lists(st.floats(-1e4, 1e4, width=32), min_size=1, max_size=9))
def test_an_axis_holds_its_values_between_a_few_round_ticks(values: list[float]) -> None:
    axis = svg.axis(values, 0, 100)
    assert axis.low <= min(values) + 1e-6 * max(1, abs(min(values)))
    assert axis.high >= max(values) - 1e-6 * max(1, abs(max(values)))
    assert 2 <= len(axis.ticks) <= 9


def test_a_row_without_an_interval_has_a_dot_alone() -> None:
    bars = (Bar(name="a", value=0.5, low=0.4, high=0.6), Bar(name="b", value=0.7))
    picture = Picture(name="p", title="t", x="x", y="", bars=(("g", bars),))
    root = ElementTree.fromstring(svg.svg(picture))
    assert len([c for c in root.iter("circle")]) == 2
    assert len([r for r in root.iter("line") if "whisker" in r.attrib["class"]]) == 1


@pytest.mark.parametrize(
    ("figure", "way"),
    [
        ("hit_rate", "higher"),
        ("false_abstention", "lower"),
        ("near_miss_false_answers", "lower"),
        ("squad2 auroc", "higher"),
        ("squad2 coverage at 5 % risk", "higher"),
        ("ece", "lower"),
        ("altered refused", "higher"),
        ("unaltered vetoed", "lower"),
        ("claims_per_answer", "neither"),
        ("checkthat22_2a dev MAP@5", "higher"),
    ],
)
def test_which_way_a_figure_is_good(figure: str, way: str) -> None:
    assert better("any", figure) == way


def test_a_floor_says_which_way_is_good() -> None:
    assert better("gold", "oddity", [Floor(suite="gold", figure="oddity", high=0.1)]) == "lower"
    for floor in gate.floors():
        way = "higher" if floor.low is not None else "lower"
        assert better(floor.suite, floor.figure, gate.floors()) == way, floor


@pytest.mark.parametrize(
    ("low", "high", "way", "word"),
    [
        (0.01, 0.2, "higher", "better"),
        (0.01, 0.2, "lower", "worse"),
        (-0.2, -0.01, "higher", "worse"),
        (-0.2, -0.01, "lower", "better"),
        (-0.2, 0.01, "higher", "no difference shown"),
        (0.0, 0.0, "higher", "no difference shown"),
        (0.1, 0.2, "neither", "higher"),
    ],
)
def test_a_verdict_needs_an_interval_without_0(
    low: float, high: float, way: str, word: str
) -> None:
    assert verdict(low, high, way) == word  # type: ignore[arg-type]
