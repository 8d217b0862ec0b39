"""Reports at an address: real bytes over a real local socket, and every hop's address checked."""

from __future__ import annotations

import gzip
import shutil
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from nonaligned.ground.errors import NonalignedError, ReportError, SourceError
from nonaligned.reports import fetch, intake
from nonaligned.reports.report import Text

FIXTURES = Path(__file__).parent / "fixtures"
PAGE = (FIXTURES / "article.html").read_bytes()
TEXT = b"India abstains\n\nIndia abstained on Wednesday from a resolution of the United Nations."


class Site(BaseHTTPRequestHandler):
    """Answers by path; `seen` keeps the Host of every request."""

    seen: list[str]
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.seen.append(self.headers["Host"])
        path = urlsplit(self.path).path
        try:
            getattr(self, "at_" + path.strip("/").replace("-", "_").partition("/")[0].partition(".")[0])()
        except OSError:
            self.close_connection = True

    def give(self, body: bytes, media: str = "text/plain", status: int = 200, **headers: str) -> None:
        self.send_response(status)
        if media:
            self.send_header("Content-Type", media)
        for name, value in {"Content_Length": str(len(body)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def go(self, where: str) -> None:
        self.give(b"", status=302, Location=where)

    def at_text(self) -> None:
        self.give(TEXT)

    def at_page(self) -> None:
        self.give(PAGE, "text/html; charset=utf-8")

    def at_latin(self) -> None:
        self.give(TEXT + " São Tomé did too.".encode("cp1252"), "text/plain; charset=iso-8859-1")

    def at_undeclared(self) -> None:
        self.give(TEXT + " São Tomé did too.".encode("cp1252"), "text/plain")

    def at_pdf(self) -> None:
        self.give((FIXTURES / "article.pdf").read_bytes(), "application/octet-stream")

    def at_packed(self) -> None:
        self.give(gzip.compress(PAGE), "text/html", Content_Encoding="gzip")

    def at_packed_bomb(self) -> None:
        self.give(gzip.compress(b"India " * 20_000_000), "text/plain", Content_Encoding="gzip")

    def at_packed_short(self) -> None:
        self.give(gzip.compress(PAGE)[:-200], "text/html", Content_Encoding="gzip")

    def at_packed_junk(self) -> None:
        self.give(PAGE, "text/html", Content_Encoding="gzip")

    def at_packed_odd(self) -> None:
        self.give(PAGE, "text/html", Content_Encoding="br")

    def at_short(self) -> None:
        self.give(TEXT, Content_Length=str(len(TEXT) + 100), Connection="close")
        self.close_connection = True

    def at_announced(self) -> None:
        self.give(TEXT * 200, Content_Length="50000000")

    def at_endless(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/plain")
        self.send_header("Connection", "close")
        self.end_headers()
        while True:
            self.wfile.write(TEXT * 1000)

    def at_drip(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/plain")
        self.send_header("Connection", "close")
        self.end_headers()
        while True:
            self.wfile.write(b"x")
            time.sleep(0.05)

    def at_drip_head(self) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        while True:
            self.wfile.write(b"x")
            time.sleep(0.05)

    def at_silent(self) -> None:
        time.sleep(3)

    def at_garbage(self) -> None:
        self.wfile.write(b"\0\1\2 no HTTP at all\r\n\r\n")
        self.close_connection = True

    def at_hangup(self) -> None:
        self.close_connection = True

    def at_image(self) -> None:
        self.give(b"\x89PNG\r\n", "image/png")

    def at_json(self) -> None:
        self.give(b"{}", "application/json")

    def at_empty(self) -> None:
        self.give(b"")

    def at_missing(self) -> None:
        self.give(b"nothing here", "text/html", 404)

    def at_forbidden(self) -> None:
        self.give(b"", "text/html", 403)

    def at_broken(self) -> None:
        self.give(b"", "text/html", 503)

    def at_moved(self) -> None:
        self.go("/text?a=b c&d=é")

    def at_loop(self) -> None:
        self.go("/loop2")

    def at_loop2(self) -> None:
        self.go("/loop")

    def at_long(self) -> None:
        n = int(self.path.rpartition("/")[2])
        self.go(f"/long/{n - 1}") if n else self.at_text()

    def at_to(self) -> None:
        self.go(self.path.removeprefix("/to/"))

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def site() -> Iterator[str]:
    Site.seen = []
    with ThreadingHTTPServer(("127.0.0.1", 0), Site) as server:
        server.daemon_threads = True
        server.block_on_close = False
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


Read = Callable[[str], Text]


@pytest.fixture
def read(site: str) -> Read:
    return lambda path: intake._from_address(site + path, allow_private=True, seconds=20)


def test_text_pages_and_pdfs_are_read(read: Read, site: str) -> None:
    assert read("/text").text == TEXT.decode()
    assert read("/text").name == f"{site}/text"
    page = read("/page")
    assert page.title == "India abstains again"
    assert page.text == intake.open_report(str(FIXTURES / "article.html")).text
    assert read("/pdf").text == intake.open_report(str(FIXTURES / "article.pdf")).text
    assert read("/packed").text == page.text


def test_a_stated_encoding_is_used_and_none_is_guessed(read: Read) -> None:
    assert read("/latin").text.endswith("São Tomé did too.")
    with pytest.raises(ReportError, match="not UTF-8"):
        read("/undeclared")


def test_redirects_are_followed_and_counted(read: Read, site: str) -> None:
    assert read("/moved").text == TEXT.decode()
    assert read(f"/long/{fetch.MAX_REDIRECTS}").name == f"{site}/long/0"
    for path, words in ((f"/long/{fetch.MAX_REDIRECTS + 1}", "more than 5 times"), ("/loop", "in a circle")):
        with pytest.raises(SourceError, match=words):
            read(path)


@pytest.mark.parametrize(
    ("path", "kind", "words"),
    [
        ("/missing", SourceError, "does not exist"),
        ("/forbidden", SourceError, "refuses this reader"),
        ("/broken", SourceError, "failed on its server"),
        ("/garbage", SourceError, "cannot be reached"),
        ("/hangup", SourceError, "cannot be reached"),
        ("/short", SourceError, "cannot be reached"),
        ("/packed-short", SourceError, "cannot be reached"),
        ("/packed-junk", SourceError, "cannot be reached"),
        ("/packed-odd", SourceError, "compressed"),
        ("/image", ReportError, "image/png"),
        ("/json", ReportError, "application/json"),
        ("/empty", ReportError, "empty"),
        ("/announced", ReportError, "too large"),
        ("/endless", ReportError, "too large"),
        ("/packed-bomb", ReportError, "too large"),
        ("/to/file:///etc/passwd", ReportError, "cannot be opened"),
        ("/to/ftp://example.org/", ReportError, "cannot be opened"),
        ("/to/http://[", SourceError, "no valid address"),
        ("/to/http://user:secret@127.0.0.1/", ReportError, "password"),
    ],
)
def test_answers_that_are_no_report(read: Read, path: str, kind: type[NonalignedError], words: str) -> None:
    start = time.monotonic()
    with pytest.raises(kind, match=words) as caught:
        read(path)
    assert type(caught.value) is kind
    assert caught.value.exit_code == {SourceError: 4, ReportError: 2}[kind]
    assert caught.value.mend
    assert "secret" not in caught.value.message + caught.value.why
    assert time.monotonic() - start < 10


@pytest.mark.parametrize("path", ["/drip", "/drip-head", "/silent"])
def test_bytes_that_drip_are_cut_off_at_the_time_limit(site: str, path: str) -> None:
    start = time.monotonic()
    with pytest.raises(SourceError, match="too long"):
        intake._from_address(site + path, allow_private=True, seconds=0.6)
    assert time.monotonic() - start < 2.5


# ---- whom it may reach


def test_no_command_reaches_this_machine(site: str) -> None:
    with pytest.raises(ReportError, match="inside this machine or network") as caught:
        intake.open_report(site + "/text")
    assert caught.value.exit_code == 2
    assert Site.seen == []


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "0.0.0.0",
        "2130706433",
        "0x7f.1",
        "127.1",
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "224.0.0.1",
        "255.255.255.255",
        "[fe80::1]",
        "[fc00::1]",
        "[fec0::1]",
        "[ff02::1]",
        "[64:ff9b::10.0.0.1]",
        "[2002:7f00:1::]",
        "[::127.0.0.1]",
        "192.0.2.1",
        "198.18.0.1",
        "240.0.0.1",
    ],
)
def test_private_addresses_are_refused_in_every_spelling(host: str) -> None:
    with pytest.raises(NonalignedError) as caught:
        intake.open_report(f"http://{host}:9/")
    assert "inside this machine" in caught.value.message or "cannot be found" in caught.value.message  # a spelling that nothing resolves


@pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "2001:4860:4860::8888", "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_public_addresses_are_public(address: str) -> None:
    assert fetch.is_public(address)


@pytest.mark.parametrize("target", ["http://localhost/", "http://169.254.169.254/latest/meta-data/", "http://[::1]/", "//10.0.0.1/"])
def test_a_redirect_into_the_network_is_refused(site: str, target: str, monkeypatch: pytest.MonkeyPatch) -> None:
    really = fetch.is_public
    monkeypatch.setattr(fetch, "is_public", lambda address: address == "127.0.0.1" and len(Site.seen) == 0 or really(address))
    with pytest.raises(ReportError, match="inside this machine or network"):
        intake.open_report(f"{site}/to/{target}")
    assert len(Site.seen) == 1


def test_the_connection_goes_to_the_address_that_was_checked(site: str, monkeypatch: pytest.MonkeyPatch) -> None:
    port = urlsplit(site).port
    asked: list[str] = []

    def once(host: str, port: int, *args: object, **kinds: object) -> list[object]:
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1" if len(asked) == 1 else "192.0.2.1", port))]

    monkeypatch.setattr(socket, "getaddrinfo", once)
    found = intake._from_address(f"http://report.example:{port}/text", allow_private=True, seconds=10)
    assert found.text == TEXT.decode()
    assert asked == ["report.example"], "resolved once: nothing is left to rebind"
    assert Site.seen == [f"report.example:{port}"]


def test_one_private_address_among_public_ones_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 80)) for address in ("8.8.8.8", "10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kinds: found)
    with pytest.raises(ReportError, match="inside"):
        intake.open_report("http://report.example/")


def test_offline_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def offline(*args: object, **kinds: object) -> None:
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    monkeypatch.setattr(socket, "getaddrinfo", offline)
    with pytest.raises(SourceError) as caught:
        intake.open_report("https://report.example/x")
    assert caught.value.exit_code == 4
    assert "no network" in caught.value.why


def test_a_closed_port_is_unreachable() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with pytest.raises(SourceError, match="cannot be reached") as caught:
        intake._from_address(f"http://127.0.0.1:{port}/", allow_private=True)
    assert "refuses connections" in caught.value.why


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.org/a",
        "file:///etc/passwd",
        "javascript://x",
        "http://",
        "http:///a",
        "http://a b/",
        "http://x:99999/",
        "http://[::1/",
        "http://u:p@example.org/",
        "http://" + "a" * 300 + ".org/",
        "http://a..b/",
        "http://x\x1b[31m/",
        "http://x/\r\nHost: y",
        "gopher://x",
    ],
)
def test_addresses_that_are_none(url: str) -> None:
    with pytest.raises((ReportError, SourceError)) as caught:
        intake.open_report(url)
    assert caught.value.message.isprintable()


