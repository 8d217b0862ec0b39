"""Hedging: how evenly a state spreads what it receives over the powers.

Several patrons inside each domain (`div`) is not the same as another patron for each domain (`split`); their sum is the evenness of
all domains together. A state that receives next to nothing from the powers counts as even, so `engagement`, its dependence on all of
them together, stands beside: high with high hedging is multi-aligned, low is aloof. Shares are those of the measure `dependence`,
without reliance, with the same draws; a domain counts where it is known for every power.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from nonaligned.measures import Asked, Made, Measure
from nonaligned.measures.domain_fields import COVERAGE, INTERVAL, NOTE, OPTIONS, REFUSED, TABLES, VARIANCE_FIELDS, VARIANCES, bounded
from nonaligned.record.fields import Field

if TYPE_CHECKING:
    import numpy as np
    import polars as pl
    from numpy.typing import NDArray

    from nonaligned.measures.inputs.domain_draws import YearDraws
    from nonaligned.measures.inputs.domain_plan import Plan
    from nonaligned.measures.models.hedging import Hedge
    from nonaligned.measures.models.joint_draws import Drawn
    from nonaligned.record.store import Record

FIELDS = (
    Field("state", "text", "state code"),
    Field("year", "integer", "calendar year; arms: the five years that end in it"),
    *INTERVAL,
    *bounded("div", "evenness over the powers inside the domains"),
    *bounded("split", "what the differences between the domains add"),
    *bounded("engagement", "dependence on all the powers together"),
    COVERAGE,
    *VARIANCE_FIELDS,
    NOTE,
)


def make(record: Record, asked: Asked, needed: Mapping[str, Made]) -> Made:
    """One row for each state and year."""
    from nonaligned.measures.inputs.domain_draws import gathered, yearly
    from nonaligned.measures.inputs.domain_plan import read_plan

    plan = read_plan(record, asked)
    frame, draws = gathered((_rows(plan, year) for year in yearly(plan)), MEASURE)
    return Made(frame, plan.used, plan.notes, draws, run={"seed": asked.seed, "draws": asked.n_draws})


def _rows(plan: Plan, year: YearDraws) -> tuple[pl.DataFrame, NDArray[np.float32]]:
    import numpy as np

    from nonaligned.measures.inputs.domain_draws import as_frame, missing_domains
    from nonaligned.measures.models.dependence import overall
    from nonaligned.measures.models.hedging import hedge, portions
    from nonaligned.measures.models.joint_draws import LEAST_COVERAGE, coverage, in_order, summary, variance_shares, weighting

    in_all, n_powers = year.in_all, year.applies.sum(axis=-1)
    covered = coverage(plan.weights, in_all)
    refused = (covered < LEAST_COVERAGE - 1e-9) | (n_powers < 2)

    def hedged(one: Drawn) -> Hedge:
        return hedge(portions(one.share), weighting(one, in_all), n_powers)

    point, drawn = hedged(year.central), hedged(year.drawn)
    known = in_all[..., None] & year.applies
    engaged = [in_order(np.moveaxis(overall(one, known), 1, 0)) for one in (year.central, year.drawn)]
    columns = {"value": point.total[:, 0], **summary(drawn.total), "coverage": covered}
    pairs = {"div": (point.div, drawn.div), "split": (point.split, drawn.split), "engagement": (engaged[0], engaged[1])}
    for name, (central, draws) in pairs.items():
        quantiles = summary(draws)
        columns |= {name: central[:, 0], f"{name}_lower": quantiles["lower"], f"{name}_upper": quantiles["upper"]}
    shares = variance_shares(lambda one: hedged(one).total, year.central, year.drawn)
    columns |= {f"var_{key}": shares[key] for key in VARIANCES}
    columns = {name: column if name == "coverage" else np.where(refused, np.nan, column) for name, column in columns.items()}
    reasons = [
        "fewer than two powers" if n < 2 else f"{REFUSED}: no {missing}" if no else f"without {missing}" if missing else ""
        for n, no, missing in zip(n_powers, refused, missing_domains(plan, in_all), strict=True)
    ]
    return as_frame(year, {**columns, "note": np.array(reasons)}, FIELDS), np.where(refused[:, None], np.nan, drawn.total).astype(
        np.float32
    )


def sentence(row: Mapping[str, Any]) -> str:
    """One row in words."""
    from nonaligned.world.states import state

    who = state(row["state"]).name
    if row["value"] is None:
        return f"{who}'s hedging in {row['year']} is not known: {row['note']}."
    interval = "" if row["lower"] is None else f" (90 % interval {row['lower']:.2f} to {row['upper']:.2f})"
    return (
        f"{who}'s hedging in {row['year']} was {row['value']:.2f}{interval}: {row['div']:.2f} from several powers inside the domains, "
        f"{row['split']:.2f} from different powers for different domains, at an engagement of {row['engagement']:.2f}."
    )


MEASURE = Measure(
    name="hedging",
    title="Hedging between the powers",
    unit="state_year",
    key=("state", "year"),
    fields=FIELDS,
    value="value",
    tables=TABLES,
    load="nonaligned load sipri_transfers FILE",
    low_means="receives from one power alone",
    high_means="receives as much from each power, or next to nothing from any: see engagement",
    how="Entropy of the powers' parts in what a state receives from all of them, averaged over domains, as a share of the largest "
    "possible; parts are smoothed by .01 of all supply. Intervals from the joint draws of `dependence`.",
    citation=(
        "Shannon 1948, A Mathematical Theory of Communication, Bell System Technical Journal 27: 379-423",
        "Lin 1991, Divergence Measures Based on the Shannon Entropy, IEEE Transactions on Information Theory 37(1): 145-151",
    ),
    make=make,
    sentence=sentence,
    options=OPTIONS,
    takes_powers=True,
    takes_weights=True,
)
