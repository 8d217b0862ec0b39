"""What one state owes another by alliance treaties in force in a year."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nonaligned.panels.merging import (
    chosen_source,
    complete,
    covered_by,
    is_inside,
    loads_of,
    merge,
    none_inside,
    span,
    states_in,
    table_sources,
    typed,
)
from nonaligned.panels.variables import Behind, Grain, Options, Row, Values, Variable
from nonaligned.record.fields import Field

if TYPE_CHECKING:
    import polars as pl

    from nonaligned.record.store import Record

LOAD = "nonaligned pull atop"
OWED = {
    "defense": "must help the second if it is attacked",
    "offense": "must join the second's offensive war",
    "neutrality": "must stay out of the second's war",
    "nonaggression": "must not attack the second",
    "consultation": "must consult the second in a crisis",
}
FIELDS = tuple(Field(name, "integer", f"1: by treaty the first state {duty} (ATOP)", "", 0, 1) for name, duty in OWED.items())


def _values(record: Record, keys: pl.DataFrame, options: Options) -> Values:
    import polars as pl

    where, parameters = _where(record, options, span(keys))
    ours = f"year BETWEEN ? AND ? AND {where} AND sender IN (SELECT unnest(?)) AND receiver IN (SELECT unnest(?))"
    used = table_sources(record, "treaties", ours, [*span(keys), *parameters, parties := states_in(keys), parties])
    covered = covered_by(record, "treaties", (*_whole(record, options), *used))
    owed = ", ".join(f"CAST(max(CASE WHEN obligation = '{name}' THEN 1 END) AS TINYINT) AS {name}" for name in OWED)
    rows = record.frame(
        f"SELECT sender, receiver, year, {owed} FROM treaties WHERE year BETWEEN ? AND ? AND {where} GROUP BY ALL",
        [*span(keys), *parameters],
    )
    first, second, _ = keys.columns
    found = merge(keys, typed(rows, {"sender": first, "receiver": second}).with_columns(pl.col(list(OWED)).cast(pl.Int8)))
    spans = complete(covered)
    filled = none_inside(keys, found, list(OWED), spans, "cow")
    # The source covers the states of COW; of another state that it has a treaty of, it has the other obligations too.
    has_one = found.select(pl.any_horizontal(pl.col(list(OWED)).is_not_null())).to_series()
    known = pl.lit(has_one & keys.select(is_inside(spans).alias("inside"))["inside"])
    filled = filled.with_columns(pl.when(known & pl.col(name).is_null()).then(0).otherwise(name).cast(pl.Int8).alias(name) for name in OWED)
    return Values(filled, FIELDS, covered)


def _whole(record: Record, options: Options) -> tuple[str, ...]:
    """The source that is chosen, or the loaded one that covers its years whole."""
    if options.get("source"):
        return (chosen_source(record, "treaties", str(options["source"]), LOAD),)
    loaded = covered_by(record, "treaties", (key for key, _ in loads_of(record, "treaties")))
    return tuple(one.source for one in loaded if one.is_complete)[:1]


def _where(record: Record, options: Options, years: tuple[int, int]) -> tuple[str, list[object]]:
    """Inside the years that a source covers whole its rows alone, outside them all; of a source that is chosen its own."""
    whole = _whole(record, options)
    spans = [(one.source, one.first_year, one.last_year) for one in covered_by(record, "treaties", whole) if one.is_complete]
    if options.get("source"):  # what ships may name the same source for treaties that it has followed further
        inside = " OR ".join("year BETWEEN ? AND ?" for _ in spans) or "true"
        return f"source = ? AND ({inside})", [*whole, *(year for one in spans for year in one[1:])]
    return " AND ".join("(source = ? OR year NOT BETWEEN ? AND ?)" for _ in spans) or "true", [value for one in spans for value in one]


def _behind(record: Record, key: Row, options: Options) -> tuple[Behind, ...]:
    first, second, year = key.values()
    where, parameters = _where(record, options, (year, year))
    sql = f"SELECT * FROM treaties WHERE sender = ? AND receiver = ? AND year = ? AND {where} ORDER BY obligation, source"
    return (Behind("treaties", sql, (first, second, year, *parameters)),)


VARIABLE = Variable(
    name="treaties",
    description="Obligations of one state towards another by alliance treaties in force in the year (ATOP's five).",
    tables=("treaties",),
    load=LOAD,
    grains={"directed_dyad_year": Grain(FIELDS, _values, _behind)},
    options={"source": "one source alone, as atop"},
)
