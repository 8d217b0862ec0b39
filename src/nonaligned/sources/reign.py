"""Leaders of states since 1950 (REIGN): the list of leaders, and the monthly file."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from nonaligned.ground.errors import SourceError
from nonaligned.sources import Coverage, LoadedRows, SourceDeclaration, origin_of
from nonaligned.sources.leader_rows import readable, under_states
from nonaligned.sources.reading import as_count, as_text, header_of, read_bytes, read_text, refuse

if TYPE_CHECKING:
    import polars as pl

DECLARED = {
    "producer": "Curtis Bell, Clayton Besaw and Matthew Frank, One Earth Future",
    "title": "The Rulers, Elections, and Irregular Governance Dataset (REIGN)",
    "url": "https://oefdatascience.github.io/REIGN.github.io/menu/reign_current.html",
    "licence": "MIT",
    "citation": "Bell, Curtis, Clayton Besaw and Matthew Frank. 2021. The Rulers, Elections, and Irregular Governance (REIGN) Dataset. "
    "Broomfield, CO: One Earth Future.",
}
WARNINGS = (
    "The leader is the person who held power in effect, head of state or not.",
    "A spell ends in a month; its day is not stated.",
    "Numbers are those of COW. A spell during which one passed from state to state (365, 678, 816) is a row for each state.",
)
MONTHLY = ("A monthly file tells the months only: an entry or exit known to lie in one of two months is given as both, A/B.",)
SPELLS = ("ccode", "leader", "sdate", "smonth", "syear", "emonth", "eyear")
MONTHS = ("ccode", "leader", "year", "month")


def read_reign(path: Path) -> LoadedRows:
    r"""Read REIGN's list of leaders, or its monthly file, into `leaders` with the office `leader`.

    Parameters
    ----------
    path : Path
        ``leaderlist_M_YY.csv`` (day of the start, month of the end) or ``REIGN_YYYY_M.csv`` (a row for each leader and month).

    Raises
    ------
    SourceError
        If a column is missing, a month or year is none, or a number belongs to no state.

    Source
    ------
    Bell, Besaw and Frank 2021.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder) / "leaderlist_3_21.csv"
    ...     _ = file.write_text("ccode,leader,sdate,smonth,syear,emonth,eyear\n2,Truman,12,4,1945,1,1953\n")
    ...     read_reign(file).frames["leaders"].row(0)[:5]
    ('USA', 'Truman', 'leader', '1945-04-12', '1953-01')
    """
    text = _text(read_bytes(path), path)
    header = header_of(text.encode())
    if set(SPELLS) <= set(header):
        frame, rows, part = _list(read_text(path, {name: name for name in SPELLS}, text=text), path), None, "list"
        n_rows = frame.height
    elif set(MONTHS) <= set(header):
        rows = read_text(path, {name: name for name in MONTHS}, text=text)
        n_rows, frame, part = rows.height, _months(rows, path), "monthly"
    else:
        raise SourceError(
            f"{path.name} is no file of REIGN.",
            why=f"Line 1 has the columns {', '.join(header)[:200]}; expected {', '.join(SPELLS)}, or {', '.join(MONTHS)}.",
        )
    return _loaded(frame, n_rows, part, path)


def _text(data: bytes, path: Path) -> str:
    """UTF-8, where single bytes of a note may be Windows-1252: one of them must not spoil every name."""
    if data[:2] in {b"\xff\xfe", b"\xfe\xff"} or b"\0" in data:
        return as_text(data, path)
    strays = {0xDC00 + byte: bytes([byte]).decode("cp1252", errors="replace") for byte in range(0x80, 0x100)}
    return data.removeprefix(b"\xef\xbb\xbf").decode("utf-8", errors="surrogateescape").translate(strays)


def _list(frame: pl.DataFrame, path: Path) -> pl.DataFrame:
    import polars as pl

    for column, low, high in (("sdate", 1, 31), ("smonth", 1, 12), ("syear", 1800, 2100)):
        refuse(frame, as_count(column).is_between(low, high).fill_null(False).not_(), column, f"a number from {low} to {high}", path)
    for column, low, high in (("emonth", 1, 12), ("eyear", 1800, 2100)):
        is_whole = as_count(column).is_between(low, high).fill_null(False) | (pl.col(column) == "")
        refuse(frame, ~is_whole, column, f"a number from {low} to {high}, or empty", path)
    refuse(frame, (pl.col("emonth") == "") != (pl.col("eyear") == ""), "emonth", "given together with eyear", path)
    begins = _day("syear", "smonth", "sdate")
    refuse(frame, begins.is_null(), "sdate", "a day of that month", path)
    ends = pl.when(pl.col("eyear") != "").then(pl.date(as_count("eyear"), as_count("emonth"), 1))
    refuse(frame, ends < begins.dt.month_start(), "eyear", "a year and month on or after the start", path)
    return frame.select(
        "line",
        "ccode",
        "leader",
        begins.cast(pl.String).alias("entry"),
        ends.dt.strftime("%Y-%m").fill_null("").alias("exit"),
        begins.alias("begins"),
        ends.alias("ends"),
        pl.max_horizontal(begins, ends).alias("seen"),
    )


def _day(year: str, month: str, day: str) -> pl.Expr:
    """The day, or null where the month has no such day."""
    import polars as pl

    padded = [as_count(part).cast(pl.String).str.zfill(2) for part in (month, day)]
    return pl.concat_str(as_count(year).cast(pl.String), *padded, separator="-").str.to_date("%Y-%m-%d", strict=False)


def _months(frame: pl.DataFrame, path: Path) -> pl.DataFrame:
    """Spells out of months: a leader's months without a gap.

    Where nobody else is listed in a spell's first month, the month before may have been the leader's too, in part.
    """
    import polars as pl

    refuse(frame, as_count("month").is_between(1, 12).fill_null(False).not_(), "month", "a number from 1 to 12", path)
    refuse(frame, as_count("year").is_between(1800, 2100).fill_null(False).not_(), "year", "a number from 1800 to 2100", path)
    frame = frame.with_columns((as_count("year") * 12 + as_count("month") - 1).alias("at"))
    frame = frame.with_columns((pl.col("leader").n_unique().over("ccode", "at") > 1).alias("shared")).sort("ccode", "leader", "at", "line")
    starts = (pl.col("at").diff() > 1) | (pl.struct("ccode", "leader") != pl.struct("ccode", "leader").shift()).fill_null(True)
    first, last = frame["at"].min(), frame["at"].max()
    spells = (
        frame.with_columns(starts.cum_sum().alias("spell"))
        .group_by("spell", maintain_order=True)
        .agg(
            pl.col("line", "ccode", "leader").first(),
            pl.col("at").first().alias("a"),
            pl.col("at").last().alias("z"),
            pl.col("shared").first().alias("shared_a"),
            pl.col("shared").last().alias("shared_z"),
        )
    )
    before = pl.concat_str(_month("a", -1), _month("a"), separator="/")
    after = pl.concat_str(_month("z"), _month("z", 1), separator="/")
    return spells.select(
        "line",
        "ccode",
        "leader",
        pl.when(pl.col("a") == first).then(".." + _month("a")).when("shared_a").then(_month("a")).otherwise(before).alias("entry"),
        pl.when(pl.col("z") == last).then(pl.lit("")).when("shared_z").then(_month("z")).otherwise(after).alias("exit"),
        _first("a").alias("begins"),
        pl.when(pl.col("z") != last).then(_first("z")).alias("ends"),
        _first("z").alias("seen"),
    )


def _first(column: str, shift: int = 0) -> pl.Expr:
    import polars as pl

    at = pl.col(column) + shift
    return pl.date(at // 12, at % 12 + 1, 1)


def _month(column: str, shift: int = 0) -> pl.Expr:
    return _first(column, shift).dt.strftime("%Y-%m")


def _loaded(frame: pl.DataFrame, n_rows: int, part: str, path: Path) -> LoadedRows:
    import polars as pl

    refuse(frame, pl.col("leader") == "", "leader", "a name", path)
    acting = pl.col("leader").str.contains(r"\(acting\)")
    spells = frame.with_columns(
        readable("leader").str.replace(r"\s*\(acting\)$", "").alias("person"),
        pl.when(acting).then(pl.lit("Acting.")).otherwise(pl.lit("")).alias("note"),
        pl.col("ccode").str.replace(r"\.0+$", ""),
    )
    rows = under_states(spells, "ccode", "cow", path).select(
        "state", "person", pl.lit("leader").alias("office"), "entry", "exit", pl.lit("reign").alias("source"), "note"
    )
    days = [day for day in (frame["begins"].min(), frame["seen"].max()) if isinstance(day, date)]
    warnings = WARNINGS + (MONTHLY if part == "monthly" else ())
    return LoadedRows(
        frames={"leaders": rows},
        warnings=warnings,
        origin=origin_of(DECLARED, "reign", max(days).isoformat(), " ".join(warnings)),
        coverage={"leaders": Coverage(max(1950, min(days).year), max(days).year, note="leaders in office in 1950 or later")},
        rows_in=n_rows,
        rows_used=n_rows,
    )


SOURCE = SourceDeclaration(
    name="reign",
    producer=DECLARED["producer"],
    title=DECLARED["title"],
    licence=DECLARED["licence"],
    citation=DECLARED["citation"],
    address=DECLARED["url"],
    tables=("leaders",),
    warnings=WARNINGS,
    read=read_reign,
)
