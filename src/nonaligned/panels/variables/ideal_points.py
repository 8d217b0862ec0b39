"""Positions of states in the General Assembly: those that ship, or those that the user estimated and loaded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nonaligned.panels.merging import covered_by, merge, span, table_sources, typed
from nonaligned.panels.variables import Behind, Grain, Options, Row, Values, Variable
from nonaligned.record.fields import Field

if TYPE_CHECKING:
    import polars as pl

    from nonaligned.record.store import Record

FIELDS = (
    Field("ideal_point", "number", "posterior mean of the session that opened in the year", "", -10, 10),
    Field("ideal_point_sd", "number", "posterior standard deviation", "", 0),
    Field("ideal_point_lower", "number", "5 % quantile"),
    Field("ideal_point_upper", "number", "95 % quantile"),
)


def _values(record: Record, keys: pl.DataFrame, options: Options) -> Values:
    rows = record.frame(
        "SELECT state, year, ideal_point, sd AS ideal_point_sd, lower AS ideal_point_lower, upper AS ideal_point_upper "
        "FROM ideal_points WHERE year BETWEEN ? AND ?",
        span(keys),
    )
    found = merge(keys, typed(rows, {"state": keys.columns[0]}))
    used = table_sources(record, "ideal_points", "year BETWEEN ? AND ?", span(keys))
    return Values(found, FIELDS, covered_by(record, "ideal_points", used))


def _behind(record: Record, key: Row, options: Options) -> tuple[Behind, ...]:
    return (Behind("ideal_points", "SELECT * FROM ideal_points WHERE state = ? AND year = ?", tuple(key.values())),)


VARIABLE = Variable(
    name="ideal_points",
    description="Ideal points of states in the General Assembly, by the session that opened in the year.",
    tables=("ideal_points",),
    load="nonaligned measure ideal_points -o ip.parquet, then nonaligned load ideal_points ip.parquet",
    grains={"state_year": Grain(FIELDS, _values, _behind)},
)
