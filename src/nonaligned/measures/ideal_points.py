"""Ideal points: where states stand on the one line that best tells their votes in the UN apart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nonaligned.ground.errors import NotLoadedError, UsageError
from nonaligned.measures import METHODS, Asked, Made, Measure, Option
from nonaligned.measures.inputs.roll_calls import BODIES, FIRST_SESSION, ISSUE_BY, ISSUES, LINKS, LOAD, PART_RULES, PERIODS, Choice
from nonaligned.record.fields import Field

if TYPE_CHECKING:
    import polars as pl

    from nonaligned.measures.estimation import Result
    from nonaligned.measures.inputs.roll_calls import Ballots
    from nonaligned.record.store import Record

FIELDS = (
    Field("state", "text", "state code"),
    Field("year", "integer", "year in which the session opened (its number + 1945), or calendar year", "", 1945, 2100),
    Field("session", "integer", "regular session; missing where the period is the calendar year", "", 1),
    Field("ideal_point", "number", "mean of the posterior; mean 0 and standard deviation 1 over all states and periods", "", -10, 10),
    Field("sd", "number", "posterior standard deviation", "", 0),
    Field("lower", "number", "5 % quantile"),
    Field("upper", "number", "95 % quantile"),
    Field("q25", "number", "25 % quantile"),
    Field("q75", "number", "75 % quantile"),
    Field("n_votes", "integer", "contested votes that it rests on", "votes", 1),
    Field("rhat", "number", "rank-normalised R-hat of the chains; near 1 if they agree", "", 0),
    Field("ess", "number", "effective number of draws", "draws", 0),
    Field("note", "text", "why to be careful: few votes, not linked, not converged"),
)
VOTE_OPTIONS = (
    Option("issue", f"only one issue: {', '.join(ISSUES)} or important"),
    Option("issue_by", "issues as the file codes them, or also by rules on titles", default="codes", choices=ISSUE_BY),
    Option("only", "only the roll calls named in this file, one rcid a line"),
    Option("parts", "paragraphs and amendments: left out after session 44, always, or never", default="published", choices=PART_RULES),
    Option("link", "which resolutions share an item: as the file says, also by title, none", default="given", choices=LINKS),
    Option("body", "whose votes", default="UNGA", choices=BODIES),
    Option("period", "a position for each session or calendar year", default="session", choices=PERIODS),
    Option("within", "use only the votes of the years or sessions given", "flag", False),
    Option("anchors", "two states that set the sign, the first above the second"),
)
OPTIONS = (
    Option("method", "a coherent posterior (the default), the published series' procedure, or a mode in seconds", choices=METHODS),
    *VOTE_OPTIONS,
    Option("update", "keep the positions on record and add the sessions after them", "flag", False),
    Option("sweeps", "sweeps (principled: draws) of each chain", "integer"),
    Option("chains", "number of chains", "integer"),
    Option("smoothing", "variance of the walk in compatible and fast", "number"),
    Option("like_published", "fast alone: place the first sessions as the published procedure does", "flag", False),
)
SHIPPED = "SELECT * REPLACE (TRY_CAST(session AS BIGINT) AS session) FROM ideal_points ORDER BY state, year"


def make(record: Record, asked: Asked, needed: Mapping[str, Made]) -> Made:
    """Positions from the loaded votes; those that ship where no votes are loaded and nothing special is asked for."""
    options = dict(asked.options)
    has_votes = any("votes" in entry.files for entry in record.loads)
    if not has_votes:
        special = [name for name, value in options.items() if value != _DEFAULTS[name]]
        if special:
            raise NotLoadedError(
                f"The estimates that ship cannot be made anew with {', '.join(special)}.", why="No votes are loaded.", mend=LOAD
            )
        return _shipped(record, asked)
    if options["update"]:
        from nonaligned.measures.updating import updated

        whole, ballots, notes, is_converged = updated(record, asked)
        used = (*ballots.used, *(("ideal_points", key) for key in record.origin("ideal_points").sources))
        extra = {"world": shown(whole, replace(asked, states=()))}
        return Made(shown(whole, asked), used, notes, None, is_converged, {"method": "update", "seed": asked.seed}, extra)
    result, ballots = from_record(record, asked)
    whole = with_periods(result.frame, options["period"])
    frame = shown(whole, asked)
    kept = _rows_kept(result.frame, frame)
    draws = None if result.draws is None else result.draws[:, kept]
    how = result.diagnostics
    run = {"method": how.method, "seed": how.seed, "sweeps": how.n_sweeps, "chains": how.n_chains, "seconds": round(how.seconds, 1)}
    return Made(
        frame,
        ballots.used,
        result.notes,
        draws,
        how.is_converged,
        run,
        {"result": result, "world": shown(whole, replace(asked, states=()))},
    )


def from_record(record: Record, asked: Asked) -> tuple[Result, Ballots]:
    """Estimate from the record's votes as asked; the whole result, and the roll calls used."""
    from nonaligned.measures.estimation import estimate

    options = asked.options
    ballots, votes, pair = votes_asked(record, asked)
    result = estimate(
        votes, options["method"] or "principled", seed=asked.seed, anchors=pair,
        sweeps=options["sweeps"], chains=options["chains"], smoothing=options["smoothing"],
        like_published=options["like_published"] or None, on_progress=asked.on_progress,
    )  # fmt: skip
    return replace(result, notes=(*ballots.notes, *result.notes)), ballots


