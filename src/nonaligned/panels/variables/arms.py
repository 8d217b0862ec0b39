"""Volume of major arms delivered by one state to another in a year."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nonaligned.panels.merging import complete, covered_by, loads_of, merge, none_inside, span, table_sources, typed
from nonaligned.panels.variables import Behind, Grain, Options, Row, Values, Variable
from nonaligned.record.fields import Field

if TYPE_CHECKING:
    import polars as pl

    from nonaligned.record.store import Record

TIV = Field("arms_tiv", "number", "volume (never money) of major arms delivered by the first state to the second", "SIPRI TIV, millions", 0)
# What is computed from the register goes before the published tables, which round to millions.
BEST = """
SELECT supplier, recipient, year, arg_min(tiv, (kind <> 'computed', source)) AS arms_tiv, min(kind) AS kind
FROM arms_transfers WHERE tiv IS NOT NULL AND supplier <> '' AND recipient <> '' AND year BETWEEN ? AND ? GROUP BY ALL"""
UNKNOWN = """
SELECT DISTINCT supplier, recipient, delivered_year AS year, true AS is_unknown FROM arms_deliveries
WHERE tiv IS NULL AND supplier <> '' AND recipient <> '' AND delivered_year BETWEEN ? AND ?"""


def _values(record: Record, keys: pl.DataFrame, options: Options) -> Values:
    import polars as pl

    first, second, _ = keys.columns
    names = {"supplier": first, "recipient": second}
    rows = typed(record.frame(BEST, span(keys)), names)
    found = merge(keys, rows.drop("kind"))
    covered = covered_by(record, "arms_deliveries", (key for key, _ in loads_of(record, "arms_deliveries")))
    filled = none_inside(keys, found, ["arms_tiv"], complete(covered))
    unknown = typed(record.frame(UNKNOWN, span(keys)), names)
    if unknown.height:  # a delivery whose volume is not known is not none
        is_unknown = merge(keys, unknown)["is_unknown"].fill_null(False)
        filled = filled.with_columns(pl.when(is_unknown & found["arms_tiv"].is_null()).then(None).otherwise("arms_tiv").alias("arms_tiv"))
    if (rows["kind"] == "published").any():
        covered += covered_by(record, "arms_transfers", table_sources(record, "arms_transfers", "kind = 'published'"))
    return Values(filled, (TIV,), covered)


def _behind(record: Record, key: Row, options: Options) -> tuple[Behind, ...]:
    parties = tuple(key.values())
    where = "supplier = ? AND recipient = ? AND"
    return (
        Behind("arms_deliveries", f"SELECT * FROM arms_deliveries WHERE {where} delivered_year = ? ORDER BY ALL", parties),
        Behind("arms_transfers", f"SELECT * FROM arms_transfers WHERE {where} year = ? ORDER BY ALL", parties),
    )


VARIABLE = Variable(
    name="arms",
    description="Volume of major arms delivered by one state to another (SIPRI's trend-indicator value).",
    tables=("arms_transfers",),
    load="nonaligned load sipri_transfers FILE",
    grains={"directed_dyad_year": Grain((TIV,), _values, _behind)},
)
