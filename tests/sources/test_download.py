"""Official files, fetched: real bytes over real local sockets, and kills at every step of putting a file in place."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import random
import resource
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from nonaligned.ground.addresses import is_public
from nonaligned.ground.errors import NotLoadedError, SourceError, UsageError
from nonaligned.sources.fetching import addresses, http_get, politeness
from nonaligned.sources.fetching.download import Download, Downloaded, download
from nonaligned.sources.fetching.kept_file import KeptFile
from nonaligned.sources.fetching.politeness import Limits, backoff, retry_after
from nonaligned.sources.fetching.progress import progress_words

OLD = b"rcid,vote\n1,yes\n" * 500
NEW = random.Random(1990).randbytes(300_000)
SHORT = Limits(
    connect_seconds=2,
    answer_seconds=1,
    idle_seconds=0.4,
    slowest_bytes=1000,
    total_seconds=20,
    tries=3,
    pause_seconds=0,
    sync_bytes=10_000,
)
LONG_AGO = "Wed, 01 Nov 2023 10:00:00 GMT"

Reply = Callable[["Site"], None]


class Site(BaseHTTPRequestHandler):
    """Gives each path's replies in turn, the last one for ever; `asked` keeps every request's path and headers."""

    protocol_version = "HTTP/1.1"
    replies: dict[str, list[Reply]]
    asked: list[tuple[str, dict[str, str]]]

    def do_GET(self) -> None:
        self.asked.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
        waiting = self.replies[self.path]
        try:
            (waiting.pop(0) if len(waiting) > 1 else waiting[0])(self)
        except OSError:
            self.close_connection = True

    def head(self, status: int = 200, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        pass


def gives(body: bytes = NEW, status: int = 200, **headers: str) -> Reply:
    def reply(site: Site) -> None:
        site.head(status, **{"Content_Type": "text/csv", "Content_Length": str(len(body)), **headers})
        site.wfile.write(body)

    return reply


def holds(body: bytes = NEW, etag: str = '"one"', cut: int | None = None, **headers: str) -> Reply:
    """A server that knows conditions and ranges; with `cut` it breaks off after so many bytes."""

    def reply(site: Site) -> None:
        tags = {**({"ETag": etag} if etag else {}), "Last_Modified": LONG_AGO, "Content_Type": "text/csv", **headers}
        if site.headers.get("If-None-Match") == etag != "" or site.headers.get("If-Modified-Since") == LONG_AGO:
            site.head(304, **tags)
            return
        wanted, status = body, 200
        if "Range" in site.headers and site.headers["If-Range"] in {etag, LONG_AGO}:
            start = int(site.headers["Range"].removeprefix("bytes=").removesuffix("-"))
            wanted, status = body[start:], 206
            tags["Content_Range"] = f"bytes {start}-{len(body) - 1}/{len(body)}"
        site.head(status, Content_Length=str(len(wanted)), **tags)
        site.wfile.write(wanted[:cut])
        site.close_connection = True

    return reply


def goes(where: str) -> Reply:
    return gives(b"", 302, Location=where)


class Server:
    """A local server, and the downloads from it."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder, self.url, self.slept = folder, url, list[float]()

    def on(self, path: str, *replies: Reply) -> None:
        Site.replies[path] = list(replies)

    def get(self, path: str = "/f.csv", name: str = "f.csv", checksum: str = "", limits: Limits = SHORT, **more: object) -> Downloaded:
        wanted = Download(self.url + path, name, checksum)
        return download(wanted, self.folder, limits=limits, sleep=self.slept.append, **more)  # type: ignore[arg-type]

    @property
    def kept(self) -> KeptFile:
        return KeptFile(self.folder / "f.csv")

    def names(self) -> set[str]:
        return {path.name for path in self.folder.iterdir()} - {"f.csv.lock"}


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    Site.replies, Site.asked = {}, []
    monkeypatch.setattr(politeness, "_turns", {})
    with ThreadingHTTPServer(("127.0.0.1", 0), Site) as listening:
        listening.daemon_threads, listening.block_on_close = True, False
        threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        yield Server(tmp_path / "raw", f"http://127.0.0.1:{listening.server_port}")
        listening.shutdown()


def sent(header: str) -> list[str | None]:
    return [headers.get(header) for _, headers in Site.asked]


# -- in place whole -----------------------------------------------------------------------------------------------------


