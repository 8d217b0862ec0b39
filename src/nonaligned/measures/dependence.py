"""Dependence of each state on each power, by domain and overall, and its asymmetry.

What a state receives from a power in a domain, as a share of what it receives from all suppliers, times its reliance on foreign
supply in that domain. Decisions:

- Reliance is foreign supply as a share of all supply, own and foreign, in every domain. Trade: two-way trade over gross domestic
  product and trade (halved); security: pledged capability over that and one's own; arms and energy: the record knows only that a
  state supplies to itself at least what it exports, which bounds reliance from above. Where the bounds differ it is drawn evenly between
  them, the value takes the middle, and the row says so: a share of imports alone would give the United States the dependence of a
  state without an arms industry. `reliance=one` gives that share. `share`, `reliance` and `value` are all shown.
- Trade is the share in two-way trade; `trade=imports` or `exports` takes one side.
- Security counts defense pledges alone, each with the capability of the state that gives it; see `inputs/pledges.py`.
- Domains without data are missing: their weight is spread over the others, and a mean over less than half of the weight is refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from nonaligned.measures import Asked, Made, Measure
from nonaligned.measures.domain_fields import COVERAGE, INTERVAL, LEAST_P, NOTE, OPTIONS, REFUSED, TABLES, VARIANCE_FIELDS, VARIANCES
from nonaligned.record.fields import Field

if TYPE_CHECKING:
    import numpy as np
    import polars as pl
    from numpy.typing import NDArray

    from nonaligned.measures.inputs.domain_draws import YearDraws
    from nonaligned.measures.inputs.domain_plan import Plan
    from nonaligned.record.store import Record

    Array = NDArray[np.float64]

OVERALL = "overall"
FIELDS = (
    Field("state", "text", "the state that depends"),
    Field("year", "integer", "calendar year; arms: the five years that end in it"),
    Field("power", "text", "on whom"),
    Field("domain", "text", "arms, trade, energy, security ..., or overall"),
    *INTERVAL,
    Field("share", "number", "share of what it receives that comes from the power", "", 0, 1),
    Field("reliance", "number", "foreign supply as a share of all supply: known, or the middle of its bounds", "", 0, 1),
    Field("asymmetry", "number", "its dependence on the power less the power's on it, over the domains known for both", "", -1, 1),
    Field("asymmetry_lower", "number", "5 % quantile", "", -1, 1),
    Field("asymmetry_upper", "number", "95 % quantile", "", -1, 1),
    COVERAGE,
    Field("p_largest", "number", "probability that it is the largest among the powers asked about", "", 0, 1),
    *VARIANCE_FIELDS,
    NOTE,
)
MOST_DRAWN = 1 << 28  # numbers of draws that are kept for other measures


def make(record: Record, asked: Asked, needed: Mapping[str, Made]) -> Made:
    """One row for each state, year, power and domain, and overall."""
    from nonaligned.measures.inputs.domain_draws import gathered
    from nonaligned.measures.inputs.domain_plan import read_plan

    plan = read_plan(record, asked)
    frame, draws = gathered(_parts(plan), MEASURE)
    notes = plan.notes if draws is not None or not asked.n_draws else (*plan.notes, "The draws of so many rows were not kept.")
    return Made(frame, plan.used, notes, draws, run={"seed": asked.seed, "draws": asked.n_draws})


def _parts(plan: Plan) -> Iterator[tuple[pl.DataFrame, NDArray[np.float32]]]:
    from nonaligned.measures.inputs.domain_draws import turned, yearly

    uniforms: dict[str, Array] = {}
    for year in yearly(plan):
        yield _rows(plan, year, turned(plan, year, uniforms))


def _rows(plan: Plan, year: YearDraws, back: YearDraws) -> tuple[pl.DataFrame, NDArray[np.float32]]:
    """The rows of some states in a year, and draws of their values, in the order of state, power, domain of the plan, overall."""
    import numpy as np
    import polars as pl

    from nonaligned.measures.models.dependence import by_domain, overall
    from nonaligned.measures.models.joint_draws import LEAST_COVERAGE, coverage, largest, summary, variance_shares, weighting

    known, both = year.is_known & year.applies, year.is_known & back.is_known
    covered = coverage(plan.weights, known)
    is_refused = covered < LEAST_COVERAGE - 1e-9
    value = _stacked(by_domain(year.central), overall(year.central, known), is_refused)
    draws = _stacked(by_domain(year.drawn), overall(year.drawn, known), is_refused)
    one_less = coverage(plan.weights, both) < LEAST_COVERAGE - 1e-9
    gap = [
        _stacked(
            _backward(this) - _backward(other),
            (weighting(this, both) * np.nan_to_num(_backward(this) - _backward(other))).sum(axis=0),
            one_less,
        )
        for this, other in ((year.central, back.central), (year.drawn, back.drawn))
    ]
    columns: dict[str, Array] = {"value": value[..., 0], **summary(draws)}
    columns["p_largest"] = _leading(largest, draws, year.applies)
    columns["asymmetry"] = gap[0][..., 0]
    spread = summary(gap[1])
    columns |= {"asymmetry_lower": spread["lower"], "asymmetry_upper": spread["upper"]}
    columns["share"] = _stacked(year.central.share, overall(_whole(year.central), known), is_refused)[..., 0]
    reliance = np.repeat(year.central.reliance[:, :, None, :], len(plan.powers), axis=2)
    columns["reliance"] = _stacked(reliance, np.full((*known.shape[1:], 1), np.nan), is_refused)[..., 0]
    columns["coverage"] = np.concatenate([known.astype(float), covered[None]]).transpose(1, 2, 0)
    in_all = variance_shares(lambda one: overall(one, known), year.central, year.drawn)
    in_one = variance_shares(by_domain, year.central, year.drawn)
    for key in VARIANCES:
        columns[f"var_{key}"] = np.where(np.isnan(columns["lower"]), np.nan, _stacked(in_one[key], in_all[key], is_refused))
    at = np.argwhere(np.broadcast_to(year.applies[:, :, None], value.shape[:3]))
    names = (*plan.domains, OVERALL)
    mask = tuple(at.T)
    told: dict[str, Any] = {
        "state": [year.states[i] for i in at[:, 0]],
        "year": [year.year] * len(at),
        "power": [plan.powers[int(k)].code for k in at[:, 1]],
        "domain": [names[d] for d in at[:, 2]],
        **{name: column[mask] for name, column in columns.items()},
        "note": list(_notes(plan, year, columns, at)),
    }
    frame = pl.DataFrame(told).select(field.name for field in FIELDS).with_columns(pl.col(pl.Float64).fill_nan(None))
    return frame, draws[mask].astype(np.float32)


def _backward(drawn: Any) -> Array:
    """Dependence by domain, whether reliance is the state's, (D, S, N), or the power's, (D, S, K, N)."""
    reliance = drawn.reliance if drawn.reliance.ndim == drawn.share.ndim else drawn.reliance[:, :, None, :]
    return reliance * drawn.share


def _whole(drawn: Any) -> Any:
    """As if all supply were foreign: the weighted mean of shares."""
    from dataclasses import replace

    import numpy as np

    return replace(drawn, reliance=np.where(np.isnan(drawn.reliance), np.nan, 1.0))


def _stacked(domains: Array, whole: Array, is_refused: NDArray[np.bool_]) -> Array:
    """Domains (D, S, K, ...) and the whole (S, K, ...), missing where refused, as (S, K, D + 1, ...)."""
    import numpy as np

    refused = is_refused.reshape(*is_refused.shape, *(1,) * (whole.ndim - 2))
    return np.concatenate([np.moveaxis(domains, 0, 2), np.where(refused, np.nan, whole)[:, :, None]], axis=2)


def _leading(largest: Any, draws: Array, applies: NDArray[np.bool_]) -> Array:
    """Probability of being the largest among the powers that apply, shape (S, K, D + 1)."""
    import numpy as np

    filled = np.where(applies[:, :, None, None], draws, -1.0)  # a power that does not apply cannot win
    if not draws.shape[-1]:
        return np.full(draws.shape[:-1], np.nan)
    return np.moveaxis(largest(np.moveaxis(filled, 1, 2)), 2, 1)


def _notes(plan: Plan, year: YearDraws, columns: Mapping[str, Array], at: NDArray[np.int64]) -> Iterator[str]:
    import numpy as np

    leads = np.where(np.isnan(columns["p_largest"]), -1.0, columns["p_largest"]).max(axis=1)
    for cell in at:
        i, k, d = (int(place) for place in cell)
        parts: list[str] = []
        missing = [name for row, name in enumerate(plan.domains) if not year.is_known[row, i, k]]
        if d == len(plan.domains):
            refused = np.isnan(columns["value"][i, k, d])
            parts += [f"{REFUSED if refused else 'without'}{': no' if refused else ''} {', '.join(missing)}"] if missing else []
        elif np.isnan(columns["value"][i, k, d]):
            parts.append(year.notes[d][i] or f"no figure for {plan.powers[k].code}")
        else:
            parts.append(year.notes[d][i])
            low, high = year.low[d, i], year.high[d, i]
            parts += [f"reliance not known: between {low:.2f} and {high:.2f}"] if high > low and plan.domains[d] not in plan.bounds else []
        parts += ["the largest of the powers cannot be told apart"] if 0 <= leads[i, d] < LEAST_P else []
        yield "; ".join(part for part in parts if part)


def sentence(row: Mapping[str, Any]) -> str:
    """One row in words."""
    from nonaligned.measures.inputs.powers import power
    from nonaligned.world.states import state

    who, whom, domain = state(row["state"]).name, power(row["power"]).name, row["domain"]
    if row["value"] is None:
        where = "" if domain == OVERALL else f" in {domain}"
        return f"{who}'s dependence on {whom}{where} in {row['year']} is not known: {row['note']}."
    interval = "" if row["lower"] is None else f" (90 % interval {row['lower']:.2f} to {row['upper']:.2f})"
    if domain == OVERALL:
        return f"{who}'s dependence on {whom} in {row['year']} was {row['value']:.2f}{interval} of 1, over all domains known."
    made = f"{100 * row['share']:.0f} % of what it received, times a reliance on foreign supply of {row['reliance']:.2f}"
    return f"{who}'s dependence on {whom} in {domain} in {row['year']} was {row['value']:.2f}{interval}: {made}."


MEASURE = Measure(
    name="dependence",
    title="Dependence on each power, by domain",
    unit="state_year_power_domain",
    key=("state", "year", "power", "domain"),
    fields=FIELDS,
    value="value",
    tables=TABLES,
    load="nonaligned load sipri_transfers FILE",
    low_means="receives nothing from the power, or supplies itself",
    high_means="receives all from the power and supplies nothing to itself",
    how="Share of what a state receives from a power in a domain, times its reliance on foreign supply; overall the weighted mean over the "
    "domains known. Intervals from joint draws of errors of flows, weights of domains, reliance between its bounds, and a domain left out.",
    citation=(
        "Hirschman 1945, National Power and the Structure of Foreign Trade, University of California Press",
        "Keohane & Nye 1977, Power and Interdependence, Little, Brown",
        "Leeds, Ritter, Mitchell & Long 2002, Alliance Treaty Obligations and Provisions, 1815-1944, International Interactions 28:237-260",
    ),
    make=make,
    sentence=sentence,
    options=OPTIONS,
    takes_powers=True,
    takes_weights=True,
)
