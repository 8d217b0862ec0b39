"""Agreement of two states in roll calls: 1 for the same vote, 0.5 for votes one step apart, 0 for yes against no."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from nonaligned.measures import Asked, Made, Measure
from nonaligned.measures.inputs.roll_calls import LOAD
from nonaligned.measures.vote_similarity import KEY, OPTIONS, fields, words
from nonaligned.measures.vote_similarity import make as similar

if TYPE_CHECKING:
    from nonaligned.record.store import Record


def make(record: Record, asked: Asked, needed: Mapping[str, Made]) -> Made:
    """Agreement of every pair."""
    return similar(record, asked, "agreement")


MEASURE = Measure(
    name="agreement",
    title="Agreement in UN votes",
    unit="dyad_year",
    key=KEY,
    fields=fields("agreement", "mean over votes cast by both: 1 the same, 0.5 one step apart, 0 opposite", 0),
    value="agreement",
    tables=("votes", "roll_calls"),
    load=LOAD,
    low_means="always opposed",
    high_means="always the same vote",
    how="The mean over the roll calls in which both voted. Most votes of the Assembly are near consensus, so most pairs score high: "
    "compare pairs, not levels.",
    citation=("Lijphart 1963, American Political Science Review 57(4): 902-917", "Voeten, United Nations General Assembly Voting Data"),
    make=make,
    sentence=lambda row: words(row, "agreement", "Agreement"),
    options=OPTIONS,
)
