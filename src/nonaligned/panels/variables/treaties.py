"""What one state owes another by alliance treaties in force in a year."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nonaligned.panels.merging import chosen_source, complete, covered_by, merge, none_inside, span, table_sources, typed
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
    used = table_sources(record, "treaties", f"year BETWEEN ? AND ? AND {where}", [*span(keys), *parameters])
    covered = covered_by(record, "treaties", used)
    owed = ", ".join(f"CAST(max(CASE WHEN obligation = '{name}' THEN 1 END) AS TINYINT) AS {name}" for name in OWED)
    rows = record.frame(
        f"SELECT sender, receiver, year, {owed} FROM treaties WHERE year BETWEEN ? AND ? AND {where} GROUP BY ALL",
        [*span(keys), *parameters],
    )
    first, second, _ = keys.columns
    found = merge(keys, typed(rows, {"sender": first, "receiver": second}).with_columns(pl.col(list(OWED)).cast(pl.Int8)))
    # ATOP covers the states of COW; a state outside it that has one treaty in the source has its others there too.
    spans = complete(covered)
    filled = none_inside(keys, found, list(OWED), spans, "cow")
    has_one = found.select(pl.any_horizontal(pl.col(list(OWED)).is_not_null())).to_series()
    filled = filled.with_columns(
        pl.when(pl.lit(has_one) & _inside(keys, spans) & pl.col(name).is_null()).then(0).otherwise(name).cast(pl.Int8).alias(name)
        for name in OWED
    )
    return Values(filled, FIELDS, covered)


def _inside(keys: pl.DataFrame, spans: tuple[tuple[int, int], ...]) -> pl.Expr:
    import polars as pl

    from nonaligned.panels.merging import is_inside

    return pl.lit(keys.select(is_inside(spans).alias("inside"))["inside"])


def _sources(record: Record, options: Options, years: tuple[int, int]) -> tuple[str, ...]:
    if options.get("source"):
        return (chosen_source(record, "treaties", str(options["source"]), LOAD),)
    return table_sources(record, "treaties", "year BETWEEN ? AND ?", years)


def _where(record: Record, options: Options, years: tuple[int, int]) -> tuple[str, list[object]]:
    """Inside the years that a source covers whole its rows alone; outside them all."""
    if options.get("source"):
        return "source = ?", [*_sources(record, options, years)]
    whole = [one for one in covered_by(record, "treaties", _sources(record, options, years)) if one.is_complete]
    where = " AND ".join("(source = ? OR year NOT BETWEEN ? AND ?)" for _ in whole[:1])
    return where or "true", [value for one in whole[:1] for value in (one.source, one.first_year, one.last_year)]


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
