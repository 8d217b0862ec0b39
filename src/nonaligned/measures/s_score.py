"""S of two states' votes (Signorino and Ritter), unweighted, with absolute distances."""

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
    """S of every pair."""
    return similar(record, asked, "s_score")


MEASURE = Measure(
    name="s_score",
    title="S of UN votes",
    unit="dyad_year",
    key=KEY,
    fields=fields("s_score", "1 - 2 sum(d) / (n dmax) over votes cast by both", -1),
    value="s_score",
    tables=("votes", "roll_calls"),
    load=LOAD,
    low_means="always opposed",
    high_means="always the same vote",
    how="One less twice the mean distance of the votes. On votes it is 2 x agreement - 1, so it ranks pairs alike.",
    citation=("Signorino & Ritter 1999, Tau-b or Not Tau-b, International Studies Quarterly 43(1): 115-144",),
    make=make,
    sentence=lambda row: words(row, "s_score", "S"),
    options=OPTIONS,
)