def test_a_file_is_fetched_with_its_note(server: Server) -> None:
    server.on("/f.csv", holds())
    told: list[tuple[int, int | None]] = []
    got = server.get(progress=lambda done, total: told.append((done, total)))
    assert got.path.read_bytes() == NEW
    assert (got.sha256, got.bytes) == (hashlib.sha256(NEW).hexdigest(), len(NEW))
    assert (got.etag, got.last_modified, got.is_unchanged, got.url) == ('"one"', LONG_AGO, False, f"{server.url}/f.csv")
    assert told[-1] == (len(NEW), len(NEW))
    assert [done for done, _ in told] == sorted({done for done, _ in told})
    assert server.names() == {"f.csv", "f.csv.fetched.json"}
    note = json.loads((server.folder / "f.csv.fetched.json").read_text())
    assert (note["url"], note["sha256"], note["bytes"]) == (got.url, got.sha256, len(NEW))
    assert datetime.now(UTC) - datetime.fromisoformat(note["retrieved"]) < timedelta(minutes=5)
    headers = Site.asked[0][1]
    assert headers["user-agent"].startswith("nonaligned/")
    assert headers["accept-encoding"] == "identity"
    assert not headers.keys() & {"range", "if-range", "if-none-match", "cookie", "authorization"}


def test_chunked_and_unmeasured_files_are_whole(server: Server) -> None:
    def chunked(site: Site) -> None:
        site.head(200, Transfer_Encoding="chunked")
        for at in range(0, len(NEW), 7001):
            piece = NEW[at : at + 7001]
            site.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
        site.wfile.write(b"0\r\n\r\n")

    def unmeasured(site: Site) -> None:
        site.head(200, Connection="close")
        site.wfile.write(NEW)
        site.close_connection = True

    server.on("/f.csv", chunked)
    server.on("/g.csv", unmeasured)
    assert server.get().path.read_bytes() == NEW
    assert server.get("/g.csv", "g.csv").path.read_bytes() == NEW


def test_a_broken_chunked_file_is_not_taken_for_a_whole_one(server: Server) -> None:
    def broken(site: Site) -> None:
        site.head(200, Transfer_Encoding="chunked")
        site.wfile.write(b"400\r\n" + NEW[:1024] + b"\r\n")
        site.close_connection = True

    server.on("/f.csv", broken)
    with pytest.raises(SourceError, match="broke off before its end"):
        server.get()
    assert "f.csv" not in server.names()


def test_an_unchanged_file_is_asked_for_once_and_told_so(server: Server) -> None:
    server.on("/f.csv", holds())
    first = server.get()
    second = server.get()
    assert sent("if-none-match") == [None, '"one"']
    assert second == replace(first, is_unchanged=True)
    server.on("/f.csv", holds(OLD, '"two"'))
    third = server.get()
    assert (third.path.read_bytes(), third.etag, third.is_unchanged) == (OLD, '"two"', False)
    server.on("/f.csv", gives(OLD))  # no validators, the same bytes again
    assert server.get().is_unchanged
    assert server.get().is_unchanged
    assert sent("if-none-match")[-1] is None


def test_without_an_etag_the_date_is_the_condition(server: Server) -> None:
    server.on("/f.csv", holds(etag=""))
    server.get()
    assert server.get().is_unchanged
    assert sent("if-modified-since") == [None, LONG_AGO]


def test_a_note_of_other_bytes_or_another_address_makes_no_condition(server: Server) -> None:
    server.on("/f.csv", holds())
    server.on("/other.csv", holds(OLD))
    server.get().path.write_bytes(b"edited by hand")
    assert server.get().path.read_bytes() == NEW
    assert server.get("/other.csv").path.read_bytes() == OLD
    (server.folder / "f.csv.fetched.json").write_text('{"url": 3}')
    assert server.get("/other.csv").path.read_bytes() == OLD
    assert sent("if-none-match") == [None] * 4


def test_an_unasked_304_is_no_file(server: Server) -> None:
    server.on("/f.csv", gives(b"", 304))
    with pytest.raises(SourceError, match="is not given"):
        server.get()


# -- resuming -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("etag", ['"one"', ""], ids=["etag", "date"])
def test_a_file_that_breaks_off_goes_on_where_it_stopped(server: Server, etag: str) -> None:
    server.on("/f.csv", holds(etag=etag, cut=100_000), holds(etag=etag))
    assert server.get().path.read_bytes() == NEW
    assert sent("range") == [None, "bytes=100000-"]
    assert sent("if-range") == [None, etag or LONG_AGO]
    assert len(server.slept) == 1


def test_a_weak_etag_and_a_fresh_date_are_not_gone_on_from(server: Server) -> None:
    fresh = format_datetime(datetime.now(UTC), usegmt=True)
    for tags in ({"etag": 'W/"one"'}, {"etag": "", "Last_Modified": fresh}):
        server.on("/f.csv", holds(cut=100_000, **tags), holds(**tags))
        assert server.get().path.read_bytes() == NEW
    assert sent("range") == [None] * 4


