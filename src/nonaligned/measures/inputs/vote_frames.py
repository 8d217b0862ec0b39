"""Votes that a user brings in a frame of any library: checked, and brought to the columns that the estimators read."""

from __future__ import annotations

from math import isnan
from typing import TYPE_CHECKING, Any

from nonaligned.ground.errors import UsageError

if TYPE_CHECKING:
    import polars as pl

NEEDED = ("rcid", "state", "session", "vote")
CODES = {"yes": 1, "y": 1, "1": 1, "abstain": 2, "abstention": 2, "a": 2, "2": 2, "no": 3, "n": 3, "3": 3}
NOT_CAST = ("absent", "non-voting", "x", "8", "9", "")
SHOWN = 5


def as_votes(frame: Any) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """The votes cast in a user's frame as `item`, `unit`, `state`, `period`, `y`, and what must be said of them.

    Parameters
    ----------
    frame : any frame that narwhals reads (polars, pandas, pyarrow, duckdb ...)
        Columns `rcid`, `state`, `session` (a whole number, in order of time), `vote` (yes, abstain, no; or 1, 2, 3 as in Voeten's
        files; absent, 8 and 9 are no votes). A column `item` names the text that several roll calls share.

    Raises
    ------
    UsageError
        If it is no frame, a column or a value is missing, a vote is unknown, a state votes twice in a roll call, or none voted.

    Examples
    --------
    >>> import polars as pl
    >>> votes, _ = as_votes(pl.DataFrame({"rcid": [1, 1], "state": ["IND", "USA"], "session": [70, 70], "vote": ["yes", "no"]}))
    >>> votes.rows()
    [('1', 'cow750', 'IND', 70, 1), ('1', 'cow2', 'USA', 70, 3)]
    """
    import polars as pl

    given = _as_polars(frame)
    lacking = [name for name in NEEDED if name not in given.columns]
    if lacking:
        raise UsageError(
            f"The votes have no column {', '.join(lacking)}.",
            why=f"They have {', '.join(given.columns)}.",
            mend=f"Needed: {', '.join(NEEDED)}.",
        )
    whole = ("rcid", "state", "session", *(("item",) if "item" in given.columns else ()))
    for name in whole:
        floats = given.schema[name].is_float()
        missing = given[name].null_count() + (int(given[name].is_nan().sum()) if floats else 0)
        if missing:
            raise UsageError(f"{missing} rows have no {name}.", mend=f"drop them first: frame.drop_nulls({name!r})")
    votes = given.select(
        item=_label("item" if "item" in given.columns else "rcid", given),
        rcid=_label("rcid", given),
        unit=pl.col("state").cast(pl.String),
        state=pl.col("state").cast(pl.String),
        period=_period(given),
        word=_label("vote", given).str.strip_chars().str.to_lowercase(),
    )
    unknown = votes.filter(pl.col("word").is_not_null() & ~pl.col("word").is_in([*CODES, *NOT_CAST]))["word"].unique().sort()
    if unknown.len():
        said = ", ".join(repr(word) for word in unknown.head(SHOWN).to_list())
        raise UsageError(f"A vote cannot be {said}.", why="It is yes, abstain or no (1, 2, 3); absent, 8 and 9 are no votes.")
    cast = votes.filter(pl.col("word").is_in(list(CODES))).with_columns(y=pl.col("word").replace_strict(CODES, return_dtype=pl.Int8))
    twice = cast.group_by("rcid", "state").len().filter(pl.col("len") > 1).sort("rcid", "state")
    if twice.height:
        rcid, state, n = twice.row(0)
        raise UsageError(
            f"{twice.height} votes stand twice.",
            why=f"{state} has {n} votes in roll call {rcid}.",
            mend="keep one row for each rcid and state",
        )
    if not cast.height:
        raise UsageError("No vote was cast.", why=f"None of the {given.height} rows says yes, abstain or no.")
    from nonaligned.measures.inputs.roll_calls import lineages

    known = lineages()
    if votes["state"].unique().is_in(list(known)).all():
        cast = cast.with_columns(unit=pl.col("state").replace(known))
    not_cast = votes.height - cast.height
    notes = (f"{not_cast:,} of {votes.height:,} rows are no votes (absent, or missing) and count for nothing",) if not_cast else ()
    return cast.select("item", "unit", "state", "period", "y"), notes


def _as_polars(frame: Any) -> pl.DataFrame:
    """The frame in polars; other libraries' by plain values, which needs no pyarrow."""
    import narwhals as nw
    import polars as pl

    try:
        made = nw.from_native(frame)
    except TypeError as error:
        raise UsageError(
            f"Votes are given as a frame, not as {type(frame).__name__}.", mend="polars.DataFrame(...) or pandas.DataFrame(...)"
        ) from error
    eager = made.collect() if isinstance(made, nw.LazyFrame) else made
    if isinstance(eager.to_native(), pl.DataFrame):
        return eager.to_native()
    values = {name: eager[name].to_list() for name in eager.columns if name in (*NEEDED, "item")}
    plain = {name: [None if isinstance(value, float) and isnan(value) else value for value in column] for name, column in values.items()}
    return pl.DataFrame(plain, strict=False)


def _label(name: str, frame: pl.DataFrame) -> pl.Expr:
    """A column as text; whole numbers held as floats lose their point."""
    import polars as pl

    column = pl.col(name)
    return column.cast(pl.Int64).cast(pl.String) if _is_whole(frame, name) else column.cast(pl.String)


def _is_whole(frame: pl.DataFrame, name: str) -> bool:
    values = frame[name]
    if not values.dtype.is_float():
        return False
    held = values.drop_nulls().drop_nans()
    return bool((held == held.round()).all())


def _period(frame: pl.DataFrame) -> pl.Expr:
    import polars as pl

    if not (frame.schema["session"].is_integer() or _is_whole(frame, "session")):
        found = frame["session"].unique().sort().cast(pl.String).head(3).to_list()
        raise UsageError("Sessions must be whole numbers, in order of time.", why=f"There are {', '.join(map(repr, found))}.")
    return pl.col("session").cast(pl.Int32)
