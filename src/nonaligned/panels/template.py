"""Who existed when: the rows of a panel before anything is merged into them.

A state has a row in a year in which it was in the chosen system on at least one day. Where a number of the Correlates
of War passed from one of our codes to another within a year (365 from SUN to RUS in 1991), the code that held it on most
days stands for the year, so that no year counts one state twice.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Literal, get_args

from nonaligned.ground.errors import UsageError
from nonaligned.world.days import parse_day
from nonaligned.world.names import find
from nonaligned.world.states import System, states

if TYPE_CHECKING:
    import polars as pl

Unit = Literal["state_year", "dyad_year", "directed_dyad_year"]
KEYS: dict[Unit, tuple[str, ...]] = {
    "state_year": ("state", "year"),
    "dyad_year": ("state_a", "state_b", "year"),
    "directed_dyad_year": ("state_1", "state_2", "year"),
}
FIRST_YEAR = 1816


@cache
def codes() -> tuple[str, ...]:
    """Every code of a state, in order: the categories of a panel's state columns."""
    return tuple(sorted(one.code for one in states(system=None)))


@cache
def state_type() -> pl.Enum:
    """The type of state columns while a panel is made."""
    import polars as pl

    return pl.Enum(codes())


@cache
def standing(system: System, year: int) -> tuple[str, ...]:
    """States with a row in a year.

    Examples
    --------
    >>> [code for code in standing("cow", 1991) if code in ("RUS", "SUN", "UKR")]
    ['SUN', 'UKR']
    >>> [code for code in standing("cow", 1990) if code in ("DEU", "DDR", "YAR", "YEM")]
    ['DDR', 'DEU', 'YAR', 'YEM']
    """
    first, last = date(year, 1, 1), date(year, 12, 31)
    held: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for number, code, start, end in _spells(system):
        days = (min(last, end) - max(first, start)).days + 1
        if days > 0:
            held[number][code] += days
    return tuple(sorted({max(days, key=lambda code: (days[code], code)) for days in held.values()}))


@cache
def _spells(system: System) -> tuple[tuple[str, str, date, date], ...]:
    """Number (of a member of the UN: its number in COW), state, first and last day: the widest that the register allows."""
    found: list[tuple[str, str, date, date]] = []
    for one in states(system=None):
        for spell in one.in_system(system):
            start, end = parse_day(spell.span.first), parse_day(spell.span.last)
            number = spell.number or str(one.cow_code or one.code)
            found.append((number, one.code, start[0] if start else date.min, end[1] if end else date.max))
    return tuple(found)


@cache
def state_years(system: System, first: int, last: int) -> pl.DataFrame:
    """Columns `state` and `year`: every state of the system in every year, in order."""
    import polars as pl

    rows = [(code, year) for year in range(first, last + 1) for code in standing(system, year)]
    return pl.DataFrame(rows, schema={"state": state_type(), "year": pl.Int32}, orient="row").sort("state", "year")


@dataclass(frozen=True, slots=True)
class Template:
    """The rows of a panel: a unit of observation, a system of states, years, and states.

    Attributes
    ----------
    unit : {"state_year", "dyad_year", "directed_dyad_year"}
    system : {"cow", "gw", "un"}
    years : (int, int)
        First and last, both included.
    states : tuple of str
        Codes; empty for all. A dyad has a row if both of its states are among them, or one is and `partners` has the other.
    partners : tuple of str or "all", optional
        Whom the states are paired with; None for one another.
    """

    unit: Unit
    system: System
    years: tuple[int, int]
    states: tuple[str, ...] = ()
    partners: tuple[str, ...] | Literal["all"] | None = None

    @property
    def key(self) -> tuple[str, ...]:
        """The columns that name a row."""
        return KEYS[self.unit]

    def frame(self) -> pl.DataFrame:
        """The key columns of every row, in order of the key: states as categories, year as Int32."""
        import polars as pl

        alone = state_years(self.system, *self.years)
        if self.unit == "state_year":
            return alone.filter(pl.col("state").is_in(list(self.states))) if self.states else alone
        one, other, _ = self.key
        left, right = alone, alone
        if self.states and self.partners is None:
            left = right = alone.filter(pl.col("state").is_in(list(self.states)))
        pairs = left.rename({"state": one}).join(right.rename({"state": other}), on="year", how="inner")
        pairs = pairs.filter(pl.col(one) < pl.col(other) if self.unit == "dyad_year" else pl.col(one) != pl.col(other))
        if self.states and self.partners is not None:
            pairs = pairs.filter(self._paired(one, other) | self._paired(other, one))
        return pairs.select(self.key).sort(self.key)

    def _paired(self, one: str, other: str) -> pl.Expr:
        import polars as pl

        chosen = pl.col(one).is_in(list(self.states))
        return chosen if self.partners == "all" or self.partners is None else chosen & pl.col(other).is_in(list(self.partners))


def template(
    unit: str,
    years: tuple[int, int] | int | None = None,
    states: Sequence[str] | None = None,
    system: str = "cow",
    partners: Sequence[str] | str | None = None,
) -> Template:
    """A template from what a user writes.

    Raises
    ------
    UsageError
        If the unit, the system or a state is unknown, or the years are none.

    Examples
    --------
    >>> template("dyad-year", (1990, 1991), ["India", "BRA"]).frame().rows()
    [('BRA', 'IND', 1990), ('BRA', 'IND', 1991)]
    """
    import difflib

    unit_name = unit.replace("-", "_").lower()
    if unit_name not in KEYS:
        near = difflib.get_close_matches(unit_name, KEYS, n=1, cutoff=0.3) or list(KEYS)
        raise UsageError(f"There is no unit of observation {unit!r}.", why=f"Did you mean {near[0]}?", mend=f"Units: {', '.join(KEYS)}.")
    if system not in get_args(System):
        raise UsageError(f"No such system of states: {system!r}.", mend="Use cow, gw or un.")
    chosen = _codes(states)
    if partners is not None and not chosen:
        raise UsageError("Partners need states to be partners of.", mend='states=["IND"], partners="all"')
    if partners is not None and unit_name == "state_year":
        raise UsageError("A state-year has no partners.", mend="Use dyad_year or directed_dyad_year.")
    whom = "all" if partners == "all" else None if partners is None else _codes([partners] if isinstance(partners, str) else partners)
    return Template(unit_name, system, _years(years), chosen, whom)  # type: ignore[arg-type]


def _codes(names: Sequence[str] | None) -> tuple[str, ...]:
    listed = [names] if isinstance(names, str) else list(names or ())
    return tuple(dict.fromkeys(find(name).code for name in listed))


def _years(years: Sequence[int] | int | None) -> tuple[int, int]:
    last_known = last_year()
    listed = [1946, last_known] if years is None else [years, years] if isinstance(years, int) else list(years)
    is_pair = len(listed) == 2 or isinstance(years, range)
    if not listed or not is_pair or not all(isinstance(year, int) for year in listed):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise UsageError(f"{years!r} are no years.", why="A panel has a first and a last year.", mend=f"years=(1946, {last_known})")
    first, last = listed[0], listed[-1]
    if not FIRST_YEAR <= first <= last <= last_known:
        raise UsageError(
            f"A panel cannot have the years {first} to {last}.",
            why=f"The register of states runs from {FIRST_YEAR} to {last_known}.",
            mend=f"years=(1946, {last_known})",
        )
    return first, last


@cache
def last_year() -> int:
    """The last year for which the register says who existed."""
    from nonaligned.record.starter import starter_origin

    origin = starter_origin("state_spells")
    return origin.as_of.year if origin else date.min.year
