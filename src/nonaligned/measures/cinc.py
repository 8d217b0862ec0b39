"""Composite Index of National Capability: a state's share of the world's material capabilities."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from nonaligned.ground.errors import UsageError
from nonaligned.measures import Asked, Made, Measure
from nonaligned.measures.inputs.capabilities import LOADS
from nonaligned.record.fields import Field

if TYPE_CHECKING:
    from nonaligned.record.store import Record

FIELDS = (
    Field("state", "text", "state code"),
    Field("year", "integer", "calendar year", "", 1816, 2100),
    Field("value", "number", "mean of the state's shares of the world in the components that are known", "share of world", 0, 1),
    Field("lower", "number", "5 % quantile under random weights of the components", "share of world", 0, 1),
    Field("upper", "number", "95 % quantile under random weights of the components", "share of world", 0, 1),
    Field("coverage", "number", "share of the six components that is known", "share", 0, 1),
    Field("published", "number", "the index as the source publishes it", "share of world", 0, 1),
    Field("rank", "integer", "place among the states of the year, 1 the highest", "", 1),
    Field("note", "text", "why the value is missing, or to be read with care"),
)


def make(record: Record, asked: Asked, needed: Mapping[str, Made]) -> Made:
    """The index of every state and year asked for."""
    import numpy as np
    import polars as pl

    from nonaligned.measures.inputs.capabilities import capabilities
    from nonaligned.measures.models.power_balance import band

    if asked.sessions is not None:
        raise UsageError("Capabilities are by calendar year, not by session.", mend="--years 2010-2022")
    held = capabilities(record, "cinc", asked.years, asked.n_draws, asked.seed)
    value = pl.Series("value", held.value).fill_nan(None)
    frame = held.keys.with_columns(value).with_columns(rank=pl.col("value").rank("min", descending=True).over("year").cast(pl.Int64))
    kept = np.flatnonzero(frame["state"].is_in(list(asked.states)).to_numpy()) if asked.states else np.arange(frame.height)
    draws = held.draws[:, kept]
    lower, upper = (pl.Series(end).fill_nan(None) for end in band(draws))
    shown = frame[kept].with_columns(lower=lower, upper=upper).select(field.name for field in FIELDS)
    notes = ("The interval shows how much the choice of equal weights matters: 90 % of flat random weights of the components.",)
    return Made(shown, held.used, notes, draws)


def sentence(row: Mapping[str, Any]) -> str:
    """One row in words."""
    from nonaligned.world.states import state

    name = state(row["state"]).name
    if row["value"] is None:
        return f"The capability of {name} in {row['year']} is not known: {row['note']}."
    band = f" (90 % of random weights: {100 * row['lower']:.1f} to {100 * row['upper']:.1f} %)" if row["lower"] is not None else ""
    return f"{name} held {100 * row['value']:.1f} % of the world's material capabilities in {row['year']}{band}, rank {row['rank']}."


MEASURE = Measure(
    name="cinc",
    title="Composite Index of National Capability",
    unit="state_year",
    key=("state", "year"),
    fields=FIELDS,
    value="value",
    tables=("indicators",),
    load=LOADS["cinc"],
    low_means="none of the world's material capabilities",
    high_means="all of the world's material capabilities",
    how="Mean of a state's shares of the world's iron and steel, military spending, military personnel, energy, population and urban "
    "population; a component that is not known is left out, not counted as nothing. Refused where under half of them are known.",
    citation=(
        "Singer, Bremer & Stuckey 1972, Capability Distribution, Uncertainty, and Major Power War, in Russett (ed.), Peace, War, and "
        "Numbers, Beverly Hills: Sage, 19-48",
    ),
    make=make,
    sentence=sentence,
)
