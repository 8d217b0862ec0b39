"""Major arms received over the five years that end in each year (SIPRI's volumes, from the suppliers' shares)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from nonaligned.measures.inputs.flows import ROWS, TOTALS, Supply, nothing, shaped
from nonaligned.measures.inputs.powers import standing

if TYPE_CHECKING:
    from nonaligned.record.store import Record

LOAD = "nonaligned load sipri_transfers FILE"
WINDOW = 5
# SIPRI publishes no error. Two editions of its register (of 2024 and 2025) give 4,130 sums over five years from one state to another;
# in nine of ten they differ by less than 25 %, so a standard deviation of .15 is the least that a reader should allow for.
SPREAD = 0.15
SHARES = """
SELECT recipient, supplier, last_year AS year, share * recipient_tiv / 100 AS value, source
FROM arms_shares WHERE kind = 'computed' AND last_year - first_year = ? AND last_year BETWEEN ? AND ? AND share > 0
ORDER BY recipient, supplier, year"""
REASON = "no imports of major arms on record"


def read_arms(record: Record, first: int, last: int) -> Supply:
    """Five-year volumes by recipient, supplier and last year.

    What a state produces is at least what it exports, so its own supply is at least the volume of its exports; there is no upper bound.
    In the years that a whole register covers, a state without a row imported none.
    """
    rows = record.frame(SHARES, [WINDOW - 1, first, last]).with_columns(spread=pl.lit(SPREAD))
    if rows.is_empty():
        return nothing("arms", f"no arms transfers are loaded ({LOAD})")
    exports = rows.group_by("supplier", "year").agg(own_low=pl.col("value").sort().sum()).rename({"supplier": "recipient"})
    spans = [
        (int(one["first_year"]) + WINDOW - 1, int(one["last_year"]))
        for one in record.covered("arms_deliveries")
        if one["is_complete"] and one["first_year"]
    ]
    years = [year for year in range(first, last + 1) if any(low <= year <= high for low, high in spans)]
    everyone = [{"recipient": state, "year": year} for year in years for state in standing(year)]
    known = pl.concat(
        [rows.select("recipient", pl.col("year").cast(pl.Int32)), pl.DataFrame(everyone, schema={"recipient": pl.String, "year": pl.Int32})]
    ).unique()
    is_shipped = ~pl.col("source").is_in([key for entry in record.loads for key in entry.origin.get("source", {entry.source: 0})])
    note = pl.when(is_shipped).then(pl.lit("suppliers of under 1 % are counted as none")).otherwise(pl.lit(""))
    received = rows.select("recipient", pl.col("year").cast(pl.Int32), note=note).unique()
    totals = known.join(exports.with_columns(pl.col("year").cast(pl.Int32)), on=["recipient", "year"], how="left")
    totals = totals.join(received, on=["recipient", "year"], how="left").with_columns(
        pl.col("own_low").fill_null(0.0), own_high=pl.lit(float("inf")), is_closed=pl.lit(True),
        note=pl.col("note").fill_null("imported no major arms in the five years"),
    )  # fmt: skip
    used = tuple(("arms_shares", source) for source in rows["source"].unique().sort())
    return Supply("arms", shaped(rows, ROWS), shaped(totals.sort("recipient", "year"), TOTALS), used, REASON)
