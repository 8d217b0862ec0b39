"""ITPD-E of the US International Trade Commission: its bulk file by industry, and yearly totals by country name."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from nonaligned.ground.errors import SourceError
from nonaligned.record.engine import convert
from nonaligned.sources import LoadedRows, SetAside, SourceDeclaration
from nonaligned.sources.reading import as_text, header_of, opened, plain_file, read_bytes, read_text, refuse
from nonaligned.sources.state_codes import codes_of
from nonaligned.sources.trade_rows import TERRITORIES, known_codes, loaded, refuse_doubles, refuse_many_unknown, split_off, standing

if TYPE_CHECKING:
    import polars as pl

TOTALS = ("row_country", "col_country", "year", "value")
BULK = ("exporter_iso3", "importer_iso3", "year", "industry_id", "broad_sector", "trade", "flag_zero")
ALIASES = {"Congo": "COG"}  # the file has "DR Congo" beside it
SERVICES = "services"
UNKNOWN_ZERO = "u"  # a zero put where the producer had no figure
MILLION = 1e6
DECLARED = {
    "producer": "United States International Trade Commission",
    "title": "International Trade and Production Database for Estimation (ITPD-E)",
    "url": "https://www.usitc.gov/data/gravity/itpde.htm",
    "licence": "US government; cite the authors",
    "citation": "Borchert, Ingo, Mario Larch, Serge Shikher, and Yoto V. Yotov. 2021. The International Trade and Production Database for "
    "Estimation (ITPD-E). International Economics 166: 140-166.",
}
WARNINGS = (
    "The bulk file is in millions of current US$ by industry; trade here is the sum over agriculture, mining and manufacturing, "
    "services and domestic trade left out, zeros that stand for unknown flows left out.",
    "The totals by country name hold goods and services in constant US$ of 2010: against the Correlates of War trade data their median is "
    "1.27 in 2000, 1.01 in 2010 and 0.93 in 2014, the course of US consumer prices.",
)


def read_itpd_trade(path: Path) -> LoadedRows:
    r"""Read the totals by country name or the bulk file by industry into `trade`.

    Parameters
    ----------
    path : Path
        ``.csv``, ``.csv.gz`` or a zip archive with one ``.csv``; the layout is told from the header.

    Returns
    -------
    LoadedRows
        Frame `trade` in US$: constant 2010 for the totals, current for the bulk file.

    Raises
    ------
    SourceError
        If the header is of neither layout, a cell cannot be read, or more than the odd row names an unknown state.

    Source
    ------
    USITC, ITPD-E guide, file format.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder) / "totals.csv"
    ...     _ = file.write_text("row_country,col_country,year,value\nIndia,India,2014,1.5\nIndia,United States,2014,2.5\n")
    ...     rows = read_itpd_trade(file)
    >>> rows.frames["trade"].select("exporter", "importer", "value_usd").rows(), rows.set_aside[0].reason
    ([('IND', 'USA', 2.5)], 'domestic trade')
    """
    with opened(path, "*.csv") as handle:
        header = header_of(handle.read(1 << 16))
    if set(TOTALS) <= set(header):
        return _read_totals(path)
    if set(BULK) <= set(header):
        return _read_bulk(path, header)
    raise SourceError(
        f"{path.name} is no ITPD-E file that the program reads.",
        why=f"Line 1 has the columns {', '.join(header)[:200]}; expected {', '.join(TOTALS)} or {', '.join(BULK)}.",
        mend="nonaligned sources",
    )


def _read_totals(path: Path) -> LoadedRows:
    import polars as pl

    raw = read_text(path, {name: name for name in TOTALS}, text=as_text(read_bytes(path, "*.csv"), path))
    number = pl.col("value").cast(pl.Float64, strict=False)
    refuse(raw, ~pl.col("year").str.contains(r"^(19|20)\d\d$"), "year", "a year", path)
    refuse(raw, ~(number.is_finite() & (number >= 0)).fill_null(False), "value", "a value in US$", path)
    codes = codes_of(pl.concat([raw["row_country"], raw["col_country"]]), ALIASES)
    for name in TOTALS[:2]:
        unknown = ~pl.col(name).is_in(list(codes))
        if raw.select(unknown.sum()).item() > raw.height / 100:
            refuse(raw, unknown, name, "a state's name", path)
    frame = raw.select(
        "line",
        exporter=pl.col("row_country").replace_strict(codes, default=None),
        importer=pl.col("col_country").replace_strict(codes, default=None),
        year=pl.col("year").cast(pl.Int64),
        value_usd=number,
    )
    aside: list[SetAside] = []
    frame = split_off(frame, pl.col("exporter").is_null() | pl.col("importer").is_null(), "no state's name", aside)
    return _finish(frame, aside, path, raw.height, "constant 2010", "goods and services")


def _read_bulk(path: Path, header: list[str]) -> LoadedRows:
    """Sum the industries of each dyad and year: the table's grain forces it. Decimal sums, whatever the order."""
    import polars as pl

    columns = {f"c{place}": "VARCHAR" for place in range(len(header))} | {f"c{header.index('trade')}": "DECIMAL(18,8)"}
    columns[f"c{header.index('year')}"] = "SMALLINT"
    cell = {name: f"c{header.index(name)}" for name in BULK}
    keep = f"coalesce({cell['flag_zero']}, '') <> '{UNKNOWN_ZERO}' AND {cell['trade']} IS NOT NULL"
    select = (
        f"SELECT {cell['exporter_iso3']} AS exporter, {cell['importer_iso3']} AS importer, {cell['year']}::BIGINT AS year, "
        f"lower({cell['broad_sector']}) = '{SERVICES}' AS services, min({cell['trade']})::DOUBLE AS least, "
        f"(sum({cell['trade']}) FILTER ({keep}))::DOUBLE AS millions, count(*) AS n, count(*) FILTER ({keep}) AS n_known "
        "FROM rows GROUP BY ALL ORDER BY ALL"
    )
    with plain_file(path, "*.csv") as plain, tempfile.TemporaryDirectory(prefix="nonaligned-") as folder:
        target = Path(folder) / "sums.parquet"
        done = convert(plain, columns, select, target, delimiter=",", header=True, quote='"')
        if done.rejected:
            bad = done.rejected[0]
            where = f", column {header[int(bad.column[1:])]}" if bad.column[1:].isdigit() else ""
            raise SourceError(f"{path.name}, line {bad.line}{where}: {bad.reason}.", why=f"{done.n_rejected} lines are like this.")
        sums = pl.read_parquet(target).with_columns(line=pl.lit(0))
    refuse(sums, pl.col("least") < 0, "least", "a flow in millions of US$", path)
    aside: list[SetAside] = []
    sums = _split_sums(sums, pl.col("services"), "trade in services", aside)
    known = list(known_codes())
    for side in ("exporter", "importer"):
        strange = ~pl.col(side).is_in([*known, *TERRITORIES])
        odd = sums.filter(strange)
        refuse_many_unknown(int(odd["n"].sum()), done.rows_in, odd[side], path)
    is_state = pl.col("exporter").is_in(known) & pl.col("importer").is_in(known)
    sums = _split_sums(sums, ~is_state, "no state (territories and others)", aside)
    sums = _split_sums(sums, pl.col("exporter") == pl.col("importer"), "domestic trade", aside)
    sums = _split_sums(sums, ~standing(sums, "exporter", "importer"), "a state outside its dates", aside)
    frame = sums.filter(pl.col("n_known") > 0).with_columns(value_usd=(pl.col("millions") * MILLION).round(2))
    return _finish(frame.select("line", "exporter", "importer", "year", "value_usd"), aside, path, done.rows_in, "current", "goods")


