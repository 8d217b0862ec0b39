"""Votes as one table, states by roll calls, for the measures that compare states vote by vote."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from nonaligned.ground.errors import UsageError
from nonaligned.measures import Asked, Option
from nonaligned.measures.inputs.roll_calls import BODIES, ISSUES, LAST_SESSION_OF_PARTS, PERIODS, Choice, read_ballots

if TYPE_CHECKING:
    import numpy as np
    import polars as pl
    from numpy.typing import NDArray

    from nonaligned.record.store import Record

OPTIONS = (
    Option("issue", f"only one issue: {', '.join(ISSUES)} or important"),
    Option("body", "whose votes", default="UNGA", choices=BODIES),
    Option("period", "a row for each session or calendar year", default="session", choices=PERIODS),
    Option(
        "parts",
        f"paragraphs and amendments: counted, left out after session {LAST_SESSION_OF_PARTS}, or always",
        default="all",
        choices=("all", "published", "whole_texts"),
    ),
)


@dataclass(frozen=True, slots=True)
class VoteTable:
    """Votes of states in roll calls.

    Attributes
    ----------
    states : tuple of str
        Codes, in order.
    votes : array of float64, shape (n_states, n_roll_calls)
        1 yes, 0.5 abstain, 0 no, NaN did not vote.
    period : array of int64, shape (n_roll_calls,)
        Session or calendar year.
    cluster : array of int64, shape (n_roll_calls,)
        Roll calls on one text share a number: those linked, and those on one resolution.
    calls : polars.DataFrame
    used : tuple of (table, source)
    notes : tuple of str
    """

    states: tuple[str, ...]
    votes: NDArray[np.float64]
    period: NDArray[np.int64]
    cluster: NDArray[np.int64]
    calls: pl.DataFrame
    used: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]


def read_table(record: Record, asked: Asked) -> VoteTable:
    """The votes of the periods asked for, all states.

    Raises
    ------
    NotLoadedError
        If no votes were loaded.
    UsageError
        If no roll call is left.
    """
    import numpy as np
    import polars as pl

    options = asked.options
    ballots = read_ballots(record, Choice(options["body"], options["period"], options["parts"], "given", options["issue"] or ""))
    calls = ballots.calls
    for column, limits in (("session", asked.sessions), ("period" if options["period"] == "year" else "year", asked.years)):
        if limits is not None:
            span = f"{calls[column].min()} to {calls[column].max()}"
            calls = calls.filter(pl.col(column).is_between(*limits))
            if not calls.height:
                raise UsageError(f"There are no votes in {limits[0]} to {limits[1]}.", why=f"They run from {span}.")
    votes = ballots.votes.filter(pl.col("call").is_in(calls["call"].implode()))
    states = votes["state"].unique().sort()
    place = np.full(ballots.calls.height, -1)
    place[calls["call"].to_numpy()] = np.arange(calls.height)
    table = np.full((states.len(), calls.height), np.nan)
    row = votes["state"].cast(pl.Enum(states)).to_physical().to_numpy()
    table[row, place[votes["call"].to_numpy()]] = (3 - votes["y"].to_numpy()) / 2
    items = calls["item"].unique().sort()
    cluster = calls["item"].cast(pl.Enum(items)).to_physical().to_numpy().astype(np.int64)
    notes = tuple(note for note in ballots.notes if "repeat" not in note)
    return VoteTable(tuple(states.to_list()), table, calls["period"].to_numpy().astype(np.int64), cluster, calls, ballots.used, notes)


def period_columns(period: str, numbers: pl.Series) -> tuple[pl.Series, pl.Series]:
    """`year` and `session` of rows whose period is given; the session is missing where periods are years."""
    import polars as pl

    from nonaligned.measures.inputs.roll_calls import FIRST_SESSION

    whole = numbers.cast(pl.Int64)
    if period == "year":
        return whole.alias("year"), pl.Series("session", [None] * whole.len(), pl.Int64)
    return (whole + FIRST_SESSION).alias("year"), whole.alias("session")
