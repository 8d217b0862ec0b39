"""Autonomy: what is left to a state when the power on which it depends most withdraws.

The share form is 1 less the largest overall dependence. The stress form lets the loss grow faster than the share, as it does when
the other suppliers replace the power only in part: at an elasticity of 2 hardly, at 8 easily. Dependence is that of the measure
`dependence`, with its decisions and the same draws; a domain counts where it is known for every power.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from nonaligned.measures import Asked, Made, Measure
from nonaligned.measures.domain_fields import (
    COVERAGE,
    INTERVAL,
    LEAST_P,
    NOTE,
    OPTIONS,
    REFUSED,
    TABLES,
    VARIANCE_FIELDS,
    VARIANCES,
    bounded,
)
from nonaligned.record.fields import Field

if TYPE_CHECKING:
    import numpy as np
    import polars as pl
    from numpy.typing import NDArray

    from nonaligned.measures.inputs.domain_draws import YearDraws
    from nonaligned.measures.inputs.domain_plan import Plan
    from nonaligned.record.store import Record

ELASTICITIES = (2, 4, 8)
FIELDS = (
    Field("state", "text", "state code"),
    Field("year", "integer", "calendar year; arms: the five years that end in it"),
    *INTERVAL,
    *(one for sigma in ELASTICITIES for one in bounded(f"stress_{sigma}", f"stress form with the elasticity {sigma}")),
    Field("main_power", "text", "the power on which it depends most; missing where it depends on none"),
    Field("p_main", "number", "probability that it is that one", "", 0, 1),
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

    from nonaligned.measures.inputs.domain_draws import as_frame
    from nonaligned.measures.models.dependence import autonomy, overall, stress
    from nonaligned.measures.models.joint_draws import LEAST_COVERAGE, coverage, largest, summary, variance_shares

    in_all = year.in_all
    known = in_all[..., None] & year.applies
    covered = coverage(plan.weights, in_all)
    refused = (covered < LEAST_COVERAGE - 1e-9) | ~year.applies.any(axis=-1)
    central, drawn = (np.where(refused[:, None, None], np.nan, overall(one, known)) for one in (year.central, year.drawn))
    draws = autonomy(drawn)
    columns = {"value": autonomy(central)[:, 0], **summary(draws), "coverage": covered}
    for sigma in ELASTICITIES:
        point, spread = (np.where(refused[:, None], np.nan, stress(one, known, sigma)) for one in (year.central, year.drawn))
        quantiles = summary(spread)
        columns |= {
            f"stress_{sigma}": point[:, 0],
            f"stress_{sigma}_lower": quantiles["lower"],
            f"stress_{sigma}_upper": quantiles["upper"],
        }
    shares = variance_shares(lambda one: autonomy(overall(one, known)), year.central, year.drawn)
    columns |= {f"var_{key}": np.where(refused, np.nan, shares[key]) for key in VARIANCES}
    dependence = np.where(np.isnan(central[..., 0]), -1.0, central[..., 0])
    main = dependence.argmax(axis=1)
    depends = dependence.max(axis=1) > 0
    chances = largest(np.where(year.applies[..., None], drawn, -1.0)) if draws.shape[-1] else np.full(year.applies.shape, np.nan)
    columns["p_main"] = np.where(depends, chances[np.arange(len(main)), main], np.nan)
    told = {"main_power": [plan.powers[int(k)].code if depends[i] else None for i, k in enumerate(main)], **columns}
    told["note"] = list(_notes(plan, year, in_all, refused, columns["p_main"]))
    return as_frame(year, told, FIELDS), draws.astype(np.float32)


def _notes(
    plan: Plan, year: YearDraws, in_all: NDArray[np.bool_], refused: NDArray[np.bool_], p_main: NDArray[np.float64]
) -> Iterator[str]:
    from nonaligned.measures.inputs.domain_draws import missing_domains

    for i, missing in enumerate(missing_domains(plan, in_all)):
        if not year.applies[i].any():
            yield "it belongs to every power asked about"
        elif refused[i]:
            yield f"{REFUSED}: no {missing}"
        else:
            apart = "the main power cannot be told apart" if p_main[i] < LEAST_P else ""
            yield "; ".join(part for part in (f"without {missing}" if missing else "", apart) if part)


def sentence(row: Mapping[str, Any]) -> str:
    """One row in words."""
    from nonaligned.measures.inputs.powers import power
    from nonaligned.world.states import state

    who = state(row["state"]).name
    if row["value"] is None:
        return f"{who}'s autonomy in {row['year']} is not known: {row['note']}."
    interval = "" if row["lower"] is None else f" (90 % interval {row['lower']:.2f} to {row['upper']:.2f})"
    if row["main_power"] is None:
        whom = "it depended on none of the powers"
    else:
        sure = "" if row["p_main"] is None else f" (probability {row['p_main']:.2f})"
        whom = f"the power on which it depended most was {power(row['main_power']).name}{sure}"
    return f"{who}'s autonomy in {row['year']} was {row['value']:.2f}{interval}, under stress {row['stress_2']:.2f}; {whom}."


MEASURE = Measure(
    name="autonomy",
    title="Autonomy from the powers",
    unit="state_year",
    key=("state", "year"),
    fields=FIELDS,
    value="value",
    tables=TABLES,
    load="nonaligned load sipri_transfers FILE",
    low_means="depends wholly on one power",
    high_means="depends on no power",
    how="1 less the largest dependence on a power. Stress form: exp(-largest over powers of the weighted mean of reliance times "
    "-ln(1 - share), over elasticity - 1), at 2, 4 and 8. Intervals from the joint draws of `dependence`.",
    citation=(
        "Hirschman 1945, National Power and the Structure of Foreign Trade, University of California Press",
        "Feenstra 1994, New Product Varieties and the Measurement of International Prices, American Economic Review 84(1): 157-177",
    ),
    make=make,
    sentence=sentence,
    options=OPTIONS,
    takes_powers=True,
    takes_weights=True,
)
