"""Contested-vote lean: with which of two powers a state votes when the two vote differently, against the world."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations
from typing import TYPE_CHECKING, Any

from nonaligned.ground.errors import UsageError
from nonaligned.measures import Asked, Made, Measure, Option
from nonaligned.measures.inputs.roll_calls import LOAD
from nonaligned.measures.inputs.vote_tables import OPTIONS, VoteTable, period_columns, read_table
from nonaligned.record.fields import Field

if TYPE_CHECKING:
    import numpy as np
    import polars as pl
    from numpy.typing import NDArray

    from nonaligned.measures.models.lean import Lean
    from nonaligned.record.store import Record

KEY = ("state", "power_1", "power_2", "year")
FIELDS = (
    Field("state", "text", "state code"),
    Field("power_1", "text", "the power that a lean above 0 is nearer to than the world"),
    Field("power_2", "text", "the power that a lean below 0 is nearer to than the world"),
    Field("year", "integer", "year of the session (its number + 1945), or calendar year; the last of those pooled", "", 1945, 2100),
    Field("session", "integer", "regular session, the last of those pooled; missing where the period is the calendar year", "", 1),
    Field("value", "number", "raw lean less the world's mean", "", -2, 2),
    Field("lower", "number", "5 % quantile of the bootstrap", "", -4, 4),
    Field("upper", "number", "95 % quantile of the bootstrap", "", -4, 4),
    Field("q25", "number", "25 % quantile"),
    Field("q75", "number", "75 % quantile"),
    Field("raw", "number", "mean over contested votes: 1 always as power_1, -1 always as power_2", "", -1, 1),
    Field("world_mean", "number", "mean raw lean of the world over the same roll calls, the two powers left out", "", -1, 1),
    Field("percentile", "number", "of the lean in the world; 100 nearest to power_1", "", 0, 100),
    Field("n_contested", "integer", "contested roll calls in which the state voted", "votes", 0),
    Field("n_pooled", "integer", "periods pooled to reach 15 contested votes", "", 0),
    Field("coverage", "number", "share of the contested roll calls in which the state voted", "share", 0, 1),
)  # fmt: skip


def make(record: Record, asked: Asked, needed: Mapping[str, Made]) -> Made:
    """Leans of all states between every pair of the powers."""
    import numpy as np
    import polars as pl

    table = read_table(record, asked)
    parts: list[pl.DataFrame] = []
    draws: list[NDArray[np.float32]] = []
    for one, other in _pairs_of_powers(table, asked):
        found = _by_period(table, one, other, asked)
        parts += [part for part, _ in found]
        draws += [drawn for _, drawn in found]
    frame = pl.concat(parts).with_row_index("place")
    frame = frame.filter(pl.col("n_contested") > 0)
    if asked.states:
        frame = frame.filter(pl.col("state").is_in(list(asked.states)))
    year, session = period_columns(asked.options["period"], frame["period"])
    frame = frame.with_columns(year, session).sort(KEY)
    kept = np.concatenate(draws, axis=1)[:, frame["place"].to_numpy()]
    numbers = [field.name for field in FIELDS if field.kind == "number"]
    frame = frame.select(pl.col(field.name).fill_nan(None) if field.name in numbers else field.name for field in FIELDS)
    return Made(frame, table.used, table.notes, kept)


def _pairs_of_powers(table: VoteTable, asked: Asked) -> list[tuple[str, str]]:
    for power in asked.powers:
        if power not in table.states:
            raise UsageError(
                f"{power} cannot be one of the powers here.", why="It cast no vote in these roll calls.", mend="--powers USA,RUS"
            )
    if len(asked.powers) < 2:
        raise UsageError("A lean is between two powers.", mend="--powers USA,RUS")
    return list(combinations(asked.powers, 2))


def _by_period(table: VoteTable, one: str, other: str, asked: Asked) -> list[tuple[pl.DataFrame, NDArray[np.float32]]]:
    """Rows and draws of a pair of powers, a part for each period (or one for all of them)."""
    import numpy as np

    from nonaligned.measures.models.lean import lean, lean_by_session

    k, m = table.states.index(one), table.states.index(other)
    if asked.options["pool"]:
        made = lean(table.votes, k, m, table.cluster, asked.n_draws, asked.seed)
        return [_part(table, made, one, other, int(table.period.max()), np.full(table.period.size, True))]
    found = lean_by_session(table.votes, k, m, table.period, table.cluster, asked.n_draws, asked.seed, keep_draws=True)
    parts: list[tuple[pl.DataFrame, NDArray[np.float32]]] = []
    for number, period in enumerate(found.sessions.tolist()):
        made = _at(found.lean, number)
        parts.append(_part(table, made, one, other, period, table.period == period))
    return parts


def _at(made: Lean, number: int) -> Lean:
    """One session of the leans of several."""
    from dataclasses import fields, replace

    held = {field.name: getattr(made, field.name) for field in fields(made)}
    return replace(made, **{name: values[:, number] if name == "draws" else values[number] for name, values in held.items()})


def _part(
    table: VoteTable, made: Lean, one: str, other: str, period: int, calls: NDArray[np.bool_]
) -> tuple[pl.DataFrame, NDArray[np.float32]]:
    import numpy as np
    import polars as pl

    k, m = table.states.index(one), table.states.index(other)
    votes = table.votes[:, calls]
    contested = (votes[k] != votes[m]) & ~np.isnan(votes[k]) & ~np.isnan(votes[m])
    n_voted = (~np.isnan(votes[:, contested])).sum(axis=1)
    n = len(table.states)
    frame = pl.DataFrame({
        "state": table.states, "power_1": [one] * n, "power_2": [other] * n, "period": np.full(n, period),
        "value": made.value, "lower": made.lower_90, "upper": made.upper_90, "q25": made.lower_50, "q75": made.upper_50,
        "raw": made.raw, "world_mean": made.world_mean, "percentile": made.percentile,
        "n_contested": np.where(made.n_pooled > 0, made.n_contested, n_voted), "n_pooled": made.n_pooled,
        "coverage": n_voted / max(int(contested.sum()), 1),
    })  # fmt: skip
    own = np.isin(np.array(table.states), (one, other))
    return frame.with_columns(n_contested=pl.when(pl.Series(own)).then(0).otherwise("n_contested")), made.draws


def sentence(row: Mapping[str, Any]) -> str:
    """One row in words."""
    from nonaligned.world.names import find

    name, one, other = (find(row[column]).name for column in ("state", "power_1", "power_2"))
    when = f"session {row['session']}" if row["session"] is not None else str(row["year"])
    if row["value"] is None:
        return f"{name} cast {row['n_contested']} votes on which {one} and {other} differed up to {when}: too few to tell."
    bounds = f" (90 % interval {row['lower']:+.2f} to {row['upper']:+.2f})" if row["lower"] is not None else ""
    nearer = one if row["value"] > 0 else other
    if row["lower"] is not None and row["lower"] <= 0 <= row["upper"]:
        return f"In {when} {name}'s lean between {one} and {other} cannot be told apart from the world's: {row['value']:+.2f}{bounds}."
    return (
        f"In {when} {name} voted nearer to {nearer} than the world did where {one} and {other} differed: "
        f"{row['value']:+.2f}{bounds}, percentile {row['percentile']:.0f}, {row['n_contested']} votes."
    )


MEASURE = Measure(
    name="lean",
    title="Lean in contested UN votes",
    unit="state_year_pair_of_powers",
    key=KEY,
    fields=FIELDS,
    value="value",
    tables=("votes", "roll_calls"),
    load=LOAD,
    low_means="nearer to the second power than the world is",
    high_means="nearer to the first power than the world is",
    how="Over the roll calls in which two powers voted differently, how much nearer a state's votes were to the first than to the second, "
    "less the world's mean; at least 15 such votes, pooling up to three sessions; intervals by a bootstrap over resolutions.",
    citation=("A measure of this program, described in docs/vote_measures.md",),
    make=make,
    sentence=sentence,
    options=(*OPTIONS, Option("pool", "all the sessions or years asked for as one", "flag", False)),
    takes_powers=True,
)
