"""Checks that rows pass before they enter the record: columns, types, ranges, choices, keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nonaligned.ground.errors import CheckFailedError
from nonaligned.record.tables import Table

if TYPE_CHECKING:
    import polars as pl


def check_rows(table: Table, frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with the table's columns, types and order, or an error that names the first bad row.

    Raises
    ------
    CheckFailedError
        If a column of the key is missing or empty, a value is out of range, or a key stands twice.
    """
    import polars as pl

    types = {"text": pl.String, "integer": pl.Int64, "number": pl.Float64, "day": pl.Date}
    missing = [name for name in table.key if name not in frame.columns]
    if missing:
        raise CheckFailedError(f"Rows for {table.name} lack the column {', '.join(missing)}.")
    try:
        shaped = frame.select(
            (pl.col(field.name) if field.name in frame.columns else pl.lit(None)).cast(types[field.kind]).alias(field.name)
            for field in table.fields
        ).with_columns(pl.col(field.name).fill_null("") for field in table.fields if field.kind == "text")
    except pl.exceptions.PolarsError as error:
        raise CheckFailedError(f"Rows for {table.name} are not of its types.", why=str(error).splitlines()[0]) from error
    for field in table.fields:
        column = pl.col(field.name)
        bad = pl.lit(False)
        if field.name in table.key:
            bad = column == "" if field.kind == "text" else column.is_null()
        if field.kind == "number":
            bad = bad | ~column.is_finite()
        if field.low is not None:
            bad = bad | (column < field.low)
        if field.high is not None:
            bad = bad | (column > field.high)
        if field.choices:
            bad = bad | ~column.is_in(list(field.choices))
        broken = shaped.filter(bad)
        if broken.height:
            raise CheckFailedError(
                f"{broken.height} rows for {table.name} break the range of {field.name}.", why=f"The first is {broken.row(0, named=True)}."
            )
    double = shaped.filter(pl.struct(table.key).is_duplicated())
    if double.height:
        raise CheckFailedError(
            f"{double.height} rows for {table.name} share a key ({', '.join(table.key)}).",
            why=f"The first is {double.row(0, named=True)}.",
        )
    return shaped.sort(table.key)
