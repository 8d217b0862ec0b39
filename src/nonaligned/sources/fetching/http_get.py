"""One GET over http(s): redirects followed by hand, every hop's address checked, slow and packed answers kept to limits."""

from __future__ import annotations

import socket
import threading
import time
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from nonaligned.ground.addresses import is_public
from nonaligned.ground.errors import SourceError, UsageError
from nonaligned.ground.version import version
from nonaligned.sources.fetching.addresses import BY_HAND, Target, may_follow, next_hop, shown, target
from nonaligned.sources.fetching.politeness import Limits, Sleep, wait_for_turn

MOVED = frozenset({301, 302, 303, 307, 308})
CHUNK = 1 << 16
STANDING = {"Accept": "*/*", "Accept-Encoding": "identity", "Connection": "close"}


class Interrupted(Exception):  # noqa: N818 - no error yet: the next try may mend it
    """A try that failed for a reason that may pass; `wait` is what the server asked for, in seconds."""

    def __init__(self, why: str, wait: float | None = None) -> None:
        super().__init__(why)
        self.why, self.wait = why, wait


class _Watch(threading.Thread):
    """Cuts a connection that is past its deadline, or that brings too few bytes in `idle_seconds`.

    A socket's own time-out starts anew with every byte, so it never ends a drip; the cut is made from outside.
    """

    def __init__(self, handle: socket.socket, limits: Limits, deadline: float) -> None:
        super().__init__(daemon=True)
        self.handle, self.limits, self.deadline = handle, limits, deadline
        self.until = time.monotonic() + limits.answer_seconds
        self.earned = 0
        self.cut = ""
        self.done = threading.Event()
        self.start()

    def run(self) -> None:
        while True:
            left = min(self.until, self.deadline) - time.monotonic()
            if left <= 0:
                break
            if self.done.wait(min(left, self.limits.idle_seconds / 4)):  # `until` moves, so look again
                return
        self.cut = "slow" if self.until <= self.deadline else "total"
        with suppress(OSError):
            self.handle.shutdown(socket.SHUT_RDWR)

    def earn(self, received: int) -> None:
        self.earned += received
        if self.earned >= self.limits.idle_seconds * self.limits.slowest_bytes:
            self.renew()

    def renew(self) -> None:
        self.earned, self.until = 0, time.monotonic() + self.limits.idle_seconds

    def close(self) -> None:
        self.done.set()
        self.join()
        self.handle.close()


@dataclass(slots=True)
class Answer:
    """What a server answered at the end of all redirects; `parts` are the bytes to come."""

    url: str
    status: int
    headers: Mapping[str, str]
    limits: Limits
    response: Any
    connection: Any
    watch: _Watch

    def header(self, name: str) -> str:
        """A header's value, where it is such that it may be kept and sent back; else empty."""
        value = self.headers.get(name, "").strip()
        return value if len(value) <= 300 and value.isascii() and value.isprintable() else ""

    @property
    def coding(self) -> str:
        """The Content-Encoding; empty for none."""
        coding = self.headers.get("Content-Encoding", "").strip().lower()
        return "" if coding == "identity" else coding

    @property
    def media(self) -> str:
        """The media type without its parameters."""
        return self.headers.get("Content-Type", "").partition(";")[0].strip().lower()

    @property
    def length(self) -> int | None:
        """Content-Length, where it is one."""
        length = self.headers.get("Content-Length", "").strip()
        return int(length) if length.isascii() and length.isdigit() and len(length) < 19 else None

    def parts(self, keep_packed: bool = False) -> Iterator[bytes]:
        """The file's bytes, unpacked unless `keep_packed`; raises Interrupted where they break off."""
        if not self.coding or (keep_packed and self.coding in {"gzip", "x-gzip"}):
            return self._received()
        if self.coding not in {"gzip", "x-gzip", "deflate"}:
            raise SourceError(
                f"{shown(self.url)} is compressed in a way that is not read.", why=f"Content-Encoding: {shown(self.coding)}", mend=BY_HAND
            )
        return unpacked(self._received(), self.url, self.limits)

    def _received(self) -> Iterator[bytes]:
        from urllib3.exceptions import HTTPError

        while True:
            try:
                part: bytes = self.response.read1(CHUNK, decode_content=False)
            except (HTTPError, OSError, ValueError) as fault:
                raise _fault(self.url, self.watch, fault) from fault
            if self.watch.cut:  # the cut looks like the end of a body that states no length
                raise _fault(self.url, self.watch)
            if not part:
                return
            self.watch.earn(len(part))
            yield part

    def close(self) -> None:
        """Let the connection go."""
        self.watch.close()
        with suppress(OSError):
            self.response.close()
            self.connection.close()