def test_a_file_that_changed_meanwhile_starts_over(server: Server) -> None:
    server.on("/f.csv", holds(cut=100_000), holds(OLD, '"two"'))
    assert server.get().path.read_bytes() == OLD
    assert sent("range") == [None, "bytes=100000-"]


@pytest.mark.parametrize(
    "answer",
    [
        gives(NEW[100_000:], 206, Content_Range=f"bytes 100000-{len(NEW) - 1}/{len(NEW)}", ETag='"two"'),
        gives(NEW[100_000:-5], 206, Content_Range=f"bytes 100000-{len(NEW) - 6}/{len(NEW) - 5}", ETag='"one"'),
        gives(NEW[99_999:], 206, Content_Range=f"bytes 99999-{len(NEW) - 1}/{len(NEW)}", ETag='"one"'),
        gives(NEW[100_000:], 206, ETag='"one"'),
        gives(b"", 412),
        gives(b"", 416, Content_Range="bytes */50"),
    ],
    ids=["other etag", "other length", "other start", "no range", "412", "416"],
)
def test_a_server_that_does_not_look_at_if_range_is_caught(server: Server, answer: Reply) -> None:
    server.on("/f.csv", holds(NEW, cut=100_000), answer, holds(OLD, '"two"'))
    assert server.get().path.read_bytes() == OLD
    assert sent("range") == [None, "bytes=100000-", None]


def test_without_an_etag_the_date_tells_that_a_file_changed(server: Server) -> None:
    later = {"Content_Range": f"bytes 100000-{len(NEW) - 1}/{len(NEW)}", "Last_Modified": "Thu, 02 Nov 2023 10:00:00 GMT"}
    server.on("/f.csv", holds(NEW, "", cut=100_000), gives(bytes(200_000), 206, **later), holds(OLD, ""))
    assert server.get().path.read_bytes() == OLD


def test_a_part_stays_for_the_next_call_and_a_part_of_another_address_does_not(server: Server) -> None:
    server.on("/f.csv", holds(cut=30_000), gives(b"", 404), holds())
    with pytest.raises(SourceError) as failed:
        server.get(limits=replace(SHORT, tries=1))
    assert "30,000 bytes are kept" in failed.value.why
    with pytest.raises(SourceError, match="does not exist"):
        server.get()
    with server.kept.part.open("ab") as part:  # more than the note vouches for
        part.write(bytes(len(NEW)))
    assert server.get().path.read_bytes() == NEW
    assert sent("range") == [None, "bytes=30000-", "bytes=30000-"]
    server.on("/f.csv", holds(OLD, '"two"', cut=5000))
    server.on("/other.csv", holds(OLD, '"two"'))
    with pytest.raises(SourceError):
        server.get(limits=replace(SHORT, tries=1))
    assert server.get("/other.csv").path.read_bytes() == OLD
    assert sent("range")[-1] is None


