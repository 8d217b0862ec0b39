"""Contest: how hard, and between how many, the powers vie for a state, told by its ties.

A state is contested if it is engaged with the powers and no one of them has all of it: the contest is its engagement (dependence on all
the powers together) times the chance that two units of that dependence belong to different powers, as a share of the largest possible.
How much a power seeks the state beyond its ties (courtship, coercion) is not in it: no source of events is whole enough to expect a
number from.
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
    from nonaligned.measures.models.joint_draws import Drawn
    from nonaligned.record.store import Record

FIELDS = (
    Field("state", "text", "state code"),
    Field("year", "integer", "calendar year; arms: the five years that end in it"),
    *INTERVAL,
    *bounded("engagement", "dependence on all the powers together"),
    *bounded("rivalry", "chance that two units of that dependence belong to different powers, over the largest possible"),
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
    from nonaligned.measures.models.dependence import overall, rivalry
    from nonaligned.measures.models.joint_draws import LEAST_COVERAGE, coverage, in_order, summary, variance_shares

    in_all, n_powers = year.in_all, year.applies.sum(axis=-1)
    covered = coverage(plan.weights, in_all)
    refused = (covered < LEAST_COVERAGE - 1e-9) | (n_powers < 2)
    known = in_all[..., None] & year.applies

    def parts(one: Drawn) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        on_each = np.nan_to_num(overall(one, known))
        return in_order(np.moveaxis(on_each, 1, 0)), rivalry(on_each, n_powers)

    (engaged, vying), (engaged_draws, vying_draws) = parts(year.central), parts(year.drawn)
    drawn = engaged_draws * vying_draws
    columns = {"value": (engaged * vying)[:, 0], **summary(drawn), "coverage": covered}
    pairs = {"engagement": (engaged, engaged_draws), "rivalry": (vying, vying_draws)}
    for name, (central, draws) in pairs.items():
        quantiles = summary(draws)
        columns |= {name: central[:, 0], f"{name}_lower": quantiles["lower"], f"{name}_upper": quantiles["upper"]}

    def contested(one: Drawn) -> NDArray[np.float64]:
        total, apart = parts(one)
        return total * apart

    shares = variance_shares(contested, year.central, year.drawn)
    columns |= {f"var_{key}": shares[key] for key in VARIANCES}
    columns = {name: column if name == "coverage" else np.where(refused, np.nan, column) for name, column in columns.items()}
    reasons = [
        "fewer than two powers" if n < 2 else f"{REFUSED}: no {missing}" if no else f"without {missing}" if missing else ""
        for n, no, missing in zip(n_powers, refused, missing_domains(plan, in_all), strict=True)
    ]
    frame = as_frame(year, {**columns, "note": np.array(reasons)}, FIELDS)
    return frame, np.where(refused[:, None], np.nan, drawn).astype(np.float32)


def sentence(row: Mapping[str, Any]) -> str:
    """One row in words."""
    from nonaligned.world.states import state

    who = state(row["state"]).name
    if row["value"] is None:
        return f"The contest for {who} in {row['year']} is not known: {row['note']}."
    interval = "" if row["lower"] is None else f" (90 % interval {row['lower']:.2f} to {row['upper']:.2f})"
    return (
        f"The contest for {who} in {row['year']} was {row['value']:.2f}{interval}: an engagement of {row['engagement']:.2f} with the "
        f"powers, shared between them at {row['rivalry']:.2f} of the most even."
    )


MEASURE = Measure(
    name="contest",
    title="Contest of the powers for a state",
    unit="state_year",
    key=("state", "year"),
    fields=FIELDS,
    value="value",
    tables=TABLES,
    load="nonaligned load sipri_transfers FILE",
    low_means="tied to no power, or to one alone",
    high_means="tied strongly, and to several powers alike",
    how="Engagement times one less the sum of squares of the powers' parts in it, over the largest possible. Intervals from the joint "
    "draws of `dependence`.",
    citation=("Simpson 1949, Measurement of Diversity, Nature 163: 688", "A measure of this program, described in docs/dependence.md"),
    make=make,
    sentence=sentence,
    options=OPTIONS,
    takes_powers=True,
    takes_weights=True,
)
