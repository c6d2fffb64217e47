from __future__ import annotations

import gzip
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from assistant.errors import FetchRefused, Unavailable
from assistant.ingest.addresses import AllowedHosts, checked_address, is_public
from assistant.ingest.fetch import Fetcher

Answer = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class Site:
    """A server on loopback: `pages` by path, and the requests that it got."""

    port: int = 0
    pages: dict[str, Answer] = field(default_factory=dict)
    got: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    def url(self, path: str) -> str:
        return f"http://{self.host}{path}"

    def fetcher(self, **limits: float) -> Fetcher:
        return Fetcher(
            [self.host],
            int(limits.get("max_bytes", 100_000)),
            limits.get("timeout_s", 10.0),
        )


def body(data: bytes, status: int = 200, **headers: str) -> Answer:
    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(status)
        for name, value in {"Content-Length": str(len(data)), **headers}.items():
            request.send_header(name.replace("_", "-"), value)
        request.end_headers()
        request.wfile.write(data)

    return answer


@pytest.fixture
def site() -> Iterator[Site]:
    here = Site()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            here.got.append((self.path, dict(self.headers.items())))
            here.pages.get(self.path, body(b"none", 404))(self)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    here.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield here
    server.shutdown()
    thread.join()
    server.server_close()


# --- what is fetched ------------------------------------------------------------------------------


def test_a_page(site: Site) -> None:
    site.pages["/a?b=c%20d"] = body(
        b"<p>hi</p>", Content_Type="text/html; charset=utf-8", ETag='"v1"', Last_Modified="then"
    )
    got = site.fetcher().fetch(site.url("/a?b=c%20d#part"))
    assert (got.status, got.body, got.media_type) == (200, b"<p>hi</p>", "text/html; charset=utf-8")
    assert (got.etag, got.last_modified) == ('"v1"', "then")
    assert got.url == got.final_url == site.url("/a?b=c%20d#part")
    headers = site.got[0][1]
    assert headers["Host"] == site.host
    assert "newsroom-assistant" in headers["User-Agent"]


def test_a_conditional_request(site: Site) -> None:
    site.pages["/a"] = body(b"", 304)
    got = site.fetcher().fetch(site.url("/a"), etag='"v1"', last_modified="then")
    assert (got.status, got.body) == (304, b"")
    headers = site.got[0][1]
    assert (headers["If-None-Match"], headers["If-Modified-Since"]) == ('"v1"', "then")


@pytest.mark.parametrize("status", [404, 410, 500, 503])
def test_a_status_is_an_answer_not_an_error(site: Site, status: int) -> None:
    site.pages["/a"] = body(b"a page of excuses", status, Content_Type="image/png")
    got = site.fetcher().fetch(site.url("/a"))
    assert (got.status, got.body) == (status, b"")


def test_gzip_is_unpacked(site: Site) -> None:
    packed = gzip.compress(b"one ") + gzip.compress(b"two")
    site.pages["/a"] = body(packed, Content_Encoding="gzip", Content_Type="text/plain")
    assert site.fetcher().fetch(site.url("/a")).body == b"one two"


def test_letters_beyond_ascii_are_encoded(site: Site) -> None:
    site.pages["/caf%C3%A9%20bar"] = body(b"ok")
    assert site.fetcher().fetch(site.url("/caf\u00e9 bar")).body == b"ok"


def test_redirects_are_followed(site: Site) -> None:
    site.pages["/a"] = body(b"", 302, Location="/b")
    site.pages["/b"] = body(b"", 308, Location=site.url("/c"))
    site.pages["/c"] = body(b"there")
    got = site.fetcher().fetch(site.url("/a"))
    assert (got.url, got.final_url, got.body) == (site.url("/a"), site.url("/c"), b"there")