def votes_asked(record: Record, asked: Asked) -> tuple[Ballots, pl.DataFrame, tuple[str, str] | None]:
    """The roll calls that the options choose, their votes as `estimate` reads them, and the pair that sets the sign."""
    import polars as pl

    from nonaligned.measures.estimation import ANCHORS
    from nonaligned.measures.inputs.roll_calls import lineages, read_ballots, read_list, within

    options = asked.options
    only = read_list(Path(options["only"])) if options["only"] else ()
    ballots = read_ballots(
        record,
        Choice(options["body"], options["period"], options["parts"], options["link"], options["issue"] or "", only, options["issue_by"]),
    )
    if options["within"]:
        ballots = within(ballots, *_limits(asked), "session" if asked.sessions else "year")
    line = lineages()
    votes = ballots.votes.join(ballots.calls.select("call", "item", "period"), on="call", maintain_order="left")
    votes = votes.with_columns(unit=pl.col("state").replace(line))
    anchors = _anchor_pair(options["anchors"]) or ANCHORS
    pair = (line[anchors[0]], line[anchors[1]])
    is_set = bool(options["anchors"]) or votes["unit"].unique().is_in(list(pair)).sum() == 2
    return ballots, votes, pair if is_set else None


def ideal_points(votes: Any, method: str = "principled", seed: int = 0, **options: Any) -> Result:
    """Positions of states from any frame of votes.

    Parameters
    ----------
    votes : frame of polars, pandas, or any library that narwhals reads
        `rcid`, `state`, `session` (whole number), `vote` (yes, abstain, no, absent; or 1, 2, 3, 8, 9); optionally `item`, the text that
        several roll calls share. States in our codes that follow one another (SUN, RUS) are one line of positions.
    method : {"principled", "compatible", "fast"}
        A coherent posterior (the default), the procedure of the published series, or a mode in seconds with approximate intervals.
    seed : int
    **options
        `anchors` (two states, the first above the second), `sweeps`, `chains`, `smoothing`, `like_published`, `on_progress`.

    Returns
    -------
    Result
        `frame`, `draws`, `diagnostics`; see `nonaligned.measures.estimation.Result`.

    Raises
    ------
    UsageError
        If the votes cannot be read as such, nothing is contested, or an option is wrong.

    Source
    ------
    Bailey, Strezhnev & Voeten 2017, Journal of Conflict Resolution 61(2): 430-456.

    Examples
    --------
    >>> import polars as pl
    >>> votes = pl.DataFrame({
    ...     "rcid": [1, 1, 1, 2, 2, 2], "state": ["CUB", "IND", "USA"] * 2, "session": [70] * 6,
    ...     "vote": ["yes", "abstain", "no", "yes", "yes", "no"],
    ... })
    >>> made = ideal_points(votes, method="fast", anchors=("USA", "CUB"))
    >>> made.frame.sort("ideal_point")["state"].to_list()
    ['CUB', 'IND', 'USA']
    """
    from nonaligned.measures.estimation import ANCHORS, estimate
    from nonaligned.measures.inputs.roll_calls import lineages
    from nonaligned.measures.inputs.vote_frames import as_votes

    made, notes = as_votes(votes)
    line = lineages()
    units = set(made["unit"].unique().to_list())
    asked = options.pop("anchors", None)
    pair = tuple(code if code in units else line.get(code, code) for code in (asked or ANCHORS))
    if len(pair) != 2:
        raise UsageError("Anchors are two states.", why="The first stands above the second.", mend='anchors=("USA", "RUS")')
    result = estimate(made, method, seed=seed, anchors=(pair[0], pair[1]) if asked or units.issuperset(pair) else None, **options)
    return replace(result, frame=with_periods(result.frame, "session"), notes=(*notes, *result.notes))


