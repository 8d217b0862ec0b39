"""Goods traded in a year: for each state and year one source, the error of a figure from what the two sides say."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import polars as pl

from nonaligned.ground.errors import NotLoadedError
from nonaligned.measures.inputs.flows import ROWS, TOTALS, Supply, nothing, shaped
from nonaligned.measures.inputs.powers import standing
from nonaligned.world.states import states

if TYPE_CHECKING:
    from nonaligned.record.store import Record

LOAD = "nonaligned load cow_trade FILE"
REASON = "no trade with most of its partners on record"
LAST_KNOWN = 2100
KINDS = ("both", "imports", "exports")
ORDER = ("cow_trade", "baci", "imf_trade", "imf_dots", "comtrade")  # which of several loaded sources gives a state's year
WRITES_ZEROS = ("cow_trade", "itpd_trade")  # a dyad without a row is missing there; in the others it has no trade to speak of
LEAST_PARTNERS = 1 / 3  # of the other states: a source that names fewer is taken for a selection
# Half of the 420 totals of two-way trade that Brazil, China, Mexico, Russia and Uruguay each state of the other (IMF, 1948-2020)
# differ by more than .20 in logarithm: a standard deviation of .30, and of .30 / sqrt 2 for one side's figure.
SPREAD = 0.21
CIF = math.log(1.06)  # by which imports c.i.f. exceed exports f.o.b. on average (IMF's convention)
FLOWS = """
SELECT exporter, importer, CAST(year AS INTEGER) AS year, CAST(list_position(?, source) AS TINYINT) AS place, value_usd AS value,
    CAST(CASE reporter WHEN 'COMPILED' THEN 0 WHEN importer THEN 1 WHEN exporter THEN 2 END AS TINYINT) AS side
FROM {table} WHERE {where} AND year BETWEEN ? AND ? AND value_usd IS NOT NULL AND exporter <> importer"""
OUTPUT = "indicator IN ('gdp_current_usd', 'gdp_per_capita_usd', 'population')"
GDP = f"""
SELECT state AS recipient, CAST(year AS INTEGER) AS year, coalesce(max(CASE WHEN indicator = 'gdp_current_usd' THEN value END),
    max(CASE WHEN indicator = 'gdp_per_capita_usd' THEN value END) * max(CASE WHEN indicator = 'population' THEN value END)) AS gdp