def test_a_certificate_is_verified_for_the_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if shutil.which("openssl") is None:
        pytest.skip("openssl makes the certificate")
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    subprocess.run(
        [
            "openssl",
            "req",
            "-x509",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-days",
            "2",
            "-subj",
            "/CN=report.example",
            "-addext",
            "subjectAltName=DNS:report.example",
            "-keyout",
            key,
            "-out",
            certificate,
        ],
        check=True,
        capture_output=True,
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    Site.seen = []
    with ThreadingHTTPServer(("127.0.0.1", 0), Site) as server:
        server.daemon_threads, port = True, server.server_port
        server.block_on_close = False
        server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        monkeypatch.setattr(
            socket, "getaddrinfo", lambda *args, **kinds: [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]
        )

        def read(url: str) -> Text:
            return intake._from_address(url, allow_private=True, seconds=10)

        with pytest.raises(SourceError) as caught:
            read(f"https://report.example:{port}/text")
        assert "certificate" in caught.value.why
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        assert read(f"https://report.example:{port}/text").text == TEXT.decode()
        with pytest.raises(SourceError) as caught:
            read(f"https://other.example:{port}/text")
        assert "certificate" in caught.value.why
        with pytest.raises(SourceError, match="from https"):
            read(f"https://report.example:{port}/to/http://report.example/")
        server.shutdown()
