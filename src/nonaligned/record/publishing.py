"""Files that are whole or not there: write under another name, sync, rename; and one writer at a time."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from pathlib import Path

from nonaligned.ground.errors import UsageError

BLOCK = 1 << 22
WAIT = 120.0  # seconds for which a second writer waits for the first


def sha256(path: Path) -> str:
    """SHA-256 of a file's bytes."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def publish(temporary: Path, final: Path) -> None:
    """Give a file written under a temporary name its own, so that a kill leaves the old one or the new one."""
    _sync(temporary)
    temporary.replace(final)
    _sync(final.parent)


def keep_raw(raw: Path, folder: Path) -> str:
    """Copy an official file into the record under its hash; return its SHA-256."""
    temporary = folder / f"{raw.name}.part"
    digest = hashlib.sha256()
    with raw.open("rb") as source, temporary.open("wb") as target:
        while block := source.read(BLOCK):
            digest.update(block)
            target.write(block)
    name = digest.hexdigest()
    publish(temporary, raw_path(folder, raw.name, name))
    return name


def raw_path(folder: Path, name: str, digest: str) -> Path:
    """Where the snapshot of an official file lies."""
    return folder / f"{digest[:16]}-{name}"


@contextmanager
def only_writer(directory: Path, wait: float = WAIT, tell: Callable[[], None] | None = None) -> Generator[None]:
    """Hold the record's lock, so that no writer loses what another wrote; the system frees the lock of one that dies.

    Raises
    ------
    UsageError
        If another writer holds it for longer than `wait` seconds. `tell` is called once if there is one to wait for.
    """
    with (directory / "lock").open("a", encoding="utf-8") as handle:
        _take(handle.fileno(), directory, wait, tell)
        _clear(directory)  # of a writer that was killed
        try:
            yield
        finally:
            _clear(directory)


def _clear(directory: Path) -> None:
    """Remove half-written files; only who holds the lock may, as another's may be under way."""
    for left in (*directory.glob("*.part"), *directory.glob("*/*.part")):
        with suppress(OSError):
            left.unlink()


def _take(descriptor: int, directory: Path, wait: float, tell: Callable[[], None] | None) -> None:
    try:
        import fcntl
    except ImportError:  # no such lock on this system
        return
    until, told = time.monotonic() + wait, False
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > until:
                raise UsageError(
                    f"Another command is writing the record in {directory}.", why="It holds the lock.", mend="try again when it is done"
                ) from None
            if tell is not None and not told:
                tell()
                told = True
            time.sleep(0.05)
        else:
            return
