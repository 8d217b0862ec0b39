"""Known errors of official files, declared as data: what the file says, what is right, and why.

A correction is made only where the file still says what is expected; where it no longer does, that is told, so that
corrections of errors that the producer has mended do not linger.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date
from functools import reduce
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from nonaligned.ground.errors import CheckFailedError
from nonaligned.ground.origins import read_rows
from nonaligned.record.checks import shape
from nonaligned.record.fields import FIELDS
from nonaligned.record.tables import TABLES

if TYPE_CHECKING:
    import polars as pl

COLUMNS = ("table", "key", "column", "expect", "value", "reason", "citation")


def declared(directory: Path, source: str) -> Iterator[dict[str, str]]:
    """The corrections of a source: the project's own, then the user's in the record's folder ``corrections``."""
    shipped = Path(str(resources.files("nonaligned.record"))) / "corrections" / f"{source}.csv"
    for path in (shipped, directory / "corrections" / f"{source}.csv"):
        if path.exists():
            try:
                rows = list(read_rows(path))
            except (ValueError, csv.Error) as error:  # not UTF-8, or no CSV
                raise CheckFailedError(f"{path} is no corrections file.", why=str(error)) from error
            for number, row in enumerate(rows, start=1):
                wrong = _wrong(row)
                if wrong:
                    raise CheckFailedError(f"{path} is no corrections file.", why=f"Correction {number}: {wrong}")
                yield row


def _wrong(row: dict[str, str]) -> str:
    """Why a line is no correction; empty where it is one."""
    if set(row) != set(COLUMNS) or None in row.values():
        return f"its columns must be {', '.join(COLUMNS)}."
    if row["table"] not in TABLES:
        return f"there is no table {row['table']!r}."
    table = TABLES[row["table"]]
    parts = [part.partition("=") for part in row["key"].split("|")]
    for name in (row["column"], *(name for name, _, _ in parts)):
        if name not in table.columns:
            return f"{table.name} has no column {name!r}."
    if not all(equals for _, equals, _ in parts):
        return f"{row['key']!r} is not column=value, joined by |."
    kind, name = FIELDS[row["column"]].kind, row["column"]
    for text in (row["expect"], row["value"]):
        try:
            _value(kind, text)
        except ValueError:
            return f"{text!r} is no value of {name}."
    return ""


def _value(kind: str, text: str) -> str | float | date | None:
    """A cell as its column has it; an empty one is missing, or an empty text."""
    if kind == "text":
        return text
    if not text:
        return None
    return date.fromisoformat(text) if kind == "day" else int(text) if kind == "integer" else float(text)


def correct(directory: Path, source: str, table: str, frame: pl.DataFrame) -> tuple[pl.DataFrame, tuple[dict[str, str], ...]]:
    """The frame with its known errors mended, and what was done with each correction.

    Parameters
    ----------
    directory : Path
        The user's record, which may hold the user's own corrections.
    source, table : str
        Where the rows come from and go to.
    frame : polars frame

    Returns
    -------
    frame, corrections
        Each correction with its `state`: made, or not needed where the row is gone or no longer says what was expected.
    """
    import polars as pl

    done: list[dict[str, str]] = []
    for row in declared(directory, source):
        if row["table"] != table:
            continue
        if not done:
            frame = shape(TABLES[table], frame)
        keys = dict(part.split("=", 1) for part in row["key"].split("|"))
        kind = FIELDS[row["column"]].kind
        here = reduce(lambda one, two: one & two, (pl.col(name).cast(pl.String) == value for name, value in keys.items()))
        column, expect = pl.col(row["column"]), _value(kind, row["expect"])
        if isinstance(expect, float):
            expected = here & ((column - expect).abs() < 1e-9 * max(1.0, abs(expect)))
        else:
            expected = here & column.eq_missing(pl.lit(expect, dtype=frame.schema[row["column"]]))
        count = frame.filter(expected).height
        if count:
            value = pl.lit(_value(kind, row["value"]), dtype=frame.schema[row["column"]])
            frame = frame.with_columns(pl.when(expected).then(value).otherwise(column).alias(row["column"]))
        done.append({**row, "state": "made" if count else "not needed"})
    return frame, tuple(done)
