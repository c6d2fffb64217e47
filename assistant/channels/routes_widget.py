"""HTTP: the widget's files, which any page of any site may load."""

from __future__ import annotations

import gzip
from functools import cache

from fastapi import APIRouter, Request
from fastapi.responses import Response

from assistant.channels.negotiation import names_tag, takes_gzip
from assistant.channels.widget_files import WidgetFile, loader, panel_file
from assistant.errors import NotFound

router = APIRouter(include_in_schema=False)

LOADER_SECONDS = 300
"""A new release reaches readers within this time: the loader's name never changes."""
PANEL_SECONDS = 365 * 24 * 3600


@router.get("/widget.js")
def widget(request: Request) -> Response:
    return _sent(request, loader(), f"public, max-age={LOADER_SECONDS}")


@router.get("/widget/{name}")
def part(request: Request, name: str) -> Response:
    """A file whose name changes with its content."""
    found = panel_file(name)
    if found is None:
        raise NotFound(f"the widget has no file {name!r}; its page may be older than this server")
    return _sent(request, found, f"public, max-age={PANEL_SECONDS}, immutable")


def _sent(request: Request, file: WidgetFile, kept: str) -> Response:
    packed = takes_gzip(request.headers.get("accept-encoding", ""))
    headers = {
        "Access-Control-Allow-Origin": "*",
        "Cache-Control": kept,
        "Cross-Origin-Resource-Policy": "cross-origin",
        "ETag": _tag(file, packed),
        "Vary": "Accept-Encoding",
    }
    if names_tag(request.headers.get("if-none-match", ""), headers["ETag"]):
        return Response(status_code=304, headers=headers)
    if packed:
        headers["Content-Encoding"] = "gzip"
    body = _packed(file.name) if packed else file.body
    return Response(body, headers=headers, media_type=file.content_type)


def _tag(file: WidgetFile, packed: bool) -> str:
    """Each encoding has its own: a tag stands for exact bytes (RFC 9110, section 8.8.1)."""
    return f'{file.etag[:-1]}-gzip"' if packed else file.etag


@cache
def _packed(name: str) -> bytes:
    """Packed once and kept: the files are few and change only with a release."""
    file = panel_file(name) or loader()
    return gzip.compress(file.body, mtime=0)