# --- what is refused ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("file:///etc/passwd", "not http or https"),
        ("ftp://example.org/a", "not http or https"),
        ("gopher://example.org", "not http or https"),
        ("example.org/a", "not http or https"),
        ("", "not http or https"),
        ("http://user:pw@example.org/", "carries credentials"),
        ("http://user@example.org/", "carries credentials"),
        ("http://example.org:22/", "names port 22, only 80 and 443"),
        ("http://example.org:99999/", "is no URL"),
        ("http://[::1/", "is no URL"),
        ("http:///path", "a host that is no name"),
        ("http://exa mple.org/", "a host that is no name"),
        ("http://a\\b.example/", "a host that is no name"),
        ("http://\u00e9" + "x" * 80 + ".example/", "a host that is no name"),
    ],
)
def test_urls_that_are_never_fetched(url: str, message: str) -> None:
    with pytest.raises(FetchRefused, match=message):
        Fetcher(resolve=lambda host, port: ["93.184.215.14"]).fetch(url)


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "127.8.8.8", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.1.1"),
        *("169.254.169.254", "100.64.0.1", "192.0.0.8", "198.18.0.1", "224.0.0.1", "240.0.0.1"),
        *("255.255.255.255", "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12::1"),
        *("ff02::1", "fec0::1", "2001:db8::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::7f00:1"),
        *("64:ff9b::7f00:1", "64:ff9b::a00:1", "64:ff9b:1::a00:1", "2002:7f00:1::", "2002:a00:1::"),
        *("2001:0:53aa:64c:0:0:0:1", "not an address", ""),
    ],
)
def test_addresses_that_are_not_public(address: str) -> None:
    assert not is_public(address)
    with pytest.raises(FetchRefused, match="not on the public internet: name"):
        Fetcher(resolve=lambda host, port: [address]).fetch("http://example.org/")


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:2800:21f::1", "64:ff9b::5db8:d70e"])
def test_addresses_that_are_public(address: str) -> None:
    assert is_public(address)


def test_one_private_address_among_several_refuses_all() -> None:
    with pytest.raises(FetchRefused, match=r"is at 10\.0\.0\.1"):
        Fetcher(resolve=lambda h, p: ["93.184.215.14", "10.0.0.1"]).fetch("https://example.org/")


def test_loopback_by_any_other_name_is_refused(site: Site) -> None:
    for host in ("localhost", "127.1", "2130706433", "[::ffff:127.0.0.1]"):
        with pytest.raises((FetchRefused, Unavailable)):
            site.fetcher().fetch(f"http://{host}:{site.port}/a")
        with pytest.raises((FetchRefused, Unavailable)):
            site.fetcher().fetch(f"http://{host}/a")
    assert site.got == []


def test_a_redirect_is_checked_again(site: Site) -> None:
    for path, target in {
        "/file": "file:///etc/passwd",
        "/meta": "http://169.254.169.254/latest/",
        "/port": f"http://127.0.0.2:{site.port}/a",
        "/user": f"http://me:pw@{site.host}/a",
    }.items():
        site.pages[path] = body(b"", 302, Location=target)
        with pytest.raises(FetchRefused):
            site.fetcher().fetch(site.url(path))
    assert [path for path, _ in site.got] == ["/file", "/meta", "/port", "/user"]


def test_a_circle_of_redirects_ends(site: Site) -> None:
    site.pages["/a"] = body(b"", 302, Location="/a")
    with pytest.raises(FetchRefused, match="redirects more than 5 times"):
        site.fetcher().fetch(site.url("/a"))
    assert len(site.got) == 6


