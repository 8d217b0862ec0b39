"""Checks that rows pass before they enter the record: columns, types, ranges, choices, keys, states and their dates."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from nonaligned.ground.errors import CheckFailedError
from nonaligned.record.fields import STATE_COLUMNS, Field
from nonaligned.record.incoming import SetAside
from nonaligned.record.tables import Table
from nonaligned.world.days import Span
from nonaligned.world.groups import groups
from nonaligned.world.states import states

if TYPE_CHECKING:
    import polars as pl

NOT_STATES = ("", "OTHER", "COMPILED")  # what may stand where a state's code is wanted
MOST_OUTSIDE = 0.02  # share of rows with a state outside its dates that is set aside rather than refused
UNDATED = ("events", "visits", "sanctions")  # tables whose rows may name a state before or after its days
MOST_FEWER = 0.2  # share of rows that may be gone since the last load of the same part


def check_rows(table: Table, frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with the table's columns, types and order, or an error that names the first bad row.

    Raises
    ------
    CheckFailedError
        If a column of the key is missing or empty, a value is out of range, a state is unknown, or a key stands twice.
    """
    import polars as pl

    shaped = shape(table, frame)
    _refuse_bad(table, shaped.lazy())
    key = shaped.select(pl.struct(table.key).hash()).to_series()
    if key.n_unique() != shaped.height:
        _refuse_doubles(table, shaped.lazy())
    return shaped.sort(table.key)


def check_file(table: Table, path: Path) -> None:
    """The same checks over a Parquet file that is too large for memory; it must have the table's columns and types.

    Raises
    ------
    CheckFailedError
        As `check_rows`.
    """
    import polars as pl

    lazy = pl.scan_parquet(path)
    types = _types()
    wanted = {field.name: types[field.kind] for field in table.fields}
    if dict(lazy.collect_schema()) != wanted:
        raise CheckFailedError(f"Rows for {table.name} are not of its types.", why=f"{path.name} has {lazy.collect_schema()}.")
    _refuse_bad(table, lazy)
    _refuse_doubles(table, lazy)


@cache
def _types() -> dict[str, pl.DataType]:
    import polars as pl

    return {"text": pl.String(), "integer": pl.Int64(), "number": pl.Float64(), "day": pl.Date()}


