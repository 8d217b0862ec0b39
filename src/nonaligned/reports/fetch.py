"""A page over http(s): every hop's address is checked, and the connection goes to the address that was checked."""

from __future__ import annotations

import re
import socket
import threading
import time
import zlib
from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse, IncompleteRead
from typing import Any, NamedTuple
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from nonaligned.ground.addresses import is_public
from nonaligned.ground.errors import NonalignedError, ReportError, SourceError

MAX_REDIRECTS = 5
CONNECT_SECONDS = 10.0
TOTAL_SECONDS = 45.0
MOVED = frozenset({301, 302, 303, 307, 308})
MEDIA = frozenset(
    {
        "text/html",
        "application/xhtml+xml",
        "text/plain",
        "text/markdown",
        "application/pdf",
        "application/octet-stream",
        "binary/octet-stream",
        "application/x-pdf",
        "",
    }
)
SAVE = "save the page in a browser, then: nonaligned brief PAGE.html"
STATUS = {401: "asks for a login", 403: "refuses this reader", 404: "does not exist", 410: "is gone", 429: "refuses more requests for now"}


class Address(NamedTuple):
    """A resolved address that may be connected to."""

    family: int
    sockaddr: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Reply:
    """A page that answered 200: where it was found at last, what it says it is, and its bytes to come."""

    url: str
    media: str
    charset: str
    size: int | None
    response: HTTPResponse
    inflate: Any = None

    def read(self, n: int) -> bytes:
        """The next bytes, `n` at most; empty at the end. Compressed pages are unpacked no further than asked."""
        if self.inflate is None:
            return self._received(n)
        while not self.inflate.eof:
            packed = self.inflate.unconsumed_tail or self._received(65536)
            plain: bytes = self.inflate.decompress(packed, n)
            if plain:
                return plain
            if not packed:
                raise IncompleteRead(b"")
        return b""

    def _received(self, n: int) -> bytes:
        part = self.response.read(n)
        if not part and n and self.response.length:  # fewer bytes than the server announced
            raise IncompleteRead(b"", self.response.length)
        return part


@contextmanager
def page(url: str, *, allow_private: bool = False, seconds: float = TOTAL_SECONDS) -> Generator[Reply]:
    """Open a page and follow its redirects; closed on leaving the block.

    Parameters
    ----------
    url : str
        An http or https address.
    allow_private : bool
        Whether addresses inside this machine or network may be reached; for tests alone, no command sets it.
    seconds : float
        Time for everything together: connecting, redirects and all the bytes read inside the block.

    Raises
    ------
    ReportError
        The address may not be opened, or is of something that is no report.
    SourceError
        The page cannot be reached, or does not answer as a page should.
    """
    deadline = time.monotonic() + seconds
    seen: list[str] = []
    while True:
        parts = _split(url)
        if url in seen or len(seen) > MAX_REDIRECTS:
            raise SourceError(f"{seen[0]} redirects {'in a circle' if url in seen else f'more than {MAX_REDIRECTS} times'}.", mend=SAVE)
        seen.append(url)
        with _exchange(parts, url, allow_private, deadline) as response:
            target = response.getheader("Location", "") if response.status in MOVED else ""
            if not target:
                yield _reply(response, url)
                return
        url = _next_hop(url, target)


def _next_hop(url: str, target: str) -> str:
    with suppress(UnicodeError):
        target = target.encode("latin-1").decode("utf-8")
    try:
        onward = urljoin(url, target.strip().replace(" ", "%20"))
    except ValueError as fault:
        raise SourceError(f"{_shown(url)} redirects to no valid address.", mend=SAVE) from fault
    if url.lower().startswith("https:") and not onward.lower().startswith("https:"):
        raise SourceError(
            f"{_shown(url)} redirects from https to {_shown(onward)}.", why="Anyone on the way could change that page.", mend=SAVE
        )
    return onward


def _shown(url: str) -> str:
    """An address as errors print it: short, and without characters that could steer a terminal."""
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in url[:200])


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as fault:
        raise ReportError(f"{_shown(url)} is not a valid address.", why=str(fault)) from fault
    if parts.scheme.lower() not in {"http", "https"}:
        raise ReportError(f"{_shown(url)} cannot be opened.", why="Only http and https addresses are read.", mend=SAVE)
    if not host or re.search(r"[\x00-\x20\x7f]", url):
        raise ReportError(
            f"{_shown(url)} is not a valid address.",
            why="It holds no host name." if not host else "It holds white space or control characters.",
        )
    if parts.username is not None:
        raise ReportError("An address with a user name or password in it is not opened.", mend=SAVE)
    return parts


def resolve(host: str, port: int, allow_private: bool = False) -> list[Address]:
    """The addresses of a host, all of them public.

    Raises
    ------
    SourceError
        The name does not resolve.
    ReportError
        Any of its addresses is inside this machine or network.
    """
    try:
        found = socket.getaddrinfo(host.encode("idna").decode(), port, type=socket.SOCK_STREAM)
    except UnicodeError as fault:
        raise ReportError(f"{_shown(host)} is not a valid host name.") from fault
    except OSError as fault:
        raise SourceError(
            f"{_shown(host)} cannot be found.",
            why="The name does not resolve: there is no network, or no such host.",
            mend="check the connection and the address; files are read offline: nonaligned brief FILE",
        ) from fault
    for _, _, _, _, sockaddr in found:
        if not allow_private and not is_public(str(sockaddr[0])):
            raise ReportError(
                f"{_shown(host)} is not opened: it is an address inside this machine or network.",
                why=f"It stands for {sockaddr[0]}; only public addresses are read.",
                mend=SAVE,
            )
    return [Address(family, sockaddr) for family, _, _, _, sockaddr in found]


