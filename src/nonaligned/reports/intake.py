"""The door for reports: a path, an address or standard input becomes a text, or an error that says why not."""

from __future__ import annotations

import difflib
import errno
import hashlib
import os
import re
import shlex
import stat
import sys
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from nonaligned.ground.errors import ReportError
from nonaligned.reports.encoding import Kind, check_bytes, check_characters, decode, kind_of
from nonaligned.reports.language import check_english
from nonaligned.reports.report import Text

HEAD = 8192
MAX_BYTES: dict[Kind, int] = {"text": 1_000_000, "html": 20_000_000, "pdf": 20_000_000}
KINDS: dict[Kind, str] = {"text": "text", "html": "HTML", "pdf": "PDF"}
FILLED = "nonaligned brief REPORT, with a report that has text in it"
ADDRESS = re.compile(r"\s*([a-z][a-z0-9+.-]*)://", re.I)
DOMAIN = re.compile(r"(?:www\.|(?:[\w-]+\.)+(?:com|org|net|int|edu|gov)(?:/|\Z)|(?:[\w-]+\.)+(?:gov|co|org)\.[a-z]{2}(?:/|\Z))\S*\Z", re.I)


def open_report(where: str, *, stdin: BinaryIO | None = None) -> Text:
    """The text of a report, from wherever it is.

    Parameters
    ----------
    where : str
        A path, an http(s) address, or ``-`` for standard input.
    stdin : binary file, optional
        What ``-`` reads; the process's standard input when None.

    Returns
    -------
    Text
        Of plain text (Markdown too) exactly its characters, but that line ends become LF and a
        byte-order mark is dropped; of HTML and PDF the main text. `sha256` is of the bytes read.

    Raises
    ------
    ReportError
        It is missing, unreadable, too large, binary, empty, damaged, encrypted or not English.
    SourceError
        Its address cannot be reached.
    """
    where = os.fspath(where)
    if ADDRESS.match(where):
        return _from_address(where.strip())
    try:
        return _from_stream(stdin) if where == "-" else _from_file(where)
    except OSError as fault:
        raise ReportError(
            f"{printable(where)!r} cannot be read.", why=f"{fault.strerror or fault}.", mend="check the file and its disk"
        ) from fault
    except ReportError as fault:  # a command to copy names the very file
        if where == "-":
            raise
        raise ReportError(fault.message, why=fault.why, mend=fault.mend.replace("FILE", shlex.quote(printable(where)))) from fault


def from_text(text: str, name: str = "text") -> Text:
    r"""A report that is already text, held to the same rules as a file.

    Raises
    ------
    ReportError
        The text is empty, too large, not English, or holds characters that are not text.

    Examples
    --------
    >>> from_text("India abstains\r\n\r\nIndia abstained on Wednesday.").title
    'India abstains'
    """
    if len(text) > MAX_BYTES["text"]:
        raise _too_large("text", name, len(text))
    raw = text.encode("utf-8", "surrogatepass")
    return _checked(text, name, hashlib.sha256(raw).hexdigest())


def printable(text: str) -> str:
    """A name without characters that could steer a terminal or break its encoding."""
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in text)


def _from_stream(stdin: BinaryIO | None) -> Text:
    stream = stdin or getattr(sys.stdin, "buffer", None)
    if stream is None:
        raise ReportError("There is no standard input to read.", mend="nonaligned brief REPORT")
    kind, data = _take(stream.read, "standard input")
    return _text(kind, data, "standard input")


def _from_file(where: str) -> Text:
    path = Path(where)
    name = printable(path.name) or "the report"
    with _open_file(where, path) as file:
        kind, data = _take(file.read, name, suffix=path.suffix.lower(), size=os.fstat(file.fileno()).st_size)
    return _text(kind, data, name)


def _from_address(where: str, *, allow_private: bool = False, seconds: float | None = None) -> Text:
    from nonaligned.reports import fetch

    with fetch.page(where, allow_private=allow_private, seconds=seconds or fetch.TOTAL_SECONDS) as reply:
        name = printable(reply.url.partition("#")[0])
        suffix = "" if reply.media in {"text/html", "application/xhtml+xml"} else os.path.splitext(name.partition("?")[0])[1].lower()
        kind, data = _take(reply.read, name, suffix=suffix, media=reply.media, size=reply.size)
    return _text(kind, data, name, declared=reply.charset)