def _shipped(record: Record, asked: Asked) -> Made:
    frame = record.frame(SHIPPED)
    if not frame.height:
        raise NotLoadedError("The record holds no estimates of positions.", mend=LOAD)
    keys = frame["source"].unique().sort().to_list()
    told = f"estimates that ship with the program ({record.origin('ideal_points').title})"
    whole = frame.drop("source")
    used = tuple(("ideal_points", key) for key in keys)
    extra = {"world": shown(whole, replace(asked, states=()))}
    return Made(shown(whole, asked), used, (told,), run={"method": "shipped"}, extra=extra)


def with_periods(frame: pl.DataFrame, period: str) -> pl.DataFrame:
    """`year` and `session` in the place of `period`."""
    import polars as pl

    is_session = period == "session"
    session = pl.col("period").cast(pl.Int64) if is_session else pl.lit(None, dtype=pl.Int64)
    year = pl.col("period").cast(pl.Int64) + (FIRST_SESSION if is_session else 0)
    columns = [field.name for field in FIELDS if field.name not in ("state", "year", "session")]
    return frame.select("state", year.alias("year"), session.alias("session"), *columns)


def shown(frame: pl.DataFrame, asked: Asked) -> pl.DataFrame:
    """The rows asked for; refuses years and states that are not there."""
    import polars as pl

    shown = frame
    for column, limits in (("year", asked.years), ("session", asked.sessions)):
        if limits is not None:
            shown = shown.filter(pl.col(column).is_between(*limits))
            if not shown.height:
                span = f"{frame[column].min()} to {frame[column].max()}"
                raise UsageError(f"There are no positions for {column} {limits[0]} to {limits[1]}.", why=f"They run from {span}.")
    return shown.filter(pl.col("state").is_in(list(asked.states))) if asked.states else shown


def _rows_kept(whole: pl.DataFrame, shown: pl.DataFrame) -> Any:
    """Rows of the whole frame that are shown, in order."""
    year = whole["period"] + (FIRST_SESSION if shown["session"].null_count() < shown.height else 0)
    keys = set(shown.select("state", "year").rows())
    return [row for row, key in enumerate(zip(whole["state"], year, strict=True)) if key in keys]


def _limits(asked: Asked) -> tuple[int, int]:
    limits = asked.sessions or asked.years
    if limits is None:
        raise UsageError("Votes of which years alone?", why="--within goes with --years or --sessions.", mend="--within --years 1992-2024")
    return limits


def _anchor_pair(text: str | None) -> tuple[str, str] | None:
    from nonaligned.world.names import find

    if not text:
        return None
    codes = [find(part.strip()).code for part in text.split(",") if part.strip()]
    if len(codes) != 2:
        raise UsageError("Anchors are two states.", why="The first stands above the second.", mend="--anchors USA,RUS")
    return codes[0], codes[1]


def sentence(row: Mapping[str, Any]) -> str:
    """One row in words."""
    from nonaligned.world.names import find

    when = f"session {row['session']} ({row['year']})" if row["session"] is not None else str(row["year"])
    if row["ideal_point"] is None or row["lower"] is None:
        return f"{find(row['state']).name} has no position in {when}."
    return (
        f"{find(row['state']).name} stood at {row['ideal_point']:.2f} in {when} (90 % interval {row['lower']:.2f} to {row['upper']:.2f}, "
        f"{row['n_votes']} votes), in standard deviations from the mean of all states and sessions."
    )


MEASURE = Measure(
    name="ideal_points",
    title="Ideal points in the UN General Assembly",
    unit="state_year",
    key=("state", "year"),
    fields=FIELDS,
    value="ideal_point",
    tables=("votes", "roll_calls", "ideal_points"),
    load=LOAD,
    low_means="far from the United States",
    high_means="votes like the United States",
    how="Dynamic ordinal ideal points: one line, a random walk over sessions within a state, and for every roll call two cutpoints between "
    "yes, abstain and no. Without loaded votes, the estimates that ship.",
    citation=(
        "Bailey, Strezhnev & Voeten 2017, Estimating Dynamic State Preferences from United Nations Voting Data, Journal of Conflict "
        "Resolution 61(2): 430-456",
    ),
    make=make,
    sentence=sentence,
    options=OPTIONS,
)
_DEFAULTS = {option.name: option.default for option in MEASURE.options}
