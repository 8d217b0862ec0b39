"""How much a position rests on what absences mean: left out, or counted as abstentions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from nonaligned.ground.errors import NotLoadedError
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
    Field("value", "number", "position with absences as abstentions less that with absences left out", "", -20, 20),
    Field("left_out", "number", "position with absences left out, as every other measure has it", "", -10, 10),
    Field("as_abstentions", "number", "position with absences as abstentions, on the same scale"),
    Field("share_absent", "number", "share of the contested roll calls from which the state was absent", "share", 0, 1),
)
NOTE = (
    "positions by the fast method; neither treatment is right for every absence: a large shift says that the position rests on the choice"
)


def make(record: Record, asked: Asked, needed: Mapping[str, Made]) -> Made:
    """Both positions of every state and period, and their difference."""
    import polars as pl

    from nonaligned.measures.ideal_points import votes_asked
    from nonaligned.measures.inputs.roll_calls import lineages
    from nonaligned.measures.models.absences import ABSENT, absence_check

    ballots, votes, _ = votes_asked(record, asked)
    absent = record.frame(
        "SELECT CAST(asked.call AS UINTEGER) AS call, state FROM votes JOIN (SELECT unnest(?) AS rcid, unnest(range(?)) AS call) AS asked "
        "USING (rcid) WHERE vote = 'absent'",
        [ballots.calls["rcid"].to_list(), ballots.calls.height],
    )
    if not absent.height:
        raise NotLoadedError("The loaded votes list no absences.", mend=LOAD)
    absent = absent.join(ballots.calls.select("call", "item", "period"), on="call").with_columns(unit=pl.col("state").replace(lineages()))
    columns = ["call", "item", "state", "unit", "period", "y"]
    rows = pl.concat([votes.select(columns), absent.with_columns(y=pl.lit(ABSENT, pl.Int8)).select(columns)]).sort("call", "state")
    items, units = rows["item"].unique().sort(), rows["unit"].unique().sort()
    number = {name: rows[name].cast(pl.Enum(labels)).to_physical().to_numpy() for name, labels in (("item", items), ("unit", units))}
    found = absence_check(rows["y"].to_numpy(), number["item"], number["unit"], rows["period"].to_numpy())
    names = rows.group_by("unit", "period", "state").len().sort("unit", "period", "len", "state", descending=[False, False, True, False])
    frame = pl.DataFrame({
        "unit": units.gather(found.state), "period": pl.Series(found.session).cast(rows.schema["period"]), "value": found.shift,
        "left_out": found.left_out, "as_abstentions": found.as_abstentions, "share_absent": found.share_absent,
    }).join(names.group_by("unit", "period", maintain_order=True).first(), on=["unit", "period"], how="left")  # fmt: skip
    period, is_session = pl.col("period").cast(pl.Int64), asked.options["period"] == "session"
    frame = frame.with_columns(
        year=period + (FIRST_SESSION if is_session else 0), session=period if is_session else pl.lit(None, dtype=pl.Int64)
    )
    frame = frame.select(field.name for field in FIELDS).sort("state", "year")
    return Made(shown(frame, asked), ballots.used, (NOTE, *ballots.notes))


def sentence(row: Mapping[str, Any]) -> str:
    """One row in words."""
    from nonaligned.world.names import find

    return (
        f"{find(row['state']).name} was absent from {row['share_absent']:.0%} of the contested votes of {row['year']}; counting absences "
        f"as abstentions would move it by {row['value']:+.2f}."
    )


MEASURE = Measure(
    name="absence_shift",
    title="How much positions rest on what absences mean",
    unit="state_year",
    key=("state", "year"),
    fields=FIELDS,
    value="value",
    tables=("votes", "roll_calls"),
    load=LOAD,
    low_means="counting absences as abstentions moves the state down",
    high_means="counting absences as abstentions moves the state up",
    how="Positions are estimated twice: absences left out, as the published series does, and absences as abstentions, put on one scale.",
    citation=("Rosas, Shomer & Haptonstahl 2015, No News Is News, American Journal of Political Science 59(2): 511-528",),
    make=make,
    sentence=sentence,
    options=VOTE_OPTIONS,
)