def _open_file(where: str, path: Path) -> BinaryIO:
    """A regular file opened for reading; never waits on a pipe or a device."""
    shown = repr(printable(where if len(where) <= 120 else where[:117] + "..."))
    if not where.strip():
        raise ReportError("No report is named.", mend="nonaligned brief REPORT: a path, an address, or - for standard input")
    if "\n" in where or len(where) > 1000:
        raise ReportError("The report is named by its text, not by a path.", mend="nonaligned brief -, with the text on standard input")
    try:
        number = os.open(where, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOCTTY", 0))
    except FileNotFoundError as fault:
        raise _missing(where, path, shown) from fault
    except IsADirectoryError as fault:
        raise _directory(path, shown) from fault
    except PermissionError as fault:
        if os.path.isdir(where):  # Path.is_dir raises where the folder may not be searched
            raise _directory(path, shown) from fault
        raise ReportError(f"{shown} may not be read.", why="Permission denied.", mend="chmod u+r FILE") from fault
    except ValueError as fault:
        raise ReportError(f"{shown} is not a path.", why=f"{str(fault).capitalize()}.", mend="check the path") from fault
    except OSError as fault:
        if fault.errno == errno.ENXIO:
            raise _not_regular(shown, "a socket") from fault
        raise ReportError(f"{shown} cannot be opened.", why=f"{fault.strerror}.", mend="check the path") from fault
    mode = os.fstat(number).st_mode
    if stat.S_ISREG(mode):
        return os.fdopen(number, "rb")
    os.close(number)
    raise _directory(path, shown) if stat.S_ISDIR(mode) else _not_regular(shown, "a pipe" if stat.S_ISFIFO(mode) else "a device")


def _not_regular(shown: str, what: str) -> ReportError:
    return ReportError(f"{shown} is {what}, not a file.", why="Reading it could wait for ever.", mend=f"nonaligned brief - < {shown}")


def _missing(where: str, path: Path, shown: str) -> ReportError:
    if DOMAIN.match(where):
        return ReportError(
            f"There is no file {shown}.", why="It looks like an address without its scheme.", mend=f"nonaligned brief https://{where}"
        )
    names: list[str] = []
    try:
        with os.scandir(path.parent) as entries:
            names = [entry.name for entry, _ in zip(entries, range(2000), strict=False) if entry.is_file()]
    except OSError:
        lacks = "" if os.path.isdir(path.parent) else f"Nor is there a folder {printable(str(path.parent))!r}."
        return ReportError(f"There is no file {shown}.", why=lacks, mend="check the path")
    folded = {name.casefold(): name for name in names}
    near = difflib.get_close_matches(path.name.casefold(), folded, n=1, cutoff=0.6)
    guess = printable(str(path.parent / folded[near[0]])) if near else ""
    return ReportError(
        f"There is no file {shown}.",
        why=f"Did you mean {guess!r}?" if guess else "",
        mend=f"nonaligned brief {shlex.quote(guess)}" if guess else "check the path",
    )


def _directory(path: Path, shown: str) -> ReportError:
    try:
        inside = sorted(each.name for each in path.iterdir() if each.suffix.lower() in {".txt", ".md", ".html", ".htm", ".pdf"})
    except OSError:
        inside = []
    example = shlex.quote(printable(str(path / inside[0]))) if inside else "FILE"
    return ReportError(f"{shown} is a folder, not a report.", why="One report is read at a time.", mend=f"nonaligned brief {example}")


def _take(read: Callable[[int], bytes], name: str, *, suffix: str = "", media: str = "", size: int | None = None) -> tuple[Kind, bytes]:
    """All the bytes of a report and their kind; no more is read than the limit of that kind."""
    head = _read_up_to(read, HEAD)
    if not head:
        raise ReportError(f"{_upper(name)} is empty.", mend=FILLED)
    kind = kind_of(head, _upper(name), suffix, media)
    most = MAX_BYTES[kind]
    if size is not None and size > most:
        raise _too_large(kind, name, size)
    data = head + _read_up_to(read, most + 1 - len(head))
    if len(data) > most:
        raise _too_large(kind, name, None)
    return kind, data


def _read_up_to(read: Callable[[int], bytes], most: int) -> bytes:
    parts: list[bytes] = []
    while most > 0:
        part = read(min(most, 1 << 20))
        if not part:
            break
        parts.append(part)
        most -= len(part)
    return b"".join(parts)


def _too_large(kind: Kind, name: str, size: int | None) -> ReportError:
    most = MAX_BYTES[kind]
    has = f"It has {size / 1e6:,.1f} MB" if size is not None else "It has more"
    cut, copy = "split -C 900K FILE part_; then: nonaligned brief part_aa", "copy its text into a file, then: nonaligned brief REPORT.txt"
    why = f"{has}; the limit for {KINDS[kind]} is {most // 1_000_000} MB."
    return ReportError(f"{_upper(name)} is too large for a report.", why=why, mend=cut if kind == "text" else copy)


def _text(kind: Kind, data: bytes, name: str, declared: str = "") -> Text:
    """A report's bytes as text, by their kind."""
    digest, shown = hashlib.sha256(data).hexdigest(), _upper(name)
    if kind == "text":
        check_bytes(data, shown)
        return _checked(decode(data, shown, declared=declared), name, digest)
    from nonaligned.reports import sandbox

    if kind == "html":
        data = decode(data, shown, "html", declared).encode("utf-8", "replace")
    found = sandbox.extract(kind, data, shown)
    check_characters(found.text, shown)
    check_english(found.text, shown)
    return Text(found.text, name, found.title or headline(found.text), found.published, digest)


def _checked(text: str, name: str, digest: str) -> Text:
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    shown = _upper(name)
    if not text.strip():
        raise ReportError(f"{shown} holds nothing but white space." if text else f"{shown} is empty.", mend=FILLED)
    check_characters(text, shown)
    check_english(text, shown)
    return Text(text, name, headline(text), None, digest)


def headline(text: str) -> str:
    r"""The first line, where it reads as a title: short, without a full stop, and set off by an empty line.

    Examples
    --------
    >>> headline("# India abstains\n\nIndia abstained on Wednesday.")
    'India abstains'
    >>> headline("India abstained on Wednesday.\n\nIt had done so before.")
    ''
    """
    first, _, rest = text.lstrip().partition("\n")
    title = re.sub(r"^#{1,6}\s+|\s+#+$|^\*\*|\*\*$", "", first.strip())
    is_title = 0 < len(title) < 120 and not title.endswith((".", ",", ";", ":")) and re.match(r"[ \t]*\n", rest) and rest.strip()
    return title if is_title else ""


def _upper(name: str) -> str:
    return "Standard input" if name == "standard input" else "The text" if name == "text" else name
