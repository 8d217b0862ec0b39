"""Bilateral trade of the Correlates of War project, both layouts of its dyadic file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from nonaligned.ground.errors import SourceError, UsageError
from nonaligned.sources import LoadedRows, SetAside, SourceDeclaration
from nonaligned.sources.reading import as_text, read_bytes, read_text, refuse
from nonaligned.sources.state_codes import holder
from nonaligned.sources.trade_rows import loaded, split_off

if TYPE_CHECKING:
    import polars as pl

    from nonaligned.sources.fetching.download import Download

NEEDED = ("ccode1", "ccode2", "year", "flow1", "flow2")
MEMBER = "dyadic*.csv"  # in the archive as published, beside the national file
MISSING = -9.0
MILLION = 1e6
FEW, MANY = 5, 100  # partners
LARGEST, FIRST, LAST = 999, 1800, 2100  # COW numbers and years
DECLARED = {
    "producer": "Correlates of War Project",
    "title": "Correlates of War Project Trade Data Set, version 4.0",
    "version": "4.0",
    "url": "https://correlatesofwar.org/data-sets/bilateral-trade/",
    "licence": "free for research; cite the authors",
    "citation": "Barbieri, Katherine, and Omar M. G. Omar Keshk. 2016. Correlates of War Project Trade Data Set Codebook, Version 4.0. "
    "Barbieri, Katherine, Omar M. G. Keshk, and Brian Pollins. 2009. Trading Data: Evaluating our Assumptions and Coding Rules. "
    "Conflict Management and Peace Science 26 (5): 471-491.",
}
WARNINGS = (
    "Flows are the importer's figures where it reported, else the exporter's (mixed valuation), in millions of US$ of the time.",
    "-9 and empty flows are missing: they make no row. The smoothed flows and the alternatives for Belgium-Luxembourg and China stay out.",
    "Germany in 1990 stands under 255, with Belgium and Luxembourg under 260; where both numbers had one dyad the file would be refused.",
)


def read_cow_trade(path: Path) -> LoadedRows:
    r"""Read the dyadic file, each dyad once (official) or from both sides, into `trade`.

    ``flow1`` is what state 1 imports from state 2 in millions of US$, ``flow2`` the other way.

    Parameters
    ----------
    path : Path
        ``.csv``, ``.csv.gz`` or the zip archive as published.

    Returns
    -------
    LoadedRows
        Frame `trade`: one row for each direction with a known flow, in US$.

    Raises
    ------
    SourceError
        If a column is missing, a cell is no number or a flow is negative, a number held by no state stands in
        more than the odd row, or the two sides of a dyad differ.

    Source
    ------
    Barbieri and Keshk 2016, codebook of version 4.0.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder) / "trade.csv"
    ...     _ = file.write_text("ccode1,ccode2,year,flow1,flow2\n2,750,2014,45228,21234\n")
    ...     rows = read_cow_trade(file).frames["trade"].select("exporter", "importer", "value_usd").rows()
    >>> sorted(rows)
    [('IND', 'USA', 45228000000.0), ('USA', 'IND', 21234000000.0)]
    """
    import polars as pl

    raw = read_text(path, {name: name for name in NEEDED}, text=as_text(read_bytes(path, MEMBER), path))
    numbers = {name: pl.col(name).cast(pl.Int64, strict=False) for name in NEEDED[:3]}
    flows = {f"{name}_": pl.when(pl.col(name) != "").then(pl.col(name).cast(pl.Float64, strict=False)) for name in NEEDED[3:]}
    read = raw.with_columns(**{f"{name}_": cell for name, cell in numbers.items()}, **flows)
    for name in NEEDED[:2]:
        refuse(read, pl.col(f"{name}_").is_null(), name, "a COW number", path)
    refuse(read, ~pl.col("year_").is_between(FIRST, LAST).fill_null(False), "year", "a year", path)
    for name in NEEDED[3:]:
        number = pl.col(f"{name}_")
        refuse(read, (pl.col(name) != "") & ~(number.is_finite() & ((number >= 0) | (number == MISSING))).fill_null(False), name,
               "a flow in millions of US$, or -9", path)  # fmt: skip
    frame = read.select(
        "line",
        first="ccode1_",
        second="ccode2_",
        year="year_",
        one=pl.when(pl.col("flow1_") != MISSING).then("flow1_"),
        two=pl.when(pl.col("flow2_") != MISSING).then("flow2_"),
    )
    aside: list[SetAside] = []
    frame = _with_states(frame, aside, path)
    trade = _directed(frame, path)
    years = frame["year"].unique().sort().to_list() or [0]
    return loaded(
        DECLARED,
        "cow_trade",
        {"trade": trade},
        (years[0], years[-1]),
        rows_in=raw.height,
        set_aside=aside,
        warnings=(*WARNINGS, *_thin(trade)),
        coverage_note="A dyad without a row is missing, not without trade.",
        file=path.name,
    )


def _with_states(frame: pl.DataFrame, aside: list[SetAside], path: Path) -> pl.DataFrame:
    """`frame` with the states that held the numbers, as positions in a list of codes: the columns are long and the states few."""
    import polars as pl

    numbers = set(frame["first"].unique()) | set(frame["second"].unique())
    years = set(frame["year"].unique())
    held = [
        (holder(str(number), year, "cow") or None) if number in numbers and year in years else None
        for number in range(LARGEST + 1)
        for year in range(FIRST, LAST + 1)
    ]
    table = pl.Series(held, dtype=pl.Enum(sorted({code for code in held if code})))
    for side in ("first", "second"):
        place = frame.select(
            pl.when(pl.col(side).is_between(0, LARGEST)).then(pl.col(side)).otherwise(0) * (LAST - FIRST + 1) + pl.col("year") - FIRST
        )
        frame = frame.with_columns(table.gather(place.to_series()).alias(f"{side}_state"))
    unknown = pl.col("first_state").is_null() | pl.col("second_state").is_null()
    n = frame.select(unknown.sum()).item()
    if n > frame.height / 100:
        odd = frame.filter(unknown).row(0, named=True)
        raise SourceError(
            f"{path.name}, line {odd['line']}: no state has the number {odd['first']} or {odd['second']} in {odd['year']}.",
            why=f"{n} of {frame.height} rows are like this.",
        )
    frame = split_off(frame, unknown, "a number that no state of the system held in the year", aside)
    return split_off(frame, pl.col("first_state") == pl.col("second_state"), "two numbers of one state", aside)


def _directed(frame: pl.DataFrame, path: Path) -> pl.DataFrame:
    """One row for each direction with a flow, whether a dyad stands in the file once or from both sides."""
    import polars as pl

    is_turned = pl.col("first_state").to_physical() > pl.col("second_state").to_physical()
    low = pl.when(is_turned).then("second_state").otherwise("first_state")
    high = pl.when(is_turned).then("first_state").otherwise("second_state")
    ordered = frame.select(
        "line",
        "year",
        low=low,
        high=high,
        to_low=pl.when(is_turned).then("two").otherwise("one"),
        to_high=pl.when(is_turned).then("one").otherwise("two"),
    ).with_columns(
        key=(pl.col("low").to_physical().cast(pl.Int64) * 1000 + pl.col("high").to_physical().cast(pl.Int64)) * 10_000 + pl.col("year")
    )
    pairs = ordered.unique(["key", "to_low", "to_high"], keep="first", maintain_order=True)
    if pairs["key"].n_unique() != pairs.height:
        odd = pairs.filter(pl.col("key").is_duplicated()).sort("key", "line").row(1, named=True)
        dyad = f"{odd['low']} and {odd['high']} in {odd['year']}"
        raise SourceError(f"{path.name}, line {odd['line']}: the flows of {dyad} are not those of an earlier line.")
    both = (
        pairs.select("year", exporter="high", importer="low", value="to_low"),
        pairs.select("year", exporter="low", importer="high", value="to_high"),
    )
    return (
        pl.concat(both)
        .drop_nulls("value")
        .select(
            pl.col("exporter", "importer").cast(pl.String),
            "year",
            reporter=pl.lit("COMPILED"),
            value_usd=(pl.col("value") * MILLION).round(2),
            valuation=pl.lit("mixed"),
            prices=pl.lit("current"),
            note=pl.lit(""),
        )
    )


def _thin(trade: pl.DataFrame) -> list[str]:
    """States that trade with next to nobody in years in which states of their size have a hundred partners: a hole in the file."""
    import polars as pl

    partners = trade.group_by("importer", "year").len().with_columns(most=pl.col("len").max().over("importer"))
    partners = partners.with_columns(usual=pl.col("len").median().over("year"))
    few = partners.filter((pl.col("most") >= MANY) & (pl.col("usual") >= MANY / 2) & (pl.col("len") <= FEW)).sort("importer", "year")
    spans = few.group_by("importer", maintain_order=True).agg(
        pl.col("year").min().alias("first"), pl.col("year").max().alias("last"), pl.len()
    )
    return [
        f"{row['importer']} has at most {FEW} partners in {row['first']}"
        + (f" to {row['last']} ({row['len']} years)" if row["last"] > row["first"] else "")
        + ": the rest is missing there."
        for row in spans.iter_rows(named=True)
    ]


def downloads(words: tuple[str, ...]) -> tuple[Download, ...]:
    """The archive of version 4.0, which holds the dyadic file.

    Source
    ------
    https://correlatesofwar.org/data-sets/bilateral-trade/

    Examples
    --------
    >>> downloads(())[0].name
    'COW_Trade_4.0.zip'
    """
    from nonaligned.sources.fetching.download import Download

    if words:
        raise UsageError("The trade data set is one file.", mend="nonaligned pull cow_trade")
    return (Download("https://correlatesofwar.org/wp-content/uploads/COW_Trade_4.0.zip", "COW_Trade_4.0.zip"),)


SOURCE = SourceDeclaration(
    name="cow_trade",
    producer=DECLARED["producer"],
    title=DECLARED["title"],
    version=DECLARED["version"],
    licence=DECLARED["licence"],
    citation=DECLARED["citation"],
    address=DECLARED["url"],
    tables=("trade",),
    warnings=WARNINGS,
    read=read_cow_trade,
    downloads=downloads,
)
