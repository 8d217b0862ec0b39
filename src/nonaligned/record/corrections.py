"""Known errors of official files, declared as data: what the file says, what is right, and why.

A correction is made only where the file still says what is expected; where it no longer does, that is told, so that
corrections of errors that the producer has mended do not linger.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from nonaligned.ground.errors import CheckFailedError
from nonaligned.ground.origins import read_rows
from nonaligned.record.fields import FIELDS

if TYPE_CHECKING:
    import polars as pl

COLUMNS = ("table", "key", "column", "expect", "value", "reason", "citation")


def declared(directory: Path, source: str) -> Iterator[dict[str, str]]:
    """The corrections of a source: the project's own, then the user's in the record's folder ``corrections``."""
    shipped = Path(str(resources.files("nonaligned.record"))) / "corrections" / f"{source}.csv"
    for path in (shipped, directory / "corrections" / f"{source}.csv"):
        if path.exists():
            for row in read_rows(path):
                if set(row) != set(COLUMNS):
                    raise CheckFailedError(f"{path} is no corrections file.", why=f"Its columns must be {', '.join(COLUMNS)}.")
                yield row


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
        keys = dict(part.split("=", 1) for part in row["key"].split("|"))
        kind = FIELDS[row["column"]].kind
        here = reduce(lambda one, two: one & two, (pl.col(name).cast(pl.String) == value for name, value in keys.items()))
        column = pl.col(row["column"])
        expected = here & (
            (column - float(row["expect"])).abs() < 1e-9 * max(1.0, abs(float(row["expect"])))
            if kind in {"number", "integer"}
            else column.cast(pl.String).fill_null("") == row["expect"]
        )
        count = frame.filter(expected).height
        if count:
            value = pl.lit(row["value"]).cast(frame.schema[row["column"]])
            frame = frame.with_columns(pl.when(expected).then(value).otherwise(column).alias(row["column"]))
        done.append({**row, "state": "made" if count else "not needed"})
    return frame, tuple(done)
