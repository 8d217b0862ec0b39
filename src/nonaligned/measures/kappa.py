"""Cohen's kappa of two states' votes: agreement beyond what their habits alone would give."""

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
    """Kappa of every pair."""
    return similar(record, asked, "kappa")


MEASURE = Measure(
    name="kappa",
    title="Kappa of UN votes",
    unit="dyad_year",
    key=KEY,
    fields=fields("kappa", "1 - observed over expected disagreement, squared distances; missing where both always cast one vote", -1),
    value="kappa",
    tables=("votes", "roll_calls"),
    load=LOAD,
    low_means="opposed more than by chance",
    high_means="always the same vote; 0 is as by chance",
    how="Disagreement observed against that of two states that keep their shares of yes, abstain and no and vote independently; squared "
    "distances, as in Häge's data (where an undefined value is written 0; here it is missing).",
    citation=("Cohen 1968, Psychological Bulletin 70(4): 213-220", "Häge 2011, Choice or Circumstance?, Political Analysis 19(3): 287-305"),
    make=make,
    sentence=lambda row: words(row, "kappa", "Kappa"),
    options=OPTIONS,
)
