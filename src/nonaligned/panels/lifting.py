"""Bringing a variable from the unit in which it is observed to the panel's.

A panel takes the finest grain that a variable has: its own unit's first. A directed variable stands in an undirected
panel as ``_ab`` and ``_ba``; an undirected one in a directed panel in both directions; a state's in a dyadic panel as
``_1`` and ``_2``, or ``_a`` and ``_b``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from nonaligned.ground.errors import UsageError
from nonaligned.panels.merging import beside, merge
from nonaligned.panels.template import KEYS, Unit
from nonaligned.panels.variables import Behind, Covered, Options, Values, Variable
from nonaligned.record.fields import Field

if TYPE_CHECKING:
    import polars as pl

    from nonaligned.record.store import Record

GRAINS: dict[Unit, tuple[Unit, ...]] = {
    "state_year": ("state_year",),
    "dyad_year": ("dyad_year", "directed_dyad_year", "state_year"),
    "directed_dyad_year": ("directed_dyad_year", "dyad_year", "state_year"),
}
ENDINGS = {"state_1": "_1", "state_2": "_2", "state_a": "_a", "state_b": "_b"}
DIRECTIONS = {"_ab": ("state_a", "state_b"), "_ba": ("state_b", "state_a")}


def grain_for(variable: Variable, unit: Unit) -> Unit:
    """The grain of a variable that a panel of `unit` takes.

    Raises
    ------
    UsageError
        If it has none: a dyadic variable has no value for a state alone.
    """
    for grain in GRAINS[unit]:
        if grain in variable.grains:
            return grain
    raise UsageError(
        f"{variable.name} is not observed in a {unit}.",
        why=f"It is observed in {' and '.join(variable.grains)}.",
        mend=f'panel("{next(iter(variable.grains))}", ...)',
    )


def lift(variable: Variable, record: Record, keys: pl.DataFrame, unit: Unit, options: Options, prefix: str = "") -> Values:
    """A variable's columns for the rows of a panel's template, in its order."""
    import polars as pl

    grain = grain_for(variable, unit)
    values = variable.grains[grain].values
    if grain == unit:
        made = values(record, keys, options)
        if unit == "directed_dyad_year":
            made = replace(made, fields=tuple(_renamed(one, one.name, directed(one.description, keys.columns)) for one in made.fields))
    elif grain == "state_year":
        made = _for_each_state(variable, record, keys, options)
    elif unit == "directed_dyad_year":
        one, other, year = keys.columns
        state_a, state_b, _ = KEYS["dyad_year"]
        swapped = pl.col(one) > pl.col(other)
        ordered = keys.select(
            pl.when(swapped).then(other).otherwise(one).alias(state_a), pl.when(swapped).then(one).otherwise(other).alias(state_b), year
        )
        made = values(record, ordered, options)
    else:
        made = _both_ways(variable, record, keys, options)
    if not prefix:
        return made
    named = made.frame.rename({name: f"{prefix}{name}" for name in made.frame.columns})
    fields = tuple(_renamed(one, f"{prefix}{one.name}", one.description) for one in made.fields)
    covered = tuple(replace(one, columns=tuple(f"{prefix}{name}" for name in one.columns)) for one in made.covered)
    return replace(made, frame=named, fields=fields, covered=covered)


def _both_ways(variable: Variable, record: Record, keys: pl.DataFrame, options: Options) -> Values:
    """A directed variable in an undirected panel: asked once for both directions."""
    import polars as pl

    one, other, year = KEYS["directed_dyad_year"]
    forth = keys.rename(dict(zip(keys.columns, (one, other, year), strict=True)))
    back = keys.rename(dict(zip(keys.columns, (other, one, year), strict=True))).select(one, other, year)
    made = variable.grains["directed_dyad_year"].values(record, pl.concat([forth, back]), options)
    parts: list[pl.DataFrame] = []
    fields: list[Field] = []
    for ending, offset in (("_ab", 0), ("_ba", keys.height)):
        part = made.frame.slice(offset, keys.height)
        parts.append(part.rename({name: name + ending for name in part.columns}))
        fields += [_renamed(field, field.name + ending, directed(field.description, DIRECTIONS[ending])) for field in made.fields]
    return replace(made, frame=beside(parts), fields=tuple(fields), covered=_on_sides(made, DIRECTIONS))


def _for_each_state(variable: Variable, record: Record, keys: pl.DataFrame, options: Options) -> Values:
    """A state's variable in a dyadic panel: found once for each state and year, then merged for either side."""
    import polars as pl

    one, other, year = keys.columns
    sides = [keys.select(pl.col(name).alias("state"), year) for name in (one, other)]
    alone = pl.concat([side.unique() for side in sides]).unique().sort("state", year)
    made = variable.grains["state_year"].values(record, alone, options)
    table = beside([alone, made.frame])
    parts: list[pl.DataFrame] = []
    fields: list[Field] = []
    for name, side in zip((one, other), sides, strict=True):
        part = merge(side, table)
        parts.append(part.rename({column: column + ENDINGS[name] for column in part.columns}))
        fields += [_renamed(field, field.name + ENDINGS[name], f"{name}: {field.description}") for field in made.fields]
    endings = [ENDINGS[name] for name in (one, other)]
    return replace(made, frame=beside(parts), fields=tuple(fields), covered=_on_sides(made, endings))


def _on_sides(made: Values, endings: Iterable[str]) -> tuple[Covered, ...]:
    """What the sources cover, with the columns' new names."""
    ends = tuple(endings)
    return tuple(replace(one, columns=tuple(name + end for end in ends for name in one.columns)) for one in made.covered)


def directed(description: str, states: Sequence[str]) -> str:
    """A directed variable's description with the panel's columns for "the first state" and "the second".

    Examples
    --------
    >>> directed("goods exported from the first state to the second", ("state_a", "state_b", "year"))
    'goods exported from state_a to state_b'
    """
    return description.replace("the first state", states[0]).replace("the second", states[1])


def _renamed(field: Field, name: str, description: str) -> Field:
    return replace(field, name=name, description=description)


def behind(variable: Variable, record: Record, column: str, key: Mapping[str, Any], unit: Unit, options: Options) -> tuple[Behind, ...]:
    """The queries behind one cell of a lifted column; `key` names the panel's row."""
    grain = grain_for(variable, unit)
    parties = [key[name] for name in KEYS[unit][:-1]]
    if grain == "state_year" and unit != grain:
        parties = [parties[0] if column.endswith(("_1", "_a")) else parties[1]]
    elif grain == "dyad_year":
        parties.sort()
    elif grain == "directed_dyad_year" and column.endswith("_ba"):
        parties.reverse()
    row = dict(zip(KEYS[grain], (*parties, int(key["year"])), strict=True))
    return variable.grains[grain].behind(record, row, options)
