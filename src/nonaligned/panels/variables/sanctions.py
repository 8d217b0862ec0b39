"""Sanctions of one state against another in force in a year, by kind."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from nonaligned.panels.belonging import as_of_year, belonging
from nonaligned.panels.merging import complete, covered_by, is_inside, merge, one_of, span, table_sources, typed
from nonaligned.panels.template import standing, state_type
from nonaligned.panels.variables import Behind, Covered, Grain, Options, Row, Values, Variable
from nonaligned.record.fields import Field
from nonaligned.world.groups import groups
from nonaligned.world.states import states

if TYPE_CHECKING:
    import polars as pl

    from nonaligned.record.store import Record

WHOLE = ("sanctions",)  # sources that list every case that they know of
SPREAD = "every case known to the source, a group's spread over its members"
KINDS = ("trade", "arms", "military", "financial", "travel", "other")
IN_FORCE = "1: the first state had sanctions on the second in force, alone or as a member of a group"
FIELDS = (
    Field("sanction", "integer", IN_FORCE, "", 0, 1),
    *(Field(f"sanction_{kind}", "integer", f"{IN_FORCE} ({kind})", "", 0, 1) for kind in KINDS),
)
COLUMNS = [one.name for one in FIELDS]
NOTES = (
    "A group's sanctions are its members' of the year. Those of the United Nations, which bind all, count only with un=yes.",
    "Where a party without a code (Western countries, Comecon) had sanctions on a state, who else had none is missing.",
)


def _values(record: Record, keys: pl.DataFrame, options: Options) -> Values:
    import polars as pl

    spans = _covered(record)
    years = _years(record, keys, options)
    members = belonging(record, *span(keys)).filter(pl.col("year") <= as_of_year())
    first, second, _ = keys.columns
    spread = _spread(_spread(years, "sender", members), "target", members)
    rows = typed(spread, {"sender": first, "target": second}).filter(pl.col(first) != pl.col(second))
    sure = rows.filter("is_sure").group_by(keys.columns).agg(pl.col(COLUMNS).max())
    unsure = rows.filter(~pl.col("is_sure")).group_by(keys.columns).agg(pl.col(COLUMNS).max())
    at_large = typed(spread.filter(pl.col("sender") == "").drop("sender"), {"target": second})
    at_large = at_large.group_by(second, "year").agg(pl.col(COLUMNS).max())
    found, doubt, open_ = merge(keys, sure), merge(keys, unsure), merge(keys.select(second, "year"), at_large)
    inside = keys.select(is_inside(complete(spans)).alias("inside"))["inside"]
    frame = keys.select(
        pl.when(pl.lit(found[name]) == 1)
        .then(1)
        .when(pl.lit(inside) & (pl.lit(doubt[name]).fill_null(0) == 0) & (pl.lit(open_[name]).fill_null(0) == 0))
        .then(0)
        .cast(pl.Int8)
        .alias(name)
        for name in COLUMNS
    )
    return Values(frame, FIELDS, spans, NOTES)


def _covered(record: Record) -> tuple[Covered, ...]:
    """The sources with their years. That a group's members have no rows is all that keeps `WHOLE` from being complete: here they do."""
    held = covered_by(record, "sanctions", table_sources(record, "sanctions"))
    return tuple(replace(one, is_complete=True, note=SPREAD) if one.source in WHOLE and one.first_year else one for one in held)


def _years(record: Record, keys: pl.DataFrame, options: Options) -> pl.DataFrame:
    """Every case's sender and target in every year in force, under the codes of the year."""
    import polars as pl

    first, last = span(keys)
    flags = ", ".join(f"CAST(is_{kind} = '1' AS TINYINT) AS sanction_{kind}" for kind in KINDS)
    rows = record.frame(
        f"SELECT DISTINCT sender, target, greatest(first_year, ?) AS since, least(last_year, ?) AS until, 1::TINYINT AS sanction, {flags} "
        f"FROM sanctions WHERE first_year <= ? AND last_year >= ? AND {_where(options)}",
        [first, last, last, first],
    )
    span_years = pl.DataFrame({"year": pl.int_range(first, last + 1, eager=True)})
    years = rows.join(span_years, how="cross").filter(pl.col("year").is_between("since", "until")).drop("since", "until")
    return _at_time(_at_time(years, "sender"), "target")


def _where(options: Options) -> str:
    return "true" if one_of("un", options.get("un", "no"), ("yes", "no")) == "yes" else "sender <> 'UN'"


def _at_time(rows: pl.DataFrame, side: str) -> pl.DataFrame:
    """`rows` with the code that held the state's number in the year: a case may outlive a code (SUN, RUS)."""
    import polars as pl

    heirs: dict[tuple[str, int], str] = {}
    numbers = {one.code: one.cow_code for one in states(system=None)}
    for code, year in rows.select(side, "year").unique().iter_rows():
        here = standing("cow", year)
        if code in numbers and code not in here and numbers[code] is not None:
            heirs[code, year] = next((other for other in here if numbers[other] == numbers[code]), code)
    changed = pl.DataFrame(
        [(*key, new) for key, new in heirs.items()], schema={side: pl.String, "year": pl.Int64, "new": pl.String}, orient="row"
    )
    return rows.join(changed, on=[side, "year"], how="left").with_columns(pl.coalesce("new", side).alias(side)).drop("new")


def _spread(rows: pl.DataFrame, side: str, members: pl.DataFrame) -> pl.DataFrame:
    """`rows` with a group on one side replaced by its members of the year; `is_sure` where they are certain."""
    import polars as pl

    if "is_sure" not in rows.columns:
        rows = rows.with_columns(is_sure=pl.lit(True))
    is_group = pl.col(side).is_in([one.code for one in groups()])
    listed = members.select(
        pl.col("group_code").alias(side), pl.col("state").cast(pl.String).alias("member"), pl.col("year").cast(pl.Int64),
        pl.col("is_sure").alias("is_member"),
    )  # fmt: skip
    own = rows.filter(~is_group)
    theirs = rows.filter(is_group).join(listed, on=[side, "year"]).with_columns(pl.col("is_sure") & pl.col("is_member"))
    return pl.concat([own, theirs.with_columns(pl.col("member").alias(side)).select(own.columns)])


def _behind(record: Record, key: Row, options: Options) -> tuple[Behind, ...]:
    import polars as pl

    first, second, year = key.values()
    held = belonging(record, year, year)
    sides: list[list[str]] = []
    for code in (first, second):
        own = held.filter(pl.col("state") == pl.lit(code, dtype=state_type()))["group_code"].unique().sort().to_list()
        number = next((one.cow_code for one in states(system=None) if one.code == code), None)
        family = [one.code for one in states(system=None) if number is not None and one.cow_code == number]
        sides.append([*dict.fromkeys([code, *family]), *own])
    marks = [", ".join("?" for _ in side) for side in sides]
    sql = (
        f"SELECT * FROM sanctions WHERE sender IN ({marks[0]}) AND target IN ({marks[1]}) AND first_year <= ? AND last_year >= ? "
        f"AND {_where(options)} ORDER BY case_id, sender, target"
    )
    return (Behind("sanctions", sql, (*sides[0], *sides[1], year, year)),)


VARIABLE = Variable(
    name="sanctions",
    description="Sanctions of one state against another in force in the year, by kind.",
    tables=("sanctions",),
    load="nonaligned load sanctions FILE",
    grains={"directed_dyad_year": Grain(FIELDS, _values, _behind)},
    options={"un": "yes: sanctions of the United Nations count as those of every member"},
)
