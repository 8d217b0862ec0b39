"""From the codes and names of official files to ours, over whole columns."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import TYPE_CHECKING

from nonaligned.ground.errors import UsageError
from nonaligned.world.days import parse_day
from nonaligned.world.names import find, fold
from nonaligned.world.states import System, states

if TYPE_CHECKING:
    import polars as pl


@cache
def holder(number: str, year: int, system: System) -> str:
    """The state that held a number of a system on most days of a year; "" where none did.

    Examples
    --------
    >>> holder("365", 1991, "cow"), holder("365", 1992, "cow"), holder("260", 1990, "cow"), holder("750", 1900, "cow")
    ('SUN', 'RUS', 'DEU', '')
    """
    first, last = date(year, 1, 1), date(year, 12, 31)
    days: dict[str, int] = {}
    for start, end, code in _spells(system).get(number, ()):
        days[code] = days.get(code, 0) + max((min(last, end) - max(first, start)).days + 1, 0)
    best = max(days, key=lambda code: days[code], default="")
    return best if days.get(best) else ""


@cache
def _spells(system: System) -> dict[str, list[tuple[date, date, str]]]:
    """First and last day and state of every spell of a number, the widest that the register's dates allow."""
    found: dict[str, list[tuple[date, date, str]]] = {}
    for one in states(system=None):
        for spell in one.in_system(system):
            start, end = parse_day(spell.span.first), parse_day(spell.span.last)
            found.setdefault(spell.number, []).append((start[0] if start else date.min, end[1] if end else date.max, one.code))
    return found


def add_holder(frame: pl.DataFrame, number: str, year: str, name: str, system: System = "cow") -> pl.DataFrame:
    """`frame` with a column `name`: the state that held the number (text or integer column) in the year (integer column).

    "" where no state held it: the caller refuses the rows or sets them aside.
    """
    import polars as pl

    key = pl.col(number).cast(pl.String).str.replace(r"\.0+$", "")
    pairs = frame.select(key.alias("number"), pl.col(year).cast(pl.Int64).alias("year")).unique().drop_nulls()
    codes = [(*pair, holder(pair[0], pair[1], system)) for pair in pairs.iter_rows()]
    known = pl.DataFrame(codes, schema={"__number": pl.String, "__year": pl.Int64, name: pl.String}, orient="row")
    return (
        frame.with_columns(key.alias("__number"), pl.col(year).cast(pl.Int64).alias("__year"))
        .join(known, on=["__number", "__year"], how="left", maintain_order="left")
        .drop("__number", "__year")
        .with_columns(pl.col(name).fill_null(""))
    )


@cache
def is_state_in(code: str, year: int) -> bool:
    """Whether a state was in any of the three systems (COW, Gleditsch-Ward, UN) on a day of the year.

    Examples
    --------
    >>> is_state_in("SSD", 2010), is_state_in("SSD", 2011), is_state_in("PSE", 2020)
    (False, True, False)
    """
    first, last = date(year, 1, 1), date(year, 12, 31)
    return any(spell.span.overlaps(first, last) for spell in find(code).spells)


def codes_of(names: pl.Series, aliases: Mapping[str, str] | None = None) -> dict[str, str]:
    """Our code of every name in a column; a name that cannot be told is left out.

    `aliases` are the source's own spellings (folded or not) and go first; a value of "" says that the name is no state.
    """
    own = {fold(name): code for name, code in (aliases or {}).items()}
    found: dict[str, str] = {}
    for name in names.unique().drop_nulls().to_list():
        if fold(name) in own:
            found[name] = own[fold(name)]
            continue
        try:
            found[name] = find(name).code
        except UsageError:
            continue
    return found


def at_time(code: str, year: int) -> str:
    """The code under which a state stood in a year, where a source uses one name or code for what we keep apart.

    Examples
    --------
    >>> at_time("RUS", 1980), at_time("RUS", 2000), at_time("SRB", 2001), at_time("IND", 1980)
    ('SUN', 'RUS', 'YUG', 'IND')
    """
    for family in (("RUS", "SUN"), ("SRB", "SCG", "YUG"), ("CZE", "CSK"), ("YEM", "YAR")):
        if code == family[0]:
            one = next((s for s in family if s == holder(_number(s), year, "cow")), code)
            return one
    return code


@cache
def _number(code: str) -> str:
    return next((spell.number for spell in reversed(find(code).in_system("cow"))), "")