@contextmanager
def _exchange(parts: SplitResult, url: str, allow_private: bool, deadline: float) -> Generator[HTTPResponse]:
    """One request and its response, cut off at the deadline however slowly the bytes drip."""
    host, is_tls = parts.hostname or "", parts.scheme.lower() == "https"
    port = parts.port or (443 if is_tls else 80)
    addresses = resolve(host, port, allow_private)
    expired = threading.Event()
    watch: threading.Timer | None = None
    sock: socket.socket | None = None
    handle: socket.socket | None = None
    try:
        sock = _connect(addresses, deadline)
        handle = sock.dup()  # stays valid when TLS takes the socket over
        watch = _cut_off(handle, expired, deadline)
        if is_tls:
            import ssl

            sock = ssl.create_default_context().wrap_socket(sock, server_hostname=host.encode("idna").decode())
        yield _request(sock, parts, host, port)
        if expired.is_set():
            raise TimeoutError
    except NonalignedError as fault:
        if expired.is_set():
            raise _too_slow(url) from fault
        raise
    except (OSError, HTTPException, ValueError, zlib.error) as fault:
        raise (_too_slow(url) if expired.is_set() or isinstance(fault, TimeoutError) else _failed(url, fault)) from fault
    finally:
        if watch is not None:
            watch.cancel()
        for each in (handle, sock):
            if each is not None:
                each.close()


def _connect(addresses: list[Address], deadline: float) -> socket.socket:
    fault: OSError = OSError("no address")
    for address in addresses:
        left = deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        sock = socket.socket(address.family, socket.SOCK_STREAM)
        sock.settimeout(min(CONNECT_SECONDS, left))
        try:
            sock.connect(address.sockaddr)
        except OSError as refused:
            sock.close()
            fault = refused
        else:
            return sock
    raise fault


def _cut_off(handle: socket.socket, expired: threading.Event, deadline: float) -> threading.Timer:
    def cut() -> None:
        expired.set()
        with suppress(OSError):
            handle.shutdown(socket.SHUT_RDWR)

    watch = threading.Timer(max(0.0, deadline - time.monotonic()), cut)
    watch.daemon = True
    watch.start()
    return watch


def _request(sock: socket.socket, parts: SplitResult, host: str, port: int) -> HTTPResponse:
    named = f"[{host}]" if ":" in host else host.encode("idna").decode()
    target = quote(parts.path or "/", safe="/%:=&~+!$,;'@()*[]") + (
        f"?{quote(parts.query, safe='/%:=&?~+!$,;@()*[]')}" if parts.query else ""
    )
    connection = HTTPConnection(host, port)
    connection.auto_open = 0  # never a second connection to an address that nobody checked
    connection.sock = sock
    connection.request(
        "GET",
        target,
        headers={
            "Host": named if parts.port is None else f"{named}:{port}",
            "User-Agent": "nonaligned (report reader)",
            "Accept": "text/html,application/xhtml+xml,text/plain,application/pdf;q=0.9",
            "Accept-Language": "en",
            "Accept-Encoding": "identity",
            "Connection": "close",
        },
    )
    return connection.getresponse()


def _reply(response: HTTPResponse, url: str) -> Reply:
    if response.status != 200:
        what = STATUS.get(response.status, "failed on its server" if response.status >= 500 else "is not given")
        mend = "check the address" if response.status in {404, 410} else SAVE
        raise SourceError(f"The page {_shown(url)} {what}.", why=f"The server answered {response.status}.", mend=mend)
    media = response.headers.get_content_type() if response.getheader("Content-Type") else ""
    if media not in MEDIA:
        raise ReportError(
            f"{_shown(url)} is not a report: its server says that it is {media}.", why="A report is text, HTML or PDF.", mend=SAVE
        )
    coding = response.getheader("Content-Encoding", "identity").strip().lower()
    if coding not in {"", "identity", "gzip", "x-gzip", "deflate"}:
        raise SourceError(f"{_shown(url)} is compressed in a way that is not read.", why=f"Content-Encoding: {_shown(coding)}", mend=SAVE)
    is_packed = coding not in {"", "identity"}
    size = None if is_packed else response.length
    return Reply(url, media, response.headers.get_content_charset() or "", size, response, zlib.decompressobj(47) if is_packed else None)


def _too_slow(url: str) -> SourceError:
    return SourceError(f"{_shown(url)} takes too long.", why="The connection was cut at the time limit.", mend=f"try again, or {SAVE}")


def _failed(url: str, fault: Exception) -> SourceError:
    known = {
        "ConnectionRefusedError": "Its server refuses connections.",
        "SSLCertVerificationError": "Its certificate cannot be verified.",
        "IncompleteRead": "The page broke off before its end.",
        "RemoteDisconnected": "Its server closed the connection without an answer.",
    }
    why = known.get(type(fault).__name__, f"{type(fault).__name__}: {_shown(str(fault))}")
    return SourceError(f"{_shown(url)} cannot be reached.", why=why, mend=f"try again, or {SAVE}")
