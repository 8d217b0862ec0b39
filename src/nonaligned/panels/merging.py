"""Exact-label merges, and where a missing row means none: what the variables share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from nonaligned.ground.errors import NotLoadedError, UsageError
from nonaligned.panels.template import state_type, state_years
from nonaligned.panels.variables import Covered
from nonaligned.record.starter import starter_origin

if TYPE_CHECKING:
    import polars as pl

    from nonaligned.record.manifest import Loaded
    from nonaligned.record.store import Record
    from nonaligned.world.states import System


def span(keys: pl.DataFrame) -> tuple[int, int]:
    """First and last year of a template; (0, 0) where it has no rows."""
    return (0, 0) if keys.is_empty() else (int(keys["year"].min()), int(keys["year"].max()))  # type: ignore[arg-type]


def states_in(keys: pl.DataFrame) -> list[str]:
    """The codes in a template."""
    import polars as pl

    return sorted({code for name in keys.columns[:-1] for code in keys[name].unique().cast(pl.String)})


def typed(rows: pl.DataFrame, names: dict[str, str]) -> pl.DataFrame:
    """Rows of the record with the template's key columns and types; a row of what is no state (a group, OTHER) falls out.

    `names` maps the table's state columns to the template's.
    """
    import polars as pl

    renamed = rows.rename(names).with_columns(pl.col("year").cast(pl.Int32))
    states = [pl.col(name).cast(state_type(), strict=False) for name in names.values()]
    return renamed.with_columns(states).drop_nulls(list(names.values()))


def merge(keys: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """The columns of `rows` for each row of `keys`, by the exact labels of all its columns; null where `rows` has none.

    Raises
    ------
    ValueError
        If `rows` names a key twice.
    """
    on = keys.columns
    return keys.join(rows, on=on, how="left", maintain_order="left", validate="m:1").drop(on)


def beside(frames: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """Frames of one height side by side; polars refuses a name that stands twice."""
    first, *others = frames
    return first.hstack([column for frame in others for column in frame.get_columns()])


def loads_of(record: Record, table: str) -> tuple[tuple[str, Loaded], ...]:
    """The loads that stand in a table, each with the key that its rows have in their column `source`."""
    return tuple((key, entry) for entry in record.loads if table in entry.files for key in entry.origin.get("source", {entry.source: 0}))


def covered_by(record: Record, table: str, sources: Iterable[str]) -> tuple[Covered, ...]:
    """What the sources of some rows cover in a table; the starter's say nothing about years, and are never complete."""
    loads = loads_of(record, table)
    found: list[Covered] = []
    for source in dict.fromkeys(key for joined in sources for key in joined.split("|")):
        mine = [entry for key, entry in loads if key == source]
        parts = [entry.coverage[table] for entry in mine if table in entry.coverage]
        if not parts:
            found.append(Covered(table, source, None, None, False, is_shipped=not mine))
        for part in parts:
            found.append(
                Covered(table, source, part["first_year"], part["last_year"], bool(part.get("is_complete")), str(part.get("note", "")))
            )
    return tuple(found)


def complete(covered: Iterable[Covered]) -> tuple[tuple[int, int], ...]:
    """The spans of years in which a missing row means none."""
    return tuple((one.first_year, one.last_year) for one in covered if one.is_complete and one.first_year and one.last_year)


def is_inside(spans: Sequence[tuple[int, int]], year: str = "year") -> pl.Expr:
    """Whether a year lies in any of some spans."""
    import polars as pl

    return pl.any_horizontal([pl.lit(False), *(pl.col(year).is_between(first, last) for first, last in spans)])


def none_inside(
    keys: pl.DataFrame, values: pl.DataFrame, columns: Sequence[str], spans: Sequence[tuple[int, int]], system: System | None = None
) -> pl.DataFrame:
    """`values` with 0 instead of null where the year lies in a span, and all the states are in `system` (if one is given)."""
    import polars as pl

    if not spans or values.is_empty():
        return values
    inside = keys.select(is_inside(spans).alias("inside"))["inside"]
    if system is not None:
        known = state_years(system, *span(keys)).with_columns(is_known=pl.lit(True))
        for name in keys.columns[:-1]:
            strangers = keys.select(pl.col(name).alias("state"), "year").unique().join(known, on=["state", "year"], how="anti")
            if strangers.height:
                inside &= merge(keys.select(pl.col(name).alias("state"), "year"), known)["is_known"].fill_null(False)
    zero = [
        pl.when(pl.lit(inside) & pl.col(name).is_null()).then(0).otherwise(name).cast(values.schema[name]).alias(name) for name in columns
    ]
    return values.with_columns(zero)


def table_sources(record: Record, table: str, where: str = "true", parameters: Sequence[Any] = ()) -> tuple[str, ...]:
    """The keys of the sources in a table, the loaded ones first, each in order."""
    found = [row["source"] for row in record.rows(f"SELECT DISTINCT source FROM {table} WHERE {where} ORDER BY source", parameters)]
    loaded = {key for key, _ in loads_of(record, table)}
    return tuple(sorted(found, key=lambda key: (key not in loaded, key)))


def chosen_source(record: Record, table: str, source: str, load: str) -> str:
    """A source that the user names; its rows' key.

    Raises
    ------
    NotLoadedError
        If the table has no rows of it.
    """
    held = table_sources(record, table)
    if source in held:
        return source
    for key, entry in loads_of(record, table):
        if entry.source == source:
            return key
    raise NotLoadedError(f"The record holds no {table} of {source}.", why=f"It has {', '.join(held) or 'none'}.", mend=load)


def as_list(value: Any) -> tuple[str, ...]:
    """An option that names one or more things: a list, or a text with commas."""
    return tuple(part.strip() for part in (value.split(",") if isinstance(value, str) else value) if str(part).strip())


def one_of(name: str, value: Any, allowed: Sequence[str]) -> str:
    """An option that is one of some words; raises UsageError otherwise."""
    text = ("no", "yes")[value] if isinstance(value, bool) else str(value)
    if text not in allowed:
        raise UsageError(f"{name} cannot be {value!r}.", why=f"It is one of {', '.join(allowed)}.")
    return text


def ships(table: str) -> tuple[str, ...]:
    """The keys of the sources that ship with the program in a table."""
    origin = starter_origin(table)
    return tuple(origin.sources) if origin else ()
