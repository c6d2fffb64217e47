"""One spelling per web address, so that two that lead to the same page compare equal."""

from __future__ import annotations

from urllib.parse import SplitResult, parse_qsl, urlencode, urlsplit

_TRACKING = {"fbclid", "gclid", "dclid", "msclkid", "mc_cid", "mc_eid", "igshid", "yclid", "twclid"}
_DEFAULT_PORTS = {"http": 80, "https": 443}


def canonical_url(url: str) -> str:
    """The form of an address by which documents and sources are compared.

    Host in lower case, no default port, user, fragment or tracking parameters, no trailing slash,
    and https for http. It is a key, not a link: show and fetch the address as it was given. What
    is no http address comes back stripped and otherwise as it is.
    """
    url = url.strip()
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return url
    scheme = parts.scheme.lower()
    host = _host(parts.hostname or "")
    if scheme not in _DEFAULT_PORTS or not host:
        return url
    if port is not None and port != _DEFAULT_PORTS[scheme]:
        host = f"{host}:{port}"
    query = _without_tracking(parts.query.rstrip())
    return SplitResult("https", host, _without_end(parts.path), query, "").geturl()


def is_web(url: str | None) -> bool:
    """Whether it names a page of the web, and no file."""
    return url is not None and url.lower().startswith(("http://", "https://"))


def _without_end(path: str) -> str:
    """Without slashes at its end, nor white space between or behind them."""
    while path and (path[-1] == "/" or path[-1].isspace()):
        path = path[:-1]
    return path


def _host(name: str) -> str:
    name = name.lower().rstrip(".")
    if ":" in name:
        return f"[{name}]"
    try:
        return name if name.isascii() else name.encode("idna").decode("ascii")
    except UnicodeError:
        return name


def _without_tracking(query: str) -> str:
    pairs = parse_qsl(query, keep_blank_values=True, errors="surrogateescape")
    kept = [(k, v) for k, v in pairs if k.lower() not in _TRACKING and not _is_utm(k)]
    return query if len(kept) == len(pairs) else urlencode(kept, errors="surrogateescape")


def _is_utm(key: str) -> bool:
    return key.lower().startswith("utm_")
