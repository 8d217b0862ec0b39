"""How well positions on one line tell each roll call: errors, their reduction, and the most surprising vote."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from nonaligned.measures import Asked, Made, Measure
from nonaligned.measures.ideal_points import OPTIONS, from_record
from nonaligned.measures.inputs.roll_calls import FIRST_SESSION, LOAD
from nonaligned.record.fields import Field

if TYPE_CHECKING:
    import polars as pl

    from nonaligned.measures.estimation import Result
    from nonaligned.record.store import Record

WORDS = ("yes", "abstain", "no")
FIELDS = (
    Field("rcid", "text", "key of the roll call"),
    Field("year", "integer", "year of the session (its number + 1945), or calendar year", "", 1945, 2100),
    Field("session", "integer", "session in which the vote was taken", "", 1),
    Field("value", "number", "proportional reduction in error; missing where the commonest vote makes no error", "share", None, 1),
    Field("share_right", "number", "share of votes told rightly by position", "share", 0, 1),
    Field("modal_share", "number", "share of the commonest vote", "share", 0, 1),
    Field("log_score", "number", "mean natural logarithm of the probability of the vote cast", "", None, 0),
    Field("n_votes", "integer", "votes cast", "votes", 1),
    Field("surprising_state", "text", "state whose vote the positions held least likely"),
    Field("surprising_vote", "text", "how it voted", "", None, None, WORDS),
    Field("surprise", "number", "minus the logarithm to base 2 of the probability of that vote: 1 is the toss of a coin", "bits", 0),
    Field("title", "text", "title of the roll call, where a file gives it"),
)


def make(record: Record, asked: Asked, needed: Mapping[str, Made]) -> Made:
    """Fit of each roll call; positions by `fast` where no method is named, because here only points matter."""
    import polars as pl

    from nonaligned.measures.ideal_points import shown, votes_asked

    asked = replace(asked, options={**asked.options, "method": asked.options["method"] or "fast"})
    result, ballots = from_record(record, asked)
    judged = _judged(votes_asked(record, asked)[1], result)
    frame = _by_call(judged, ballots.calls)
    errors = float((frame["n_votes"] * (1 - frame["modal_share"])).sum())
    wrong = judged.filter(~pl.col("is_right")).height
    note = (
        f"{1 - wrong / judged.height:.3f} of {judged.height:,} votes told rightly; proportional reduction in error {1 - wrong / errors:.3f}"
    )
    frame = shown(frame, replace(asked, states=()))
    return Made(frame, ballots.used, (note, _check(result, asked.seed), *result.notes), is_converged=result.diagnostics.is_converged)


def _check(result: Result, seed: int) -> str:
    """Whether votes simulated from the estimate look like those cast, by state and period."""
    from nonaligned.measures.models.roll_call_fit import predictive_check

    places = predictive_check(result.arrays, result.positions, seed=seed).places
    held = ((places.lower <= places.observed) & (places.observed <= places.upper)).mean(axis=0)
    words = ", ".join(f"{share:.2f} of the {vote}" for share, vote in zip(held, ("yes", "abstentions", "no"), strict=True))
    return f"of votes simulated from the estimate, 90 % bands hold {words} that states cast in a period"


def _judged(votes: pl.DataFrame, result: Result) -> pl.DataFrame:
    """Each vote with the probability that its state's position gave it, over what is uncertain about the position."""
    import numpy as np
    import polars as pl

    from nonaligned.measures.inputs.roll_calls import lineages
    from nonaligned.measures.models.roll_call_fit import widened_probabilities

    seats = result.frame.select("period", "ideal_point", "sd", unit=pl.col("state").replace(lineages()))
    cast = votes.join(result.items, on="item").join(seats, on=["unit", "period"]).sort("call", "state")
    theta, sd, slope = (cast[name].to_numpy() for name in ("ideal_point", "sd", "discrimination"))
    probability = widened_probabilities(theta, sd, slope, cast.select("low_cut", "high_cut").to_numpy())
    each = np.arange(cast.height)
    y = cast["y"].to_numpy().astype(np.int64) - 1
    own = np.maximum(probability[each, y], 1e-300)
    return cast.select("call", "state", "y", p=pl.Series(own), is_right=pl.Series(probability.argmax(axis=1) == y))


def _by_call(judged: pl.DataFrame, calls: pl.DataFrame) -> pl.DataFrame:
    import polars as pl

    least = pl.col("p").arg_min()
    found = judged.group_by("call").agg(
        n_votes=pl.len().cast(pl.Int64),
        share_right=pl.col("is_right").mean(),
        modal_share=pl.col("y").mode().min().eq(pl.col("y")).mean(),
        log_score=pl.col("p").log().mean(),
        surprising_state=pl.col("state").get(least),
        surprising_vote=pl.col("y").get(least).replace_strict([1, 2, 3], list(WORDS), return_dtype=pl.String),
        surprise=-pl.col("p").min().log(2),
    )
    right, modal = pl.col("share_right"), pl.col("modal_share")
    session = pl.col("session").cast(pl.Int64)
    return (
        calls.drop("year")
        .join(found, on="call")
        .with_columns(session, year=session + FIRST_SESSION, value=pl.when(modal < 1).then(1 - (1 - right) / (1 - modal)))
        .sort("rcid")
        .select(field.name for field in FIELDS)
    )


def sentence(row: Mapping[str, Any]) -> str:
    """One row in words."""
    from nonaligned.world.names import find

    state = find(row["surprising_state"]).name
    said = {"yes": "yes", "no": "no", "abstain": "abstention"}[row["surprising_vote"]]
    return (
        f"{row['rcid']}: positions tell {row['share_right']:.0%} of {row['n_votes']} votes, the commonest vote alone "
        f"{row['modal_share']:.0%}; most surprising is the {said} of {state} ({row['surprise']:.1f} bits)."
    )


MEASURE = Measure(
    name="roll_call_fit",
    title="How well positions tell each roll call",
    unit="roll_call",
    key=("rcid",),
    fields=FIELDS,
    value="value",
    tables=("votes", "roll_calls"),
    load=LOAD,
    low_means="positions tell no more than the commonest vote",
    high_means="positions tell every vote",
    how="The likeliest vote of every state at its ideal point against the vote that it cast, and against telling the commonest vote for "
    "all. The votes judged are those from which the positions come.",
    citation=("Poole & Rosenthal 1985, American Journal of Political Science 29(2): 357-384",),
    make=make,
    sentence=sentence,
    options=OPTIONS,
)
