"""What each state receives from each other, by domain and year: the shape that the domains' readers give, and the arrays of a year.

One definition of reliance holds in every domain: foreign supply as a share of all supply, own and foreign. Where the record
does not say how much a state supplies to itself, it gives bounds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from nonaligned.ground.errors import UsageError
from nonaligned.measures.inputs.powers import Power

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

DOMAINS = ("arms", "trade", "energy", "technology", "space", "finance", "security")
READ = ("arms", "trade", "energy", "security")  # those that the record has a table of
ROWS: dict[str, pl.DataType] = {
    "recipient": pl.String(),
    "supplier": pl.String(),
    "year": pl.Int32(),
    "value": pl.Float64(),
    "spread": pl.Float64(),
}
TOTALS: dict[str, pl.DataType] = {
    "recipient": pl.String(),
    "year": pl.Int32(),
    "own_low": pl.Float64(),
    "own_high": pl.Float64(),
    "is_closed": pl.Boolean(),
    "note": pl.String(),
}


@dataclass(frozen=True, slots=True)
class Supply:
    """What states receive in one domain.

    Attributes
    ----------
    domain : str
    rows : polars.DataFrame
        `recipient`, `supplier` (a state, or OTHER), `year`, `value` (in the domain's unit), `spread` (standard deviation of the
        logarithm of its error).
    totals : polars.DataFrame
        `recipient`, `year` of which the domain is known; `own_low`, `own_high`: bounds of what the state supplies to itself, in the
        domain's unit (infinite: no bound); `is_closed`: a supplier without a row supplies nothing, otherwise it is missing; `note`.
    used : tuple of (table, source)
    reason : str
        Why the domain is missing for a state and year that is not in `totals`.
    notes : tuple of str
    """

    domain: str
    rows: pl.DataFrame
    totals: pl.DataFrame
    used: tuple[tuple[str, str], ...]
    reason: str
    notes: tuple[str, ...] = ()


def nothing(domain: str, reason: str) -> Supply:
    """A domain of which the record has nothing."""
    return Supply(domain, pl.DataFrame(schema=ROWS), pl.DataFrame(schema=TOTALS), (), reason)


def shaped(frame: pl.DataFrame, schema: Mapping[str, pl.DataType]) -> pl.DataFrame:
    """A frame with the columns and types of `ROWS` or `TOTALS`."""
    return frame.select(pl.col(name).cast(kind) for name, kind in schema.items())


def domain_weights(given: Mapping[str, float]) -> dict[str, float]:
    """Weights of the domains: equal over those of which the record has a table, or as given.

    Raises
    ------
    UsageError
        If a domain is unknown, a weight is negative or no number, or they do not sum to 1.

    Examples
    --------
    >>> domain_weights({})["arms"], domain_weights({"arms": 0.5, "trade": 0.5})
    (0.25, {'arms': 0.5, 'trade': 0.5})
    """
    if not given:
        return {name: 1 / len(READ) for name in READ}
    for name, weight in given.items():
        if name not in DOMAINS:
            near = get_close_matches(name.lower(), DOMAINS, n=2, cutoff=0.4)
            why = f"Did you mean {', '.join(near)}?" if near else f"The domains are {', '.join(DOMAINS)}."
            raise UsageError(f"No such domain: {name!r}.", why=why, mend="--weights arms=.5,trade=.5")
        if not (np.isfinite(weight) and weight >= 0):
            raise UsageError(f"The weight of {name} cannot be {weight!r}.", why="A weight is a number from 0 to 1.")
    total = sum(given.values())
    if abs(total - 1) > 1e-3:
        raise UsageError(f"The weights sum to {total:g}, not to 1.", why=", ".join(f"{name}={weight:g}" for name, weight in given.items()))
    return {name: given[name] / total for name in DOMAINS if given.get(name, 0) > 0}


@dataclass(frozen=True, slots=True)
class YearFlows:
    """Flows of one year as arrays; D domains, S states, K powers.

    Attributes
    ----------
    value, spread : array, shape (D, S, K)
        What the state receives from the power, NaN where that is missing or the state belongs to the power (whose other states then
        count with the rest), and the spread of its error.
    rest, rest_spread : array, shape (D, S)
        The same of all other suppliers together.
    own_low, own_high : array, shape (D, S)
        Bounds of what the state supplies to itself; NaN where the domain is missing.
    notes : tuple of tuple of str
        Of each domain and state: why it is missing, or what to know.
    """

    value: Array
    spread: Array
    rest: Array
    rest_spread: Array
    own_low: Array
    own_high: Array
    notes: tuple[tuple[str, ...], ...]


def by_year(supplies: Sequence[Supply], first: int, last: int) -> dict[int, tuple[Supply, ...]]:
    """The supplies of each year, their rows in order of value, so that sums over them do not depend on the names of states."""
    rows = [supply.rows.sort("value", "spread").partition_by("year", as_dict=True, maintain_order=True) for supply in supplies]
    totals = [supply.totals.partition_by("year", as_dict=True) for supply in supplies]
    none, nowhere = pl.DataFrame(schema=ROWS), pl.DataFrame(schema=TOTALS)
    return {
        year: tuple(
            replace(supply, rows=rows[d].get((year,), none), totals=totals[d].get((year,), nowhere)) for d, supply in enumerate(supplies)
        )
        for year in range(first, last + 1)
    }


def year_flows(supplies: Sequence[Supply], states: Sequence[str], powers: Sequence[frozenset[str]]) -> YearFlows:
    """The flows of one year's `supplies` (see `by_year`) towards `states`, from each of `powers` and from all others."""
    shape, n_sources = (len(supplies), len(states)), len(powers) + 1
    value, spread = np.full((*shape, len(powers)), np.nan), np.zeros((*shape, len(powers)))
    rest, rest_spread, low, high = (np.full(shape, np.nan) for _ in range(4))
    notes: list[tuple[str, ...]] = []
    of_power = {code: k for k, members in enumerate(powers) for code in members}
    place = {code: i for i, code in enumerate(states)}
    applies = np.array([[code not in members for members in powers] + [True] for code in states], bool)
    for d, supply in enumerate(supplies):
        said, closed = [supply.reason] * len(states), np.zeros(len(states), bool)
        for code, _, own_low, own_high, is_closed, note in supply.totals.iter_rows():
            if code in place:
                i = place[code]
                low[d, i], high[d, i], closed[i], said[i] = own_low, own_high, is_closed, note
        at = np.array([place.get(code, -1) for code in supply.rows["recipient"].to_list()], np.int64)
        by = np.array([of_power.get(code, n_sources - 1) for code in supply.rows["supplier"].to_list()], np.int64)[at >= 0]
        volume, spreads = (supply.rows[name].to_numpy()[at >= 0] for name in ("value", "spread"))
        at = at[at >= 0]
        by[~applies[at, by]] = n_sources - 1
        cell = at * n_sources + by
        counts, sums, squares = (
            _sums(cell, each, len(states), n_sources) for each in (np.ones(len(cell)), volume, (volume * spreads) ** 2)
        )
        errors = np.divide(np.sqrt(squares), sums, out=np.zeros_like(sums), where=sums > 0)
        is_there = ~np.isnan(low[d])
        seen = is_there[:, None] & applies[:, :-1] & ((counts[:, :-1] > 0) | closed[:, None])
        value[d], spread[d] = np.where(seen, sums[:, :-1], np.nan), errors[:, :-1]
        rest[d], rest_spread[d] = np.where(is_there, sums[:, -1], np.nan), errors[:, -1]
        notes.append(tuple(said))
    return YearFlows(value, spread, rest, rest_spread, low, high, tuple(notes))


def _sums(cell: NDArray[np.int64], values: Array, n_states: int, n_sources: int) -> Array:
    return np.bincount(cell, values, n_states * n_sources).astype(np.float64).reshape(n_states, n_sources)


def as_one(supply: Supply, power: Power, year: int) -> Supply:
    """What a power as a whole receives in the supply's year from those outside it, under its code as one recipient."""
    inside = list(power.members(year))
    rows = supply.rows.filter(pl.col("recipient").is_in(inside) & ~pl.col("supplier").is_in(inside))
    totals = supply.totals.filter(pl.col("recipient").is_in(inside))
    if totals.height > 1:
        error = ((pl.col("value") * pl.col("spread")) ** 2).sum().sqrt() / pl.col("value").sum()
        rows = rows.group_by("supplier", "year", maintain_order=True).agg(pl.col("value").sum(), spread=error.fill_nan(0.0))
        own = pl.col("own_low", "own_high").sort().sum()
        totals = totals.group_by("year").agg(own, pl.col("is_closed").all(), note=pl.lit(""))
    rows, totals = (frame.with_columns(recipient=pl.lit(power.code)) for frame in (rows, totals))
    return replace(supply, rows=shaped(rows, ROWS), totals=shaped(totals, TOTALS))
