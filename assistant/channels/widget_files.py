"""The widget's built files: what each is called, how it is served, and what a page checks it by."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from typing_extensions import TypedDict

from assistant.errors import Unavailable

DIST = Path(__file__).parent / "widget" / "dist"


@dataclass(frozen=True, kw_only=True)
class WidgetFile:
    """One file of the bundle, whole."""

    name: str
    body: bytes
    content_type: str
    etag: str
    """Quoted, as the header carries it; it changes with the content and with nothing else."""
    integrity: str
    """`sha384-` and the digest in base64, as a script's `integrity` attribute takes it."""


class _FileJson(TypedDict):
    integrity: str
    bytes: int
    type: str


class _ManifestJson(TypedDict):
    loader: str
    panel: str
    files: dict[str, _FileJson]


def loader() -> WidgetFile:
    """`/widget.js`: the one file whose name stays. Raises Unavailable when nothing is built."""
    return _bundle()[_manifest()["loader"]]


def panel_file(name: str) -> WidgetFile | None:
    """A file whose name changes with its content, so that it may be kept for ever; else None."""
    return None if name == _manifest()["loader"] else _bundle().get(name)


@cache
def _bundle() -> dict[str, WidgetFile]:
    """Read once: the files change only with a release."""
    return {name: _read(name, said) for name, said in _manifest()["files"].items()}


def _read(name: str, said: _FileJson) -> WidgetFile:
    digest = said["integrity"].removeprefix("sha384-")
    return WidgetFile(
        name=name,
        body=_bytes(name),
        content_type=said["type"],
        etag=f'"{digest}"',
        integrity=said["integrity"],
    )


@cache
def _manifest() -> _ManifestJson:
    manifest: _ManifestJson = json.loads(_bytes("manifest.json"))
    return manifest


def _bytes(name: str) -> bytes:
    try:
        return (DIST / name).read_bytes()
    except FileNotFoundError as error:
        raise Unavailable(
            f"the widget's file {name!r} is not installed; build it with `npm run build` in "
            "assistant/channels/widget, or install the package anew"
        ) from error
