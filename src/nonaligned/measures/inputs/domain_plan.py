"""The question of dependence, autonomy and hedging as asked: states, powers, domains and weights, checked, and what the record has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import numpy as np

from nonaligned.ground.errors import NotLoadedError, UsageError
from nonaligned.measures import Asked
from nonaligned.measures.inputs.arms_flows import LOAD, read_arms
from nonaligned.measures.inputs.energy_flows import read_energy
from nonaligned.measures.inputs.flows import DOMAINS, READ, Supply, by_year, domain_weights, nothing
from nonaligned.measures.inputs.pledges import read_pledges
from nonaligned.measures.inputs.powers import Power, asked_states, read_powers
from nonaligned.measures.inputs.trade_flows import read_trade

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nonaligned.record.store import Record

    Array = NDArray[np.float64]

FIRST, LAST = 1946, 2100
_kept: WeakKeyDictionary[Record, dict[tuple[object, ...], Supply]] = WeakKeyDictionary()


@dataclass(frozen=True, slots=True)
class Plan:
    """What is asked, read and checked.

    Attributes
    ----------
    states : tuple of str
        Empty for all.
    domains : tuple of str
        Those with a weight, in the order of `DOMAINS`; D of them.
    weights : array, shape (D,)
    bounds : mapping of str to (float, float)
        Reliance as the user gives it, by domain.
    supplies : tuple of Supply
    by_year : mapping of int to tuple of Supply
        The same, year by year.
    """

    asked: Asked
    states: tuple[str, ...]
    years: tuple[int, int]
    powers: tuple[Power, ...]
    domains: tuple[str, ...]
    weights: Array
    bounds: Mapping[str, tuple[float, float]]
    supplies: tuple[Supply, ...]
    by_year: Mapping[int, tuple[Supply, ...]]

    @property
    def used(self) -> tuple[tuple[str, str], ...]:
        """The sources of all domains."""
        return tuple(dict.fromkeys(pair for supply in self.supplies for pair in supply.used))

    @property
    def notes(self) -> tuple[str, ...]:
        """Which domains have no data at all, and that a power's earlier states count."""
        missing = [supply.domain for supply in self.supplies if supply.totals.is_empty()]
        unread = [name for name in DOMAINS if name not in self.domains]
        said = [f"No data: {', '.join(missing)}; the other domains' weights were scaled up."] if missing else []
        said += [f"Not counted (no weight): {', '.join(unread)}."] if unread else []
        older = [one for one in self.powers if len(one.states) > len(one.code.split("+")) and self.years[0] < 1992]
        return (*said, *(f"{one.code} includes the states that it continues: {', '.join(sorted(one.states))}." for one in older))


def read_plan(record: Record, asked: Asked) -> Plan:
    """Read what is asked for.

    Raises
    ------
    UsageError
        If a state, power, domain, weight or option is none, or the record has nothing in the years.
    NotLoadedError
        If the record has nothing at all, or not the source that was named.
    """
    if asked.sessions is not None:
        raise UsageError("Dependence is measured by calendar year.", why="Sessions are of the UN Assembly.", mend="--years 2010-2024")
    if asked.seed < 0 or asked.n_draws < 0:
        raise UsageError("The seed and the number of draws are whole numbers from 0 up.")
    states, weights = asked_states(asked.states), domain_weights(asked.weights)
    domains = tuple(name for name in DOMAINS if name in weights)
    first, last = asked.years or (FIRST, LAST)
    supplies = tuple(_read(record, name, first, min(last, LAST), asked.options) for name in domains)
    years = asked.years or _known_years(supplies)
    if not any(((supply.totals["year"] >= years[0]) & (supply.totals["year"] <= years[1])).any() for supply in supplies):
        raise NotLoadedError(f"The record has no {', '.join(domains)} in {years[0]} to {years[1]}.", mend=LOAD)
    powers = read_powers(asked.powers, years)
    bounds = _bounds(str(asked.options.get("reliance") or "drawn"))
    weight = np.array([weights[name] for name in domains])
    return Plan(asked, states, years, powers, domains, weight, bounds, supplies, by_year(supplies, *years))


def _read(record: Record, domain: str, first: int, last: int, options: Mapping[str, object]) -> Supply:
    """A domain's supply; what was read last from the record is kept, since the three measures ask for the same."""
    key = (domain, first, last, *(options.get(name) for name in ("trade", "trade_source") if domain == "trade"))
    kept = _kept.setdefault(record, {})
    if key not in kept:
        if len(kept) >= 2 * len(READ):
            kept.clear()
        kept[key] = _reading(record, domain, first, last, options)
    return kept[key]


def _reading(record: Record, domain: str, first: int, last: int, options: Mapping[str, object]) -> Supply:
    if domain == "trade":
        source = options.get("trade_source")
        return read_trade(record, first, last, str(options.get("trade") or "both"), str(source) if source else None)
    readers = {"arms": read_arms, "energy": read_energy, "security": read_pledges}
    if domain not in readers:
        return nothing(domain, f"the record has no source on {domain}")
    return readers[domain](record, first, last)


def _known_years(supplies: Sequence[Supply]) -> tuple[int, int]:
    """The years of the domains other than security, whose treaties alone say little."""
    narrow = [one for one in supplies if one.domain != "security" and one.totals.height] or [one for one in supplies if one.totals.height]
    if not narrow:
        raise NotLoadedError("The record has none of the domains.", mend=LOAD)
    return min(int(one.totals["year"].min()) for one in narrow), max(int(one.totals["year"].max()) for one in narrow)  # type: ignore[arg-type]


def _bounds(text: str) -> dict[str, tuple[float, float]]:
    """Reliance as the user gives it.

    >>> _bounds("arms=.6-.9,energy=.8")
    {'arms': (0.6, 0.9), 'energy': (0.8, 0.8)}
    """
    if text == "drawn":
        return {}
    if text == "one":
        return dict.fromkeys(READ, (1.0, 1.0))
    found: dict[str, tuple[float, float]] = {}
    for part in text.split(","):
        name, _, span = part.strip().partition("=")
        try:
            limits = [float(end) for end in span.split("-")]
        except ValueError:
            limits = []
        if name not in DOMAINS or not limits or len(limits) > 2 or not 0 <= limits[0] <= limits[-1] <= 1:
            raise UsageError(
                f"reliance cannot be {text!r}.",
                why=f"It is drawn, one, or numbers from 0 to 1 for {', '.join(READ)}.",
                mend="--set reliance=arms=.6-.9,energy=.8",
            )
        found[name] = (limits[0], limits[-1])
    return found
