"""A report as JUnit XML: a test case for each floor, so that a CI shows which one was missed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from xml.etree import ElementTree

from evals.reports.gate import Floor
from evals.reports.text import plain

Judged = Sequence[tuple[Floor, float | None]]


def junit(report: Mapping[str, Any], judged: Judged) -> str:
    """One suite of tests for each of the report's; a figure that crashed is an error of its own."""
    root = ElementTree.Element("testsuites", name="evals")
    for name, suite in report["suites"].items():
        of_suite = [(floor, value) for floor, value in judged if floor.suite == name]
        crashed = [(figure, row["error"]) for figure, row in _rows(suite) if row.get("error")]
        under = ElementTree.SubElement(root, "testsuite", name=f"evals.{name}")
        _properties(under, {**report.get("provenance", {}), **suite.get("data", {})})
        for floor, value in of_suite:
            _case(under, floor, value)
        for figure, error in crashed:
            case = ElementTree.SubElement(
                under, "testcase", classname=f"evals.{name}", name=f"{plain(figure)} is measured"
            )
            ElementTree.SubElement(case, "error", message=plain(str(error)))
        _count(under)
    _count(root)
    ElementTree.indent(root, " ")
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, "unicode")


def _case(under: ElementTree.Element, floor: Floor, value: float | None) -> None:
    bound = str(floor).split(" ", 1)[1]
    case = ElementTree.SubElement(
        under, "testcase", classname=f"evals.{floor.suite}", name=plain(bound)
    )
    shown = "not measured" if value is None else f"measured {value:.4f}"
    if floor.missed(value):
        failure = ElementTree.SubElement(case, "failure", message=f"{plain(bound)}, {shown}")
        failure.text = "python -m evals gate names every missed floor; the cases are in the report"
    else:
        ElementTree.SubElement(case, "system-out").text = shown


def _properties(under: ElementTree.Element, given: Mapping[str, Any]) -> None:
    """Where the figures come from; values within values are left to report.json."""
    held = {name: value for name, value in given.items() if isinstance(value, str | int)}
    parent = ElementTree.SubElement(under, "properties")
    for name, value in held.items():
        ElementTree.SubElement(parent, "property", name=plain(name), value=plain(str(value)))


def _count(element: ElementTree.Element) -> None:
    element.set("tests", str(sum(1 for _ in element.iter("testcase"))))
    element.set("failures", str(sum(1 for _ in element.iter("failure"))))
    element.set("errors", str(sum(1 for _ in element.iter("error"))))


def _rows(suite: Mapping[str, Any]) -> Iterable[tuple[str, Mapping[str, Any]]]:
    rows: Mapping[str, Mapping[str, Any]] = suite["figures"]
    return rows.items()
