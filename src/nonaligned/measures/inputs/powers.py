"""The powers that a measure is asked about, the states that each of them is in a year, and the states of a year."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from functools import cache

from nonaligned.ground.errors import UsageError
from nonaligned.world.days import parse_day
from nonaligned.world.groups import members
from nonaligned.world.states import State, state, states

UNION, UNION_FORMS = "EU27", ("EU27", "EU")


@dataclass(frozen=True, slots=True)
class Power:
    """One power: a state with those that it continues (RUS is the Soviet Union before 1992), the union, or several joined by +.

    Attributes
    ----------
    code : str
        As asked for: USA, EU27, CHN+RUS.
    name : str
    states : frozenset of str
        Its states in any year, the union's left out.
    is_union : bool
        Whether the members of the European Union of the year belong to it.
    """

    code: str
    name: str
    states: frozenset[str]
    is_union: bool

    def members(self, year: int) -> frozenset[str]:
        """The states that it is in a year; the union's are those that were members on 1 July."""
        union: tuple[str, ...] = members("EU", date(year, 7, 1)) if self.is_union else ()
        return self.states.union(union)


@cache
def _line(code: str) -> frozenset[str]:
    """A state and those that held its number of the Correlates of War before or after it."""
    number = state(code).cow_code
    return frozenset({code} | {one.code for one in states(system=None) if number is not None and one.cow_code == number})


def _named(code: str) -> State:
    known = {one.code: one for one in states(system=None)}
    if code.upper() in known:
        return known[code.upper()]
    names = {one.name.lower(): one for one in known.values()}
    if code.lower() in names:
        return names[code.lower()]
    near = [names[name].code for name in get_close_matches(code.lower(), names, n=2, cutoff=0.75)]
    near += get_close_matches(code.upper(), [*known, *UNION_FORMS], n=3, cutoff=0.5)
    why = f"Did you mean {', '.join(dict.fromkeys(near))}?" if near else "A power is a state's code, EU27, or several joined by +."
    raise UsageError(f"No such power: {code!r}.", why=why, mend="nonaligned states")


def power(code: str) -> Power:
    """One power from its code.

    Raises
    ------
    UsageError
        If it is neither a state nor the union; the nearest codes are given.

    Examples
    --------
    >>> sorted(power("RUS").members(1980)), len(power("EU27").members(2019)), power("chn+rus").code
    (['RUS', 'SUN'], 28, 'CHN+RUS')
    """
    parts = [part.strip() for part in code.split("+")]
    unions = [part for part in parts if part.upper() in UNION_FORMS]
    found = [_named(part) for part in parts if part.upper() not in UNION_FORMS]
    codes = [*(one.code for one in found), *(UNION for _ in unions[:1])]
    names = [*(one.name for one in found), *("the European Union" for _ in unions[:1])]
    return Power("+".join(codes), " and ".join(names), frozenset[str]().union(*(_line(one.code) for one in found)), bool(unions))


def read_powers(codes: Iterable[str], years: tuple[int, int]) -> tuple[Power, ...]:
    """The powers asked for, none of them a part of another in any of the years.

    Raises
    ------
    UsageError
        If there are none, one is unknown, or two overlap.
    """
    found = tuple(power(code) for code in codes)
    if not found:
        raise UsageError("No power was named.", mend="--powers USA,CHN,RUS")
    for year in range(years[0], years[1] + 1):
        seen: dict[str, Power] = {}
        for one in found:
            for member in one.members(year):
                if member in seen:
                    raise UsageError(
                        f"{seen[member].code} and {one.code} are not two powers.",
                        why=f"{state(member).name} belongs to both in {year}.",
                        mend="Name powers that do not overlap.",
                    )
                seen[member] = one
    return found


@cache
def standing(year: int) -> tuple[str, ...]:
    """The states of a year, in order: those of Gleditsch and Ward's system; of two that held one number, the longer in that year.

    Examples
    --------
    >>> [code for code in standing(1991) if code in ("RUS", "SUN", "UKR")]
    ['SUN', 'UKR']
    """
    first, last = date(year, 1, 1), date(year, 12, 31)
    held: dict[str, dict[str, int]] = defaultdict(dict)
    for one in states(system="gw"):
        for spell in one.in_system("gw"):
            start, end = parse_day(spell.span.first), parse_day(spell.span.last)
            days = (min(last, end[1] if end else last) - max(first, start[0] if start else first)).days + 1
            if days > 0:
                held[spell.number or one.code][one.code] = days
    return tuple(sorted({max(spans, key=lambda code: (spans[code], code)) for spans in held.values()}))


def asked_states(codes: Iterable[str]) -> tuple[str, ...]:
    """Codes of states, in order.

    Raises
    ------
    UsageError
        If a code is no state's.
    """
    known = {one.code for one in states(system=None)}
    for code in codes:
        if code not in known:
            near = get_close_matches(code.upper(), known, n=3, cutoff=0.5)
            raise UsageError(f"No such state: {code!r}.", why=f"Did you mean {', '.join(near)}?" if near else "", mend="nonaligned states")
    return tuple(sorted(set(codes)))
