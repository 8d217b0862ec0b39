"""Agreement of two states in the votes of the General Assembly."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nonaligned.panels.merging import covered_by, loads_of, one_of, span
from nonaligned.panels.template import codes, state_type
from nonaligned.panels.variables import Behind, Grain, Options, Row, Values, Variable
from nonaligned.record.fields import Field

if TYPE_CHECKING:
    import numpy as np
    import polars as pl
    from numpy.typing import NDArray

    from nonaligned.record.store import Record

FIRST_SESSION = 1945  # a session opens in September of this year plus its number
OPENS = 9
LOAD = "nonaligned load un_votes FILE"
FIELDS = (
    Field("agreement", "number", "mean over votes cast by both: 1 the same, 0.5 one step apart, 0 opposite", "share", 0, 1),
    Field("n_votes_shared", "integer", "roll calls of the General Assembly in which both voted yes, no or abstained", "", 1),
)
YEARS = ("calendar", "session")


def _values(record: Record, keys: pl.DataFrame, options: Options) -> Values:
    import polars as pl

    years = span(keys)
    calls = _calls(record, options, years)
    value, shared = _all_pairs(record, calls, years)
    first, second = (keys[name].to_physical().to_numpy() for name in keys.columns[:2])
    at = (keys["year"].to_numpy() - years[0], first, second)
    found = pl.DataFrame({"agreement": value[at], "n_votes_shared": shared[at]})
    frame = found.select(pl.when(pl.col("n_votes_shared") > 0).then(name).alias(name) for name in found.columns)
    used = dict.fromkeys(key for key, _ in loads_of(record, "votes"))
    used |= dict.fromkeys(key for keys in calls["source"].unique().sort() for key in keys.split("|"))
    return Values(frame, FIELDS, covered_by(record, "votes", used))


def _calls(record: Record, options: Options, years: tuple[int, int]) -> pl.DataFrame:
    """Roll calls of the Assembly in loaded files: `rcid`, `year`, `source`, in order. The few landmarks that ship measure nothing.

    The session is the loaded file's, which may put a vote of an emergency special session under the regular session of the
    day; where it has a name of its own (ES-11), it stands under the regular session that had opened in the September before.
    """
    import polars as pl

    files = [record.folder / entry.files["roll_calls"] for _, entry in loads_of(record, "votes") if "roll_calls" in entry.files]
    held = pl.concat([pl.read_parquet(path, columns=["rcid", "session"]) for path in files]).unique("rcid", keep="first")
    calls = record.frame("SELECT rcid, date, source FROM roll_calls WHERE body = 'UNGA'").join(held, on="rcid")
    day = pl.col("date")
    if one_of("year", options.get("year", YEARS[0]), YEARS) == "session":
        opened = day.dt.year() - (day.dt.month() < OPENS).cast(pl.Int32)
        year = pl.coalesce(pl.col("session").cast(pl.Int32, strict=False) + FIRST_SESSION, opened)
    else:
        year = day.dt.year()
    return calls.select("rcid", "source", year=year).filter(pl.col("year").is_between(*years)).sort("year", "rcid")


def _all_pairs(record: Record, calls: pl.DataFrame, years: tuple[int, int]) -> tuple[NDArray[np.float64], NDArray[np.int32]]:
    """Agreement and shared votes of all pairs: both of shape (n_years, n_codes, n_codes), states in order of `codes`."""
    import numpy as np
    import polars as pl

    from nonaligned.measures.models.similarity import agreement

    votes = record.frame(
        "SELECT state, asked.place, CAST(CASE vote WHEN 'yes' THEN 2 WHEN 'abstain' THEN 1 ELSE 0 END AS TINYINT) AS vote FROM votes "
        "JOIN (SELECT unnest(?) AS rcid, unnest(range(?)) AS place) AS asked USING (rcid) WHERE vote IN ('yes', 'abstain', 'no')",
        [calls["rcid"].to_list(), calls.height],
    )
    votes = votes.with_columns(pl.col("state").cast(state_type(), strict=False)).drop_nulls("state")
    held = calls.group_by("year", maintain_order=True).len()
    table = np.full((len(codes()), calls.height), np.nan)
    table[votes["state"].to_physical().to_numpy(), votes["place"].to_numpy()] = votes["vote"].to_numpy() / 2
    size = (max(years[1] - years[0] + 1, 0), len(codes()), len(codes()))
    value, shared = np.full(size, np.nan), np.zeros(size, dtype=np.int32)
    end = 0
    for one, n in held.iter_rows():
        start, end = end, end + n
        present = np.flatnonzero(~np.isnan(table[:, start:end]).all(axis=1))
        made = agreement(table[present, start:end])
        at = (one - years[0], present[:, None], present[None, :])
        value[at], shared[at] = made.value, made.n_shared
    return value, shared


def _behind(record: Record, key: Row, options: Options) -> tuple[Behind, ...]:
    first, second, year = key.values()
    sql = (
        "SELECT * FROM votes WHERE vote IN ('yes', 'abstain', 'no') AND state IN (?, ?) AND rcid IN (SELECT unnest(?)) "
        "QUALIFY count(*) OVER (PARTITION BY rcid) = 2 ORDER BY rcid, state"
    )
    return (Behind("votes", sql, (first, second, _calls(record, options, (year, year))["rcid"].to_list())),)


VARIABLE = Variable(
    name="agreement",
    description="Agreement of two states in the roll calls of the UN General Assembly.",
    tables=("votes",),
    load=LOAD,
    needs_load=True,
    grains={"dyad_year": Grain(FIELDS, _values, _behind)},
    options={"year": "calendar (of the vote), or session (the session's number + 1945, as in Voeten's files)"},
)
