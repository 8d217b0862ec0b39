"""The layouts in which the World Bank hands out indicators: years as columns (CSV), or one value a row (JSON)."""

from __future__ import annotations

import json
import re
import tempfile
import zipfile
from dataclasses import dataclass
from fnmatch import fnmatch
from math import isfinite
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from nonaligned.ground.errors import SourceError
from nonaligned.record.engine import convert, quoted
from nonaligned.sources import SetAside
from nonaligned.sources.reading import as_number, as_text, header_of, opened, plain_file, read_bytes, read_text, refuse
from nonaligned.sources.world_bank_codes import KNOWN
from nonaligned.world.states import states

if TYPE_CHECKING:
    import polars as pl

WIDE = {"Country Code": "economy", "Indicator Name": "title", "Indicator Code": "code"}
PREAMBLE_LINES = 20
LARGE_BYTES = 40_000_000  # a file of one indicator has a few hundred kilobytes
WHOLE = "WDI"


@dataclass(frozen=True, slots=True)
class Values:
    """Values of a file: `rows` has line, code, title, economy, year, value (null: none); `updated` is an ISO day or empty."""

    rows: pl.DataFrame
    part: str
    updated: str
    rows_in: int
    is_wide: bool
    set_aside: tuple[SetAside, ...] = ()


def read_wide(path: Path, member: str) -> Values:
    """Read the CSV of the API (with its preamble) or of the whole World Development Indicators (without).

    Raises
    ------
    SourceError
        If no line starts with ``Country Name``, a column is missing, or a cell is no number.
    """
    import polars as pl

    with opened(path, member) as handle:
        start = as_text(handle.read(1 << 16).replace(b"\0", b"?"), path).splitlines()[:PREAMBLE_LINES]
    skip = next((at for at, line in enumerate(start) if line.lstrip('"').startswith("Country Name")), -1)
    if skip < 0:
        raise SourceError(f"{path.name} is none of the World Bank's tables.", why="No line starts with Country Name.")
    header = header_of(start[skip].encode())
    years = [name for name in header if re.fullmatch(r"(19|20)\d\d", name)]
    stated = re.search(r'^"?Last Updated Date"?,"?(\d{4}-\d{2}-\d{2})', "\n".join(start[:skip]), re.M)
    names = WIDE | {year: year for year in years}
    if not years:
        raise SourceError(f"{path.name}, line {skip + 1}: no column is a year.", why=f"It has {', '.join(header)[:200]}.")
    if not skip and _size(path, member) > LARGE_BYTES:
        raw, rows_in = _streamed(path, member, header, names)
    else:
        raw = read_text(path, names, text=as_text(read_bytes(path, member), path), skip=skip)
        rows_in = raw.height
    for year in years:
        refuse(raw, (pl.col(year) != "") & as_number(year).is_null(), year, "a number", path)
    codes = raw["code"].unique().to_list()
    is_whole = len(codes) > 1 or rows_in > raw.height
    kept = raw.filter(pl.col("code").is_in(list(KNOWN))) if is_whole else raw
    if not kept.height:
        raise SourceError(f"{path.name} has many indicators and none of {', '.join(KNOWN)}.")
    aside = (SetAside(rows_in - kept.height, "other indicators of the table"),) if rows_in > kept.height else ()
    rows = kept.unpivot(years, index=["line", "code", "title", "economy"], variable_name="year").with_columns(
        pl.col("year").cast(pl.Int64), as_number("value")
    )
    return Values(rows, WHOLE if is_whole else codes[0], stated[1] if stated else "", rows_in, is_wide=True, set_aside=aside)


def _size(path: Path, member: str) -> int:
    """Bytes of the table once unpacked, as the archive states them."""
    if not zipfile.is_zipfile(path):
        return path.stat().st_size
    with zipfile.ZipFile(path) as archive:
        return max((one.file_size for one in archive.infolist() if fnmatch(PurePosixPath(one.filename).name.lower(), member)), default=0)


