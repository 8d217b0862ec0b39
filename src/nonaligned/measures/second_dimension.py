"""A second dimension of UN votes, with what it adds to the fit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from nonaligned.ground.errors import UsageError
from nonaligned.measures import Asked, Made, Measure
from nonaligned.measures.ideal_points import VOTE_OPTIONS, shown
from nonaligned.measures.inputs.roll_calls import FIRST_SESSION, LOAD
from nonaligned.record.fields import Field

if TYPE_CHECKING:
    from nonaligned.record.store import Record

FIELDS = (
    Field("state", "text", "state code"),
    Field("year", "integer", "year in which the session opened (its number + 1945), or calendar year", "", 1945, 2100),
    Field("session", "integer", "regular session; missing where the period is the calendar year", "", 1),
    Field("value", "number", "position on the second dimension; mean 0, standard deviation 1, uncorrelated with the first", "", -10, 10),
    Field("first", "number", "position on the first dimension, as if it were the only one", "", -10, 10),
    Field("n_votes", "integer", "contested votes that it rests on", "votes", 1),
)
NO_INTERVAL = "positions in two dimensions have no intervals: they are for looking at, not for tests"


def make(record: Record, asked: Asked, needed: Mapping[str, Made]) -> Made:
    """Positions in two dimensions, and the fit of one against two on votes held out."""
    import polars as pl

    from nonaligned.measures.estimation import arrays_of
    from nonaligned.measures.ideal_points import votes_asked
    from nonaligned.measures.models.two_dimensions import two_dimensions

    ballots, votes, pair = votes_asked(record, asked)
    made = arrays_of(votes, pair)
    try:
        found = two_dimensions(made.arrays, above=made.above, below=made.below, seed=asked.seed)
    except ValueError as error:
        raise UsageError("Two dimensions cannot be estimated from these votes.", why=f"{error}.") from error
    frame = made.frame(value=found.theta[:, 1], first=found.theta[:, 0], n_votes=made.arrays.n_votes_of_places)
    is_session = asked.options["period"] == "session"
    period = pl.col("period").cast(pl.Int64)
    frame = frame.with_columns(
        year=period + (FIRST_SESSION if is_session else 0), session=period if is_session else pl.lit(None, dtype=pl.Int64)
    )
    one, two = found.one, found.two
    fit = (
        f"on votes held out, one dimension tells {one.held_out_share_right:.3f} rightly (reduction in error {one.held_out_pre:.3f}, "
        f"log score {one.held_out_log_score:.3f}), two tell {two.held_out_share_right:.3f} ({two.held_out_pre:.3f}, "
        f"{two.held_out_log_score:.3f})"
    )
    frame = shown(frame.select(field.name for field in FIELDS), asked)
    return Made(frame, ballots.used, (fit, NO_INTERVAL, *ballots.notes, *made.notes), is_converged=found.is_converged)


def sentence(row: Mapping[str, Any]) -> str:
    """One row in words."""
    from nonaligned.world.names import find

    name = find(row["state"]).name
    return f"{name} stood at {row['first']:.2f} on the first and {row['value']:.2f} on the second dimension in {row['year']}."


MEASURE = Measure(
    name="second_dimension",
    title="Second dimension of UN votes",
    unit="state_year",
    key=("state", "year"),
    fields=FIELDS,
    value="value",
    tables=("votes", "roll_calls"),
    load=LOAD,
    low_means="see the roll calls that load on it",
    high_means="see the roll calls that load on it",
    how="The first dimension is estimated alone and held, the second explains what it leaves; votes on the Middle East load most on it.",
    citation=("Bailey & Voeten 2018, A two-dimensional analysis of seventy years of United Nations voting, Public Choice 176: 33-55",),
    make=make,
    sentence=sentence,
    options=VOTE_OPTIONS,
)
