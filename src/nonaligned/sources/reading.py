"""What the readers of official files share: plain text out of archives and encodings, refusing a cell, types."""

from __future__ import annotations

import gzip
import io
import re
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from fnmatch import fnmatch
from pathlib import Path, PurePosixPath
from typing import IO, TYPE_CHECKING

from nonaligned.ground.errors import SourceError
from nonaligned.record.engine import read_lines

if TYPE_CHECKING:
    import polars as pl

MOST_BYTES = 64 * 1024**3  # of one file once unpacked
MOST_RATIO = 400  # of unpacked to packed bytes; real tables stay far below
FREE_BYTES = 64 * 1024**2  # below this the ratio does not matter
BLOCK = 1024 * 1024
MOST_PART, MOST_CELLS = 256 * 1024**2, 20_000_000  # bytes of a part of a workbook, and cells of a sheet with its empty ones
MOST_SHOWN = 120  # characters of a cell in a refusal


def read_bytes(path: Path, pattern: str = "*") -> bytes:
    """The file's bytes, out of gzip, or the one member of a zip archive that fits `pattern`.

    Raises
    ------
    SourceError
        If the file cannot be read, the archive is damaged or swells beyond all measure, or no single member fits.
    """
    with opened(path, pattern) as handle:
        return handle.read()


@contextmanager
def opened(path: Path, pattern: str = "*") -> Generator[IO[bytes]]:
    """The file's plain bytes as a stream, out of gzip or of a zip archive; nothing is extracted to a name from the archive."""
    packed = 0
    try:
        packed = path.stat().st_size
        with path.open("rb") as raw:
            head = raw.read(4)
        if head[:2] == b"\x1f\x8b":
            with gzip.open(path) as handle:
                yield _Bounded(handle, path, packed)  # type: ignore[misc]
        elif head == b"PK\x03\x04" and path.suffix.lower() != ".xlsx":
            with zipfile.ZipFile(path) as archive, archive.open(_member(archive, path, pattern)) as handle:
                yield _Bounded(handle, path, packed)  # type: ignore[misc]
        else:
            with path.open("rb") as handle:
                yield handle
    except (OSError, EOFError, zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        raise SourceError(f"{path.name} cannot be read.", why=str(error) or type(error).__name__) from error
    except Exception as error:
        if type(error).__module__ == "zlib":
            raise SourceError(f"{path.name} cannot be read.", why=f"The packed data are damaged: {error}.") from error
        raise


class _Bounded(io.RawIOBase):
    """A stream that stops a file which swells beyond all measure."""

    def __init__(self, handle: IO[bytes], path: Path, packed: int) -> None:
        self.handle, self.path, self.packed, self.seen = handle, path, max(packed, 1), 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:  # type: ignore[override]
        if size is not None and size >= 0:  # pyright: ignore[reportUnnecessaryComparison]
            return self._counted(self.handle.read(size))
        parts: list[bytes] = []
        while block := self._counted(self.handle.read(BLOCK)):
            parts.append(block)
        return b"".join(parts)

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        block = self.read(len(buffer))
        buffer[: len(block)] = block
        return len(block)

    def _counted(self, block: bytes) -> bytes:
        self.seen += len(block)
        if self.seen > MOST_BYTES or self.seen > FREE_BYTES and self.seen / self.packed > MOST_RATIO:
            raise SourceError(f"{self.path.name} swells to more than {self.seen // 1024**2} MB when unpacked: it was not read.")
        return block


def _member(archive: zipfile.ZipFile, path: Path, pattern: str) -> str:
    names = [name for name in archive.namelist() if not name.endswith("/")]
    fits = [name for name in names if fnmatch(PurePosixPath(name).name.lower(), pattern.lower())]
    if len(fits) != 1:
        listed = ", ".join(sorted(names)[:6])
        raise SourceError(f"{path.name} holds {len(fits)} files like {pattern}.", why=f"It has {listed}.")
    return fits[0]


@contextmanager
def plain_file(path: Path, pattern: str = "*") -> Generator[Path]:
    """The file itself where it is plain, else a temporary unpacked copy (for readers that want a path)."""
    try:
        with path.open("rb") as raw:
            head = raw.read(4)
    except OSError as error:
        raise SourceError(f"{path.name} cannot be read.", why=str(error)) from error
    if head[:2] != b"\x1f\x8b" and (head != b"PK\x03\x04" or path.suffix.lower() == ".xlsx"):
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="nonaligned-") as folder:
        target = Path(folder) / "plain"
        with opened(path, pattern) as handle, target.open("wb") as out:
            shutil.copyfileobj(handle, out, BLOCK)
        yield target


def is_parquet(path: Path) -> bool:
    """Whether the file says at its start that it is a Parquet file."""
    try:
        with path.open("rb") as handle:
            return handle.read(4) == b"PAR1"
    except OSError as error:
        raise SourceError(f"{path.name} cannot be read.", why=str(error)) from error


