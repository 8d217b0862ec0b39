"""Names and numbers of states, for merges with other data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nonaligned.panels.merging import beside, merge, ships, span
from nonaligned.panels.template import FIRST_YEAR, last_year, state_type
from nonaligned.panels.variables import Behind, Covered, Grain, Options, Row, Values, Variable
from nonaligned.record.fields import Field
from nonaligned.world.days import parse_day
from nonaligned.world.states import states

if TYPE_CHECKING:
    import polars as pl

    from nonaligned.record.store import Record

FIELDS = (
    Field("name", "text", "short name of the state"),
    Field("cow_code", "integer", "Correlates of War number in the year; missing where the state had none", "", 2, 1000),
    Field("gw_code", "integer", "Gleditsch-Ward number in the year; missing where the state had none", "", 2, 1000),
    Field("region", "text", "UN region"),
)


def _values(record: Record, keys: pl.DataFrame, options: Options) -> Values:
    import polars as pl

    column = keys.columns[0]
    rows = [(one.code, one.name, one.region) for one in states(system=None)]
    named = pl.DataFrame(rows, schema={column: state_type(), "name": pl.String, "region": pl.String}, orient="row")
    first, last = span(keys)
    numbers = [merge(keys, _numbers(system, first, last).rename({"state": column})) for system in ("cow", "gw")]
    frame = beside([merge(keys.select(column), named), *numbers]).select(field.name for field in FIELDS)
    systems = [key for key in ("cow", "gw") if key in ships("state_spells")]
    covered = tuple(Covered("state_spells", key, FIRST_YEAR, last_year(), True, is_shipped=True) for key in systems)
    return Values(frame, FIELDS, covered)


def _numbers(system: str, first: int, last: int) -> pl.DataFrame:
    """The number that each state held last in each year."""
    import polars as pl

    found: dict[tuple[str, int], int] = {}
    for one in states(system=None):
        for spell in (spell for spell in one.spells if spell.system == system and spell.number):
            start, end = parse_day(spell.span.first), parse_day(spell.span.last)
            for year in range(max(first, start[0].year if start else first), min(last, end[1].year if end else last) + 1):
                found[one.code, year] = int(spell.number)
    schema = {"state": state_type(), "year": pl.Int32, f"{system}_code": pl.Int16}
    return pl.DataFrame([(*key, number) for key, number in found.items()], schema=schema, orient="row")


def _behind(record: Record, key: Row, options: Options) -> tuple[Behind, ...]:
    state, _ = key.values()
    return (
        Behind("states", "SELECT * FROM states WHERE state = ?", (state,)),
        Behind("state_spells", "SELECT * FROM state_spells WHERE state = ? ORDER BY system, entry", (state,)),
    )


VARIABLE = Variable(
    name="codes",
    description="Name, region, and the state's numbers in the year: for merges with other data.",
    tables=("states",),
    load="nonaligned sources",
    grains={"state_year": Grain(FIELDS, _values, _behind)},
)