def unpacked(parts: Iterable[bytes], url: str, limits: Limits) -> Iterator[bytes]:
    """Unpack gzip or zlib data as it comes, no further than the limits on size and ratio.

    Raises
    ------
    SourceError
        The data is not packed as announced, or unpacks to more than a data file can be.
    Interrupted
        The data breaks off before its end.
    """
    inflate = zlib.decompressobj(47)
    packed = plain = 0
    for part in parts:
        packed += len(part)
        while part:  # never empty while a member has more to give: its trailer comes last
            if inflate.eof:
                part = part.lstrip(b"\0")  # padding between and after members
                if not part:
                    break
                inflate = zlib.decompressobj(47)
            try:
                piece = inflate.decompress(part, CHUNK)
            except zlib.error as fault:
                raise SourceError(f"{shown(url)} is packed in a damaged way.", why=str(fault), mend=BY_HAND) from fault
            plain += len(piece)
            if plain > limits.largest_bytes or plain > max(1 << 20, packed * limits.largest_ratio):
                raise SourceError(
                    f"{shown(url)} unpacks to more than a data file can be.",
                    why=f"{packed:,} bytes gave {plain:,} and there is more: no table packs so tightly.",
                    mend=BY_HAND,
                )
            if piece:
                yield piece
            part = inflate.unused_data if inflate.eof else inflate.unconsumed_tail
    if packed and not inflate.eof:
        raise Interrupted("the packed data broke off")


def get(url: str, headers: Mapping[str, str], hosts: tuple[str, ...], limits: Limits, deadline: float, sleep: Sleep) -> Answer:
    """Ask for a file and follow its redirects; the caller closes the answer.

    Parameters
    ----------
    url : str
        An http or https address. Where it is inside this machine or network, later hops may be too; else none may.
    headers : Mapping
        Conditions and range, sent at every hop.
    hosts : tuple of str
        Hosts, with their subdomains, to which a redirect may lead beside the first.
    limits, deadline
        What it may take; `deadline` on the monotonic clock.
    sleep : callable
        Waits for this host's turn.

    Raises
    ------
    SourceError
        A redirect that is not followed, or a fault that trying again does not mend.
    Interrupted
        A fault that may pass.
    """
    first = target(url)
    allow_private: bool | None = None
    seen: list[str] = []
    while True:
        to = target(url) if not seen else _redirected(url, seen, first, hosts, limits)
        seen.append(url)
        addresses = _resolve(to)
        inside = [sockaddr[0] for _, sockaddr in addresses if not is_public(str(sockaddr[0]))]
        if allow_private is None:
            allow_private = bool(inside)
        if inside and not allow_private:
            raise SourceError(
                f"{shown(seen[0])} redirects to an address inside this machine or network.",
                why=f"{shown(to.host)} stands for {inside[0]}.",
                mend=BY_HAND,
            )
        wait_for_turn(to.host, limits, sleep)
        answer = _exchange(url, to, addresses, headers, limits, deadline)
        location = answer.headers.get("Location", "") if answer.status in MOVED else ""
        if not location:
            return answer
        answer.close()
        url = next_hop(url, location)


def _redirected(url: str, seen: list[str], first: Target, hosts: tuple[str, ...], limits: Limits) -> Target:
    if url in seen or len(seen) > limits.redirects:
        how = "in a circle" if url in seen else f"more than {limits.redirects} times"
        raise SourceError(f"{shown(seen[0])} redirects {how}.", mend=BY_HAND)
    try:
        to = target(url)
    except UsageError as fault:
        raise SourceError(f"{shown(seen[0])} redirects to an address that is not followed.", why=fault.message, mend=BY_HAND) from fault
    if not may_follow(first.host, to.host, hosts):
        raise SourceError(
            f"{shown(seen[0])} redirects to another host.",
            why=f"{shown(to.host)} is none of the hosts known for this file.",
            mend=BY_HAND,
        )
    return to