def test_a_file_that_comes_in_many_pieces_is_not_given_up(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nonaligned.sources.fetching.download.PROGRESS_BYTES", 30_000)
    server.on("/f.csv", holds(cut=40_000))
    assert server.get().path.read_bytes() == NEW
    assert len(Site.asked) == 8
    server.on("/g.csv", holds(cut=9_000))  # too little each time
    with pytest.raises(SourceError, match="broke off"):
        server.get("/g.csv", "g.csv")


def test_whatever_a_server_does_the_file_in_place_is_one_of_its_versions(server: Server) -> None:
    """Cuts, changes, faults, refusals and lost ranges in any order: a version whole, or none."""
    dice = random.Random(20240229)
    versions = [dice.randbytes(dice.randrange(1, 60_000)) for _ in range(3)]
    digests = {hashlib.sha256(body).hexdigest() for body in versions}
    in_place, n_failed = "", 0
    for _ in range(60):
        replies: list[Reply] = []
        for _ in range(dice.randrange(1, 9)):
            n = dice.randrange(3)
            body, etag = versions[n], dice.choice([f'"{n}"', f'"{n}"', f'W/"{n}"'])
            cut = dice.choice([None, 0, 1, dice.randrange(60_000), dice.randrange(60_000)])
            others = [gives(b"", dice.choice([404, 416, 500, 503])), gives(body), gives(body[:50], 206), gives(b"<html>", ETag=etag)]
            replies.append(dice.choice([holds(body, etag, cut)] * 4 + others))
        server.on("/f.csv", *replies)
        try:
            got = server.get(limits=replace(SHORT, tries=4, sync_bytes=7_000))
        except SourceError:
            n_failed += 1
        else:
            in_place = got.sha256
            assert in_place in digests
        assert (server.get(offline=True).sha256 if in_place else "") == in_place
    assert 5 < n_failed < 55
    assert any(sent("range"))


# -- trying again -------------------------------------------------------------------------------------------------------


def test_retry_after_is_waited_for(server: Server) -> None:
    server.on("/f.csv", gives(b"", 429, Retry_After="7"), holds())
    assert server.get().path.read_bytes() == NEW
    assert server.slept == [7.0]
    until = format_datetime(datetime.now(UTC) + timedelta(seconds=40), usegmt=True)
    server.on("/g.csv", gives(b"", 503, Retry_After=until), holds())
    server.get("/g.csv", "g.csv", limits=replace(SHORT, total_seconds=100))
    assert 35 < server.slept[-1] <= 40


def test_a_server_that_asks_for_too_long_a_wait_is_left_alone(server: Server) -> None:
    server.on("/f.csv", gives(b"", 429, Retry_After="5400"))
    with pytest.raises(SourceError, match="not given for now") as failed:
        server.get(limits=replace(SHORT, total_seconds=10_000))
    assert "1 h 30 min" in failed.value.why
    assert (server.slept, len(Site.asked)) == ([], 1)


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_what_may_pass_is_tried_again_with_longer_waits(server: Server, status: int) -> None:
    server.on("/f.csv", gives(b"", status), gives(b"", status), holds())
    assert server.get().path.read_bytes() == NEW
    assert len(server.slept) == 2
    assert 0.5 <= server.slept[0] <= 1 <= server.slept[1] <= 2
    server.on("/g.csv", gives(b"", status))
    with pytest.raises(SourceError, match=f"the server answered {status}") as failed:
        server.get("/g.csv", "g.csv")
    assert failed.value.why == "3 tries in a row ended so."
    assert failed.value.exit_code == 4


@pytest.mark.parametrize(
    ("status", "words"), [(404, "does not exist"), (403, "refuses this reader"), (418, "is not given"), (202, "is not")]
)
def test_what_does_not_pass_is_asked_once_and_the_old_file_stays(server: Server, status: int, words: str) -> None:
    server.on("/f.csv", holds(OLD), gives(b"", status))
    server.get()
    with pytest.raises(SourceError, match=words) as failed:
        server.get()
    assert str(status) in failed.value.why
    assert "nonaligned load" in failed.value.mend
    assert (server.kept.path.read_bytes(), server.slept, len(Site.asked)) == (OLD, [], 2)


def test_no_server_no_answer_and_no_http(server: Server) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{free.getsockname()[1]}/f.csv"
    with pytest.raises(SourceError, match="the server refuses connections"):
        download(Download(nobody, "f.csv"), server.folder, limits=SHORT, sleep=server.slept.append)
    assert len(server.slept) == 2
    server.on("/f.csv", lambda site: site.wfile.write(b"\0\1 no HTTP\r\n\r\n"))
    server.on("/g.csv", lambda site: setattr(site, "close_connection", True))
    for path in ("/f.csv", "/g.csv"):
        with pytest.raises(SourceError, match="cannot be fetched"):
            server.get(path)
    with pytest.raises(SourceError, match=r"no host|does not resolve"):
        download(Download("http://no-such-host.invalid/f", "f"), server.folder, limits=SHORT, sleep=server.slept.append)


def test_requests_to_one_host_are_spaced(server: Server) -> None:
    spaced = replace(SHORT, pause_seconds=30)
    server.on("/f.csv", goes("/g.csv"))
    server.on("/g.csv", holds())
    server.get(limits=replace(SHORT, pause_seconds=0))
    server.get(limits=spaced)
    assert len(server.slept) == 2  # before each of the second call's two requests
    assert 25 < server.slept[0] <= 30
    assert 55 < server.slept[1] <= 60  # nothing slept here, so the next turn is one pause later
    http_get.wait_for_turn("elsewhere.example", spaced, server.slept.append)
    assert len(server.slept) == 2


# -- time ---------------------------------------------------------------------------------------------------------------


def drips(piece: bytes, every: float, body: bytes = NEW) -> Reply:
    def reply(site: Site) -> None:
        site.head(200, Content_Length=str(len(body)), ETag='"one"')
        for at in range(0, len(body), len(piece)):
            site.wfile.write(body[at : at + len(piece)])
            time.sleep(every)

    return reply


def test_a_drip_ends_in_an_error_and_a_slow_file_does_not(server: Server) -> None:
    server.on("/f.csv", drips(b"x", 0.05))
    began = time.monotonic()
    with pytest.raises(SourceError, match=r"fewer than 1,000 bytes per second came for 0\.4 seconds"):
        server.get(limits=replace(SHORT, tries=2))
    assert 0.8 <= time.monotonic() - began < 3
    server.on("/g.csv", drips(bytes(300), 0.1, NEW[:4000]))  # 3,000 bytes a second for longer than the idle time
    assert server.get("/g.csv", "g.csv").path.read_bytes() == NEW[:4000]


def test_a_drip_without_a_length_is_not_taken_for_a_whole_file(server: Server) -> None:
    def drip(site: Site) -> None:
        site.head(200, Connection="close")
        for _ in range(100):
            site.wfile.write(b"x")
            time.sleep(0.05)

    server.on("/f.csv", drip)
    with pytest.raises(SourceError, match="bytes per second"):
        server.get(limits=replace(SHORT, tries=1))
    assert "f.csv" not in server.names()


def test_silence_and_a_dripping_header_end(server: Server) -> None:
    def header(site: Site) -> None:
        site.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        for _ in range(100):
            site.wfile.write(b"x")
            time.sleep(0.05)

    limits = replace(SHORT, tries=1, answer_seconds=0.4)
    server.on("/f.csv", lambda site: time.sleep(2))
    server.on("/g.csv", header)
    for path in ("/f.csv", "/g.csv"):
        began = time.monotonic()
        with pytest.raises(SourceError, match="cannot be fetched"):
            server.get(path, limits=limits)
        assert time.monotonic() - began < 1.5


def test_all_of_it_has_a_time_limit_and_what_came_is_kept(server: Server) -> None:
    server.on("/f.csv", drips(bytes(2000), 0.05), holds())
    with pytest.raises(SourceError, match="not all there after 1 seconds") as failed:
        server.get(limits=replace(SHORT, total_seconds=0.6))
    assert "No time is left" in failed.value.why
    assert "bytes are kept" in failed.value.why
    assert server.slept == []
    server.on("/f.csv", holds())
    server.get()
    assert (sent("range")[-1] or "").startswith("bytes=")


# -- redirects ----------------------------------------------------------------------------------------------------------


def test_redirects_are_followed_five_times_and_not_in_a_circle(server: Server) -> None:
    for n in range(7):
        server.on(f"/{n}", goes(f"/{n - 1}") if n else holds())
    server.on("/a", goes("b"))
    server.on("/b", goes(f"{server.url}/a"))
    assert server.get("/5").path.read_bytes() == NEW
    with pytest.raises(SourceError, match="redirects more than 5 times"):
        server.get("/6")
    with pytest.raises(SourceError, match="redirects in a circle"):
        server.get("/a")
    assert len(Site.asked) == 6 + 6 + 2


def test_another_host_only_where_it_is_known(server: Server) -> None:
    elsewhere = server.url.replace("127.0.0.1", "localhost")
    server.on("/f.csv", goes(f"{elsewhere}/g.csv"))
    server.on("/g.csv", holds())
    with pytest.raises(SourceError, match="redirects to another host") as failed:
        server.get()
    assert "localhost" in failed.value.why
    assert [path for path, _ in Site.asked] == ["/f.csv"]
    assert server.get(hosts=("localhost",)).path.read_bytes() == NEW
    assert (sent("host")[-1] or "").startswith("localhost:")


@pytest.mark.parametrize("where", ["ftp://127.0.0.1/f", "file:///etc/passwd", "http://a:b@127.0.0.1/", "http://[/"])
def test_redirects_to_no_web_address_are_refused(server: Server, where: str) -> None:
    server.on("/f.csv", goes(where))
    with pytest.raises(SourceError, match="redirects to"):
        server.get()
    assert len(Site.asked) == 1


def test_a_public_address_does_not_lead_inside(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_get, "is_public", lambda address: address == "127.0.0.1")
    server.on("/f.csv", goes("http://127.0.0.2:9/metadata"))
    with pytest.raises(SourceError, match="redirects to an address inside this machine"):
        server.get(hosts=("127.0.0.2",))


def test_never_from_https_to_http() -> None:
    with pytest.raises(SourceError, match="from https to http:"):
        addresses.next_hop("https://example.org/f", "http://example.org/f")
    assert addresses.next_hop("http://example.org/f", "https://example.org/f") == "https://example.org/f"
    assert addresses.next_hop("https://example.org/f", "//cdn.example.org/f") == "https://cdn.example.org/f"


@pytest.mark.parametrize(
    ("host", "may"),
    [
        ("dataverse.example", True),
        ("files.dataverse.example", True),
        ("cdn.example.net", True),
        ("eu.cdn.example.net", True),
        ("example.net", False),
        ("notdataverse.example", False),
        ("dataverse.example.evil.net", False),
    ],
)
def test_known_hosts_are_whole_labels(host: str, may: bool) -> None:
    assert addresses.may_follow("www.dataverse.example", host, ("cdn.example.net",)) is may
    assert not addresses.may_follow("10.0.0.1", "5.10.0.0.1", ())


@pytest.mark.parametrize(
    "inside",
    [
        "127.0.0.1",
        "10.1.2.3",
        "169.254.169.254",
        "192.168.0.1",
        "0.0.0.0",
        "::1",
        "fe80::1%eth0",
        "fc00::1",
        "::ffff:10.0.0.1",
        "2002:7f00:1::",
    ],
)
def test_addresses_inside_are_told(inside: str) -> None:
    assert not is_public(inside)
    assert is_public("9.9.9.9")
    assert is_public("2620:fe::fe")


@pytest.mark.parametrize(
    "url", ["ftp://example.org/f", "example.org/f", "http://", "http://user:secret@example.org/f", "http://[::1/f", ""]
)
def test_no_web_address_is_fetched(url: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError) as failed:
        download(Download(url, "f.csv"), tmp_path, limits=SHORT)
    assert "secret" not in str(failed.value) + failed.value.why


def test_a_key_in_the_query_is_not_printed(server: Server) -> None:
    server.on("/f.csv?key=secret&q=a%20b", gives(b"", 403))
    with pytest.raises(SourceError) as failed:
        server.get("/f.csv?key=secret&q=a b")
    assert "secret" not in str(failed.value) + failed.value.why + failed.value.mend


# -- what is no file ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "media"),
    [
        (b"<p>Please log in</p>", "text/html; charset=utf-8"),
        (b"\xef\xbb\xbf\n<!DOCTYPE html><html>Error</html>", "text/csv"),
        (b'<?xml version="1.0"?>\n<html xmlns="x">Error</html>', "application/octet-stream"),
    ],
)
def test_a_page_is_not_taken_for_the_file(server: Server, body: bytes, media: str) -> None:
    server.on("/f.csv", holds(OLD), gives(body, Content_Type=media))
    server.get()
    with pytest.raises(SourceError, match="the address answers with a page, not the file") as failed:
        server.get()
    assert "nonaligned load" in failed.value.mend
    assert server.kept.path.read_bytes() == OLD
    assert server.get(name="f.html").path.read_bytes() == body