class Rebinding:
    """Answers with the server that is allowed first and with another one ever after."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, int]] = []

    def __call__(self, host: str, port: int) -> Sequence[str]:
        self.asked.append((host, port))
        return ["127.0.0.1"] if len(self.asked) == 1 else ["10.0.0.1"]


def test_a_name_is_looked_up_once_and_its_address_pinned(site: Site) -> None:
    site.pages["/a"] = body(b"pinned")
    resolve = Rebinding()
    fetcher = Fetcher([f"rebind.example:{site.port}"], resolve=resolve)
    got = fetcher.fetch(f"http://rebind.example:{site.port}/a")
    assert got.body == b"pinned"
    assert resolve.asked == [("rebind.example", site.port)]
    assert site.got[0][1]["Host"] == f"rebind.example:{site.port}"


def test_a_name_that_turns_private_on_a_redirect_is_refused(site: Site) -> None:
    answers = iter([["127.0.0.1"], ["10.0.0.1"]])
    site.pages["/a"] = body(b"", 302, Location="http://second.example/b")
    fetcher = Fetcher([f"first.example:{site.port}"], resolve=lambda h, p: next(answers))
    with pytest.raises(FetchRefused, match=r"second\.example is at 10\.0\.0\.1"):
        fetcher.fetch(f"http://first.example:{site.port}/a")


def test_hosts_are_allowed_with_and_without_a_port() -> None:
    allowed = AllowedHosts(["cms.example", " Box.example:8080 ", "[::1]:9000", ""])
    assert ("cms.example", 80) in allowed
    assert ("cms.example", 8123) in allowed
    assert ("box.example", 8080) in allowed
    assert ("box.example", 80) not in allowed
    assert ("::1", 9000) in allowed
    assert ("other.example", 80) not in allowed


# --- what is bounded ------------------------------------------------------------------------------


def test_the_size_is_bounded(site: Site) -> None:
    def without_length(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.end_headers()
        for _ in range(1000):
            request.wfile.write(b"x" * 1000)

    site.pages["/said"] = body(b"x" * 2000)
    site.pages["/unsaid"] = without_length
    site.pages["/bomb"] = body(gzip.compress(b"x" * 50_000_000), Content_Encoding="gzip")
    for path in ("/said", "/unsaid", "/bomb"):
        with pytest.raises(FetchRefused, match="is larger than 1000 bytes"):
            site.fetcher(max_bytes=1000).fetch(site.url(path))


def test_the_whole_time_is_bounded_even_where_bytes_drip(site: Site) -> None:
    done = threading.Event()

    def drip(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.end_headers()
        try:
            while not done.wait(0.02):
                request.wfile.write(b"x")
        except OSError:
            pass

    site.pages["/a"] = drip  # without end: a fetch that waited for it would never come back
    with pytest.raises(Unavailable, match=r"took longer than 0\.3 s: try again later"):
        site.fetcher(timeout_s=0.3).fetch(site.url("/a"))
    done.set()


def test_a_look_up_that_hangs_is_bounded() -> None:
    hang = threading.Event()

    def resolve(host: str, port: int) -> Sequence[str]:
        hang.wait(30)
        return ["93.184.215.14"]

    with pytest.raises(Unavailable, match=r"looking up example\.org took too long"):
        Fetcher(timeout_s=0.05, resolve=resolve).fetch("http://example.org/")
    hang.set()


def test_names_that_are_not_found() -> None:
    def nowhere(host: str, port: int) -> Sequence[str]:
        raise OSError("no such host")

    with pytest.raises(Unavailable, match=r"example\.org can't be found \(no such host\): check"):
        Fetcher(resolve=nowhere).fetch("http://example.org/")
    with pytest.raises(Unavailable, match="has no address"):
        checked_address("example.org", 80, lambda h, p: [], AllowedHosts([]), 1.0)


def test_a_server_that_is_down_or_talks_nonsense(site: Site) -> None:
    def nonsense(request: BaseHTTPRequestHandler) -> None:
        request.wfile.write(b"\x00\x01 nonsense\r\n\r\n")

    def cut_off(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.send_header("Content-Length", "1000")
        request.end_headers()
        request.wfile.write(b"x")

    site.pages["/nonsense"], site.pages["/cut"] = nonsense, cut_off
    half = gzip.compress(b"x" * 10_000)[:30]
    site.pages["/half"] = body(half, Content_Encoding="gzip")
    site.pages["/bad"] = body(b"no gzip", Content_Encoding="gzip")
    for path in ("/nonsense", "/cut", "/half", "/bad"):
        with pytest.raises(Unavailable, match="try again later"):
            site.fetcher().fetch(site.url(path))
    with pytest.raises(Unavailable, match="can't be fetched"):
        Fetcher(["127.0.0.1:9"]).fetch("http://127.0.0.1:9/")


@pytest.mark.parametrize(
    "headers",
    [
        {"Content_Type": "video/mp4"},
        {"Content_Type": "application/zip"},
        {"Content_Encoding": "br"},
    ],
)
def test_types_that_no_reader_takes(site: Site, headers: dict[str, str]) -> None:
    site.pages["/a"] = body(b"x", 200, **headers)
    with pytest.raises(FetchRefused):
        site.fetcher().fetch(site.url("/a"))
