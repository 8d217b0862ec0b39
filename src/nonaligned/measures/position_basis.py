"""What each ideal point rests on: how many votes it is worth, and how far it would move without the most telling of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from nonaligned.measures import Asked, Made, Measure
from nonaligned.measures.ideal_points import OPTIONS, from_record, shown
from nonaligned.measures.inputs.roll_calls import FIRST_SESSION, LOAD
from nonaligned.record.fields import Field

if TYPE_CHECKING:
    from nonaligned.record.store import Record

FIELDS = (
    Field("state", "text", "state code"),
    Field("year", "integer", "year in which the session opened (its number + 1945), or calendar year", "", 1945, 2100),
    Field("session", "integer", "regular session; missing where the period is the calendar year", "", 1),
    Field("value", "number", "votes of equal information that would say as much", "votes", 0),
    Field("n_votes", "integer", "contested votes cast", "votes", 1),
    Field("share_of_votes", "number", "share of the precision from these votes; the rest from the state's other sessions", "share", 0, 1),
    Field("largest_move", "number", "how far the position would move without the most telling vote", "", 0),
    Field("item", "text", "key of the roll call, or of the first on its text, in which that vote was cast"),
)
NOTE = "one Newton step without the vote: neither the items nor other states' positions are estimated anew"


def make(record: Record, asked: Asked, needed: Mapping[str, Made]) -> Made:
    """What every position rests on; positions by `fast` where no method is named."""
    import numpy as np
    import polars as pl

    from nonaligned.measures.models.roll_call_fit import rests_on

    asked = replace(asked, options={**asked.options, "method": asked.options["method"] or "fast"})
    result, ballots = from_record(record, asked)
    arrays, made = result.arrays, rests_on(result.arrays, result.positions)
    by_size = np.lexsort((-np.abs(made.move), arrays.place))
    most = by_size[np.searchsorted(arrays.place[by_size], np.arange(arrays.n_places))]
    columns = {
        "value": made.effective_votes, "n_votes": arrays.n_votes_of_places, "share_of_votes": made.share_of_votes,
        "largest_move": np.abs(made.largest_move), "item": result.items["item"].gather(arrays.item[most]),
    }  # fmt: skip
    period, is_session = pl.col("period").cast(pl.Int64), asked.options["period"] == "session"
    frame = pl.DataFrame(columns)[result.places].hstack(result.frame.select("state", "period"))
    frame = frame.with_columns(
        year=period + (FIRST_SESSION if is_session else 0), session=period if is_session else pl.lit(None, dtype=pl.Int64)
    )
    frame = frame.select(field.name for field in FIELDS)
    return Made(shown(frame, asked), ballots.used, (NOTE, *result.notes), is_converged=result.diagnostics.is_converged)


def sentence(row: Mapping[str, Any]) -> str:
    """One row in words."""
    from nonaligned.world.names import find

    return (
        f"{find(row['state']).name}'s position in {row['year']} rests on {row['n_votes']} votes that are worth {row['value']:.0f}; without "
        f"the most telling ({row['item']}) it would move by {row['largest_move']:.2f}."
    )


MEASURE = Measure(
    name="position_basis",
    title="What each ideal point rests on",
    unit="state_year",
    key=("state", "year"),
    fields=FIELDS,
    value="value",
    tables=("votes", "roll_calls"),
    load=LOAD,
    low_means="few votes carry the position",
    high_means="many votes carry the position alike",
    how="The information that each vote gives to its state's position, and the move of the position in one Newton step without it.",
    citation=("Kish 1965, Survey Sampling (effective number)", "Cook 1977, Technometrics 19(1): 15-18 (influence)"),
    make=make,
    sentence=sentence,
    options=OPTIONS,
)