def test_xml_and_html_in_a_cell_are_no_page(server: Server) -> None:
    for body in (b'<?xml version="1.0"?><data><html/></data>', b"title\n<html>\n"):
        server.on("/f.csv", gives(body))
        assert server.get().path.read_bytes() == body


def test_an_empty_file_replaces_nothing(server: Server) -> None:
    server.on("/f.csv", holds(OLD), gives(b""))
    server.get()
    with pytest.raises(SourceError, match="an empty file"):
        server.get()
    assert server.kept.path.read_bytes() == OLD


@pytest.mark.parametrize("kind", ["md5", "sha256"])
def test_the_publishers_checksum_is_held_to(server: Server, kind: str) -> None:
    right, wrong = (f"{kind}:{hashlib.new(kind, data).hexdigest()}" for data in (NEW, b"other"))
    server.on("/f.csv", holds())
    with pytest.raises(SourceError, match="not the file that its publisher describes"):
        server.get(checksum=wrong)
    assert server.names() == set()
    assert server.get(checksum=right.replace(":", ":").upper().replace(kind.upper(), kind)).path.read_bytes() == NEW
    asked = len(Site.asked)
    assert server.get(checksum=right).is_unchanged
    assert len(Site.asked) == asked  # nothing is asked for what is known to be the file
    with pytest.raises(SourceError, match="not the file"):
        server.get(checksum=wrong)
    assert sent("if-none-match") == [None, None, None]
    assert server.kept.path.read_bytes() == NEW


