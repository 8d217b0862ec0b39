"""Voting as another state does: lean, agreement and the other measures of position before and after."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from nonaligned.foresight.changed_record import ChangedRecord
from nonaligned.foresight.measured import measured
from nonaligned.foresight.moves import Move
from nonaligned.foresight.outcome import Part, Row
from nonaligned.ground.errors import NotLoadedError, UsageError
from nonaligned.measures import Asked
from nonaligned.record.engine import quoted
from nonaligned.world.states import state

if TYPE_CHECKING:
    from nonaligned.measures.inputs.roll_calls import Ballots
    from nonaligned.record.store import Record

AFFECTED = ("lean", "agreement", "kappa", "s_score")
LOAD = "nonaligned load un_votes FILE"
COUNT = """
SELECT count(*) AS n, count(*) FILTER (WHERE a.vote = b.vote) AS same
FROM votes AS a JOIN votes AS b USING (rcid)
WHERE a.state = ? AND b.state = ? AND a.vote <> 'absent' AND b.vote <> 'absent' AND {session}"""


def latest_year(record: Record, move: Move, asked: Asked) -> int:
    """The year in which the latest session opened in which the state voted."""
    import polars as pl

    ballots = _ballots(record)
    voted = ballots.votes.filter(pl.col("state") == move.state)["call"].unique()
    found = ballots.calls.filter(pl.col("call").is_in(voted.implode()))["year"].max()
    if found is None:
        raise NotLoadedError(f"No votes of {state(move.state).name} on record.", why="A what-if is not guessed at.", mend=LOAD)
    return int(found)  # pyright: ignore[reportArgumentType]


def _ballots(record: Record) -> Ballots:
    from nonaligned.measures.inputs.roll_calls import Choice, read_ballots

    return read_ballots(record, Choice(parts="all"))


def parts(record: Record, move: Move, year: int, asked: Asked, elasticity: float) -> list[Part]:
    """Every vote of the session that opened in the year as the other's; where the other was absent the state's own stands."""
    import polars as pl

    calls, other = _ballots(record).calls.filter(pl.col("year") == year)["rcid"], move.partners[0]
    session = f"rcid IN ({', '.join(quoted(rcid) for rcid in calls) or 'NULL'})"
    counted = record.rows(COUNT.format(session=session), [move.state, other])[0]
    names = state(move.state).name, state(other).name
    if not counted["n"]:
        raise NotLoadedError(f"The record has no votes of both {names[0]} and {names[1]} in the session of {year}.", mend=LOAD)
    if counted["same"] == counted["n"]:
        raise UsageError(f"{names[0]} already voted as {names[1]} in all {counted['n']} roll calls of the session of {year}.")
    query = (
        f"SELECT v.* REPLACE (CASE WHEN v.state = '{move.state}' AND o.vote IS NOT NULL THEN o.vote ELSE v.vote END AS vote) "
        f"FROM {{before}} AS v LEFT JOIN (SELECT rcid, vote FROM {{before}} WHERE state = '{other}' AND vote <> 'absent' "
        f"AND {session}) AS o USING (rcid)"
    )
    after = ChangedRecord(record, {"votes": query})
    agreed = Row("roll calls voted alike", counted["same"], counted["n"], note=f"of {counted['n']} in which both voted", unit="roll calls")
    said = f"Of the {counted['n']} roll calls of that session in which both voted, {names[0]} voted as {names[1]} in {counted['same']}."
    others = {other, *(code for label in asked.powers for code in label.split("+"))}
    measures = measured(AFFECTED, record, after, replace(asked, years=(year, year)), others)
    sources = record.rows(f"SELECT DISTINCT source FROM votes WHERE {session} ORDER BY ALL")
    kept = "The estimates of positions are not made anew."
    return [Part((agreed,), (said,), (kept,), tuple(("votes", row["source"]) for row in sources)), measures]
