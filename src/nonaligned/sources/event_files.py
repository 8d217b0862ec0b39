"""What the files of coded events share: how their columns become those of `events`, and how they are opened."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from nonaligned.ground.errors import SourceError
from nonaligned.record.engine import quoted
from nonaligned.sources.event_codes import PLOVER
from nonaligned.sources.reading import plain_file

if TYPE_CHECKING:
    import polars as pl

STATES = ("actor_state", "recipient_state", "place_state")


@dataclass(frozen=True, slots=True)
class EventLayout:
    """How a file of events becomes rows of `events`.

    Parameters
    ----------
    columns : mapping
        Every column of the file in order, with its SQL type.
    values : mapping of column of `events` to SQL over the file's columns
        The states stand under STATES as the source codes or names them.
    faults : mapping of reason to SQL condition
        Rows that no event can be made of.
    codes : mapping of column of STATES to a function
        From the codes in the column to ours; "" is known to be no state, a code left out is unknown.
    cells : mapping of column of STATES to the file's column
        For messages.
    """

    source: str
    columns: Mapping[str, str]
    values: Mapping[str, str]
    faults: Mapping[str, str]
    codes: Mapping[str, Callable[[pl.Series], Mapping[str, str]]]
    cells: Mapping[str, str]
    header: bool = False
    quote: str = ""


def number(cell: str, missing: str = "") -> str:
    """SQL for a number in a text column; null for the source's own missing mark."""
    return f"TRY_CAST(nullif({cell}, {quoted(missing)}) AS DOUBLE)"


def no_number(cell: str, low: float, high: float, missing: str = "") -> str:
    """SQL that is true where a text cell is neither missing nor a number between two bounds."""
    told = f"nullif({cell}, {quoted(missing)})"
    return f"{told} IS NOT NULL AND NOT coalesce({number(cell, missing)} BETWEEN {low} AND {high}, false)"


def outside(cell: str, low: float, high: float) -> str:
    """SQL that is true where a number is outside two bounds (infinite and undefined ones are)."""
    return f"NOT coalesce({cell} BETWEEN {low} AND {high}, true)"


def plover_sql(cell: str) -> str:
    """SQL for the PLOVER type of a CAMEO code."""
    by_length = {length: {code: kind for code, kind in PLOVER.items() if len(code) == length} for length in (4, 3, 2)}
    cases = " ".join(
        f"WHEN left({cell}, {length}) = {quoted(code)} THEN {quoted(kind)}"
        for length, codes in by_length.items()
        for code, kind in codes.items()
    )
    return f"CASE {cases} ELSE '' END"


@contextmanager
def plain_events(path: Path, pattern: str = "*") -> Generator[Path]:
    """The file, unpacked where it is packed."""
    if not path.is_file():
        raise SourceError(f"{path} is no file.")
    with plain_file(path, pattern) as plain:
        if not plain.stat().st_size:
            raise SourceError(f"{path.name} is empty.")
        yield plain


@contextmanager
def as_utf8(plain: Path) -> Generator[Path]:
    """The file itself where it is UTF-8; else a copy in which each line that is not is read as Windows-1252."""
    if _is_utf8(plain):
        yield plain
        return
    with tempfile.TemporaryDirectory(prefix="nonaligned-") as folder:
        copy = Path(folder) / "plain"
        with plain.open("rb") as source, copy.open("wb") as target:
            for line in source:
                target.write(line if is_text(line) else line.decode("cp1252", errors="replace").encode())
        yield copy


def _is_utf8(plain: Path) -> bool:
    import codecs

    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        with plain.open("rb") as handle:
            while block := handle.read(1 << 22):
                decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def is_text(line: bytes) -> bool:
    """Whether the bytes are UTF-8."""
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


def header_of(plain: Path, path: Path, needed: Sequence[str]) -> tuple[tuple[str, ...], str]:
    """Names of the columns of a tab-separated file with a header, and its quote.

    Raises
    ------
    SourceError
        If a needed column is missing or stands twice.
    """
    with plain.open("rb") as handle:
        line = handle.readline(1 << 20).decode("utf-8", errors="replace").lstrip("\ufeff").rstrip("\r\n")
    quote = '"' if line.startswith('"') else ""
    cells = [cell.strip(quote + " ") for cell in line.split("\t")]
    for name in needed:
        if cells.count(name) != 1:
            fault = "is missing" if name not in cells else "stands twice"
            raise SourceError(f"{path.name}, line 1: the column {name!r} {fault}.", why=f"It has {', '.join(cells)[:300]}.")
    return tuple(cell if cells.count(cell) == 1 and cell else f"column {n}" for n, cell in enumerate(cells, 1)), quote


def part_of(path: Path) -> str:
    """The file's own name without its endings: what a second copy of it replaces.

    Examples
    --------
    >>> part_of(Path("20160728.export.CSV.zip")), part_of(Path("events.2018.tab.gz"))
    ('20160728.export', 'events.2018')
    """
    name = path.name
    for ending in (".gz", ".zip", ".csv", ".tsv", ".tab", ".txt"):
        if name.lower().endswith(ending) and len(name) > len(ending):
            name = name[: -len(ending)]
    return name


def day_of(text: str) -> date | None:
    """The day in a text of eight digits; None where it is none.

    Examples
    --------
    >>> day_of("20240229"), day_of("20230229")
    (datetime.date(2024, 2, 29), None)
    """
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:8])) if len(text) == 8 and text.isascii() and text.isdigit() else None
    except ValueError:
        return None