def test_a_size_limit_holds_stated_or_not(server: Server) -> None:
    def endless(site: Site) -> None:
        site.head(200, Connection="close")
        while True:
            site.wfile.write(NEW)

    small = replace(SHORT, largest_bytes=100_000)
    server.on("/f.csv", holds())
    server.on("/g.csv", endless)
    for path in ("/f.csv", "/g.csv"):
        with pytest.raises(SourceError, match="larger than a data file may be"):
            server.get(path, limits=small)
        assert server.names() == set()


def test_packed_files_are_unpacked_and_bombs_are_not(server: Server) -> None:
    server.on("/f.csv", gives(gzip.compress(OLD) + gzip.compress(NEW) + bytes(512), Content_Encoding="gzip"))
    server.on("/zeros.csv", gives(gzip.compress(bytes(500_000)), Content_Encoding="gzip"))
    server.on("/z.csv", gives(zlib.compress(OLD), Content_Encoding="deflate"))
    server.on("/bomb.csv", gives(gzip.compress(bytes(50_000_000)), Content_Encoding="gzip"))
    server.on("/short.csv", gives(gzip.compress(NEW)[:-100], Content_Encoding="gzip"))
    server.on("/junk.csv", gives(NEW, Content_Encoding="gzip"))
    server.on("/br.csv", gives(NEW, Content_Encoding="br"))
    server.on("/f.csv.gz", gives(gzip.compress(OLD), Content_Encoding="gzip"))
    assert server.get("/f.csv").path.read_bytes() == OLD + NEW
    assert server.get("/zeros.csv").path.read_bytes() == bytes(500_000)
    assert server.get("/z.csv").path.read_bytes() == OLD
    for path, words in {"/bomb": "unpacks to more", "/junk": "damaged way", "/br": "a way that is not read", "/short": "broke off"}.items():
        with pytest.raises(SourceError, match=words):
            server.get(f"{path}.csv", "g.csv")
    assert not (server.folder / "g.csv").exists()
    assert gzip.decompress(server.get("/f.csv.gz", "f.csv.gz").path.read_bytes()) == OLD  # it is the file that is packed


