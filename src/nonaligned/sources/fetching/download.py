"""Official data files, fetched: resumed where they broke off, retried, checked, and put in place whole."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import NoReturn

from nonaligned.ground.errors import NotLoadedError, SourceError, UsageError
from nonaligned.sources.fetching.addresses import BY_HAND, shown
from nonaligned.sources.fetching.http_get import Answer, Interrupted, get
from nonaligned.sources.fetching.kept_file import KeptFile, Note, check_name
from nonaligned.sources.fetching.politeness import Limits, Sleep, backoff, retry_after
from nonaligned.sources.fetching.progress import duration_words

AGAIN = frozenset({429, 500, 502, 503, 504})
ASKS_TO_WAIT = frozenset({429, 503})
STATUS = {401: "asks for a login", 403: "refuses this reader", 404: "does not exist", 410: "is gone"}
PAGES = frozenset({"text/html", "application/xhtml+xml"})
PAGE_START = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html[\s>])", re.I | re.S)
CHECKSUM = re.compile(r"md5:[0-9a-fA-F]{32}|sha256:[0-9a-fA-F]{64}")
RANGE = re.compile(r"bytes (\d{1,18})-(\d{1,18})/(\d{1,18}|\*)")
PROGRESS_BYTES = 1 << 20  # a try that brought this much was no failure


@dataclass(frozen=True, slots=True)
class Download:
    """One file to fetch: its address, the name under which it is kept, and its hash where the publisher states one.

    `checksum` is ``md5:...`` or ``sha256:...`` in hexadecimal digits; empty where none is stated.
    """

    url: str
    name: str
    checksum: str = ""


@dataclass(frozen=True, slots=True)
class Downloaded:
    """A file that is in place whole; `is_unchanged` where its bytes are those that were there before."""

    path: Path
    url: str
    sha256: str
    etag: str
    last_modified: str
    bytes: int
    is_unchanged: bool


@dataclass(frozen=True, slots=True)
class _Job:
    wanted: Download
    file: KeptFile
    hosts: tuple[str, ...]
    progress: Callable[[int, int | None], None] | None
    limits: Limits
    sleep: Sleep
    deadline: float


def download(
    wanted: Download,
    folder: Path,
    *,
    hosts: tuple[str, ...] = (),
    offline: bool = False,
    progress: Callable[[int, int | None], None] | None = None,
    limits: Limits = Limits(),  # noqa: B008 - frozen
    sleep: Sleep = time.sleep,
    command: str = "nonaligned pull",
) -> Downloaded:
    """Bring an official file into a folder, or find that the one there is still the publisher's.

    Parameters
    ----------
    wanted : Download
        What to fetch, and its name in `folder`.
    folder : Path
        Made where it does not exist.
    hosts : tuple of str
        Hosts (with subdomains) to which the publisher's server may redirect beside itself.
    offline : bool
        Touch no network: the file that is there, or NotLoadedError.
    progress : callable, optional
        Told bytes so far and bytes in all (None where unknown) as they come; for `progress_words`.
    limits : Limits
        Time, size, tries and pauses.
    sleep : callable
        Waits so many seconds.
    command : str
        The command that fetches the file, for the error when offline.

    Raises
    ------
    SourceError
        The file cannot be had: unreachable, refused, a page instead of a file, too large, too slow, not as stated.
    NotLoadedError
        Offline and not there.
    UsageError
        The name is no plain file name, the address is none, or the folder cannot be written.

    Examples
    --------
    >>> from tempfile import gettempdir
    >>> try:
    ...     download(Download("https://example.org/votes.csv", "none-such.csv"), Path(gettempdir()), offline=True)
    ... except NotLoadedError as error:
    ...     print(error)
    none-such.csv is not here, and the network is not used.
    """
    check_name(wanted.name)
    if wanted.checksum and not CHECKSUM.fullmatch(wanted.checksum):
        raise UsageError(f"{shown(wanted.checksum)} is no checksum.", why="Expected md5: or sha256: and hexadecimal digits.")
    file = KeptFile(folder / wanted.name)
    try:
        if offline:
            return _offline(wanted, file, command)
        folder.mkdir(parents=True, exist_ok=True)
        with file.alone():
            return _fetch(_Job(wanted, file, hosts, progress, limits, sleep, time.monotonic() + limits.total_seconds))
    except OSError as fault:  # the network's own faults are told apart before they get here
        raise UsageError(
            f"{wanted.name} cannot be kept in {folder}.",
            why=f"{fault.strerror or fault}.",
            mend="make room or choose another folder, then run the same command again",
        ) from fault


def _offline(wanted: Download, file: KeptFile, command: str) -> Downloaded:
    there = file.there(wanted.url)
    if not there:
        raise NotLoadedError(f"{wanted.name} is not here, and the network is not used.", why=f"There is no {file.path}.", mend=command)
    if not file.is_as_stated(wanted.checksum):
        why = f"Its checksum is not {wanted.checksum}."
        raise NotLoadedError(f"{wanted.name} is here in another version than the one wanted.", why=why, mend=command)
    return _done(file, there, True)


def _done(file: KeptFile, note: Note, is_unchanged: bool) -> Downloaded:
    return Downloaded(file.path, note.url, note.sha256, note.etag, note.last_modified, note.bytes, is_unchanged)


def _fetch(job: _Job) -> Downloaded:
    """Try until the file is there, or until tries or time are used up."""
    job.file.settle()
    there = job.file.there(job.wanted.url)
    if there and job.wanted.checksum and job.file.is_as_stated(job.wanted.checksum):
        return _done(job.file, there, True)
    failures, farthest = 0, 0
    while True:
        try:
            return _try(job, there)
        except Interrupted as fault:
            part = job.file.part_note
            if part and part.bytes >= farthest + PROGRESS_BYTES:
                failures, farthest = 0, part.bytes
            failures += 1
            wait = backoff(failures, job.limits) if fault.wait is None else fault.wait
            is_late = time.monotonic() + wait > job.deadline
            if failures >= job.limits.tries or wait > job.limits.longest_wait or is_late:
                _give_up(job, fault, failures, is_late)
            job.sleep(wait)


def _give_up(job: _Job, fault: Interrupted, failures: int, is_late: bool) -> NoReturn:
    part = job.file.part_note
    kept = f" {part.bytes:,} bytes are kept for the next try." if part and part.bytes and part.validator else ""
    if fault.wait is not None and fault.wait > job.limits.longest_wait:
        raise SourceError(
            f"{shown(job.wanted.url)} is not given for now: {fault.why}.",
            why=f"The server asks to come back in {duration_words(fault.wait)}.{kept}",
            mend=f"run the same command again after that, or {BY_HAND}",
        ) from fault
    why = "No time is left for another try." if is_late else f"{failures} tries in a row ended so."
    raise SourceError(
        f"{shown(job.wanted.url)} cannot be fetched: {fault.why}.",
        why=why + kept,
        mend=f"run the same command again, or {BY_HAND}",
    ) from fault


def _try(job: _Job, there: Note | None) -> Downloaded:
    """One request, and the bytes that it brings."""
    wanted, file = job.wanted, job.file
    # a stated checksum that the file in place does not meet asks for new bytes, whatever the server holds unchanged
    conditions = _conditions(there) if there and not wanted.checksum else {}
    part = file.resumable(wanted.url)
    resuming = {"Range": f"bytes={part.bytes}-", "If-Range": part.validator} if part else {}
    with closing(get(wanted.url, conditions | resuming, job.hosts, job.limits, job.deadline, job.sleep)) as answer:
        if answer.status == 304 and there and conditions:
            file.drop_part()
            return _done(file, there, True)
        note = _accept(job, answer, part)
        try:
            note = _receive(job, answer, note)
            _check_whole(job)
        except SourceError:  # these bytes will never do
            file.drop_part()
            raise
    note = file.publish(note)
    return _done(file, note, there is not None and there.sha256 == note.sha256)


def _conditions(there: Note) -> dict[str, str]:
    if there.etag:
        return {"If-None-Match": there.etag}
    return {"If-Modified-Since": there.last_modified} if there.last_modified else {}


def _accept(job: _Job, answer: Answer, part: Note | None) -> Note:
    """What an answer brings: a note with the `bytes` at which it begins; raises where it is not the file."""
    if answer.status in AGAIN:
        asked = retry_after(answer.header("Retry-After")) if answer.status in ASKS_TO_WAIT else None
        raise Interrupted(f"the server answered {answer.status}", asked)
    if part and (answer.status in {412, 416} or (answer.status == 206 and not _goes_on(answer, part))):
        job.file.drop_part()
        raise Interrupted("the file changed while it was loaded", 0.0)
    if answer.status not in ({200, 206} if part else {200}):
        what = STATUS.get(answer.status, "is not given")
        mend = f"check the address, or {BY_HAND}" if answer.status in {404, 410} else BY_HAND
        raise SourceError(f"{shown(answer.url)} {what}.", why=f"The server answered {answer.status}.", mend=mend)
    if answer.media in PAGES and not _is_page_wanted(job):
        _refuse_page(answer.url, f"The server says that it is {answer.media}")
    if answer.status == 206 and part:
        return part
    total = None if answer.coding else answer.length
    etag, last_modified = answer.header("ETag"), answer.header("Last-Modified")
    return Note(job.wanted.url, etag, last_modified, _validator(answer, etag, last_modified), total)


def _validator(answer: Answer, etag: str, last_modified: str) -> str:
    """What If-Range may carry: a strong ETag, or a date well before the answer (RFC 9110, 8.8.2.2 and 13.1.5)."""
    if answer.coding:
        return ""
    if etag:
        return etag if re.fullmatch(r'"[\x21\x23-\x7e]*"', etag) else ""
    with suppress(ValueError, TypeError, IndexError, OverflowError):
        age = parsedate_to_datetime(answer.header("Date")) - parsedate_to_datetime(last_modified)
        return last_modified if age.total_seconds() >= 60 else ""
    return ""


def _goes_on(answer: Answer, part: Note) -> bool:
    """Whether a 206 begins where the part ends, and is of the same file; some servers do not look at If-Range."""
    found = RANGE.fullmatch(answer.header("Content-Range"))
    if not found or answer.coding or int(found[1]) != part.bytes:
        return False
    if part.total is not None and (found[3] not in {str(part.total), "*"} or int(found[2]) != part.total - 1):
        return False
    if part.etag and answer.header("ETag"):
        return answer.header("ETag") == part.etag
    return answer.header("Last-Modified") in {"", part.last_modified}


def _receive(job: _Job, answer: Answer, note: Note) -> Note:
    def told(size: int) -> None:
        _check_size(job, size)
        if job.progress:
            job.progress(size, note.total)

    _check_size(job, note.total or 0)
    pieces = answer.parts(keep_packed=job.wanted.name.lower().endswith((".gz", ".tgz")))
    got = job.file.append(pieces, note, job.limits.sync_bytes, told)
    if note.total is not None and got.bytes != note.total:
        raise Interrupted("the file broke off before its end")
    return got


def _check_size(job: _Job, size: int) -> None:
    if size > job.limits.largest_bytes:
        raise SourceError(
            f"{shown(job.wanted.url)} is larger than a data file may be.",
            why=f"At least {size:,} bytes; the limit is {job.limits.largest_bytes:,}.",
            mend=BY_HAND,
        )


def _check_whole(job: _Job) -> None:
    """Refuse a part that is whole and is not the file that was wanted."""
    with job.file.part.open("rb") as part:
        head = part.read(1024)
    if not head:
        raise SourceError(f"{shown(job.wanted.url)} answers with an empty file.", mend=BY_HAND)
    if PAGE_START.match(head) and not _is_page_wanted(job):
        _refuse_page(job.wanted.url, "Its bytes begin as a web page does")
    if not job.file.is_as_stated(job.wanted.checksum, job.file.part):
        raise SourceError(
            f"{job.wanted.name} is not the file that its publisher describes.",
            why=f"Its checksum is not {job.wanted.checksum}; what came was thrown away.",
            mend=f"run the same command again; if it stays so, the file was replaced: {BY_HAND}",
        )


def _is_page_wanted(job: _Job) -> bool:
    return job.wanted.name.lower().endswith((".html", ".htm"))


def _refuse_page(url: str, why: str) -> NoReturn:
    raise SourceError(
        f"{shown(url)}: the address answers with a page, not the file.", why=f"{why}: a login, a notice or an error.", mend=BY_HAND
    )
