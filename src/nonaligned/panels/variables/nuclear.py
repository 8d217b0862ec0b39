"""Bilateral agreements on civil nuclear cooperation signed in a year."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nonaligned.panels.merging import complete, covered_by, merge, none_inside, span, table_sources, typed
from nonaligned.panels.variables import Behind, Grain, Options, Row, Values, Variable
from nonaligned.record.fields import Field

if TYPE_CHECKING:
    import polars as pl

    from nonaligned.record.store import Record

FIELDS = (Field("nuclear_agreements", "integer", "kinds of agreement on civil nuclear cooperation that the two signed in the year", "", 0),)


def _values(record: Record, keys: pl.DataFrame, options: Options) -> Values:
    rows = record.frame(
        "SELECT state_a, state_b, year, count(DISTINCT kind) AS nuclear_agreements FROM nuclear_agreements WHERE year BETWEEN ? AND ? "
        "GROUP BY ALL",
        span(keys),
    )
    first, second, _ = keys.columns
    found = merge(keys, typed(rows, {"state_a": first, "state_b": second}))
    covered = covered_by(record, "nuclear_agreements", table_sources(record, "nuclear_agreements"))
    return Values(none_inside(keys, found, ["nuclear_agreements"], complete(covered), "cow"), FIELDS, covered)


def _behind(record: Record, key: Row, options: Options) -> tuple[Behind, ...]:
    sql = "SELECT * FROM nuclear_agreements WHERE state_a = ? AND state_b = ? AND year = ? ORDER BY kind, source"
    return (Behind("nuclear_agreements", sql, tuple(key.values())),)


VARIABLE = Variable(
    name="nuclear",
    description="Agreements on civil nuclear cooperation signed by two states in the year.",
    tables=("nuclear_agreements",),
    load="nonaligned load nuclear_agreements FILE",
    grains={"dyad_year": Grain(FIELDS, _values, _behind)},
)