def _split_sums(sums: pl.DataFrame, rule: pl.Expr | pl.Series, reason: str, aside: list[SetAside]) -> pl.DataFrame:
    gone = sums.with_columns(rule.alias("gone"))["gone"]
    count = int(sums.filter(gone)["n"].sum())
    if count:
        aside.append(SetAside(count, reason))
    return sums.filter(~gone)


def _finish(frame: pl.DataFrame, aside: list[SetAside], path: Path, rows_in: int, prices: str, what: str) -> LoadedRows:
    import polars as pl

    frame = split_off(frame, pl.col("exporter") == pl.col("importer"), "domestic trade", aside)
    frame = split_off(frame, ~standing(frame, "exporter", "importer"), "a state outside its dates", aside)
    frame = frame.with_columns(
        reporter=pl.lit("COMPILED"),
        valuation=pl.lit("mixed"),
        prices=pl.lit(prices),
        note=pl.lit("" if what == "goods" else what),
    )
    refuse_doubles(frame, "trade", path)
    years = (int(frame["year"].min() or 0), int(frame["year"].max() or 0))  # type: ignore[arg-type]
    return loaded(
        DECLARED,
        "itpd_trade",
        {"trade": frame},
        years,
        rows_in=rows_in,
        set_aside=aside,
        warnings=WARNINGS,
        coverage_note=f"{what}; a dyad without a row is missing, not without trade",
        file=path.name,
    )


SOURCE = SourceDeclaration(
    name="itpd_trade",
    producer=DECLARED["producer"],
    title=DECLARED["title"],
    licence=DECLARED["licence"],
    citation=DECLARED["citation"],
    address=DECLARED["url"],
    tables=("trade",),
    warnings=WARNINGS,
    read=read_itpd_trade,
)
