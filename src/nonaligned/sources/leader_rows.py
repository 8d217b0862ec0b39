"""What the lists of leaders share: names in readable order, and spells of numbers that pass from state to state."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from nonaligned.sources.reading import refuse
from nonaligned.world.days import parse_day
from nonaligned.world.states import System, states

if TYPE_CHECKING:
    import polars as pl

EVER = date(9999, 12, 31)


def readable(column: str) -> pl.Expr:
    """A name in readable order: ``Gandhi, I.`` becomes ``I. Gandhi``; terms counted in brackets are no part of a name.

    A part behind the comma that is a title (``Charles, baron de Broqueville``) or cut off stays where it is.

    Examples
    --------
    >>> import polars as pl
    >>> names = pl.DataFrame({"leader": ["Gandhi, I.", "Charles, baron de Broqueville", "Alvaro Casali (2nd time)"]})
    >>> names.select(readable("leader")).to_series().to_list()
    ['I. Gandhi', 'Charles, baron de Broqueville', 'Alvaro Casali']
    """
    import polars as pl

    plain = pl.col(column).str.replace(r"\s*\((?:\d+(?:st|nd|rd|th)\b.*|f\).*)?$", "").str.replace_all(r"\s+", " ").str.strip_chars()
    return plain.str.replace(r"^([^,]+),\s*(\p{Lu}(?:[^,]*[^,-])?)$", "$2 $1")


@cache
def _windows(system: System) -> tuple[tuple[str, str, date, date], ...]:
    """Number, state, first and last day on which the number is that state's; the outer ends are open.

    Leaders are listed before their state's first day in a system (a government in waiting): the nearest state has them.
    """
    held: dict[str, list[tuple[date, str]]] = {}
    for one in states(system=None):
        for spell in one.in_system(system):
            start = parse_day(spell.span.first)
            held.setdefault(spell.number, []).append((start[0] if start else date.min, one.code))
    found: list[tuple[str, str, date, date]] = []
    for number, spells in held.items():
        turns: list[tuple[date, str]] = []
        for start, code in sorted(spells):
            if not turns or turns[-1][1] != code:
                turns.append((start if turns else date.min, code))
        ends = [start - timedelta(days=1) for start, _ in turns[1:]] + [EVER]
        found += [(number, code, start, end) for (start, code), end in zip(turns, ends, strict=True)]
    return tuple(found)


def under_states(frame: pl.DataFrame, number: str, system: System, path: Path) -> pl.DataFrame:
    """`frame` with the column `state`; a spell during which the number passed to another state becomes one row for each.

    Parameters
    ----------
    frame : polars frame
        `line`, the state's number, `entry` and `exit` (text), `begins` and `ends` (days; ends null: open), `note`.
    number : str
        The column with the number in the system.
    system : {"cow", "gw"}
        Whose numbers they are.

    Raises
    ------
    SourceError
        If the system never had a number.
    """
    import polars as pl

    schema = {number: pl.String, "state": pl.String, "__from": pl.Date, "__until": pl.Date}
    windows = pl.DataFrame(list(_windows(system)), schema=schema, orient="row")
    refuse(frame, ~pl.col(number).is_in(windows[number].unique().to_list()), number, f"a number of a state in the system {system}", path)
    last = pl.max_horizontal("begins", pl.col("ends").fill_null(EVER))
    joined = frame.join(windows, on=number, how="left", maintain_order="left").filter(
        (pl.col("__from") <= last) & (pl.col("__until") >= pl.col("begins"))
    )
    is_split = pl.len().over("line") > 1
    passed = pl.format("One spell in the source, whose number {} passed from {}.", number, pl.col("state").str.join(" to ").over("line"))
    return joined.with_columns(
        pl.when(pl.col("__from") > pl.col("begins")).then(pl.col("__from").cast(pl.String)).otherwise("entry").alias("entry"),
        pl.when(pl.col("__until") < last).then(pl.col("__until").cast(pl.String)).otherwise("exit").alias("exit"),
        pl.when(is_split).then(pl.concat_str("note", passed, separator=" ").str.strip_chars()).otherwise("note").alias("note"),
    ).drop("__from", "__until")