FROM indicators WHERE {OUTPUT} AND year BETWEEN ? AND ?
GROUP BY ALL HAVING gdp > 0 ORDER BY ALL"""


def loaded_sources(record: Record, table: str) -> tuple[str, ...]:
    """Keys of the sources loaded into a table, in the order in which they are asked; what ships names chosen partners alone."""
    keys = {key for entry in record.loads if table in entry.files for key in entry.origin.get("source", {entry.source: 0})}
    return tuple(sorted(keys, key=lambda key: (ORDER.index(key) if key in ORDER else len(ORDER), key)))


def flows_of(record: Record, table: str, where: str, sources: Sequence[str], first: int, last: int) -> pl.DataFrame:
    """Flows by exporter, importer, year and source (its place in `sources`), in US$, with their spread.

    The compiled value, else the importer's, else the exporter's. Where both sides state a flow, the gap between them tells its error.
    """
    codes = pl.Enum(sorted(one.code for one in states(system=None)))
    rows = record.frame(FLOWS.format(table=table, where=where), [list(sources), first, last]).rename({"place": "source"})
    rows = rows.with_columns(pl.col("exporter", "importer").cast(codes, strict=False)).drop_nulls()
    key = ["exporter", "importer", "year", "source"]
    compiled = rows.filter(pl.col("side") == 0).select(*key, "value", spread=pl.lit(SPREAD))
    others = rows.filter(pl.col("side") > 0).join(compiled, on=key, how="anti")
    sided = others.group_by(key).agg(
        pl.col("value").filter(pl.col("side") == side).first().alias(name) for side, name in enumerate(("by_importer", "by_exporter"), 1)
    )
    gap = (pl.col("by_importer") / pl.col("by_exporter")).log() - CIF
    has_both = (pl.col("by_importer") > 0) & (pl.col("by_exporter") > 0)
    # A gap has twice the variance of one side's error; it is one observation of it, the pooled spread counts as another.
    error = pl.when(has_both).then(((gap * gap / 2 + SPREAD * SPREAD) / 2).sqrt()).otherwise(SPREAD)
    return pl.concat([compiled, sided.select(*key, value=pl.coalesce("by_importer", "by_exporter"), spread=error)])


def received(flows: pl.DataFrame, kind: str, zeros: Sequence[int] = ()) -> pl.DataFrame:
    """What each state has with each partner: its imports from it, its exports to it, or the sum of both.

    A partner with one direction alone counts with it, except in sources that write zeros (`zeros`: their places), where the other
    direction is missing.
    """
    sides = {"imports": ("importer", "exporter"), "exports": ("exporter", "importer")}
    names = {side: flows.rename({whom: "recipient", of: "supplier"}) for side, (whom, of) in sides.items()}
    if kind != "both":
        return names[kind].select("recipient", "supplier", "year", "source", "value", "spread")
    key = ["recipient", "supplier", "year", "source"]
    pairs = names["imports"].join(names["exports"], on=key, how="full", coalesce=True, suffix="_out")
    is_whole = pl.col("value").is_not_null() & pl.col("value_out").is_not_null()
    pairs = pairs.filter(~pl.col("source").is_in(list(zeros)) | is_whole).with_columns(
        pl.col("value", "value_out", "spread", "spread_out").fill_null(0.0)
    )
    both = pl.col("value") + pl.col("value_out")
    error = ((pl.col("value") * pl.col("spread")) ** 2 + (pl.col("value_out") * pl.col("spread_out")) ** 2).sqrt()
    return pairs.select(*key, value=both, spread=pl.when(both > 0).then(error / both).otherwise(0.0))


def of_best_source(rows: pl.DataFrame, least: pl.DataFrame) -> pl.DataFrame:
    """The rows of the first source that names at least so many suppliers of the state (`least`, by year)."""
    counts = rows.group_by("recipient", "year", "source").agg(n=pl.len()).join(least, on="year").filter(pl.col("n") >= pl.col("least"))
    best = counts.group_by("recipient", "year").agg(pl.col("source").min())
    return rows.join(best, on=["recipient", "year", "source"], how="semi")


def read_trade(record: Record, first: int, last: int, kind: str = "both", source: str | None = None) -> Supply:
    """Two-way trade, imports or exports by state, partner and year, in US$.

    A state's own supply is its gross domestic product, counted as often as flows are (twice for both ways), where the record has it.
    The first source in `ORDER` that names a third of the other states gives a state's year; only sources in prices of the time are
    asked, and only loaded ones, because those that ship name a few partners.

    Raises
    ------
    NotLoadedError
        If a source is named that is not loaded.
    """
    loaded = loaded_sources(record, "trade")
    if source is not None and source not in loaded:
        why = f"There is {', '.join(loaded) or 'none'}."
        raise NotLoadedError(f"No trade of {source} is loaded.", why=why, mend=f"nonaligned load {source} FILE")
    if not loaded:
        return nothing("trade", f"no trade with all partners is loaded ({LOAD})")
    where, sources = ("prices = 'current'", loaded) if source is None else ("true", (source,))
    zeros = [place for place, key in enumerate(sources, 1) if key in WRITES_ZEROS]
    flows = flows_of(record, "trade", where, sources, first, last)
    rows = of_best_source(received(flows, kind, zeros), _least(first, last))
    gdp = record.frame(GDP, [first, last]).with_columns(pl.col("year").cast(pl.Int32))
    is_current = source is None or bool(record.rows("SELECT 1 FROM trade WHERE source = ? AND prices = 'current' LIMIT 1", [source]))
    own = (2 if kind == "both" else 1) * pl.col("gdp") if is_current else pl.lit(None, dtype=pl.Float64)
    totals = rows.group_by("recipient", "year").agg(pl.col("source").first()).with_columns(pl.col("recipient").cast(pl.String))
    totals = totals.join(gdp, on=["recipient", "year"], how="left").with_columns(
        own_low=own.fill_null(0.0), own_high=own.fill_null(float("inf")), is_closed=~pl.col("source").is_in(zeros), note=pl.lit(""),
    )  # fmt: skip
    used: list[tuple[str, str]] = [("trade", sources[int(place) - 1]) for place in rows["source"].unique().sort()]
    if used and is_current:
        held = record.rows(f"SELECT DISTINCT source FROM indicators WHERE {OUTPUT} AND year BETWEEN ? AND ? ORDER BY source", [first, last])
        used += [("indicators", row["source"]) for row in held]
    return Supply("trade", shaped(rows, ROWS), shaped(totals.sort("recipient", "year"), TOTALS), tuple(used), REASON)


def _least(first: int, last: int) -> pl.DataFrame:
    """How many partners a source must name, by year."""
    years = range(first, min(last, LAST_KNOWN) + 1)
    return pl.DataFrame(
        {"year": years, "least": [LEAST_PARTNERS * len(standing(year)) for year in years]}, schema={"year": pl.Int32, "least": pl.Float64}
    )
