"""Files keyed by Correlates of War numbers: who held a number in a year, and which rows fall outside a state's dates."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from nonaligned.sources.reading import as_count, refuse
from nonaligned.sources.state_codes import add_holder
from nonaligned.world.states import states

if TYPE_CHECKING:
    import polars as pl

FIRST_YEAR, LAST_YEAR = 1800, 2100


@cache
def cow_numbers() -> dict[str, str]:
    """Every number of the Correlates of War system with the state that holds it, or held it last.

    Examples
    --------
    >>> cow_numbers()["2"], cow_numbers()["365"], "999" in cow_numbers()
    ('USA', 'RUS', False)
    """
    spells = [(spell.number, spell.span.first, one.code) for one in states(system=None) for spell in one.in_system("cow") if spell.number]
    return {number: code for number, _, code in sorted(spells)}


def with_states(raw: pl.DataFrame, numbers: dict[str, str], path: Path) -> pl.DataFrame:
    """`raw` with its year as an integer and a state for each number column.

    Parameters
    ----------
    raw : polars.DataFrame
        Text columns as `read_text` gives them: `line`, `year` and the number columns.
    numbers : dict
        Number column -> name of the new column. It holds "" where the number's state was in neither the system of the
        Correlates of War nor that of Gleditsch and Ward in the year: the caller sets such rows aside.
    path : Path
        The file, for errors.

    Raises
    ------
    SourceError
        If a year is none, or a number was never a state's.

    Examples
    --------
    >>> import polars as pl
    >>> raw = pl.DataFrame({"line": [2, 3, 4], "year": ["1950", "1943.0", "1950"], "n": ["2", "210.0", "255"]})
    >>> with_states(raw, {"n": "state"}, Path("a.csv"))["state"].to_list()
    ['USA', 'NLD', '']
    """
    import polars as pl

    year = as_count("year")
    refuse(raw, year.is_null() | ~year.is_between(FIRST_YEAR, LAST_YEAR), "year", "a year", path)
    frame = raw.with_columns(year)
    for number, name in numbers.items():
        plain = pl.col(number).str.replace(r"\.0+$", "")
        refuse(raw, ~plain.is_in(list(cow_numbers())), number, "a Correlates of War number", path)
        frame = add_holder(frame, number, "year", name, "cow")
        # The same number in the other system: governments in exile and small states that COW leaves out for some years.
        frame = add_holder(frame, number, "year", "__other", "gw")
        frame = frame.with_columns(pl.when(pl.col(name) == "").then("__other").otherwise(name).alias(name)).drop("__other")
    return frame
