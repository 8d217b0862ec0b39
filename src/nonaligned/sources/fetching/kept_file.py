"""A fetched file on the disk: in place whole or not at all, with a note of where it came from.

Beside a file `data.csv` lie `data.csv.fetched.json` (address, validators, hash, time) and, while it is being
loaded, `data.csv.part` with `data.csv.part.json`. A kill at any moment leaves the old file or the new one.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from nonaligned.ground.errors import UsageError

OUR_ENDINGS = (".part", ".json.new", ".part.json", ".fetched.json", ".lock")
NAME = re.compile(r"[^.\x00-\x1f\x7f/\\:*?\"<>|][^\x00-\x1f\x7f/\\:*?\"<>|]{0,149}(?<![. ])")


def check_name(name: str) -> None:
    """Refuse what is no plain file name, or is one of the notes' own; raises UsageError.

    Examples
    --------
    >>> try:
    ...     check_name("../votes.csv")
    ... except UsageError as error:
    ...     print(error)
    '../votes.csv' is no name for a file.
    """
    if not NAME.fullmatch(name):
        raise UsageError(f"{name[:150]!r} is no name for a file.", why="A plain name is wanted, without folders or special characters.")
    if name.lower().endswith(OUR_ENDINGS):
        raise UsageError(f"{name} is no name for a data file.", why=f"Names in {', '.join(OUR_ENDINGS)} are kept for notes beside it.")


@dataclass(frozen=True, slots=True)
class Note:
    """What is known of a file or of its part.

    `bytes` of a part are those that are surely on the disk; `validator` is what `If-Range` may carry, empty where
    nothing may; `sha256` and `retrieved` are set once the file is whole and checked.
    """

    url: str
    etag: str = ""
    last_modified: str = ""
    validator: str = ""
    total: int | None = None
    bytes: int = 0
    sha256: str = ""
    retrieved: str = ""


@dataclass(frozen=True, slots=True)
class KeptFile:
    """The place of one file, its part and their notes."""

    path: Path

    @property
    def part(self) -> Path:
        """Where the bytes are gathered."""
        return self._beside(".part")

    @property
    def part_note(self) -> Note | None:
        """What is known of the part."""
        return _read_note(self._beside(".part.json"))

    def _beside(self, ending: str) -> Path:
        return self.path.with_name(self.path.name + ending)

    @contextmanager
    def alone(self) -> Generator[None]:
        """Keep another process away from the part; where the system has no such lock, trust that there is none.

        Raises
        ------
        UsageError
            Another process is at it.
        """
        try:
            import fcntl
        except ImportError:
            yield
            return
        with self._beside(".lock").open("ab") as held:
            try:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as fault:
                raise UsageError(f"{self.path.name} is being fetched already, by another command.", mend="wait until it ends") from fault
            except OSError:
                pass  # a file system without locks
            yield

    def there(self, url: str) -> Note | None:
        """What is known of the file in place; without validators where the note is of other bytes or another address."""
        if not self.path.is_file():
            return None
        digest = self.digest("sha256")
        note = _read_note(self._beside(".fetched.json"))
        if note and note.url == url and note.sha256 == digest:
            return note
        return Note(url, bytes=self.path.stat().st_size, sha256=digest)

    def resumable(self, url: str) -> Note | None:
        """The part that a request for `url` may go on from; one that cannot be trusted is dropped."""
        note = self.part_note
        is_trusted = (
            note is not None
            and note.url == url
            and bool(note.validator)
            and 0 < note.bytes < (note.total or note.bytes + 1)
            and self.part.is_file()
            and self.part.stat().st_size >= note.bytes
        )
        if is_trusted:
            return note
        self.drop_part()
        return None

    def drop_part(self) -> None:
        """Forget what was partly loaded."""
        self.part.unlink(missing_ok=True)
        self._beside(".part.json").unlink(missing_ok=True)

    def append(self, pieces: Iterable[bytes], note: Note, every: int, told: Callable[[int], None]) -> Note:
        """Append to the part after its first `note.bytes`, and note what is on the disk every so many bytes.

        Parameters
        ----------
        pieces : iterable of bytes
            What it raises passes through, after what came has been kept.
        note : Note
            Of the part as it is.
        every : int
            Bytes after which the part is synced.
        told : callable
            Told the size so far before each piece is written; it may raise.
        """
        size = note.bytes
        with self.part.open("r+b" if size else "wb", buffering=0) as sink:
            sink.truncate(size)
            sink.seek(size)

            def keep() -> None:
                nonlocal note
                os.fsync(sink.fileno())
                note = replace(note, bytes=size)
                self._write(".part.json", note)

            keep()
            try:
                for piece in pieces:
                    told(size + len(piece))
                    rest = memoryview(piece)
                    while rest:  # a disk that fills up takes a piece in part
                        written = sink.write(rest)
                        size, rest = size + written, rest[written:]
                    if size - note.bytes >= every:
                        keep()
            except BaseException:
                with suppress(OSError):  # a full disk has said so already
                    keep()
                raise
            keep()
        return note

    def publish(self, note: Note) -> Note:
        """Put the whole, checked part in the file's place; returns its note."""
        note = replace(note, sha256=self.digest("sha256", self.part), retrieved=datetime.now(UTC).isoformat(timespec="seconds"))
        self._write(".part.json", note)
        os.replace(self.part, self.path)
        os.replace(self._beside(".part.json"), self._beside(".fetched.json"))
        self._sync_folder()
        return note

    def settle(self) -> None:
        """Finish what a kill inside `publish` left: the hash in the part's note says that its bytes were checked."""
        note = self.part_note
        if not note or not note.sha256:
            return
        if self.part.is_file() and self.digest("sha256", self.part) == note.sha256:
            os.replace(self.part, self.path)
        if not self.part.is_file() and self.path.is_file() and self.digest("sha256") == note.sha256:
            os.replace(self._beside(".part.json"), self._beside(".fetched.json"))
        self._sync_folder()

    def is_as_stated(self, checksum: str, path: Path | None = None) -> bool:
        """Whether the file, or its part, has the publisher's checksum; True where none is stated."""
        kind, _, digits = checksum.partition(":")
        return not checksum or self.digest(kind, path) == digits.lower()

    def digest(self, kind: str, path: Path | None = None) -> str:
        """Hexadecimal hash of the file, or of its part."""
        with (path or self.path).open("rb") as source:
            return hashlib.file_digest(source, lambda: hashlib.new(kind, usedforsecurity=False)).hexdigest()

    def _write(self, ending: str, note: Note) -> None:
        made = self._beside(".json.new")
        with made.open("w", encoding="utf-8") as sink:
            json.dump(asdict(note), sink, indent=1)
            sink.flush()
            os.fsync(sink.fileno())
        os.replace(made, self._beside(ending))

    def _sync_folder(self) -> None:
        with suppress(OSError):  # Windows opens no folders
            descriptor = os.open(self.path.parent, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)


def _read_note(path: Path) -> Note | None:
    """A note; None where there is none, or none that can be read."""
    try:
        found: Any = json.loads(path.read_text(encoding="utf-8"))
        total, size = found.pop("total"), found.pop("bytes")
        is_sound = all(isinstance(value, str) for value in found.values()) and isinstance(size, int) and size >= 0
        return Note(**found, total=total, bytes=size) if is_sound and (total is None or isinstance(total, int)) else None
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None
