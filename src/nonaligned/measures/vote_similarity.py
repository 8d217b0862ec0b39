"""What the measures of similarity share: every pair of states in every period, from one table of votes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from nonaligned.measures import Asked, Made, Option
from nonaligned.measures.inputs.vote_tables import OPTIONS as TABLE_OPTIONS
from nonaligned.measures.inputs.vote_tables import period_columns, read_table
from nonaligned.record.fields import Field

if TYPE_CHECKING:
    import numpy as np
    import polars as pl
    from numpy.typing import NDArray

    from nonaligned.record.store import Record

KEY = ("state_a", "state_b", "year")
OPTIONS = (*TABLE_OPTIONS, Option("partners", "pair the states only with these, as USA,CHN,RUS"))
SAMPLING = "intervals take the roll calls as drawn independently; votes on one subject come in bundles, so they are rather too narrow"


def fields(value: str, description: str, low: float) -> tuple[Field, ...]:
    """The columns of a measure of similarity."""
    return (
        Field("state_a", "text", "state code: first in the alphabet"),
        Field("state_b", "text", "state code: second in the alphabet"),
        Field("year", "integer", "year in which the session opened (its number + 1945), or calendar year", "", 1945, 2100),
        Field("session", "integer", "regular session; missing where the period is the calendar year", "", 1),
        Field(value, "number", description, "", low, 1),
        Field("lower", "number", "lower end of the 90 % interval", "", low, 1),
        Field("upper", "number", "upper end of the 90 % interval", "", low, 1),
        Field("n_votes_shared", "integer", "roll calls in which both voted yes, no or abstained", "votes", 1),
        Field("coverage", "number", "share of the period's roll calls in which both voted", "share", 0, 1),
    )


def make(record: Record, asked: Asked, value: str) -> Made:
    """Rows of one measure of similarity: agreement, kappa or s_score."""
    import numpy as np
    import polars as pl

    from nonaligned.measures.models.similarity import similarity
    from nonaligned.measures.models.similarity_errors import similarity_bounds

    table = read_table(record, asked)
    found = similarity(table.votes, table.period, weights="squared")
    parts: list[pl.DataFrame] = []
    for number, period in enumerate(found.sets.tolist()):
        calls = table.period == period
        present = np.flatnonzero((~np.isnan(table.votes[:, calls])).any(axis=1))
        first, second = _pairs(table.states, present, asked)
        if not first.size:
            continue
        bounds = similarity_bounds(table.votes[np.ix_(present, np.flatnonzero(calls))])
        at = (np.searchsorted(present, first), np.searchsorted(present, second))
        shared = found.n_shared[number, first, second]
        values = np.asarray(getattr(found, value))[number, first, second]
        lower, upper = _limits(value, values, bounds.agreement_lower[at], bounds.agreement_upper[at], bounds.kappa_sd[at])
        names = np.array(table.states)
        numbers = {value: values, "lower": lower, "upper": upper, "n_votes_shared": shared, "coverage": shared / calls.sum()}
        part = pl.DataFrame({"state_a": names[first], "state_b": names[second], "period": np.full(first.size, period), **numbers})
        parts.append(part.filter(pl.col("n_votes_shared") > 0))
    empty = {"state_a": pl.String, "state_b": pl.String, "period": pl.Int64, value: pl.Float64, "lower": pl.Float64, "upper": pl.Float64}
    frame = pl.concat(parts) if parts else pl.DataFrame(schema={**empty, "n_votes_shared": pl.Int64, "coverage": pl.Float64})
    year, session = period_columns(asked.options["period"], frame["period"])
    frame = frame.with_columns(year, session, pl.col(value, "lower", "upper").fill_nan(None))
    frame = frame.select(field.name for field in fields(value, "", 0)).sort(KEY)
    return Made(frame, table.used, (*table.notes, SAMPLING))


def _pairs(states: tuple[str, ...], present: NDArray[np.intp], asked: Asked) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Rows of the pairs asked for: one of the two is among the states, the other among the partners."""
    import numpy as np

    from nonaligned.world.names import find

    rows, columns = np.triu_indices(present.size, 1)
    first, second = present[rows], present[columns]
    if not asked.states:
        return first, second
    names = np.array(states)
    chosen = np.isin(names, asked.states)
    text = asked.options["partners"]
    partners = np.isin(names, [find(part.strip()).code for part in text.split(",")]) if text else np.full(names.size, True)
    kept = (chosen[first] & partners[second]) | (chosen[second] & partners[first])
    return first[kept], second[kept]


def _limits(
    value: str,
    values: NDArray[np.float64],
    lower: NDArray[np.float64],
    upper: NDArray[np.float64],
    kappa_sd: NDArray[np.float64],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    import numpy as np

    from nonaligned.measures.models.similarity_errors import NORMAL_95

    if value == "agreement":
        return lower, upper
    if value == "s_score":
        return 2 * lower - 1, 2 * upper - 1
    return np.maximum(values - NORMAL_95 * kappa_sd, -1), np.minimum(values + NORMAL_95 * kappa_sd, 1)


def words(row: Mapping[str, Any], value: str, what: str) -> str:
    """One row of a similarity in words."""
    from nonaligned.world.names import find

    pair = f"{find(row['state_a']).name} and {find(row['state_b']).name}"
    when = f"session {row['session']} ({row['year']})" if row["session"] is not None else str(row["year"])
    if row[value] is None:
        return f"{what} of {pair} in {when} is not defined."
    bounds = f", 90 % interval {row['lower']:.3f} to {row['upper']:.3f}" if row["lower"] is not None else ""
    return f"{what} of {pair} in {when}: {row[value]:.3f} over {row['n_votes_shared']} votes{bounds}."