# -- the disk -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["../f.csv", "a/b.csv", "a\\b.csv", "/etc/f", "..", ".", "", ".f", "f\0", "f\n", "C:f", "f.", "f.csv.part"]
)
def test_names_that_are_no_plain_file_names_are_refused(name: str, server: Server) -> None:
    with pytest.raises(UsageError, match="is no name for a"):
        server.get(name=name)
    assert Site.asked == []
    assert not server.folder.exists()


def test_a_checksum_that_is_none_is_refused(server: Server) -> None:
    with pytest.raises(UsageError, match="is no checksum"):
        server.get(checksum="md5:12")


def test_offline_gives_what_is_there_or_says_what_brings_it(server: Server) -> None:
    with pytest.raises(NotLoadedError) as missing:
        server.get(offline=True, command="nonaligned pull un_votes")
    assert (missing.value.mend, missing.value.exit_code) == ("nonaligned pull un_votes", 3)
    assert not server.folder.exists()
    server.on("/f.csv", holds())
    online = server.get()
    assert server.get(offline=True) == replace(online, is_unchanged=True)
    with pytest.raises(NotLoadedError, match="another version"):
        server.get(offline=True, checksum=f"md5:{'0' * 32}")
    assert len(Site.asked) == 1


def test_a_full_disk_is_said_and_the_old_file_stays(server: Server) -> None:
    server.on("/f.csv", holds(OLD), holds(NEW, '"two"'))
    server.get()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, hard))
    try:
        with pytest.raises(UsageError, match=r"f\.csv cannot be kept in") as failed:
            server.get()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert failed.value.why == "File too large."
    assert server.kept.path.read_bytes() == OLD
    assert server.get().path.read_bytes() == NEW
    assert sent("range")[-1] == "bytes=50000-"


def test_a_folder_that_cannot_be_written_is_said(server: Server) -> None:
    server.folder.write_text("a file")
    with pytest.raises(UsageError, match="cannot be kept"):
        server.get()


FETCH = """
import os, sys
from pathlib import Path
from nonaligned.sources.fetching.download import Download, download
from nonaligned.sources.fetching.politeness import Limits
url, folder, last = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
renamed, rename = 0, os.replace
def replace(old, new):
    global renamed
    renamed += 1
    if renamed == last:
        os.kill(os.getpid(), 9)
    rename(old, new)
os.replace = replace
download(Download(url, "f.csv"), folder, limits=Limits(pause_seconds=0, sync_bytes=10_000))
"""


def test_a_killed_download_leaves_the_old_file_and_goes_on(server: Server) -> None:
    server.on("/f.csv", holds(OLD))
    server.get()
    release = threading.Event()

    def hangs(site: Site) -> None:
        site.head(200, Content_Length=str(len(NEW)), ETag='"two"')
        site.wfile.write(NEW[:200_000])
        release.wait(10)

    server.on("/f.csv", hangs)
    child = subprocess.Popen([sys.executable, "-c", FETCH, f"{server.url}/f.csv", str(server.folder), "0"])
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline and not ((note := server.kept.part_note) and note.bytes >= 150_000):
        time.sleep(0.02)
    with pytest.raises(UsageError, match="being fetched already"):
        server.get()
    child.send_signal(signal.SIGKILL)
    assert child.wait() == -signal.SIGKILL
    release.set()
    assert server.kept.path.read_bytes() == OLD
    server.on("/f.csv", holds(NEW, '"two"'))
    assert server.get().path.read_bytes() == NEW
    assert 150_000 <= int((sent("range")[-1] or "").strip("bytes=-")) <= 200_000