def shape(table: Table, frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with the table's columns and types: texts that lack are empty, numbers and days missing.

    Raises
    ------
    CheckFailedError
        If a column of the key lacks, one is not the table's, or a value is not of its type.
    """
    import polars as pl

    have = frame.columns
    missing = [name for name in table.key if name not in have]
    if missing:
        raise CheckFailedError(f"Rows for {table.name} lack the column {', '.join(missing)}.")
    strange = [name for name in have if name not in table.columns]
    if strange:
        raise CheckFailedError(f"Rows for {table.name} have the column {', '.join(strange)}, which the table has not.")
    types = _types()
    try:
        texts = [field.name for field in table.fields if field.kind == "day" and frame.schema.get(field.name) == pl.String]
        return (
            frame.with_columns(pl.col(name).str.to_date("%Y-%m-%d") for name in texts)
            .select(
                (pl.col(field.name) if field.name in have else pl.lit(None)).cast(types[field.kind]).alias(field.name)
                for field in table.fields
            )
            .with_columns(pl.col(field.name).fill_null("") for field in table.fields if field.kind == "text")
        )
    except pl.exceptions.PolarsError as error:
        raise CheckFailedError(f"Rows for {table.name} are not of its types.", why=str(error).splitlines()[0]) from error


def _bad(table: Table, field: Field) -> pl.Expr | None:
    """Where a column breaks its definition; None where it cannot."""
    import polars as pl

    column, rules = pl.col(field.name), list[pl.Expr]()
    if field.name in table.key:
        rules.append(column == "" if field.kind == "text" else column.is_null())
    if field.kind == "number":
        rules.append(~column.is_finite())
    if field.low is not None:
        rules.append(column < field.low)
    if field.high is not None:
        rules.append(column > field.high)
    if field.choices:
        rules.append(~column.is_in(list(field.choices)))
    return pl.any_horizontal(rules).fill_null(False) if rules else None


def _refuse_bad(table: Table, lazy: pl.LazyFrame) -> None:
    import polars as pl

    rules = {field.name: rule for field in table.fields if (rule := _bad(table, field)) is not None}
    counts = lazy.select(rule.sum().alias(name) for name, rule in rules.items()).collect(engine="streaming").row(0, named=True)
    for name, count in counts.items():
        if count:
            first = lazy.filter(rules[name]).head(1).collect(engine="streaming").row(0, named=True)
            raise CheckFailedError(f"{count} rows for {table.name} break the range of {name}.", why=f"The first is {_words(first)}.")
    known = _codes()
    for name in (column for column in table.columns if column in STATE_COLUMNS):
        met = lazy.select(pl.col(name).unique()).collect(engine="streaming").to_series().to_list()
        strange = sorted(code for code in met if code not in known)
        if strange:
            raise CheckFailedError(f"Rows for {table.name} name states that are none in {name}: {', '.join(strange[:5])}.")


@cache
def _codes() -> frozenset[str]:
    return frozenset(one.code for one in states(system=None)) | {group.code for group in groups()} | set(NOT_STATES)


def _refuse_doubles(table: Table, lazy: pl.LazyFrame) -> None:
    import polars as pl

    double = lazy.group_by(table.key).len().filter(pl.col("len") > 1).sort(table.key).head(1).collect(engine="streaming")
    if double.height:
        raise CheckFailedError(
            f"Rows for {table.name} share a key ({', '.join(table.key)}).", why=f"The first is {_words(double.row(0, named=True))}."
        )


def _words(row: dict[str, object]) -> str:
    return ", ".join(f"{name} {str(value)[:80]}" for name, value in row.items() if value not in (None, ""))


def within_dates(table: Table, frame: pl.DataFrame) -> tuple[pl.DataFrame, tuple[SetAside, ...]]:
    """The rows whose states were in the international system (COW, Gleditsch-Ward or UN) in their year, and the others' count.

    States that were never in a system (Palestine, Western Sahara) have no dates and stay.

    Raises
    ------
    CheckFailedError
        If more than two per cent of the rows fall outside: the states or years are likely mistaken.
    """
    import polars as pl

    year = next((name for name in ("year", "delivered_year") if name in table.columns), "")
    if not year or table.name in UNDATED:
        return frame, ()
    kept, notes = frame, list[SetAside]()
    for column in (name for name in table.key + table.columns if name in STATE_COLUMNS and name in frame.columns):
        pairs = kept.select(column, year).unique().drop_nulls().filter(pl.col(column) != "")
        outside = [pair for pair in pairs.iter_rows() if not _was_state(pair[0], pair[1])]
        if outside:
            gone = pl.DataFrame(outside, schema={column: pl.String, year: pl.Int64}, orient="row")
            left = kept.join(gone, on=[column, year], how="anti", maintain_order="left")
            example = min(outside)
            notes.append(
                SetAside(
                    kept.height - left.height, f"{column} outside its dates in the international system, as {example[0]} in {example[1]}"
                )
            )
            kept = left
    if frame.height and (frame.height - kept.height) / frame.height > MOST_OUTSIDE:
        raise CheckFailedError(
            f"{frame.height - kept.height} of {frame.height} rows for {table.name} name a state outside its dates.",
            why="; ".join(note.reason for note in notes),
        )
    return kept, tuple(notes)


@cache
def _spans() -> dict[str, tuple[Span, ...]]:
    return {one.code: tuple(spell.span for spell in one.spells) for one in states(system=None)}


@cache
def _was_state(code: str, year: int) -> bool:
    from datetime import date

    spans = _spans().get(code, ())
    return not spans or any(span.overlaps(date(year, 1, 1), date(year, 12, 31)) for span in spans)


def check_drift(table: str, rows: int, before: int | None, is_accepted: bool) -> None:
    """Refuse a load that loses many rows that the last one of the same part had.

    Raises
    ------
    CheckFailedError
        If more than a fifth of the rows are gone and the user has not said that this is meant.
    """
    if before and rows < before * (1 - MOST_FEWER) and not is_accepted:
        raise CheckFailedError(
            f"{table} would have {rows:,} rows; the last load of the same part had {before:,}.",
            why="The file may be cut or an older edition.",
            mend="add --fewer-rows to the command if this is meant",
        )
