"""Visits of one state's leaders to another in a year."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nonaligned.panels.merging import complete, covered_by, merge, none_inside, span, table_sources, typed
from nonaligned.panels.variables import Behind, Grain, Options, Row, Values, Variable
from nonaligned.record.fields import Field

if TYPE_CHECKING:
    import polars as pl

    from nonaligned.record.store import Record

FIELDS = (Field("visits", "integer", "visits of the first state's leaders to the second, each leader counted", "", 0),)
NOTES = ("Only the states whose leaders' travels a loaded source lists have visits, or none; of the others nothing is known.",)


def _values(record: Record, keys: pl.DataFrame, options: Options) -> Values:
    import polars as pl

    rows = record.frame("SELECT visitor, host, year, count(*) AS visits FROM visits WHERE year BETWEEN ? AND ? GROUP BY ALL", span(keys))
    first, second, _ = keys.columns
    found = merge(keys, typed(rows, {"visitor": first, "host": second}))
    covered = covered_by(record, "visits", table_sources(record, "visits"))
    filled = none_inside(keys, found, ["visits"], complete(covered))
    travellers = [row["visitor"] for row in record.rows("SELECT DISTINCT visitor FROM visits ORDER BY visitor")]
    is_known = keys.select(pl.col(first).is_in(travellers).alias("is_known"))["is_known"]
    return Values(filled.select(pl.when(pl.lit(is_known)).then("visits").alias("visits")), FIELDS, covered, NOTES)


def _behind(record: Record, key: Row, options: Options) -> tuple[Behind, ...]:
    sql = "SELECT * FROM visits WHERE visitor = ? AND host = ? AND year = ? ORDER BY visited, person, visit_number"
    return (Behind("visits", sql, tuple(key.values())),)


VARIABLE = Variable(
    name="visits",
    description="Visits of one state's leaders to another in the year.",
    tables=("visits",),
    load="nonaligned sources",
    grains={"directed_dyad_year": Grain(FIELDS, _values, _behind)},
)
