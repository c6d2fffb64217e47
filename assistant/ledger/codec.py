"""A Content as JSON and back. The text is kept apart, so that SQL can slice it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache

from pydantic import TypeAdapter

from assistant.types import Content


@cache
def _adapter() -> TypeAdapter[Content]:
    return TypeAdapter(Content)


def dump(content: Content) -> str:
    """Everything but the text, defaults left out; equal contents give equal strings."""
    return _adapter().dump_json(content, exclude={"text"}, exclude_defaults=True).decode()


def parse(body: str, text: str) -> Content:
    values = _adapter_json(body)
    return _adapter().validate_python({**values, "text": text})


def strings(value: object) -> Iterator[str]:
    """Every text in what is kept as JSON, at any depth; the names of fields are none."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping | list):
        for each in value.values() if isinstance(value, Mapping) else value:
            yield from strings(each)


def _adapter_json(body: str) -> dict[str, object]:
    return _json().validate_json(body)


@cache
def _json() -> TypeAdapter[dict[str, object]]:
    return TypeAdapter(dict[str, object])
