"""Host pages that are hard on what they embed, from a second loopback server: another origin.

A page is made by `page()` and put at a path of a `Site` that has FILES. Its own style sheet resets
everything with `!important`, its banners claim the highest z-index, its scripts patch prototypes
and grab keys, and its Content-Security-Policy lets nothing in but the assistant's origin.
"""

from __future__ import annotations

from html import escape

from evals.site import SitePage

STYLES = """
@layer reset { newsroom-assistant, newsroom-assistant * { all: unset !important;
  display: none !important; visibility: hidden !important; } }
* { all: unset !important; box-sizing: content-box !important; }
button, input, div, p, dialog, section { display: none !important; }
div, span, p, button, textarea { color: red !important; font: 40px fantasy !important;
  position: static !important; z-index: -1 !important; letter-spacing: 9px !important;
  visibility: hidden !important; opacity: 0 !important; pointer-events: none !important; }
[role], [role=dialog], [role=status] { display: none !important; }
:focus, :focus-visible { outline: none !important; }
html { font-size: 37px !important; }
* , *::before, *::after { animation: spin 1s infinite !important; transition: all 9s !important; }
@keyframes spin { to { transform: rotate(1turn); } }
head, head * { display: none !important; }
html, body, h1, #form, #form *, #page, #page *, .banner { all: revert !important;
  visibility: visible !important; opacity: 1 !important; pointer-events: auto !important;
  animation: none !important; transition: none !important; font: 16px/1.4 sans-serif !important; }
body { margin: 48px 8px !important; overflow-wrap: anywhere !important; }
.banner { position: fixed !important; inset: 0 0 auto 0 !important; height: 40px !important;
  z-index: 2147483647 !important; background: gold !important; color: black !important; }
"""

SCRIPT = """
(() => {
  window.__errors = [];
  window.onerror = (message) => { window.__errors.push(String(message)); };
  window.addEventListener("unhandledrejection", (e) => window.__errors.push(String(e.reason)));
  // What an old framework does to everybody's arrays, strings, functions and numbers.
  Array.prototype.each = function (run) { for (const one of this) run(one); return this; };
  Array.prototype.last = function () { return this[this.length - 1]; };
  String.prototype.strip = function () { return this.trim(); };
  Function.prototype.extend = function () { return this; };
  Number.prototype.times = function () { return []; };
  window.$ = window.jQuery = () => { throw new Error("not yours"); };
  window.React = window.Vue = window.preact = { version: "0.0.1", h() { throw new Error("old"); } };
  window.process = { env: {} };
  window.define = () => { throw new Error("not yours"); };
  window.define.amd = {};
  window.module = { exports: {} };
  window.name = "host";
  const fetched = window.fetch;
  window.fetch = function (...given) { return fetched.apply(this, given); };
  // Keys of its own: letters are shortcuts, arrows and Escape belong to the page.
  document.addEventListener("keydown", (event) => {
    window.__keys = (window.__keys ?? 0) + 1;
    const field = /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName);
    if (field) return;
    if (/^[a-z/?]$/i.test(event.key) || event.key === " ") {
      event.preventDefault();
      document.getElementById("name").focus();
    }
    if (event.key === "Escape" || event.key === "Enter") event.stopPropagation();
  });
  document.addEventListener("selectstart", () => {});
  document.addEventListener("DOMContentLoaded", () => {
    window.__clicks = 0;
    document.getElementById("press").addEventListener("click", () => { window.__clicks += 1; });
    document.getElementById("form").addEventListener("submit", (event) => {
      event.preventDefault();
      window.__sent = Object.fromEntries(new FormData(event.target));
    });
    const banner = document.createElement("aside");
    banner.className = "banner";
    banner.textContent = "This banner lies above everything";
    document.body.append(banner);
  });
})();
"""

BODY = """
<h1>The paper</h1>
<div id=page><p>A story of the paper, with <a href="#story">a link</a>.</p>
<p id=story>{filler}</p></div>
<form id=form action="/sent">
<label>Name <input id=name name=name value="untouched"></label>
<label><input type=checkbox id=yes name=yes checked> yes</label>
<label>Notes <textarea id=notes name=notes>as written</textarea></label>
<label>Pick <select id=pick name=pick><option>one<option selected>two</select></label>
<button id=press type=button>Press</button> <button id=send>Send it</button>
</form>
"""


def policy(assistant: str) -> str:
    """A strict Content-Security-Policy that admits the assistant's origin where it must."""
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src 'self' {assistant}",
            f"connect-src {assistant}",
            "style-src 'self'",
            "img-src 'none'",
            "font-src 'none'",
            "frame-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types 'none'",
        )
    )


def page(
    assistant: str,
    key: str,
    *,
    language: str = "en",
    direction: str = "ltr",
    hostile: bool = True,
    tags: int = 2,
    attributes: str = "",
) -> SitePage:
    """A page with the widget's tag on it, twice unless said otherwise."""
    tag = (
        f'<script async src="{escape(assistant)}/widget.js" data-key="{escape(key)}" '
        f"{attributes}></script>"
    )
    own = '<link rel=stylesheet href="/site.css"><script src="/site.js"></script>'
    plain = '<script src="/form.js"></script>'
    text = (
        f'<!doctype html><html lang="{language}" dir="{direction}"><head><meta charset=utf-8>'
        '<meta name=viewport content="width=device-width, initial-scale=1">'
        f"<title>The paper</title>{own if hostile else plain}{tag * tags}</head><body>"
        + BODY.format(filler="Words of the paper. " * 200)
        + "</body></html>"
    )
    return SitePage(body=text, policy=policy(assistant))


FORM = (
    "(() => {\n  window.__errors = [];\n"
    + SCRIPT[SCRIPT.index('  document.addEventListener("DOMContentLoaded"') :]
)
"""The page's own form without the rest of the hostility."""

FILES = {
    "/site.css": SitePage(body=STYLES, media_type="text/css"),
    "/site.js": SitePage(body=SCRIPT, media_type="text/javascript"),
    "/form.js": SitePage(body=FORM, media_type="text/javascript"),
}
"""What the pages load from their own site."""