def _streamed(path: Path, member: str, header: list[str], names: dict[str, str]) -> tuple[pl.DataFrame, int]:
    """Rows of the known indicators from a large table, and how many rows it has; memory holds only these."""
    import polars as pl

    at = {name: f"c{place}" for place, name in enumerate(header)}
    for name in names:
        if header.count(name) != 1:
            kind = "stands twice" if name in at else "is missing"
            raise SourceError(f"{path.name}, line 1: the column {name!r} {kind}.", why=f"It has {', '.join(header)[:200]}.")
    columns = {f"c{place}": "VARCHAR" for place in range(len(header))}
    chosen = ", ".join(f"trim(coalesce({at[old]}, '')) AS {quoted(new).replace(chr(39), chr(34))}" for old, new in names.items())
    known = ", ".join(quoted(code) for code in KNOWN)
    numbered = "SELECT row_number() OVER () + 1 AS line, * FROM rows"
    with tempfile.TemporaryDirectory(prefix="nonaligned-") as folder, plain_file(path, member) as plain:
        target = Path(folder) / "known.parquet"
        select = f"SELECT line, {chosen} FROM ({numbered}) WHERE {at['Indicator Code']} IN ({known})"
        done = convert(plain, columns, select, target, delimiter=",", header=True, quote='"')
        if done.n_rejected:
            bad = done.rejected[0]
            raise SourceError(f"{path.name}, line {bad.line}: {bad.reason}.", why=f"{done.n_rejected} lines are like this.")
        raw = pl.read_parquet(target)
    return raw, done.rows_in


def read_json(path: Path) -> Values:
    """Read the API's JSON: a list of two, what the answer is and its rows.

    Raises
    ------
    SourceError
        If the answer is a message of the API, one page of several, or not of this form.
    """
    import polars as pl

    try:
        answer: list[Any] = json.loads(as_text(read_bytes(path), path))
        if "message" in answer[0]:
            said = str(answer[0]["message"][0]["value"])
            raise SourceError(f"{path.name} holds an answer of the World Bank without data.", why=f"It says: {said[:200]}")
        about, items = answer
        pages, updated = int(about["pages"]), str(about.get("lastupdated") or "")
        cells = [_cells(at, item) for at, item in enumerate(items, 1)]
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
        raise SourceError(f"{path.name} is no answer of the World Bank's API.", why=f"{type(error).__name__}: {error}"[:200]) from error
    if pages > 1:
        raise SourceError(f"{path.name} is page {about.get('page')} of {pages}.", mend="ask for one page: per_page=32500")
    codes = {cell[1] for cell in cells}
    if len(codes) != 1:
        raise SourceError(f"{path.name} holds {len(codes)} indicators; one is expected.")
    short = {one.iso2: one.code for one in states(system=None) if one.iso2}
    # Some aggregates have no code of three letters; their two are no state's.
    rows = [(at, code, title, long or short.get(two, "INX"), year, value) for at, code, title, long, two, year, value in cells]
    schema = {"line": pl.Int64, "code": pl.String, "title": pl.String, "economy": pl.String, "year": pl.Int64, "value": pl.Float64}
    return Values(pl.DataFrame(rows, schema=schema, orient="row"), codes.pop(), updated, len(rows), is_wide=False)


def _cells(at: int, item: dict[str, Any]) -> tuple[int, str, str, str, str, int, float | None]:
    """One row: its number, the indicator's code and title, the economy's codes of three and two letters, year and value."""
    indicator, country, value = item["indicator"], item["country"], item["value"]
    texts = (indicator["id"], indicator["value"], item["countryiso3code"], country["id"], item["date"])
    if not all(isinstance(text, str) for text in texts) or not re.fullmatch(r"(19|20)\d\d", texts[-1]):
        raise ValueError(f"row {at} has no codes or no year: {item['date']!r}")
    if value is not None and (not isinstance(value, (int, float)) or isinstance(value, bool) or not isfinite(value)):
        raise ValueError(f"row {at}: {value!r} is not a number")
    return at, texts[0], texts[1], texts[2], texts[3], int(texts[4]), None if value is None else float(value)
