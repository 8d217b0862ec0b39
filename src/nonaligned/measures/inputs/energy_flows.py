"""Fuels imported in a year: mineral fuels (HS 27) of trade by product, else what the record has of crude oil and coal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from nonaligned.measures.inputs.flows import ROWS, TOTALS, Supply, nothing, shaped
from nonaligned.measures.inputs.trade_flows import SPREAD, flows_of, loaded_sources, of_best_source, received

if TYPE_CHECKING:
    from nonaligned.record.store import Record

LOAD = "nonaligned load comtrade FILE"
NET_IMPORTS = "eg_imp_cons_zs"  # World Bank: net energy imports, percent of energy use
LEAST_SUPPLIERS = 5  # a file with fewer suppliers of fuels is taken for a selection
FUELS = """
SELECT recipient, supplier, CAST(year(first_day + CAST((last_day - first_day) // 2 AS INTEGER)) AS INTEGER) AS year,
    CAST(sum(CAST(value_usd AS DECIMAL(18, 2))) AS DOUBLE) AS value, min(source) AS source,
    string_agg(DISTINCT commodity, ' and ' ORDER BY commodity) AS what, min(first_day) AS first_day
FROM energy_shares WHERE last_day - first_day > 180 AND value_usd IS NOT NULL GROUP BY ALL HAVING year BETWEEN ? AND ? ORDER BY ALL"""


def read_energy(record: Record, first: int, last: int) -> Supply:
    """Imports of fuels by state, supplier and year, in US$.

    A state that exports fuels supplies at least these to itself; where the World Bank's net imports of energy are loaded, they give
    the reliance. A fiscal year counts as the calendar year in which its middle lies.
    """
    parts: list[pl.DataFrame] = []
    sources = loaded_sources(record, "trade_products")
    flows = pl.DataFrame()
    if sources:
        flows = flows_of(record, "trade_products", "product = 'HS27' AND prices = 'current'", sources, first, last)
        years = range(first, last + 1)
        least = pl.DataFrame({"year": years, "least": LEAST_SUPPLIERS}, schema={"year": pl.Int32, "least": pl.Float64})
        rows = of_best_source(received(flows, "imports"), least).with_columns(
            pl.col("recipient", "supplier").cast(pl.String),
            pl.col("source").replace_strict(dict(enumerate(sources, 1)), return_dtype=pl.String),
        )
        parts.append(rows.with_columns(note=pl.lit(""), table=pl.lit("trade_products")))
    fuels = record.frame(FUELS, [first, last]).with_columns(
        pl.col("year").cast(pl.Int32), spread=pl.lit(SPREAD), table=pl.lit("energy_shares"),
        note=pl.col("what") + pl.when(pl.col("first_day").dt.ordinal_day() == 1).then(pl.lit(""))
        .otherwise(pl.lit(" in the year from ") + pl.col("first_day").dt.strftime("%B %Y")),
    )  # fmt: skip
    if parts:
        fuels = fuels.join(parts[0], on=["recipient", "year"], how="anti")
    kept = ["recipient", "supplier", "year", "source", "value", "spread", "note", "table"]
    rows = pl.concat([*(part.select(kept) for part in parts), fuels.select(kept)])
    if rows.is_empty():
        return nothing("energy", f"no imports of fuels are loaded ({LOAD})")
    totals = rows.group_by("recipient", "year").agg(pl.col("note").sort().last(), total=pl.col("value").sort().sum())
    totals = _own(record, totals, flows, first, last).with_columns(is_closed=pl.lit(True))
    used = tuple(rows.select("table", "source").unique().sort("table", "source").iter_rows())
    return Supply("energy", shaped(rows, ROWS), shaped(totals.sort("recipient", "year"), TOTALS), used, "no imports of fuels on record")


def _own(record: Record, totals: pl.DataFrame, flows: pl.DataFrame, first: int, last: int) -> pl.DataFrame:
    """Bounds of own supply: from net imports where they are known, else at least what the state exports."""
    net = record.frame(
        "SELECT state AS recipient, CAST(year AS INTEGER) AS year, max(value) AS net FROM indicators "
        "WHERE indicator = ? AND year BETWEEN ? AND ? GROUP BY ALL", [NET_IMPORTS, first, last],
    )  # fmt: skip
    totals = totals.join(net.with_columns(pl.col("year").cast(pl.Int32)), on=["recipient", "year"], how="left")
    if flows.is_empty():
        totals = totals.with_columns(exports=pl.lit(0.0))
    else:
        sold = received(flows, "exports").group_by(pl.col("recipient").cast(pl.String), "year").agg(exports=pl.col("value").sort().sum())
        totals = totals.join(sold, on=["recipient", "year"], how="left").with_columns(pl.col("exports").fill_null(0.0))
    reliance = (pl.col("net") / 100).clip(0, 1)
    known = pl.when(reliance > 0).then(pl.col("total") * (1 - reliance) / reliance).otherwise(float("inf"))
    return totals.with_columns(
        own_low=pl.when(pl.col("net").is_null()).then(pl.col("exports")).otherwise(known),
        own_high=pl.when(pl.col("net").is_null()).then(float("inf")).otherwise(known),
    )