def test_a_kill_before_any_rename_leaves_the_old_file_or_the_new_one(server: Server) -> None:
    """The child is killed before its first rename, its second and so on, until it gets through."""
    body, seen = NEW[:25_000], set[bytes]()
    for last in range(1, 20):
        shutil.rmtree(server.folder, ignore_errors=True)
        server.on("/f.csv", holds(OLD))
        server.get()
        server.on("/f.csv", holds(body, '"two"'))
        child = subprocess.run([sys.executable, "-c", FETCH, f"{server.url}/f.csv", str(server.folder), str(last)], check=False)
        found = server.kept.path.read_bytes()
        seen.add(found)
        assert found in {OLD, body}
        assert server.get(offline=True).sha256 == hashlib.sha256(found).hexdigest()
        got = server.get()
        assert (got.path.read_bytes(), got.etag) == (body, '"two"')
        assert not server.kept.part.exists()
        if found == body:
            assert (sent("if-none-match")[-1], got.is_unchanged) == ('"two"', True)
        if child.returncode == 0:
            break
    assert child.returncode == 0
    assert seen == {OLD, body}
    assert last >= 6


# -- over TLS -----------------------------------------------------------------------------------------------------------


@pytest.mark.skipif(not shutil.which("openssl"), reason="makes its certificate with openssl")
def test_tls_is_verified_and_never_left(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    key, certificate = str(tmp_path / "key.pem"), str(tmp_path / "certificate.pem")
    made = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
    made += ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", certificate]
    subprocess.run(made, check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)

    def cut_off(site: Site) -> None:
        """An end without TLS's farewell, as someone on the way could make it."""
        site.head(200, Connection="close")
        site.wfile.write(NEW[:1000])
        site.wfile.flush()
        os.close(site.connection.detach())

    with ThreadingHTTPServer(("127.0.0.1", 0), Site) as listening:
        listening.daemon_threads, listening.block_on_close = True, False
        listening.socket = context.wrap_socket(listening.socket, server_side=True)
        threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        plain, server.url = server.url, f"https://localhost:{listening.server_port}"
        server.on("/f.csv", holds())
        server.on("/down.csv", goes(f"{plain}/f.csv"))
        server.on("/cut.csv", cut_off)
        with pytest.raises(SourceError, match="not who it says it is"):
            server.get()
        assert server.slept == []
        monkeypatch.setenv("SSL_CERT_FILE", certificate)
        assert server.get().path.read_bytes() == NEW
        with pytest.raises(SourceError, match="from https to http"):
            server.get("/down.csv", hosts=("127.0.0.1",))
        with pytest.raises(SourceError, match="broke off"):
            server.get("/cut.csv", "g.csv")
        server.url = server.url.replace("localhost", "127.0.0.1")
        with pytest.raises(SourceError, match="not who it says it is"):
            server.get("/f.csv", "g.csv")
        listening.shutdown()


# -- words and waits ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ((12_300_000, 40_000_000, 4.0), "12.3 of 40.0 MB, 3.1 MB/s, 9 s left"),
        ((0, 40_000_000, 1.0), "0.0 of 40.0 MB"),
        ((20_000_000, 40_000_000, 10.0, 19_000_000), "20.0 of 40.0 MB, 100.0 kB/s, 3 min left"),
        ((1_500_000_000, 3_000_000_000, 3600.0), "1.5 of 3.0 GB, 416.7 kB/s, 1 h 0 min left"),
        ((40_000_000, 40_000_000, 8.0), "40.0 of 40.0 MB, 5.0 MB/s"),
        ((2_000_000, None, 1.0), "2.0 MB, 2.0 MB/s"),
        ((999, 1000, 1.0), "1.0 of 1.0 kB, 1.0 kB/s, 1 s left"),
        ((5, 0, 0.0), "0.0 kB"),
    ],
)
def test_progress_in_words(given: tuple[int, int | None, float], words: str) -> None:
    assert progress_words(*given) == words


def test_retry_after_reads_seconds_and_dates() -> None:
    now = datetime(2015, 10, 21, 7, 27, tzinfo=UTC)
    assert retry_after("Wed, 21 Oct 2015 07:28:00 GMT", now) == 60
    assert retry_after("Wed, 21 Oct 2015 07:20:00 GMT", now) == 0
    assert retry_after(" 12 ") == 12
    assert [retry_after(odd) for odd in ("", "-3", "soon", "1.5", "²", "Wed, 99 Oct 2015 07:28:00 GMT")] == [None] * 6


def test_waits_double_up_to_a_cap_and_differ() -> None:
    limits = replace(SHORT, backoff_seconds=2, longest_wait=10)
    for failures, longest in {1: 2, 2: 4, 3: 8, 4: 10, 30: 10}.items():
        waits = [backoff(failures, limits) for _ in range(50)]
        assert longest / 2 <= min(waits) <= max(waits) <= longest
        assert len(set(waits)) > 1


def test_importing_the_downloader_loads_no_http_client() -> None:
    code = "import sys, nonaligned.sources.fetching.download; assert not {'urllib3', 'ssl', 'http.client'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)
