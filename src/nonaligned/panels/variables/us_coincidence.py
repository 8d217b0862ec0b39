"""Voting coincidence with the United States, as the State Department counts it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nonaligned.panels.merging import covered_by, merge, span, table_sources, typed
from nonaligned.panels.variables import Behind, Grain, Options, Row, Values, Variable
from nonaligned.record.fields import Field

if TYPE_CHECKING:
    import polars as pl

    from nonaligned.record.store import Record

FIELDS = (Field("us_coincidence", "number", "voting coincidence with the United States in the Assembly, as published", "share", 0, 1),)


def _values(record: Record, keys: pl.DataFrame, options: Options) -> Values:
    rows = record.frame("SELECT state, year, coincidence AS us_coincidence FROM us_coincidence WHERE year BETWEEN ? AND ?", span(keys))
    found = merge(keys, typed(rows, {"state": keys.columns[0]}))
    used = table_sources(record, "us_coincidence", "year BETWEEN ? AND ?", span(keys))
    return Values(found, FIELDS, covered_by(record, "us_coincidence", used))


def _behind(record: Record, key: Row, options: Options) -> tuple[Behind, ...]:
    return (Behind("us_coincidence", "SELECT * FROM us_coincidence WHERE state = ? AND year = ?", tuple(key.values())),)


VARIABLE = Variable(
    name="us_coincidence",
    description="Voting coincidence with the United States in the General Assembly, as the State Department counts it.",
    tables=("us_coincidence",),
    load="nonaligned load us_coincidence FILE",
    grains={"state_year": Grain(FIELDS, _values, _behind)},
)