def _resolve(to: Target) -> list[tuple[int, Any]]:
    try:
        found = socket.getaddrinfo(to.host, to.port, type=socket.SOCK_STREAM)
    except socket.gaierror as fault:
        if fault.errno in {getattr(socket, "EAI_NONAME", None), getattr(socket, "EAI_NODATA", None)}:
            raise SourceError(f"There is no host {shown(to.host)}.", why=str(fault.strerror), mend="check the address") from fault
        raise Interrupted(f"the name {shown(to.host)} does not resolve: is there a network?") from fault
    except (OSError, UnicodeError) as fault:
        raise SourceError(f"{shown(to.host)} is no host name.", mend="check the address") from fault
    return [(family, sockaddr) for family, _, _, _, sockaddr in found]


def _exchange(
    url: str, to: Target, addresses: list[tuple[int, Any]], headers: Mapping[str, str], limits: Limits, deadline: float
) -> Answer:
    from urllib3.connection import HTTPConnection, HTTPException
    from urllib3.exceptions import HTTPError

    sock = _connect(url, addresses, limits, deadline)
    watch = _Watch(sock.dup(), limits, deadline)  # its own handle stays valid when TLS takes the socket over
    try:
        if to.is_tls:
            import ssl

            # an end without TLS's own farewell may be someone cutting the file short
            sock = ssl.create_default_context().wrap_socket(sock, server_hostname=to.host, suppress_ragged_eofs=False)
        connection = HTTPConnection(to.host, to.port, timeout=max(limits.answer_seconds, limits.idle_seconds) + 1)
        connection.auto_open = 0  # never a second connection to an address that nobody checked
        connection.sock = sock
        connection.request(
            "GET",
            to.path,
            headers={**STANDING, **headers, "Host": to.netloc, "User-Agent": f"nonaligned/{version()}"},
            preload_content=False,
            decode_content=False,
        )
        response = connection.getresponse()
        if watch.cut:
            raise TimeoutError
    except BaseException as fault:
        watch.close()
        sock.close()
        if isinstance(fault, (OSError, HTTPException, HTTPError, ValueError)):
            raise _fault(url, watch, fault) from fault
        raise
    watch.renew()
    return Answer(url, response.status, response.headers, limits, response, connection, watch)


def _connect(url: str, addresses: list[tuple[int, Any]], limits: Limits, deadline: float) -> socket.socket:
    fault: OSError = OSError("no address")
    for family, sockaddr in addresses:
        sock = socket.socket(family, socket.SOCK_STREAM)
        sock.settimeout(max(0.001, min(limits.connect_seconds, deadline - time.monotonic())))
        try:
            sock.connect(sockaddr)
        except OSError as refused:
            sock.close()
            fault = refused
        except BaseException:
            sock.close()
            raise
        else:
            return sock
    raise Interrupted(_words(fault)) from fault


def _fault(url: str, watch: _Watch, fault: BaseException | None = None) -> Exception:
    """What a broken exchange means: over for good, or worth another try."""
    if watch.cut == "total":
        return Interrupted(f"it was not all there after {watch.limits.total_seconds:,.0f} seconds")
    if watch.cut:
        return Interrupted(f"fewer than {watch.limits.slowest_bytes:,.0f} bytes per second came for {watch.limits.idle_seconds:g} seconds")
    if type(fault).__name__ == "SSLCertVerificationError":
        return SourceError(f"{shown(url)} is not who it says it is.", why=f"Its certificate cannot be verified: {fault}", mend=BY_HAND)
    return Interrupted(_words(fault))


def _words(fault: BaseException | None) -> str:
    text = f"{type(fault).__name__} {fault!r}"
    known = {
        "ConnectionRefusedError": "the server refuses connections",
        "TimeoutError": "the server does not answer in time",
        "timed out": "the server does not answer in time",
        "IncompleteRead": "the file broke off before its end",
        "RemoteDisconnected": "the server closed the connection without an answer",
        "ConnectionReset": "the server broke off the connection",
        "UNEXPECTED_EOF": "the connection broke off",
    }
    return next((words for name, words in known.items() if name in text), shown(f"{type(fault).__name__}: {fault}"))
