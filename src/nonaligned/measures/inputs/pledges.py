"""Pledges of defense that states receive, each counted with the capability of the state that gives it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from nonaligned.measures.inputs.flows import ROWS, TOTALS, Supply, nothing, shaped
from nonaligned.measures.inputs.powers import standing
from nonaligned.record.starter import starter_origin
from nonaligned.world.states import state as state_of

if TYPE_CHECKING:
    from nonaligned.record.store import Record

LOAD = "nonaligned pull atop"
SHIPPED_FROM = 2018  # from here on the list that ships has every pledge outside sub-Saharan Africa
CARRIED = 3  # years for which the last known capability stands
CAPABILITY = """
SELECT state, CAST(year AS INTEGER) AS year, arg_max(value, (source <> 'cow_nmc', source)) AS cinc FROM indicators
WHERE indicator = 'cinc' AND year BETWEEN ? AND ? AND value IS NOT NULL GROUP BY ALL ORDER BY ALL"""
PLEDGES = """
SELECT DISTINCT sender AS supplier, receiver AS recipient, CAST(year AS INTEGER) AS year, source FROM treaties
WHERE obligation = 'defense' AND year BETWEEN ? AND ? AND sender <> receiver ORDER BY ALL"""


def read_pledges(record: Record, first: int, last: int) -> Supply:
    """Capability (CINC) pledged to a state by each state that must help it if it is attacked.

    A pledge counts with the strength behind it: that of the United States is not that of Luxembourg. Own supply is the state's own
    capability. Treaties that promise no help (non-aggression, neutrality, consultation) supply none, so they do not count: a state
    does not lose a protector when they end.
    """
    spans = {
        key: (one["first_year"], one["last_year"])
        for one in record.covered("treaties")
        if one["is_complete"]
        for entry in record.loads
        if entry.source == one["source"] and "treaties" in entry.files
        for key in entry.origin.get("source", {entry.source: 0})
    }
    pledges = record.frame(PLEDGES, [first, last])
    for key, (low, high) in spans.items():
        pledges = pledges.filter(~pl.col("year").is_between(low, high) | (pl.col("source") == key))
    if pledges.is_empty():
        return nothing("security", f"no alliance treaties are loaded ({LOAD})")
    strength = _capability(record, first, last)
    rows = pledges.join(strength, left_on=["supplier", "year"], right_on=["state", "year"], how="inner")
    rows = rows.select("recipient", "supplier", "year", "source", pl.col("cinc").alias("value"), spread=pl.lit(0.0), age="age")
    rows = rows.unique(["recipient", "supplier", "year"], keep="first", maintain_order=True)
    known = [(code, year) for year in range(first, last + 1) for code in _covered(year, list(spans.values()))]
    totals = pl.DataFrame(known, schema={"recipient": pl.String, "year": pl.Int32}, orient="row")
    totals = totals.join(strength.rename({"state": "recipient"}), on=["recipient", "year"], how="left")
    totals = totals.join(rows.group_by("recipient", "year").agg(n=pl.len()), on=["recipient", "year"], how="left")
    aged = pl.when(pl.col("age") > 0).then(pl.format("capabilities of {}", pl.col("year") - pl.col("age"))).otherwise(pl.lit(""))
    totals = totals.with_columns(
        own_low=pl.col("cinc").fill_null(0.0), own_high=pl.col("cinc").fill_null(float("inf")), is_closed=pl.lit(True),
        note=pl.when(pl.col("n").is_null()).then(pl.lit("no state is pledged to defend it")).otherwise(aged),
    )  # fmt: skip
    used = [("treaties", key) for key in sorted({part for joined in rows["source"].unique() for part in joined.split("|")})]
    keys = record.rows(
        "SELECT DISTINCT source FROM indicators WHERE indicator = 'cinc' AND year BETWEEN ? AND ? ORDER BY source", [first - CARRIED, last]
    )
    used += [("indicators", row["source"]) for row in keys]
    reason = f"alliance treaties of the year are not whole on record ({LOAD})"
    return Supply("security", shaped(rows, ROWS), shaped(totals, TOTALS), tuple(used), reason)


def _capability(record: Record, first: int, last: int) -> pl.DataFrame:
    """`state`, `year`, `cinc`, `age`: the latest capability, at most `CARRIED` years old."""
    known = record.frame(CAPABILITY, [first - CARRIED, last]).with_columns(pl.col("year").cast(pl.Int32))
    aged = [known.with_columns(pl.col("year") + age, age=pl.lit(age, dtype=pl.Int32)) for age in range(CARRIED + 1)]
    latest = pl.concat(aged).sort("age").unique(["state", "year"], keep="first", maintain_order=True)
    return latest.filter(pl.col("year").is_between(first, last))


def _covered(year: int, spans: list[tuple[int, int]]) -> list[str]:
    """The states of a year of which all the pledges are on record."""
    if any(low <= year <= high for low, high in spans):
        return [code for code in standing(year) if any(spell.span for spell in state_of(code).in_system("cow"))]
    shipped = starter_origin("alliances")
    if shipped is None or not SHIPPED_FROM <= year <= shipped.as_of.year:
        return []
    return [code for code in standing(year) if not _is_left_out(code)]


def _is_left_out(code: str) -> bool:
    """Sub-Saharan Africa without South Africa."""
    one = state_of(code)
    return one.region == "Africa" and one.subregion != "Northern Africa" and code != "ZAF"
