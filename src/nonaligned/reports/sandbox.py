"""Strangers' pages and PDFs are parsed in a child process with limits, and killed where they pass them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from nonaligned.ground.errors import ReportError

CHILD = Path(__file__).with_name("extraction.py")


@dataclass(frozen=True, slots=True)
class Limits:
    """What one document may cost: seconds of processor and clock, bytes of memory and of text."""

    cpu_seconds: int = 10
    wall_seconds: float = 30.0
    memory: int = 2 << 30
    text: int = 5_000_000


@dataclass(frozen=True, slots=True)
class Extract:
    """The text of a page or PDF, and what it states of itself."""

    text: str
    title: str
    published: date | None


LIMITS = Limits()
DECRYPT = "qpdf --decrypt --password=… FILE OUT.pdf; then: nonaligned brief OUT.pdf"
SCAN = "ocrmypdf FILE OUT.pdf; then: nonaligned brief OUT.pdf"
COPY = "copy its text into a file, then: nonaligned brief REPORT.txt"


def extract(kind: Literal["html", "pdf"], data: bytes, name: str, limits: Limits = LIMITS) -> Extract:
    """The main text of a page or PDF, parsed out of reach of this process.

    Parameters
    ----------
    kind : {"html", "pdf"}
        A page's bytes are UTF-8.
    data : bytes
        The document.
    name : str
        How errors call it.
    limits : Limits
        What it may cost.

    Raises
    ------
    ReportError
        It holds no text, is encrypted or damaged, or passed a limit.
    """
    status, out = _run_child(kind, data, limits)
    try:
        answer: dict[str, str] = json.loads(out)
        if "fault" in answer:
            raise _fault(kind, name, answer["fault"], answer["detail"], limits)
        published = answer["published"]
        return Extract(answer["text"], answer["title"], date.fromisoformat(published) if published else None)
    except (ValueError, KeyError, TypeError, RecursionError) as fault:
        raise _broken(kind, name, status, limits) from fault


def _run_child(kind: str, data: bytes, limits: Limits) -> tuple[int | str, bytes]:
    """Exit status of the child ("clock" where it was killed for it) and what it answered."""
    path = [each for each in sys.path if each]
    orders = {"kind": kind, "cpu_seconds": limits.cpu_seconds, "memory": limits.memory, "most": limits.text, "path": path}
    most = 4 * limits.text + 100_000
    child = subprocess.Popen(
        [sys.executable, "-I", "-B", str(CHILD)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=os.name == "posix",  # a group of its own, killed as a whole
    )
    assert child.stdin is not None
    assert child.stdout is not None
    stdin, is_late = child.stdin, threading.Event()

    def feed() -> None:
        with suppress(OSError, ValueError):
            stdin.write(json.dumps(orders).encode() + b"\n")
            stdin.write(data)
        with suppress(OSError):
            stdin.close()

    def stop() -> None:
        is_late.set()
        _kill(child)

    clock = threading.Timer(limits.wall_seconds, stop)
    feeder = threading.Thread(target=feed, daemon=True)
    try:
        clock.start()
        feeder.start()
        out = child.stdout.read(most)
        if len(out) < most:
            child.wait()
    finally:  # also when the user stops the program
        clock.cancel()
        _kill(child)
        child.stdout.close()
        status = child.wait()
        feeder.join(1)
    return ("clock" if is_late.is_set() else "length" if len(out) >= most else status), out


def _kill(child: subprocess.Popen[bytes]) -> None:
    if child.poll() is None:
        with suppress(OSError):
            if os.name == "posix":
                os.killpg(child.pid, signal.SIGKILL)
            else:
                child.kill()


def _broken(kind: str, name: str, status: int | str, limits: Limits) -> ReportError:
    """The error for a child that gave no answer."""
    what = "page" if kind == "html" else "PDF"
    if status == "clock" or (os.name == "posix" and status in {-signal.SIGXCPU, -signal.SIGKILL}):
        why = f"The {what} was given up after {limits.cpu_seconds} s of computing."
        return ReportError(f"{name} takes too long to read.", why=why, mend=COPY)
    return ReportError(f"{name} could not be read.", why=f"The {what} broke its parser (status {status}).", mend=COPY)


def _fault(kind: str, name: str, fault: str, detail: str, limits: Limits) -> ReportError:
    """The error for what the child found."""
    what = "page" if kind == "html" else "PDF"
    detail = "".join(letter if letter.isprintable() else " " for letter in detail)[:200]
    pages = "one page" if detail == "1" else f"{detail} pages"
    told = {
        "encrypted": ("is an encrypted PDF", "It asks for a password.", DECRYPT),
        "scanned": ("is a PDF without text", f"It has {pages} of images: it is probably a scan.", SCAN),
        "empty": ("holds no article text", "The page is empty, a menu, a consent form, or built by scripts in the browser.", COPY),
        "long": (f"holds more than {limits.text / 1e6:g} MB of text", "That is more than a report.", COPY),
        "bomb": ("unpacks to far more than a report", "Its compressed parts pass the limit of the PDF parser.", COPY),
        "memory": ("takes too much memory to read", f"The {what} was given up at {limits.memory / 2**30:g} GB.", COPY),
    }
    ending, why, mend = told.get(fault, (f"is a damaged {what}", detail or "Its structure cannot be followed.", COPY))
    return ReportError(f"{name} {ending}.", why=why, mend=mend)
