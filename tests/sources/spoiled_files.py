"""Files of a source as they come broken: what every reader of a delimited file must refuse."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import pytest

from nonaligned.ground.errors import SourceError
from nonaligned.sources import LoadedRows

HTML = "<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body>Please sign in, then download.</body></html>\n"


def rows_of(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.reader(handle))


def written(rows: list[list[str]], target: Path) -> Path:
    with target.open("w", encoding="utf-8", newline="") as handle:
        csv.writer(handle, lineterminator="\n").writerows(rows)
    return target


def with_cell(path: Path, target: Path, line: int, column: str, value: str) -> Path:
    """A copy in which one cell is another; the header is line 1."""
    rows = rows_of(path)
    rows[line - 1][rows[0].index(column)] = value
    return written(rows, target)


def assert_refused(read: Callable[[Path], LoadedRows], path: Path, *words: str) -> None:
    """A SourceError whose text holds the words."""
    with pytest.raises(SourceError) as caught:
        read(path)
    for word in words:
        assert word in str(caught.value), str(caught.value)


def refuses_broken(read: Callable[[Path], LoadedRows], path: Path, folder: Path, needed: str, swapped: tuple[str, str]) -> None:
    """A missing column, swapped columns, a cut line, a wrong encoding, an empty file, a page of HTML: each a SourceError."""
    rows = rows_of(path)
    place = rows[0].index(needed)
    assert_refused(read, written([row[:place] + row[place + 1 :] for row in rows], folder / "missing.csv"))
    one, two = (rows[0].index(name) for name in swapped)
    heads = rows[0].copy()
    heads[one], heads[two] = heads[two], heads[one]
    assert_refused(read, written([heads, *rows[1:]], folder / "swapped.csv"))
    assert_refused(read, written([*rows[:-1], rows[-1][:2]], folder / "cut.csv"), f"line {len(rows)}")
    for name, data in {"empty.csv": b"", "header.csv": (",".join(rows[0]) + "\n").encode(), "page.html": HTML.encode()}.items():
        (folder / name).write_bytes(data)
        assert_refused(read, folder / name)
    (folder / "no_text.csv").write_bytes(path.read_bytes().replace(b",", b"\0"))
    assert_refused(read, folder / "no_text.csv")