def as_text(data: bytes, path: Path) -> str:
    """Bytes as text: UTF-8 (with or without its mark), UTF-16 with its mark, else Windows-1252.

    Raises
    ------
    SourceError
        If the file holds NUL bytes: it is no text.
    """
    if data[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return data.decode("utf-16", errors="replace")
    if b"\0" in data:
        raise SourceError(f"{path.name} is no text file.", why="It holds NUL bytes.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def read_text(
    path: Path, names: Mapping[str, str], *, text: str | None = None, skip: int = 0, delimiter: str = ",", quote: str = '"'
) -> pl.DataFrame:
    """Columns of a delimited file as text, under the names on the right, beside the number of their `line`.

    Parameters
    ----------
    path : Path
        Plain, gzip or zip (with one member).
    names : mapping
        Column in the file -> name in the answer. Columns not named are left out.
    text : str, optional
        The file's text where it was read already (`as_text`).
    skip : int
        Lines before the header.

    Raises
    ------
    SourceError
        If a column is missing or stands twice, a line has more or fewer cells than the header, or there are no rows.
    """
    import polars as pl

    data = (as_text(read_bytes(path), path) if text is None else text).encode()
    header = header_of(data, skip, delimiter)
    for name in names:
        if header.count(name) != 1:
            kind = "is missing" if name not in header else "stands twice"
            raise SourceError(f"{path.name}, line {skip + 1}: the column {name!r} {kind}.", why=f"It has {', '.join(header)[:300]}.")
    places = [header.index(old) for old in names]
    with tempfile.TemporaryDirectory(prefix="nonaligned-") as folder:
        plain = Path(folder) / path.name
        plain.write_bytes(data)
        frame, bad = read_lines(plain, header, places, skip=skip + 1, delimiter=delimiter, quote=quote)
    if bad:
        what = f", column {header[int(bad[0].column[1:])]}" if bad[0].column[1:].isdigit() else ""
        raise SourceError(f"{path.name}, line {bad[0].line}{what}: {bad[0].reason}.", why=f"{len(bad)} lines are like this.")
    if not frame.height:
        raise SourceError(f"{path.name} has a header and no rows.")
    chosen = [pl.col(f"c{place}").fill_null("").str.strip_chars().alias(new) for place, new in zip(places, names.values(), strict=True)]
    return frame.select("line", *chosen)


def _first_line(error: Exception) -> str:
    lines = str(error).splitlines()
    return lines[0] if lines else type(error).__name__


def header_of(data: bytes, skip: int = 0, delimiter: str = ",") -> list[str]:
    """The cells of the header line, stripped."""
    import csv

    stream = io.BytesIO(data)
    for _ in range(skip):
        stream.readline()
    line = stream.readline().decode("utf-8", errors="replace").lstrip("\ufeff").rstrip("\r\n")
    try:
        return [cell.strip() for cell in next(csv.reader([line], delimiter=delimiter), list[str]())]
    except csv.Error:
        return []


def refuse(frame: pl.DataFrame, bad: pl.Expr | pl.Series, column: str, expected: str, path: Path, place: str = "line") -> None:
    """Raise SourceError for the first row where `bad` holds, with its line (or row, as `place` says), column and cell."""
    broken = frame.filter(bad)
    if broken.height:
        first = broken.row(0, named=True)
        raise SourceError(
            f"{path.name}, {place} {first['line']}, column {column}: {_short(first[column])} is not {expected}.",
            why=f"{broken.height} of {frame.height} rows are like this.",
        )


def _short(cell: object) -> str:
    shown = repr(cell)
    return shown if len(shown) <= MOST_SHOWN else f"{shown[:MOST_SHOWN]}... ({len(shown):,} characters)"


def as_day(column: str) -> pl.Expr:
    """The ISO day at the start of a text column; null where there is none."""
    import polars as pl

    return pl.col(column).str.slice(0, 10).str.to_date("%Y-%m-%d", strict=False)


def as_count(column: str) -> pl.Expr:
    """An integer that may be printed as 120.0; null where the cell is empty or no number."""
    import polars as pl

    return pl.col(column).str.replace(r"\.0+$", "").cast(pl.Int64, strict=False)


def as_number(column: str, missing: Sequence[str] = ()) -> pl.Expr:
    """A number; null where the cell is empty, one of `missing`, or no finite number."""
    import polars as pl

    number = pl.col(column).cast(pl.Float64, strict=False)
    return pl.when(number.is_finite() & ~pl.col(column).is_in(list(missing))).then(number)


def read_sheet(path: Path, sheet: str) -> list[list[object]]:
    """The cells of one sheet of an xlsx workbook, row by row from the sheet's first row and column.

    Raises
    ------
    SourceError
        If the file is no workbook, or has no such sheet.
    """
    from python_calamine import CalamineWorkbook

    _refuse_sprawling(path)
    try:
        book = CalamineWorkbook.from_path(str(path))  # pyright: ignore[reportUnknownMemberType]
        names = book.sheet_names
        if sheet not in names:
            raise SourceError(f"{path.name} has no sheet {sheet!r}.", why=f"It has {', '.join(names)}.")
        return [list(row) for row in book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)]
    except SourceError:
        raise
    except Exception as error:  # calamine has an error type for each fault of a workbook, and panics on some
        raise SourceError(f"{path.name} is no workbook that can be read.", why=_first_line(error)) from error


def _refuse_sprawling(path: Path) -> None:
    """Refuse a workbook whose cells would fill the memory: one cell at the far corner of a sheet is enough for that."""
    try:
        with zipfile.ZipFile(path) as book:
            for part in book.infolist():
                if part.file_size > MOST_PART:
                    raise SourceError(f"{path.name} swells to more than {MOST_PART // 1024**2} MB when unpacked: it was not read.")
                if part.filename.startswith("xl/worksheets/"):
                    places = re.findall(rb'<(?:\w+:)?c\s[^>]*?\br="([A-Z]{1,3})([0-9]{1,7})"', book.read(part))
                    widest = max((name for name, _ in places), key=lambda name: (len(name), name), default=b"A")
                    lowest = max((int(row) for _, row in places), default=1)
                    columns = sum((letter - 64) * 26**at for at, letter in enumerate(reversed(widest)))
                    if columns * lowest > MOST_CELLS:
                        raise SourceError(f"{path.name} has a sheet of {columns:,} columns and {lowest:,} rows: it was not read.")
    except (OSError, NotImplementedError, RuntimeError, zipfile.BadZipFile, zlib.error) as error:
        raise SourceError(f"{path.name} is no workbook that can be read.", why=str(error) or type(error).__name__) from error
