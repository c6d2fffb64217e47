"""A Content as JSON and back. The text is kept apart, so that SQL can slice it."""

from __future__ import annotations

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


def _adapter_json(body: str) -> dict[str, object]:
    return _json().validate_json(body)


@cache
def _json() -> TypeAdapter[dict[str, object]]:
    return TypeAdapter(dict[str, object])
