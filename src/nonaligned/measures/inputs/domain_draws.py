"""For each year what states receive from the powers, with joint draws: what dependence, autonomy and hedging are made of."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from nonaligned.measures.inputs.domain_plan import Plan
from nonaligned.measures.inputs.flows import YearFlows, as_one, year_flows
from nonaligned.measures.inputs.powers import standing
from nonaligned.measures.models.joint_draws import Drawn, kept_draws, reliance_bounds, shares, stream, weight_draws

if TYPE_CHECKING:
    import polars as pl
    from numpy.typing import NDArray

    from nonaligned.measures import Measure
    from nonaligned.record.fields import Field

    Array = NDArray[np.float64]

NOISY = ("arms", "trade", "energy")  # domains whose figures have an error; one stream gives the numbers of all three
MOST_CELLS = 3_000_000  # numbers in one array of draws
MOST_KEPT = 1 << 28  # numbers of draws that are handed on to other measures
REST = "rest"


@dataclass(frozen=True, slots=True)
class YearDraws:
    """Some states in a year; D domains, S states, K powers, N draws.

    Attributes
    ----------
    applies : array of bool, shape (S, K)
        False where the state belongs to the power.
    is_known : array of bool, shape (D, S, K)
        Whether what the state receives from the power is known; True where the power does not apply but the domain is known.
    central, drawn : Drawn
        The central values (N = 1), and the draws.
    low, high : array, shape (D, S)
        Bounds of reliance.
    notes : tuple of tuple of str
        Of each domain and state.
    """

    year: int
    states: tuple[str, ...]
    applies: NDArray[np.bool_]
    is_known: NDArray[np.bool_]
    central: Drawn
    drawn: Drawn
    low: Array
    high: Array
    notes: tuple[tuple[str, ...], ...]

    @property
    def in_all(self) -> NDArray[np.bool_]:
        """Whether a domain is known for every power, shape (D, S)."""
        return np.asarray(self.is_known.all(axis=-1))


def yearly(plan: Plan) -> Generator[YearDraws]:
    """Each year's states, in order; so many at a time that an array of draws stays small."""
    n = plan.asked.n_draws
    step = max(1, MOST_CELLS // max(1, len(plan.domains) * len(plan.powers) * n))
    weight = weight_draws(plan.weights.tolist(), plan.domains, bool(plan.asked.weights), plan.asked.seed, n)
    kept = kept_draws(len(plan.domains), plan.asked.seed, n)
    uniforms: dict[str, Array] = {}
    first, last = plan.years
    for year in range(first, last + 1):
        codes = tuple(code for code in standing(year) if not plan.states or code in plan.states)
        members = [power.members(year) for power in plan.powers]
        for start in range(0, len(codes), step):
            states = codes[start : start + step]
            yield _draw(plan, year, states, year_flows(plan.by_year[year], states, members), weight, kept, uniforms)
        if plan.asked.on_progress:
            plan.asked.on_progress((year - first + 1) / (last - first + 1))


def _draw(
    plan: Plan, year: int, states: tuple[str, ...], flows: YearFlows, weight: Array, kept: NDArray[np.bool_], uniforms: dict[str, Array]
) -> YearDraws:
    labels = [*(power.code for power in plan.powers), REST]
    noise = np.stack([_noise(plan, "flow", state, year, labels) for state in states], axis=1)  # (D, S, K + 1, N)
    low, high = _limits(plan, flows.rest + np.nan_to_num(flows.value).sum(axis=-1), flows.own_low, flows.own_high)
    uniform = np.stack([_uniform(plan, state, uniforms) for state in states], axis=1)
    spread = flows.value, flows.rest, flows.spread, flows.rest_spread
    zero = np.zeros((*noise.shape[:-1], 1))
    middle = np.full((*low.shape, 1), 0.5)
    ones = np.ones((len(plan.domains), 1), bool)
    applies = np.array([[state not in power.members(year) for power in plan.powers] for state in states], bool)
    return YearDraws(
        year, states, applies,
        ~np.isnan(flows.own_low)[..., None] & (~np.isnan(flows.value) | ~applies),
        Drawn(shares(*spread, zero[:, :, :-1], zero[:, :, -1]), _between(low, high, middle), plan.weights[:, None], ones),
        Drawn(shares(*spread, noise[:, :, :-1], noise[:, :, -1]), _between(low, high, uniform), weight, kept),
        low, high, flows.notes,
    )  # fmt: skip


def _limits(plan: Plan, total: Array, own_low: Array, own_high: Array) -> tuple[Array, Array]:
    """Bounds of reliance by domain (first axis): those on record, or the user's where anything is received."""
    low, high = reliance_bounds(total, own_low, own_high)
    low, high = (np.where(np.isnan(own_low), np.nan, bound) for bound in (low, high))
    for d, name in enumerate(plan.domains):
        if name in plan.bounds:
            for bound, given in zip((low, high), plan.bounds[name], strict=True):
                bound[d] = np.where(total[d] > 0, given, bound[d])
    return low, high


def _between(low: Array, high: Array, uniform: Array) -> Array:
    return low[..., None] + (high - low)[..., None] * uniform


def _noise(plan: Plan, kind: str, state: str, year: int, labels: Sequence[str]) -> Array:
    """Standard normal numbers of a state's flows from each of `labels`, shape (D, len(labels), N)."""
    n = plan.asked.n_draws
    made = np.zeros((len(plan.domains), len(labels), n))
    if not n:
        return made
    rows = {name: row for row, name in enumerate(NOISY)}
    at = [(d, rows[name]) for d, name in enumerate(plan.domains) if name in rows]
    for k, label in enumerate(labels):
        numbers = stream(plan.asked.seed, kind, state, year, label).standard_normal((len(NOISY), n), dtype=np.float32)
        for d, row in at:
            made[d, k] = numbers[row]
    return made


def _uniform(plan: Plan, state: str, known: dict[str, Array]) -> Array:
    """Where a state's reliance lies between its bounds in each draw, the same in all years; shape (D, N)."""
    if state not in known:
        known[state] = np.stack([stream(plan.asked.seed, "reliance", state, name).random(plan.asked.n_draws) for name in plan.domains])
    return known[state]


def turned(plan: Plan, year: YearDraws, uniforms: dict[str, Array]) -> YearDraws:
    """The same dyads the other way round: what each power receives from each state, and with what reliance.

    Shares have the shape (D, S, K, N) as in `year`, and so has reliance, which here is the power's.
    """
    shape = (len(plan.domains), len(year.states), len(plan.powers))
    value, spread, rest, rest_spread, low, high = (np.full(shape, np.nan) for _ in range(6))
    for k, power in enumerate(plan.powers):
        ours = [as_one(supply, power, year.year) for supply in plan.by_year[year.year]]
        flows = year_flows(ours, [power.code], [frozenset({state}) for state in year.states])
        whole = year_flows(ours, [power.code], [])  # all suppliers, whichever states are asked about
        one, total = flows.value[:, 0], whole.rest[:, 0]
        error = np.nan_to_num(one) * flows.spread[:, 0]
        value[:, :, k], spread[:, :, k] = one, flows.spread[:, 0]
        others = np.maximum(total[:, None] - np.nan_to_num(one), 0.0)
        left = np.sqrt(np.maximum((whole.rest * whole.rest_spread) ** 2 - error**2, 0.0))
        rest[:, :, k] = others
        rest_spread[:, :, k] = np.divide(left, others, out=np.zeros_like(left), where=others > 0)
        bounds = _limits(plan, total, whole.own_low[:, 0], whole.own_high[:, 0])
        low[:, :, k], high[:, :, k] = bounds[0][:, None], bounds[1][:, None]
    labels = [*(power.code for power in plan.powers), *(f"{REST}/{power.code}" for power in plan.powers)]
    noise = np.stack([_noise(plan, "back", state, year.year, labels) for state in year.states], axis=1)
    uniform = np.stack([_uniform(plan, power.code, uniforms) for power in plan.powers], axis=1)[:, None]
    cells = value[..., None], rest, spread[..., None], rest_spread
    zero = np.zeros((*shape, 1))
    middle = np.full((*shape, 1), 0.5)

    def both(first: Array, second: Array) -> Array:
        return shares(*cells, first[..., None, :], second)[..., 0, :]

    n = len(plan.powers)
    return replace(
        year, is_known=~np.isnan(value) & ~np.isnan(low), low=low, high=high,
        central=replace(year.central, share=both(zero, zero), reliance=_between(low, high, middle)),
        drawn=replace(year.drawn, share=both(noise[:, :, :n], noise[:, :, n:]), reliance=_between(low, high, uniform)),
    )  # fmt: skip


def missing_domains(plan: Plan, is_known: NDArray[np.bool_]) -> list[str]:
    """For each state the domains that are missing, in words; `is_known` has shape (D, S)."""
    return [", ".join(name for d, name in enumerate(plan.domains) if not is_known[d, i]) for i in range(is_known.shape[1])]


def as_frame(year: YearDraws, columns: Mapping[str, Sequence[Any] | NDArray[Any]], fields: Sequence[Field]) -> pl.DataFrame:
    """One row for each state of a year, with the columns of `fields`; NaN as missing."""
    import polars as pl

    told = {"state": list(year.states), "year": [year.year] * len(year.states), **columns}
    frame = pl.DataFrame({field.name: pl.Series(told[field.name], dtype=_type(field)) for field in fields})
    return frame.with_columns(pl.col(pl.Float64).fill_nan(None))


def _type(field: Field) -> pl.DataType:
    import polars as pl

    return {"text": pl.String(), "integer": pl.Int64(), "number": pl.Float64()}[field.kind]


def gathered(parts: Iterable[tuple[pl.DataFrame, NDArray[np.float32]]], one: Measure) -> tuple[pl.DataFrame, NDArray[np.float32] | None]:
    """The parts' rows in order of the measure's key, and their draws, shape (N, rows); None without draws."""
    import polars as pl

    frames: list[pl.DataFrame] = []
    drawn: list[NDArray[np.float32]] = []
    n_drawn = 0
    for frame, draws in parts:
        frames.append(frame)
        n_drawn += draws.size
        drawn = [*drawn, draws] if n_drawn <= MOST_KEPT else []
    if not frames:
        return pl.DataFrame(schema={field.name: _type(field) for field in one.fields}), None
    frame = pl.concat(frames).with_row_index("at").sort(one.key)
    if not n_drawn or n_drawn > MOST_KEPT:
        return frame.drop("at"), None
    place = np.empty(frame.height, np.int64)
    place[frame["at"].to_numpy()] = np.arange(frame.height)
    ordered, start = np.empty((frame.height, drawn[0].shape[-1]), np.float32), 0
    for part in drawn:
        ordered[place[start : start + len(part)]] = part
        start += len(part)
    return frame.drop("at"), ordered.T
