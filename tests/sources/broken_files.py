"""Files that are none of a source's: every reader refuses each of them with a SourceError."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from nonaligned.ground.errors import SourceError
from nonaligned.sources import LoadedRows

PAGE = "<!DOCTYPE html>\n<html><head><title>Not found</title></head><body>404</body></html>\n"


def rewritten(fixture: Path, folder: Path, old: str, new: str) -> Path:
    """A copy of a fixture with one text in place of another."""
    text = fixture.read_text(encoding="utf-8")
    assert old in text
    path = folder / fixture.name
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return path


def _broken(fixture: Path, column: str) -> Iterator[tuple[str, bytes]]:
    good = fixture.read_bytes()
    lines = good.splitlines(keepends=True)
    yield "empty", b""
    yield "header alone", b"".join(lines[: 1 + next(at for at, line in enumerate(lines) if column.encode() in line)])
    yield "page", PAGE.encode()
    yield "cut line", good.rstrip()[: -len(lines[-1]) // 2]
    yield "column missing", good.replace(column.encode(), b"other", 1)
    yield "UTF-16 without its mark", good.decode().encode("utf-16-le")
    yield "bytes", bytes(range(256)) * 20
    yield "damaged gzip", b"\x1f\x8b\x08\x00" + good[:40]
    yield "damaged zip", b"PK\x03\x04" + good[:40]


def refuses_all(read: Callable[[Path], LoadedRows], fixture: Path, column: str, folder: Path) -> None:
    """Assert that the reader refuses every broken form of its fixture."""
    for what, data in _broken(fixture, column):
        path = folder / fixture.name
        path.write_bytes(data)
        with pytest.raises(SourceError) as caught:
            read(path)
        assert str(caught.value), what
