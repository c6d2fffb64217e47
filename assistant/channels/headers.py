"""The security headers of every response, and the policies of those that need another."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.datastructures import MutableHeaders

HSTS_SECONDS = 180 * 24 * 3600
HIDDEN = "'none'"


def content_policy(
    *, scripts: bool = False, framed_by: Sequence[str] = (), more: Sequence[str] = ()
) -> str:
    """A Content-Security-Policy: our own style sheets and images, forms that go to us.

    `scripts` also allows script files of our own and what they fetch from us; never one in a page.
    `framed_by` are the origins whose pages may show it in a frame; `more` are whole directives.
    """
    directives = ["default-src 'none'", "style-src 'self'", "img-src 'self'"]
    if scripts:
        directives += ["script-src 'self'", "connect-src 'self'"]
    directives += ["form-action 'self'", "base-uri 'none'"]
    directives += [f"frame-ancestors {' '.join(framed_by) or HIDDEN}", *more]
    return "; ".join(directives)


SECURITY_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Content-Security-Policy": content_policy(),
    "Cache-Control": "no-store",
}
"""What a response has that doesn't set its own."""


def dress(headers: MutableHeaders, *, scheme: str) -> None:
    """Gives a response the headers that it lacks."""
    for name, value in SECURITY_HEADERS.items():
        headers.setdefault(name, value)
    # A page that names who may frame it is not contradicted by the older header, which can't.
    policy = headers["content-security-policy"]
    if "frame-ancestors" not in policy or f"frame-ancestors {HIDDEN}" in policy:
        headers.setdefault("X-Frame-Options", "DENY")
    if scheme == "https":
        headers.setdefault("Strict-Transport-Security", f"max-age={HSTS_SECONDS}")
