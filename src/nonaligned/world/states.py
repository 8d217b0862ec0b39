"""The states of the international system since 1816: who they are, and on which days they were in it.

Three lists of days stand side by side, because they differ: ``cow`` (Correlates of War), ``gw`` (Gleditsch and Ward,
with their micro-states) and ``un`` (membership of the United Nations).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal, get_args

from nonaligned.ground.errors import UsageError
from nonaligned.ground.origins import read_rows
from nonaligned.world.days import Span, parse_day

DATA = Path(__file__).parent / "data"

System = Literal["cow", "gw", "un"]
Day = date | str


class UnknownState(UsageError):  # noqa: N818 - reads as what is wrong
    """No state has this code, number or name."""


@dataclass(frozen=True, slots=True)
class Spell:
    """Days without a break of one state in one system; `number` is the state's number there ("" for the UN)."""

    system: System
    number: str
    span: Span
    source: str


@dataclass(frozen=True, slots=True)
class State:
    """One state, living or ended.

    Parameters
    ----------
    code : str
        Our code: ISO 3166-1 alpha-3 where there is one, or was.
    cow_code, gw_code : int or None
        The number of the latest spell in that system; None where the system never had the state.
    un_m49 : str
        Three digits of the UN's M49 standard; empty where there are none.
    spells : tuple of Spell
        In all the systems, in order of system and first day.
    """

    code: str
    name: str
    long_name: str
    cow_code: int | None
    gw_code: int | None
    iso2: str
    iso3: str
    un_m49: str
    region: str
    subregion: str
    capital: str
    spells: tuple[Spell, ...]

    def in_system(self, system: System = "gw") -> tuple[Spell, ...]:
        """The state's spells in one system."""
        return tuple(spell for spell in self.spells if spell.system == system)

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class Succession:
    """`successor` took over from `state`, wholly (continues, joins, merges) or in part (splits, restored)."""

    state: str
    successor: str
    day: str
    kind: str
    source: str
    note: str


def as_day(on: Day) -> date:
    """A day as a `date`.

    Raises
    ------
    UsageError
        If the text is not an ISO day ``YYYY-MM-DD``.

    Examples
    --------
    >>> as_day("2022-03-02")
    datetime.date(2022, 3, 2)
    """
    if isinstance(on, date):
        return on
    try:
        return date.fromisoformat(on)
    except ValueError:
        raise UsageError(f"Not a day: {on!r}.", why="A day is written YYYY-MM-DD.") from None


@cache
def _registry() -> dict[str, State]:
    spells: dict[str, list[Spell]] = defaultdict(list)
    for row in read_rows(DATA / "state_spells.csv"):
        system = _system(row["system"])
        spells[row["code"]].append(Spell(system, row["number"], Span(row["first"], row["last"]), row["source"]))
    found: dict[str, State] = {}
    for row in read_rows(DATA / "states.csv"):
        found[row["code"]] = State(
            code=row["code"],
            name=row["name"],
            long_name=row["long_name"],
            cow_code=int(row["cow_code"]) if row["cow_code"] else None,
            gw_code=int(row["gw_code"]) if row["gw_code"] else None,
            iso2=row["iso2"],
            iso3=row["iso3"],
            un_m49=row["un_m49"],
            region=row["region"],
            subregion=row["subregion"],
            capital=row["capital"],
            spells=tuple(spells[row["code"]]),
        )
    return found


def _system(text: str) -> System:
    for system in get_args(System):
        if text == system:
            return system
    raise UsageError(f"No such system of states: {text!r}.", mend="Use cow, gw or un.")


def state(code: str) -> State:
    """The state with this code.

    Raises
    ------
    UnknownState
        If no state has the code (`names.find` also takes names and other codes).

    Source
    ------
    ``data/states.csv``: UN M49, ISO 3166, Correlates of War, Gleditsch and Ward.

    Examples
    --------
    >>> state("IND").long_name
    'Republic of India'
    """
    try:
        return _registry()[code]
    except KeyError:
        raise UnknownState(f"No state has the code {code!r}.", mend="nonaligned states lists them") from None


def states(on: Day | None = None, system: System | None = "gw") -> tuple[State, ...]:
    """Every state, or those in a system on a day, in order of code.

    Parameters
    ----------
    on : date or str, optional
        The day; without it every state that was ever in the system.
    system : {"gw", "cow", "un"} or None
        None: every state on file, the few in no system (Palestine, Western Sahara, ...) too; then `on` must be None.

    Raises
    ------
    UsageError
        If the system or the day is none, or a day is given without a system.

    Source
    ------
    ``data/state_spells.csv``.

    Examples
    --------
    >>> len(states("2012-01-01", system="un"))
    193
    """
    if system is None:
        if on is not None:
            raise UsageError("A day needs a system of states.", mend="Use cow, gw or un.")
        return tuple(_registry().values())
    if on is None:
        return tuple(one for one in _registry().values() if one.in_system(_system(system)))
    day = as_day(on)
    return tuple(one for one in _registry().values() if exists(one.code, day, system))


def exists(code: str, on: Day, system: System = "gw") -> bool:
    """Whether a state was in a system on a day.

    Raises
    ------
    UnknownState
        If no state has the code.

    Source
    ------
    ``data/state_spells.csv``.

    Examples
    --------
    >>> exists("SSD", "2011-07-08"), exists("SSD", "2011-07-09")
    (False, True)
    """
    day = as_day(on)
    return any(spell.span.covers(day) for spell in state(code).in_system(_system(system)))


@cache
def _numbers(system: System) -> dict[str, tuple[tuple[Span, str], ...]]:
    found: dict[str, list[tuple[Span, str]]] = defaultdict(list)
    for one in _registry().values():
        for spell in one.in_system(system):
            if spell.number:
                found[spell.number].append((spell.span, one.code))
    return {number: tuple(spans) for number, spans in found.items()}


def numbered(number: int | str, system: System = "cow", on: Day | None = None) -> State:
    """The state that has a number in a system: 365 is the Soviet Union in 1970 and Russia today.

    A number can pass from state to state, so a data set's rows need their own day. A day outside all of the
    number's spells gives the state of the nearest spell (Ukraine voted in the UN long before its first day in COW).

    Raises
    ------
    UnknownState
        If no state has the number in the system.

    Source
    ------
    ``data/state_spells.csv``.

    Examples
    --------
    >>> numbered(365, on="1970-06-01").code, numbered(365).code
    ('SUN', 'RUS')
    """
    spans = _numbers(_system(system)).get(str(number))
    if not spans:
        raise UnknownState(f"No state has the number {number} in {system}.")
    day = date.max if on is None else as_day(on)
    return _registry()[min(spans, key=lambda entry: _distance(entry[0], day))[1]]


def _distance(span: Span, day: date) -> int:
    start, end = parse_day(span.first), parse_day(span.last)
    first, last = start[0] if start else date.min, end[1] if end else date.max
    return max((first - day).days, (day - last).days, 0)


@cache
def successions() -> tuple[Succession, ...]:
    """Which state took over from which, and when.

    Source
    ------
    ``data/state_successions.csv``.

    Examples
    --------
    >>> sorted(s.successor for s in successions() if s.state == "CSK")
    ['CZE', 'SVK']
    """
    rows = read_rows(DATA / "state_successions.csv")
    return tuple(Succession(row["code"], row["successor"], row["day"], row["kind"], row["source"], row["note"]) for row in rows)
